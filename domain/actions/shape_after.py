"""What an action makes of a table's schema, so that the next step can be planned before it runs."""

from dataclasses import replace
from typing import assert_never

from domain.actions.value_checks import NUMERIC
from domain.actions.vocabulary import (
    Action,
    Cast,
    ChangeCase,
    DropColumns,
    DropMissing,
    Fill,
    FilterRows,
    KeepColumns,
    ParseDates,
    RemoveDuplicates,
    RenameColumns,
    ReplaceValues,
    Sort,
    TrimText,
)
from domain.table import Column, ColumnType, TableShape


def shape_after(action: Action, shape: TableShape) -> TableShape:
    """The names and types that the columns will have; counts that only the cells tell are kept."""
    match action:
        case DropColumns():
            dropped = set(action.columns)
            left = (c for c in shape.columns if c.name not in dropped)
            return replace(shape, columns=tuple(left))
        case KeepColumns():
            by_name = {column.name: column for column in shape.columns}
            return replace(shape, columns=tuple(by_name[name] for name in action.columns))
        case RenameColumns():
            new = {pair.old: pair.new for pair in action.pairs}
            renamed = (replace(c, name=new.get(c.name, c.name)) for c in shape.columns)
            return replace(shape, columns=tuple(renamed))
        case Fill() | Cast() | ParseDates() | ReplaceValues():
            named = set(action.columns)
            changed = (_after(action, c) if c.name in named else c for c in shape.columns)
            return replace(shape, columns=tuple(changed))
        case DropMissing() | RemoveDuplicates() | TrimText() | ChangeCase() | FilterRows() | Sort():
            return shape
        case _:
            assert_never(action)


def _after(action: Fill | Cast | ParseDates | ReplaceValues, column: Column) -> Column:
    match action:
        case Fill():
            whole = action.strategy == "mode" or isinstance(action.value, int)
            number = column.type in NUMERIC and not whole and column.nulls > 0
            return replace(column, nulls=0, type=ColumnType.NUMBER if number else column.type)
        case Cast():
            return replace(column, type=ColumnType(action.to))
        case ParseDates():
            return replace(column, type=ColumnType.DATETIME)
        case ReplaceValues():
            fraction = isinstance(action.new, float) and column.type in NUMERIC
            return replace(column, type=ColumnType.NUMBER if fraction else column.type)
