"""Questions about figures over time: for each day, month or year."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.actions.check_conditions import check_condition
from domain.actions.conditions import Condition, columns_asked
from domain.actions.date_parts import PARSE_FIRST
from domain.actions.errors import NothingNamed
from domain.actions.grouping import Aggregate, check_aggregates, grouped
from domain.actions.inquiry import Inquiry, chosen_rows, of_rows
from domain.actions.literals import column as cells_of
from domain.actions.literals import literal
from domain.actions.value_checks import demand
from domain.actions.wording import name_text, names_text
from domain.table import ColumnType, TableShape

Period: TypeAlias = Literal["day", "week", "month", "quarter", "year"]
_CODE: Mapping[Period, str] = {
    "day": "{dates}.dt.strftime('%Y-%m-%d')",
    "week": "{dates}.dt.strftime('%G-W%V')",
    "month": "{dates}.dt.strftime('%Y-%m')",
    "quarter": "{dates}.dt.strftime('%Y-Q') + {dates}.dt.quarter.astype('Int64').astype('str')",
    "year": "{dates}.dt.year.astype('Int64')",
}


@dataclass(frozen=True, kw_only=True)
class TellOverTime(Inquiry):
    """Answer with figures for each period of the dates, or for each and each group of `by`.

    Periods are told as 2024-03-04, 2024-W10, 2024-03, 2024-Q1 and 2024, as a clock in the column's
    own time zone shows them; those without rows are left out. Missing dates are a period too, the
    last one.
    """

    kind: Literal["tell_over_time"] = "tell_over_time"
    dates: str
    period: Period
    aggregates: tuple[Aggregate, ...]
    by: tuple[str, ...] = ()
    where: Condition | None = None

    def columns_named(self) -> tuple[str, ...]:
        of_figures = (each.column for each in self.aggregates if each.column is not None)
        return tuple(dict.fromkeys((self.dates, *self.by, *of_figures, *columns_asked(self.where))))

    def check(self, shape: TableShape) -> None:
        if not self.aggregates:
            raise NothingNamed("Which figure is meant is not said. Name one, such as a sum.")
        needs = f"which are in no {self.period}"
        demand([shape.column(self.dates)], {ColumnType.DATETIME}, needs, PARSE_FIRST)
        if self.where is not None:
            check_condition(self.where, shape)
        check_aggregates(self.aggregates, (self._called(), *self.by), shape)

    def code(self) -> str:
        chosen, rows = chosen_rows(self.where)
        period = _CODE[self.period].format(dates=cells_of(self.dates))
        called = literal(self._called())
        groups = grouped("rows", self.aggregates, (self._called(), *self.by))
        return f"{chosen}rows = {rows}.assign(**{{{called}: {period}}})\nresult = {groups}"

    def asked(self) -> str:
        figures = ", ".join(each.describe() for each in self.aggregates)
        groups = f" and {names_text(self.by)}" if self.by else ""
        of_period = f"each {self.period} of {name_text(self.dates)}"
        return f"{figures}{of_rows(self.where)} for {of_period}{groups}"

    def rows_meant(self) -> Condition | None:
        return self.where

    def _called(self) -> str:
        """What the column of the periods is called: like no other that is told or looked at."""
        taken = {*self.columns_named(), *(each.name for each in self.aggregates)}
        name: str = self.period
        while name in taken:
            name += "_"
        return name
