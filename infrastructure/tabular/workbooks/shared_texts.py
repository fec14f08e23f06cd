"""Texts that cells of an XLSX file share, told apart from the cells.

calamine reads all of them anew for each part of a sheet. So it is given the number of a text as if
it were one, behind a mark that no text of the part begins with, and reads the texts but once.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

MARK = "\ue000"
_MARK = MARK.encode()
_ESCAPED_MARK = re.compile(rb"&#(x0*e000|0*57344);", re.IGNORECASE)
_SHARED, _MARKED = b't="s"><v>', b't="str"><v>' + _MARK
_OTHERWISE = re.compile(rb'(<c\s[^>]*?)\bt="s"([^>]*>)\s*<v>')
_NUMBER = re.compile(rb'\bt="s"[^>]*>\s*<v>(\d+)</v>')
_ROW = 1000
_CELLS_AT_EDGES = b"<c><v>1</v></c>"


# What stands for each number of some or of all texts.
Texts: TypeAlias = Mapping[int, str] | Sequence[str]


class NotMarkable(Exception):
    """The rows hold the mark, or a shared text in a way that is not known."""


def with_marks(rows: bytes) -> bytes:
    """The XML of rows with marked numbers instead of shared texts. Raises NotMarkable."""
    if _MARK in rows or (b"&" in rows and _ESCAPED_MARK.search(rows)):
        raise NotMarkable
    marked = rows.replace(_SHARED, _MARKED)
    if b't="s"' in marked:
        marked = _OTHERWISE.sub(rb'\1t="str"\2<v>' + _MARK, marked)
        if b't="s"' in marked:
            raise NotMarkable
    return marked


def numbers_of_texts(rows: bytes) -> Iterator[int]:
    """The numbers of the texts in the XML of rows."""
    return map(int, _NUMBER.findall(rows))


def rows_of_texts(numbers: Sequence[int]) -> Iterator[bytes]:
    """The XML of rows that hold the texts of these numbers, between cells that are never blank."""
    for start in range(0, len(numbers), _ROW):
        yield b"<row>" + _CELLS_AT_EDGES
        yield b"".join(b'<c t="s"><v>%d</v></c>' % n for n in numbers[start : start + _ROW])
        yield _CELLS_AT_EDGES + b"</row>"


def texts_in(rows: Sequence[Sequence[Any]], count: int) -> list[str]:
    """The `count` texts in the rows that `rows_of_texts` came to."""
    cells = itertools.chain.from_iterable(row[1 : _ROW + 1] for row in rows)
    return list(itertools.islice(cells, count))


def without_marks(rows: list[list[Any]], texts: Texts) -> list[list[Any]]:
    """The rows with texts in place of marked numbers. Raises LookupError for one not there."""
    return [
        [
            text_of(cell, texts) if type(cell) is str and cell and cell[0] == MARK else cell
            for cell in row
        ]
        for row in rows
    ]


def text_of(marked: str, texts: Texts) -> str:
    """What stands for a marked number. Raises LookupError."""
    number = marked[len(MARK) :]
    if not (number.isascii() and number.isdecimal()):
        raise LookupError(number)
    return texts[int(number)]
