"""Filling what is missing."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from domain.actions.conditions import Scalar
from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.filling import (
    interpolated,
    measures,
    with_constant,
    with_middle,
    with_mode,
    with_nearest,
    with_neighbour,
)
from domain.actions.literals import for_each, literal
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import NUMERIC, check_value, demand
from domain.actions.wording import names_text, value_text
from domain.table import Column, ColumnType, TableShape

_OF_NUMBERS = frozenset({"mean", "median", "knn"})
_MEASURED = NUMERIC | {ColumnType.BOOLEAN}
_MOST_NEIGHBOURS = 100


@dataclass(frozen=True, kw_only=True)
class Fill(OnColumns):
    """Fill missing values, each column with its own mean, median or mode, or with `value`.

    Or from the rows around, in the order that they have: with the nearest value before (forward)
    or after (backward), or on the straight line between the two, as if the rows were equally far
    apart (interpolate: numbers and dates). What has no value on that side stays missing.
    Or with the mean of the `neighbours` rows that are nearest (knn) by the other columns of
    numbers: each counts alike, whatever its unit, and a missing one as the average.

    With `by`, a row is filled from the rows of its own group; where the group has no value, or the
    row no group, it stays missing. For knn, `by` are the columns by which rows are near.
    A column without any value stays as it is. Whole numbers become fractional only where the
    filled value is. Of several modes the smallest is taken.
    """

    kind: Literal["fill"] = "fill"
    columns: tuple[str, ...]
    strategy: Literal[
        "mean", "median", "mode", "constant", "forward", "backward", "interpolate", "knn"
    ]
    value: Scalar = None
    by: tuple[str, ...] = ()
    neighbours: int = 5

    def columns_named(self) -> tuple[str, ...]:
        return (*self.columns, *self.by)

    def check(self, shape: TableShape) -> None:
        if not self.columns:
            raise NothingNamed("No column to fill is named. Name at least one.")
        columns = [shape.column(name) for name in self.columns]
        if self.value is not None and self.strategy != "constant":
            raise UnusableValue(
                f"A value is given, and {self.strategy} finds its own. Leave the value out, or "
                "fill with it as a constant."
            )
        if self.strategy in _OF_NUMBERS:
            remedy = "Cast it to number first, or use the mode or a fixed value."
            demand(columns, NUMERIC, f"which have no {_WHAT[self.strategy]}", remedy)
        elif self.strategy == "interpolate":
            between = NUMERIC | {ColumnType.DATETIME}
            remedy = "Fill forward or backward instead."
            demand(columns, between, "which have nothing in between", remedy)
        elif self.strategy == "constant":
            self._check_constant(columns)
        if self.strategy == "knn":
            self._check_neighbours(shape)

    def _check_constant(self, columns: list[Column]) -> None:
        if self.value is None:
            raise UnusableValue("Missing values cannot be filled with nothing. Give a value.")
        if self.by:
            raise UnusableValue("One value is the same in every group. Leave the groups out.")
        for column in columns:
            check_value(self.value, column)

    def _check_neighbours(self, shape: TableShape) -> None:
        if not 1 <= self.neighbours <= _MOST_NEIGHBOURS:
            raise UnusableValue(
                f"{self.neighbours} is no number of neighbours. Take 1 to {_MOST_NEIGHBOURS}."
            )
        by = (shape.column(name) for name in self.by)
        demand(by, _MEASURED, "by which no rows are near", "Name columns of numbers.")
        numbers = [column for column in shape.columns if column.type in NUMERIC]
        if not self.by and len(numbers) < 2:
            raise NothingNamed(
                f"No other column than {self.columns[0]!r} holds numbers by which rows are near. "
                "Use the mean or the median."
            )

    def code(self) -> str:
        if self.strategy == "knn":
            name = literal(self.columns[0]) if len(self.columns) == 1 else "column"
            nearest = partial(with_nearest, self.neighbours, name)
            return measures(self.by) + for_each(self.columns, nearest)
        return for_each(self.columns, self._fill)

    def _fill(self, cells: str) -> str:
        match self.strategy:
            case "constant":
                return with_constant(self.value, cells)
            case "mode":
                return with_mode(self.by, cells)
            case "forward":
                return with_neighbour("ffill", self.by, cells)
            case "backward":
                return with_neighbour("bfill", self.by, cells)
            case "interpolate":
                return interpolated(self.by, cells)
            case _:
                return with_middle(self.strategy, self.by, cells)

    def describe(self) -> str:
        return f"Fill missing values of {names_text(self.columns)} {self._with()}"

    def _with(self) -> str:
        match self.strategy:
            case "constant":
                return f"with {value_text(self.value)}"
            case "knn":
                near = names_text(self.by) or "the other columns of numbers"
                rows = "row" if self.neighbours == 1 else f"{self.neighbours} rows"
                return f"with the mean of the {rows} nearest by {near}"
        groups = f", within each group by {names_text(self.by)}" if self.by else ""
        return f"{_WITH.get(self.strategy, f'with the {self.strategy}')}{groups}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, self._filled)

    def _filled(self, column: Column) -> Column:
        some_left = self.by or self.strategy in _WITH or self.strategy == "knn"
        nulls = column.nulls if some_left else 0
        return replace(column, nulls=nulls, type=self._type_of(column))

    def _type_of(self, column: Column) -> ColumnType:
        if column.type not in NUMERIC or not column.nulls:
            return column.type
        whole = self.strategy in {"mode", "forward", "backward"} or isinstance(self.value, int)
        return column.type if whole else ColumnType.NUMBER


_WHAT = {"mean": "mean", "median": "median", "knn": "mean"}
_WITH = {
    "forward": "with the value before them",
    "backward": "with the value after them",
    "interpolate": "on the line between the values around them",
}
