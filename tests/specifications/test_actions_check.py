"""Which actions do not fit a table, and what the refusal says."""

import pytest

from domain.actions import (
    Action,
    AllOf,
    Cast,
    ChangeCase,
    Comparison,
    Condition,
    DropColumns,
    Fill,
    FilterRows,
    InvalidAction,
    KeepColumns,
    Not,
    ParseDates,
    RenameColumns,
    Renaming,
    ReplaceValues,
    Sort,
    TrimText,
    UnknownColumn,
    check,
    describe,
    shape_after,
)
from domain.table import Column, ColumnType, TableShape

TYPES = {
    "id": ColumnType.INTEGER,
    "price": ColumnType.NUMBER,
    "city": ColumnType.TEXT,
    "active": ColumnType.BOOLEAN,
    "signup": ColumnType.DATETIME,
}
SHAPE = TableShape(
    rows=9,
    columns=tuple(Column(name=n, type=t, nulls=1, distinct=5) for n, t in TYPES.items()),
)


def where(column: str, operator: str, *values: object, **options: bool) -> FilterRows:
    comparison = Comparison(column=column, operator=operator, values=values, **options)  # type: ignore[arg-type]  # operators and values come from the tables below
    return FilterRows(where=comparison)


def nested(depth: int) -> Condition:
    condition: Condition = Comparison(column="city", operator="is_missing")
    for _ in range(depth):
        condition = Not(condition=condition)
    return condition


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (DropColumns(columns=("Citty",)), "'city'"),
        (DropColumns(columns=tuple(TYPES)), "Keep at least one"),
        (DropColumns(columns=()), "Name at least one"),
        (KeepColumns(columns=("id", "id")), "named twice"),
        (Fill(columns=("city",), strategy="mean"), "Cast it to number first"),
        (Fill(columns=("active",), strategy="median"), "no median"),
        (Fill(columns=("city",), strategy="constant"), "Give a value"),
        (Fill(columns=("id",), strategy="constant", value="x"), "cast it to text"),
        (Fill(columns=("signup",), strategy="constant", value="soon"), "2024-03-04"),
        (Fill(columns=("signup",), strategy="constant", value="2024-02-30"), "2024-03-04"),
        (RenameColumns(pairs=(Renaming(old="id", new="city"),)), "already a column 'city'"),
        (RenameColumns(pairs=(Renaming(old="id", new=" "),)), "is empty"),
        (
            RenameColumns(pairs=(Renaming(old="id", new="a"), Renaming(old="city", new="a"))),
            "already a column 'a'",
        ),
        (TrimText(columns=("id",)), "whole numbers"),
        (ChangeCase(columns=("signup",), case="upper"), "dates"),
        (Cast(columns=("signup",), to="number"), "Cast it to text first"),
        (ParseDates(columns=("price",)), "no dates"),
        (ReplaceValues(columns=("city",), old=0, new=None), "put the value in quotes: '0'"),
        (ReplaceValues(columns=("id",), old="x", new=None), "does not fit"),
        (ReplaceValues(columns=("id",), old=2**60, new=None), "in quotes"),
        (where("price", "less", float("inf")), "finite"),
        (where("city", "greater", 18), "Cast it to number first"),
        (where("id", "contains", "1"), "Cast it to text first"),
        (where("active", "equals", 1), "true or false"),
        (where("active", "less", True), "no order"),
        (where("city", "equals", None), "is missing"),
        (where("id", "between", 1), "1 values"),
        (where("id", "in"), "0 values"),
        (where("city", "equals", "x", by_day=True), "Parse dates"),
        (where("nowhere_at_all", "is_missing"), "no column 'nowhere_at_all'"),
        (FilterRows(where=AllOf(conditions=())), "at least two"),
        (FilterRows(where=nested(5_000)), "nested"),
        (Sort(keys=()), "Name at least one"),
    ],
)
def test_an_action_that_does_not_fit_is_refused_with_what_would_work(
    action: Action, hint: str
) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, SHAPE)
    assert hint in str(refusal.value)


def test_an_unknown_column_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownColumn) as refusal:
        check(TrimText(columns=("CITI",)), SHAPE)
    assert refusal.value.nearest[0] == "city"


@pytest.mark.parametrize(
    "action",
    [
        Fill(columns=("id", "price"), strategy="median"),
        Fill(columns=("signup",), strategy="constant", value="2024-02-29"),
        RenameColumns(pairs=(Renaming(old="id", new="city"), Renaming(old="city", new="id"))),
        ReplaceValues(columns=("id",), old=0, new=0.5),
        where("signup", "in", "2024-01-01", by_day=True),
        where("city", "between", "a", "c"),
        FilterRows(where=nested(10)),
    ],
)
def test_an_action_that_fits_passes(action: Action) -> None:
    check(action, SHAPE)


def test_the_next_step_sees_the_names_and_types_that_the_last_one_made() -> None:
    shape = shape_after(Cast(columns=("city",), to="integer"), SHAPE)
    shape = shape_after(RenameColumns(pairs=(Renaming(old="city", new="zip"),)), shape)
    shape = shape_after(KeepColumns(columns=("zip", "id")), shape)
    check(Fill(columns=("zip",), strategy="mean"), shape)
    shape = shape_after(Fill(columns=("zip",), strategy="mean"), shape)
    assert [(c.name, c.type, c.nulls) for c in shape.columns] == [
        ("zip", ColumnType.NUMBER, 0),
        ("id", ColumnType.INTEGER, 1),
    ]


def test_a_description_is_one_line_whatever_the_names_are() -> None:
    line = describe(DropColumns(columns=("a\nb", "plain", " ")))
    assert line == r"Drop the columns 'a\nb', plain, ' '"


def test_a_description_tells_what_a_cast_does_to_values_it_cannot_convert() -> None:
    assert "becomes missing" in describe(Cast(columns=("x",), to="number"))
    assert "rounding" in describe(Cast(columns=("x",), to="integer"))


@pytest.mark.parametrize("operator", ["equals", "not_equals"])
def test_a_column_without_any_value_can_be_compared_whatever_its_type(operator: str) -> None:
    empty = Column(name="a", type=ColumnType.OTHER, nulls=0, distinct=0)
    check(where("a", operator, "x"), TableShape(rows=0, columns=(empty,)))
    filled = Column(name="a", type=ColumnType.OTHER, nulls=0, distinct=1)
    with pytest.raises(InvalidAction):
        check(where("a", operator, "x"), TableShape(rows=1, columns=(filled,)))
