"""JSON values read strictly as dataclasses, by their type hints.

Strict, because what is read is a record: an unknown or missing field, or a value of another type,
is refused and never coerced. Unions of dataclasses are told apart by `kind` alone, so that nested
conditions are read in linear time.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from infrastructure.events.errors import UnreadableEvent
from infrastructure.events.json_values import Json

Hint: TypeAlias = Any
"""A type hint."""

Typed: TypeAlias = Any
"""A value of the hinted type."""

Reader = Callable[[Json], Typed]

_KNOWN_IDS = 4096
_SCALARS = (str, int, float, bool, NoneType)


def read_as(cls: type, value: Json) -> Typed:
    """`value` as an instance of the dataclass `cls`. Raises UnreadableEvent."""
    return _reader(cls)(value)


@cache
def _reader(hint: Hint) -> Reader:
    origin: Hint = get_origin(hint)
    if origin in {Union, UnionType}:
        return _union_reader(get_args(hint))
    if origin is Literal:
        return _literal_reader(get_args(hint))
    if origin is tuple:
        return _sequence_reader(get_args(hint)[0])
    if origin is dict:
        return _mapping_reader(get_args(hint)[1])
    if is_dataclass(hint):
        return _dataclass_reader(hint)
    if hint is float:
        return _read_float
    if hint in {UUID, datetime} or issubclass(hint, Enum):
        return _text_reader(hint)
    return _exact_reader(hint)


def _exact_reader(kind: type) -> Reader:
    def read(value: Json) -> Typed:
        if type(value) is not kind:
            raise UnreadableEvent(f"holds {type(value).__name__} instead of {kind.__name__}")
        return value

    return read


_read_text, _read_list, _read_dict = _exact_reader(str), _exact_reader(list), _exact_reader(dict)


def _read_float(value: Json) -> float:
    if type(value) not in {int, float}:
        raise UnreadableEvent(f"holds {type(value).__name__} instead of float")
    return float(value)


# Events that follow one another name the same session, task and cause again and again.
_PARSERS: Mapping[Hint, Callable[[str], Typed]] = {
    datetime: datetime.fromisoformat,
    UUID: lru_cache(_KNOWN_IDS)(UUID),
}


def _text_reader(kind: Hint) -> Reader:
    parse = _PARSERS.get(kind, kind)

    def read(value: Json) -> Typed:
        try:
            return parse(_read_text(value))
        except ValueError:
            raise UnreadableEvent(f"holds text that is no {kind.__name__}") from None

    return read


def _literal_reader(allowed: tuple[Any, ...]) -> Reader:
    def read(value: Json) -> Typed:
        for choice in allowed:
            if type(value) is type(choice) and value == choice:
                return choice
        raise UnreadableEvent(f"holds none of {', '.join(map(repr, allowed))}")

    return read


def _sequence_reader(item: Hint) -> Reader:
    read_item = _reader(item)

    def read(value: Json) -> Typed:
        items: list[Typed] = []
        for each in _read_list(value):
            try:
                items.append(read_item(each))
            except UnreadableEvent as error:
                raise _at(f"[{len(items)}]", error) from None
        return tuple(items)

    return read


def _mapping_reader(item: Hint) -> Reader:
    read_item = _reader(item)

    def read(value: Json) -> Typed:
        found = _read_dict(value)
        return _read_each(found, dict.fromkeys(found, read_item))

    return read


def _union_reader(members: tuple[Any, ...]) -> Reader:
    by_kind: dict[str, Hint] = {kind: m for m in members if is_dataclass(m) for kind in _kinds(m)}
    scalars: dict[Hint, Reader] = {m: _reader(m) for m in members if m in _SCALARS}
    if float in scalars and int not in scalars:
        # JSON writes a float without a fraction as an integer.
        scalars[int] = _read_float
    others = [m for m in members if m not in scalars and m not in by_kind.values()]

    def read(value: Json) -> Typed:
        if type(value) in scalars:
            return scalars[type(value)](value)
        if isinstance(value, dict) and value.get("kind") in by_kind:
            return _reader(by_kind[value["kind"]])(value)
        if len(others) == 1:
            return _reader(others[0])(value)
        raise UnreadableEvent(f"holds {type(value).__name__}, which is none of its types")

    return read


def _kinds(cls: Hint) -> tuple[str, ...]:
    hint = get_type_hints(cls).get("kind")
    return get_args(hint) if get_origin(hint) is Literal else ()


def _dataclass_reader(cls: Hint) -> Reader:
    required = {f.name for f in fields(cls) if f.default is f.default_factory is MISSING}

    def read(value: Json) -> Typed:
        # Not before: the hints of a recursive type lead back here.
        known = _field_readers(cls)
        found = _read_dict(value)
        if not required <= found.keys() <= known.keys():
            wrong = (found.keys() - known.keys()) | (required - found.keys())
            raise UnreadableEvent(
                f"is not a {cls.__name__}: fields {sorted(wrong)} are unknown or missing"
            )
        return cls(**_read_each(found, known))

    return read


@cache
def _field_readers(cls: Hint) -> Mapping[str, Reader]:
    hints = get_type_hints(cls)
    return {field.name: _reader(hints[field.name]) for field in fields(cls)}


def _read_each(found: Mapping[str, Json], readers: Mapping[str, Reader]) -> dict[str, Typed]:
    """The values by name, each read by the reader of that name."""
    values: dict[str, Typed] = {}
    for name, value in found.items():
        try:
            values[name] = readers[name](value)
        except UnreadableEvent as error:
            raise _at(f".{name}", error) from None
    return values


def _at(place: str, error: UnreadableEvent) -> UnreadableEvent:
    """The same of the place within whatever is being read."""
    reason = str(error)
    space = "" if reason.startswith((".", "[")) else " "
    return UnreadableEvent(f"{place}{space}{reason}")
