"""Rows that repeat an earlier one, counted exactly and without a copy of the table."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from polars import selectors

_CELLS_AT_ONCE = 8_000_000


def duplicate_rows(
    table: pl.LazyFrame, names: Sequence[str], rows: int, distinct: Sequence[int]
) -> int:
    """How many rows repeat an earlier one, as pandas' ``duplicated`` counts them.

    `distinct` is how many different values, null included, each column has at least. Columns are
    read, the most different first, only until no two rows agree in all of them; rows with the same
    hash in all columns are compared themselves.
    """
    if not names or rows < 2:
        return 0
    order = sorted(range(len(names)), key=lambda index: -distinct[index])
    if distinct[order[0]] == rows:
        return 0
    hashes = np.zeros(rows, np.uint64)
    candidates: npt.NDArray[np.bool_] | None = None
    at_once = max(1, min(4, _CELLS_AT_ONCE // rows)) if len(names) < 50 else 200
    for start in range(0, len(order), at_once):
        part = [names[index] for index in order[start : start + at_once]]
        _mix(hashes, table.select(selectors.by_name(*part)).collect())
        candidates = _repeated(hashes)
        if not candidates.any():
            return 0
    alike = pl.Series(candidates)
    suspects = table.filter(alike).collect()
    return suspects.height - suspects.n_unique()


def _mix(hashes: npt.NDArray[np.uint64], columns: pl.DataFrame) -> None:
    """Fold the rows of some columns into one hash for each row, in place."""
    hashes *= np.uint64(0x9E3779B97F4A7C15)
    hashes ^= columns.hash_rows().to_numpy()
    hashes ^= hashes >> np.uint64(29)


def _repeated(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which rows share their hash with another."""
    found = pl.Series(hashes)
    ordered = found.sort().to_numpy()
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(again):
        return np.zeros(len(hashes), np.bool_)
    return found.is_in(pl.Series(again).implode()).to_numpy()
