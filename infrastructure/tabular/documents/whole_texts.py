"""Texts of Parquet and Arrow that are no UTF-8, though their type says that they are.

Some programs write the bytes that they were given; what reads texts afterwards ends at such.
"""

from typing import Any

import pyarrow as pa

_BYTES = {
    pa.string(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.string_view(): pa.binary_view(),
}


def with_whole_texts(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, int]:
    """The batch with such texts read as cp1252, and in how many of its rows there were such.

    Raises ArrowInvalid for what is wrong otherwise.
    """
    columns: list[pa.Array] = []
    mended: set[int] = set()
    for column in batch.columns:
        kind = column.type
        stored = _as_bytes(kind)
        if stored != kind:
            held = column.view(stored)
            held.validate(full=True)
            cells = _cells(held)
            whole = pa.array([_text(cell, kind) for cell in cells], kind)
            again = zip(whole.view(stored).to_pylist(), cells, strict=True)
            mended.update(row for row, (new, old) in enumerate(again) if new != old)
            columns.append(whole)
        else:
            # A decimal of more digits than its type says, or a time before the day, is a value.
            column.validate(full=not (pa.types.is_decimal(kind) or pa.types.is_temporal(kind)))
            columns.append(column)
    return pa.record_batch(columns, schema=batch.schema), len(mended)


def _cells(column: pa.Array) -> list[Any]:
    try:
        cells: list[Any] = column.to_pylist()
    except ValueError as error:
        # Python's dict has no two values of one name, as a struct may.
        raise pa.ArrowInvalid(str(error)) from None
    return cells


def _as_bytes(kind: pa.DataType) -> pa.DataType:
    """The type with bytes in the place of each text."""
    if kind in _BYTES:
        return _BYTES[kind]
    if pa.types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _as_bytes(kind.value_type), kind.ordered)
    if pa.types.is_struct(kind):
        return pa.struct([_field_as_bytes(field) for field in kind])
    if pa.types.is_map(kind):
        return pa.map_(_field_as_bytes(kind.key_field), _field_as_bytes(kind.item_field))
    if pa.types.is_large_list(kind):
        return pa.large_list(_field_as_bytes(kind.value_field))
    if pa.types.is_list(kind):
        return pa.list_(_field_as_bytes(kind.value_field))
    return kind


def _field_as_bytes(field: pa.Field) -> pa.Field:
    return field.with_type(_as_bytes(field.type))


def _text(value: Any, kind: pa.DataType) -> Any:  # noqa: ANN401 it is of any type of Arrow
    """A value of the type with bytes in the place of texts as it is in the type itself."""
    if value is None or _as_bytes(kind) == kind:
        return value
    if kind in _BYTES:
        return _decoded(value)
    if pa.types.is_dictionary(kind):
        return _text(value, kind.value_type)
    if pa.types.is_struct(kind):
        return {field.name: _text(value[field.name], field.type) for field in kind}
    if pa.types.is_map(kind):
        return [(_text(key, kind.key_type), _text(item, kind.item_type)) for key, item in value]
    return [_text(item, kind.value_type) for item in value]


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("cp1252", errors="replace")
