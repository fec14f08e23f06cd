"""A column that is computed from others."""

import ast
from dataclasses import dataclass
from typing import ClassVar, Literal

from domain.actions.errors import UnusableName
from domain.actions.expressions import Expression
from domain.actions.literals import column as cells_of
from domain.actions.typed_action import TypedAction
from domain.actions.wording import name_text
from domain.table import ColumnType, TableShape

_LIBRARIES = (("np", "import numpy as np\n"), ("pd", "import pandas as pd\n"))


@dataclass(frozen=True, kw_only=True)
class Derive(TypedAction):
    """Compute the column `new` from an expression over columns, or replace it by that.

    An expression is written like price * quantity, first + ' ' + last, round(a / b, 2) or
    'adult' if age >= 18 else 'minor'; names that are no plain words stand in backticks. It knows
    + - * / // % **, comparisons, and, or, not, if ... else, and the functions abs, floor, ceil,
    sqrt, exp, log, log10, round, min, max, lower, upper, title, trim, length, text, concat,
    contains, startswith, endswith, coalesce, is_missing, year, month, day and hour.
    A comparison with a missing value is false; all else with one is missing, as is x / 0.
    """

    kind: Literal["derive"] = "derive"
    new: str
    expression: str

    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return Expression(self.expression).columns

    def columns_changed(self) -> tuple[str, ...]:
        return (self.new,)

    def check(self, shape: TableShape) -> None:
        if not self.new.strip():
            raise UnusableName("The new column has no name. Give it at least a letter.")
        Expression(self.expression).term(shape)

    def code(self) -> str:
        term = Expression(self.expression).term()
        code = term.code
        if term.endless:
            code = f"{code}.replace([np.inf, -np.inf], np.nan)"
        elif code.startswith("(") and ast.parse(code, mode="eval").body.col_offset == 1:
            code = code[1:-1]
        return f"{_imports(code)}{cells_of(self.new)} = {code}"

    def describe(self) -> str:
        return f"Compute {name_text(self.new)} as {' '.join(self.expression.split())}"

    def shape_after(self, shape: TableShape) -> TableShape:
        term = Expression(self.expression).term(shape)
        return shape.with_column(self.new, term.type or ColumnType.OTHER)


def _imports(code: str) -> str:
    used = [line for name, line in _LIBRARIES if f"{name}." in code]
    return "".join(used) + ("\n" if used else "")
