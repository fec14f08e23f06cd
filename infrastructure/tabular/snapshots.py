"""Snapshots: one Parquet file per table, zstd, with types that pandas keeps."""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from application.ports.tables import UnreadableTable
from infrastructure.tabular.header_rows import unique_names


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
    return pa.table([_plain(column) for column in table.columns], names=names)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(pa.chunked_array([c.storage for c in column.chunks], kind.storage_type))
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    if pa.types.is_null(kind) or pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("us"))
    if pa.types.is_timestamp(kind) and kind.unit != "us":
        return _microseconds(column)
    return column


def _microseconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Microseconds, which is what pandas reads text into, unless nanoseconds would be lost."""
    target = pa.timestamp("us", column.type.tz)
    try:
        return pc.cast(column, target)
    except pa.ArrowInvalid:
        return column
