"""Texts of Parquet and Arrow that are no UTF-8, though their type says that they are.

Some programs write the bytes that they were given; what reads texts afterwards ends at such.
"""

from collections.abc import Sequence

import pyarrow as pa

_TEXTS = (pa.string(), pa.large_string())


def with_whole_texts(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, int]:
    """The batch with such texts read as cp1252, and in how many of its rows there were such.

    Raises ArrowInvalid for what is wrong otherwise, and for such texts in lists and structs.
    """
    columns: list[pa.Array] = []
    mended: set[int] = set()
    for column in batch.columns:
        if column.type in _TEXTS:
            cells = _bytes(column)
            texts = [None if cell is None else _text(cell) for cell in cells]
            mended.update(
                row
                for row, (text, cell) in enumerate(zip(texts, cells, strict=True))
                if text is not None and text.encode() != cell
            )
            columns.append(pa.array(texts, column.type))
        else:
            # A decimal of more digits than its type says, or a time before the day, is a value.
            kind = column.type
            column.validate(full=not (pa.types.is_decimal(kind) or pa.types.is_temporal(kind)))
            columns.append(column)
    return pa.record_batch(columns, schema=batch.schema), len(mended)


def _bytes(column: pa.Array) -> Sequence[bytes | None]:
    held = column.view(pa.binary() if column.type == pa.string() else pa.large_binary())
    held.validate(full=True)
    cells: list[bytes | None] = held.to_pylist()
    return cells


def _text(cell: bytes) -> str:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return cell.decode("cp1252", errors="replace")
