"""A file's bytes to a typed table and a report, whatever kind of file it is."""

import tempfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from domain.parse_report import Doubt, ParseReport
from infrastructure.tabular.compression import unpacked
from infrastructure.tabular.documents.arrow_files import inspect_arrow, read_arrow
from infrastructure.tabular.documents.json_tables import inspect_json, read_json
from infrastructure.tabular.file_kinds import doubts_of_name, identify, suffix_of
from infrastructure.tabular.parquet_snapshot import write_snapshot
from infrastructure.tabular.text.delimited import TextTable, inspect_delimited, read_text
from infrastructure.tabular.text.presumed_text import IrregularText
from infrastructure.tabular.typed_tables import TypedTable
from infrastructure.tabular.types.typed_files import sink, write_typed
from infrastructure.tabular.workbooks.reader import inspect_workbook, read_workbook

_DELIMITED = frozenset({".csv", ".tsv", ".txt", ".tab", ".psv", ".dat"})


def inspect_file(source: Path, file_name: str, given: GivenOptions) -> ParseOptions:
    """How `source` is to be read, as far as it is not `given`. Raises UnreadableTable."""
    with tempfile.TemporaryDirectory(prefix="datatrail-") as scratch:
        found = unpacked(source, given.member, Path(scratch))
        options = _inspected(found.path, found.member or file_name, given)
    return replace(
        options,
        compression=found.compression,
        member=found.member,
        interpretation=given.interpretation,
    )


def read_file(
    source: Path,
    options: ParseOptions,
    snapshot: Path,
    file_name: str,
    most_columns: int | None = None,
) -> ParseReport:
    """Write the table in `source` to the new Parquet file `snapshot`, and say what was found.

    Raises UnreadableTable, also for more than `most_columns`. Whatever is raised, there is no file
    then.
    """
    with tempfile.TemporaryDirectory(prefix="datatrail-", dir=snapshot.parent) as scratch:
        found = unpacked(source, options.member, Path(scratch))
        table = _read(found.path, options, Path(scratch), most_columns)
        _require_columns(len(table.columns), most_columns)
        _write(table.table, snapshot)
    return ParseReport(
        rows=table.rows,
        findings=table.findings,
        columns=table.columns,
        repairs=table.repairs,
        doubts=(
            *doubts_of_name(options.kind, found.member or file_name),
            *_doubts_of_archive(found.others),
            *table.doubts,
        ),
    )


def _inspected(source: Path, file_name: str, given: GivenOptions) -> ParseOptions:
    kind = identify(source, file_name)
    match kind:
        case FileKind.CSV:
            return inspect_delimited(source, given)
        case FileKind.XLSX | FileKind.XLSB | FileKind.XLS | FileKind.ODS:
            return inspect_workbook(source, kind, given)
        case FileKind.JSON:
            return _inspected_json(source, file_name, given)
        case FileKind.PARQUET | FileKind.ARROW:
            return inspect_arrow(source, kind, given)


def _inspected_json(source: Path, file_name: str, given: GivenOptions) -> ParseOptions:
    """JSON options, or those of a CSV whose first cell happens to open with a bracket."""
    try:
        return inspect_json(source, FileKind.JSON, given)
    except UnreadableTable:
        if suffix_of(file_name) in _DELIMITED:
            return inspect_delimited(source, given)
        raise


def _read(
    source: Path, options: ParseOptions, scratch: Path, most_columns: int | None
) -> TypedTable:
    match options.kind:
        case FileKind.CSV:
            return _read_delimited(source, options, scratch, most_columns)
        case FileKind.XLSX | FileKind.XLSB | FileKind.XLS | FileKind.ODS:
            return read_workbook(source, options, scratch)
        case FileKind.JSON:
            return read_json(source, options, scratch)
        case FileKind.PARQUET | FileKind.ARROW:
            return read_arrow(source, options, scratch)


def _read_delimited(
    source: Path, options: ParseOptions, scratch: Path, most_columns: int | None
) -> TypedTable:
    try:
        text = read_text(source, options, scratch, presumed=True)
        return _typed(text, options, scratch, most_columns)
    except IrregularText:
        return _typed(read_text(source, options, scratch), options, scratch, most_columns)


def _typed(
    found: TextTable, options: ParseOptions, scratch: Path, most_columns: int | None
) -> TypedTable:
    # Before the types are looked for, which takes a millisecond a column.
    _require_columns(len(found.text.collect_schema()), most_columns)
    typed = scratch / "typed.parquet"
    decided = write_typed(found.text, options.interpretation, typed)
    return TypedTable(
        table=typed,
        rows=decided.rows,
        columns=decided.columns,
        findings=found.findings,
        repairs=found.repairs,
        doubts=(*found.doubts, *decided.doubts),
    )


def _require_columns(found: int, most: int | None) -> None:
    if most is not None and found > most:
        raise UnreadableTable(
            "too_many_columns",
            f"The table has {found:,} columns, and at most {most:,} are kept. If it is a matrix, "
            "swap its rows and columns; else leave out columns, or give the right delimiter with "
            "`parse`.",
        )


def _write(table: Path | pl.LazyFrame | pa.Table, snapshot: Path) -> None:
    if isinstance(table, Path):
        table.rename(snapshot)
    elif isinstance(table, pa.Table):
        write_snapshot(table, snapshot)
    else:
        try:
            sink(table, snapshot)
        except BaseException:
            snapshot.unlink(missing_ok=True)
            raise


def _doubts_of_archive(others: tuple[str, ...]) -> tuple[Doubt, ...]:
    if not others:
        return ()
    return (
        Doubt(
            kind="other_files",
            names=others,
            message="The archive holds other files, which were not read. To read one of them, "
            "give its name as `member`.",
        ),
    )
