"""Columns of an uploaded Parquet or Arrow file as the columns of a snapshot.

Numbers become what those in a CSV file become: a filled or replaced value may then be of any size,
and ``1.10`` equals 1.1, which as a Decimal it does not.
"""

from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from application.ports.tables import UnreadableTable
from infrastructure.tabular.plain_types import NotPlain, representable

_MOST_DIGITS = 38


def plain_column(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values with plain types. Raises UnreadableTable."""
    try:
        plain = representable(_without_labels(column))
        _require_keepable(plain.type)
    except (NotPlain, pa.ArrowException) as obstacle:
        what = obstacle if isinstance(obstacle, NotPlain) else f"values of the type {column.type}"
        raise UnreadableTable(
            "unsupported_values",
            f"The column {name!r} of the file holds {what}. "
            "Change or leave out that column, and upload the file again.",
        ) from None
    return _common_numbers(_in_microseconds(plain))


@lru_cache(maxsize=1024)
def _require_keepable(kind: pa.DataType) -> None:
    """Raise ArrowNotImplementedError when a snapshot cannot hold the type."""
    pq.ParquetWriter(pa.BufferOutputStream(), pa.schema([("values", kind)])).close()


def depends_on_values(kind: pa.DataType) -> bool:
    """Whether columns of this type get one plain type or another by the values in them."""
    if isinstance(kind, pa.BaseExtensionType):
        return depends_on_values(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return depends_on_values(kind.value_type)
    unlike_pandas = pa.types.is_timestamp(kind) and kind.unit != "us"
    return bool(pa.types.is_uint64(kind) or pa.types.is_decimal(kind) or unlike_pandas)


def wider(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Of two types that `plain_column` gave to parts of a column, the one that holds all of it."""
    return max(one, other, key=_width)


def plain_part(name: str, part: pa.ChunkedArray, kind: pa.DataType | None) -> pa.ChunkedArray:
    """A part of a column as `plain_column` gives it, or in the type that the whole column needs."""
    plain = plain_column(name, part)
    if kind is None or plain.type == kind:
        return plain
    return _without_labels(part).cast(kind)


def _width(kind: pa.DataType) -> int:
    if pa.types.is_large_string(kind):
        return 2
    as_it_was = pa.types.is_uint64(kind) or pa.types.is_decimal(kind)
    return int(as_it_was or (pa.types.is_timestamp(kind) and kind.unit != "us"))


def _without_labels(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values themselves, of what names, numbers or counts them to save space."""
    kind = column.type
    if isinstance(kind, pa.UuidType):
        return _as_text(column)
    if isinstance(kind, pa.BaseExtensionType):
        stored = pa.chunked_array([part.storage for part in column.chunks], kind.storage_type)
        return (
            stored.cast(pa.bool_()) if isinstance(kind, pa.Bool8Type) else _without_labels(stored)
        )
    if pa.types.is_dictionary(kind):
        named = _with_whole_labels(column)
        return _without_labels(named.cast(named.type.value_type))
    if pa.types.is_run_end_encoded(kind):
        return _without_labels(pc.run_end_decode(column))
    if pa.types.is_decimal(kind) and kind.scale < 0:
        return column.cast(pa.decimal128(_MOST_DIGITS, 0))
    if pa.types.is_fixed_size_list(kind) and kind.list_size == 0:
        return column.cast(pa.large_list(kind.value_type))
    return column


def _with_whole_labels(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Labels that are views of texts, as Polars writes categories, as the texts themselves.

    Arrow cannot look views up by their number.
    """
    if not pa.types.is_string_view(column.type.value_type):
        return column
    parts = [
        pa.DictionaryArray.from_arrays(part.indices, part.dictionary.cast(pa.large_string()))
        for part in column.chunks
    ]
    return pa.chunked_array(parts, pa.dictionary(column.type.index_type, pa.large_string()))


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """UUIDs as people write them."""
    texts = [None if value is None else str(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def _in_microseconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Moments in what pandas reads text into, unless nanoseconds would be lost."""
    kind = column.type
    if not pa.types.is_timestamp(kind) or kind.unit == "us":
        return column
    try:
        return column.cast(pa.timestamp("us", kind.tz))
    except pa.ArrowInvalid:
        return column


def _common_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers as int64 and float64 where these hold all of them; NaN is a missing value."""
    kind = column.type
    if pa.types.is_integer(kind):
        try:
            return column.cast(pa.int64())
        except pa.ArrowInvalid:
            return column
    if pa.types.is_decimal(kind):
        # By their text: Arrow's own way multiplies by tenths, which makes 19.9 another number.
        numbers = column.cast(pa.string()).cast(pa.float64())
        try:
            same = pc.all(pc.equal(numbers.cast(kind), column)).as_py()
        except pa.ArrowInvalid:
            return column
        return column if same is False else numbers
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    return column
