"""Whether a snippet did to a table what its step may do, by the difference that it made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from domain.actions import RowEffect
from domain.assertions import Assertion, AssertionName
from domain.expectations import Expectations
from domain.table import Column, ColumnType, TableShape

# Of fewer values in a sample all may well have to go.
_ENOUGH_VALUES = 20
_NAMING = frozenset({ColumnType.INTEGER, ColumnType.TEXT})


@dataclass(frozen=True, kw_only=True)
class TableDifference:
    """What a snippet made of a table, or of a sample of it, in counts.

    `keys` are the columns in which no two rows of the whole table are alike. `changed_cells` counts
    the cells that became others, by column, as far as somebody looked; `shifted_rows` the rows in
    which untouched cells do not stand beside one another as before.
    """

    before: TableShape
    after: TableShape
    keys: frozenset[str] = frozenset()
    changed_cells: Mapping[str, int] = field(default_factory=dict)
    shifted_rows: int = 0
    sampled: bool = False


def keys_of(shape: TableShape) -> frozenset[str]:
    """The columns in which no two rows are alike and none is missing."""
    if shape.rows < 2:
        return frozenset()
    return frozenset(c.name for c in shape.columns if not c.nulls and c.distinct == shape.rows)


def reviewed(expected: Expectations, found: TableDifference) -> tuple[Assertion, ...]:
    """Every assertion that follows from what was expected, whether it held or not."""
    rules = (_rows, _kept, _made, _added, _types, _cells, _together, _keys, _values)
    return tuple(one for rule in rules for one in _held_as_one(rule(expected, found)))


def _held_as_one(assertions: Iterable[Assertion]) -> Iterator[Assertion]:
    held = 0
    for each in assertions:
        if each.held and each.column is not None:
            held += 1
            name = each.name
        else:
            yield each
    if held:
        yield Assertion(name=name, held=True, expected=held, found=held)


def _rows(expected: Expectations, found: TableDifference) -> Iterator[Assertion]:
    before, after = found.before.rows, found.after.rows
    match expected.rows:
        case RowEffect.KEPT | RowEffect.REORDERED:
            name, held = AssertionName.ROWS_KEPT, after == before
        case RowEffect.FEWER:
            name, held = AssertionName.NO_ROWS_ADDED, after <= before
        case _:
            return
    yield Assertion(name=name, held=held, expected=before, found=after)


def _kept(expected: Expectations, found: TableDifference) -> Iterator[Assertion]:
    there = found.after.column_names
    for name in expected.untouched(found.before):
        yield _of_column(AssertionName.COLUMN_KEPT, name, 1, int(name in there))


def _made(expected: Expectations, found: TableDifference) -> Iterator[Assertion]:
    kept = expected.untouched(found.before)
    for name in expected.columns or ():
        if name not in kept:
            there = int(name in found.after.column_names)
            yield _of_column(AssertionName.COLUMN_MADE, name, 1, there)


def _added(expected: Expectations, found: TableDifference) -> Iterator[Assertion]:
    if expected.columns is not None:
        for name in found.after.column_names:
            if name not in expected.columns:
                yield _of_column(AssertionName.NO_COLUMN_ADDED, name, 0, 1)


def _types(expected: Expectations, found: TableDifference) -> Iterator[Assertion]:
    for before, after in _still_there(expected, found):
        # What has no value has no type either.
        kind = after.type if after.nulls < found.after.rows else before.type
        yield Assertion(
            name=AssertionName.TYPE_KEPT,
            column=before.name,
            held=kind is before.type,
            expected=before.type,
            found=kind,
        )


def _cells(expected: Expectations, found: TableDifference) -> Iterator[Assertion]:
    for before, _ in _still_there(expected, found):
        if before.name in found.changed_cells:
            changed = found.changed_cells[before.name]
            yield _of_column(AssertionName.CELLS_KEPT, before.name, 0, changed)


def _together(_: Expectations, found: TableDifference) -> Iterator[Assertion]:
    if found.shifted_rows:
        name = AssertionName.ROWS_TOGETHER
        yield Assertion(name=name, held=False, expected=0, found=found.shifted_rows)


def _keys(expected: Expectations, found: TableDifference) -> Iterator[Assertion]:
    """Rows that are made anew have no key, and what happens to be unlike, as prices, is none."""
    if expected.rows is RowEffect.REMADE:
        return
    for before, after in _still_there(expected, found):
        if before.name in found.keys and (expected.rows or before.type in _NAMING):
            yield _of_column(
                AssertionName.KEY_UNIQUE, before.name, found.after.rows, after.distinct
            )


def _values(expected: Expectations, found: TableDifference) -> Iterator[Assertion]:
    """Code that empties a column went wrong; what typed actions make missing, they say."""
    if expected.columns is not None or expected.rows is RowEffect.REMADE:
        return
    least = _ENOUGH_VALUES if found.sampled else 1
    after = {column.name: column for column in found.after.columns}
    for column in found.before.columns:
        became = after.get(column.name)
        if became is None or found.before.rows - column.nulls < least or not found.after.rows:
            continue
        left = found.after.rows - became.nulls
        yield Assertion(
            name=AssertionName.VALUES_LEFT,
            column=column.name,
            # The rows that are left may be those that had none.
            held=left > 0 or became.nulls <= column.nulls,
            expected=1,
            found=left,
        )


def _still_there(expected: Expectations, found: TableDifference) -> Iterator[tuple[Column, Column]]:
    """The untouched columns, before and after."""
    after = {column.name: column for column in found.after.columns}
    for name in expected.untouched(found.before):
        if name in after:
            yield found.before.column(name), after[name]


def _of_column(name: AssertionName, column: str, expected: int, found: int) -> Assertion:
    held = found == expected
    return Assertion(name=name, column=column, held=held, expected=expected, found=found)
