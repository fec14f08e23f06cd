"""The port ``Tables`` over Polars, Arrow and calamine; also usable alone."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from application.ports.tables import Description, ExportFormat, Page, UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from domain.parse_report import ColumnReading, Doubt, ParseReport
from infrastructure.tabular.column_types import typed
from infrastructure.tabular.compression import unpacked
from infrastructure.tabular.delimited import inspect_delimited, read_text
from infrastructure.tabular.digests import digest_of_file
from infrastructure.tabular.encodings import find_encoding
from infrastructure.tabular.exports import export_snapshot
from infrastructure.tabular.file_kinds import doubts_of_name, identify, suffix_of
from infrastructure.tabular.json_tables import read_json
from infrastructure.tabular.json_values import json_value
from infrastructure.tabular.profiles import profile_of
from infrastructure.tabular.shapes import shape_of
from infrastructure.tabular.snapshots import as_arrow, read_parquet, write_snapshot
from infrastructure.tabular.workbooks import inspect_workbook, read_workbook

_DELIMITED = frozenset({".csv", ".tsv", ".txt", ".tab", ".psv", ".dat"})


class FileTables:
    """Reads and writes tables in files; holds no state, so that threads may share it."""

    def inspect(
        self, source: Path, file_name: str, given: GivenOptions | None = None
    ) -> ParseOptions:
        """Find out how the bytes of `source` are a table, as far as it is not `given`.

        Raises UnreadableTable.
        """
        given = given or GivenOptions()
        with tempfile.TemporaryDirectory(prefix="datatrail-") as scratch:
            found = unpacked(source, given.member, Path(scratch))
            options = _inspected(found.path, found.member or file_name, given)
        return replace(
            options,
            compression=found.compression,
            member=found.member,
            interpretation=given.interpretation,
        )

    def read(
        self, source: Path, options: ParseOptions, snapshot: Path, *, file_name: str = ""
    ) -> ParseReport:
        """Write the table in `source` to the new Parquet file `snapshot`, and say what was found.

        Raises UnreadableTable; then there is no file.
        """
        with tempfile.TemporaryDirectory(prefix="datatrail-") as scratch:
            found = unpacked(source, options.member, Path(scratch))
            write_snapshot(_table(found.path, options, Path(scratch)), snapshot)
        shape = shape_of(pl.read_parquet(snapshot))
        columns = tuple(
            ColumnReading(
                name=column.name,
                type=column.type,
                values=shape.rows - column.nulls,
                missing=column.nulls,
            )
            for column in shape.columns
        )
        doubts = (
            *doubts_of_name(options.kind, found.member or file_name),
            *_doubts_of_archive(found.others),
        )
        return ParseReport(rows=shape.rows, findings=(), columns=columns, doubts=doubts)

    def describe(self, snapshot: Path) -> Description:
        """The shape and table digest of a snapshot."""
        shape = shape_of(pl.read_parquet(snapshot))
        return Description(shape=shape, table_digest=digest_of_file(snapshot))

    def profile(self, snapshot: Path) -> Mapping[str, Any]:
        """JSON-ready statistics of each column. They hold cell values: never log or record them."""
        return profile_of(pl.read_parquet(snapshot))

    def page(self, snapshot: Path, *, offset: int, limit: int) -> Page:
        """Rows ``offset`` to ``offset + limit`` of a snapshot."""
        lazy = pl.scan_parquet(snapshot)
        frame = lazy.slice(offset, limit).collect()
        return Page(
            columns=tuple(frame.columns),
            rows=[[json_value(value) for value in row] for row in frame.iter_rows()],
            offset=offset,
            total=lazy.select(pl.len()).collect().item(),
        )

    def export(self, snapshot: Path, target: ExportFormat, destination: Path) -> None:
        """Write a snapshot to the new file `destination`. Raises TooLargeForFormat."""
        export_snapshot(snapshot, target, destination)


def _inspected(source: Path, file_name: str, given: GivenOptions) -> ParseOptions:
    kind = identify(source, file_name)
    match kind:
        case FileKind.CSV:
            return inspect_delimited(source, given)
        case FileKind.XLSX | FileKind.XLSB | FileKind.XLS | FileKind.ODS:
            return inspect_workbook(source, kind)
        case FileKind.JSON:
            return _inspected_json(source, file_name, given)
        case FileKind.PARQUET | FileKind.ARROW:
            read_parquet(source)
            return ParseOptions(kind=kind)


def _inspected_json(source: Path, file_name: str, given: GivenOptions) -> ParseOptions:
    """JSON options, or those of a CSV whose first cell happens to open with a bracket."""
    try:
        read_json(source)
    except UnreadableTable:
        if suffix_of(file_name) in _DELIMITED:
            return inspect_delimited(source, given)
        raise
    return ParseOptions(kind=FileKind.JSON, encoding=find_encoding(source))


def _table(source: Path, options: ParseOptions, scratch: Path) -> pa.Table:
    match options.kind:
        case FileKind.CSV:
            frame = read_text(source, options, scratch).text.collect()
            return as_arrow(frame.select(typed(series) for series in frame.get_columns()))
        case FileKind.XLSX | FileKind.XLSB | FileKind.XLS | FileKind.ODS:
            return as_arrow(read_workbook(source, options))
        case FileKind.JSON:
            return as_arrow(read_json(source, options.encoding))
        case FileKind.PARQUET | FileKind.ARROW:
            return read_parquet(source)


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
