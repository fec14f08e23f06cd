"""Dates and moments as text, whatever their range: Python's end at the years 1 and 9999."""

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import polars as pl

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_PER_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}


def ticks_per_second(dtype: pl.DataType) -> float:
    """How many units of its physical integers a second (of a Date: a day) has."""
    if isinstance(dtype, pl.Datetime):
        return _PER_SECOND[dtype.time_unit]
    return 1 / 86_400


def moment_text(ticks: int, dtype: pl.DataType) -> str:
    """ISO 8601 of a physical value of a Date or Datetime column, in its own zone."""
    if not isinstance(dtype, pl.Datetime):
        return str(np.datetime64(ticks, "D"))
    try:
        moment = _EPOCH + dt.timedelta(microseconds=_microseconds(ticks, dtype.time_unit))
        if dtype.time_zone is None:
            return moment.replace(tzinfo=None).isoformat()
        return moment.astimezone(ZoneInfo(dtype.time_zone)).isoformat()
    except (OverflowError, ValueError, ZoneInfoNotFoundError):
        text = str(np.datetime64(ticks, dtype.time_unit))
        return text if dtype.time_zone is None else f"{text}+00:00"


def _microseconds(ticks: int, unit: str) -> int:
    return ticks // 1000 if unit == "ns" else ticks * (10**6 // _PER_SECOND[unit])
