"""Replacing values by others."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from domain.actions.conditions import Scalar
from domain.actions.literals import for_each, has_fraction, literal, room_for
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import NUMERIC, check_value
from domain.actions.wording import names_text, value_text
from domain.table import Column, ColumnType, TableShape


@dataclass(frozen=True, kw_only=True)
class ReplaceValues(OnColumns):
    """Replace cells that equal `old` (not parts of cells) by `new`; None is a missing value."""

    kind: Literal["replace_values"] = "replace_values"
    columns: tuple[str, ...]
    old: str | int | float | bool
    new: Scalar

    def check(self, shape: TableShape) -> None:
        for name in self.columns:
            check_value(self.old, shape.column(name))
            if self.new is not None:
                check_value(self.new, shape.column(name))

    def code(self) -> str:
        return for_each(self.columns, partial(_replace, self))

    def describe(self) -> str:
        replaced = f"{value_text(self.old)} with {value_text(self.new)}"
        return f"Replace {replaced} in {names_text(self.columns)}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, self._replaced)

    def _replaced(self, column: Column) -> Column:
        fraction = has_fraction(self.new) and column.type in NUMERIC
        return replace(column, type=ColumnType.NUMBER if fraction else column.type)


def _replace(action: ReplaceValues, cells: str) -> str:
    found = f"found = ({cells} == {literal(action.old)}).fillna(False)\n"
    if action.new is not None:
        new = literal(action.new)
        return f"{found}{cells} = {room_for(action.new, cells)}.mask(found, {new})"
    return f"{found}{_nullable(action.old, cells)}{cells} = {cells}.mask(found)"


def _nullable(old: object, cells: str) -> str:
    """Code that gives whole numbers and booleans a type which can hold missing values."""
    if isinstance(old, bool):
        return f"{cells} = {cells}.astype('boolean')\n"
    if isinstance(old, int):
        return f"if {cells}.dtype.kind in 'iu':\n    {cells} = {cells}.astype('Int64')\n"
    return ""
