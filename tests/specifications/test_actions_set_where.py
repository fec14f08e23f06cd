"""Cells that are set, and rows that are flagged, where a condition is true: on every type."""

from typing import Any

import pandas as pd
import pytest

from domain.actions import (
    Action,
    AnyOf,
    Comparison,
    Condition,
    FlagRows,
    InvalidAction,
    SetWhere,
    check,
)
from domain.table import Column, ColumnType, TableShape
from tests.specifications.tables import cells, done

ZONE = "datetime64[us, Europe/Oslo]"
DAY = pd.Timestamp("2024-01-01")
OSLO = DAY.tz_localize("Europe/Oslo")


def first(column: str = "row") -> Comparison:
    return Comparison(column=column, operator="less", values=(1,))


def table(values: list[Any], dtype: Any, **others: Any) -> pd.DataFrame:
    """A table of a column x with the values, and another with the numbers of the rows.

    Its labels are in no order, as earlier actions of a step may leave them.
    """
    columns = {"x": pd.Series(values, dtype=dtype), "row": range(len(values)), **others}
    return pd.DataFrame(columns).set_axis([7, 2, 5][: len(values)])


@pytest.mark.parametrize(
    ("values", "dtype", "new", "expected", "kind"),
    [
        (["a", "b", None], "str", "it's", ["it's", "b", None], "str"),
        (["a", "b", None], "str", None, [None, "b", None], "str"),
        ([None, None], "str", "a", ["a", None], "str"),
        (["a", "b"], "category", "c", ["c", "b"], "str"),
        ([1, 2], "int64", 2**53 - 1, [2**53 - 1, 2], "Int64"),
        ([2**62, 2**62 + 1], "int64", None, [None, 2**62 + 1], "Int64"),
        ([1, None], "Int8", 1000, [1000, None], "Int64"),
        ([1, 2**64 - 1], "uint64", None, [None, 2**64 - 1], "UInt64"),
        ([1, None], "Int64", 0.5, [0.5, None], "float64"),
        ([1, 2], "int64", 9.0, [9, 2], "Int64"),
        ([1.5, None], "float64", 9, [9, None], "float64"),
        ([1.5, 2.5], "float64", None, [None, 2.5], "float64"),
        ([True, False], "bool", False, [False, False], "bool"),
        ([True, False], "bool", None, [None, False], "boolean"),
        ([True, None], "boolean", False, [False, None], "boolean"),
        ([DAY, DAY], "datetime64[us]", None, [None, DAY], "datetime64[us]"),
        ([None, DAY], "datetime64[us]", "2024-01-01", [DAY, DAY], "datetime64[us]"),
        ([None, OSLO], ZONE, "2024-01-01 00:00", [OSLO, OSLO], ZONE),
        ([OSLO, OSLO], ZONE, None, [None, OSLO], ZONE),
    ],
)
def test_cells_are_set_in_the_rows_where_the_condition_is_true(
    values: list[Any], dtype: Any, new: Any, expected: list[Any], kind: str
) -> None:
    result = done(SetWhere(columns=("x",), value=new, where=first()), table(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == kind


@pytest.mark.parametrize(
    ("values", "dtype", "others", "other_dtype", "expected", "kind"),
    [
        (["a", "b"], "str", [None, "d"], "str", [None, "b"], "O"),
        ([2**62 + 1, 2**62 + 3], "int64", [2**62 + 5, None], "Int64", [2**62 + 5, 2**62 + 3], "i"),
        ([1, 2], "Int64", [0.5, 1.5], "float64", [0.5, 2], "f"),
        ([1, 2], "int64", [None, None], "float64", [None, 2], "f"),
        ([0.5, 1.5], "float64", [1, 2], "int64", [1, 1.5], "f"),
        ([True, False], "bool", [None, None], "boolean", [None, False], "b"),
        ([None, None], "datetime64[us]", [DAY, DAY], "datetime64[ns]", [DAY, None], "M"),
        ([None, None], ZONE, [OSLO, OSLO], ZONE, [OSLO, None], "M"),
    ],
)
def test_cells_are_set_to_what_another_column_has(
    values: list[Any],
    dtype: Any,
    others: list[Any],
    other_dtype: Any,
    expected: list[Any],
    kind: str,
) -> None:
    df = table(values, dtype, other=pd.Series(others, dtype=other_dtype))
    result = done(SetWhere(columns=("x",), other="other", where=first()), df)
    assert cells(result) == expected
    assert list(result["row"]) == [0, 1]
    assert result["x"].dtype.kind == kind


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_dates_of_other_time_zones_are_never_taken_for_those_of_the_column(zone: str) -> None:
    df = table([OSLO, OSLO], ZONE, other=pd.Series([DAY, DAY]).dt.tz_localize(zone))
    with pytest.raises(ValueError, match="time zones"):
        done(SetWhere(columns=("x",), other="other", where=first()), df)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Comparison(column="x", operator="is_missing"), [5, 0, 1]),
        (Comparison(column="x", operator="greater", values=(4,)), [0, None, 1]),
        (Comparison(column="x", operator="not_equals", values=(5,)), [5, 0, 0]),
        (
            AnyOf(conditions=(first("x"), Comparison(column="x", operator="in", values=(1, 5)))),
            [0, None, 0],
        ),
    ],
)
def test_a_missing_value_is_set_only_where_the_condition_is_true_of_it(
    where: Condition, expected: list[Any]
) -> None:
    action = SetWhere(columns=("x",), value=0, where=where)
    assert cells(done(action, table([5, None, 1], "Int64"))) == expected


