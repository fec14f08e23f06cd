"""What rows are known by from table to table: see RowLabels."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from application.artifacts import ArtifactKind, Artifacts, Keeping
from application.manifests import Manifest, RowLabels, parsed_address
from application.ports.snapshots import CarriedRows
from infrastructure.tabular.snapshots.column_files import ColumnFile

_COLUMN = "row"


def labels_of(address: str, manifest: Manifest | None) -> RowLabels:
    """How the rows of the table at `address` are labelled; earlier versions have no manifest."""
    own = RowLabels(origin=address, file=None)
    return own if manifest is None or manifest.labels is None else manifest.labels


def numbers_in(artifacts: Artifacts, labels: RowLabels, rows: int) -> pl.Series:
    """The label of each of `rows` rows, Int64. Raises ObjectMissing and ArtifactCorrupt."""
    if labels.file is None:
        return pl.int_range(rows, dtype=pl.Int64, eager=True)
    with ColumnFile(artifacts, ArtifactKind.COLUMNS, labels.file, checked=True) as file:
        return pl.Series(_COLUMN, pl.from_arrow(file.column(_COLUMN)))


def carried_labels(
    artifacts: Artifacts,
    keeping: Keeping,
    manifest_of: Callable[[str], Manifest],
    carried: CarriedRows,
    table_digest: str,
) -> RowLabels:
    """How the rows of a new table with this digest are labelled; begins to store what that takes.

    Raises ObjectMissing and ArtifactCorrupt.
    """
    kind, digest = parsed_address(carried.table.address)
    manifest = manifest_of(digest) if kind is ArtifactKind.MANIFEST else None
    before = labels_of(carried.table.address, manifest)
    if carried.origins.numbers is None:
        return before
    with pq.ParquetFile(carried.origins.numbers) as parquet:
        numbers = pl.Series(_COLUMN, pl.from_arrow(parquet.read(use_threads=False).column(_COLUMN)))
    found = numbers_in(artifacts, before, carried.table.shape.rows).gather(numbers)
    labels = found.fill_null(_new_labels(table_digest, len(numbers)))
    path = keeping.new_file()
    _write(labels, path)
    return RowLabels(origin=before.origin, file=keeping.keep(ArtifactKind.COLUMNS, path))


def _new_labels(table_digest: str, rows: int) -> pl.Series:
    """Labels that no other table gives to rows, but for one chance in four thousand million."""
    drawn = int.from_bytes(hashlib.sha256(table_digest.encode()).digest()[:4], "big")
    return -1 - ((drawn << 31) + pl.int_range(rows, dtype=pl.Int64, eager=True))


def _write(labels: pl.Series, path: Path) -> None:
    labels.alias(_COLUMN).to_frame().write_parquet(path, compression="zstd")
