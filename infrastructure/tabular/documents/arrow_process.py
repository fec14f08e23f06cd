"""The process that decodes a Parquet or Arrow file into an Arrow file with plain types.

A few kilobytes may open very large, and what Arrow makes of a damaged file may crash it. A request
as JSON comes in, an answer goes out; run as ``python -m
infrastructure.tabular.documents.arrow_process``, see ``arrow_files``.
"""

import errno
import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

# Arrow works without NumPy, which takes longer to import than itself.
sys.modules.setdefault("numpy", cast(Any, None))

import pyarrow as pa  # noqa: E402 as told
import pyarrow.compute as pc  # noqa: E402 as told

from application.ports.tables import UnreadableTable  # noqa: E402 as told
from domain.dataset import FileKind  # noqa: E402 as told
from infrastructure.tabular.documents.arrow_batches import Batches  # noqa: E402 as told
from infrastructure.tabular.documents.parquet_columns import (  # noqa: E402 as told
    depends_on_values,
    plain_column,
    plain_part,
    wider,
)
from infrastructure.tabular.memory_limit import limit_memory  # noqa: E402 as told


def main() -> None:
    """Answer one request from standard input on standard output."""
    request = json.load(sys.stdin)
    # Of memory of its own: a file that is mapped takes none.
    limit_memory(resource.RLIMIT_DATA, request["memory"])
    json.dump(_answer(request), sys.stdout)
    sys.stdout.flush()
    os._exit(0)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        file = Batches(Path(request["source"]), FileKind(request["kind"]))
        return _write(file, _kinds(file), request)
    except UnreadableTable as error:
        return {"error": error.reason, "message": str(error)}
    except OSError as error:
        return {"errno": error.errno or errno.EIO}  # no fault of the file, as of a full disk
    except MemoryError:
        return {
            "error": "too_large",
            "message": "The file holds values that take more memory at once than they may: "
            f"{request['memory']:,} bytes. Write it in row groups, or record batches, of fewer "
            "rows, and upload that.",
        }


def _kinds(file: Batches) -> Sequence[pa.DataType | None]:
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
    file: Batches, kinds: Sequence[pa.DataType | None], request: dict[str, Any]
) -> dict[str, Any]:
    """Write the batches with plain types; how many rows there are, the values that are missing by
    column, those of them that are NaN, and the rows with texts that were no UTF-8.

    Raises UnreadableTable when they come to more than the limit of bytes.
    """
    path, limit = Path(request["table"]), request["limit"]
    names = file.schema.names
    empty = [
        plain_part(name, pa.chunked_array([], field.type), kind)
        for name, field, kind in zip(names, file.schema, kinds, strict=True)
    ]
    schema = pa.schema(
        [(name, column.type) for name, column in zip(request["names"], empty, strict=True)]
    )
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
                raise UnreadableTable(
                    "too_large",
                    f"The values of the file take more than {limit:,} bytes, and no more are read. "
                    "Upload fewer rows or columns, or the table in several files.",
                )
            rows += part.num_rows
            missing = [n + column.null_count for n, column in zip(missing, columns, strict=True)]
            nans = [n + _nans_in(column) for n, column in zip(nans, batch.columns, strict=True)]
    return {"rows": rows, "missing": missing, "nans": nans, "mended_rows": file.mended_rows}


def _nans_in(column: pa.Array) -> int:
    if not pa.types.is_floating(column.type):
        return 0
    return pc.sum(pc.is_nan(column)).as_py() or 0


if __name__ == "__main__":
    main()
