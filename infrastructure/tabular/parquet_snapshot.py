"""A table that was read, as one Parquet file."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

GROUP_ROWS = 131_072
"""Rows that are stored together: who wants one of them reads these and no others."""


def write_snapshot(table: pa.Table, snapshot: Path) -> None:
    """Write the new file `snapshot`; nothing is left of it when that fails."""
    try:
        pq.write_table(table, snapshot, compression="zstd", row_group_size=GROUP_ROWS)
    except BaseException:
        snapshot.unlink(missing_ok=True)
        raise
