"""Exports say all that their format can say, and refuse what it cannot."""

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
import pytest

from application.ports.tables import ExportFormat, TooLargeForFormat
from infrastructure.tabular.exports import export_snapshot

_NANOSECONDS = pl.Series("at", [1, 1_001, None]).cast(pl.Datetime("ns"))


def _exported(directory: Path, frame: pl.DataFrame, target: ExportFormat) -> Path:
    snapshot, out = directory / "snapshot", directory / "out"
    frame.write_parquet(snapshot)
    export_snapshot(snapshot, target, out)
    return out


def _records(directory: Path, frame: pl.DataFrame) -> list[dict[str, object]]:
    written = _exported(directory, frame, ExportFormat.JSON).read_text("utf-8")
    records: list[dict[str, object]] = json.loads(written)
    return records


def test_nanoseconds_are_kept_in_json(tmp_path: Path) -> None:
    local = _NANOSECONDS.dt.replace_time_zone("Europe/Berlin").rename("local")
    assert _records(tmp_path, pl.DataFrame([_NANOSECONDS, local])) == [
        {
            "at": "1970-01-01T00:00:00.000000001",
            "local": "1970-01-01T00:00:00.000000001+01:00",
        },
        {
            "at": "1970-01-01T00:00:00.000001001",
            "local": "1970-01-01T00:00:00.000001001+01:00",
        },
        {"at": None, "local": None},
    ]


def test_an_empty_name_stays_empty(tmp_path: Path) -> None:
    assert _records(tmp_path, pl.DataFrame({"a": [1], "": [2]})) == [{"a": 1, "": 2}]


def test_times_of_day_are_as_short_as_they_are_exact(tmp_path: Path) -> None:
    frame = pl.DataFrame({"at": [dt.time(1, 2, 3), dt.time(4, 5, 6, 700)], "n": [1, 2]})
    out = _exported(tmp_path, frame, ExportFormat.CSV)
    assert out.read_bytes() == b"at,n\r\n01:02:03,1\r\n04:05:06.000700,2\r\n"


def test_numbers_keep_all_of_their_digits_in_a_workbook(tmp_path: Path) -> None:
    numbers = [0.1 + 0.2, 1 / 3, -1e22, 5e-324, 1.7976931348623157e308, 2.0]
    out = _exported(tmp_path, pl.DataFrame({"a": numbers}), ExportFormat.XLSX)
    assert pd.read_excel(out, engine="calamine")["a"].to_list() == numbers


TEXTS = ["=1+1", "+1", "-1", "@x", 'a "b"', "a\nb", "a\r\nb", "a,b", " a ", "", "é😀", "\x00"]


@pytest.mark.parametrize("target", [ExportFormat.CSV, ExportFormat.JSON])
def test_text_is_exported_as_it_is(tmp_path: Path, target: ExportFormat) -> None:
    frame = pl.DataFrame({"a": TEXTS, "b": TEXTS})
    out = _exported(tmp_path, frame, target)
    with out.open(encoding="utf-8", newline="") as opened:
        if target is ExportFormat.JSON:
            assert [record["a"] for record in json.load(opened)] == TEXTS
        else:
            assert [row[0] for row in csv.reader(opened)] == ["a", *TEXTS]


@pytest.mark.parametrize(("cell", "length"), [("é" * 32_768, "32,768"), ("😀" * 16_384, "32,768")])
def test_a_text_that_excel_counts_as_too_long_is_refused(
    tmp_path: Path, cell: str, length: str
) -> None:
    with pytest.raises(TooLargeForFormat, match=f"row 3, column 1 has {length}"):
        _exported(tmp_path, pl.DataFrame({"a": ["x", cell]}), ExportFormat.XLSX)
    assert not (tmp_path / "out").exists()


def test_the_longest_text_that_excel_holds_is_exported(tmp_path: Path) -> None:
    out = _exported(tmp_path, pl.DataFrame({"a": ["é" * 32_767]}), ExportFormat.XLSX)
    assert pd.read_excel(out, engine="calamine")["a"].to_list() == ["é" * 32_767]


def test_a_workbook_holds_no_clock_so_that_a_download_can_be_gone_on_with(tmp_path: Path) -> None:
    out = _exported(tmp_path, pl.DataFrame({"n": [1]}), ExportFormat.XLSX)
    with zipfile.ZipFile(out) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b">1980-01-01T00:00:00Z</dcterms:created>" in archive.read("docProps/core.xml")


def test_a_workbook_shows_whole_days_without_a_time_in_columns_that_are_wide_enough(
    tmp_path: Path,
) -> None:
    day, moment = dt.datetime(2024, 1, 31), dt.datetime(2024, 1, 31, 10, 30)  # noqa: DTZ001 local
    frame = pl.DataFrame(
        {"n": [1], "day": [day], "date": [day.date()], "moment": [moment], "none": [None]},
        schema_overrides={"none": pl.Datetime},
    )

    out = _exported(tmp_path, frame, ExportFormat.XLSX)

    sheet = openpyxl.load_workbook(io.BytesIO(out.read_bytes())).active
    assert sheet is not None
    shown = [(cell.value, cell.number_format) for cell in sheet[2]]
    assert shown[:4] == [
        (1, "General"),
        (day, "yyyy-mm-dd"),
        (day, "yyyy-mm-dd"),
        (moment, "yyyy-mm-dd hh:mm:ss"),
    ]
    widths = {letter: sheet.column_dimensions[letter].width for letter in "BD"}
    assert widths["B"] >= len("2024-01-31")
    assert widths["D"] >= len("2024-01-31 10:30:00")
