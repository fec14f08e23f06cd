"""The record batches of Parquet and Arrow files (IPC file, IPC stream, Feather)."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind
from infrastructure.tabular.documents.whole_texts import with_whole_texts

_FILE = b"ARROW1"
_ENCRYPTED = re.compile("encrypted|decrypt")
_BUFFER = 1024 * 1024
_NAMES = {FileKind.PARQUET: "Parquet", FileKind.ARROW: "Arrow"}
_CELLS, _ROWS = 4_000_000, 65_536
_LARGEST_PIECE, _DENSEST = 512 * 1024 * 1024, 500


class Batches:
    """The record batches of a file, which can be gone through more than once.

    In `mended_rows` of them, when last gone through, were texts that are no UTF-8. `intervals` are
    columns of Parquet's own spans of months, days and milliseconds, which Arrow gives as bytes.
    Raises UnreadableTable when the file cannot be read.
    """

    def __init__(self, source: Path, kind: FileKind) -> None:
        self.mended_rows = 0
        self._source, self._kind = source, kind
        with self._opened() as reader:
            self.schema: pa.Schema = reader.schema_arrow if self._is_parquet else reader.schema
            for field in self.schema:
                _require_text(field)
            if self._is_parquet:
                _require_no_bomb(reader.metadata)
            columns = reader.schema if self._is_parquet else ()
            self.intervals = {c.path for c in columns if c.converted_type == "INTERVAL"}
        if not self.schema.names:
            raise UnreadableTable("empty", f"The {_NAMES[kind]} file has no columns.")

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        self.mended_rows = 0
        with self._opened() as reader:
            for batch in self._of(reader):
                # Arrow trusts the offsets in a file, and would read wherever they point; and
                # nothing tells it that a text is none.
                try:
                    batch.validate(full=True)
                except pa.ArrowInvalid:
                    whole, mended = with_whole_texts(batch)
                    self.mended_rows += mended
                    yield whole
                else:
                    yield batch

    def _of(self, reader: Any) -> Iterator[pa.RecordBatch]:  # noqa: ANN401 pyarrow is not typed
        if self._is_parquet:
            size = max(1, min(_ROWS, _CELLS // len(self.schema)))
            return iter(reader.iter_batches(size))
        if isinstance(reader, pa.RecordBatchFileReader):
            return map(reader.get_batch, range(reader.num_record_batches))
        return iter(reader)

    @property
    def _is_parquet(self) -> bool:
        return self._kind is FileKind.PARQUET

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        try:
            with ExitStack() as opened:
                yield opened.enter_context(self._open(opened))
        except MemoryError:
            raise  # Arrow's own is one of its other errors, too
        except pa.ArrowNotImplementedError as error:
            raise UnreadableTable(
                "unsupported_values",
                f"The {_NAMES[self._kind]} file holds what is not read here: {error}. Save that "
                "column with another type, or leave it out, and upload the file again.",
            ) from None
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            if _ENCRYPTED.search(str(error)):
                raise UnreadableTable(
                    "encrypted",
                    "The Parquet file is encrypted, or some of its columns are. Save it without "
                    "encryption, and upload that.",
                ) from None
            raise UnreadableTable(
                "malformed",
                f"The {_NAMES[self._kind]} file is damaged, cut off, or of a kind that cannot be "
                "read. Write it again, and upload that.",
            ) from None

    def _open(self, opened: ExitStack) -> Any:  # noqa: ANN401 pyarrow is not typed
        if self._is_parquet:
            return pq.ParquetFile(self._source, buffer_size=_BUFFER, pre_buffer=False)
        mapped = opened.enter_context(pa.memory_map(str(self._source)))
        is_file = mapped.read(len(_FILE)) == _FILE
        mapped.seek(0)
        return pa.ipc.open_file(mapped) if is_file else pa.ipc.open_stream(mapped)


def _require_no_bomb(metadata: pq.FileMetaData) -> None:
    """Raise UnreadableTable for a piece of a column that takes far more room than in the file.

    Arrow unpacks a page of it at once, which may be all of it, in our own memory.
    """
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    for piece in (group.column(n) for group in groups for n in range(group.num_columns)):
        size, packed = piece.total_uncompressed_size, piece.total_compressed_size
        if size > _LARGEST_PIECE and size > _DENSEST * packed:
            raise UnreadableTable(
                "too_large",
                f"A column of the Parquet file holds {size:,} bytes in one row group, packed into "
                f"{packed:,}, and no more than {_LARGEST_PIECE:,} so packed are unpacked at once. "
                "Write it in row groups of fewer rows, and upload that.",
            )


def _require_text(field: pa.Field) -> None:
    """Raise UnicodeDecodeError when a name is no text, which nothing of Arrow checks."""
    for name in (field.name, getattr(field.type, "tz", None)):
        str(name)
    for index in range(field.type.num_fields):
        _require_text(field.type.field(index))
