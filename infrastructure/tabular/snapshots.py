"""Snapshots: one Parquet file per table, zstd, with types that pandas keeps."""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from application.ports.tables import UnreadableTable
from infrastructure.tabular.header_rows import unique_names
from infrastructure.tabular.parquet_columns import plain_column


def write_snapshot(table: pa.Table, snapshot: Path) -> None:
    """Write the new file `snapshot`; nothing is left of it when that fails."""
    try:
        pq.write_table(table, snapshot, compression="zstd")
    except BaseException:
        snapshot.unlink(missing_ok=True)
        raise


def as_arrow(frame: pl.DataFrame) -> pa.Table:
    """The frame with plain Arrow types (large_string, no views)."""
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def read_parquet(source: Path) -> pa.Table:
    """An uploaded Parquet file as a snapshot's table. Raises UnreadableTable."""
    try:
        table = pq.ParquetFile(source).read()
    except (pa.ArrowException, OSError):
        raise UnreadableTable(
            "malformed", "The Parquet file is damaged or of a kind that cannot be read."
        ) from None
    if table.num_columns == 0:
        raise UnreadableTable("empty", "The Parquet file has no columns.")
    names = unique_names(table.column_names, table.num_columns)
    columns = map(plain_column, names, table.columns)
    return pa.table(list(columns), names=names)
