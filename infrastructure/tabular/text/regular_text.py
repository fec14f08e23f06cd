"""Stretches of delimited text that keep to RFC 4180 with the same number of cells in each record.

What is found here need not be looked at byte by byte again: any quick reader understands it alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infrastructure.tabular.text.grammar import Grammar

_LINE_FEED, _RETURN, _SPACE = 10, 13, 32
# Arrays over more are fetched from the system anew each time.
_BLOCK = 256 * 1024
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Stretch:
    """`size` bytes that are `rows` whole records on `lines` physical lines."""

    size: int
    rows: int
    lines: int


def regular_prefix(text: bytes | memoryview, grammar: Grammar) -> Stretch:
    """The longest regular stretch that `text`, which begins with a record, begins with.

    A last line that no line end closes is not part of it.
    """
    data: Bytes = np.frombuffer(text, np.uint8)
    limit = _first_lone_return(data) if grammar.newline == _LINE_FEED else len(data)
    marked = (data == grammar.delimiter) | (data == grammar.newline)
    if grammar.quote is not None:
        marked |= data == grammar.quote
    marks = np.flatnonzero(marked)
    kinds = data[marks]
    lines = marks[kinds == grammar.newline]
    if grammar.quote is not None and (quotes := kinds == grammar.quote).any():
        before = np.cumsum(quotes, dtype=np.uint8)
        inside = before & 1
        limit = min(limit, first_stray_quote(data, marks[quotes], grammar))
        within = np.flatnonzero((inside == 1) & (kinds == grammar.newline))
        limit = min(limit, _first_row_within(marks, within, before, grammar))
        outside = (inside == 0) & ~quotes
        marks, kinds = marks[outside], kinds[outside]
    ends = kinds == grammar.newline
    rows = min(_regular_rows(ends, grammar.width), int(np.count_nonzero(ends)))
    last = marks[grammar.width - 1 : rows * grammar.width : grammar.width]
    rows = int(np.searchsorted(last, limit))
    if grammar.width == 1:
        rows = _until_blank(data, last[:rows])
    if rows == 0:
        return Stretch(0, 0, 0)
    size = int(last[rows - 1]) + 1
    return Stretch(size, rows, int(np.searchsorted(lines, size)))


def places_of(byte: int, text: bytes) -> NDArray[np.intp]:
    """Where the byte stands in the text."""
    data, starts = np.frombuffer(text, np.uint8), range(0, max(1, len(text)), _BLOCK)
    return np.concatenate([np.flatnonzero(data[at : at + _BLOCK] == byte) + at for at in starts])


def _regular_rows(ends: NDArray[np.bool_], width: int) -> int:
    """How many records of `width` cells come first."""
    count = len(ends) // width
    table = ends[: count * width].reshape(count, width)
    good = table[:, -1] & ~table[:, :-1].any(axis=1)
    return count if good.all() else int(np.argmin(good))


def _first_lone_return(data: Bytes) -> int:
    """Where the first carriage return stands that no line feed follows."""
    returns = np.flatnonzero(data[:-1] == _RETURN)
    lone = returns[data[returns + 1] != _LINE_FEED]
    return int(lone[0]) if len(lone) else len(data)


def first_stray_quote(data: Bytes, quotes: NDArray[np.intp], grammar: Grammar) -> int:
    """Where the first quote stands that neither opens, nor closes a whole cell, nor is doubled."""
    opening, closing = quotes[::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    opens = _is_around(before, grammar) | (opening == 0)
    after = data[np.minimum(closing + 1, len(data) - 1)]
    closes = _is_around(after, grammar) | (after == _RETURN)
    limit = len(data)
    if not opens.all():
        limit = int(opening[np.argmin(opens)])
    if not closes.all():
        limit = min(limit, int(closing[np.argmin(closes)]))
    return limit


def _first_row_within(
    marks: NDArray[np.intp],
    within: NDArray[np.intp],
    quotes: NDArray[np.uint8],
    grammar: Grammar,
) -> int:
    """Where a quoted cell first has a line that is divided as a row is: is the quote a stray one?

    `within` are the marks that are line ends inside quotes, `quotes` counts those before a mark.
    """
    if grammar.width < 3 or len(within) < 2:
        return int(marks[-1]) + 1
    rows = (np.diff(within) == grammar.width) & (quotes[within[1:]] == quotes[within[:-1]])
    return int(marks[within[np.argmax(rows)]]) if rows.any() else int(marks[-1]) + 1


def _is_around(data: Bytes, grammar: Grammar) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (data == grammar.delimiter) | (data == grammar.newline)
    if grammar.quote is not None:
        found |= data == grammar.quote
    return found


def _until_blank(data: Bytes, ends: NDArray[np.intp]) -> int:
    """How many of the lines come before the first that holds only white space."""
    if len(ends) == 0:
        return 0
    starts = np.concatenate(([0], ends[:-1] + 1))
    filled = np.add.reduceat(data[: ends[-1] + 1] > _SPACE, starts) > 0
    return len(ends) if filled.all() else int(np.argmin(filled))
