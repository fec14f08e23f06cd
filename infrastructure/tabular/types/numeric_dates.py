"""Dates in numbers: which is the day, the month and the year is told by all of a column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.types.clock_times import Clock, clocks_of
from infrastructure.tabular.types.date_layouts import (
    BARE,
    CALENDAR,
    DAY,
    MONTH,
    PADDED,
    TWO_DIGITS,
    YEAR,
    Layout,
)
from infrastructure.tabular.types.readings import Reading, Uncertainty, matching, text_like

_NUMERIC = re.compile(
    r"(?P<first>[0-9]{1,4})(?P<mark>[-/.])(?P<second>[0-9]{1,2})(?P=mark)(?P<third>[0-9]{1,4})"
    r"(?P<time>\D.*)?"
)
_DAY_OR_MONTH = Uncertainty(
    kind="day_or_month",
    message="no value tells whether the day or the month comes first; the values were left as "
    "text: give the option day_first to have them read as dates",
)
_DAY_BEFORE_MONTH = Uncertainty(
    kind="day_or_month",
    message="no value tells whether the day or the month comes first; the day was taken to come "
    "first, as is usual with points: give the option day_first as false to have it otherwise",
)
_YEAR_OR_DAY = Uncertainty(
    kind="year_or_day",
    message="no value tells whether the year or the day comes first; the values were left as text",
)


def iso_readings() -> Iterator[Reading]:
    """Dates and moments as in ISO 8601, the day after the month after the year."""
    for time in ("", "T00:00", "T00:00:00", "T00:00:00.0", " 00:00", " 00:00:00", " 00:00:00.0"):
        for zone in ("", "Z") if time else ("",):
            clock = clocks_of(time + zone)[0]
            yield from _year_first("-", clock)


def dates_in_numbers(values: Sequence[str], given: Interpretation) -> Iterator[Reading]:
    """What dates could be when all are written with one mark between three numbers."""
    cells = [_NUMERIC.fullmatch(value) for value in values]
    first = cells[0] if cells else None
    if first is None or None in cells:
        return
    mark, last = first["mark"], len(first["third"])
    longest = max((cell["time"] or "" for cell in cells if cell), key=len)
    for clock in clocks_of(longest):
        if len(first["first"]) == 4:
            yield from _year_first(mark, clock)
        elif last in (2, 4):
            yield from _year_last(mark, last, clock, given)


def _year_first(mark: str, clock: Clock) -> Iterator[Reading]:
    escaped = re.escape(mark)
    layout = Layout(form=f"%Y{mark}%m{mark}%d", clock=clock)
    for day, month, form in _paddings():
        written = f"%Y{mark}%{form}m{mark}%{form}d"
        pattern = f"{YEAR}{escaped}{month}{escaped}{day}"
        reading = layout.reading(pattern, written)
        if mark == "-" and day == PADDED[DAY] and not clock.zone:
            # The most usual of all is told by its pattern alone, at half the time.
            reading = replace(reading, fits=matching(CALENDAR + clock.pattern))
        yield reading


def _year_last(
    mark: str, year_digits: int, clock: Clock, given: Interpretation
) -> Iterator[Reading]:
    escaped, year = re.escape(mark), "%Y" if year_digits == 4 else "%y"
    year_pattern = YEAR if year_digits == 4 else TWO_DIGITS
    tail = f"{escaped}{year_pattern}"
    days = list(_ordered(f"%d{mark}%m{mark}{year}", escaped, tail, clock, day_first=True))
    months = list(_ordered(f"%m{mark}%d{mark}{year}", escaped, tail, clock, day_first=False))
    if year_digits == 2 and mark == "-":
        # 24-01-31 is of 2024 to some, and of 2031 to others.
        yield text_like(f"{DAY}{escaped}{MONTH}{escaped}{DAY}{clock.pattern}", _YEAR_OR_DAY)
    if given.day_first is None:
        both = f"{MONTH}{escaped}{MONTH}{tail}"
        yield from _undecided(both, mark, clock, days, months)
    if given.day_first is not False:
        yield from days
    if given.day_first is not True:
        yield from months
    if year_digits == 2 and mark == "-":
        layout = Layout(form="%y-%m-%d", clock=clock)
        yield layout.reading(f"{TWO_DIGITS}-{PADDED[MONTH]}-{PADDED[DAY]}")


def _undecided(
    both: str, mark: str, clock: Clock, days: list[Reading], months: list[Reading]
) -> Iterator[Reading]:
    """Dates whose first two numbers could both be months: the same date either way, or not."""
    day_first, month_first = days[-1], months[-1]
    as_days, as_months = day_first.convert, month_first.convert
    if as_days is not None and as_months is not None:
        yield replace(
            day_first,
            fits=lambda bare: (
                matching(both + clock.pattern)(bare) & (as_days(bare) == as_months(bare))
            ),
            convention=None,
        )
    taken = day_first if mark == "." else None
    if taken is not None:
        # Dates with slashes beside them say nothing of it, even where their months come first.
        month_first = replace(month_first, convention=None)
    yield Reading(
        type=ColumnType.TEXT if taken is None else ColumnType.DATETIME,
        fits=matching(both + clock.pattern),
        convert=None if taken is None else taken.convert,
        format=None if taken is None else taken.format,
        uncertainty=_DAY_OR_MONTH if taken is None else _DAY_BEFORE_MONTH,
        choices=(day_first, month_first),
    )


def _ordered(
    form: str, mark: str, tail: str, clock: Clock, *, day_first: bool
) -> Iterator[Reading]:
    layout = Layout(form=form, clock=clock)
    for day, month, padding in _paddings():
        pattern = f"{day}{mark}{month}{tail}" if day_first else f"{month}{mark}{day}{tail}"
        written = form.replace("%d", f"%{padding}d").replace("%m", f"%{padding}m")
        yield replace(
            layout.reading(pattern, written),
            convention=("first", "day" if day_first else "month"),
        )


def _paddings() -> Iterator[tuple[str, str, str]]:
    yield PADDED[DAY], PADDED[MONTH], ""
    yield BARE[DAY], BARE[MONTH], "-"
    yield DAY, MONTH, ""
