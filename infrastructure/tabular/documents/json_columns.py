"""Columns of JSON values, batch by batch, to one file of typed columns in bounded memory.

A batch is kept in a way that still tells how each value was written. What all batches of a column
have in common is its type; a column with values of several kinds becomes text.
"""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from application.ports.tables import UnreadableTable
from infrastructure.tabular.documents.json_parsing import Digits
from infrastructure.tabular.text.header_rows import unique_names

_TEXT = pa.large_string()
_encoded = json.JSONEncoder(ensure_ascii=False).encode
_EXACT = 2**53
_SIGNIFICANT_DIGITS = 17


class _Kind(StrEnum):
    """What the values of a column in a batch are; no float holds every large integer."""

    INTEGER = "integer"
    LARGE_INTEGER = "large integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXT = "text"
    MIXED = "mixed"


_TYPES = {
    _Kind.INTEGER: pa.int64(),
    _Kind.LARGE_INTEGER: pa.int64(),
    _Kind.NUMBER: pa.float64(),
    _Kind.BOOLEAN: pa.bool_(),
    _Kind.TEXT: _TEXT,
    _Kind.MIXED: _TEXT,
}


class JsonColumns:
    """Takes batches of columns, and writes them as one table in the directory `scratch`."""

    def __init__(self, scratch: Path) -> None:
        self.rows = 0
        self._scratch = scratch
        self._batches: list[tuple[list[str], int]] = []
        self._kinds: dict[str, set[_Kind]] = {}

    def add(self, columns: Mapping[str, Sequence[Any]], rows: int) -> None:
        """Take `rows` further rows; a column that is not among them has missing values there.

        Raises UnreadableTable.
        """
        arrays = []
        for name, values in columns.items():
            kind, array = _array(values)
            self._kinds.setdefault(name, set()).update({kind} if kind else ())
            arrays.append(array)
        places = [str(place) for place in range(len(arrays))]
        _write(self._batch(len(self._batches)), [pa.record_batch(arrays, names=places)])
        self._batches.append((list(columns), rows))
        self.rows += rows

    def write(self) -> Path:
        """All rows as an Arrow file. Raises UnreadableTable."""
        names = list(self._kinds)
        unique = unique_names(names, len(names))
        types = [_type_of(self._kinds[name]) for name in names]
        path = self._scratch / "table.arrow"
        try:
            schema = pa.schema(list(zip(unique, types, strict=True)))
        except UnicodeEncodeError:
            raise _half_of_a_character() from None
        with pa.OSFile(str(path), "wb") as target, pa.ipc.new_file(target, schema) as writer:
            for number, (held, rows) in enumerate(self._batches):
                part = self._batch(number)
                with pa.memory_map(str(part)) as mapped:
                    batch = pa.ipc.open_file(mapped).get_batch(0)
                    arrays = dict(zip(held, batch.columns, strict=True))
                    columns = [
                        _as(kind, arrays[name]) if name in arrays else pa.nulls(rows, kind)
                        for name, kind in zip(names, types, strict=True)
                    ]
                    writer.write_batch(pa.record_batch(columns, schema=schema))
                part.unlink()
        return path

    def _batch(self, number: int) -> Path:
        return self._scratch / f"batch-{number}.arrow"


def _write(path: Path, batches: Sequence[pa.RecordBatch]) -> None:
    with pa.OSFile(str(path), "wb") as target, pa.ipc.new_file(target, batches[0].schema) as file:
        for batch in batches:
            file.write_batch(batch)


def _array(values: Sequence[Any]) -> tuple[_Kind | None, pa.Array]:
    """The values, and their kind: integers and truths as such, all else as it is written."""
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return None, pa.nulls(len(values), _TEXT)
    if kinds == {bool}:
        return _Kind.BOOLEAN, pa.array(values, pa.bool_())
    if kinds == {int}:
        try:
            integers = pa.array(values, pa.int64())
        except (OverflowError, pa.ArrowInvalid):
            return _Kind.MIXED, _texts(values)
        return (_Kind.INTEGER if _within(integers, _EXACT) else _Kind.LARGE_INTEGER), integers
    if kinds <= {int, float, Digits}:
        numbers = _texts(values)
        return (_Kind.NUMBER if _are_exact(numbers) else _Kind.MIXED), numbers
    return (_Kind.TEXT if kinds == {str} else _Kind.MIXED), _texts(values)


def _texts(values: Sequence[Any]) -> pa.Array:
    written = values
    if not set(map(type, values)) <= {str, Digits, type(None)}:
        written = [None if value is None else _as_text(value) for value in values]
    try:
        return pa.array(written, _TEXT)
    except UnicodeEncodeError:
        raise _half_of_a_character() from None


def _as_text(value: Any) -> str:  # noqa: ANN401 it is any JSON
    return str(value) if isinstance(value, str) else _as_json(value)


def _as_json(value: Any) -> str:  # noqa: ANN401 it is any JSON
    """JSON with its numbers as they were written."""
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        members = (f"{_as_json(name)}: {_as_json(member)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    if isinstance(value, float):
        return "Infinity" if value > 0 else "-Infinity"
    return _encoded(value)


def _are_exact(numbers: pa.Array) -> bool:
    """Whether 64-bit floating point gives every number back."""
    digits = pc.replace_substring_regex(numbers, r"[eE].*$", "")
    digits = pc.utf8_ltrim(pc.replace_substring_regex(digits, r"[-.]", ""), "0")
    longest = pc.max(pc.utf8_length(digits)).as_py()
    if longest > _SIGNIFICANT_DIGITS:
        return False
    whole = numbers.filter(pc.match_substring_regex(numbers, r"^-?[0-9]+$"))
    if len(whole) and not _within(whole.cast(pa.int64()), _EXACT):
        return False
    return bool(pc.all(pc.or_kleene(pc.is_finite(_floats(numbers)), _infinite(numbers))).as_py())


def _infinite(numbers: pa.Array) -> pa.Array:
    return pc.match_substring(numbers, "Infinity")


def _floats(numbers: pa.Array) -> pa.Array:
    return pc.replace_substring(numbers, "Infinity", "inf").cast(pa.float64())


def _within(integers: pa.Array, most: int) -> bool:
    extremes = pc.min_max(integers)
    least, largest = extremes["min"].as_py(), extremes["max"].as_py()
    return least is None or -most <= least <= largest <= most


def _type_of(kinds: set[_Kind]) -> pa.DataType:
    types = {_TYPES[kind] for kind in kinds}
    if len(types) == 1:
        return types.pop()
    return pa.float64() if kinds == {_Kind.INTEGER, _Kind.NUMBER} else _TEXT


def _as(kind: pa.DataType, array: pa.Array) -> pa.Array:
    if array.type == kind:
        return array
    if pa.types.is_floating(kind) and not pa.types.is_integer(array.type):
        return _floats(array)
    return array.cast(kind)


def _half_of_a_character() -> UnreadableTable:
    return UnreadableTable(
        "malformed",
        r"The JSON holds half of a character: an escape like \ud83d without its second half.",
    )
