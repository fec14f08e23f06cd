"""Parts of dates and units of time, as people call them."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from domain.actions import Period
from domain.actions.date_parts import DatePart
from infrastructure.llm.planner.reading.reader import Reader

_DATE_PARTS: Mapping[DatePart, tuple[str, ...]] = {
    "year": ("year", "years"),
    "quarter": ("quarter", "quarters"),
    "month": ("month", "months", "month number"),
    "month_name": ("month name", "month names", "name of the month", "name of month"),
    "week": ("week", "weeks", "week number", "calendar week", "iso week", "week of the year"),
    "day": ("day", "days", "day of the month", "day of month"),
    "day_of_year": ("day of the year", "day of year"),
    "weekday_name": (
        *("weekday name", "weekday names", "day name", "day names", "name of the weekday"),
        *("name of the day", "day of the week name"),
    ),
    "weekday": ("weekday", "day of the week", "day of week", "weekdays", "weekday number"),
    "hour": ("hour", "hours"),
    "minute": ("minute", "minutes"),
    "second": ("second", "seconds"),
}
_DATE_PART_WORDS = {phrase: part for part, said in _DATE_PARTS.items() for phrase in said}
TimeUnit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
_TIME_UNITS: Mapping[str, TimeUnit] = {
    spelling: unit
    for unit in get_args(TimeUnit)
    for spelling in (unit, unit[:-1], f"full {unit}", f"whole {unit}")
}


def read_date_parts(reader: Reader) -> Iterator[tuple[DatePart, ...]]:
    """Read "the year", "year, month and day"."""
    found: list[DatePart] = []
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and")] if found else ["first"]
        reader.skip("the")
        phrase = reader.take(*_DATE_PART_WORDS) if any(joined) else None
        if phrase is None:
            reader.position = before
            break
        found.append(_DATE_PART_WORDS[phrase])
    if found:
        yield tuple(found)


def read_time_unit(reader: Reader) -> Iterator[TimeUnit]:
    """Read "days", "full weeks"."""
    phrase = reader.take(*_TIME_UNITS)
    if phrase is not None:
        yield _TIME_UNITS[phrase]


_PERIODS: Mapping[str, Period] = {
    spelling: period
    for period in get_args(Period)
    for spelling in (period, f"calendar {period}", f"{period}s")
}
_PERIODICALLY: Mapping[str, Period] = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annual": "year",
}


def read_period(reader: Reader) -> Iterator[Period]:
    """Read "month", where no column is called so."""
    yield from _said_as(reader, _PERIODS)


def read_periodic(reader: Reader) -> Iterator[Period]:
    """Read "monthly", where no column is called so."""
    yield from _said_as(reader, _PERIODICALLY)


def _said_as(reader: Reader, spellings: Mapping[str, Period]) -> Iterator[Period]:
    start, missed = reader.position, reader.missed
    named = reader.column(guess=False)
    reader.position, reader.missed = start, missed
    phrase = None if named else reader.take(*spellings)
    if phrase is not None:
        yield spellings[phrase]
