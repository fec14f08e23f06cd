"""Dates and moments, naive or in UTC where a zone is written, by their column's own evidence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.clock_times import Clock, clocks_of
from infrastructure.tabular.month_names import WORD, language_of, spellings
from infrastructure.tabular.readings import Reading, Uncertainty, matching, text_like

_YEAR = "(?:[1-9][0-9]{3}|0(?:[1-9][0-9]{2}|0(?:[1-9][0-9]|0[1-9])))"
_TWO_DIGITS = "[0-9]{2}"
# Every date of the Gregorian calendar from year 1 to 9999, those of leap years too.
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_CALENDAR = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP}-02-29)"
)
_DAY, _MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_PADDED = {_DAY: "(?:0[1-9]|[12][0-9]|3[01])", _MONTH: "(?:0[1-9]|1[0-2])"}
_BARE = {_DAY: "(?:[1-9]|[12][0-9]|3[01])", _MONTH: "(?:[1-9]|1[0-2])"}
_CENTURY_TURN = 69

_NUMERIC = re.compile(
    r"(?P<first>[0-9]{1,4})(?P<mark>[-/.])(?P<second>[0-9]{1,2})(?P=mark)(?P<third>[0-9]{1,4})"
    r"(?P<time>\D.*)?"
)
_NAMED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?P<a>\.? |[-/.])(?P<word>[^\W\d_]{3,})(?P<b>\.? |[-/.]|, )"
    r"|(?P<word2>[^\W\d_]{3,})(?P<c>\.? )(?P<day2>[0-9]{1,2})(?P<d>,? ))"
    r"(?P<year>[0-9]{4}|[0-9]{2})(?P<time>\D.*)?"
)
_DATE_LIKE = (
    r"(?:[0-9]{4}([-/.])[0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})"
    r"(?:[T ,].*)?"
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
_CENTURY = Uncertainty(
    kind="two_digit_year",
    message="years of two digits were taken to be from 1969 to 2068",
)
_YEAR_OR_DAY = Uncertainty(
    kind="year_or_day",
    message="no value tells whether the year or the day comes first; the values were left as text",
)
_OFFSETS = Uncertainty(
    kind="several_time_zones",
    message="the values have several offsets from UTC; the moments were kept, the offsets were not",
)
_NOT_DATES = Uncertainty(
    kind="impossible_date",
    message="the values look like dates, but not each of them is a date that exists; they were "
    "left as text",
)
_NOT_ONE_FORMAT = Uncertainty(
    kind="several_date_formats",
    message="the values look like dates in several formats, and not each of them is certain; they "
    "were left as text",
)
_SEVERAL_FORMATS = Uncertainty(
    kind="several_date_formats",
    message="the dates are written in several formats; each of them was read by its own",
)
_MOST_LAYOUTS = 8
_ZONED = re.compile(r"%[Sfp] ?(?:%z|[-+][0-9]|Z|UTC|GMT)|%M ?(?:%z|[-+][0-9]|Z|UTC|GMT)")


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """The order of the parts of a date. ``parts`` are patterns, ``form`` is of strptime."""

    pattern: str
    form: str
    clock: Clock
    names: str | None = None

    @property
    def short_year(self) -> bool:
        return "%y" in self.form

    def parse(self, bare: pl.Expr) -> pl.Expr:
        if self.names is not None:
            months = spellings(self.names)
            bare = bare.str.replace_many(list(months), list(months.values()), leftmost=True)
        form = self.form.replace("%-", "%").replace("%B", "%m")
        if self.short_year:
            bare, form = _with_century(bare, form), form.replace("%y", "%Y")
        return self.clock.parse(bare, form)

    def reading(self, pattern: str, form: str | None = None) -> Reading:
        """Dates whose whole value matches `pattern` and are in the calendar."""

        def fits(bare: pl.Expr) -> pl.Expr:
            moments = self.parse(bare)
            known = (
                moments.dt.year().is_between(1, 9999) if self.clock.zone else moments.is_not_null()
            )
            return matching(pattern + self.clock.pattern)(bare) & known

        uncertainty = _CENTURY if self.short_year else _OFFSETS if self.clock.varies else None
        return Reading(
            type=ColumnType.DATETIME,
            fits=fits,
            convert=self.parse,
            format=(form or self.form) + self.clock.format,
            uncertainty=uncertainty,
        )


def iso_readings() -> Iterator[Reading]:
    """Dates and moments as in ISO 8601, the day after the month after the year."""
    for time in ("", "T00:00", "T00:00:00", "T00:00:00.0", " 00:00", " 00:00:00", " 00:00:00.0"):
        for zone in ("", "Z") if time else ("",):
            clock = clocks_of(time + zone)[0]
            yield from _year_first("-", clock)


def date_readings(values: Sequence[str], given: Interpretation) -> Iterator[Reading]:
    """What dates could be when they are written as `values`."""
    yield from _of_one_layout(values, given)
    shapes = _by_shape(values)
    if len(shapes) > 1:
        if several := _of_several_layouts(list(shapes.values()), given):
            yield several
        yield text_like(_DATE_LIKE, _NOT_ONE_FORMAT)
    yield text_like(_DATE_LIKE, _NOT_DATES)


def _by_shape(values: Sequence[str]) -> dict[str, list[str]]:
    """The values by what they look like but for their digits and the names in them."""
    shapes: dict[str, list[str]] = {}
    for value in values:
        shape = re.sub("[0-9]{4}", "Y", value)
        shape = re.sub(r"\.[0-9]{1,9}(?=\D|$)", ".f", shape) if ":" in shape else shape
        shapes.setdefault(re.sub("[0-9]{1,2}", "d", WORD.sub("w", shape)), []).append(value)
    return shapes


def _of_several_layouts(shapes: list[list[str]], given: Interpretation) -> Reading | None:
    """A reading of values of several shapes, when there is one of each shape that is certain."""
    if len(shapes) > _MOST_LAYOUTS:
        return None
    found = [_certain(values, given) for values in shapes]
    ways = [(way, way.fits, way.convert) for way in found if way and way.fits and way.convert]
    if len(ways) < len(found) or len({way.convention for way, _, _ in ways} - {None}) > 1:
        return None
    zoned = {bool(_ZONED.search(way.format or "")) for way, _, _ in ways}
    if len(zoned) > 1:
        return None
    return Reading(
        type=ColumnType.DATETIME,
        fits=lambda bare: pl.any_horizontal(*(fits(bare) for _, fits, _ in ways)),
        convert=lambda bare: pl.coalesce(
            *(pl.when(fits(bare)).then(convert(bare)) for _, fits, convert in ways)
        ),
        format=" | ".join(dict.fromkeys(way.format or "" for way, _, _ in ways)),
        uncertainty=_SEVERAL_FORMATS,
    )


def _certain(values: list[str], given: Interpretation) -> Reading | None:
    seen = pl.DataFrame({"x": values}, schema={"x": pl.String})
    for reading in _of_one_layout(values, given):
        if reading.fits and seen.select(reading.fits(pl.col("x")).fill_null(False).all()).item():
            return None if reading.uncertainty else reading
    return None


def _of_one_layout(values: Sequence[str], given: Interpretation) -> Iterator[Reading]:
    numeric = [_NUMERIC.fullmatch(value) for value in values]
    first = numeric[0] if numeric else None
    if first is not None and all(numeric):
        longest = max((cell["time"] or "" for cell in numeric if cell), key=len)
        for clock in clocks_of(longest):
            yield from _numeric(first, clock, given)
    else:
        yield from _with_names(values)


def _numeric(first: re.Match[str], clock: Clock, given: Interpretation) -> Iterator[Reading]:
    mark = first["mark"]
    if len(first["first"]) == 4:
        yield from _year_first(mark, clock)
    elif len(first["third"]) in (2, 4):
        yield from _year_last(mark, len(first["third"]), clock, given)


def _year_first(mark: str, clock: Clock) -> Iterator[Reading]:
    escaped = re.escape(mark)
    layout = _Layout(pattern="", form=f"%Y{mark}%m{mark}%d", clock=clock)
    for day, month, form in _paddings():
        written = f"%Y{mark}%{form}m{mark}%{form}d"
        pattern = f"{_YEAR}{escaped}{month}{escaped}{day}"
        reading = layout.reading(pattern, written)
        if mark == "-" and day == _PADDED[_DAY] and not clock.zone:
            # The most usual of all is told by its pattern alone, at half the time.
            reading = replace(reading, fits=matching(_CALENDAR + clock.pattern))
        yield reading


def _year_last(
    mark: str, year_digits: int, clock: Clock, given: Interpretation
) -> Iterator[Reading]:
    escaped, year = re.escape(mark), "%Y" if year_digits == 4 else "%y"
    year_pattern = _YEAR if year_digits == 4 else _TWO_DIGITS
    tail = f"{escaped}{year_pattern}"
    days = list(_ordered(f"%d{mark}%m{mark}{year}", escaped, tail, clock, day_first=True))
    months = list(_ordered(f"%m{mark}%d{mark}{year}", escaped, tail, clock, day_first=False))
    if year_digits == 2 and mark == "-":
        # 24-01-31 is of 2024 to some, and of 2031 to others.
        yield text_like(f"{_DAY}{escaped}{_MONTH}{escaped}{_DAY}{clock.pattern}", _YEAR_OR_DAY)
    if given.day_first is None:
        both = f"{_MONTH}{escaped}{_MONTH}{tail}"
        yield from _undecided(both, mark, clock, days, months)
    if given.day_first is not False:
        yield from days
    if given.day_first is not True:
        yield from months
    if year_digits == 2 and mark == "-":
        layout = _Layout(pattern="", form="%y-%m-%d", clock=clock)
        yield layout.reading(f"{_TWO_DIGITS}-{_PADDED[_MONTH]}-{_PADDED[_DAY]}")


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
    layout = _Layout(pattern="", form=form, clock=clock)
    for day, month, padding in _paddings():
        pattern = f"{day}{mark}{month}{tail}" if day_first else f"{month}{mark}{day}{tail}"
        written = form.replace("%d", f"%{padding}d").replace("%m", f"%{padding}m")
        yield replace(
            layout.reading(pattern, written),
            convention=("first", "day" if day_first else "month"),
        )


def _paddings() -> Iterator[tuple[str, str, str]]:
    yield _PADDED[_DAY], _PADDED[_MONTH], ""
    yield _BARE[_DAY], _BARE[_MONTH], "-"
    yield _DAY, _MONTH, ""


def _with_names(values: Sequence[str]) -> Iterator[Reading]:
    cells = [_NAMED.fullmatch(value) for value in values]
    first = cells[0] if cells else None
    if first is None or None in cells:
        return
    dates = [
        value[: len(value) - len(cell["time"] or "")]
        for value, cell in zip(values, cells, strict=True)
        if cell
    ]
    language = language_of(dates)
    longest = max((cell["time"] or "" for cell in cells if cell), key=len)
    if language is None:
        return
    names = "(?:" + "|".join(spellings(language)) + ")"
    year, year_form = (_YEAR, "%Y") if len(first["year"]) == 4 else (_TWO_DIGITS, "%y")
    if first["day"]:
        a, b = first["a"], first["b"]
        pattern = f"{_DAY}{re.escape(a)}{names}{re.escape(b)}{year}"
        form = f"%d{a}%B{b}{year_form}"
    else:
        a, b = first["c"], first["d"]
        pattern = f"{names}{re.escape(a)}{_DAY}{re.escape(b)}{year}"
        form = f"%B{a}%d{b}{year_form}"
    for clock in clocks_of(longest):
        layout = _Layout(pattern=pattern, form=form, clock=clock, names=language)
        yield layout.reading(pattern)


def _with_century(bare: pl.Expr, form: str) -> pl.Expr:
    """Years of two digits as POSIX completes them: 69 to 99 are of the 20th century."""
    before = re.escape(form).replace("%d", "[0-9]{1,2}").replace("%m", "[0-9]{1,2}")
    place = f"^({before.split('%y', maxsplit=1)[0]})([0-9]{{2}})"
    late = bare.str.extract(place, 2).cast(pl.Int32, strict=False) >= _CENTURY_TURN
    return (
        pl.when(late)
        .then(bare.str.replace(place, "${1}19${2}"))
        .otherwise(bare.str.replace(place, "${1}20${2}"))
    )
