"""What becomes of numbers that are scaled, rounded, binned, or far from the others."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from domain.actions import (
    Action,
    Bin,
    HandleOutliers,
    InvalidAction,
    RoundNumbers,
    Scale,
    check,
    check_in_turn,
)
from domain.table import Column, ColumnType, TableShape
from tests.specifications.tables import cells, done, series

INFINITE = float("inf")


@given(st.lists(st.none() | st.integers(-(10**6), 10**6).map(lambda n: n / 8), max_size=8))
@settings(max_examples=40, deadline=None)
def test_numbers_are_scaled_as_scikit_learn_does(values: list[float | None]) -> None:
    df = series(values, "float64")
    scalers = {"standard": StandardScaler(), "min_max": MinMaxScaler(), "robust": RobustScaler()}
    known = df[["x"]].dropna()
    for method, scaler in scalers.items():
        result = done(Scale(columns=("x",), method=method), df)  # type: ignore[arg-type]  # the keys are the methods
        assert list(result["x"].isna()) == list(df["x"].isna())
        if len(known):
            expected = scaler.fit_transform(known)[:, 0]
            np.testing.assert_allclose(result["x"].dropna(), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("method", ["standard", "min_max", "robust"])
@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([0.1, 0.1, 0.1, None], "float64", [0, 0, 0, None]),
        ([7], "int64", [0]),
        ([None, None], "Int64", [None, None]),
        ([], "float64", []),
        ([INFINITE, 5.0, -INFINITE], "float64", [INFINITE, 0, -INFINITE]),
        ([200, 200], "uint8", [0, 0]),
    ],
)
def test_a_column_without_a_spread_is_only_moved(
    method: Any, values: list[Any], dtype: str, expected: list[Any]
) -> None:
    result = done(Scale(columns=("x",), method=method), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == "float64"


def test_several_columns_are_scaled_each_by_itself() -> None:
    df = pd.DataFrame({"it's": [1, 2, 3], "b": pd.Series([10, None, 30], dtype="Int64")})
    result = done(Scale(columns=("it's", "b"), method="min_max"), df)
    assert (cells(result, "it's"), cells(result, "b")) == ([0, 0.5, 1], [0, None, 1])


@pytest.mark.parametrize(
    ("values", "dtype", "digits", "expected", "kind"),
    [
        ([1.25, 2.344, None, INFINITE], "float64", 1, [1.2, 2.3, None, INFINITE], "float64"),
        ([2.5, 3.5, -0.4], "float64", 0, [2, 4, 0], "float64"),
        ([1234.5], "float64", -2, [1200], "float64"),
        ([150, 250, 251, -150, None], "Int64", -2, [200, 200, 300, -200, None], "Int64"),
        ([2**62 + 51], "int64", -2, [2**62 + 96], "Int64"),
        ([255], "uint8", -1, [260], "Int64"),
        ([255], "uint8", -3, [0], "Int64"),
        ([2**62 + 51, None], "Int64", 2, [2**62 + 51, None], "Int64"),
        ([], "Int64", -1, [], "Int64"),
    ],
)
def test_numbers_are_rounded_to_the_nearest_and_halves_to_the_even_digit(
    values: list[Any], dtype: str, digits: int, expected: list[Any], kind: str
) -> None:
    result = done(RoundNumbers(columns=("x",), digits=digits), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == kind


READINGS = [5, 6, 500, 4, 5, 6]


@pytest.mark.parametrize(
    ("values", "dtype", "expected", "kind"),
    [
        (READINGS, "int64", [5, 6, 7.5, 4, 5, 6], "float64"),
        ([1, 1, 1, 1, 9, None], "Int64", [1, 1, 1, 1, 1, None], "Int64"),
        ([1.0, 2.0, 3.0, INFINITE], "float64", [1, 2, 3, 4], "float64"),
        ([1, 100], "int64", [1, 100], "int64"),
        ([7], "Int64", [7], "Int64"),
        ([None], "float64", [None], "float64"),
        ([], "Int64", [], "Int64"),
    ],
)
def test_outliers_are_capped_at_the_bounds_that_the_quartiles_set(
    values: list[Any], dtype: str, expected: list[Any], kind: str
) -> None:
    result = done(HandleOutliers(columns=("x",), treatment="cap"), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == kind


@pytest.mark.parametrize("method", ["iqr", "z_score"])
def test_rows_with_outliers_are_dropped_or_flagged_and_missing_is_none(method: Any) -> None:
    df = series([*READINGS, None], "Int64").assign(y=[0.0, 0, 0, 0, 0, 0, 9])
    options: Any = {"columns": ("x", "y"), "method": method}
    if method == "z_score":
        options["threshold"] = 2.0
    dropped = done(HandleOutliers(treatment="drop", **options), df)
    assert cells(dropped, "other") == [0, 1, 3, 4, 5]
    assert cells(dropped) == [5, 6, 4, 5, 6]
    flagged = done(HandleOutliers(treatment="flag", **options), df)
    assert list(flagged["x_outlier"]) == [n == 2 for n in range(7)]
    assert list(flagged["y_outlier"]) == [n == 6 for n in range(7)]
    assert flagged["x_outlier"].dtype == "bool"
    pd.testing.assert_frame_equal(flagged[list(df)], df)


def test_the_threshold_says_how_far_is_too_far() -> None:
    df = series([1, 2, 3, 4, 9], "int64")
    for threshold, left in ((1.0, 4), (2.4, 4), (2.5, 5)):
        action = HandleOutliers(columns=("x",), treatment="drop", threshold=threshold)
        assert len(done(action, df)) == left


def test_an_isolation_forest_judges_whole_rows_the_same_every_time() -> None:
    steady = np.linspace(0, 1, 60)
    df = pd.DataFrame({"x": [*steady, 50, None], "y": [*steady[::-1], -50, INFINITE]})
    options: Any = {"columns": ("x", "y"), "method": "isolation_forest", "threshold": 0.03}
    flagged = done(HandleOutliers(treatment="flag", **options), df)
    assert list(flagged["outlier"]) == [False] * 60 + [True, True]
    pd.testing.assert_frame_equal(
        flagged, done(HandleOutliers(treatment="flag", **options), df), check_exact=True
    )
    dropped = done(HandleOutliers(treatment="drop", **options), df)
    pd.testing.assert_frame_equal(dropped, df.iloc[:60])
    for few in (df.iloc[:0], df.iloc[:1], pd.DataFrame({"x": [None], "y": [None]}, dtype="Int64")):
        assert list(done(HandleOutliers(treatment="drop", **options), few)) == ["x", "y"]


def binned(values: list[Any], dtype: str = "float64", **options: Any) -> list[Any]:
    df = series(values, dtype)
    result = done(Bin(column="x", new="bin", **options), df)
    pd.testing.assert_frame_equal(result[list(df)], df)
    assert result["bin"].dtype == "str"
    return cells(result, "bin")


def test_an_upper_edge_belongs_to_its_bin_and_so_does_the_lowest() -> None:
    ages = [0, 20, 20.5, 40, 100, -1, 101, None, INFINITE]
    labels = ("young", "middle", "old")
    expected = ["young", "young", "middle", "middle", "old", None, None, None, None]
    assert binned(ages, edges=(0, 20, 40, 100), labels=labels) == expected
    assert binned(ages, edges=(0, 20, 40.5)) == [
        *["[0, 20]", "[0, 20]", "(20, 40.5]", "(20, 40.5]"],
        *[None] * 5,
    ]


def test_with_one_label_more_than_edges_the_outer_bins_are_open() -> None:
    ages = [-5, 20, 21, 40, 41, None, INFINITE, -INFINITE]
    expected = ["young", "young", "middle", "middle", "old", None, "old", "young"]
    assert binned(ages, edges=(20, 40), labels=("young", "middle", "old")) == expected
    assert binned([1, None, 3], "Int64", edges=(2,), labels=("low", "high")) == [
        "low",
        None,
        "high",
    ]


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=12), st.integers(2, 5))
@settings(max_examples=40, deadline=None)
def test_bins_are_those_of_pandas(values: list[int], bins: int) -> None:
    labels = tuple(f"Q{number}" for number in range(1, bins + 1))
    numbers = pd.Series(values, dtype="float64")
    if len(set(values)) == 1:
        return
    edges = np.linspace(numbers.min(), numbers.max(), bins + 1)
    wide = pd.cut(numbers, list(edges), labels=list(labels), include_lowest=True)
    assert binned(values, "Int64", bins=bins, labels=labels) == list(wide)
    if not numbers.quantile(np.linspace(0, 1, bins + 1)).duplicated().any():
        alike = pd.qcut(numbers, bins, labels=list(labels))
        assert binned(values, bins=bins, labels=labels, method="quantile") == list(alike)


def test_equal_numbers_are_never_parted_and_any_column_can_be_binned() -> None:
    quartiles: Any = {"labels": ("Q1", "Q2", "Q3", "Q4"), "method": "quantile"}
    assert binned([90, 75, 60, 88], **quartiles) == ["Q4", "Q2", "Q1", "Q3"]
    assert len(set(binned([1, 1, 1, 1, 1, 2], **quartiles)[:5])) == 1
    assert len(set(binned([5, 5, 5], **quartiles))) == 1
    assert len(set(binned([5, 5, 5], bins=3))) == 1
    assert binned([None, None], bins=3) == [None, None]
    assert binned([], bins=3, method="quantile") == []
    assert binned([INFINITE, None], bins=2)[1] is None
    assert binned([0, 1, 2, 3, INFINITE, -INFINITE], bins=2) == [
        *["(-inf, 1.5]", "(-inf, 1.5]", "(1.5, inf]", "(1.5, inf]", "(1.5, inf]", "(-inf, 1.5]"]
    ]


@pytest.mark.parametrize("text", ["it's", 'x"""', "{}", "\\", "df", "column", "%s"])
def test_any_name_and_label_stays_one(text: str) -> None:
    df = pd.DataFrame({text: [1, 2, 90, 1, 2], "b": [1.5] * 5})
    bins = Bin(column=text, new=f"{text} bin", edges=(2,), labels=(text, "more"))
    assert cells(done(bins, df), f"{text} bin") == [text, text, "more", text, text]
    for columns in ((text,), (text, "b")):
        flagged = done(HandleOutliers(columns=columns, treatment="flag"), df)
        assert cells(flagged, f"{text}_outlier") == [False, False, True, False, False]


