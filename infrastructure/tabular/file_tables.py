"""The port ``Tables`` over Polars, Arrow and calamine; also usable alone."""

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

import polars as pl
import pyarrow as pa

from application.ports.tables import Description, ExportFormat, Page, UnreadableTable
from domain.dataset import FileKind, ParseOptions
from infrastructure.tabular.column_types import typed
from infrastructure.tabular.delimited import inspect_delimited, read_delimited
from infrastructure.tabular.digests import digest_of_file
from infrastructure.tabular.encodings import find_encoding
from infrastructure.tabular.exports import export_snapshot
from infrastructure.tabular.file_kinds import identify, require_name_to_agree
from infrastructure.tabular.json_tables import read_json
from infrastructure.tabular.json_values import json_value
from infrastructure.tabular.profiles import profile_of
from infrastructure.tabular.shapes import shape_of
from infrastructure.tabular.snapshots import as_arrow, read_parquet, write_snapshot
from infrastructure.tabular.workbooks import inspect_workbook, read_workbook

_DELIMITED_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab", ".psv", ".dat"})


class FileTables:
    """Reads and writes tables in files; holds no state, so that threads may share it."""

    def inspect(self, source: Path, file_name: str) -> ParseOptions:
        """Find out how the bytes of `source` are a table. Raises UnreadableTable."""
        kind = identify(source, file_name)
        match kind:
            case FileKind.CSV:
                return inspect_delimited(source)
            case FileKind.XLSX | FileKind.XLS:
                return inspect_workbook(source, kind)
            case FileKind.PARQUET:
                read_parquet(source)
                return ParseOptions(kind=kind)
            case FileKind.JSON:
                return _inspect_json(source, file_name)

    def read(self, source: Path, options: ParseOptions, snapshot: Path) -> None:
        """Write the table in `source` to the new Parquet file. Raises UnreadableTable."""
        write_snapshot(_table(source, options), snapshot)

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


def _inspect_json(source: Path, file_name: str) -> ParseOptions:
    """JSON options, or those of a CSV whose first cell happens to open with a bracket."""
    try:
        read_json(source)
    except UnreadableTable:
        if PurePath(file_name).suffix.lower() in _DELIMITED_SUFFIXES:
            require_name_to_agree(FileKind.CSV, file_name)
            return inspect_delimited(source)
        raise
    return ParseOptions(kind=FileKind.JSON, encoding=find_encoding(source))


def _table(source: Path, options: ParseOptions) -> pa.Table:
    match options.kind:
        case FileKind.CSV:
            frame = read_delimited(source, options)
            return as_arrow(frame.select(typed(series) for series in frame.get_columns()))
        case FileKind.JSON:
            return as_arrow(read_json(source, options.encoding))
        case FileKind.XLSX | FileKind.XLS:
            return as_arrow(read_workbook(source, options))
        case FileKind.PARQUET:
            return read_parquet(source)
