"""Workbooks that few programs write, and Excel or LibreOffice reads."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from domain.dataset import GivenOptions
from infrastructure.tabular.file_kinds import identify
from infrastructure.tabular.typed_tables import TypedTable
from infrastructure.tabular.workbooks.reader import inspect_workbook, read_workbook
from tests.tabular.complaints.workbook_files import ods, xlsx, xlsx_of_sheets
from tests.tabular.formats.binary_workbooks import xls

ROWS: Sequence[Sequence[Any]] = [["id", "note"], [1, "x"], [2, "y"]]
READ = {"id": [1, 2], "note": ["x", "y"]}


def _read(directory: Path, content: bytes) -> TypedTable:
    source = directory / "upload"
    source.write_bytes(content)
    options = inspect_workbook(source, identify(source, "upload"), GivenOptions())
    return read_workbook(source, options, directory)


def _columns(read: TypedTable) -> dict[str, list[Any]]:
    assert isinstance(read.table, pl.LazyFrame)
    return read.table.collect().to_dict(as_series=False)


def _changed(content: bytes, member: str, change: tuple[bytes, bytes] | None) -> bytes:
    """The workbook with one thing for another in a member, or without it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
            elif change is not None:
                before, after = change
                assert before in old.read(name)
                new.writestr(name, old.read(name).replace(before, after))
    return written.getvalue()


def test_a_sheet_of_macros_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    content = _changed(
        xlsx_of_sheets({"Data": ROWS, "Macro1": [["=HALT()"]]}),
        "xl/_rels/workbook.xml.rels",
        (
            b'/worksheet" Target="worksheets/sheet2',
            b'/xlMacrosheet" Target="macrosheets/sheet2',
        ),
    )
    read = _read(tmp_path, content)
    assert _columns(read) == READ
    assert read.doubts == ()


def _clocks(workbook: Any, sheet: Any) -> None:
    clock = workbook.add_format({"num_format": "hh:mm"})
    for row, days in enumerate((0.25, -0.0625), start=1):
        sheet.write_number(row, 0, days, clock)


@pytest.mark.parametrize(
    "make",
    [
        lambda: xlsx(["over", "n"], [None, 1], [None, 2], change=_clocks),
        lambda: xls([["over", "n"], [0.25, True], [-0.0625, False]], used=(20, 14)),
    ],
    ids=["xlsx", "xls"],
)
def test_times_below_zero_are_below_zero(tmp_path: Path, make: Callable[[], bytes]) -> None:
    read = _read(tmp_path, make())
    assert _columns(read)["over"] == [dt.timedelta(hours=6), dt.timedelta(hours=-1.5)]
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("durations", ("over",))]


def test_times_below_zero_ask_nothing_of_what_else_is_in_the_file(tmp_path: Path) -> None:
    content = io.BytesIO(xlsx(["over", "n"], [None, 1], [None, 2], change=_clocks))
    with zipfile.ZipFile(content, "a") as book:
        book.writestr("xl/media/image.bin", b"image", compress_type=zipfile.ZIP_STORED)
    damaged = content.getvalue().replace(b"image.binimage", b"image.bindamag")
    assert _columns(_read(tmp_path, damaged))["over"][1] == dt.timedelta(hours=-1.5)


def test_an_ods_file_need_not_say_of_what_type_it_is(tmp_path: Path) -> None:
    content = ods(*ROWS)
    assert _columns(_read(tmp_path, _changed(content, "mimetype", None))) == READ
