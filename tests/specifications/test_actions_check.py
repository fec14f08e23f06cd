"""Which actions do not fit a table, and what the refusal says."""

from typing import Any

import pytest

from domain.actions import (
    Action,
    AllOf,
    Cast,
    ChangeCase,
    Comparison,
    Condition,
    DropColumns,
    DuplicateColumn,
    ExtractText,
    Fill,
    FilterRows,
    InvalidAction,
    KeepColumns,
    MapValues,
    MaskPersonal,
    MergeColumns,
    MergeSimilar,
    Not,
    PadText,
    ParseDates,
    RenameColumns,
    Renaming,
    ReorderColumns,
    ReplaceText,
    ReplaceValues,
    Sort,
    SplitColumn,
    TrimText,
    UnknownColumn,
    ValuePair,
    check,
    check_in_turn,
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


def where(column: str, operator: str, *values: object, **options: Any) -> FilterRows:
    comparison = Comparison(column=column, operator=operator, values=values, **options)  # type: ignore[arg-type]  # operators and values come from the tables below
    return FilterRows(where=comparison)


def mapped(*pairs: tuple[Any, Any], otherwise: Any = "keep") -> MapValues:
    values = tuple(ValuePair(old=old, new=new) for old, new in pairs)
    return MapValues(columns=("city",), pairs=values, otherwise=otherwise)


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
        (where("city", "greater", figure="mean"), "Cast it to number"),
        (where("id", "equals", figure="mean"), "compared as less"),
        (where("id", "greater", 3, figure="mean"), "without values"),
        (where("id", "greater", 3, of_each=("city",)), "Which figure of each 'city'"),
        (where("id", "greater", figure="mean", of_each=("id",)), "Among equal cells"),
        (where("id", "greater", "x", figure="mean", of_each=("city",)), "with numbers"),
        (where("city", "greater", 3, figure="mean", of_each=("signup",)), "Cast it to number"),
        (where("id", "greater", 3, figure="distinct", of_each=("id",)), "there is no other"),
        (where("id", "greater", figure="rows", of_each=("city",)), "with values"),
        (where("signup", "equals", "x", part="month"), "whole numbers"),
        (where("city", "equals", 3, part="month"), "Parse dates"),
        (where("id", "greater", figure="mean", of_each=("nowhere",)), "no column 'nowhere'"),
        (where("nowhere_at_all", "is_missing"), "no column 'nowhere_at_all'"),
        (FilterRows(where=AllOf(conditions=())), "at least two"),
        (FilterRows(where=nested(5_000)), "nested"),
        (Sort(keys=()), "Name at least one"),
        (ReorderColumns(columns=("id",), place="before"), "before which"),
        (ReorderColumns(columns=("id",), place="first", anchor="city"), "Leave the anchor out"),
        (ReorderColumns(columns=("id",), place="after", anchor="id"), "named twice"),
        (ReorderColumns(columns=(), place="after", anchor="id"), "to be moved"),
        (DuplicateColumn(column="id", new="city"), "already a column 'city'"),
        (DuplicateColumn(column="id", new=""), "is empty"),
        (ReplaceText(columns=("id",), old="1", new=""), "only text"),
        (ReplaceText(columns=("city",), old="", new="x"), "at least a character"),
        (ReplaceText(columns=("city",), old="(", new="", regex=True), "unterminated"),
        (ReplaceText(columns=("city",), old="a", new=r"\1", regex=True), "group reference"),
        (ReplaceText(columns=("city",), old="a", new=r"\g<x>", regex=True), "unknown group"),
        (PadText(columns=("price",), width=5), "Cast it to text first"),
        (PadText(columns=("city",), width=0), "1 to 1,000"),
        (PadText(columns=("city",), width=5, fill="ab"), "One character"),
        (ExtractText(column="id", what="digits"), "Cast it to text first"),
        (ExtractText(column="city", new=("a",)), "either a known part"),
        (ExtractText(column="city", what="year", pattern="x", new=("a",)), "either a known part"),
        (ExtractText(column="city", pattern="[0-9]"), "Name the new column"),
        (ExtractText(column="city", pattern="(a)(b)", new=("a",)), "2 new columns would be filled"),
        (ExtractText(column="city", what="year", new=("a", "b")), "1 new columns would be filled"),
        (ExtractText(column="city", pattern="(?P<id>a)"), "already a column 'id'"),
        (ExtractText(column="city", pattern="(a", new=("a",)), "unterminated"),
        (ExtractText(column="city", pattern="(?P<a>"), "unterminated"),
        (SplitColumn(column="price", separator=","), "Cast it to text first"),
        (SplitColumn(column="city", separator=""), "at least one character"),
        (SplitColumn(column="city", separator="(,)", regex=True), "Write them as (?:…)"),
        (SplitColumn(column="city", separator="[", regex=True), "unterminated"),
        (SplitColumn(column="city", separator=",", new=("a",)), "at least two"),
        (SplitColumn(column="city", separator=",", new=("a", "a")), "already a column 'a'"),
        (SplitColumn(column="city", separator=",", new=("city", "a"), keep=True), "column 'city'"),
        (MergeColumns(columns=("id",), separator="", new="a"), "at least two"),
        (MergeColumns(columns=("id", "city"), separator="", new="price"), "column 'price'"),
        (MergeColumns(columns=("id", "city"), separator="", new="id", keep=True), "column 'id'"),
        (MaskPersonal(columns=("id",), method="partial"), "Hide or hash it"),
        (MergeSimilar(columns=("id",)), "only text"),
        (MergeSimilar(columns=("city",), method="levenshtein", distance=4), "1 to 3 edits"),
        (MapValues(columns=("city",), pairs=()), "at least one pair"),
        (MapValues(columns=("city",), pairs=(ValuePair(old="m", new=1),)), "does not fit"),
        (MapValues(columns=("id",), pairs=(ValuePair(old="m", new=1),)), "does not fit"),
        (MapValues(columns=("signup",), pairs=(ValuePair(old="m", new="f"),)), "be mapped"),
        (mapped(("m", "a"), ("m", "b")), "mapped twice"),
        (mapped(("m", 1), ("f", "b"), otherwise="missing"), "does not fit"),
        (mapped(("m", 1), ("f", float("nan")), otherwise="missing"), "finite"),
        (mapped(("m", None), otherwise="missing"), "leave no value"),
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
    steps = (
        Cast(columns=("city",), to="integer"),
        RenameColumns(pairs=(Renaming(old="city", new="zip"),)),
        KeepColumns(columns=("zip", "id")),
        Fill(columns=("zip",), strategy="mean"),
    )
    shape = check_in_turn(steps, SHAPE)
    assert shape is not None
    assert [(c.name, c.type, c.nulls) for c in shape.columns] == [
        ("zip", ColumnType.NUMBER, 0),
        ("id", ColumnType.INTEGER, 1),
    ]


def test_what_comes_behind_a_split_into_unknown_columns_is_not_checked() -> None:
    split = SplitColumn(column="city", separator=",")
    assert check_in_turn([split, TrimText(columns=("city_1",))], SHAPE) is None
    named = SplitColumn(column="city", separator=",", new=("city", "land"))
    shape = check_in_turn([named, TrimText(columns=("land",))], SHAPE)
    assert shape is not None
    assert shape.column_names == ("id", "price", "city", "land", "active", "signup")


def test_a_description_is_one_line_whatever_the_names_are() -> None:
    line = DropColumns(columns=("a\nb", "plain", " ")).describe()
    assert line == r"Drop the columns 'a\nb', plain, ' '"


def test_a_description_tells_what_a_cast_does_to_values_it_cannot_convert() -> None:
    assert "becomes missing" in Cast(columns=("x",), to="number").describe()
    assert "rounding" in Cast(columns=("x",), to="integer").describe()


@pytest.mark.parametrize("operator", ["equals", "not_equals"])
def test_a_column_without_any_value_can_be_compared_whatever_its_type(operator: str) -> None:
    empty = Column(name="a", type=ColumnType.OTHER, nulls=0, distinct=0)
    check(where("a", operator, "x"), TableShape(rows=0, columns=(empty,)))
    filled = Column(name="a", type=ColumnType.OTHER, nulls=0, distinct=1)
    with pytest.raises(InvalidAction):
        check(where("a", operator, "x"), TableShape(rows=1, columns=(filled,)))
