"""Parquet files that hold columns of tables: reading some of one, writing some to another."""

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa
import pyarrow.parquet as pq

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from infrastructure.tabular.parquet_snapshot import GROUP_ROWS
from infrastructure.tabular.snapshots.digests import content_digest

_BATCH_ROWS = 65_536
_PAGE_ROWS = 16_384
# Of fewer, handing them to threads takes longer than reading them.
_ROWS_FOR_THREADS = 50_000
_SMALL_BYTES = 256 * 1024
_UNREADABLE = (pa.ArrowException, OSError, ValueError)


class ColumnFile:
    """A stored file, open. Of its bytes only those are fetched that are needed.

    With `checked`, its digest was compared; without, only that of a small file, which is read at
    once: `is_checked` tells whoever reads whether to compare the columns' own. Everything raises
    ArtifactCorrupt for a file that was damaged.
    """

    def __init__(
        self, artifacts: Artifacts, kind: ArtifactKind, digest: str, *, checked: bool
    ) -> None:
        self.key = f"{kind.value}/{digest}"
        self._file = (artifacts.open if checked else artifacts.open_unchecked)(kind, digest)
        try:
            whole = _read_if_small(self._file)
            if whole is not None:
                _require_digest(whole, digest, self.key)
            self.is_checked = checked or whole is not None
            self._parquet = pq.ParquetFile(self._file if whole is None else pa.BufferReader(whole))
            # Each use would make it anew, from all of the columns.
            self._schema: pa.Schema = self._parquet.schema_arrow
        except BaseException as error:
            self._file.close()
            if isinstance(error, _UNREADABLE):
                raise self._failure() from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._parquet.close()
        self._file.close()

    @property
    def names(self) -> Sequence[str]:
        """The columns, in order."""
        names: list[str] = self._schema.names
        return names

    @property
    def rows(self) -> int:
        """How many rows."""
        return int(self._parquet.metadata.num_rows)

    def schema_of(self, name: str) -> pa.Field:
        """The column's field."""
        return self._schema.field(name)

    def column(self, name: str, content: str | None = None) -> pa.ChunkedArray:
        """A whole column; with `content`, one that has this content digest."""
        try:
            column = self._parquet.read(columns=[name], use_threads=False).column(name)
        except (*_UNREADABLE, KeyError) as error:
            raise self._failure() from error
        if content is not None and content_digest(column) != content:
            raise ArtifactCorrupt(self.key)
        return column

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of some columns in order, some at a time."""
        try:
            yield from self._parquet.iter_batches(
                _BATCH_ROWS, columns=list(names), use_threads=self.rows > _ROWS_FOR_THREADS
            )
        except _UNREADABLE as error:
            raise self._failure() from error

    def taken(self, names: Sequence[str], rows: Sequence[int]) -> pa.Table:
        """These rows of some columns, in this order; one at least, none of them twice.

        Only row groups that hold one are read, each no farther than to the last that is wanted.
        """
        order = sorted(rows)
        found, start = list[pa.Table](), 0
        for group in range(self._parquet.num_row_groups):
            end = start + self._parquet.metadata.row_group(group).num_rows
            wanted = order[bisect_left(order, start) : bisect_left(order, end)]
            if wanted:
                found += self._taken_of_group(names, group, [row - start for row in wanted])
            start = end
        place_of = {row: place for place, row in enumerate(order)}
        together = pa.concat_tables(found).unify_dictionaries()
        return together.take(pa.array([place_of[row] for row in rows], pa.int64()))

    def _taken_of_group(
        self, names: Sequence[str], group: int, rows: Sequence[int]
    ) -> Iterator[pa.Table]:
        """These rows of a row group, counted from its first and in their order."""
        start = 0
        try:
            for batch in self._parquet.iter_batches(
                _PAGE_ROWS, row_groups=[group], columns=list(names)
            ):
                end = start + batch.num_rows
                wanted = rows[bisect_left(rows, start) : bisect_left(rows, end)]
                if wanted:
                    table = pa.Table.from_batches([batch]).select(list(names))
                    yield table.take(pa.array([row - start for row in wanted], pa.int64()))
                start = end
                if start > rows[-1]:
                    return
        except (*_UNREADABLE, KeyError) as error:
            raise self._failure() from error

    def _failure(self) -> Exception:
        """What kept us from reading: an outage, or else the file."""
        outage = getattr(self._file, "failure", None)
        return outage if isinstance(outage, Exception) else ArtifactCorrupt(self.key)


def _read_if_small(file: BinaryIO) -> bytes | None:
    """All of a small file: its end, its middle and its columns take a request each otherwise."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return file.read() if size <= _SMALL_BYTES else None


def _require_digest(content: bytes, digest: str, key: str) -> None:
    if sha256(content).hexdigest() != digest:
        raise ArtifactCorrupt(key)


def write_columns(parquet: pq.ParquetFile, names: Sequence[str], destination: Path) -> None:
    """Write some columns of a file to the new file `destination`."""
    whole = parquet.schema_arrow
    schema = pa.schema([whole.field(name) for name in names])
    with pq.ParquetWriter(
        destination, schema, compression="zstd", write_page_checksum=True
    ) as writer:
        for group in range(parquet.metadata.num_row_groups):
            table = parquet.read_row_group(group, columns=list(names)).select(list(names))
            writer.write_table(table.cast(schema), row_group_size=GROUP_ROWS)
