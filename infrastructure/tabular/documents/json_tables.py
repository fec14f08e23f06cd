"""Tables in JSON: records, columns, lines, and any of these inside one envelope.

Nested values are kept as JSON text. Text is never taken for a number or for a missing value.
"""

import itertools
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from domain.parse_report import Doubt, Finding
from infrastructure.tabular.documents.json_columns import JsonColumns
from infrastructure.tabular.documents.json_parsing import JsonText, not_a_table
from infrastructure.tabular.text.encodings import find_encoding
from infrastructure.tabular.text.header_rows import unique_names
from infrastructure.tabular.typed_tables import TypedTable, typed_table, with_moments

_BATCH = 20_000
_SMALL = 8 * 1024 * 1024

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class _Found:
    """Batches of columns, each with its rows, and how the table stands in the text."""

    batches: Iterable[tuple[Columns, int]]
    form: str
    evidence: str
    others: tuple[str, ...] = ()


def inspect_json(source: Path, kind: FileKind, given: GivenOptions) -> ParseOptions:
    """That there is a table in the JSON; of a long list only the first items are looked at.

    Raises UnreadableTable.
    """
    encoding = given.encoding or find_encoding(source)
    most = None if source.stat().st_size < _SMALL else 1
    with tempfile.TemporaryDirectory(prefix="datatrail-") as scratch:
        columns = JsonColumns(Path(scratch))
        for batch, rows in itertools.islice(_find(JsonText(source, encoding)).batches, most):
            columns.add(batch, rows)
        columns.write()
    return ParseOptions(
        kind=kind, member=given.member, encoding=encoding, interpretation=given.interpretation
    )


def read_json(source: Path, options: ParseOptions, scratch: Path) -> TypedTable:
    """The table in a JSON file. Raises UnreadableTable, without any cell in its message."""
    text = JsonText(source, options.encoding or find_encoding(source))
    columns = JsonColumns(scratch)
    found = _find(text)
    for batch, rows in found.batches:
        columns.add(batch, rows)
    return typed_table(
        with_moments(pl.scan_ipc(columns.write())),
        columns.rows,
        options.interpretation,
        findings=(Finding(what="form", found=found.form, confidence=0.9, evidence=found.evidence),),
        doubts=_doubts(found, tuple(text.repeated)),
    )


def _doubts(found: _Found, repeated: tuple[str, ...]) -> tuple[Doubt, ...]:
    doubts = []
    if found.others:
        message = "The JSON holds other lists of records, which were not read."
        doubts.append(Doubt(kind="other_tables", names=found.others, message=message))
    if repeated:
        message = "Names occur more than once in one object; each value got a column of its own."
        doubts.append(Doubt(kind="repeated_name", names=repeated, message=message))
    return tuple(doubts)


def _find(text: JsonText) -> _Found:
    if text.is_list():
        return _from_items(text.items(), "list", "The text is one list.")
    values = text.values()
    ahead = list(itertools.islice(values, 2))
    if len(ahead) > 1:
        evidence = "The text holds one value after the other."
        return _from_items(itertools.chain(ahead, values), "lines", evidence)
    if ahead and isinstance(ahead[0], dict) and ahead[0]:
        return _from_object(ahead[0])
    raise not_a_table("holds neither a list nor an object with values")


def _from_items(
    items: Iterator[Any], form: str, evidence: str, others: tuple[str, ...] = ()
) -> _Found:
    """A table of items: records, rows as lists, or plain values."""
    ahead = list(itertools.islice(items, 2))
    if not ahead:
        raise UnreadableTable("empty", "The JSON file holds an empty list: there are no rows.")
    batches = _batches(itertools.chain(ahead, items), type(ahead[0]))
    if isinstance(ahead[0], list):
        named = len(ahead) > 1 and bool(ahead[0]) and all(isinstance(n, str) for n in ahead[0])
        tables = _lists(batches, ahead[0] if named else [])
    else:
        tables = _records(batches) if isinstance(ahead[0], dict) else _plain(batches)
    return _Found(batches=tables, form=form, evidence=evidence, others=others)


def _batches(items: Iterator[Any], kind: type) -> Iterator[list[Any]]:
    while batch := list(itertools.islice(items, _BATCH)):
        nested = kind in {dict, list}
        if any(
            (type(item) is not kind) if nested else isinstance(item, dict | list) for item in batch
        ):
            raise not_a_table("is a list of different things; give a list of objects")
        yield batch


def _records(batches: Iterator[list[Any]]) -> Iterator[tuple[Columns, int]]:
    for batch in batches:
        names = dict.fromkeys(itertools.chain.from_iterable(batch))
        yield {name: [item.get(name) for item in batch] for name in names}, len(batch)


def _lists(batches: Iterator[list[Any]], header: list[str]) -> Iterator[tuple[Columns, int]]:
    first = bool(header)
    for batch in batches:
        body = batch[1:] if first else batch
        first = False
        columns = list(itertools.zip_longest(*body))
        width = max(len(header), len(columns))
        columns += [(None,) * len(body)] * (width - len(columns))
        yield dict(zip(unique_names(header, width), columns, strict=True)), len(body)


def _plain(batches: Iterator[list[Any]]) -> Iterator[tuple[Columns, int]]:
    for batch in batches:
        yield {"value": batch}, len(batch)


def _columns(columns: Columns, form: str, evidence: str) -> _Found:
    rows = max(map(len, columns.values()))
    return _Found(batches=[(columns, rows)], form=form, evidence=evidence)


def _from_object(value: dict[str, Any]) -> _Found:
    if _is_split(value):
        return _columns(_split(value), "split", "The rows stand beside their names.")
    tables = [name for name, member in value.items() if _are_rows(member)]
    members = list(value.values())
    if all(isinstance(member, list) for member in members):
        of_one_length = len({len(member) for member in members}) == 1
        if of_one_length and (len(members) > 1 or not tables):
            return _columns(value, "columns", "Each name has a list, all of the same length.")
        if len(tables) < len(members):
            raise not_a_table("holds columns of different lengths")
    if all(isinstance(member, dict) for member in members):
        if len(members) == 1 and any(isinstance(v, list | dict) for v in members[0].values()):
            return _from_object(members[0])
        return _columns(_by_label(value), "labelled", "Each name has values by label.")
    if tables:
        evidence = f"The list is in an object, under the name {tables[0]!r}."
        return _from_items(iter(value[tables[0]]), "envelope", evidence, tuple(tables[1:]))
    record = {name: [member] for name, member in value.items()}
    return _columns(record, "record", "The text is one object, which is one row.")


def _are_rows(member: object) -> bool:
    """Whether it is a list of records or of rows."""
    kinds = {type(item) for item in member} if isinstance(member, list) else set()
    return kinds in ({dict}, {list})


def _by_label(value: dict[str, dict[str, Any]]) -> Columns:
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


def _split(value: dict[str, Any]) -> Columns:
    unique = unique_names([str(name) for name in value["columns"]], len(value["columns"]))
    rows = value["data"]
    columns = {name: [row[index] for row in rows] for index, name in enumerate(unique)}
    labels = value.get("index", list(range(len(rows))))
    return columns if labels == list(range(len(rows))) else _labelled(labels, columns)


def _labelled(labels: Sequence[Any], columns: Columns) -> Columns:
    name = next(name for name in ("index", "label", "row") if name not in columns)
    return {name: labels, **columns}
