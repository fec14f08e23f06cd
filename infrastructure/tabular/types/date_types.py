"""Dates and moments, naive or in UTC where a zone is written, by their column's own evidence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.types.month_names import WORD
from infrastructure.tabular.types.named_dates import dates_with_names
from infrastructure.tabular.types.numeric_dates import dates_in_numbers
from infrastructure.tabular.types.readings import Reading, Uncertainty, text_like
from infrastructure.tabular.types.weekdays import TIME_OF_DAY, after_weekday, with_weekdays

_DATE_LIKE = (
    r"(?:[0-9]{4}([-/.])[0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})"
    r"(?:[T ,].*)?"
)
_DAY_AND_YEAR = r"[0-9]{1,2}\D.*[0-9]{4}|[0-9]{4}\D+[0-9]{1,2}"

_NOT_DATES = Uncertainty(
    kind="impossible_date",
    message="the values look like dates, but not each of them is a moment that exists, is written "
    "with a time and zone that are certain, and is no finer than a microsecond; they were left as "
    "text",
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
_OTHER_CALENDAR = Uncertainty(
    kind="other_calendar",
    message="the years are those of the Persian, Islamic or Buddhist calendar, or long ago or to "
    "come; the dates were read as Gregorian ones; give the type text to keep them as they stand",
)
# 1445 is 2024 of the Islamic calendar, 1402 that of the Persian, and 2567 that of the Buddhist.
_YEAR_ELSEWHERE = re.compile(r"(?<!\d)(?:1[34]\d\d|2[56]\d\d)(?!\d)")
# Beside such a year, the other is a zone, as +1300, a time or part of a second.
_YEAR_HERE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MOST_LAYOUTS = 8
_ZONED = re.compile(r"%[Sfp] ?(?:%z|[-+][0-9]|Z|UTC|GMT)|%M ?(?:%z|[-+][0-9]|Z|UTC|GMT)")


def date_readings(values: Sequence[str], given: Interpretation) -> Iterator[Reading]:
    """What dates could be when they are written as `values`."""
    yield from _of_one_layout(values, given)
    found = after_weekday(values)
    if found:
        weekday, dates = found
        days = list(_of_one_layout([re.sub(TIME_OF_DAY, "", date) for date in dates], given))
        yield from with_weekdays(weekday, _of_one_layout(dates, given), days)
    shapes = _by_shape(values)
    if len(shapes) > 1:
        if several := _of_several_layouts(list(shapes.values()), given):
            yield several
        yield text_like(_DATE_LIKE, _NOT_ONE_FORMAT)
    yield text_like(_DATE_LIKE, _NOT_DATES)
    if found:
        yield text_like(f"{found[0].pattern}.*(?:{_DAY_AND_YEAR}).*", _NOT_DATES)


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
    elsewhere = all(_YEAR_ELSEWHERE.search(v) and not _YEAR_HERE.search(v) for v in values)
    for reading in (*dates_in_numbers(values, given), *dates_with_names(values)):
        doubted = elsewhere and reading.type is ColumnType.DATETIME and not reading.uncertainty
        yield replace(reading, uncertainty=_OTHER_CALENDAR) if doubted else reading
