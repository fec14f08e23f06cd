"""Parquet and Arrow files (IPC file, IPC stream, Feather), decoded in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from domain.parse_report import Doubt, Repair
from infrastructure.tabular.compression import UNPACKED_LIMIT
from infrastructure.tabular.documents.arrow_batches import Batches
from infrastructure.tabular.documents.parquet_columns import plain_column
from infrastructure.tabular.text.header_rows import unique_names
from infrastructure.tabular.text.row_repairs import MESSAGES, repairs_of_names
from infrastructure.tabular.typed_tables import TypedTable, reading_of

_MEMORY_BYTES, _SECONDS = 8 * 1024**3, 1800
_MODULE = "infrastructure.tabular.documents.arrow_process"
_KEPT_EXTENSIONS = frozenset({"", "arrow.uuid", "arrow.bool8", "arrow.json"})
_MIXED_ENCODING = "Texts that are no UTF-8 were read as cp1252; \ufffd stands for what it has not."


def inspect_arrow(source: Path, kind: FileKind, given: GivenOptions) -> ParseOptions:
    """That the columns can be kept, by their types. Raises UnreadableTable."""
    for field in Batches(source, kind).schema:
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
    file = Batches(source, options.kind)
    path = scratch / "table.arrow"
    names = unique_names(file.schema.names, len(file.schema))
    answer = _decoded(
        source, path, kind=options.kind.value, names=names, limit=limit, memory=_MEMORY_BYTES
    )
    with pa.memory_map(str(path)) as mapped:
        table = pa.ipc.open_file(mapped).read_all()
    columns = tuple(
        reading_of(
            field.name,
            field.type,
            rows=answer["rows"],
            missing=missing,
            words=("NaN",) if nans else (),
        )
        for field, missing, nans in zip(
            table.schema, answer["missing"], answer["nans"], strict=True
        )
    )
    return TypedTable(
        table=table,
        rows=answer["rows"],
        columns=columns,
        repairs=_repairs(file, answer["mended_rows"]),
        doubts=_doubts_of_types(table.schema.names, file),
    )


def _decoded(
    source: Path,
    table: Path,
    **request: Any,  # noqa: ANN401 it is JSON
) -> dict[str, Any]:
    """Write the values with plain types to the new file `table`; what is told of them.

    Nothing is left of it when UnreadableTable is raised, or OSError where no file can be written.
    """
    asked = {"source": str(source.absolute()), "table": str(table), **request}
    try:
        # -P keeps the current directory off the module path. A terminal's Ctrl-C, at which a worker
        # ends its work in hand, goes to a whole group of processes.
        done = subprocess.run(
            [sys.executable, "-P", "-m", _MODULE],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            process_group=0,
            check=True,
        )
    except subprocess.SubprocessError:
        answer: dict[str, Any] = {
            "error": "malformed",
            "message": "The file is damaged, or its values take more memory or time than they may: "
            "its reader stopped. Write it again, in row groups or record batches of fewer rows, "
            "and upload that.",
        }
    else:
        answer = json.loads(done.stdout)
    if "rows" not in answer:
        table.unlink(missing_ok=True)
    if "errno" in answer:
        raise OSError(answer["errno"], os.strerror(answer["errno"]))
    if "error" in answer:
        raise UnreadableTable(answer["error"], answer["message"])
    return answer


def _repairs(file: Batches, mended_rows: int) -> tuple[Repair, ...]:
    kinds = dict.fromkeys(repairs_of_names(file.schema.names), 1)
    messages = {**MESSAGES, "mixed_encoding": _MIXED_ENCODING}
    if mended_rows:
        kinds["mixed_encoding"] = mended_rows
    return tuple(
        Repair(kind=kind, rows=rows, lines=(), message=messages[kind])
        for kind, rows in kinds.items()
    )


def _doubts_of_types(names: Sequence[str], file: Batches) -> tuple[Doubt, ...]:
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
