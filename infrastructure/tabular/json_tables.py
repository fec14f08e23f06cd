"""Tables in JSON: records, columns, lines, and any of these inside one envelope.

Nested values are kept as JSON text. Text is never taken for a number or for a missing value.
"""

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from application.ports.tables import UnreadableTable
from infrastructure.tabular.cell_values import column_of
from infrastructure.tabular.encodings import codec_of, find_encoding
from infrastructure.tabular.header_rows import unique_names


def read_json(source: Path, encoding: str | None = None) -> pl.DataFrame:
    """The table in a JSON file. Raises UnreadableTable, without any cell in its message."""
    columns = _table(_parse(_text(source, encoding)))
    names = unique_names(list(columns), len(columns))
    try:
        return pl.DataFrame(
            [
                column_of(name, values, dates_in_text=True)
                for name, values in zip(names, columns.values(), strict=True)
            ]
        )
    except UnicodeEncodeError:
        raise UnreadableTable(
            "malformed",
            r"The JSON holds half of a character: an escape like \ud83d without its second half.",
        ) from None


def _text(source: Path, encoding: str | None) -> str:
    try:
        with source.open(encoding=codec_of(encoding or find_encoding(source))) as opened:
            return opened.read()
    except (UnicodeError, LookupError):
        raise UnreadableTable(
            "malformed", f"The file is not text in the encoding {encoding}; give the right one."
        ) from None


def _parse(text: str) -> object:
    try:
        return _decoder().decode(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and "\n" in text.strip():
            return _parse_lines(text)
        raise _malformed(error.lineno, error.colno, error.msg) from None
    except RecursionError:
        raise _not_a_table("is nested too deeply") from None
    except ValueError:
        raise _not_a_table("holds a number of too many digits") from None


def _parse_lines(text: str) -> list[object]:
    values = []
    # Not splitlines(): U+2028 and its like may stand in a JSON string as they are.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                values.append(_decoder().decode(line))
            except json.JSONDecodeError as error:
                raise _malformed(number, error.colno, error.msg) from None
    return values


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_constant=_constant, parse_float=_number
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = unique_names([name for name, _ in pairs], len(pairs))
    return dict(zip(names, (value for _, value in pairs), strict=True))


def _constant(word: str) -> float | None:
    return None if word == "NaN" else float(word)


def _number(digits: str) -> float | str:
    number = float(digits)
    return digits if math.isinf(number) else number


def _table(value: object) -> Mapping[str, Sequence[Any]]:
    if isinstance(value, list):
        return _rows(value)
    if isinstance(value, dict) and value:
        return _object_table(value)
    raise _not_a_table("holds neither a list nor an object with values")


def _object_table(value: dict[str, Any]) -> Mapping[str, Sequence[Any]]:
    if _is_split(value):
        return _split(value)
    members = list(value.values())
    if all(isinstance(member, list) for member in members):
        lengths = {len(member) for member in members}
        if len(members) > 1 or not any(isinstance(item, dict | list) for item in members[0]):
            if len(lengths) == 1:
                return value
            raise _not_a_table("holds columns of different lengths")
    if all(isinstance(member, dict) for member in members):
        if len(members) == 1 and any(isinstance(v, list | dict) for v in members[0].values()):
            return _table(members[0])
        return _by_label(value)
    tables = [member for member in members if isinstance(member, list) and _are_records(member)]
    if len(tables) == 1:
        return _rows(tables[0])
    return {name: [member] for name, member in value.items()}


def _by_label(value: dict[str, dict[str, Any]]) -> Mapping[str, Sequence[Any]]:
    """Columns of labelled cells, as pandas writes them; labels 0, 1, 2 … are row numbers."""
    labels = list(dict.fromkeys(itertools.chain.from_iterable(value.values())))
    columns = {name: [cells.get(label) for label in labels] for name, cells in value.items()}
    if labels == [str(number) for number in range(len(labels))]:
        return columns
    return _labelled(labels, columns)


def _is_split(value: dict[str, Any]) -> bool:
    """Whether it is what pandas writes as "split": names, rows as lists, and labels of the rows."""
    names, rows = value.get("columns"), value.get("data")
    labels = value.get("index", rows)
    return (
        value.keys() <= {"columns", "index", "data"}
        and isinstance(names, list)
        and bool(names)
        and all(isinstance(name, str | int | float) for name in names)
        and isinstance(rows, list)
        and all(isinstance(row, list) and len(row) == len(names) for row in rows)
        and isinstance(labels, list)
        and len(labels) == len(rows)
    )


def _split(value: dict[str, Any]) -> Mapping[str, Sequence[Any]]:
    unique = unique_names([str(name) for name in value["columns"]], len(value["columns"]))
    rows = value["data"]
    columns = {name: [row[index] for row in rows] for index, name in enumerate(unique)}
    labels = value.get("index", list(range(len(rows))))
    return columns if labels == list(range(len(rows))) else _labelled(labels, columns)


def _labelled(
    labels: Sequence[Any], columns: Mapping[str, Sequence[Any]]
) -> Mapping[str, Sequence[Any]]:
    name = next(name for name in ("index", "label", "row") if name not in columns)
    return {name: labels, **columns}


def _are_records(items: list[Any]) -> bool:
    return bool(items) and all(isinstance(item, dict) for item in items)


def _rows(items: list[Any]) -> Mapping[str, Sequence[Any]]:
    if not items:
        raise UnreadableTable("empty", "The JSON file holds an empty list: there are no rows.")
    if _are_records(items):
        names = list(dict.fromkeys(itertools.chain.from_iterable(items)))
        return {name: [item.get(name) for item in items] for name in names}
    if all(isinstance(item, list) for item in items):
        return _lists(items)
    if any(isinstance(item, dict | list) for item in items):
        raise _not_a_table("is a list of different things; give a list of objects")
    return {"value": items}


def _lists(items: list[list[Any]]) -> Mapping[str, Sequence[Any]]:
    named = len(items) > 1 and bool(items[0]) and all(isinstance(name, str) for name in items[0])
    header, body = (items[0], items[1:]) if named else ([], items)
    width = max(map(len, items))
    columns: Iterator[tuple[Any, ...]] = itertools.zip_longest(*body)
    filled = [list(column) for column in columns]
    filled += [[None] * len(body) for _ in range(width - len(filled))]
    return dict(zip(unique_names(header, width), filled, strict=True))


def _malformed(line: int, column: int, what: str) -> UnreadableTable:
    return UnreadableTable(
        "malformed",
        f"The JSON is malformed at line {line}, column {column}: {what.rstrip(':')}. "
        "Correct it there and upload it again.",
    )


def _not_a_table(what: str) -> UnreadableTable:
    return UnreadableTable(
        "not_a_table",
        f"The JSON is not a table: it {what}. "
        "Datatrail reads a list of objects, an object of columns, and one object per line.",
    )
