"""Columns of a Parquet file with types and values that pandas, Polars and Python all hold.

Arrow stores more than they do; Polars panics on some of it, and Python's calendar ends. Numbers
become what those in a CSV file become: a filled or replaced value may then be of any size, and
``1.10`` equals 1.1, which as a Decimal it does not.
"""

import datetime as dt
import re
import zoneinfo

import pyarrow as pa
import pyarrow.compute as pc

from application.ports.tables import UnreadableTable

_DIGITS = 38
_WHOLE_HOURS = re.compile(r"([+-]\d\d):00")
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH = dt.date(1970, 1, 1)
# A day less on each side, so that no time zone leads out of the calendar.
_FIRST = ((dt.date.min - _EPOCH).days + 1) * 86_400
_LAST = ((dt.date.max - _EPOCH).days - 1) * 86_400
_LONGEST = dt.timedelta.max.days * 86_400


def plain_column(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values with plain types. Raises UnreadableTable."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        chunks = [chunk.storage for chunk in column.chunks]
        return plain_column(name, pa.chunked_array(chunks, kind.storage_type))
    try:
        plain = _cast(column, _top_type(kind))
    except (pa.ArrowException, NotImplementedError):
        raise _refusal(name, f"values of the type {kind} that fit no type we keep") from None
    for chunk in plain.chunks:
        _require_range(name, chunk)
    return _common_numbers(plain)


def _cast(column: pa.ChunkedArray, target: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_decimal256(column.type):
        try:
            return column.cast(target)
        except pa.ArrowInvalid:
            return column.cast(pa.large_string())
    if pa.types.is_timestamp(target) and target.unit != "us":
        try:
            # What pandas reads text into, unless nanoseconds would be lost.
            return pc.cast(column, pa.timestamp("us", target.tz))
        except pa.ArrowInvalid:
            return column.cast(target)
    return column if column.type == target else column.cast(target)


def _common_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers as int64 and float64 where these hold all of them; NaN is a missing value."""
    kind = column.type
    if pa.types.is_integer(kind):
        try:
            return column.cast(pa.int64())
        except pa.ArrowInvalid:
            return column
    if pa.types.is_decimal(kind):
        numbers = column.cast(pa.float64())
        try:
            same = pc.all(pc.equal(numbers.cast(kind), column)).as_py()
        except pa.ArrowInvalid:
            return column
        return column if same is False else numbers
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    return column


def _top_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _top_type(kind.value_type)
    if pa.types.is_null(kind) or pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return pa.large_string()
    if pa.types.is_date(kind):
        return pa.timestamp("us")
    return _plain_type(kind)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """`kind`, or the nearest type without what our readers lack."""
    if pa.types.is_timestamp(kind):
        return pa.timestamp(kind.unit, _zone(kind.tz))
    if pa.types.is_decimal256(kind):
        return pa.decimal128(_DIGITS, kind.scale)
    if pa.types.is_map(kind):
        pair = {"key": _plain_type(kind.key_type), "value": _plain_type(kind.item_type)}
        return pa.large_list(pa.struct(list(pair.items())))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = _plain_type(kind.value_type)
        return kind if inner == kind.value_type else pa.large_list(inner)
    if pa.types.is_struct(kind):
        fields = [(field.name, _plain_type(field.type)) for field in kind]
        if len({name for name, _ in fields}) < len(fields):
            raise pa.ArrowInvalid("two fields have the same name")
        same = all(plain == field.type for (_, plain), field in zip(fields, kind, strict=True))
        return kind if same else pa.struct(fields)
    return kind


def _zone(name: str | None) -> str | None:
    """`name`, or UTC for what our readers know no zone for: +05:30, and names nobody has heard of.

    Whole hours have a zone: +02:00 is Etc/GMT-2.
    """
    if name is None:
        return None
    hours = _WHOLE_HOURS.fullmatch(name)
    try:
        zoneinfo.ZoneInfo(f"Etc/GMT{-int(hours[1]):+d}" if hours else name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name


def _require_range(name: str, values: pa.Array) -> None:
    kind = values.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        _require_range(name, values.flatten())
    elif pa.types.is_struct(kind):
        for member in values.flatten():
            _require_range(name, member)
    elif pa.types.is_timestamp(kind):
        if not _within(values, _FIRST * _TICKS[kind.unit], _LAST * _TICKS[kind.unit]):
            raise _refusal(name, "moments outside of the years 1 to 9999")
    elif pa.types.is_duration(kind):
        longest = _LONGEST * _TICKS[kind.unit]
        if not _within(values, -longest, longest):
            raise _refusal(name, "durations of more than a thousand million days")


def _within(values: pa.Array, lowest: int, highest: int) -> bool:
    extremes = pc.min_max(values.cast(pa.int64()))
    least, most = extremes["min"].as_py(), extremes["max"].as_py()
    return least is None or (lowest <= least and most <= highest)


def _refusal(name: str, what: str) -> UnreadableTable:
    return UnreadableTable(
        "unsupported_values",
        f"The column {name!r} of the Parquet file holds {what}. "
        "Change or leave out that column, and upload the file again.",
    )
