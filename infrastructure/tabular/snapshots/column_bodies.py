"""The bodies that column digests are made of: Arrow arrays fed to SHA-256 without copying them.

What is hashed is said in `digests.py` and ADR 18. Values that have to be changed before (under
nulls, NaNs, offsets) are changed in pieces that stay in the processor's cache.
"""

import hashlib
import struct
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_PIECE = 16_384
_NAMES = {"halffloat": "float16", "float": "float32", "double": "float64"}
_UNSIGNED: dict[int, type[np.unsignedinteger[Any]]] = {
    1: np.uint8,
    2: np.uint16,
    4: np.uint32,
    8: np.uint64,
}

Bytes = npt.NDArray[np.uint8]


class Body(Protocol):
    """A column's values on their way into a digest."""

    def add(self, values: pa.Array) -> None:
        """Take the next rows."""

    def parts(self) -> Iterator[bytes]:
        """What the body is of all rows so far."""


def body_of(kind: pa.DataType) -> Body:
    """An empty body for columns of a canonical type."""
    if pa.types.is_null(kind):
        return _Nothing()
    if pa.types.is_boolean(kind):
        return _Truths()
    if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        return _Varied()
    if pa.types.is_large_list(kind):
        return _Lists(kind)
    if pa.types.is_struct(kind):
        return _Structs(kind)
    return _Fixed(kind)


