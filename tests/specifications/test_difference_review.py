"""What a snippet may have made of a table, by its step, and what is said of what it made."""

from dataclasses import replace

import pytest

from domain.actions import (
    DropColumns,
    FilterRows,
    RenameColumns,
    Renaming,
    RowEffect,
    Sort,
    SortKey,
    TrimText,
)
from domain.actions.conditions import Comparison
from domain.assertions import Assertion, AssertionName, complaint
from domain.difference_review import TableDifference, keys_of, reviewed
from domain.expectations import Expectations, expected_of
from domain.plan import Step
from domain.table import Column, ColumnType, TableShape

ID = Column(name="id", type=ColumnType.INTEGER, nulls=0, distinct=40)
AGE = Column(name="age", type=ColumnType.NUMBER, nulls=4, distinct=30)
CITY = Column(name="city", type=ColumnType.TEXT, nulls=0, distinct=3)
BEFORE = TableShape(rows=40, columns=(ID, AGE, CITY))
AGE_MAY_CHANGE = Expectations(changes=frozenset({"age"}), rows=RowEffect.KEPT)


def difference(*columns: Column, rows: int = 40, **cells: int) -> TableDifference:
    """What made a table of these columns; of those that are named, so many cells changed."""
    after = TableShape(rows=rows, columns=columns)
    return TableDifference(before=BEFORE, after=after, keys=keys_of(BEFORE), changed_cells=cells)


def broken(expected: Expectations, found: TableDifference) -> list[tuple[str, str | None]]:
    return [(a.name.value, a.column) for a in reviewed(expected, found) if not a.held]


def of_code(**said: object) -> Expectations:
    return expected_of(replace(Step(description="do it"), **said), BEFORE)  # type: ignore[arg-type]  # as a table of tests says it


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        (difference(ID, AGE, CITY, rows=39), ("rows_kept", None)),
        (difference(ID, AGE), ("column_kept", "city")),
        (difference(ID, AGE, CITY, city=2), ("cells_kept", "city")),
        (difference(ID, AGE, replace(CITY, type=ColumnType.OTHER)), ("type_kept", "city")),
        (difference(replace(ID, distinct=39), AGE, CITY), ("key_unique", "id")),
        (difference(ID, replace(AGE, nulls=40, distinct=0), CITY), ("values_left", "age")),
        (replace(difference(ID, AGE, CITY), shifted_rows=2), ("rows_together", None)),
    ],
)
def test_what_goes_beyond_the_step_is_found(
    found: TableDifference, complaint: tuple[str, str | None]
) -> None:
    assert complaint in broken(AGE_MAY_CHANGE, found)


def test_what_the_step_speaks_of_may_change_and_columns_may_be_added() -> None:
    changed = replace(AGE, type=ColumnType.INTEGER, nulls=0, distinct=9)
    added = replace(CITY, name="country", nulls=40, distinct=0)
    assert not broken(AGE_MAY_CHANGE, difference(ID, changed, CITY, added, id=0, city=0))


def test_what_held_of_columns_is_counted_and_stands_once() -> None:
    found = reviewed(AGE_MAY_CHANGE, difference(ID, AGE, CITY, id=0, city=0))
    assert found == (
        Assertion(name=AssertionName.ROWS_KEPT, held=True, expected=40, found=40),
        Assertion(name=AssertionName.COLUMN_KEPT, held=True, expected=2, found=2),
        Assertion(name=AssertionName.TYPE_KEPT, held=True, expected=2, found=2),
        Assertion(name=AssertionName.CELLS_KEPT, held=True, expected=2, found=2),
        Assertion(name=AssertionName.KEY_UNIQUE, held=True, expected=1, found=1),
        Assertion(name=AssertionName.VALUES_LEFT, held=True, expected=3, found=3),
    )


@pytest.mark.parametrize(
    ("rows", "left", "held"),
    [
        (RowEffect.KEPT, 40, True),
        (RowEffect.REORDERED, 39, False),
        (RowEffect.FEWER, 1, True),
        (RowEffect.FEWER, 41, False),
        (RowEffect.REMADE, 3, True),
        (None, 3, True),
    ],
)
def test_rows_go_and_come_as_the_step_says(rows: RowEffect | None, left: int, held: bool) -> None:
    ids = replace(ID, distinct=left)
    assert (not broken(of_code(rows=rows), difference(ids, AGE, CITY, rows=left))) is held


