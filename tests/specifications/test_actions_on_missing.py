"""What is filled and dropped where values are missing, on the column types that really occur."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import KNNImputer
from sklearn.preprocessing import StandardScaler

from domain.actions import DropMissing, Fill, InvalidAction, check
from domain.table import Column, ColumnType, TableShape
from tests.specifications.tables import cells, done, series

DAY = pd.Timestamp("2024-03-01")
INFINITE = float("inf")


def filled(strategy: Any, values: list[Any], dtype: str, **options: Any) -> tuple[list[Any], str]:
    result = done(Fill(columns=("x",), strategy=strategy, **options), series(values, dtype))
    return cells(result), str(result["x"].dtype)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (["a", "b"], "str"),
        (["a", "b"], "category"),
        ([1, 2], "Int64"),
        ([2**62 + 1, 2], "Int64"),
        ([1.5, INFINITE], "float64"),
        ([True, False], "boolean"),
        ([DAY, DAY + pd.Timedelta(days=1)], "datetime64[us]"),
        ([DAY, DAY + pd.Timedelta(days=1)], "datetime64[us, Europe/Berlin]"),
        ([[1], [2]], "object"),
    ],
)
def test_the_value_before_or_after_is_filled_in_and_ends_stay_missing(
    values: list[Any], dtype: str
) -> None:
    df = series([None, values[0], None, None, values[1], None], dtype)
    first, second = df["x"].iloc[1], df["x"].iloc[4]
    forward = done(Fill(columns=("x",), strategy="forward"), df)["x"]
    assert list(forward[1:]) == [first, first, first, second, second]
    backward = done(Fill(columns=("x",), strategy="backward"), df)["x"]
    assert list(backward[:-1]) == [first, first, second, second, second]
    assert pd.isna(forward.iloc[0])
    assert pd.isna(backward.iloc[-1])
    assert forward.dtype == backward.dtype == df["x"].dtype


@pytest.mark.parametrize(
    ("values", "dtype", "expected", "kind"),
    [
        ([None, 1, None, None, 2.5, None], "float64", [None, 1, 1.5, 2, 2.5, None], "float64"),
        ([1, None, 3, None], "Int64", [1, 2, 3, None], "Int64"),
        ([1, None, 4], "Int64", [1, 2.5, 4], "float64"),
        ([2**62 + 1, None, 2**62 + 1], "Int64", [2**62 + 1, 2**62, 2**62 + 1], "Int64"),
        ([1, 2], "int64", [1, 2], "int64"),
        ([None, None], "float64", [None, None], "float64"),
        ([5, None], "Int64", [5, None], "Int64"),
        ([], "float64", [], "float64"),
    ],
)
def test_numbers_in_between_lie_on_the_line_and_the_ends_stay_missing(
    values: list[Any], dtype: str, expected: list[Any], kind: str
) -> None:
    assert filled("interpolate", values, dtype) == (expected, kind)


@pytest.mark.parametrize("zone", ["", ", Europe/Berlin"])
def test_dates_in_between_lie_on_the_line(zone: str) -> None:
    dtype = f"datetime64[us{zone}]"
    values = [DAY, None, DAY + pd.Timedelta(days=3), None]
    read, kind = filled("interpolate", values, dtype)
    assert [None if at is None else at.isoformat()[:13] for at in read] == [
        "2024-03-01T00",
        "2024-03-02T12",
        "2024-03-04T00",
        None,
    ]
    assert kind == dtype


GROUPS = ["a", "b", "a", "b", "a", None, "c", None]


@pytest.mark.parametrize(
    ("strategy", "values", "dtype", "expected", "kind"),
    [
        ("mean", [1, 5, 3, None, None, 9, None, None], "float64", 5.0, "float64"),
        ("median", [1, 5, 3, None, None, 9, None, None], "Int64", 5, "Int64"),
        ("mode", ["x", "y", "x", None, None, "z", None, None], "str", "y", "str"),
        ("mode", ["x", "y", "x", None, None, "z", None, None], "category", "y", "category"),
        ("mode", [True, False, True, None, None, True, None, None], "boolean", False, "boolean"),
        ("forward", ["x", "y", "x", None, None, "z", None, None], "str", "y", "str"),
    ],
)
def test_with_groups_a_row_is_filled_from_its_own_and_without_one_not_at_all(
    strategy: Any, values: list[Any], dtype: str, expected: Any, kind: str
) -> None:
    df = series(values, dtype).assign(team=pd.Series(GROUPS, dtype="str"))
    result = done(Fill(columns=("x",), strategy=strategy, by=("team",)), df)
    assert cells(result)[3] == expected
    assert cells(result)[4] is not None
    assert cells(result)[5:] == [values[5], None, None]
    assert result["x"].dtype == kind
    assert list(result["other"]) == list(range(8))


def test_whole_numbers_become_fractional_only_where_a_group_needs_it() -> None:
    df = series([1, 2, None, 4], "Int64").assign(team=["a", "a", "a", "b"])
    assert cells(done(Fill(columns=("x",), strategy="mean", by=("team",)), df)) == [1, 2, 1.5, 4]
    df = series([1, 3, None, 4], "Int64").assign(team=["a", "a", "a", "b"])
    result = done(Fill(columns=("x",), strategy="mean", by=("team",)), df)
    assert cells(result) == [1, 3, 2, 4]
    assert result["x"].dtype == "Int64"


def test_backward_filling_and_interpolating_stop_at_the_end_of_the_group() -> None:
    df = series([1, None, None, 5, None, 9], "float64").assign(team=list("aabbab"))
    back = done(Fill(columns=("x",), strategy="backward", by=("team",)), df)
    assert cells(back) == [1, None, 5, 5, None, 9]
    line = done(Fill(columns=("x",), strategy="interpolate", by=("team",)), df)
    assert cells(line) == [1, None, None, 5, None, 9]
    dates = pd.DataFrame({"x": [DAY, None, DAY + pd.Timedelta(days=2)], "team": list("aaa")})
    assert cells(done(Fill(columns=("x",), strategy="interpolate", by=("team",)), dates))[1] == (
        DAY + pd.Timedelta(days=1)
    )


@pytest.mark.parametrize("strategy", ["mode", "interpolate"])
def test_many_groups_are_filled_as_pandas_fills_each(strategy: Any) -> None:
    chance = np.random.default_rng(5)
    numbers = chance.integers(0, 4, 600).astype("float64")
    df = series(list(np.where(chance.random(600) < 0.3, np.nan, numbers)), "float64")
    df["team"] = chance.integers(0, 100, 600)
    expected = df["x"].copy()
    for _, group in df.groupby("team"):
        if strategy == "mode":
            expected[group.index] = group["x"].fillna(group["x"].mode().get(0))
        else:
            expected[group.index] = group["x"].interpolate(limit_area="inside")
    result = done(Fill(columns=("x",), strategy=strategy, by=("team",)), df)
    pd.testing.assert_series_equal(result["x"], expected)


@pytest.mark.parametrize("dtype", ["str", "Int64", "boolean", "datetime64[us]", "float64"])
@pytest.mark.parametrize("strategy", ["mode", "forward", "backward"])
def test_where_no_row_has_a_group_the_column_stays_as_it_is(strategy: Any, dtype: str) -> None:
    value = {"str": "x", "boolean": True, "datetime64[us]": DAY}.get(dtype, 1)
    for values in ([value, None], [None, None], []):
        df = series(values, dtype).assign(team=pd.Series([None] * len(values), dtype="str"))
        result = done(Fill(columns=("x",), strategy=strategy, by=("team",)), df)
        pd.testing.assert_frame_equal(result, df)


def test_the_nearest_rows_are_those_that_scikit_learn_finds() -> None:
    df = pd.DataFrame(
        {
            "x": [3.0, None, 8.5, 4.0, None, 11.0, 1.0],
            "height": [160, 172, 180, 165, 190, 195, 150],
            "weight": [5.1, 7.2, 8.0, 5.5, 9.9, 9.0, 4.0],
            "name": list("abcdefg"),
        }
    )
    scaled = df[["x", "height", "weight"]].copy()
    scaled[["height", "weight"]] = StandardScaler().fit_transform(df[["height", "weight"]])
    expected = KNNImputer(n_neighbors=2).fit_transform(scaled)[:, 0]
    for by in [(), ("height", "weight")]:
        result = done(Fill(columns=("x",), strategy="knn", neighbours=2, by=by), df)
        assert list(result["x"]) == pytest.approx(list(expected), rel=1e-12)
        pd.testing.assert_frame_equal(result.drop(columns="x"), df.drop(columns="x"))


@pytest.mark.parametrize(
    ("values", "dtype", "expected", "kind"),
    [
        ([10, None, 20], "Int64", [10, 15, 20], "Int64"),
        ([10, None, 21], "Int64", [10, 15.5, 21], "float64"),
        ([10, 20, 30], "int64", [10, 20, 30], "int64"),
        ([None, None, None], "float64", [None, None, None], "float64"),
        ([INFINITE, None, 20.0], "float64", [INFINITE, 20, 20], "float64"),
        ([1, None, 1], "float32", [1, 1, 1], "float32"),
    ],
)
def test_the_mean_of_the_nearest_fits_any_column_of_numbers(
    values: list[Any], dtype: str, expected: list[Any], kind: str
) -> None:
    df = series(values, dtype).assign(near=pd.Series([1, None, 5], dtype="Int64"), same=0.1)
    result = done(Fill(columns=("x",), strategy="knn"), df)
    assert cells(result) == expected
    assert result["x"].dtype == kind


def test_each_of_several_columns_is_filled_by_what_the_others_held_before() -> None:
    df = pd.DataFrame({"a": [1.0, None, 3.0, 9.0], "b": [1.0, 3.0, None, 9.0]})
    result = done(Fill(columns=("a", "b"), strategy="knn", neighbours=1), df)
    swapped = done(Fill(columns=("b", "a"), strategy="knn", neighbours=1), df)
    pd.testing.assert_frame_equal(result, swapped)
    assert not result.isna().any(axis=None)


def test_rows_keep_their_place_with_at_least_so_many_values() -> None:
    df = pd.DataFrame({"a": [1, None, None], "b": ["x", "y", None], "c": [None, 1, None]})
    assert len(done(DropMissing(at_least=1), df)) == 2
    assert len(done(DropMissing(at_least=3), df)) == 0
    assert cells(done(DropMissing(columns=("a", "b"), at_least=2), df), "b") == ["x"]


SHAPE = TableShape(
    rows=9,
    columns=(
        Column(name="age", type=ColumnType.INTEGER, nulls=2, distinct=5),
        Column(name="city", type=ColumnType.TEXT, nulls=2, distinct=3),
        Column(name="seen", type=ColumnType.DATETIME, nulls=2, distinct=5),
    ),
)


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (Fill(columns=("city",), strategy="interpolate"), "forward or backward"),
        (Fill(columns=("city",), strategy="knn"), "Cast it to number"),
        (Fill(columns=("age",), strategy="knn"), "mean or the median"),
        (Fill(columns=("age",), strategy="knn", by=("city",)), "columns of numbers"),
        (Fill(columns=("age",), strategy="knn", neighbours=0), "1 to 100"),
        (Fill(columns=("age",), strategy="mean", by=("age",)), "named twice"),
        (Fill(columns=(), strategy="mean", by=("age",)), "Name at least one"),
        (Fill(columns=("age",), strategy="constant", value=1, by=("city",)), "groups out"),
        (Fill(columns=("age",), strategy="median", value=0), "Leave the value out"),
        (Fill(columns=("age",), strategy="mean", by=("town",)), "no column 'town'"),
        (DropMissing(at_least=4), "1 to 3"),
        (DropMissing(columns=("age",), at_least=2), "1 to 1"),
        (DropMissing(at_least=0), "1 to 3"),
        (DropMissing(how="all", at_least=2), "one of the two"),
    ],
)
def test_what_cannot_be_filled_or_counted_is_refused_with_what_would_work(
    action: Fill | DropMissing, hint: str
) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, SHAPE)
    assert hint in str(refusal.value)


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (Fill(columns=("age",), strategy="forward"), "with the value before them"),
        (
            Fill(columns=("age",), strategy="median", by=("city",)),
            "with the median, within each group by city",
        ),
        (
            Fill(columns=("age",), strategy="knn", neighbours=3, by=("a", "b")),
            "with the mean of the 3 rows nearest by a, b",
        ),
        (DropMissing(at_least=3), "Drop rows with fewer than 3 values in the columns"),
        (DropMissing(columns=("a",), at_least=1), "Drop rows without any value in a"),
    ],
)
def test_a_description_tells_from_where_values_come(action: Fill | DropMissing, line: str) -> None:
    assert action.describe().endswith(line)


def test_the_shape_afterwards_claims_no_value_that_may_still_be_missing() -> None:
    def age(action: Fill) -> Column:
        return action.shape_after(SHAPE).column("age")

    assert age(Fill(columns=("age",), strategy="mean")).nulls == 0
    assert age(Fill(columns=("age",), strategy="mean", by=("city",))).nulls == 2
    forward = age(Fill(columns=("age",), strategy="forward"))
    assert (forward.nulls, forward.type) == (2, ColumnType.INTEGER)
    assert age(Fill(columns=("age",), strategy="interpolate")).type is ColumnType.NUMBER
