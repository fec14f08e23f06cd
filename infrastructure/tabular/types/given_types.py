"""Types that a person gives to columns: obeyed where every value can be held, never half-way."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from domain.table import ColumnType
from infrastructure.tabular.types.number_types import (
    EXACT_INTEGER,
    as_integer,
    as_number,
    keeps_digits,
)
from infrastructure.tabular.types.readings import Expression, Reading, Uncertainty, matching

_DTYPES: dict[ColumnType, pl.DataType] = {
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.NUMBER: pl.Float64(),
    ColumnType.BOOLEAN: pl.Boolean(),
    ColumnType.DATETIME: pl.Datetime("us"),
}
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_COMPACT = (("[0-9]{8}", "%Y%m%d"), ("[0-9]{14}", "%Y%m%d%H%M%S"))


def readings_of_type(wanted: ColumnType, readings: Iterable[Reading]) -> Iterator[Reading]:
    """Those of the readings that give the type, then more lenient ones: 007 is 7 when asked for."""
    dtype = _DTYPES.get(wanted)
    if dtype is None:
        return
    yield _nothing(wanted, dtype)
    for reading in readings:
        possible = sum(_gives(choice, wanted) for choice in reading.choices)
        if possible > 1 or (reading.type == wanted and not reading.choices):
            yield reading
        elif reading.choices:
            continue
        elif _gives(reading, wanted):
            yield _integers_as_numbers(reading)
    yield from _lenient(wanted)
    yield Reading(
        type=ColumnType.TEXT,
        uncertainty=Uncertainty(
            kind="given_type",
            message=f"not every value can be held as the given type {wanted.value}; all were left "
            "as text",
        ),
        among_words=True,
    )


def _gives(reading: Reading, wanted: ColumnType) -> bool:
    return reading.type == wanted or (
        wanted == ColumnType.NUMBER and reading.type == ColumnType.INTEGER
    )


def _nothing(wanted: ColumnType, dtype: pl.DataType) -> Reading:
    return Reading(
        type=wanted,
        fits=lambda bare: bare.str.len_bytes() < 0,
        convert=lambda bare: pl.when(bare != bare).then(pl.lit(None, dtype)),
    )


def _integers_as_numbers(reading: Reading) -> Reading:
    fits, convert = reading.fits, reading.convert
    if fits is None or convert is None:
        return reading
    return replace(
        reading,
        type=ColumnType.NUMBER,
        fits=lambda bare: fits(bare) & (convert(bare).abs() <= EXACT_INTEGER),
        convert=lambda bare: convert(bare).cast(pl.Float64),
    )


def _lenient(wanted: ColumnType) -> Iterator[Reading]:
    if wanted == ColumnType.INTEGER:
        yield _checked(wanted, r"[+-]?[0-9]+(?:\.0*)?", _whole)
    elif wanted == ColumnType.NUMBER:
        kept = matching(_NUMBER)
        yield Reading(
            type=wanted, fits=lambda bare: kept(bare) & keeps_digits(bare), convert=as_number
        )
    elif wanted == ColumnType.BOOLEAN:
        yield Reading(
            type=wanted, fits=matching("[01]"), convert=lambda bare: bare == "1", format="1/0"
        )
    elif wanted == ColumnType.DATETIME:
        for pattern, form in _COMPACT:
            yield replace(_checked(wanted, pattern, _moments(form)), format=form)


def _checked(wanted: ColumnType, pattern: str, convert: Expression) -> Reading:
    shape = matching(pattern)
    return Reading(
        type=wanted,
        fits=lambda bare: shape(bare) & convert(bare).is_not_null(),
        convert=convert,
    )


def _whole(bare: pl.Expr) -> pl.Expr:
    return as_integer(bare.str.replace(r"\.0*$", ""))


def _moments(form: str) -> Expression:
    return lambda bare: bare.str.to_datetime(form, time_unit="us", strict=False)