SHAPE = TableShape(
    rows=9,
    columns=(
        Column(name="age", type=ColumnType.INTEGER, nulls=2, distinct=5),
        Column(name="city", type=ColumnType.TEXT, nulls=2, distinct=3),
        Column(name="outlier", type=ColumnType.NUMBER, nulls=0, distinct=9),
    ),
)


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (Scale(columns=("city",), method="robust"), "Cast it to number first"),
        (RoundNumbers(columns=("city",), digits=1), "Cast it to number first"),
        (RoundNumbers(columns=("age",), digits=16), "-15 to 15"),
        (HandleOutliers(columns=("city",), treatment="drop"), "Cast it to number first"),
        (HandleOutliers(columns=("age",), treatment="drop", threshold=0), "above 0"),
        (HandleOutliers(columns=("age",), treatment="drop", threshold=INFINITE), "above 0"),
        (
            HandleOutliers(
                columns=("age",), method="isolation_forest", treatment="drop", threshold=0.6
            ),
            "up to 0.5",
        ),
        (
            HandleOutliers(columns=("age",), method="isolation_forest", treatment="cap"),
            "Drop or flag",
        ),
        (
            HandleOutliers(columns=("age",), method="isolation_forest", treatment="flag"),
            "already a column 'outlier'",
        ),
        (Bin(column="city", new="b", bins=3), "Cast it to number first"),
        (Bin(column="age", new="city", bins=3), "already a column 'city'"),
        (Bin(column="age", new="b"), "how many: 2 to 1000"),
        (Bin(column="age", new="b", bins=1), "how many: 2 to 1000"),
        (Bin(column="age", new="b", bins=2, labels=("a",)), "1 labels for 2 bins"),
        (Bin(column="age", new="b", bins=2, labels=("a", "a")), "one of its own"),
        (Bin(column="age", new="b", bins=2, labels=("a", "\n")), "letters that show"),
        (Bin(column="age", new="b", edges=(1, 2), bins=1), "no number or method"),
        (Bin(column="age", new="b", edges=(1, 2), method="quantile"), "no number or method"),
        (Bin(column="age", new="b", edges=(1, 1)), "do not go up"),
        (Bin(column="age", new="b", edges=(1, INFINITE)), "no finite number"),
        (Bin(column="age", new="b", edges=(1,)), "a label for each"),
        (Bin(column="age", new="b", edges=(1, 2), labels=("a", "b")), "Give 1 labels, or 3"),
    ],
)
def test_what_cannot_be_done_to_numbers_is_refused_with_what_would_work(
    action: Action, hint: str
) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, SHAPE)
    assert hint in str(refusal.value)