def test_the_condition_is_asked_before_any_of_the_columns_is_set() -> None:
    df = table([1, 20], "int64", y=[3, 40])
    where = Comparison(column="x", operator="greater", values=(9,))
    result = done(SetWhere(columns=("x", "y"), where=where), df)
    assert (cells(result, "x"), cells(result, "y")) == ([1, None], [3, None])


def test_nothing_is_set_where_the_condition_is_true_of_no_row() -> None:
    where = Comparison(column="row", operator="less", values=(0,))
    for action in (
        SetWhere(columns=("x",), where=where),
        SetWhere(columns=("x",), value="2024-05-06", where=where),
        SetWhere(columns=("x",), other="other", where=where),
    ):
        df = table([DAY, None], "datetime64[us]", other=pd.Series([None, DAY]))
        assert cells(done(action, df)) == [DAY, None]
        assert cells(done(action, df.iloc[:0])) == []


def test_rows_are_flagged_by_a_condition_and_left_as_they_are() -> None:
    odd = FlagRows(new="odd", where=Comparison(column="x", operator="not_equals", values=(5,)))
    df = table([5, None, 1], "Int64")
    result = done(odd, df)
    assert list(result) == ["x", "row", "odd"]
    assert (cells(result), list(result["odd"])) == ([5, None, 1], [False, True, True])
    assert result["odd"].dtype == "bool"
    assert odd.describe() == "Add odd: whether x is not 5"
    assert odd.shape_after(SHAPE).column("odd").type is ColumnType.BOOLEAN


def test_it_is_told_in_one_line() -> None:
    late = Comparison(column="days", operator="greater", values=(30,))
    said = SetWhere(columns=("status",), value="late", where=late).describe()
    assert said == "Set status to 'late' where days is greater than 30"
    assert "to missing" in SetWhere(columns=("status",), where=late).describe()
    copied = SetWhere(columns=("to", "till"), other="due", where=late).describe()
    assert copied == "Set to, till to what due has where days is greater than 30"


SHAPE = TableShape(
    rows=3,
    columns=tuple(Column(name=kind.value, type=kind, nulls=0, distinct=3) for kind in ColumnType),
)


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (SetWhere(columns=(), where=first("integer")), "at least one"),
        (SetWhere(columns=("text",), value=1, where=first("integer")), "in quotes"),
        (SetWhere(columns=("integer",), value="x", where=first("integer")), "does not fit"),
        (SetWhere(columns=("datetime",), value="soon", where=first("integer")), "2024-03-04"),
        (SetWhere(columns=("text",), value="a", where=first("text")), "does not fit"),
        (SetWhere(columns=("text",), value="a", where=first("nowhere")), "no column 'nowhere'"),
        (SetWhere(columns=("text",), other="integer", where=first("integer")), "Cast one"),
        (SetWhere(columns=("other",), other="other", where=first("integer")), "named twice"),
        (SetWhere(columns=("text",), value="a", other="text", where=first("integer")), "twice"),
        (FlagRows(new="text", where=first("integer")), "already a column 'text'"),
        (FlagRows(new=" ", where=first("integer")), "empty"),
        (FlagRows(new="flag", where=first("text")), "does not fit"),
        (SetWhere(columns=("text",), value="a", other="number", where=first("integer")), "one of"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would_work(action: Action, hint: str) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, SHAPE)
    assert hint in str(refusal.value)


def test_whole_numbers_become_fractional_only_where_what_is_set_may_be() -> None:
    def left(**new: Any) -> ColumnType:
        action = SetWhere(columns=("integer",), where=first("number"), **new)
        check(action, SHAPE)
        return action.shape_after(SHAPE).column("integer").type

    assert left(value=1.5) is left(other="number") is ColumnType.NUMBER
    assert left(value=1) is left() is ColumnType.INTEGER
