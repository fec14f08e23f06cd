"""Lines without quotes: those that have the table's cells are told from the others by counting."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infrastructure.tabular.text.grammar import Grammar

_LINE_FEED, _SPACE = 10, 32
_SHORT = 3


@dataclass(frozen=True)
class PlainLines:
    """Lines in the first `size` bytes of a text, each of which is a record.

    `starts` has where each begins, and last where all end; `regular` which have the usual cells.
    """

    size: int
    starts: NDArray[np.intp]
    regular: NDArray[np.bool_]


def plain_lines(text: bytes, grammar: Grammar, escape: str) -> PlainLines | None:
    """The whole lines before the first quote or escape, None when line feeds do not end them."""
    if grammar.newline != _LINE_FEED or grammar.width == 1 or grammar.delimiter == _SPACE:
        return None
    marks = [mark for mark in (grammar.quote, ord(escape) if escape else None) if mark is not None]
    found = [at for mark in marks if (at := text.find(mark)) >= 0]
    size = text.rfind(b"\n", 0, min(found, default=len(text))) + 1
    if text.count(b"\r", 0, size) != text.count(b"\r\n", 0, size):
        return None
    data = np.frombuffer(text, np.uint8, size)
    starts = np.concatenate(([0], np.flatnonzero(data == _LINE_FEED) + 1))
    delimiters = np.flatnonzero(data == grammar.delimiter)
    regular = np.diff(np.searchsorted(delimiters, starts)) == grammar.width - 1
    # What follows an empty line may be names of another table.
    empty = np.diff(starts) < _SHORT
    regular[1:] &= ~empty[:-1]
    return PlainLines(size, starts, regular)
