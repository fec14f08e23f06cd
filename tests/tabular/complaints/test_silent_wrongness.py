"""Whatever a table is written like, what is read of it is true, or is text, or is doubted."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest

from domain.parse_report import ParseReport
from infrastructure.tabular.file_tables import FileTables
from tests.tabular.complaints.written_truths import TrueColumn, TrueTable, Value, written_table

_TABLES, _AT_ONCE = 100, 20


@pytest.mark.parametrize("first", range(0, _TABLES, _AT_ONCE))
def test_nothing_is_silently_wrong(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + _AT_ONCE):
        table = written_table(seed)
        assert list(wrong_in(table, tmp_path)) == [], f"seed {seed}: {table.file}"


def wrong_in(table: TrueTable, directory: Path) -> Iterator[str]:
    """What is wrong and not said, a sentence each."""
    report, frame = _read(table.content, directory)
    names = [column.name for column in table.columns]
    if frame.columns != names or frame.height != len(table.columns[0].values):
        yield f"{frame.height} rows of {frame.columns}"
        return
    doubted = {name for doubt in report.doubts for name in doubt.names}
    for column in table.columns:
        if column.name not in doubted and not _is_true(frame[column.name], column):
            cells = list(zip(column.cells, frame[column.name], strict=True))
            yield f"{column.name} is read as {frame[column.name].dtype}: {cells[:8]}"


def _read(content: bytes, directory: Path) -> tuple[ParseReport, pl.DataFrame]:
    source, snapshot, tables = directory / "upload", directory / "snapshot", FileTables()
    source.write_bytes(content)
    report = tables.read(source, tables.inspect(source, "table.csv"), snapshot)
    frame = pl.read_parquet(snapshot)
    snapshot.unlink()
    return report, frame


def _is_true(read: pl.Series, column: TrueColumn) -> bool:
    return _are_same(read, column.values) or _are_cells(read, column)


def _are_same(read: pl.Series, values: Sequence[Value]) -> bool:
    return all(_is_same(was, true) for was, true in zip(read, values, strict=True))


def _is_same(was: object, true: Value) -> bool:
    if isinstance(was, int | float) and isinstance(true, int | float):
        return isinstance(was, bool) == isinstance(true, bool) and math.isclose(was, true)
    return type(was) is type(true) and was == true


def _are_cells(read: pl.Series, column: TrueColumn) -> bool:
    """Whether it is text as it was written; what is missing may be a word or missing."""
    return read.dtype == pl.String and all(
        was == cell or (was is None and true is None)
        for was, cell, true in zip(read, column.cells, column.values, strict=True)
    )
