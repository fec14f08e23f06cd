"""Parquet and Arrow files (IPC file, IPC stream, Feather), read in batches."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from domain.parse_report import Doubt, Repair
from infrastructure.tabular.compression import UNPACKED_LIMIT
from infrastructure.tabular.documents.parquet_columns import (
    depends_on_values,
    plain_column,
    plain_part,
    wider,
)
from infrastructure.tabular.documents.whole_texts import with_whole_texts
from infrastructure.tabular.text.header_rows import unique_names
from infrastructure.tabular.text.row_repairs import MESSAGES, repairs_of_names
from infrastructure.tabular.typed_tables import TypedTable, reading_of

_FILE = b"ARROW1"
_ENCRYPTED = re.compile("encrypted|decrypt")
_BUFFER = 1024 * 1024
_NAMES = {FileKind.PARQUET: "Parquet", FileKind.ARROW: "Arrow"}
_KEPT_EXTENSIONS = frozenset({"", "arrow.uuid", "arrow.bool8", "arrow.json"})
_CELLS, _ROWS = 4_000_000, 65_536
_LARGEST_PIECE, _DENSEST = 512 * 1024 * 1024, 500
_MIXED_ENCODING = "Texts that are no UTF-8 were read as cp1252; \ufffd stands for what it has not."


def inspect_arrow(source: Path, kind: FileKind, given: GivenOptions) -> ParseOptions:
    """That the columns can be kept, by their types. Raises UnreadableTable."""
    for field in _Batches(source, kind).schema:
        plain_column(field.name, pa.chunked_array([], field.type))
    return ParseOptions(kind=kind, member=given.member, interpretation=given.interpretation)


def read_arrow(
    source: Path, options: ParseOptions, scratch: Path, *, limit: int = UNPACKED_LIMIT
) -> TypedTable:
    """The table with plain types, in a file in `scratch`. Raises UnreadableTable.

    A file of a few megabytes may hold the same value a billion times: no more than `limit` bytes
    are written. It is read twice where types depend on values: an unsigned integer of 64 bits, a
    decimal or a nanosecond anywhere in a column decides for all of it.
    """
    file = _Batches(source, options.kind)
    path = scratch / "table.arrow"
    rows, missing, nans, schema = _write(file, _kinds(file), path, limit)
    with pa.memory_map(str(path)) as mapped:
        table = pa.ipc.open_file(mapped).read_all()
    columns = tuple(
        reading_of(field.name, field.type, rows=rows, missing=count, words=("NaN",) if nan else ())
        for field, count, nan in zip(schema, missing, nans, strict=True)
    )
    return TypedTable(
        table=table,
        rows=rows,
        columns=columns,
        repairs=_repairs(file),
        doubts=_doubts_of_types(schema.names, file),
    )


def _repairs(file: "_Batches") -> tuple[Repair, ...]:
    kinds = dict.fromkeys(repairs_of_names(file.schema.names), 1)
    messages = {**MESSAGES, "mixed_encoding": _MIXED_ENCODING}
    if file.mended_rows:
        kinds["mixed_encoding"] = file.mended_rows
    return tuple(
        Repair(kind=kind, rows=rows, lines=(), message=messages[kind])
        for kind, rows in kinds.items()
    )


def _doubts_of_types(names: Sequence[str], file: "_Batches") -> tuple[Doubt, ...]:
    """That what stores a type of somebody's own was read, as which a month may be a number."""
    stored = tuple(
        name
        for name, field in zip(names, file.schema, strict=True)
        if _extension_of(field) not in _KEPT_EXTENSIONS or field.name in file.intervals
    )
    message = (
        "These columns have a type of their own, such as the periods of pandas; what stores their "
        "values was read. To have them as they are shown, convert them to text in the program that "
        "wrote the file, and upload it again."
    )
    return (Doubt(kind="stored_values", names=stored, message=message),) if stored else ()


def _extension_of(field: pa.Field) -> str:
    """The name of the type's extension, also where Arrow does not know it; empty without one."""
    if isinstance(field.type, pa.BaseExtensionType):
        return str(field.type.extension_name)
    metadata: dict[bytes, bytes] = field.metadata or {}
    return metadata.get(b"ARROW:extension:name", b"").decode(errors="replace")


class _Batches:
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


def _kinds(file: _Batches) -> Sequence[pa.DataType | None]:
    """The types of the columns whose types depend on values; None for all others."""
    kinds: list[pa.DataType | None] = [None] * len(file.schema)
    open_ones = [i for i, field in enumerate(file.schema) if depends_on_values(field.type)]
    if open_ones:
        for batch in file:
            for i in open_ones:
                part = plain_column(file.schema.names[i], pa.chunked_array([batch.column(i)]))
                kinds[i] = wider(kinds[i] or part.type, part.type)
    return kinds


def _write(
    file: _Batches, kinds: Sequence[pa.DataType | None], path: Path, limit: int
) -> tuple[int, list[int], list[int], pa.Schema]:
    """Write the batches with plain types; how many rows there are, the values that are missing by
    column, those of them that are NaN, and the schema.

    Raises UnreadableTable, and leaves nothing, when they come to more than `limit` bytes.
    """
    names = file.schema.names
    unique = unique_names(names, len(names))
    empty = [
        plain_part(name, pa.chunked_array([], field.type), kind)
        for name, field, kind in zip(names, file.schema, kinds, strict=True)
    ]
    schema = pa.schema([(name, column.type) for name, column in zip(unique, empty, strict=True)])
    rows, missing, nans = 0, [0] * len(names), [0] * len(names)
    with pa.OSFile(str(path), "wb") as target, pa.ipc.new_file(target, schema) as writer:
        for batch in file:
            columns = [
                plain_part(name, pa.chunked_array([column]), kind)
                for name, column, kind in zip(names, batch.columns, kinds, strict=True)
            ]
            part = pa.table(columns, schema=schema)
            writer.write_table(part)
            if target.tell() > limit:
                path.unlink()
                raise UnreadableTable(
                    "too_large",
                    f"The values of the file take more than {limit:,} bytes, and no more are read. "
                    "Upload fewer rows or columns, or the table in several files.",
                )
            rows += part.num_rows
            missing = [n + column.null_count for n, column in zip(missing, columns, strict=True)]
            nans = [n + _nans_in(column) for n, column in zip(nans, batch.columns, strict=True)]
    return rows, missing, nans, schema


def _nans_in(column: pa.Array) -> int:
    if not pa.types.is_floating(column.type):
        return 0
    return pc.sum(pc.is_nan(column)).as_py() or 0
