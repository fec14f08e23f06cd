"""Formulas of which the file does not hold what they come to.

Records are those of [MS-XLS] and [MS-XLSB].
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infrastructure.tabular.workbooks.marks import rows_uncalculated
from infrastructure.tabular.workbooks.ods_areas import repeated, sheet_in_ods
from infrastructure.tabular.workbooks.parts import rows_by
from infrastructure.tabular.workbooks.xls_stream import sheet_in_xls
from infrastructure.tabular.workbooks.xlsb_sheets import sheet_in_xlsb

# A formula may hold the sign that ends a tag.
_IN_ODS = re.compile(rb'<table:(table-row|table-cell)(?![\w-])((?:[^>"]|"[^"]*")*+)>')
_FORMULA = 0x06
_BLANK_TEXT = b"\x03", b"\xff\xff"
_XLSB_ROW, _XLSB_TEXT, _XLSB_FORMULAS = 0x00, 0x08, range(0x08, 0x0C)


def rows_without_values(source: Path, kind: str, sheet: str) -> list[int]:
    """The rows of `sheet`, from 1, with a formula that has no value, one for each such cell.

    None where the file is not laid out in the usual way.
    """
    try:
        match kind:
            case "xlsx":
                return rows_by(rows_uncalculated, source, sheet, start=b"<c ")
            case "ods":
                return list(_in_ods(source, sheet))
            case "xls":
                return _in_xls(source, sheet)
            case "xlsb":
                return _in_xlsb(source, sheet)
            case _:
                return []
    except (struct.error, IndexError, KeyError, UnicodeDecodeError):
        return []


def _in_ods(source: Path, sheet: str) -> Iterator[int]:
    with zipfile.ZipFile(source) as archive:
        content = archive.read("content.xml")
    if b"table:formula=" not in content:
        return
    row = 0
    for what, told in _IN_ODS.findall(sheet_in_ods(content, sheet)):
        if what == b"table-row":
            row += repeated(b"row", told)
        elif b"table:formula=" in told and b"value-type=" not in told:
            yield row


def _in_xls(source: Path, sheet: str) -> list[int]:
    """Those with the blank text, which stands for no value where no formula has another one."""
    formulas = [data for kind, data in sheet_in_xls(source, sheet) if kind == _FORMULA]
    if any((data[6:7], data[12:14]) != _BLANK_TEXT for data in formulas):
        return []
    return [struct.unpack_from("<H", data)[0] + 1 for data in formulas]


def _in_xlsb(source: Path, sheet: str) -> list[int]:
    """Those with an empty text, which stands for no value where no formula has another one."""
    found, row = [], 0
    for kind, data in sheet_in_xlsb(source, sheet):
        if kind == _XLSB_ROW:
            row = struct.unpack_from("<I", data)[0] + 1
        elif kind in _XLSB_FORMULAS:
            if kind != _XLSB_TEXT or struct.unpack_from("<I", data, 8)[0]:
                return []
            found.append(row)
    return found
