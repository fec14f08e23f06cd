"""The table digest as ADR 18 writes it, in plain Python: slow, and no line shared with ours.

Columns are given as a type's name in the specification's own words and a list of Python values.
"""

import hashlib
import math
import struct
from collections.abc import Iterator, Sequence
from typing import Any

_INTEGERS = {f"int{bits}": bits // 8 for bits in (8, 16, 32, 64)}
_NATURALS = {f"uint{bits}": bits // 8 for bits in (8, 16, 32, 64)}
_FLOATS = {"float16": "<e", "float32": "<f", "float64": "<d"}
_NAN = {
    "float16": b"\x00\x7e",
    "float32": b"\x00\x00\xc0\x7f",
    "float64": b"\x00\x00\x00\x00\x00\x00\xf8\x7f",
}

Column = tuple[str, str, list[Any]]


def table_digest(rows: int, columns: Sequence[Column]) -> str:
    """The digest of a table of (name, type, values)."""
    data = b"datatrail table digest 2\n" + _u64(rows) + _u64(len(columns))
    for name, kind, values in columns:
        data += _text(name) + content(kind, values)
    return f"td2:{_sha(data).hex()}"


def content(kind: str, values: list[Any]) -> bytes:
    """The content digest of one column, 32 bytes."""
    return _sha(_text(kind) + b"".join(_body(kind, values)))


def _body(kind: str, values: list[Any]) -> Iterator[bytes]:
    yield _u64(len(values))
    yield _sha(_bits([value is not None for value in values]))
    if kind == "null":
        return
    if kind == "bool":
        yield _sha(_bits([bool(value) for value in values]))
    elif kind in {"text", "binary"}:
        pieces = [_bytes(value) for value in values]
        yield _sha(_ends(pieces))
        yield _sha(b"".join(pieces))
    elif kind.startswith("list<"):
        lists = [value or [] for value in values]
        yield _sha(_ends(lists))
        yield from _body(kind[5:-1], [element for each in lists for element in each])
    elif kind.startswith("struct<"):
        for name, inner in _fields(kind[7:-1]):
            yield from _body(inner, [None if value is None else value[name] for value in values])
    else:
        yield _sha(b"".join(_fixed(kind, value) for value in values))


def _fixed(kind: str, value: Any) -> bytes:
    if kind in _FLOATS:
        if value is None:
            return bytes(struct.calcsize(_FLOATS[kind]))
        return _NAN[kind] if math.isnan(value) else struct.pack(_FLOATS[kind], value)
    whole = 0 if value is None else value
    if kind in _NATURALS:
        return int(whole).to_bytes(_NATURALS[kind], "little")
    if kind.startswith("decimal128("):
        scale = int(kind[:-1].partition(", ")[2])
        return int(whole * 10**scale).to_bytes(16, "little", signed=True)
    # Moments, times and durations are given as the integers that they are stored as.
    width = _INTEGERS.get(kind, 4 if kind.startswith(("date32", "time32")) else 8)
    return int(whole).to_bytes(width, "little", signed=True)


def _fields(inner: str) -> list[tuple[str, str]]:
    """The fields of a struct that holds no struct itself."""
    return [(name, kind) for name, _, kind in (each.partition(": ") for each in inner.split(", "))]


def _bytes(value: Any) -> bytes:
    if value is None:
        return b""
    return value.encode() if isinstance(value, str) else value


def _ends(pieces: Sequence[Any]) -> bytes:
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    return b"".join(end.to_bytes(8, "little") for end in ends)


def _bits(truths: Sequence[bool]) -> bytes:
    packed = bytearray((len(truths) + 7) // 8)
    for place, truth in enumerate(truths):
        packed[place // 8] |= truth << place % 8
    return bytes(packed)


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def _text(text: str) -> bytes:
    return _u64(len(text.encode())) + text.encode()


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
