"""Many rows made into one: groups with their figures, and tables with a column for each value."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias

from domain.actions.errors import NothingNamed, UnusableName, UnusableValue
from domain.actions.literals import literal, literal_list
from domain.actions.typed_action import RowEffect, TypedAction
from domain.actions.value_checks import NUMERIC, ORDERED, demand
from domain.actions.wording import name_text, names_text
from domain.table import Column, ColumnType, TableShape

AggregateFunction: TypeAlias = Literal[
    "rows", "count", "distinct", "sum", "mean", "median", "min", "max", "std", "first", "last"
]
_METHOD: Mapping[AggregateFunction, str] = {"rows": "size", "distinct": "nunique"}
_NUMBERS_ONLY = frozenset({"sum", "mean", "median", "std"})
_COUNTS = frozenset({"rows", "count", "distinct"})
_MOST_NEW_COLUMNS = 500


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """One figure of a group, as the column `new`, which without a name is called like age_mean.

    rows counts the rows and needs no column, count the values that are not missing, distinct the
    different ones. Missing values are left out of all but rows; the sum of none is 0.
    """

    function: AggregateFunction
    column: str | None = None
    new: str | None = None

    @property
    def name(self) -> str:
        """What the column is called."""
        if self.new is not None:
            return self.new
        return self.function if self.column is None else f"{self.column}_{self.function}"

    def check(self, shape: TableShape) -> None:
        """Raise InvalidAction unless the column has such a figure."""
        if not self.name.strip():
            raise UnusableName("A figure has no name. Give it at least a letter.")
        if self.column is None:
            if self.function != "rows":
                raise NothingNamed(f"Of which column the {self.function} is meant is not said.")
            return
        column = shape.column(self.column)
        if self.function in _NUMBERS_ONLY:
            demand([column], NUMERIC, f"which have no {self.function}", "Cast it to number first.")
        if self.function in {"min", "max"}:
            demand([column], ORDERED, f"which have no {self.function}", "")

    def type_in(self, shape: TableShape) -> ColumnType:
        """The type that the figure has."""
        if self.function in _COUNTS or self.column is None:
            return ColumnType.INTEGER
        if self.function in {"mean", "median", "std"}:
            return ColumnType.NUMBER
        return shape.column(self.column).type

    def describe(self) -> str:
        """Such as ``the mean of age`` or ``the number of rows``."""
        if self.column is None:
            return "the number of rows"
        what = {"count": "number of values", "distinct": "number of different values"}
        return f"the {what.get(self.function, self.function)} of {name_text(self.column)}"


def check_aggregates(
    aggregates: tuple[Aggregate, ...], by: tuple[str, ...], shape: TableShape
) -> None:
    """Raise InvalidAction unless each can be told, under a name of its own beside those of `by`."""
    taken = set(by)
    for each in aggregates:
        each.check(shape)
        if each.name in taken:
            raise UnusableName(f"Two columns would be called {each.name!r}. Rename one.")
        taken.add(each.name)


def grouped(rows: str, aggregates: tuple[Aggregate, ...], by: tuple[str, ...]) -> str:
    """The expression for a row of each group of the rows, with its figures."""
    figures = ", ".join(
        f"{literal(each.name)}: ({literal(each.column or by[0])}, "
        f"{literal(_METHOD.get(each.function, each.function))})"
        for each in aggregates
    )
    groups = f"{rows}.groupby({literal_list(by)}, dropna=False, as_index=False)"
    return f"{groups}.agg(**{{{figures}}})"


@dataclass(frozen=True, kw_only=True)
class GroupBy(TypedAction):
    """Make one row of all rows that agree in `by`, with figures of them, sorted by the groups.

    Rows with a missing value in `by` are groups too, the last ones. No other column is left.
    """

    kind: Literal["group_by"] = "group_by"
    by: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]

    rows: ClassVar = RowEffect.REMADE
    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        of_figures = (each.column for each in self.aggregates if each.column is not None)
        return tuple(dict.fromkeys([*self.by, *of_figures]))

    def columns_changed(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.aggregates)

    def check(self, shape: TableShape) -> None:
        if not self.by or not self.aggregates:
            raise NothingNamed("A group needs a column to group by, and a figure such as its mean.")
        check_aggregates(self.aggregates, self.by, shape)

    def code(self) -> str:
        return f"df = {grouped('df', self.aggregates, self.by)}"

    def describe(self) -> str:
        figures = ", ".join(each.describe() for each in self.aggregates)
        return f"Group by {names_text(self.by)}, with {figures}"

    def shape_after(self, shape: TableShape) -> TableShape:
        keys = tuple(shape.column(name) for name in self.by)
        figures = tuple(
            Column(name=each.name, type=each.type_in(shape), nulls=0, distinct=shape.rows)
            for each in self.aggregates
        )
        return replace(shape, columns=(*keys, *figures), duplicate_rows=0)


@dataclass(frozen=True, kw_only=True)
class Pivot(TypedAction):
    """Make a row of all rows that agree in `rows_by`, and a column of each value of `column`.

    Its cells are the `function` of the `values` that fall there; without `values`, the number of
    rows. Where nothing falls, the cell is missing, and a number of rows 0.
    """

    kind: Literal["pivot"] = "pivot"
    rows_by: tuple[str, ...]
    column: str
    values: str | None = None
    function: AggregateFunction = "sum"

    rows: ClassVar = RowEffect.REMADE
    columns_from_cells: ClassVar = True

    def columns_named(self) -> tuple[str, ...]:
        return (*self.rows_by, self.column, *([self.values] if self.values is not None else []))

    def check(self, shape: TableShape) -> None:
        if not self.rows_by:
            raise NothingNamed("It is not said which column the rows of the new table stand for.")
        if self.values is not None:
            Aggregate(column=self.values, function=self.function).check(shape)
        distinct = shape.column(self.column).distinct
        if distinct > _MOST_NEW_COLUMNS:
            raise UnusableValue(
                f"{self.column!r} has {distinct} different values, and a table of more than "
                f"{_MOST_NEW_COLUMNS} columns helps nobody. Choose another column, or bin it first."
            )

    def code(self) -> str:
        groups = f"df.groupby({literal_list([*self.rows_by, self.column])}, dropna=False)"
        if self.values is None or self.function == "rows":
            cells, empty = f"{groups}.size()", ", fill_value=0"
        else:
            method = _METHOD.get(self.function, self.function)
            cells = f"{groups}[{literal(self.values)}].{method}()"
            empty = ", fill_value=0" if self.function in _COUNTS else ""
        return (
            f"import pandas as pd\n\nwide = {cells}.unstack({literal(self.column)}{empty})\n"
            "wide.columns = ['missing' if pd.isna(x) else str(x) for x in wide.columns]\n"
            "df = wide.reset_index()"
        )

    def describe(self) -> str:
        cells = "the number of rows"
        if self.values is not None:
            cells = Aggregate(column=self.values, function=self.function).describe()
        each = f"a column for each {name_text(self.column)}"
        return f"Show {cells} by {names_text(self.rows_by)}, {each}"
