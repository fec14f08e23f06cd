"""Setting cells where a condition is true."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from domain.actions.check_conditions import check_condition
from domain.actions.compile_conditions import on_lines
from domain.actions.conditions import Condition, Scalar, columns_asked
from domain.actions.describe_conditions import describe_condition
from domain.actions.errors import PLURALS, NothingNamed, UnusableValue, WrongType
from domain.actions.literals import column as cells_of
from domain.actions.literals import for_each, has_fraction, literal, nullable, room_for
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import NUMERIC, check_value
from domain.actions.wording import name_text, names_text, value_text
from domain.table import Column, ColumnType, TableShape


@dataclass(frozen=True, kw_only=True)
class SetWhere(OnColumns):
    """Set cells of the columns to `value` (None: missing) in the rows where the condition is true.

    Or to what the column `other` has in the same row. The condition is asked before anything
    changes, so it may be about the columns themselves. The other rows keep what they have.
    """

    kind: Literal["set_where"] = "set_where"
    columns: tuple[str, ...]
    where: Condition
    value: Scalar = None
    other: str | None = None

    def columns_named(self) -> tuple[str, ...]:
        source = () if self.other is None else (self.other,)
        named = (*self.columns, *source)
        return (*named, *(name for name in columns_asked(self.where) if name not in named))

    def check(self, shape: TableShape) -> None:
        if not self.columns:
            raise NothingNamed("No column to set is named. Name at least one.")
        if self.other is not None and self.value is not None:
            raise UnusableValue("A value, or what another column has: say one of the two.")
        for name in self.columns:
            if self.other is not None:
                _check_alike(shape.column(name), shape.column(self.other))
            elif self.value is not None:
                check_value(self.value, shape.column(name))
        check_condition(self.where, shape)

    def code(self) -> str:
        matches = f"matches = {on_lines(self.where)}\n"
        if self.other is not None:
            copied = partial(_from_other, cells_of(self.other))
            return f"import pandas as pd\n\n{matches}{for_each(self.columns, copied)}"
        return matches + for_each(self.columns, partial(set_where_matched, self.value))

    def describe(self) -> str:
        new = value_text(self.value) if self.other is None else f"what {name_text(self.other)} has"
        return f"Set {names_text(self.columns)} to {new} where {describe_condition(self.where)}"

    def shape_after(self, shape: TableShape) -> TableShape:
        other = None if self.other is None else shape.column(self.other)
        fraction = has_fraction(self.value) or (other and other.type is ColumnType.NUMBER)

        return _with_numbers(shape, self.columns, fraction=bool(fraction))


def with_value(shape: TableShape, columns: tuple[str, ...], value: Scalar) -> TableShape:
    """The table's shape where some cells of the columns became the value."""
    return _with_numbers(shape, columns, fraction=has_fraction(value))


def _with_numbers(shape: TableShape, columns: tuple[str, ...], *, fraction: bool) -> TableShape:
    def changed(column: Column) -> Column:
        number = fraction and column.type in NUMERIC
        return replace(column, type=ColumnType.NUMBER if number else column.type)

    return shape.changed(columns, changed)


def set_where_matched(value: Scalar, cells: str) -> str:
    """The line that sets the cells to the value where ``matches``, which is there, is true."""
    if value is None:
        return f"{nullable(cells)}{cells} = {cells}.mask(matches)"
    ready = ""
    if isinstance(value, str):
        ready = f"if {cells}.dtype == 'category':\n    {cells} = {cells}.astype('str')\n"
    elif not isinstance(value, bool) and not has_fraction(value):
        ready = nullable(cells)
    return f"{ready}{cells} = {room_for(value, cells)}.mask(matches, {literal(value)})"


def _from_other(other: str, cells: str) -> str:
    # concat() finds the type that holds both; mask() would not.
    return (
        f"{cells} = pd.concat([{other}[matches], {cells}[~matches]])\n"
        f"if {cells}.dtype == 'object':\n"
        f"    raise ValueError({literal(_NO_TYPE)})"
    )


def _check_alike(column: Column, other: Column) -> None:
    """Raise WrongType unless the one can hold what the other does."""
    if other.type is ColumnType.OTHER or not (
        column.type is other.type or {column.type, other.type} <= NUMERIC
    ):
        needs = f"and {other.name!r} holds {PLURALS[other.type]}"
        raise WrongType(column.name, column.type, needs, "Cast one of the two first.")


_NO_TYPE = "no type holds both, such as dates of different time zones"
