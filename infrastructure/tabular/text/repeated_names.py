"""Names that come again amid the rows, as joining files leaves them."""

import mmap
from collections.abc import Sequence

import polars as pl

from infrastructure.tabular.text.regular_files import Part

_BLOCK = 8 * 1024 * 1024


def repeated_lines(part: Part, line: str) -> list[int]:
    """The physical lines, from 0, of a part on which the `line` of names stands again."""
    wanted = line.strip("\r\n").encode()
    if part.start >= part.end or not wanted:
        return []
    found, number, counted = [], part.line, part.start
    with (
        part.source.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        at = text.find(wanted, part.start, part.end)
        while at >= 0:
            after = at + len(wanted)
            if text[at - 1 : at] in {b"\n", b"\r"} and text[after : after + 1] in b"\r\n":
                number += sum(
                    _lines_in(text[begin : min(begin + _BLOCK, at)])
                    for begin in range(counted, at, _BLOCK)
                )
                found.append(number)
                counted = at
            at = text.find(wanted, after, part.end)
    return found


def _lines_in(text: bytes) -> int:
    return text.count(b"\n") or text.count(b"\r")


def without_names(rows: pl.LazyFrame, count: int, names: Sequence[str]) -> tuple[pl.LazyFrame, int]:
    """The `count` rows but for those that are the names, and how many they are then."""
    columns = rows.collect_schema().names()[: len(names)]
    same = [pl.col(column).eq_missing(name) for column, name in zip(columns, names, strict=False)]
    is_names = pl.all_horizontal(same)
    dropped = rows.select(is_names.sum()).collect(engine="streaming").item()
    return rows.filter(~is_names), count - int(dropped)
