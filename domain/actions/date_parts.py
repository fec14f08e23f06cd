"""What a date says, in columns of its own or as text."""

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from domain.actions.errors import NothingNamed, UnusableName, UnusableValue
from domain.actions.literals import column, for_each, literal
from domain.actions.new_names import check_new_names
from domain.actions.typed_action import OnColumns, TypedAction
from domain.actions.value_checks import demand
from domain.actions.wording import name_text, names_text
from domain.table import ColumnType, TableShape

PARSE_FIRST = "Parse dates in it first."
DatePart: TypeAlias = Literal[
    "year",
    "quarter",
    "month",
    "month_name",
    "week",
    "day",
    "day_of_year",
    "weekday",
    "weekday_name",
    "date",
    "hour",
    "minute",
    "second",
]
_NUMBER = "{dates}.dt.{part}.astype('Int64')"
_CODE: dict[DatePart, str] = {
    "month_name": "{dates}.dt.month_name()",
    "weekday_name": "{dates}.dt.day_name()",
    "week": "{dates}.dt.isocalendar().week.astype('Int64')",
    "weekday": "({dates}.dt.day_of_week + 1).astype('Int64')",
    # A day of the calendar is in no time zone, and in some there is no midnight.
    "date": "{dates}.dt.tz_localize(None).dt.normalize()",
}
_WORDS: dict[DatePart, str] = {
    "month_name": "the name of the month",
    "weekday_name": "the name of the weekday",
    "week": "the ISO week",
    "weekday": "the weekday (1 is Monday)",
    "day_of_year": "the day of the year",
}
_TYPES: dict[DatePart, ColumnType] = {
    "month_name": ColumnType.TEXT,
    "weekday_name": ColumnType.TEXT,
    "date": ColumnType.DATETIME,
}


def part_of_dates(dates: str, part: DatePart) -> str:
    """The expression for a part of what is in the column of that expression."""
    return _CODE.get(part, _NUMBER).format(dates=dates, part=part)


def part_text(part: DatePart) -> str:
    """What the part is called in a sentence."""
    return _WORDS.get(part, f"the {part}")


@dataclass(frozen=True, kw_only=True)
class DateParts(TypedAction):
    """Put parts of a date into columns of their own at the end: as `new` names them, or date_year.

    Week is the ISO week, of which the first has the year's first Thursday. Weekday is 1 to 7 from
    Monday. Names are English. `date` is the day without a time or a time zone. Parts are what a
    clock in the column's own time zone shows. A missing date has missing parts.
    """

    kind: Literal["date_parts"] = "date_parts"
    column: str
    parts: tuple[DatePart, ...]
    new: tuple[str, ...] = ()

    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def columns_changed(self) -> tuple[str, ...]:
        return self.new or tuple(f"{self.column}_{part}" for part in self.parts)

    def check(self, shape: TableShape) -> None:
        demand(
            [shape.column(self.column)], {ColumnType.DATETIME}, "which have no parts", PARSE_FIRST
        )
        if not self.parts:
            raise NothingNamed("No part of the date is named. Name at least one, such as year.")
        if self.new and len(self.new) != len(self.parts):
            raise UnusableName(
                f"There are {len(self.new)} new names for {len(self.parts)} parts. "
                "Give each part one, or none at all."
            )
        check_new_names(self.columns_changed(), shape.column_names)

    def code(self) -> str:
        dates = column(self.column)
        return "\n".join(
            f"{column(new)} = {part_of_dates(dates, part)}"
            for part, new in zip(self.parts, self.columns_changed(), strict=True)
        )

    def describe(self) -> str:
        parts = ", ".join(map(part_text, self.parts))
        return f"Add {names_text(self.columns_changed())}: {parts} of {name_text(self.column)}"

    def shape_after(self, shape: TableShape) -> TableShape:
        for part, new in zip(self.parts, self.columns_changed(), strict=True):
            shape = shape.with_column(new, _TYPES.get(part, ColumnType.INTEGER))
        return shape


_DIRECTIVES = "YmdHMSybBaAjpIfGVuwzZ%"


@dataclass(frozen=True, kw_only=True)
class FormatDates(OnColumns):
    """Write dates as text, by a format such as %d.%m.%Y: the directives of Python's strftime.

    Times are those of a clock in the column's own time zone. Names are English.
    """

    kind: Literal["format_dates"] = "format_dates"
    columns: tuple[str, ...]
    format: str

    def check(self, shape: TableShape) -> None:
        columns = (shape.column(name) for name in self.columns)
        demand(columns, {ColumnType.DATETIME}, "which are no dates", PARSE_FIRST)
        directives = re.findall("%(.?)", self.format, re.DOTALL)
        if not self.format.isprintable() or not set(directives) - {"%"}:
            raise UnusableValue(f"{self.format!r} says nothing of a date. Write it like %d.%m.%Y.")
        for directive in directives:
            if not directive or directive not in _DIRECTIVES:
                raise UnusableValue(
                    f"{'%' + directive!r} in the format means nothing. Use %Y for the year, "
                    "%m month, %d day, %H hour, %M minute, %S second, %B or %b the month's name, "
                    "%A or %a the weekday's."
                )

    def code(self) -> str:
        return for_each(
            self.columns, lambda cells: f"{cells} = {cells}.dt.strftime({literal(self.format)})"
        )

    def describe(self) -> str:
        return f"Write the dates of {names_text(self.columns)} as text like {self.format}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=ColumnType.TEXT))
