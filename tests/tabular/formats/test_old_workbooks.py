"""XLS as programs other than Excel 97, and Excel before it, wrote it."""

import datetime as dt
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from application.ports.tables import UnreadableTable
from domain.dataset import GivenOptions
from infrastructure.tabular.file_kinds import identify
from infrastructure.tabular.typed_tables import TypedTable
from infrastructure.tabular.workbooks.reader import inspect_workbook, read_workbook
from tests.tabular.formats.binary_workbooks import FAILED, OldFormula, Rows, xls

DAY = dt.date(2024, 1, 2)
CYRILLIC: Rows = [["название", "n"], ["ложка", 1], ["миска", OldFormula(2.0)]]
WESTERN: Rows = [["é", "n"], ["ü", 1], ["ß", FAILED]]


def _read(directory: Path, content: bytes) -> TypedTable:
    source = directory / "upload"
    source.write_bytes(content)
    options = inspect_workbook(source, identify(source, "upload"), GivenOptions())
    return read_workbook(source, options, directory)


def _columns(read: TypedTable) -> dict[str, list[Any]]:
    assert isinstance(read.table, pl.LazyFrame)
    return read.table.collect().to_dict(as_series=False)


def test_texts_of_excel_97_are_unicode_whatever_code_page_it_names(tmp_path: Path) -> None:
    read = _read(tmp_path, xls(CYRILLIC, code_page=1252, stream="WORKBOOK"))
    assert _columns(read) == {"название": ["ложка", "миска"], "n": [1, 2]}


def test_what_excel_95_holds_is_read_and_its_errors_are_told(tmp_path: Path) -> None:
    read = _read(tmp_path, xls(WESTERN, code_page=0x8001, excel_95=True, stream="Book"))
    assert _columns(read) == {"é": ["ü", "ß"], "n": [1, None]}
    assert [(repair.kind, repair.lines) for repair in read.repairs] == [("error_value", (3,))]


def test_days_are_days_whatever_number_their_format_has(tmp_path: Path) -> None:
    content = xls([["day"], [DAY]], used=(0, 400), own={400: "d mmm yyyy"})
    assert _columns(_read(tmp_path, content)) == {"day": [dt.datetime.combine(DAY, dt.time())]}


def test_a_document_in_a_workbook_makes_it_none(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(xls([["WordDocument"], ["x"]]))
    assert identify(tmp_path / "upload", "a.xls") == "xls"
    (tmp_path / "upload").write_bytes(xls([["Workbook"], ["x"]], stream="WordDocument"))
    with pytest.raises(UnreadableTable, match="a Word document"):
        identify(tmp_path / "upload", "a.xls")


@pytest.mark.parametrize(("place", "number"), [(30, 1), (30, 0xFFFF), (68, 0), (48, 0)])
def test_a_file_whose_sectors_lead_nowhere_is_named_soon(
    tmp_path: Path, place: int, number: int
) -> None:
    content = bytearray(xls(WESTERN) + bytes(1024 * 1024))
    struct.pack_into("<H" if place == 30 else "<I", content, place, number)
    (tmp_path / "upload").write_bytes(content)
    with suppress(UnreadableTable):
        identify(tmp_path / "upload", "a.xls")
