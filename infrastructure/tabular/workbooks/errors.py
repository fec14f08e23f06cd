"""What calamine does not tell of a workbook: cells with errors, and that there is a password.

Records are those of [MS-XLSB] and [MS-XLS].
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infrastructure.tabular.workbooks.marks import rows_with_errors
from infrastructure.tabular.workbooks.ods_areas import sheet_in_ods
from infrastructure.tabular.workbooks.parts import rows_by
from infrastructure.tabular.workbooks.xls_stream import records_from, sheet_in_xls, xls_stream
from infrastructure.tabular.workbooks.xlsb_sheets import sheet_in_xlsb

_ODS_PLACE = re.compile(
    rb'<table:table-row(?![\w-])([^>]*)>|(?:calcext:value-type="error"|of:value-type="error")'
)
_ODS_REPEATED = re.compile(rb'table:number-rows-repeated="(\d+)"')
_XLSB_ROW, _XLSB_ERRORS = 0x00, (0x03, 0x0B)
_XLS_BOOLEAN_OR_ERROR, _XLS_FORMULA, _XLS_PASSWORD = 0x205, 0x06, 0x2F


def error_rows(source: Path, kind: str, sheet: str) -> list[int]:
    """The rows of `sheet`, from 1, with an error such as #DIV/0!, one for each such cell.

    None where the file is not laid out in the usual way; calamine gives such cells as blank ones.
    """
    try:
        match kind:
            case "xlsx":
                return rows_by(rows_with_errors, source, sheet, start=b"<c ")
            case "xlsb":
                return list(_in_xlsb(source, sheet))
            case "ods":
                return _in_ods(source, sheet)
            case _:
                return list(_in_xls(source, sheet))
    except (struct.error, IndexError, KeyError, UnicodeDecodeError):
        return []


def is_encrypted(source: Path, kind: str) -> bool:
    """Whether an ODS or XLS workbook needs a password."""
    try:
        if kind == "ods":
            with zipfile.ZipFile(source) as archive:
                return b"encryption-data" in archive.read("META-INF/manifest.xml")
        records = records_from(xls_stream(source.read_bytes()).content) if kind == "xls" else []
        return any(kind_of == _XLS_PASSWORD for kind_of, _, _ in records)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, zipfile.BadZipFile):
        return False


def _in_ods(source: Path, sheet: str) -> list[int]:
    with zipfile.ZipFile(source) as archive:
        content = archive.read("content.xml")
    if b'value-type="error"' not in content:
        return []
    row, rows = 0, []
    for place in _ODS_PLACE.finditer(sheet_in_ods(content, sheet)):
        if place[1] is None:
            rows.append(row)
            continue
        repeated = _ODS_REPEATED.search(place[1])
        row += int(repeated[1]) if repeated else 1
    return rows


def _in_xlsb(source: Path, sheet: str) -> Iterator[int]:
    row = 0
    for kind, data in sheet_in_xlsb(source, sheet):
        if kind == _XLSB_ROW:
            row = struct.unpack_from("<I", data)[0] + 1
        elif kind in _XLSB_ERRORS:
            yield row


def _in_xls(source: Path, sheet: str) -> Iterator[int]:
    for kind, record in sheet_in_xls(source, sheet):
        failed = (kind == _XLS_BOOLEAN_OR_ERROR and record[7] == 1) or (
            kind == _XLS_FORMULA and record[6] == 2 and record[12:14] == b"\xff\xff"
        )
        if failed:
            yield struct.unpack_from("<H", record)[0] + 1
