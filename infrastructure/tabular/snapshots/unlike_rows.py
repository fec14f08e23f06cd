"""Columns by which no two rows of a table are alike."""

from collections.abc import Callable, Sequence

import polars as pl

_MOST = 6
_FACTOR = 0x9E3779B97F4A7C15


def telling_columns(
    rows: int, columns: Sequence[tuple[str, int]], read: Callable[[str], pl.Series]
) -> tuple[str, ...]:
    """Some columns in which all rows differ from one another; none if it takes many or all.

    `columns` are names with how many different cells there are, missing ones counted as one. The
    most telling ones are tried. Rows that differ in 64 bits of hashes differ for sure.
    """
    order = sorted(columns, key=lambda each: -each[1])
    if not order or rows == 0:
        return ()
    if order[0][1] == rows:
        return (order[0][0],)
    hashes: pl.Series | None = None
    possible = 1
    for place, (name, distinct) in enumerate(order[:_MOST], 1):
        found = read(name).hash(1)
        hashes = found if hashes is None else hashes * _FACTOR + found
        possible *= distinct
        if possible >= rows and hashes.n_unique() == rows:
            return tuple(name for name, _ in order[:place])
    return ()
