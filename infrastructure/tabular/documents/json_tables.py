"""Tables in JSON: records, columns, lines, and any of these inside envelopes.

Nested values are kept as JSON text. Text is never taken for a number or for a missing value.
"""

import codecs
import itertools
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from domain.dataset import FileKind, GivenOptions, ParseOptions
from domain.parse_report import Doubt, Finding, Repair
from infrastructure.tabular.documents.json_buffer import whole_characters
from infrastructure.tabular.documents.json_columns import JsonColumns
from infrastructure.tabular.documents.json_forms import JsonTable, find_table
from infrastructure.tabular.documents.json_parsing import JsonText
from infrastructure.tabular.text.encodings import decoding, find_encoding
from infrastructure.tabular.text.row_repairs import MESSAGES, repairs_of_names
from infrastructure.tabular.typed_tables import TypedTable, typed_table, with_moments

_SMALL = 8 * 1024 * 1024
_NAMES_TOLD = 20
_HALF_CHARACTER = (
    "Half a character, an escape like \\ud83d without its second half, became the sign \ufffd."
)


def inspect_json(source: Path, kind: FileKind, given: GivenOptions) -> ParseOptions:
    """That there is a table in the JSON; of a long list only the first items are looked at.

    Raises UnreadableTable.
    """
    encoding = given.encoding or find_encoding(source)
    most = None if source.stat().st_size < _SMALL else 1
    with decoding(encoding), tempfile.TemporaryDirectory(prefix="datatrail-") as scratch:
        columns = JsonColumns(Path(scratch))
        for batch, rows in itertools.islice(find_table(JsonText(source, encoding)).batches, most):
            columns.add(batch, rows)
        columns.write()
    return ParseOptions(
        kind=kind, member=given.member, encoding=encoding, interpretation=given.interpretation
    )


def read_json(source: Path, options: ParseOptions, scratch: Path) -> TypedTable:
    """The table in a JSON file. Raises UnreadableTable, without any cell in its message."""
    encoding = options.encoding or find_encoding(source)
    text = JsonText(source, encoding)
    columns = JsonColumns(scratch)
    with decoding(encoding):
        found = find_table(text)
        for batch, rows in found.batches:
            columns.add(batch, rows)
    return typed_table(
        with_moments(pl.scan_ipc(columns.write())),
        columns.rows,
        options.interpretation,
        findings=(Finding(what="form", found=found.form, confidence=0.9, evidence=found.evidence),),
        repairs=_repairs(columns),
        doubts=(*_doubts_of_encoding(encoding), *_doubts(found, columns, text)),
    )


def _repairs(columns: JsonColumns) -> tuple[Repair, ...]:
    kinds = dict.fromkeys(repairs_of_names(columns.names), 1)
    messages = {**MESSAGES, "half_character": _HALF_CHARACTER}
    if columns.rows_with_halves:
        kinds["half_character"] = columns.rows_with_halves
    return tuple(
        Repair(kind=kind, rows=rows, lines=(), message=messages[kind])
        for kind, rows in kinds.items()
    )


def _doubts_of_encoding(encoding: str) -> tuple[Doubt, ...]:
    if codecs.lookup(encoding).name.startswith(("utf", "ascii")):
        return ()
    message = (
        f"JSON is to be UTF-8. This is not, and was read as {encoding}: where letters look wrong, "
        "give another `encoding`."
    )
    return (Doubt(kind="encoding", names=(), message=message),)


def _doubts(found: JsonTable, columns: JsonColumns, text: JsonText) -> Iterator[Doubt]:
    if found.others:
        message = (
            "The JSON holds other lists of records, which were not read. "
            "To read one of them, put it into a file of its own."
        )
        yield _doubt("other_tables", found.others, message)
    if found.beside:
        message = "The JSON holds more values beside the table, which were not read."
        yield _doubt("other_values", found.beside, message)
    if found.turned:
        message = (
            "Objects in an object: each was taken for a column, and could as well be a row. "
            "To have rows, write a list of objects."
        )
        yield _doubt("columns_or_rows", (), message)
    if text.repeated:
        message = "Names occur more than once in one object; each value got a column of its own."
        yield _doubt("repeated_name", text.repeated, message)
    if text.holds_nan:
        message = (
            "NaN, which is no number, was read as a missing value. Write null in its place where "
            "the value is missing, or text to keep it."
        )
        yield _doubt("nan_as_missing", (), message)
    if columns.of_several_kinds:
        message = "Texts, numbers or truth values stand beside each other; all were kept as text."
        yield _doubt("several_kinds", columns.of_several_kinds, message)
    if columns.nested:
        message = "Nested objects and lists were kept as JSON text, each in one cell."
        yield _doubt("nested_values", columns.nested, message)


def _doubt(kind: str, names: Iterable[str], message: str) -> Doubt:
    """A doubt that names no more than a person reads."""
    told = [whole_characters(name) for name in itertools.islice(names, _NAMES_TOLD)]
    return Doubt(kind=kind, names=tuple(told), message=message)
