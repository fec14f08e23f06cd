"""What a quick reader of delimited text goes by, and short texts that plainly keep to it."""

import re
from dataclasses import dataclass

_LINE_FEED = 10
_SHORT = 256 * 1024


@dataclass(frozen=True)
class Grammar:
    """Single bytes that mean something, and how many cells a record has.

    `newline` ends a record, a carriage return before a line feed belongs to it.
    """

    delimiter: int
    quote: int | None
    newline: int
    width: int


def plain_rows(text: bytes, grammar: Grammar) -> int | None:
    """How many rows a short text has when all of it is regular, and no quoted cell has a line end.

    None tells nothing. What tells of any text takes longer to import than a short one to read.
    """
    if len(text) > _SHORT or grammar.width == 1 or grammar.newline != _LINE_FEED:
        return None
    delimiter = re.escape(bytes([grammar.delimiter]))
    if grammar.quote is None:
        cell = rb"[^\r\n%b]*+" % delimiter
    else:
        quote = re.escape(bytes([grammar.quote]))
        cell = rb"(?:%b(?:[^\r\n%b]|%b%b)*+%b|[^\r\n%b%b]*+)" % (*[quote] * 5, quote, delimiter)
    row = rb"%b(?:%b%b){%d}\r?\n" % (cell, delimiter, cell, grammar.width - 1)
    return text.count(b"\n") if re.fullmatch(rb"(?:%b)++" % row, text) else None
