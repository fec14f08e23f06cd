"""Each complaint is answered: the exact table, and nothing of it silently otherwise."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from application.ports.tables import UnreadableTable
from domain.parse_report import ParseReport
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.shapes import logical_type
from tests.tabular.complaints import (
    characters,
    dates,
    identifiers,
    layouts,
    numbers,
    packed_files,
    sizes,
    structured_files,
    words,
    workbooks,
)
from tests.tabular.complaints.cases import Case, Cells, Refusal, bytes_of

CASES = (
    *identifiers.CASES,
    *numbers.CASES,
    *words.CASES,
    *dates.CASES,
    *layouts.CASES,
    *characters.CASES,
    *sizes.CASES,
    *workbooks.CASES,
    *structured_files.CASES,
    *packed_files.CASES,
)
_SHOWN = 6


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_a_table_is_read_as_it_was_meant(case: Case, tmp_path: Path) -> None:
    report, frame = _read(case, tmp_path)
    assert frame.columns == list(case.columns)
    for name, expected in case.columns.items():
        _require_same(frame[name], expected)
    _require_told(case, report)
    _require_true_counts(report, frame)


def _read(case: Case, directory: Path) -> tuple[ParseReport, pl.DataFrame]:
    source, snapshot, tables = directory / "upload", directory / "snapshot", FileTables()
    source.write_bytes(bytes_of(case.content))
    options = tables.inspect(source, case.file_name, case.given)
    report = tables.read(source, options, snapshot)
    return report, pl.read_parquet(snapshot)


def _require_same(column: pl.Series, expected: Cells) -> None:
    """Compared as they are shown: 1 is not 1.0, and not-a-number is itself."""
    found = column.to_list()
    assert logical_type(column.dtype) == expected.type, f"{column.name}: {_some(found)}"
    wrong = [
        (row, was, should)
        for row, (was, should) in enumerate(zip(found, expected.values, strict=True))
        if repr(was) != repr(should) and was != should
    ]
    assert wrong[:_SHOWN] == []


def _require_told(case: Case, report: ParseReport) -> None:
    found = {finding.what: finding.found for finding in report.findings}
    assert {what: found.get(what) for what in case.found} == case.found
    repaired = {repair.kind for repair in report.repairs}
    doubted = {doubt.kind for doubt in report.doubts}
    assert repaired >= set(case.repaired)
    assert doubted >= set(case.doubted)
    assert not (case.silent and (repaired or doubted))
    units = {reading.name: reading.unit for reading in report.columns}
    assert {name: units.get(name) for name in case.units} == case.units


def _require_true_counts(report: ParseReport, frame: pl.DataFrame) -> None:
    assert report.rows == frame.height
    assert [(r.name, r.type, r.values, r.missing) for r in report.columns] == [
        (c.name, logical_type(c.dtype), frame.height - c.null_count(), c.null_count())
        for c in frame.get_columns()
    ]


def _some(cells: Iterable[object]) -> list[object]:
    return list(cells)[:_SHOWN]


@pytest.mark.parametrize(
    "refusal", [pytest.param(refusal, id=refusal.name) for refusal in packed_files.REFUSALS]
)
def test_what_would_have_to_be_made_up_is_refused(refusal: Refusal, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(bytes_of(refusal.content))
    tables = FileTables()
    with pytest.raises(UnreadableTable) as refused:
        tables.read(source, tables.inspect(source, refusal.file_name), tmp_path / "snapshot")
    assert refused.value.reason == refusal.reason
    assert not (tmp_path / "snapshot").exists()


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
