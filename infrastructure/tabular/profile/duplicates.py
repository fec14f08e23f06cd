"""Rows that repeat an earlier one, counted without a copy of the table."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from polars import selectors

FEW_CELLS = 100_000
"""To compare all rows of so small a table takes hardly longer than to find out how not to."""

_CELLS_AT_ONCE = 8_000_000
_COMPARED_ROWS = 100_000

Hashes = npt.NDArray[np.uint64]


def duplicate_rows(
    table: pl.LazyFrame, names: Sequence[str], rows: int, distinct: Sequence[int]
) -> int:
    """How many rows repeat an earlier one, as pandas' ``duplicated`` counts them.

    `distinct` is how many different values, null included, each column has at least. Columns are
    read, the most different first, only until no two rows agree in all of them; of a small table
    all at once. Up to 100,000 rows that may repeat others are compared themselves; of more, 64-bit
    hashes are, which for a million different rows are one too few in one of 37 million tables.
    """
    if not names or rows < 2:
        return 0
    order = sorted(range(len(names)), key=lambda index: -distinct[index])
    if distinct[order[0]] == rows:
        return 0
    hashes = np.zeros(rows, np.uint64)
    if rows * len(names) <= FEW_CELLS:
        return repeated_rows(table.select(selectors.by_name(*names)).collect())
    at_once = max(1, min(4, _CELLS_AT_ONCE // rows)) if len(names) < 50 else 200
    parts = [order[start : start + at_once] for start in range(0, len(order), at_once)]
    again = hashes
    for number, part in enumerate(parts, 1):
        chosen = selectors.by_name(*(names[index] for index in part))
        _mix(hashes, table.select(chosen).collect())
        # A look takes as long as a column: so only after 1, 2, 4, 8 … parts, and the last.
        if number == len(parts) or number.bit_count() == 1:
            again = _repeated(hashes)
            if not len(again):
                return 0
    if len(again) > _COMPARED_ROWS:
        return len(again)
    alike = pl.Series(hashes).is_in(pl.Series(np.unique(again)).implode())
    suspects = table.filter(alike).head(2 * _COMPARED_ROWS + 1).collect()
    if suspects.height > 2 * _COMPARED_ROWS:
        return len(again)
    return suspects.height - suspects.n_unique()


def repeated_rows(table: pl.DataFrame) -> int:
    """The same of a small table, all of whose rows are compared."""
    return table.height - table.n_unique() if table.width else 0


def _mix(hashes: Hashes, columns: pl.DataFrame) -> None:
    """Fold the rows of some columns into one hash for each row, in place."""
    hashes *= np.uint64(0x9E3779B97F4A7C15)
    hashes ^= columns.hash_rows().to_numpy()
    hashes ^= hashes >> np.uint64(29)


def _repeated(hashes: Hashes) -> Hashes:
    """The hash of each row that has the hash of one before it."""
    ordered = pl.Series(hashes).sort().to_numpy()
    repeated: Hashes = ordered[1:][ordered[1:] == ordered[:-1]]
    return repeated
