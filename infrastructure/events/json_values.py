"""JSON that loses nothing: what RFC 8785 would blur is written as a tagged object.

RFC 8785 knows one kind of number, an IEEE double. So ``{"$int": "9007199254740993"}`` stands for
a whole number beyond 2^53 - 1 and ``{"$float": "1.0"}`` for a float that would read as a whole
number, where the field does not say that it is a float. Keys of mappings that begin with ``$``
get one more, so that a key with a single one is always ours.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, get_type_hints
from uuid import UUID

import rfc8785

from infrastructure.events.errors import UnencodableEvent, UnreadableEvent

Json: TypeAlias = Any
"""A JSON value as Python has it."""

_EXACT = 2**53 - 1
_INT, _FLOAT = "$int", "$float"


def canonical_bytes(value: object) -> bytes:
    """The canonical JSON (RFC 8785) of dataclasses, tuples, mappings, enums, ids and scalars."""
    return dump(to_json(value), type(value).__name__)


def to_json(value: object) -> Json:
    """The same as a JSON value, tags included. Raises UnencodableEvent."""
    try:
        return _to_json(value)
    except RecursionError:
        raise UnencodableEvent(f"{type(value).__name__} is nested too deeply") from None


def dump(document: Json, name: str) -> bytes:
    """The canonical JSON (RFC 8785) of a JSON value, called `name` in errors."""
    try:
        if _is_plain(document):
            return _PLAIN_ENCODER.encode(document).encode()
        return rfc8785.dumps(document)
    except rfc8785.CanonicalizationError as error:
        raise UnencodableEvent(f"{name} holds text with an unpaired surrogate: {error}") from error
    except UnicodeEncodeError:
        raise UnencodableEvent(f"{name} holds text with an unpaired surrogate") from None
    except RecursionError:
        raise UnencodableEvent(f"{name} is nested too deeply") from None


def _is_plain(value: Json) -> bool:
    """Whether the standard library writes it as RFC 8785 does, and many times as quickly.

    They differ in how floats are written and in how keys beyond ASCII are sorted.
    """
    if type(value) is dict:
        return all(map(str.isascii, value)) and all(map(_is_plain, value.values()))
    if type(value) is list:
        return all(map(_is_plain, value))
    return value is None or type(value) in _SAME_IN_BOTH


def parse(data: bytes) -> Json:
    """The JSON value of canonical bytes, tags resolved. Raises UnreadableEvent."""
    try:
        return _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise UnreadableEvent(f"not the JSON of an event: {type(error).__name__}") from error


def instant(moment: datetime) -> str:
    """A time as ``2024-05-01T12:00:00.000000Z``. A naive one is refused."""
    if moment.tzinfo is None:
        raise UnencodableEvent("a time has no time zone; give it in UTC")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _to_json(value: object) -> Json:
    kind: Any = type(value)
    return _writer(kind)(value)


@cache
def _writer(kind: type) -> Callable[[Any], Json]:
    if is_dataclass(kind):
        return _dataclass_writer(kind)
    for kinds, write in _WRITERS:
        if issubclass(kind, kinds):
            return write
    raise UnencodableEvent(f"a {kind.__name__} cannot be recorded in an event")


def _dataclass_writer(cls: type) -> Callable[[Any], Json]:
    names, floats = [field.name for field in fields(cls)], _float_fields(cls)

    def write(value: object) -> Json:
        document = {}
        for name in names:
            each = getattr(value, name)
            is_float = name in floats and isinstance(each, float)
            document[name] = _float(each) if is_float else _to_json(each)
        return document

    return write


@cache
def _float_fields(cls: type) -> frozenset[str]:
    """The fields that can be nothing but floats: read back as such whatever the digits say."""
    return frozenset(name for name, hint in get_type_hints(cls).items() if hint is float)


def _float(value: float) -> Json:
    _refuse_non_finite(value)
    return _tagged_float(value) if value == 0 and math.copysign(1, value) < 0 else value


def _scalar_float(value: float) -> Json:
    _refuse_non_finite(value)
    # From 1e21 on RFC 8785 writes an exponent, which reads back as a float.
    return _tagged_float(value) if value.is_integer() and abs(value) < 1e21 else value


def _tagged_float(value: float) -> dict[str, str]:
    return {_FLOAT: float.__repr__(value)}


def _refuse_non_finite(value: float) -> None:
    if not math.isfinite(value):
        raise UnencodableEvent(f"{float.__repr__(value)} is not a number that JSON can hold")


def _int(value: int) -> Json:
    return value if -_EXACT <= value <= _EXACT else {_INT: int.__repr__(value)}


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    for key in value:
        if not isinstance(key, str):
            raise UnencodableEvent(f"a mapping has a key of type {type(key).__name__}, not text")
    return {f"${k}" if k.startswith("$") else k: _to_json(v) for k, v in value.items()}


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    ((bool, type(None)), lambda value: value),
    (Enum, lambda value: _to_json(value.value)),
    (str, str),
    (int, _int),
    (float, _scalar_float),
    (UUID, str),
    (datetime, instant),
    ((tuple, list), lambda value: [_to_json(item) for item in value]),
    (Mapping, _mapping),
)


def _untag(value: dict[str, Any]) -> Json:
    if "$" not in "".join(value):
        return value
    match value:
        case {"$int": str(digits)}:
            return int(digits)
        case {"$float": str(digits)}:
            return float(digits)
        case _:
            return {k[1:] if k.startswith("$$") else k: v for k, v in value.items()}


def _refuse_constant(name: str) -> Json:
    raise ValueError(name)


_SAME_IN_BOTH = frozenset({str, int, bool})
_PLAIN_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True
)
# Making one takes as long as decoding an event.
_DECODER = json.JSONDecoder(object_hook=_untag, parse_constant=_refuse_constant)
