"""Dates and times of day on a date, in UTC where a zone is written."""

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.readings import Reading, matching

_YEAR = "(?:[1-9][0-9]{3}|0(?:[1-9][0-9]{2}|0(?:[1-9][0-9]|0[1-9])))"
_DATE = f"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}"
_CLOCKS = (
    ("[0-9]{2}:[0-9]{2}", "%H:%M"),
    ("[0-9]{2}:[0-9]{2}:[0-5][0-9]", "%H:%M:%S"),
    (r"[0-9]{2}:[0-9]{2}:[0-5][0-9]\.[0-9]{1,6}", "%H:%M:%S%.f"),
)
_UTC = r"(?:Z|\+00:00)"


def iso_readings() -> Iterator[Reading]:
    yield _moments(_DATE, "%Y-%m-%d")
    for separator in ("T", " "):
        for shape, clock in _CLOCKS:
            yield _moments(f"{_DATE}{separator}{shape}", f"%Y-%m-%d{separator}{clock}")
            yield _in_utc(f"{_DATE}{separator}{shape}", f"%Y-%m-%d{separator}{clock}")


def date_readings(values: Sequence[str], given: Interpretation) -> Iterator[Reading]:
    yield from iso_readings()


def _parser(form: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda bare: bare.str.to_datetime(form, time_unit="us", strict=False)


def _moments(pattern: str, form: str) -> Reading:
    parse = _parser(form)
    return Reading(
        type=ColumnType.DATETIME,
        fits=lambda bare: matching(pattern)(bare) & parse(bare).is_not_null(),
        convert=parse,
        format=form,
    )


def _in_utc(pattern: str, form: str) -> Reading:
    def parse(bare: pl.Expr) -> pl.Expr:
        local = _parser(form)(bare.str.replace(_UTC + "$", ""))
        return local.dt.replace_time_zone("UTC")

    return Reading(
        type=ColumnType.DATETIME,
        fits=lambda bare: matching(pattern + _UTC)(bare) & parse(bare).is_not_null(),
        convert=parse,
        format=form + "%z",
    )
