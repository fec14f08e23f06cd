"""Columns of which each cell is computed with other rows: totals so far, ranks, shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.literals import column, literal, literal_list, nullable
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
    "percentile",
    "row_number",
    "previous",
    "next",
    "rolling_mean",
    "rolling_sum",
    "rolling_median",
    "rolling_min",
    "rolling_max",
    "mean",
    "median",
    "total",
    "largest",
    "smallest",
    "count",
]
_WORDS: Mapping[Window, str] = {
    "running_total": "the running total of",
    "running_max": "the largest value so far of",
    "running_min": "the smallest value so far of",
    "difference": "the difference to the row before of",
    "percent_change": "the change in percent to the row before of",
    "percent_of_total": "the percentage of the total of",
    "rank": "the rank by",
    "percentile": "the percentage of values that are not above that of",
    "rolling_mean": "the mean of",
    "rolling_sum": "the sum of",
    "rolling_median": "the median of",
    "rolling_min": "the smallest of",
    "rolling_max": "the largest of",
    "mean": "the mean of",
    "median": "the median of",
    "total": "the total of",
    "largest": "the largest",
    "smallest": "the smallest",
}
_METHODS: Mapping[Window, str] = {
    "running_total": "cumsum",
    "running_max": "cummax",
    "running_min": "cummin",
}
_FIGURES: Mapping[Window, str] = {
    "mean": "'mean'",
    "median": "'median'",
    "total": "'sum', min_count=1",
    "largest": "'max'",
    "smallest": "'min'",
}
_ROLLING = "rolling_"
_SHIFTED: Mapping[Window, str] = {"previous": "before", "next": "after"}
_MOST_ROWS = 100_000
# Of nothing there is no share.
_WITHOUT_INFINITY = ".replace([float('inf'), float('-inf')], float('nan'))"
_FRACTIONS = frozenset(
    {"difference", "percent_change", "percent_of_total", "percentile", "mean", "median"}
)
_COUNTS = frozenset({"rank", "row_number", "count"})


@dataclass(frozen=True, kw_only=True)
class ComputeOverRows(TypedAction):
    """Add the column `new`, which tells of each value how it stands among those of other rows.

    Running figures, differences, row numbers and what the previous or next row has go by the order
    of the rows; sort first where another is meant. rolling_mean and the like are of the row and
    those before it, `size` in all, and missing where not all of them have a value; previous and
    next are `size` rows away. The rank 1 is the smallest value, or with `descending` the largest;
    equal values share the lowest. mean, total, largest and the like are the same for each row of a
    group. With `by`, each group is by itself. A missing value has a missing result and is left out
    of the others. row_number counts rows from 1 and count those of a group; they need no column.
    """

    kind: Literal["compute_over_rows"] = "compute_over_rows"
    window: Window
    column: str | None = None
    by: tuple[str, ...] = ()
    descending: bool = False
    size: int | None = None
    new: str

    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        own = () if self.column is None else (self.column,)
        return (*own, *self.by)

    def columns_changed(self) -> tuple[str, ...]:
        return (self.new,)

    def check(self, shape: TableShape) -> None:
        check_new_names((self.new,), shape.column_names)
        self._check_size()
        if self.window == "count" and not self.by:
            raise NothingNamed("Count the rows of which groups? Name a column.")
        if self.window in {"row_number", "count"}:
            return
        if self.column is None:
            raise NothingNamed(f"Name the column: {self._words()} which one is meant?")
        if self.window in _SHIFTED:
            return
        types = ORDERED - {ColumnType.TEXT} if self.window == "rank" else NUMERIC
        why = f"which have no {self.window.replace('_', ' ')}"
        remedy = "Cast it to number first."
        demand([shape.column(self.column)], types, why, remedy)

    def _check_size(self) -> None:
        least = 2 if self.window.startswith(_ROLLING) else 1
        given = self.size if self.size is not None or least == 2 else 1
        if given is None or not least <= given <= _MOST_ROWS:
            raise UnusableValue(f"Over how many rows? Give a number from {least} to {_MOST_ROWS}.")

    def code(self) -> str:
        if self.window in _SHIFTED and self.column is not None:
            # A column of its own first: whole numbers and booleans would lose their type.
            new = column(self.new)
            return f"{new} = {column(self.column)}\n{nullable(new)}{new} = {self._cells()}"
        return f"{column(self.new)} = {self._cells()}"

    def _cells(self) -> str:
        keys = f".groupby({literal_list(self.by)}, dropna=False)" if self.by else ""
        if self.window == "count":
            return f"df{keys}[{literal(self.by[0])}].transform('size')"
        if self.column is None or self.window == "row_number":
            return f"df{keys}.cumcount() + 1" if self.by else "range(1, len(df) + 1)"
        if self.window in _SHIFTED:
            own = f"df{keys}[{literal(self.new)}]" if self.by else column(self.new)
            away = self.size or 1
            return f"{own}.shift({away if self.window == 'previous' else -away})"
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
            case "percentile":
                share = f"{grouped}.rank(method='max', pct=True)"
                return f"100 * {_fractions(share)}"
            case window if window in _FIGURES:
                # Of all rows it is a group of its own.
                groups = keys or ".groupby([0] * len(df))"
                return f"df{groups}[{literal(self.column)}].transform({_FIGURES[window]})"
            case window if window.startswith(_ROLLING):
                figure = f"rolling({self.size}).{window.removeprefix(_ROLLING)}()"
                if not self.by:
                    return f"{_fractions(cells)}.{figure}"
                return f"{grouped}.transform(lambda cells: {_fractions('cells')}.{figure})"
            case window:
                return f"{grouped}.{_METHODS[window]}()"

    def describe(self) -> str:
        groups = f" for each {names_text(self.by)}" if self.by else ""
        order = ", the largest first" if self.window == "rank" and self.descending else ""
        return f"Add {name_text(self.new)}: {self._what()}{groups}{order}"

    def _what(self) -> str:
        if self.window == "row_number":
            return "the number of the row"
        if self.window == "count":
            return "the number of rows"
        said = f"{self._words()} {name_text(self.column or '')}"
        if self.window.startswith(_ROLLING):
            return f"{said} over the row and the {(self.size or 2) - 1} before it"
        return said

    def _words(self) -> str:
        side = _SHIFTED.get(self.window)
        if side is None:
            return _WORDS[self.window]
        return (
            f"what the row {f'{self.size} rows ' if (self.size or 1) > 1 else ''}{side} it has in"
        )

    def shape_after(self, shape: TableShape) -> TableShape:
        if self.window in _FRACTIONS or self.window.startswith(_ROLLING):
            return shape.with_column(self.new, ColumnType.NUMBER)
        whole = self.column is None or self.window in _COUNTS
        kind = ColumnType.INTEGER if whole else shape.column(self.column or "").type
        return shape.with_column(self.new, kind)


def _fractions(cells: str) -> str:
    return f"{cells}.astype('float64')"
