"""Questions that several figures answer: of some columns, or a summary of the whole table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.actions.check_conditions import check_condition
from domain.actions.conditions import Condition, columns_asked
from domain.actions.errors import NothingNamed
from domain.actions.grouping import Aggregate, check_aggregates, grouped
from domain.actions.inquiry import Inquiry, chosen_rows, of_rows
from domain.actions.literals import literal, literal_list
from domain.actions.value_checks import NUMERIC, ORDERED, demand
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

ColumnFigure: TypeAlias = Literal["count", "distinct", "sum", "mean", "median", "min", "max", "std"]
_COUNTS = frozenset({"count", "distinct"})
_EXTREMES = frozenset({"min", "max"})
_METHOD: Mapping[ColumnFigure, str] = {"distinct": "nunique"}


@dataclass(frozen=True, kw_only=True)
class TellFigures(Inquiry):
    """Answer with several figures of columns of one type: a table with a row for each column.

    With `by`, of one column, with a row for each group. Missing values are left out.
    """

    kind: Literal["tell_figures"] = "tell_figures"
    figures: tuple[ColumnFigure, ...]
    columns: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: Condition | None = None

    def columns_named(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.columns, *self.by, *columns_asked(self.where))))

    def check(self, shape: TableShape) -> None:
        if not self.figures or not self.columns:
            raise NothingNamed("Which figures of which columns are meant? Name one of each.")
        if self.by and (len(self.columns) > 1 or self.columns[0] in self.by):
            raise NothingNamed("Of groups, name one column that is none of those to group by.")
        if self.where is not None:
            check_condition(self.where, shape)
        asked = [shape.column(name) for name in self.columns]
        for figure in self.figures:
            if figure in _EXTREMES:
                # One column of figures holds one type.
                alike = NUMERIC if asked[0].type in NUMERIC else ORDERED & {asked[0].type}
                demand(asked, alike, f"which have no {figure} beside others", "Ask for it alone.")
            elif figure not in _COUNTS:
                demand(asked, NUMERIC, f"which have no {figure}", "Cast it to number first.")

    def code(self) -> str:
        chosen, rows = chosen_rows(self.where)
        if self.by:
            return chosen + self._of_groups(rows)
        called = [_METHOD.get(figure, figure) for figure in self.figures]
        cells = ",\n".join(
            f"    {literal(figure)}: [{rows}[name].{method}() for name in columns]"
            for figure, method in zip(self.figures, called, strict=True)
        )
        return (
            f"import pandas as pd\n\n{chosen}columns = {literal_list(self.columns)}\n"
            f"result = pd.DataFrame({{\n    'column': columns,\n{cells},\n}})"
        )

    def _of_groups(self, rows: str) -> str:
        (of,) = self.columns
        names = {figure: f"{of}_{figure}" for figure in self.figures}
        aggregates = ", ".join(
            f"{literal(self._free(name))}: ({literal(of)}, {literal(_METHOD.get(figure, figure))})"
            for figure, name in names.items()
        )
        groups = f"{rows}.groupby({literal_list(self.by)}, dropna=False, as_index=False)"
        return f"result = {groups}.agg(**{{{aggregates}}})"

    def _free(self, name: str) -> str:
        while name in self.by:
            name += "_"
        return name

    def asked(self) -> str:
        figures = ", ".join(self.figures)
        groups = f" for each {names_text(self.by)}" if self.by else ""
        return f"{figures} of {names_text(self.columns)}{of_rows(self.where)}{groups}"

    def rows_meant(self) -> Condition | None:
        return self.where


@dataclass(frozen=True, kw_only=True)
class TellGroups(Inquiry):
    """Answer with figures of each group, each of a column of its own: a table of the groups.

    Rows with a missing value in `by` are groups too, the last ones.
    """

    kind: Literal["tell_groups"] = "tell_groups"
    by: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]
    where: Condition | None = None

    def columns_named(self) -> tuple[str, ...]:
        of_figures = (each.column for each in self.aggregates if each.column is not None)
        return tuple(dict.fromkeys((*self.by, *of_figures, *columns_asked(self.where))))

    def check(self, shape: TableShape) -> None:
        if not self.by or not self.aggregates:
            raise NothingNamed("A group needs a column to group by, and a figure such as its mean.")
        if self.where is not None:
            check_condition(self.where, shape)
        check_aggregates(self.aggregates, self.by, shape)

    def code(self) -> str:
        chosen, rows = chosen_rows(self.where)
        return f"{chosen}result = {grouped(rows, self.aggregates, self.by)}"

    def asked(self) -> str:
        figures = ", ".join(each.describe() for each in self.aggregates)
        return f"{figures}{of_rows(self.where)} for each {names_text(self.by)}"

    def rows_meant(self) -> Condition | None:
        return self.where


@dataclass(frozen=True, kw_only=True)
class DescribeColumns(Inquiry):
    """Answer with a summary: of each column its type, how many values, missing and different ones.

    Of numbers also the mean, the standard deviation, the minimum, median and maximum; of dates the
    earliest and the latest. No columns means every one.
    """

    kind: Literal["describe_columns"] = "describe_columns"
    columns: tuple[str, ...] = ()

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def code(self) -> str:
        names = literal_list(self.columns) if self.columns else "df.columns"
        return _SUMMARY.replace("NAMES", names)

    def asked(self) -> str:
        return f"a summary of {names_text(self.columns) or 'each column'}"

    def check(self, shape: TableShape) -> None:
        readable = {*ColumnType} - {ColumnType.OTHER}
        needs = "which have no figures"
        demand(map(shape.column, self.columns), readable, needs, "Cast it to text first.")


_SUMMARY = """\
import pandas as pd

types = {'i': 'integer', 'u': 'integer', 'f': 'number', 'b': 'boolean', 'M': 'date'}
rows = []
for name in NAMES:
    cells = df[name]
    if cells.dtype.kind == 'O' and cells.dtype != 'str':  # lists are told apart as text only
        cells = cells.astype('object').map(str, na_action='ignore')
    row = {
        'column': str(name),
        'type': types.get(cells.dtype.kind, 'text'),
        'values': int(cells.count()),
        'missing': int(cells.isna().sum()),
        'different': int(cells.nunique()),
    }
    if row['type'] in {'integer', 'number'}:
        numbers = cells.astype('float64')
        row |= numbers.agg(['mean', 'std', 'min', 'median', 'max']).to_dict()
    if row['type'] == 'date':
        row |= {'earliest': str(cells.min()), 'latest': str(cells.max())}
    rows.append(row)
result = pd.DataFrame(rows)"""
