"""Rows and columns that a sheet hides, of which calamine does not tell.

Records are those of [MS-XLSB] and [MS-XLS].
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from infrastructure.tabular.workbooks.marks import columns_hidden, rows_hidden
from infrastructure.tabular.workbooks.ods_areas import repeated, sheet_in_ods
from infrastructure.tabular.workbooks.parts import head_of, rows_by
from infrastructure.tabular.workbooks.xls_stream import sheet_in_xls
from infrastructure.tabular.workbooks.xlsb_sheets import sheet_in_xlsb

_IN_ODS = re.compile(rb"<table:table-(row|column)(?![\w-])([^>]*)>")
# A sheet has no more rows, and fewer columns, but one tag can tell of any number.
_MOST_ROWS = 2**20
_ODS_HIDDEN = re.compile(rb'table:visibility="(?:collapse|filter)"')
_XLSB_ROW, _XLSB_COLUMNS = 0x00, 0x3C
_XLS_ROW, _XLS_COLUMNS = 0x208, 0x7D


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """Rows, from 1, and places of columns, from 0."""

    rows: list[int] = field(default_factory=list)
    columns: list[range] = field(default_factory=list)


def hidden_in(source: Path, kind: str, sheet: str) -> Hidden:
    """What a sheet hides, by hand or by a filter; nothing where the sheet is not found."""
    if kind == "xlsx":
        rows = rows_by(rows_hidden, source, sheet, start=b"<row ")
        return Hidden(rows=rows, columns=columns_hidden(head_of(source, sheet)))
    found = Hidden()
    read = {"ods": _in_ods, "xlsb": _in_xlsb, "xls": _in_xls}[kind]
    try:
        for is_row, places in read(source, sheet):
            if is_row:
                found.rows.extend(place + 1 for place in places)
            else:
                found.columns.append(places)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError):
        return Hidden()
    return found


def _in_ods(source: Path, sheet: str) -> Iterator[tuple[bool, range]]:
    with zipfile.ZipFile(source) as archive:
        content = archive.read("content.xml")
    if b"table:visibility=" not in content:
        return
    after = {b"row": 0, b"column": 0}
    for what, told in _IN_ODS.findall(sheet_in_ods(content, sheet)):
        place = after[what]
        after[what] += repeated(what, told)
        if _ODS_HIDDEN.search(told):
            yield what == b"row", range(place, min(after[what], _MOST_ROWS))


def _in_xlsb(source: Path, sheet: str) -> Iterator[tuple[bool, range]]:
    for kind, data in sheet_in_xlsb(source, sheet):
        if kind == _XLSB_ROW and data[11] & 0x10:
            yield True, _places(*struct.unpack_from("<I", data) * 2)
        elif kind == _XLSB_COLUMNS and data[16] & 1:
            yield False, _places(*struct.unpack_from("<II", data))


def _in_xls(source: Path, sheet: str) -> Iterator[tuple[bool, range]]:
    for kind, data in sheet_in_xls(source, sheet):
        if kind == _XLS_ROW and data[12] & 0x20:
            yield True, _places(*struct.unpack_from("<H", data) * 2)
        elif kind == _XLS_COLUMNS and data[8] & 1:
            yield False, _places(*struct.unpack_from("<HH", data))


def _places(first: int, last: int) -> range:
    return range(first, last + 1)
