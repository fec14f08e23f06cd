"""Numbers in a message: in digits or in words, one or several, ranges and percentages."""

import re
from collections.abc import Iterator

from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_WHOLE_WORDS = 4
_RANGE = re.compile(r"([0-9]{1,9})[-\u2013]([0-9]{1,9})")


def read_number(reader: Reader) -> Iterator[int | float]:
    """Read a number in digits or in words."""
    start = reader.position
    for length in range(_WHOLE_WORDS, 0, -1):
        if start + length > len(reader.tokens):
            continue
        if any(t.kind in {Kind.QUOTED, Kind.SIGN} for t in reader.tokens[start : start + length]):
            continue
        number = as_number(reader.text(start, start + length))
        if number is not None:
            reader.position = start
            reader.advance(length)
            yield number
            return


def read_whole(reader: Reader) -> Iterator[int]:
    """Read a number without a fraction."""
    for number in read_number(reader):
        if isinstance(number, int):
            yield number


def read_range(reader: Reader) -> Iterator[tuple[int, int]]:
    """Read "10-20" as it is written, without spaces."""
    token = reader.token()
    found = _RANGE.fullmatch(token.text) if token is not None else None
    if found is not None:
        reader.advance()
        yield int(found[1]), int(found[2])


def read_percent(reader: Reader) -> Iterator[float]:
    """Read "10%", "ten percent"."""
    token = reader.token()
    if token is not None and token.kind is Kind.NUMBER and token.text.endswith("%"):
        number = as_number(token.text.removesuffix("%"))
        if number is not None:
            reader.advance()
            yield number
        return
    for number in read_number(reader):
        if reader.take("percent", "per cent", "%"):
            yield number


def read_numbers(reader: Reader) -> Iterator[tuple[int | float, ...]]:
    """Read numbers with commas or an "and" between."""
    found: list[int | float] = []
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and", "&")] if found else ["first"]
        number = next(read_number(reader), None) if any(joined) else None
        if number is None:
            reader.position = before
            break
        found.append(number)
    if found:
        yield tuple(found)
