"""A table of text that is written bit by bit and scanned as one, however wide its rows are."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa

from infrastructure.tabular.text.batches import scanned

_BATCH = 20_000
_COMPRESSION = pa.ipc.IpcWriteOptions(compression="lz4")


class Spool:
    """Arrow files in a directory; a batch that is wider than those before begins a new one."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._parts: list[Path] = []
        self._writer: pa.RecordBatchFileWriter | None = None
        self._pending: list[pa.Table] = []
        self._pending_rows = 0
        self._width = 0
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def add(self, columns: Sequence[pa.ChunkedArray | pa.Array]) -> None:
        """Append a batch of text columns of equal length; columns that it lacks are null."""
        rows = len(columns[0])
        if not self._parts or len(columns) > self._width:
            self._begin(max(self._width, len(columns)))
        missing = [pa.nulls(rows, pa.large_string())] * (self._width - len(columns))
        self._pending.append(pa.table([*columns, *missing], names=self._names()))
        self._pending_rows += rows
        self.rows += rows
        if self._pending_rows >= _BATCH:
            self._write()

    def _write(self) -> None:
        if self._writer is not None and self._pending:
            self._writer.write_table(pa.concat_tables(self._pending).combine_chunks())
        self._pending, self._pending_rows = [], 0

    def _close(self) -> None:
        if self._writer is not None:
            self._write()
            self._writer.close()
            self._writer = None

    def _begin(self, width: int) -> None:
        self._close()
        self._width = width
        self._parts.append(self._directory / f"text-{len(self._parts)}.arrow")
        schema = pa.schema([(name, pa.large_string()) for name in self._names()])
        self._writer = pa.ipc.new_file(self._parts[-1], schema, options=_COMPRESSION)

    def _names(self) -> list[str]:
        return [str(index) for index in range(self._width)]

    def scan(self) -> pl.LazyFrame:
        """All that was added, in order, in columns named by their number from 0."""
        return scanned(self._batches, self._names())

    def _batches(self, wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        for part in self._parts:
            with pa.OSFile(str(part)) as file:
                names = pa.ipc.open_file(file).schema.names
                asked, there = frozenset(wanted), frozenset(names)
                some = [place for place, name in enumerate(names) if name in asked]
                reader = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=some))
                lacking = [name for name in wanted if name not in there]
                for place in range(reader.num_record_batches):
                    rows = pl.DataFrame(reader.get_batch(place))
                    yield rows.with_columns(pl.lit(None, pl.String).alias(each) for each in lacking)
