"""Mapping values to others by a list of pairs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from domain.actions.conditions import Scalar
from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.literals import for_each, has_fraction, literal
from domain.actions.type_code import each_read
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import check_value, demand
from domain.actions.wording import names_text, value_text
from domain.table import Column, ColumnType, TableShape

_SHOWN_PAIRS = 5
_DTYPES = {
    ColumnType.TEXT: "str",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.INTEGER: "Int64",
    ColumnType.NUMBER: "float64",
}
_OTHERWISE_MISSING = """
if COLUMN.notna().any() and not COLUMN.isin(list(new_values)).any():
    raise ValueError(SENTENCE)
COLUMN = COLUMN.map(new_values).astype({dtype})
"""


@dataclass(frozen=True, kw_only=True)
class ValuePair:
    """A value and what becomes of it; None is a missing value."""

    old: str | int | float | bool
    new: Scalar


@dataclass(frozen=True, kw_only=True)
class MapValues(OnColumns):
    """Replace whole cells by a list of pairs, all at once: two values may swap.

    What no pair names is kept, or with `otherwise` becomes missing. Only then may the new values
    be of another type than the column, such as yes and no for 1 and 0.
    """

    kind: Literal["map_values"] = "map_values"
    columns: tuple[str, ...]
    pairs: tuple[ValuePair, ...]
    otherwise: Literal["keep", "missing"] = "keep"

    def check(self, shape: TableShape) -> None:
        if not self.pairs:
            raise NothingNamed("No value is mapped. Give at least one pair.")
        columns = [shape.column(name) for name in self.columns]
        demand(columns, _DTYPES, "which cannot be mapped", "Cast it to text first.")
        for column in columns:
            new_column = replace(column, type=self._type_left(column))
            for pair in self.pairs:
                check_value(pair.old, column)
                if pair.new is not None:
                    check_value(pair.new, new_column)
        if all(pair.new is None for pair in self.pairs) and self.otherwise == "missing":
            raise UnusableValue("That would leave no value. Give a new value for at least one.")
        mapped: set[Scalar] = set()
        for pair in self.pairs:
            if pair.old in mapped:
                raise UnusableValue(f"{pair.old!r} is mapped twice. Give one new value for it.")
            mapped.add(pair.old)

    def code(self) -> str:
        pairs = ", ".join(f"{literal(pair.old)}: {literal(pair.new)}" for pair in self.pairs)
        mapping = f"new_values = {{{pairs}}}\n"
        if self.otherwise == "keep":
            return mapping + for_each(self.columns, partial(_others_kept, self.pairs))
        dtype = literal(_DTYPES[_type_of(pair.new for pair in self.pairs)])
        body = _OTHERWISE_MISSING.format(dtype=dtype)
        return mapping + each_read(self.columns, body, "among those that are mapped")

    def describe(self) -> str:
        shown = [f"{value_text(p.old)} to {value_text(p.new)}" for p in self.pairs[:_SHOWN_PAIRS]]
        more = len(self.pairs) - len(shown)
        pairs = ", ".join(shown) + (f" and {more} more" if more else "")
        rest = "" if self.otherwise == "keep" else "; any other value becomes missing"
        return f"Map {pairs} in {names_text(self.columns)}{rest}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=self._type_left(c)))

    def _type_left(self, column: Column) -> ColumnType:
        new = _type_of(pair.new for pair in self.pairs)
        if self.otherwise == "missing":
            return new
        whole = column.type is ColumnType.INTEGER
        return ColumnType.NUMBER if whole and new is ColumnType.NUMBER else column.type


def _type_of(values: Iterable[Scalar]) -> ColumnType:
    """The type of a column of these values, as far as they are of one type."""
    given = [value for value in values if value is not None]
    if any(isinstance(value, str) for value in given):
        return ColumnType.TEXT
    if any(isinstance(value, bool) for value in given):
        return ColumnType.BOOLEAN
    if any(has_fraction(value) for value in given):
        return ColumnType.NUMBER
    return ColumnType.INTEGER


def _others_kept(pairs: tuple[ValuePair, ...], cells: str) -> str:
    """Code that maps, in a type which can hold both what is new and what is kept."""
    new, old = (_type_of(values) for values in ((p.new for p in pairs), (p.old for p in pairs)))
    if old is ColumnType.TEXT or new is ColumnType.TEXT:
        dtype, ready = "'str'", ""
    elif ColumnType.BOOLEAN in {old, new}:
        dtype, ready = "'boolean'", f"{cells} = {cells}.astype('boolean')\n"
    elif new is ColumnType.NUMBER:
        dtype, ready = "'float64'", f"{cells} = {cells}.astype('float64')\n"
    else:
        ready = f"if {cells}.dtype.kind in 'iu':\n    {cells} = {cells}.astype('Int64')\n"
        dtype = f"{cells}.dtype"
    mapped = f"{cells}.map(new_values).astype({dtype})"
    return f"{ready}{cells} = {cells}.mask({cells}.isin(list(new_values)), {mapped})"
