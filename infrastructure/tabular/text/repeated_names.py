"""Names that come again amid the rows, as joining files leaves them."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import polars as pl

from infrastructure.tabular.text.regular_files import Part

_BLOCK = 1024 * 1024


def repeated_lines(part: Part, line: str) -> list[int]:
    """The physical lines, from 0, of a part on which the `line` of names stands again."""
    wanted = line.strip("\r\n").encode()
    if part.start >= part.end or not wanted:
        return []
    found, number, counted = [], part.line, part.start
    with part.source.open("rb") as opened:
        for at in list(_places_of(opened, part, wanted)):
            opened.seek(at - 1)
            around = opened.read(len(wanted) + 2)
            if around[:1] in {b"\n", b"\r"} and around[len(wanted) + 1 :] in b"\r\n":
                number += sum(_lines_in(text) for _, text in _blocks(opened, counted, at))
                found.append(number)
                counted = at
    return found


def _places_of(opened: BinaryIO, part: Part, wanted: bytes) -> Iterator[int]:
    rest = b""
    for begin, block in _blocks(opened, part.start, part.end):
        text = rest + block
        at = text.find(wanted)
        while at >= 0:
            yield begin - len(rest) + at
            at = text.find(wanted, at + len(wanted))
        rest = text[max(0, len(text) - len(wanted) + 1) :]


def _blocks(opened: BinaryIO, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    opened.seek(start)
    for begin in range(start, end, _BLOCK):
        yield begin, opened.read(min(_BLOCK, end - begin))


def _lines_in(text: bytes) -> int:
    return text.count(b"\n") or text.count(b"\r")


def without_names(rows: pl.LazyFrame, names: Sequence[str]) -> tuple[pl.LazyFrame, int]:
    """The rows but for those that are the names, and how many those are."""
    columns = rows.collect_schema().names()[: len(names)]
    same = [pl.col(column).eq_missing(name) for column, name in zip(columns, names, strict=False)]
    is_names = pl.all_horizontal(same)
    dropped = rows.select(is_names.sum()).collect(engine="streaming").item()
    return rows.filter(~is_names), int(dropped)
