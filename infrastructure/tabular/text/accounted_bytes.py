"""Regular text told by what a quick reader made of it, which costs less than looking by oneself.

A row that is too long is an error to Polars. One that is too short lacks delimiters, so that the
bytes of the cells and of what regular rows have between them are more than there are.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from infrastructure.tabular.text.grammar import Grammar
from infrastructure.tabular.text.regular_text import Bytes, first_stray_quote

_LINE_FEED, _RETURN = 10, 13
# Arrays over more are fetched from the system anew each time.
_BLOCK = 256 * 1024


def are_accounted_for(text: bytes, rows: pl.DataFrame, grammar: Grammar) -> bool:
    """Whether all bytes of whole records are those of `rows` of several cells, regularly written.

    False tells nothing where quoted cells have line ends.
    """
    data = np.frombuffer(text, np.uint8)
    returns = marks = 0
    if grammar.newline == _LINE_FEED and b"\r" in text:
        returns = text.count(b"\r\n")
        if len(_places(data, _RETURN)) != returns:
            return False
    if grammar.quote is not None and bytes([grammar.quote]) in text:
        quotes = _places(data, grammar.quote)
        if len(quotes) % 2 or first_stray_quote(data, quotes, grammar) < len(data):
            return False
        if len(_places(data, grammar.newline)) != rows.height:
            return False
        doubled = np.count_nonzero(quotes[2::2] == quotes[1:-1:2] + 1)
        marks = len(quotes) - int(doubled)
    cells = rows.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item()
    return bool(len(text) == cells + rows.height * grammar.width + returns + marks)


def _places(data: Bytes, byte: int) -> NDArray[np.intp]:
    """Where the byte stands."""
    starts = range(0, len(data), _BLOCK)
    return np.concatenate(
        [np.flatnonzero(data[start : start + _BLOCK] == byte) + start for start in starts]
    )
