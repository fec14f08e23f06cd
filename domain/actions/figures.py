"""Questions that a figure answers, of all rows or of each group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.actions.check_conditions import check_condition
from domain.actions.conditions import Comparison, Condition, columns_asked
from domain.actions.errors import NothingNamed
from domain.actions.inquiry import Inquiry, chosen_rows, of_rows
from domain.actions.literals import column, literal, literal_list
from domain.actions.value_checks import NUMERIC, ORDERED, demand
from domain.actions.wording import name_text, names_text
from domain.table import TableShape

Figure: TypeAlias = Literal[
    "rows",
    "rows_percent",
    "count",
    "missing",
    "missing_percent",
    "distinct",
    "sum",
    "sum_percent",
    "mean",
    "median",
    "min",
    "max",
    "std",
]
_NUMBERS_ONLY = frozenset({"sum", "sum_percent", "mean", "median", "std"})
_OF_ROWS = frozenset({"rows", "rows_percent"})
# Each group's part of all groups.
_PARTS: Mapping[Figure, Figure] = {"rows_percent": "rows", "sum_percent": "sum"}
_METHOD: Mapping[Figure, str] = {"rows": "size", "distinct": "nunique"}
_WORDS: Mapping[Figure, str] = {
    "count": "the number of values of",
    "missing": "the number of missing values of",
    "missing_percent": "the percentage of missing values of",
    "distinct": "the number of different values of",
    "sum": "the sum of",
    "sum_percent": "the percentage of the sum of",
    "mean": "the mean of",
    "median": "the median of",
    "min": "the minimum of",
    "max": "the maximum of",
    "std": "the standard deviation of",
}


@dataclass(frozen=True, kw_only=True)
class TellFigure(Inquiry):
    """Answer with a figure of a column: a number, or with `by` a table with one for each group.

    rows counts the rows and needs no column; rows_percent is how many of 100 rows the condition
    chooses, or how many each group has. sum_percent is each group's part of the whole sum.
    Missing values are left out of all figures but rows and missing. Groups are in their own order,
    or the largest or smallest figure first; with `top`, only so many of them.
    """

    kind: Literal["tell_figure"] = "tell_figure"
    figure: Figure
    column: str | None = None
    by: tuple[str, ...] = ()
    where: Condition | None = None
    order: Literal["groups", "largest", "smallest"] = "groups"
    top: int | None = None

    def columns_named(self) -> tuple[str, ...]:
        own = () if self.column is None else (self.column,)
        return tuple(dict.fromkeys((*own, *self.by, *columns_asked(self.where))))

    def check(self, shape: TableShape) -> None:
        if self.where is not None:
            check_condition(self.where, shape)
        if self.top is not None and (self.top < 1 or not self.by):
            raise NothingNamed("The top of what? Give a column to group by, and a number from 1.")
        if self.figure == "rows_percent" and (self.where is None) is not bool(self.by):
            raise NothingNamed("Percent of which rows? Give a condition, or columns to group by.")
        if self.figure == "sum_percent" and not self.by:
            raise NothingNamed("The parts of which groups? Give columns to group by.")
        if self.column is None:
            if self.figure not in _OF_ROWS:
                raise NothingNamed(f"Of which column is the {self.figure} meant? Name it.")
            return
        asked = shape.column(self.column)
        if self.figure in _NUMBERS_ONLY:
            demand([asked], NUMERIC, f"which have no {self.figure}", "Cast it to number first.")
        if self.figure in {"min", "max"}:
            demand([asked], ORDERED, f"which have no {self.figure}", "")

    def code(self) -> str:
        chosen, rows = chosen_rows(self.where)
        if self.by:
            return f"{chosen}{self._grouped(rows)}"
        if self.figure == "rows_percent":
            return f"{chosen}result = 100 * matches.mean()"
        if self.figure == "rows" or self.column is None:
            return f"{chosen}result = {'len(df)' if rows == 'df' else 'int(matches.sum())'}"
        cells = column(self.column) if rows == "df" else _located(self.column)
        return f"{chosen}result = {_figure_of(self.figure, cells)}"

    def asked(self) -> str:
        of = self._of_rows() if self.column is None else self._of_column(self.column)
        groups = f" for each {names_text(self.by)}" if self.by else ""
        most = {None: "", 1: f", only the {self.order}"}
        first = most.get(self.top, f", only the {self.top} {self.order}")
        return f"{of}{of_rows(self.where)}{groups}{first}"

    def rows_meant(self) -> Condition | None:
        if self.figure == "missing" and self.column is not None and self.where is None:
            return Comparison(column=self.column, operator="is_missing")
        return self.where

    def _of_column(self, name: str) -> str:
        if self.figure in _OF_ROWS:
            return self._of_rows()
        return f"{_WORDS[self.figure]} {name_text(name)}"

    def _of_rows(self) -> str:
        return f"the {'percentage' if self.figure == 'rows_percent' else 'number'} of rows"

    def _grouped(self, rows: str) -> str:
        name = self._name()
        keys = literal_list(self.by)
        source = rows
        figure = _PARTS.get(self.figure, self.figure)
        of, method = self.column or self.by[0], _METHOD.get(figure, figure)
        if self.figure.startswith("missing") and self.column is not None:
            cells = f"{column(self.column)}.isna()"
            scaled = f"100.0 * {cells}" if self.figure == "missing_percent" else cells
            source = f"{rows}.assign(**{{{literal(name)}: {scaled}}})"
            of, method = name, "mean" if self.figure == "missing_percent" else "sum"
        groups = f"{source}.groupby({keys}, dropna=False, as_index=False)"
        code = f"result = {groups}.agg(**{{{literal(name)}: ({literal(of)}, {literal(method)})}})"
        if self.figure in _PARTS:
            figures = f"result[{literal(name)}]"
            code += f"\n{figures} = 100 * {figures}.astype('float64') / {figures}.sum()"
        if self.order != "groups":
            ascending = self.order == "smallest"
            order = f"ascending={ascending}, kind='stable', ignore_index=True"
            code += f"\nresult = result.sort_values({literal(name)}, {order})"
        return f"{code}\nresult = result.head({self.top})" if self.top else code

    def _name(self) -> str:
        """What the column of figures is called; no group has that name."""
        name = self.figure if self.column is None else f"{self.column}_{self.figure}"
        while name in self.by:
            name += "_"
        return name


@dataclass(frozen=True, kw_only=True)
class TellMissing(Inquiry):
    """Answer with a table of the columns that have missing values, the most first.

    It tells of each how many, and how many of 100. No columns means every one.
    """

    kind: Literal["tell_missing"] = "tell_missing"
    columns: tuple[str, ...] = ()

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def code(self) -> str:
        cells = f"df[{literal_list(self.columns)}]" if self.columns else "df"
        return (
            f"missing = {cells}.isna().sum()\n"
            "missing = missing[missing > 0].sort_values(ascending=False, kind='stable')\n"
            "result = pd.DataFrame({\n"
            "    'column': missing.index.astype(str),\n"
            "    'missing': missing.to_numpy(),\n"
            "    'percent': (100 * missing / len(df)).to_numpy(),\n"
            "})"
        )

    def asked(self) -> str:
        return f"the missing values of {names_text(self.columns) or 'each column'}"


@dataclass(frozen=True, kw_only=True)
class TellSize(Inquiry):
    """Answer with how many columns there are, or how many rows repeat an earlier one."""

    kind: Literal["tell_size"] = "tell_size"
    of: Literal["columns", "repeated_rows"]

    def columns_named(self) -> tuple[str, ...]:
        return ()

    def code(self) -> str:
        counted = "len(df.columns)" if self.of == "columns" else "int(df.duplicated().sum())"
        return f"result = {counted}"

    def asked(self) -> str:
        repeated = "the number of rows that repeat an earlier one"
        return "the number of columns" if self.of == "columns" else repeated


@dataclass(frozen=True, kw_only=True)
class TellCorrelation(Inquiry):
    """Answer with how two columns of numbers go together: Pearson's correlation, -1 to 1.

    Of more than two columns it is a table of each pair; without any, of all columns of numbers.
    """

    kind: Literal["tell_correlation"] = "tell_correlation"
    columns: tuple[str, ...] = ()

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def check(self, shape: TableShape) -> None:
        if len(self.columns) == 1:
            raise NothingNamed("A correlation needs two columns. Name another.")
        demand(
            (shape.column(name) for name in self.columns),
            NUMERIC,
            "which have no correlation",
            "Cast it to number first.",
        )

    def code(self) -> str:
        if len(self.columns) == 2:
            one, other = map(column, self.columns)
            return f"result = {one}.astype('float64').corr({other}.astype('float64'))"
        named = f"df[{literal_list(self.columns)}]" if self.columns else "df"
        return (
            f"numbers = {named}.select_dtypes('number', exclude='timedelta').astype('float64')\n"
            "result = numbers.corr().rename_axis('column').reset_index()"
        )

    def asked(self) -> str:
        if not self.columns:
            return "the correlations of all columns of numbers"
        return f"the correlation of {' and '.join(map(name_text, self.columns))}"


def _located(name: str) -> str:
    return f"df.loc[matches, {literal(name)}]"


def _figure_of(figure: Figure, cells: str) -> str:
    match figure:
        case "missing":
            return f"int({cells}.isna().sum())"
        case "missing_percent":
            return f"100 * {cells}.isna().mean()"
        case "count" | "distinct":
            return f"int({cells}.{_METHOD.get(figure, figure)}())"
        case _:
            return f"{cells}.{figure}()"
