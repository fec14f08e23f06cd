"""Regular text told by what a quick reader made of it, which costs less than looking by oneself.

A row that is too long is an error to Polars. One that is too short lacks delimiters, so that the
bytes of the cells and of what regular rows have between them are more than there are.
"""

import numpy as np
import polars as pl

from infrastructure.tabular.text.grammar import Grammar
from infrastructure.tabular.text.regular_text import first_stray_quote, places_of

_LINE_FEED, _RETURN = 10, 13


def are_accounted_for(text: bytes, rows: pl.DataFrame, grammar: Grammar) -> bool:
    """Whether all bytes of whole records are those of `rows` of several cells, regularly written.

    False tells nothing where quoted cells have line ends.
    """
    returns = marks = 0
    if grammar.newline == _LINE_FEED and b"\r" in text:
        returns = text.count(b"\r\n")
        if len(places_of(_RETURN, text)) != returns:
            return False
    if grammar.quote is not None and bytes([grammar.quote]) in text:
        quotes = places_of(grammar.quote, text)
        if len(quotes) % 2 or first_stray_quote(
            np.frombuffer(text, np.uint8), quotes, grammar
        ) < len(text):
            return False
        if len(places_of(grammar.newline, text)) != rows.height:
            return False
        doubled = np.count_nonzero(quotes[2::2] == quotes[1:-1:2] + 1)
        marks = len(quotes) - int(doubled)
    cells = rows.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item()
    return bool(len(text) == cells + rows.height * grammar.width + returns + marks)