def test_a_plan_that_says_nothing_of_columns_expects_nothing_of_them() -> None:
    assert of_code().changes is None
    assert of_code(changes=("*",)).changes is None
    assert of_code(changes=()).untouched(BEFORE) == ("id", "age", "city")
    assert of_code(changes=("city",), rows=RowEffect.REMADE).changes is None


def test_a_column_that_a_plan_writes_in_another_way_is_the_one_that_is_meant() -> None:
    assert of_code(changes=(" Age", "share")).untouched(BEFORE) == ("id", "city")
    both = TableShape(rows=40, columns=(AGE, replace(AGE, name="Age")))
    step = Step(description="x", changes=("Age",))
    assert expected_of(step, both).untouched(both) == ("age",)


def test_rows_made_anew_have_neither_a_key_nor_values_from_before() -> None:
    grouped = difference(replace(ID, distinct=1), replace(AGE, nulls=3), CITY, rows=3)
    assert not broken(of_code(changes=(), rows=RowEffect.REMADE), grouped)


def test_prices_that_happen_to_be_unlike_are_a_key_only_where_the_step_speaks_of_rows() -> None:
    price = replace(ID, type=ColumnType.NUMBER)
    before = TableShape(rows=40, columns=(price,))
    after = TableShape(rows=80, columns=(price,))
    found = TableDifference(before=before, after=after, keys=keys_of(before))
    assert not broken(Expectations(changes=frozenset()), found)
    fewer = Expectations(changes=frozenset(), rows=RowEffect.FEWER)
    assert ("key_unique", "id") in broken(fewer, found)


def test_the_rows_that_are_left_may_be_those_without_a_value() -> None:
    left = difference(ID, replace(AGE, nulls=4, distinct=0), CITY, rows=4)
    assert ("values_left", "age") not in broken(of_code(rows=RowEffect.FEWER), left)


def test_of_few_values_in_a_sample_all_may_have_to_go() -> None:
    emptied = difference(ID, replace(AGE, nulls=40, distinct=0), CITY)
    few = replace(BEFORE, columns=(ID, replace(AGE, nulls=30), CITY))
    whole, sample = (replace(emptied, before=few, sampled=sampled) for sampled in (False, True))
    assert broken(AGE_MAY_CHANGE, whole) == [("values_left", "age")]
    assert not broken(AGE_MAY_CHANGE, sample)


def test_typed_actions_say_themselves_what_becomes_of_the_table() -> None:
    step = Step(
        description="three",
        actions=(
            TrimText(columns=("city",)),
            RenameColumns(pairs=(Renaming(old="age", new="years"),)),
            FilterRows(where=Comparison(column="id", operator="greater", values=(3,))),
            Sort(keys=(SortKey(column="id"),)),
        ),
    )
    expected = expected_of(step, BEFORE)
    assert expected.rows is RowEffect.FEWER
    assert expected.columns == ("id", "years", "city")
    assert expected.untouched(BEFORE) == ("id",)
    years = replace(AGE, name="years")
    good = difference(replace(ID, distinct=9), years, CITY, rows=9)
    assert not broken(expected, good)
    assert broken(expected, difference(ID, AGE, CITY)) == [
        ("column_made", "years"),
        ("no_column_added", "age"),
    ]


def test_a_column_that_an_action_drops_is_not_missed() -> None:
    step = Step(description="drop", actions=(DropColumns(columns=("age",)),))
    assert not broken(expected_of(step, BEFORE), difference(ID, CITY, id=0, city=0))


@pytest.mark.parametrize("name", AssertionName)
def test_each_assertion_that_does_not_hold_has_a_sentence(name: AssertionName) -> None:
    kinds = name is AssertionName.TYPE_KEPT
    expected, found = (ColumnType.TEXT, ColumnType.NUMBER) if kinds else (1, 4_321)
    told = complaint(
        Assertion(name=name, held=False, column="city", expected=expected, found=found)
    )
    assert told.endswith(".")
    assert "city" in told or "rows" in told
