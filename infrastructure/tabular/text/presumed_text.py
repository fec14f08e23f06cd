"""A large text that is presumed to be regular, and found out while it is read.

A pass of its own to tell that it is would take a third of the time that reading it takes.
"""

import codecs
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from infrastructure.tabular.text.batches import scanned
from infrastructure.tabular.text.grammar import Grammar
from infrastructure.tabular.text.regular_files import (
    Part,
    in_order,
    is_regular,
    names_of_columns,
    rows_of,
)
from infrastructure.tabular.text.stray_characters import end_of_text, has_mark, has_stray
from infrastructure.tabular.text.utf8 import is_text

# Of smaller ones the pass takes no time.
_LARGE = 4 * 1024 * 1024
_LONGEST_LINE = 64 * 1024


class IrregularText(Exception):
    """A text is not what it was presumed to be; what came of it is to be thrown away."""


def require_presumable(source: Path, encoding: str) -> None:
    """Raise IrregularText when the file is small, not in UTF-8, or filled up after its text."""
    utf8 = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}
    size = source.stat().st_size
    if size < _LARGE or not utf8 or end_of_text(source, encoding) < size:
        raise IrregularText


def scan_presumed(
    part: Part, grammar: Grammar, line: str, *, mend_letters: bool = True
) -> pl.LazyFrame:
    """The rows of a large part, in columns named by number from 0.

    Raises IrregularText when the last line is no regular row, as in a file that is cut off, and for
    stray characters around the part. Whoever scans the rows gets it where the part is not regular,
    has stray characters, or has the `line` of names again. What was read until then was read in
    vain: all of the part, at worst.
    """
    # Its arrays take longer to import than a small regular file to read.
    from infrastructure.tabular.text.accounted_bytes import are_accounted_for  # noqa: PLC0415

    stray = has_stray if mend_letters else has_mark
    if grammar.width == 1 or not is_regular(_last_line(part, grammar), grammar):
        raise IrregularText
    if not all(is_text(text) and not stray(text) for text in _around(part)):
        raise IrregularText
    names = line.strip("\r\n").encode()
    passed = False

    def checked(piece: bytes) -> pl.DataFrame:
        try:
            rows = rows_of(piece, grammar)
        except pl.exceptions.PolarsError as error:
            raise IrregularText from error
        if stray(piece) or _has_line(piece, names, grammar):
            raise IrregularText
        if not (are_accounted_for(piece, rows, grammar) or is_regular(piece, grammar)):
            raise IrregularText
        return rows

    def batches(wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        nonlocal passed
        work = partial(rows_of, grammar=grammar, wanted=wanted) if passed else checked
        yield from in_order(work, part, grammar)
        passed = True

    return scanned(batches, names_of_columns(grammar))


def _last_line(part: Part, grammar: Grammar) -> bytes:
    newline = bytes([grammar.newline])
    with part.source.open("rb") as opened:
        opened.seek(max(part.start, part.end - _LONGEST_LINE))
        lines = opened.read(part.end - opened.tell()).removesuffix(newline)
    return lines[lines.rfind(newline) + 1 :] + newline


def _around(part: Part) -> tuple[bytes, bytes]:
    """What stands before the part, but for the mark of the file, and after it."""
    with part.source.open("rb") as opened:
        before = opened.read(part.start).removeprefix(codecs.BOM_UTF8)
        opened.seek(part.end)
        return before, opened.read()


def _has_line(piece: bytes, names: bytes, grammar: Grammar) -> bool:
    """Whether a line begins as the line of names does, if there is one."""
    return bool(names) and (piece.startswith(names) or bytes([grammar.newline]) + names in piece)
