"""Rows of text that are made batch by batch, for whoever scans them, as often as they are scanned.

Polars would map a file into memory to scan it, which counts as memory of the process.
"""

from collections.abc import Callable, Iterator, Sequence

import polars as pl
from polars.io.plugins import register_io_source

Batches = Callable[[Sequence[str]], Iterator[pl.DataFrame]]
"""Makes all rows in order; of the columns that are named at least, in any order."""


def scanned(batches: Batches, columns: Sequence[str]) -> pl.LazyFrame:
    """The rows of `columns`, all of them text."""

    def read(
        wanted: list[str] | None, predicate: pl.Expr | None, most: int | None, _at_once: int | None
    ) -> Iterator[pl.DataFrame]:
        names, left = columns if wanted is None else wanted, most
        if left == 0:
            return
        for batch in batches(names):
            rows = batch.select(names)
            if left is not None:
                rows = rows.head(left)
                left -= rows.height
            yield rows if predicate is None else rows.filter(predicate)
            if left == 0:
                return

    return register_io_source(read, schema=dict.fromkeys(columns, pl.String()))
