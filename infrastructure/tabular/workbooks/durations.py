"""Spans of time, which a workbook may keep as moments of its first days."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from infrastructure.tabular.workbooks.cells import Chunk, chunk_of

_SPAN, _TIME = pa.duration("us"), pa.time64("us")
_PYTHON = {_SPAN: dt.timedelta, _TIME: dt.time, pa.timestamp("us"): dt.datetime}
_MILLISECONDS = 24 * 60 * 60 * 1000
# Arrow keeps microseconds in 64 bits.
_LOWEST = -106_000_000
# Day 0 of both date systems, and the first moment by which days can no longer be told: 29 February
# 1900, which never was, is given as the 28th.
_NEAR = (
    (dt.datetime(1899, 12, 31), dt.datetime(1900, 2, 28)),  # noqa: DTZ001 a sheet has no zone
    (dt.datetime(1904, 1, 1), dt.datetime(1905, 1, 1)),  # noqa: DTZ001 as above
)


def durations_of(chunks: Sequence[Chunk]) -> pa.ChunkedArray | None:
    """The column as durations, where times of a day stand beside spans of a day and more.

    Shown as a time, such a span is a moment of the first days that there are. None where there
    are only times, only moments, or anything else.
    """
    kinds = {_kind(chunk) for chunk in chunks}
    if _Mixed not in kinds and len(kinds - {None}) < 2:
        return None
    columns: list[pa.Array] = []
    timed = beyond = False
    for chunk in chunks:
        spans = []
        for cell in chunk.to_pylist() if isinstance(chunk, pa.Array) else chunk:
            span = None if cell is None or cell == "" else _span(cell)
            if span is None and not (cell is None or cell == ""):
                return None
            timed |= isinstance(cell, dt.time | dt.timedelta)
            beyond |= isinstance(cell, dt.date | dt.timedelta)
            spans.append(span)
        columns.append(pa.array(spans, _SPAN))
    return pa.chunked_array(columns, _SPAN) if timed and beyond else None


def times_beside_days(chunks: Sequence[Chunk]) -> bool:
    """Whether times of a day, or below zero, stand beside days or moments, and nothing else does.

    Zero and what is less than a day are given as times, even where they are shown as days.
    """
    kinds: set[type] = set()
    for chunk in chunks:
        if isinstance(chunk, pa.Array):
            if chunk.null_count < len(chunk):
                kinds.add(_PYTHON.get(chunk.type, object))
        else:
            kinds |= {type(cell) for cell in chunk if cell is not None and cell != ""}
    days = kinds - {dt.time, dt.timedelta}
    return bool(days) and days < kinds and days <= {dt.date, dt.datetime}


def holds_times(chunk: Chunk) -> bool:
    """Whether times of a day are among the cells."""
    if isinstance(chunk, pa.Array):
        return bool(chunk.type == _TIME)
    return any(type(cell) is dt.time for cell in chunk)


def with_times_below_zero(chunk: Chunk, numbers: Sequence[Any]) -> Chunk:
    """The cells with a span below zero for each time of a day that is a negative number.

    What is nothing in milliseconds stays a time, and more days than a span holds are a number.
    """
    if not holds_times(chunk):
        return chunk
    cells = chunk.to_pylist() if isinstance(chunk, pa.Array) else chunk
    return chunk_of(
        [
            _below_zero(number) or cell
            if type(cell) is dt.time and type(number) is float and number < 0
            else cell
            for cell, number in zip(cells, numbers, strict=True)
        ]
    )


def _below_zero(days: float) -> dt.timedelta | float:
    if days < _LOWEST:
        return days
    return dt.timedelta(milliseconds=round(days * _MILLISECONDS))


class _Mixed:
    """Stands for the kind of cells that are of several kinds."""


def _kind(chunk: Chunk) -> object:
    if not isinstance(chunk, pa.Array):
        return _Mixed
    return chunk.type if chunk.null_count < len(chunk) else None


def _span(cell: Any) -> dt.timedelta | None:  # noqa: ANN401 a cell is whatever calamine makes of it
    if isinstance(cell, dt.timedelta):
        return cell
    if isinstance(cell, dt.time):
        return dt.datetime.combine(_NEAR[0][0], cell) - _NEAR[0][0]
    if not isinstance(cell, dt.date):
        return None
    at = cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
    return next((at - zero for zero, end in _NEAR if zero <= at < end), None)
