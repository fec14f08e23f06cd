"""What calamine does not tell of a workbook: cells with errors, and that there is a password.

Records are those of [MS-XLSB] and [MS-XLS].
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infrastructure.tabular.workbooks.ods_areas import sheet_in_ods
from infrastructure.tabular.workbooks.parts import rows_with_errors
from infrastructure.tabular.workbooks.xls_stream import records_from, xls_stream

_ODS_PLACE = re.compile(
    rb'<table:table-row(?![\w-])([^>]*)>|(?:calcext:value-type="error"|of:value-type="error")'
)
_ODS_REPEATED = re.compile(rb'table:number-rows-repeated="(\d+)"')
_XLSB_ROW, _XLSB_ERRORS, _XLSB_SHEET = 0x00, (0x03, 0x0B), 0x9C
_XLS_SHEET = 0x85
_XLS_BOOLEAN_OR_ERROR, _XLS_FORMULA, _XLS_PASSWORD = 0x205, 0x06, 0x2F


def error_rows(source: Path, kind: str, sheet: str) -> list[int]:
    """The rows of `sheet`, from 1, with an error such as #DIV/0!, one for each such cell.

    None where the file is not laid out in the usual way; calamine gives such cells as blank ones.
    """
    try:
        match kind:
            case "xlsx":
                return rows_with_errors(source, sheet)
            case "xlsb":
                return _in_xlsb(source, sheet)
            case "ods":
                return _in_ods(source, sheet)
            case _:
                return _in_xls(source.read_bytes(), sheet)
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


def _in_xlsb(source: Path, sheet: str) -> list[int]:
    with zipfile.ZipFile(source) as archive:
        relation = None
        for kind, data in _xlsb_records(archive.read("xl/workbook.bin")):
            if kind == _XLSB_SHEET:
                identifier, rest = _wide(data[8:])
                relation = identifier if _wide(rest)[0] == sheet else relation
        links = archive.read("xl/_rels/workbook.bin.rels").decode()
        for link in re.findall(r"<Relationship [^>]*>", links):
            if f'Id="{relation}"' in link:
                target = re.findall(r'Target="/?(?:xl/)?([^"]+)"', link)[0]
                return list(_xlsb_errors(archive.read(f"xl/{target}")))
    return []


def _xlsb_errors(sheet: bytes) -> Iterator[int]:
    row = 0
    for kind, data in _xlsb_records(sheet):
        if kind == _XLSB_ROW:
            row = struct.unpack_from("<I", data)[0] + 1
        elif kind in _XLSB_ERRORS:
            yield row


def _xlsb_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(data):
        kind = data[place]
        place += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        while True:
            part = data[place]
            place += 1
            size |= (part & 0x7F) << shift
            shift += 7
            if not part & 0x80:
                break
        yield kind, data[place : place + size]
        place += size


def _wide(data: bytes) -> tuple[str, bytes]:
    end = 4 + 2 * int(struct.unpack_from("<I", data)[0])
    return data[4:end].decode("utf-16-le"), data[end:]


def _in_xls(data: bytes, sheet: str) -> list[int]:
    stream = xls_stream(data).content
    for kind, _, record in records_from(stream):
        if kind == _XLS_SHEET:
            start, length, wide = struct.unpack_from("<I2xBB", record)
            name = record[8 : 8 + length * (1 + (wide & 1))]
            if name.decode("utf-16-le" if wide & 1 else "latin-1") == sheet:
                return list(_xls_errors(stream, start))
    return []


def _xls_errors(stream: bytes, start: int) -> Iterator[int]:
    for kind, _, record in records_from(stream, start):
        failed = (kind == _XLS_BOOLEAN_OR_ERROR and record[7] == 1) or (
            kind == _XLS_FORMULA and record[6] == 2 and record[12:14] == b"\xff\xff"
        )
        if failed:
            yield struct.unpack_from("<H", record)[0] + 1
