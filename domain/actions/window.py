"""Columns of which each cell is computed with other rows: totals so far, ranks, shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from domain.actions.errors import NothingNamed
from domain.actions.literals import column, literal, literal_list
from domain.actions.new_names import check_new_names
from domain.actions.typed_action import TypedAction
from domain.actions.value_checks import NUMERIC, ORDERED, demand
from domain.actions.wording import name_text, names_text
from domain.table import ColumnType, TableShape

Window: TypeAlias = Literal[
    "running_total",
    "running_max",
    "running_min",
    "difference",
    "percent_change",
    "percent_of_total",
    "rank",
    "row_number",
]
_WORDS: Mapping[Window, str] = {
    "running_total": "the running total of",
    "running_max": "the largest value so far of",
    "running_min": "the smallest value so far of",
    "difference": "the difference to the row before of",
    "percent_change": "the change in percent to the row before of",
    "percent_of_total": "the percentage of the total of",
    "rank": "the rank by",
}
_METHODS: Mapping[Window, str] = {
    "running_total": "cumsum",
    "running_max": "cummax",
    "running_min": "cummin",
}
# Of nothing there is no share.
_WITHOUT_INFINITY = ".replace([float('inf'), float('-inf')], float('nan'))"
_FRACTIONS = frozenset({"difference", "percent_change", "percent_of_total"})


@dataclass(frozen=True, kw_only=True)
class ComputeOverRows(TypedAction):
    """Add the column `new`, which tells of each value how it stands among those of other rows.

    Running figures, differences and row numbers go by the order of the rows; sort first where
    another is meant. The rank 1 is the smallest value, or with `descending` the largest; equal
    values share the lowest. With `by`, each group is by itself. A missing value has a missing
    result and is left out of the others. row_number counts rows from 1 and needs no column.
    """

    kind: Literal["compute_over_rows"] = "compute_over_rows"
    window: Window
    column: str | None = None
    by: tuple[str, ...] = ()
    descending: bool = False
    new: str

    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        own = () if self.column is None else (self.column,)
        return (*own, *self.by)

    def columns_changed(self) -> tuple[str, ...]:
        return (self.new,)

    def check(self, shape: TableShape) -> None:
        check_new_names((self.new,), shape.column_names)
        if self.window == "row_number":
            return
        if self.column is None:
            raise NothingNamed(f"Name the column: {_WORDS[self.window]} which one is meant?")
        types = ORDERED - {ColumnType.TEXT} if self.window == "rank" else NUMERIC
        why = f"which have no {self.window.replace('_', ' ')}"
        remedy = "Cast it to number first."
        demand([shape.column(self.column)], types, why, remedy)

    def code(self) -> str:
        return f"{column(self.new)} = {self._cells()}"

    def _cells(self) -> str:
        keys = f".groupby({literal_list(self.by)}, dropna=False)" if self.by else ""
        if self.column is None or self.window == "row_number":
            return f"df{keys}.cumcount() + 1" if self.by else "range(1, len(df) + 1)"
        cells = column(self.column)
        grouped = f"df{keys}[{literal(self.column)}]" if self.by else cells
        match self.window:
            case "difference":
                return f"{_fractions(cells)} - {_fractions(f'{grouped}.shift()')}"
            case "percent_change":
                before = _fractions(f"{grouped}.shift()")
                return f"(100 * {_fractions(cells)} / {before} - 100){_WITHOUT_INFINITY}"
            case "percent_of_total":
                total = _fractions(f"{grouped}.transform('sum')") if self.by else f"{cells}.sum()"
                return f"(100 * {_fractions(cells)} / {total}){_WITHOUT_INFINITY}"
            case "rank":
                order = f"ascending={not self.descending}"
                return f"{grouped}.rank(method='min', {order}).astype('Int64')"
            case window:
                return f"{grouped}.{_METHODS[window]}()"

    def describe(self) -> str:
        groups = f" for each {names_text(self.by)}" if self.by else ""
        order = ", the largest first" if self.window == "rank" and self.descending else ""
        return f"Add {name_text(self.new)}: {self._what()}{groups}{order}"

    def _what(self) -> str:
        if self.window == "row_number":
            return "the number of the row"
        return f"{_WORDS[self.window]} {name_text(self.column or '')}"

    def shape_after(self, shape: TableShape) -> TableShape:
        if self.window in _FRACTIONS:
            return shape.with_column(self.new, ColumnType.NUMBER)
        whole = self.column is None or self.window in {"rank", "row_number"}
        kind = ColumnType.INTEGER if whole else shape.column(self.column or "").type
        return shape.with_column(self.new, kind)


def _fractions(cells: str) -> str:
    return f"{cells}.astype('float64')"
