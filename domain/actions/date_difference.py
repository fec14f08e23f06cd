"""How much time lies between two dates."""

from dataclasses import dataclass
from typing import Literal

from domain.actions.date_parts import PARSE_FIRST
from domain.actions.literals import column
from domain.actions.new_names import check_new_names
from domain.actions.type_code import PANDAS
from domain.actions.typed_action import TypedAction
from domain.actions.value_checks import demand
from domain.actions.wording import name_text
from domain.table import ColumnType, TableShape

_ELAPSED = frozenset({"seconds", "minutes", "hours"})
_BY_CALENDAR = frozenset({"months", "years"})


@dataclass(frozen=True, kw_only=True)
class DateDifference(TypedAction):
    """Add a column with the time from one date to another, negative where the other is earlier.

    Days and weeks may have a fraction, and are counted by the clock on the wall: a day on which
    the clocks change is one day. Seconds, minutes and hours are those that really passed.
    Months and years are whole ones that have passed by the calendar: one has when its day of the
    month, and the time on it, is reached, so from January 31 to February 29 there is none yet.
    Where the two are in different time zones, the clock is that of `start`; where one of them has
    none, both are taken to be of the same. A missing date has a missing difference.
    """

    kind: Literal["date_difference"] = "date_difference"
    start: str
    end: str
    unit: Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"] = "days"
    new: str

    def columns_named(self) -> tuple[str, ...]:
        return (self.start, self.end)

    def columns_changed(self) -> tuple[str, ...]:
        return (self.new,)

    def check(self, shape: TableShape) -> None:
        both = (shape.column(self.start), shape.column(self.end))
        demand(both, {ColumnType.DATETIME}, "which are no dates", PARSE_FIRST)
        check_new_names((self.new,), shape.column_names)

    def code(self) -> str:
        count = self._whole_units if self.unit in _BY_CALENDAR else self._units
        return self._on_one_clock() + count(column(self.new))

    def _on_one_clock(self) -> str:
        clock = "'UTC'" if self.unit in _ELAPSED else "start.dt.tz"
        return (
            f"{PANDAS}start, end = {column(self.start)}, {column(self.end)}\n"
            "if start.dt.tz is not None and end.dt.tz is not None:\n"
            f"    start, end = start.dt.tz_convert({clock}), end.dt.tz_convert({clock})\n"
            "start = start.dt.tz_localize(None).dt.as_unit('us')\n"
            "end = end.dt.tz_localize(None).dt.as_unit('us')\n"
        )

    def _units(self, new: str) -> str:
        unit = self.unit
        return (
            f"{unit} = (end - start) / pd.Timedelta({unit}=1)\n"
            f"# Without a fraction they are whole numbers, as days between dates without a time.\n"
            f"whole = ({unit}.dropna() % 1 == 0).all()\n"
            f"{new} = {unit}.astype('Int64') if whole else {unit}"
        )

    def _whole_units(self, new: str) -> str:
        years = "months = months // 12\n" if self.unit == "years" else ""
        return (
            "backwards = end < start\n"
            "first, last = start.mask(backwards, end), end.mask(backwards, start)\n"
            "months = (last.dt.year - first.dt.year) * 12 + last.dt.month - first.dt.month\n"
            "# A month has passed when its day, and the time on that day, is reached.\n"
            "into_first = first - first.dt.normalize() + pd.to_timedelta(first.dt.day, unit='D')\n"
            "into_last = last - last.dt.normalize() + pd.to_timedelta(last.dt.day, unit='D')\n"
            "months = months - (into_last < into_first)\n"
            f"{years}{new} = months.mask(backwards, -months).astype('Int64')"
        )

    def describe(self) -> str:
        unit = f"whole {self.unit}" if self.unit in _BY_CALENDAR else self.unit
        return (
            f"Add {name_text(self.new)}: the {unit} "
            f"from {name_text(self.start)} to {name_text(self.end)}"
        )

    def shape_after(self, shape: TableShape) -> TableShape:
        whole = self.unit in _BY_CALENDAR
        return shape.with_column(self.new, ColumnType.INTEGER if whole else ColumnType.NUMBER)
