"""Spans of rows or of time: "3 rows", "7-day", "the last 12 months"."""

from collections.abc import Iterator
from dataclasses import dataclass

from infrastructure.llm.planner.phrases.numbers import read_whole
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.reader import Reader

_ROWS = (
    *("rows", "row", "values", "value", "points", "point", "periods", "period", "records"),
    *("record", "observations", "observation", "readings", "reading", "measurements", "entries"),
    *("measurement", "lines", "data points", "samples", "sample", "orders", "order", "term"),
)
_TIMES = (
    *("days", "day", "weeks", "week", "months", "month", "years", "year", "hours", "hour"),
    *("minutes", "minute", "quarters", "quarter"),
)


@dataclass(frozen=True)
class Span:
    """So many rows, or so many units of time: then `unit` is the word for them."""

    size: int
    unit: str | None = None


def read_span(reader: Reader) -> Iterator[Span]:
    """Read "3 rows", "3-row", "7 day", "7-day"."""
    token = reader.token()
    if token is None:
        return
    written, joined, unit = token.word.partition("-")
    size = as_number(written) if joined else None
    if isinstance(size, int) and unit in {*_ROWS, *_TIMES}:
        reader.advance()
        yield Span(size, unit if unit in _TIMES else None)
        return
    for size in read_whole(reader):
        reader.take("-")
        time = reader.take(*_TIMES)
        if time is not None or reader.take(*_ROWS):
            yield Span(size, time)
