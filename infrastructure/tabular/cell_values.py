"""Columns of Python values, as JSON and workbooks give them, to typed columns."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from infrastructure.tabular.column_types import typed_datetimes

_INT64 = range(-(2**63), 2**63)
_EXACT = range(-(2**53), 2**53 + 1)
_MIDNIGHT = dt.time()


def column_of(name: str, values: Sequence[Any], *, dates_in_text: bool = False) -> pl.Series:
    """A column of one type that holds every value; values of several kinds become text.

    With `dates_in_text`, text that is ISO dates throughout becomes datetimes (JSON has no dates).
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pl.Series(name, values, pl.Boolean)
    if kinds == {int} and all(value is None or value in _INT64 for value in values):
        return pl.Series(name, values, pl.Int64)
    if kinds and kinds <= {int, float} and float in kinds and _fit_float(values):
        return pl.Series(name, [None if v is None else float(v) for v in values], pl.Float64)
    if kinds and kinds <= {dt.datetime, dt.date}:
        moments = [_at_midnight(value) for value in values]
        return pl.Series(name, moments, pl.Datetime("us"))
    text = pl.Series(name, [None if v is None else as_text(v) for v in values], pl.String)
    if dates_in_text and kinds == {str} and text.null_count() < len(text):
        moments_or_none = typed_datetimes(text)
        return text if moments_or_none is None else moments_or_none
    return text


def as_text(value: object) -> str:
    """One value as the text that a person would write for it; nested values as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        at_midnight = value.time() == _MIDNIGHT
        return value.date().isoformat() if at_midnight else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _fit_float(values: Sequence[Any]) -> bool:
    return all(not isinstance(value, int) or value in _EXACT for value in values)


def _at_midnight(value: dt.date | None) -> dt.datetime | None:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, _MIDNIGHT)
