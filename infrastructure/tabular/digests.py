"""The table digest: SHA-256 over what a table says, however it is stored.

Version 1, written ``td1:`` and 64 hexadecimal digits. All integers are little-endian, ``u64`` has
8 bytes, ``text(s)`` is the UTF-8 length of s as u64 and then its bytes.

    table  = SHA-256( "datatrail table digest 1\\n" u64(rows) u64(columns) column[0] column[1] … )
    column = SHA-256( text(name) text(type) body )
    body   = u64(length) SHA-256(validity) part[0] part[1] …

Columns are in order. ``validity`` has one bit for each row, least significant first, 1 for a value,
padded with zero bits to a whole byte; it is there when no row is null, too. The parts by type:

    type                                   part
    bool                                   SHA-256 of bits like validity
    int8 … int64, uint8 … uint64           SHA-256 of the values in their own width
    float16, float32, float64              likewise, IEEE 754; any NaN is the quiet NaN with sign
                                           and payload 0; -0.0 and 0.0 differ
    timestamp[U] or timestamp[U, zone]     SHA-256 of int64; U is ms, us or ns; seconds count as ms
    date32, date64, time32[U], time64[U],  SHA-256 of the values in their own width
    duration[U], decimal128(p, s), …
    text, binary                           SHA-256 of length+1 end offsets from 0 as int64,
                                           SHA-256 of the bytes of all values
    list<T>                                offsets as for text, then body of all elements as T
    struct<name: T, …>                     body of each field; a null struct's fields are null
    null                                   none

A value under a null is all zero bits, or empty. Dictionary-encoded columns count as their values,
extension types as their storage, and every way to store text, binary or lists as that one type.
Chunks, compression, encodings, statistics, metadata and the writer do not matter.
"""

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

VERSION = "td1"
_HEADING = b"datatrail table digest 1\n"


def digest_of_file(snapshot: Path) -> str:
    """The table digest of a Parquet file, read one column at a time."""
    with pq.ParquetFile(snapshot) as opened:
        schema = opened.schema_arrow
        columns = (
            (name, opened.read(columns=[name]).column(name))
            if schema.names.count(name) == 1
            else (name, opened.read().column(index))
            for index, name in enumerate(schema.names)
        )
        return _digest(opened.metadata.num_rows, len(schema.names), columns)


def digest_of_table(table: pa.Table) -> str:
    """The table digest of an Arrow table."""
    named = zip(table.column_names, table.columns, strict=True)
    return _digest(table.num_rows, table.num_columns, iter(named))


def _digest(rows: int, width: int, columns: Iterator[tuple[str, pa.ChunkedArray]]) -> str:
    whole = hashlib.sha256(_HEADING + struct.pack("<QQ", rows, width))
    for name, chunks in columns:
        values = _one_array(chunks)
        column = hashlib.sha256(_text(name) + _text(_type_name(values.type)))
        for part in _body(values):
            column.update(part)
        whole.update(column.digest())
    return f"{VERSION}:{whole.hexdigest()}"


def _one_array(chunks: pa.ChunkedArray) -> pa.Array:
    """All chunks as one array of a canonical type, with an offset of 0."""
    plain = (
        pa.chunked_array([_canonical(chunk) for chunk in chunks.chunks])
        if chunks.chunks
        else (pa.chunked_array([_canonical(pa.array([], chunks.type))]))
    )
    return pa.concat_arrays(plain.chunks)


def _canonical(values: pa.Array) -> pa.Array:
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return _canonical(values.storage)
    if pa.types.is_dictionary(kind):
        return _canonical(values.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return values.cast(pa.large_string())
    if pa.types.is_binary(kind) or pa.types.is_binary_view(kind):
        return values.cast(pa.large_binary())
    if pa.types.is_timestamp(kind) and kind.unit == "s":
        return values.cast(pa.timestamp("ms", kind.tz))
    if _is_list(kind):
        return values.cast(pa.large_list(kind.value_type))
    return values


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_large_string(kind):
        return "text"
    if pa.types.is_large_binary(kind):
        return "binary"
    if pa.types.is_timestamp(kind):
        return (
            f"timestamp[{kind.unit}]" if kind.tz is None else f"timestamp[{kind.unit}, {kind.tz}]"
        )
    if _is_list(kind):
        return f"list<{_type_name(_canonical(pa.array([], kind.value_type)).type)}>"
    if pa.types.is_struct(kind):
        inner = (f"{f.name}: {_type_name(_canonical(pa.array([], f.type)).type)}" for f in kind)
        return f"struct<{', '.join(inner)}>"
    return _NAMES.get(str(kind), str(kind))


_NAMES = {"halffloat": "float16", "float": "float32", "double": "float64"}


def _is_list(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.ListType | pa.LargeListType | pa.FixedSizeListType)


def _body(values: pa.Array) -> Iterator[bytes]:
    kind = values.type
    yield struct.pack("<Q", len(values))
    yield _sha(_bits(values.is_valid()))
    if pa.types.is_null(kind):
        return
    if pa.types.is_boolean(kind):
        yield _sha(_bits(pc.fill_null(values, False) if values.null_count else values))
    elif pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        yield from _varied(values)
    elif _is_list(kind):
        yield from _list(values)
    elif pa.types.is_struct(kind):
        for field in values.flatten():
            yield from _body(_one_array(pa.chunked_array([field])))
    else:
        yield _sha(_fixed(values))


def _varied(values: pa.Array) -> Iterator[bytes]:
    filled = _from_zero(pc.fill_null(values, "" if pa.types.is_large_string(values.type) else b""))
    _, offsets, data = filled.buffers()
    ends = (
        np.frombuffer(offsets, "<i8", len(values) + 1, filled.offset * 8)
        if len(values)
        else (np.zeros(1, "<i8"))
    )
    yield _sha((ends - ends[0]) if ends[0] else ends)
    yield _sha(memoryview(data)[ends[0] : ends[-1]] if data is not None else b"")


def _list(values: pa.Array) -> Iterator[bytes]:
    lengths = pc.fill_null(pc.list_value_length(values), 0)
    ends = np.concatenate([[0], np.cumsum(lengths.to_numpy(zero_copy_only=False))]).astype("<i8")
    yield _sha(ends)
    yield from _body(_one_array(pa.chunked_array([values.flatten()])))


def _fixed(values: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    width = values.type.bit_width // 8
    data = values.buffers()[1]
    if data is None or not len(values):
        return np.zeros(0, np.uint8)
    start = values.offset * width
    raw = np.frombuffer(data, np.uint8, len(values) * width, start)
    missing = ~values.is_valid().to_numpy(zero_copy_only=False) if values.null_count else None
    if pa.types.is_floating(values.type):
        floats = raw.view(f"<f{width}")
        odd = np.isnan(floats)
        if odd.any():
            floats = floats.copy()
            floats[odd] = np.array(np.nan, floats.dtype)
            raw = floats.view(np.uint8)
    if missing is not None:
        raw = raw.copy()
        raw.reshape(-1, width)[missing] = 0
    return raw


def _from_zero(values: pa.Array) -> pa.Array:
    return pa.concat_arrays([values]) if values.offset else values


def _bits(truths: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.packbits(truths.to_numpy(zero_copy_only=False), bitorder="little")


def _sha(data: np.ndarray[Any, Any] | memoryview | bytes) -> bytes:
    return hashlib.sha256(data.data if isinstance(data, np.ndarray) else data).digest()


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded
