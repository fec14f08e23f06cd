"""How categories become numbers, whatever type they have."""

from typing import Any

import pandas as pd
import pytest
from sklearn.preprocessing import LabelEncoder

from domain.actions import Action, InvalidAction, LabelEncode, OneHot, check, check_in_turn
from domain.table import Column, ColumnType, TableShape
from tests.specifications.tables import cells, done, series

TYPED = [
    (["b", None, "a"], "str", ["a", "b"]),
    (["b", None, "a"], "category", ["a", "b"]),
    ([20, None, 3], "Int64", ["3", "20"]),
    ([1.5, None, 0.5], "float64", ["0.5", "1.5"]),
    ([True, None, False], "boolean", ["False", "True"]),
    (["2024-01-02", None, "2024-01-01 10:00"], "datetime64[us]", None),
]


@pytest.mark.parametrize(("values", "dtype", "names"), TYPED)
def test_each_value_gets_a_column_of_its_own_and_a_missing_one_is_in_none(
    values: list[Any], dtype: str, names: list[str] | None
) -> None:
    result = done(OneHot(columns=("x",)), series(values, dtype))
    assert next(iter(result)) == "other"
    if names is not None:
        assert list(result)[1:] == [f"x_{name}" for name in names]
    assert result.iloc[:, 1:].to_numpy().tolist() == [[0, 1], [0, 0], [1, 0]]
    assert all(result.dtypes.iloc[1:] == "int64")


def test_the_column_is_kept_where_it_should_be() -> None:
    df = series(["b", "a"], "str")
    result = done(OneHot(columns=("x",), keep=True), df)
    assert list(result) == ["x", "other", "x_a", "x_b"]
    pd.testing.assert_frame_equal(result[list(df)], df)


def test_each_part_of_a_text_has_a_column_where_it_is_said_what_separates_them() -> None:
    action = OneHot(columns=("x",), separator=";")
    result = done(action, series(["b; a", None, "a", "", "c;c;"], "str"))
    assert list(result.columns) == ["other", "x_a", "x_b", "x_c"]
    assert [cells(result, f"x_{part}") for part in "abc"] == [
        [1, 0, 1, 0, 0],
        [1, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
    ]


def test_of_no_texts_there_are_no_parts() -> None:
    result = done(OneHot(columns=("x",), separator=";"), series([None, None], "str"))
    assert list(result.columns) == ["other"]


def test_no_two_columns_get_the_same_name() -> None:
    df = pd.DataFrame({"a": ["b_c", "x"], "a_b": ["c", "y"], "a_x": [1, 2]})
    result = done(OneHot(columns=("a", "a_b")), df)
    assert list(result) == ["a_x", "a_b_c", "a_x_2", "a_b_c_2", "a_b_y"]
    assert cells(result, "a_x_2") == [0, 1]


def test_too_many_values_are_refused_also_where_the_table_has_grown_since() -> None:
    df = series([str(number) for number in range(201)], "str")
    with pytest.raises(ValueError, match="'x' has 201 distinct values"):
        done(OneHot(columns=("x",)), df)
    assert done(OneHot(columns=("x",)), df.iloc[:200]).shape == (200, 201)


@pytest.mark.parametrize(("values", "dtype", "names"), TYPED)
def test_values_become_the_numbers_of_their_order_and_the_answer_tells_which(
    values: list[Any], dtype: str, names: list[str] | None
) -> None:
    df = series(values, dtype)
    result = done(LabelEncode(columns=("x",)), df)
    assert cells(result) == [1, None, 0]
    assert result["x"].dtype == "Int64"
    known = [str(value) for value in values if value is not None]
    if dtype == "str":
        assert list(LabelEncoder().fit_transform(known)) == [1, 0]
    told = answer(LabelEncode(columns=("x",)), df)
    assert cells(told, "number") == [0, 1]
    if names is not None:
        assert cells(told, "value") == names


def answer(action: Action, df: pd.DataFrame) -> pd.DataFrame:
    scope: dict[str, Any] = {"df": df.copy()}
    exec(action.code(), scope)  # noqa: S102 - the code under test is our own
    told = scope["result"]
    assert isinstance(told, pd.DataFrame)
    return told


def test_several_columns_are_encoded_each_by_itself() -> None:
    df = pd.DataFrame({"it's": ["b", "a", "b"], "{y}": pd.Series([None, 5, 3], dtype="Int64")})
    result = done(LabelEncode(columns=("it's", "{y}")), df)
    assert (cells(result, "it's"), cells(result, "{y}")) == ([1, 0, 1], [None, 1, 0])
    told = answer(LabelEncode(columns=("it's", "{y}")), df)
    assert told.to_numpy().tolist() == [
        *[["it's", 0, "a"], ["it's", 1, "b"]],
        *[["{y}", 0, "3"], ["{y}", 1, "5"]],
    ]
    hot = done(OneHot(columns=("it's", "{y}")), df)
    assert list(hot) == ["it's_a", "it's_b", "{y}_3", "{y}_5"]


def test_a_column_without_any_value_stays_without() -> None:
    for values in ([None, None], []):
        result = done(LabelEncode(columns=("x",)), series(values, "str"))
        assert cells(result) == values
        assert list(done(OneHot(columns=("x",)), series(values, "str"))) == ["other"]


SHAPE = TableShape(
    rows=60_000,
    columns=(
        Column(name="id", type=ColumnType.INTEGER, nulls=0, distinct=50_000),
        Column(name="city", type=ColumnType.TEXT, nulls=2, distinct=200),
        Column(name="tags", type=ColumnType.OTHER, nulls=2, distinct=3),
        Column(name="empty", type=ColumnType.TEXT, nulls=60_000, distinct=0),
    ),
)


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (OneHot(columns=("id",)), "50000 distinct values, and each would become a column"),
        (OneHot(columns=("tags",)), "Cast it to text first"),
        (OneHot(columns=("empty",)), "no value"),
        (OneHot(columns=()), "Name at least one"),
        (LabelEncode(columns=("tags",)), "Cast it to text first"),
    ],
)
def test_what_cannot_be_encoded_is_refused_with_what_would_work(action: Action, hint: str) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, SHAPE)
    assert hint in str(refusal.value)


def test_only_the_cells_tell_the_columns_of_values() -> None:
    assert check_in_turn((OneHot(columns=("city",)),), SHAPE) is None
    assert OneHot(columns=("city",)).columns_from_cells
    labelled = check_in_turn((LabelEncode(columns=("city",)),), SHAPE)
    assert labelled is not None
    assert labelled.column("city").type is ColumnType.INTEGER


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (OneHot(columns=("a", "b")), "Make a column of 0 and 1 of each value of a, b"),
        (OneHot(columns=("a",), keep=True), "Make a column of 0 and 1 of each value of a, kept"),
        (LabelEncode(columns=("a",)), "Number the values of a from 0, in their order"),
    ],
)
def test_a_description_tells_how_categories_become_numbers(action: Action, line: str) -> None:
    assert action.describe() == line
