"""Arrow columns with types and values that pandas, Polars and Python all hold.

Arrow stores more than they do; Polars panics on some of it, and Python's calendar ends. Imports
nothing of ours: the jail sees this file too.
"""

import datetime as dt
import re
import zoneinfo

import pyarrow as pa
import pyarrow.compute as pc

_DIGITS = 38
_OFFSET = re.compile(r"([+-]\d\d):(\d\d)")
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH = dt.date(1970, 1, 1)
_DAY = 86_400
_FIRST = (dt.date.min - _EPOCH).days * _DAY
_END = ((dt.date.max - _EPOCH).days + 1) * _DAY
_LONGEST = dt.timedelta.max.days * 86_400


class NotPlain(ValueError):
    """A column holds what no plain type does. `kind` is a stable word, the message says what."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind


def representable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values in the nearest plain type; labels stay labels. Raises NotPlain."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        chunks = [chunk.storage for chunk in column.chunks]
        return representable(pa.chunked_array(chunks, kind.storage_type))
    try:
        plain = _cast(column, plain_type(kind))
    except (pa.ArrowException, NotImplementedError):
        raise NotPlain(
            "unsupported_column", f"values of the type {kind} that fit no type we keep"
        ) from None
    for chunk in plain.chunks:
        require_range(chunk)
    return plain


def plain_type(kind: pa.DataType) -> pa.DataType:
    """`kind`, or the nearest type that a column of a snapshot may have."""
    if pa.types.is_dictionary(kind):
        plain = plain_type(kind.value_type)
        same = plain == kind.value_type or _is_text(kind.value_type)
        return kind if same and not pa.types.is_nested(plain) else plain
    if pa.types.is_string(kind):
        return pa.large_string()
    if pa.types.is_date(kind):
        return pa.timestamp("us")
    return _member_type(kind)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _cast(column: pa.ChunkedArray, target: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_decimal256(column.type):
        try:
            return column.cast(target)
        except pa.ArrowInvalid:
            return column.cast(pa.large_string())
    return column if column.type == target else column.cast(target)


def _member_type(kind: pa.DataType) -> pa.DataType:
    """`kind`, or the nearest type without what our readers lack, also inside lists and structs."""
    if pa.types.is_null(kind) or pa.types.is_string_view(kind):
        return pa.large_string()
    if pa.types.is_dictionary(kind):
        return _member_type(kind.value_type)
    if pa.types.is_binary_view(kind):
        return pa.large_binary()
    if pa.types.is_timestamp(kind):
        return pa.timestamp(kind.unit, _zone(kind.tz))
    if pa.types.is_decimal256(kind):
        return pa.decimal128(_DIGITS, kind.scale)
    if pa.types.is_map(kind):
        pair = {"key": _member_type(kind.key_type), "value": _member_type(kind.item_type)}
        return pa.large_list(pa.struct(list(pair.items())))
    if isinstance(kind, pa.ListType | pa.LargeListType | pa.FixedSizeListType):
        inner = _member_type(kind.value_type)
        return kind if inner == kind.value_type else pa.large_list(inner)
    if isinstance(kind, pa.ListViewType | pa.LargeListViewType):
        # Arrow's cast of them to a list reads beyond its offsets; Polars cannot read them at all.
        raise pa.ArrowInvalid("a view of lists")
    if pa.types.is_struct(kind):
        fields = [(field.name, _member_type(field.type)) for field in kind]
        if len({name for name, _ in fields}) < len(fields):
            raise pa.ArrowInvalid("two fields have the same name")
        same = all(plain == field.type for (_, plain), field in zip(fields, kind, strict=True))
        return kind if same else pa.struct(fields)
    return kind


def _zone(name: str | None) -> str | None:
    """`name`, or UTC for what our readers know no zone for: +05:30, and names nobody has heard of.

    Whole hours have a zone: +02:00 is Etc/GMT-2; pandas reads +00:00 as UTC.
    """
    if name is None:
        return None
    offset = _OFFSET.fullmatch(name)
    if offset and (int(offset[1]) == 0 or offset[2] != "00"):
        return "UTC"
    try:
        zoneinfo.ZoneInfo(f"Etc/GMT{-int(offset[1]):+d}" if offset else name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name


def require_range(values: pa.Array) -> None:
    """Raise NotPlain when a moment or a duration is beyond what Python's calendar holds."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        require_range(values.dictionary)
    elif isinstance(kind, pa.ListType | pa.LargeListType | pa.FixedSizeListType):
        require_range(values.flatten())
    elif pa.types.is_struct(kind):
        for member in values.flatten():
            require_range(member)
    elif pa.types.is_timestamp(kind):
        # A day less on each side where a time zone may lead out of the calendar.
        margin = 0 if kind.tz in {None, "UTC"} else _DAY
        ticks = _TICKS[kind.unit]
        if not _within(values, (_FIRST + margin) * ticks, (_END - margin) * ticks - 1):
            raise NotPlain("moments_out_of_range", "moments outside of the years 1 to 9999")
    elif pa.types.is_duration(kind):
        longest = _LONGEST * _TICKS[kind.unit]
        if not _within(values, -longest, longest):
            raise NotPlain(
                "durations_out_of_range", "durations of more than a thousand million days"
            )


def _within(values: pa.Array, lowest: int, highest: int) -> bool:
    extremes = pc.min_max(values.cast(pa.int64()))
    least, most = extremes["min"].as_py(), extremes["max"].as_py()
    return least is None or (lowest <= least and most <= highest)
