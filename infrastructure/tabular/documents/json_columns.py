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
from infrastructure.tabular.documents.json_buffer import too_deep, whole_characters
from infrastructure.tabular.documents.json_parsing import Digits
from infrastructure.tabular.text.header_rows import unique_names

_TEXT = pa.large_string()
_encoded = json.JSONEncoder(ensure_ascii=False).encode
_EXACT = 2**53
_SIGNIFICANT_DIGITS = 17
# What is mapped into memory as it is counts as memory, all of it.
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")


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

_SCALARS = {str: "text", int: "number", float: "number", Digits: "number", bool: "truth"}


class JsonColumns:
    """Takes batches of columns, and writes them as one table in the directory `scratch`.

    `rows` were taken so far, and in `rows_with_halves` of them were halves of characters. `nested`
    are the columns, by the names that were taken, that hold objects or lists.
    """

    def __init__(self, scratch: Path) -> None:
        self.rows = 0
        self.rows_with_halves = 0
        self.nested: dict[str, None] = {}
        self._scratch = scratch
        self._batches: list[tuple[list[str], int]] = []
        self._kinds: dict[str, set[_Kind]] = {}
        self._scalars: dict[str, set[str]] = {}

    def add(self, columns: Mapping[str, Sequence[Any]], rows: int) -> None:
        """Take `rows` further rows; a column that is not among them has missing values there.

        Raises UnreadableTable.
        """
        arrays = []
        halves: set[int] = set()
        for name, values in columns.items():
            types = set(map(type, values)) - {type(None)}
            kind, array = _array(values, types, halves)
            self._kinds.setdefault(name, set()).update({kind} if kind else ())
            arrays.append(array)
            if types & {dict, list}:
                self.nested[name] = None
            self._scalars.setdefault(name, set()).update(_SCALARS[t] for t in types & set(_SCALARS))
            if whole_characters(name) != name:
                halves.update(range(rows))
        places = [str(place) for place in range(len(arrays))]
        _write(self._batch(len(self._batches)), [pa.record_batch(arrays, names=places)])
        self._batches.append((list(columns), rows))
        self.rows += rows
        self.rows_with_halves += len(halves)

    @property
    def names(self) -> list[str]:
        """The names that were taken, as they are written."""
        return list(map(whole_characters, self._kinds))

    @property
    def of_several_kinds(self) -> list[str]:
        """The names of columns with two or more of texts, numbers and truth values."""
        return [name for name, kinds in self._scalars.items() if len(kinds) > 1]

    def write(self) -> Path:
        """All rows as an Arrow file. Raises UnreadableTable."""
        names = list(self._kinds)
        if not names:
            raise UnreadableTable("empty", "The JSON file holds no values: there are no columns.")
        unique = unique_names(self.names, len(names))
        types = [_type_of(self._kinds[name]) for name in names]
        path = self._scratch / "table.arrow"
        schema = pa.schema(list(zip(unique, types, strict=True)))
        with (
            pa.OSFile(str(path), "wb") as target,
            pa.ipc.new_file(target, schema, options=_COMPRESSED) as writer,
        ):
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


def _array(
    values: Sequence[Any], types: set[type], halves: set[int]
) -> tuple[_Kind | None, pa.Array]:
    """The values, and their kind: integers and truths as such, all else as it is written."""
    if not types:
        return None, pa.nulls(len(values), _TEXT)
    if types == {bool}:
        return _Kind.BOOLEAN, pa.array(values, pa.bool_())
    if types == {int}:
        try:
            integers = pa.array(values, pa.int64())
        except (OverflowError, pa.ArrowInvalid):
            return _Kind.MIXED, _texts(values, types, halves)
        return (_Kind.INTEGER if _within(integers, _EXACT) else _Kind.LARGE_INTEGER), integers
    texts = _texts(values, types, halves)
    if types <= {int, float, Digits}:
        return (_Kind.NUMBER if _are_exact(texts) else _Kind.MIXED), texts
    return (_Kind.TEXT if types == {str} else _Kind.MIXED), texts


def _texts(values: Sequence[Any], types: set[type], halves: set[int]) -> pa.Array:
    """The values as text, without halves of characters: the rows that had such go to `halves`."""
    written = values
    if not types <= {str, Digits}:
        try:
            written = [None if value is None else _as_text(value) for value in values]
        except RecursionError:
            raise too_deep() from None
    try:
        return pa.array(written, _TEXT)
    except UnicodeEncodeError:
        whole = [None if text is None else whole_characters(text) for text in written]
        halves.update(row for row, text in enumerate(written) if text != whole[row])
        return pa.array(whole, _TEXT)


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