def test_the_next_step_sees_the_new_columns_and_how_many_values_they_have() -> None:
    flagged = check_in_turn(
        (
            Bin(column="age", new="group", edges=(20, 40), labels=("a", "b", "c")),
            HandleOutliers(columns=("age",), treatment="flag"),
            Scale(columns=("age",), method="standard"),
        ),
        SHAPE,
    )
    assert flagged is not None
    assert [(c.name, c.type, c.distinct) for c in flagged.columns] == [
        ("age", ColumnType.NUMBER, 5),
        ("city", ColumnType.TEXT, 3),
        ("outlier", ColumnType.NUMBER, 9),
        ("group", ColumnType.TEXT, 3),
        ("age_outlier", ColumnType.BOOLEAN, 2),
    ]


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (Scale(columns=("a", "b"), method="min_max"), "Scale a, b to the range 0 to 1"),
        (RoundNumbers(columns=("a",), digits=-3), "Round a to the nearest 1000"),
        (RoundNumbers(columns=("a",)), "Round a to numbers without digits behind the point"),
        (
            HandleOutliers(columns=("a",), treatment="drop"),
            "Drop rows with outliers in a: beyond 1.5 interquartile ranges from the quartiles",
        ),
        (
            HandleOutliers(columns=("a",), treatment="cap", method="z_score", threshold=2),
            "Cap outliers in a: beyond 2 standard deviations from the mean",
        ),
        (
            Bin(column="a", new="b", edges=(0.5, 20), labels=("low",)),
            "Add b: a in bins with the edges 0.5, 20, called low",
        ),
        (
            Bin(column="a", new="b", bins=4, method="quantile"),
            "Add b: a in 4 bins with as many rows each",
        ),
    ],
)
def test_a_description_tells_what_becomes_of_numbers(action: Action, line: str) -> None:
    assert action.describe() == line