def canonical_type(kind: pa.DataType) -> pa.DataType:
    """The one type that stands for all ways to store the same values."""
    if isinstance(kind, pa.BaseExtensionType):
        return canonical_type(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return canonical_type(kind.value_type)
    if pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return pa.large_string()
    if pa.types.is_binary(kind) or pa.types.is_binary_view(kind):
        return pa.large_binary()
    if pa.types.is_timestamp(kind) and kind.unit == "s":
        return pa.timestamp("ms", kind.tz)
    if isinstance(kind, pa.ListType | pa.LargeListType | pa.FixedSizeListType):
        return pa.large_list(kind.value_type)
    return kind


def type_name(kind: pa.DataType) -> str:
    """What a digest calls a type."""
    kind = canonical_type(kind)
    if pa.types.is_large_string(kind):
        return "text"
    if pa.types.is_large_binary(kind):
        return "binary"
    if pa.types.is_timestamp(kind):
        return (
            f"timestamp[{kind.unit}]" if kind.tz is None else f"timestamp[{kind.unit}, {kind.tz}]"
        )
    if pa.types.is_large_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {type_name(field.type)}' for field in kind)}>"
    return _NAMES.get(str(kind), str(kind))


def _stored(values: pa.Array) -> pa.Array:
    """The values behind extension types and dictionaries; views and seconds as canonical."""
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return _stored(values.storage)
    if pa.types.is_dictionary(kind):
        return _stored(values.dictionary_decode())
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        return values.cast(canonical_type(kind))
    if pa.types.is_timestamp(kind) and kind.unit == "s":
        return values.cast(canonical_type(kind))
    return values


class _Bits:
    """SHA-256 of bits that come in pieces of any length."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self._rest: Bytes = np.zeros(0, np.uint8)

    def add(self, packed: Bytes, offset: int, length: int) -> None:
        """`length` bits of `packed`, from the bit at `offset` on."""
        if not len(self._rest) and offset % 8 == 0:
            start, whole = offset // 8, length // 8
            self._sha.update(packed[start : start + whole].data)
            self._rest = _unpacked(packed, offset + 8 * whole, length - 8 * whole)
            return
        for begin in range(0, length, 8 * _PIECE):
            count = min(8 * _PIECE, length - begin)
            bits = np.concatenate([self._rest, _unpacked(packed, offset + begin, count)])
            whole = len(bits) // 8 * 8
            self._sha.update(np.packbits(bits[:whole], bitorder="little").data)
            self._rest = bits[whole:]

    def digest(self) -> bytes:
        sha = self._sha.copy()
        sha.update(np.packbits(self._rest, bitorder="little").data)
        return sha.digest()


def _unpacked(packed: Bytes, offset: int, length: int) -> Bytes:
    """Bits as bytes of 0 and 1."""
    first = offset // 8
    piece = packed[first : (offset + length + 7) // 8]
    bits: Bytes = np.unpackbits(piece, bitorder="little")[offset - 8 * first :][:length]
    return bits


class _Rows:
    """Length and validity, which every body begins with."""

    def __init__(self) -> None:
        self.length = 0
        self._validity = _Bits()

    def add(self, values: pa.Array) -> None:
        self.length += len(values)
        packed, offset = _validity(values)
        self._validity.add(packed, offset, len(values))

    def parts(self) -> Iterator[bytes]:
        yield struct.pack("<Q", self.length)
        yield self._validity.digest()


def _validity(values: pa.Array) -> tuple[Bytes, int]:
    """The bits that say where a value is, and at which bit they begin."""
    if pa.types.is_null(values.type):
        return np.zeros((len(values) + 7) // 8, np.uint8), 0
    bitmap = values.buffers()[0]
    if not values.null_count or bitmap is None:
        return np.full((len(values) + 7) // 8, 0xFF, np.uint8), 0
    return np.frombuffer(bitmap, np.uint8), values.offset


class _Nothing:
    def __init__(self) -> None:
        self._rows = _Rows()

    def add(self, values: pa.Array) -> None:
        self._rows.add(values)

    def parts(self) -> Iterator[bytes]:
        yield from self._rows.parts()


class _Truths:
    def __init__(self) -> None:
        self._rows = _Rows()
        self._truths = _Bits()

    def add(self, values: pa.Array) -> None:
        values = _stored(values)
        self._rows.add(values)
        if not len(values):
            return
        packed = np.frombuffer(values.buffers()[1], np.uint8)
        if values.null_count:
            # Both bitmaps begin at the same bit.
            valid, _ = _validity(values)
            size = min(len(packed), len(valid))
            packed = packed[:size] & valid[:size]
        self._truths.add(packed, values.offset, len(values))

    def parts(self) -> Iterator[bytes]:
        yield from self._rows.parts()
        yield self._truths.digest()


class _Fixed:
    """Values of one width."""

    def __init__(self, kind: pa.DataType) -> None:
        self._rows = _Rows()
        self._values = hashlib.sha256()
        self._width = kind.bit_width // 8
        self._float = np.dtype(f"<f{self._width}") if pa.types.is_floating(kind) else None

    def add(self, values: pa.Array) -> None:
        values = _stored(values)
        self._rows.add(values)
        if not len(values):
            return
        width = self._width
        raw = np.frombuffer(
            values.buffers()[1], np.uint8, len(values) * width, values.offset * width
        )
        if not values.null_count and self._float is None:
            self._values.update(raw.data)
            return
        packed, offset = _validity(values)
        for begin in range(0, len(values), _PIECE):
            count = min(_PIECE, len(values) - begin)
            piece = raw[begin * width : (begin + count) * width]
            if self._float is not None:
                piece = _with_one_nan(piece, self._float)
            if values.null_count:
                piece = _without_hidden(piece, width, _unpacked(packed, offset + begin, count))
            self._values.update(piece.data)

    def parts(self) -> Iterator[bytes]:
        yield from self._rows.parts()
        yield self._values.digest()


def _with_one_nan(raw: Bytes, kind: np.dtype[Any]) -> Bytes:
    odd = np.isnan(raw.view(kind))
    if not odd.any():
        return raw
    floats = raw.copy().view(kind)
    floats[odd] = np.array(np.nan, kind)
    return floats.view(np.uint8)


def _without_hidden(raw: Bytes, width: int, valid: Bytes) -> Bytes:
    """The values with zero bits where `valid` is 0."""
    if width in _UNSIGNED:
        whole = raw.view(_UNSIGNED[width])
        shown: Bytes = (whole * valid.astype(whole.dtype)).view(np.uint8)
    else:
        shown = (raw.reshape(-1, width) * valid[:, None]).reshape(-1)
    return shown


class _Offsets:
    """SHA-256 of 0, where the first of values laid end to end begins, and of the end of each."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256(bytes(8))
        self._end = 0

    def add(self, ends: npt.NDArray[Any]) -> None:
        """The ends of some values, before them the end of the one before, from any origin."""
        shift = self._end - int(ends[0])
        for begin in range(1, len(ends), _PIECE):
            piece = ends[begin : begin + _PIECE]
            self._sha.update(np.add(piece, shift, dtype="<i8").data)
        self._end = int(ends[-1]) + shift

    def digest(self) -> bytes:
        return self._sha.digest()


class _Varied:
    """Text and binary."""

    def __init__(self) -> None:
        self._rows = _Rows()
        self._offsets = _Offsets()
        self._data = hashlib.sha256()

    def add(self, values: pa.Array) -> None:
        values = _stored(values)
        self._rows.add(values)
        if not len(values):
            return
        ends = _ends(values)
        if values.null_count and _hides_something(values, ends):
            empty = pa.scalar("" if "string" in str(values.type) else b"", values.type)
            values = pc.fill_null(values, empty)
            ends = _ends(values)
        self._offsets.add(ends)
        data = values.buffers()[2]
        if data is not None:
            self._data.update(memoryview(data)[int(ends[0]) : int(ends[-1])])

    def parts(self) -> Iterator[bytes]:
        yield from self._rows.parts()
        yield self._offsets.digest()
        yield self._data.digest()


def _ends(values: pa.Array) -> npt.NDArray[Any]:
    large = pa.types.is_large_string(values.type) or pa.types.is_large_binary(values.type)
    width = 8 if large else 4
    return np.frombuffer(values.buffers()[1], f"<i{width}", len(values) + 1, values.offset * width)


def _hides_something(values: pa.Array, ends: npt.NDArray[Any]) -> bool:
    """Whether bytes lie under a null."""
    packed, offset = _validity(values)
    for begin in range(0, len(values), _PIECE):
        piece = ends[begin : begin + _PIECE + 1]
        valid = _unpacked(packed, offset + begin, len(piece) - 1)
        if ((piece[1:] != piece[:-1]) & (valid == 0)).any():
            return True
    return False


class _Lists:
    def __init__(self, kind: pa.DataType) -> None:
        self._rows = _Rows()
        self._offsets = _Offsets()
        self._elements = body_of(canonical_type(kind.value_type))

    def add(self, values: pa.Array) -> None:
        values = _stored(values)
        self._rows.add(values)
        lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy(zero_copy_only=False)
        self._offsets.add(np.concatenate([[0], np.cumsum(lengths)]).astype("<i8"))
        self._elements.add(values.flatten())

    def parts(self) -> Iterator[bytes]:
        yield from self._rows.parts()
        yield self._offsets.digest()
        yield from self._elements.parts()


class _Structs:
    def __init__(self, kind: pa.DataType) -> None:
        self._rows = _Rows()
        self._fields = [body_of(canonical_type(field.type)) for field in kind]

    def add(self, values: pa.Array) -> None:
        values = _stored(values)
        self._rows.add(values)
        for body, field in zip(self._fields, values.flatten(), strict=True):
            body.add(field)

    def parts(self) -> Iterator[bytes]:
        yield from self._rows.parts()
        for body in self._fields:
            yield from body.parts()
