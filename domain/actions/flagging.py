"""Telling rows apart by a condition, and leaving them as they are."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from domain.actions.check_conditions import check_condition
from domain.actions.compile_conditions import on_lines
from domain.actions.conditions import Condition, columns_asked
from domain.actions.describe_conditions import describe_condition
from domain.actions.literals import column
from domain.actions.new_names import check_new_names
from domain.actions.typed_action import TypedAction
from domain.actions.wording import name_text
from domain.table import ColumnType, TableShape


@dataclass(frozen=True, kw_only=True)
class FlagRows(TypedAction):
    """Add a true/false column `new` that says in which rows the condition is true."""

    kind: Literal["flag_rows"] = "flag_rows"
    new: str
    where: Condition

    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return columns_asked(self.where)

    def columns_changed(self) -> tuple[str, ...]:
        return (self.new,)

    def check(self, shape: TableShape) -> None:
        check_new_names((self.new,), shape.column_names)
        check_condition(self.where, shape)

    def code(self) -> str:
        return f"matches = {on_lines(self.where)}\n{column(self.new)} = matches.astype('bool')"

    def describe(self) -> str:
        return f"Add {name_text(self.new)}: whether {describe_condition(self.where)}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.with_column(self.new, ColumnType.BOOLEAN, distinct=2)
