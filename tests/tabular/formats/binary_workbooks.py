"""Small workbooks in Excel's binary formats, made by hand: records as [MS-XLS] and [MS-XLSB] say.

Cells are texts, numbers, truth values, days, `OldFormula`, `FAILED` and `UNCALCULATED`; None is no
cell.
"""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class Failed:
    """The error #DIV/0!."""


class Uncalculated:
    """A formula without a value, as programs write it that do not calculate."""


@dataclass(frozen=True)
class OldFormula:
    """A formula in XLS, in the record of Excel 4, and what it comes to."""

    value: float


FAILED, UNCALCULATED = Failed(), Uncalculated()
Cell = str | float | bool | dt.date | OldFormula | Failed | Uncalculated | None
Rows = Sequence[Sequence[Cell]]

_FIRST_DAY = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}
_DAY_FORMAT = 14
_DIVISION_BY_ZERO = 0x07
_PLAIN_STYLE, _DAY_STYLE = 0, 1


def xlsb(
    rows: Rows,
    *,
    since_1904: bool = False,
    hidden: Sequence[str] = (),
    hides: tuple[int, int] | None = None,
) -> bytes:
    """A workbook of XLSB with the sheet Data, and empty hidden sheets after it.

    The sheet `hides` a row and a column, both from 0.
    """
    names = ["Data", *hidden]
    book = _record(0x99, struct.pack("<III", since_1904, 0, 0))
    relations = ""
    for number, name in enumerate(names, start=1):
        state = struct.pack("<II", name in hidden, number)
        book += _record(0x9C, state + _wide(f"rId{number}") + _wide(name))
        relations += (
            f'<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/'
            f'officeDocument/2006/relationships/worksheet" Target="worksheets/s{number}.bin"/>'
        )
    book += _record(0x90) + _record(0x84)
    styles = _record(0x269, struct.pack("<I", 2))
    for number_format in (0, _DAY_FORMAT):
        styles += _record(0x2F, struct.pack("<HH", 0, number_format) + bytes(12))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{relations}</Relationships>",
        )
        archive.writestr("xl/styles.bin", styles + _record(0x26A))
        for number, name in enumerate(names, start=1):
            cells = [] if name in hidden else rows
            archive.writestr(f"xl/worksheets/s{number}.bin", _xlsb_sheet(cells, since_1904, hides))
    return content.getvalue()


def _xlsb_sheet(rows: Rows, since_1904: bool, hides: tuple[int, int] | None) -> bytes:
    width = max(map(len, rows), default=1)
    sheet = _record(0x94, struct.pack("<IIII", 0, max(0, len(rows) - 1), 0, width - 1))
    if hides is not None:
        hidden = _record(0x3C, struct.pack("<IIIIH", hides[1], hides[1], 0, 0, 1))
        sheet += _record(0x186) + hidden + _record(0x187)
    sheet += _record(0x91)
    for row, cells in enumerate(rows):
        flags = 0x10 if hides is not None and row == hides[0] else 0
        sheet += _record(0x00, struct.pack("<I7xB5x", row, flags))
        for column, cell in enumerate(cells):
            match cell:
                case None:
                    pass
                case str():
                    sheet += _record(0x06, struct.pack("<II", column, 0) + _wide(cell))
                case bool():
                    sheet += _record(0x04, struct.pack("<IIB", column, 0, cell))
                case Failed():
                    sheet += _record(0x03, struct.pack("<IIB", column, 0, _DIVISION_BY_ZERO))
                case OldFormula():
                    raise TypeError("XLSB has no such record")
                case Uncalculated():
                    sheet += _record(0x08, struct.pack("<II", column, 0) + _wide("") + bytes(10))
                case _:
                    style, number = _number(cell, since_1904)
                    sheet += _record(0x05, struct.pack("<IId", column, style, number))
    return sheet + _record(0x92)


def _record(kind: int, data: bytes = b"") -> bytes:
    head = [kind] if kind < 0x80 else [kind & 0x7F | 0x80, kind >> 7]
    size = len(data)
    while True:
        head.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            return bytes(head) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _number(cell: float | dt.date, since_1904: bool) -> tuple[int, float]:
    if isinstance(cell, dt.date):
        return _DAY_STYLE, float((cell - _FIRST_DAY[since_1904]).days)
    return _PLAIN_STYLE, float(cell)


def xls(
    rows: Rows,
    *,
    since_1904: bool = False,
    used: tuple[int, int] = (0, _DAY_FORMAT),
    own: Mapping[int, str] | None = None,
    hides: tuple[int, int] | None = None,
    short: bool = False,
    code_page: int | None = None,
    excel_95: bool = False,
    stream: str = "Workbook",
) -> bytes:
    """A workbook of XLS (BIFF8, or BIFF5 of Excel 95) with the sheet Data, in a compound file.

    `used` are the formats of numbers and days, and `own` those that the file itself describes. The
    sheet `hides` a row and a column, both from 0. A `short` file is not filled up to 4096 bytes.
    Only Excel 95 keeps texts in the code page, here in that of the West.
    """
    version = 0x500 if excel_95 else 0x600
    sheet = _biff(0x809, struct.pack("<HHHHII", version, 0x10, 0, 0, 0, 0))
    if hides is not None:
        sheet += _biff(0x7D, struct.pack("<HHHHH2x", hides[1], hides[1], 0, 0, 1))
        sheet += _biff(0x208, struct.pack("<H10xBxH", hides[0], 0x20, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and excel_95:
                text = struct.pack("<HHHH", row, column, 0, len(cell)) + cell.encode("cp1252")
                sheet += _biff(0x204, text)
            else:
                sheet += _xls_cell(row, column, cell, since_1904)
    sheet += _biff(0x0A)
    styles = b"".join(
        _biff(0x41E, struct.pack("<HHB", number, len(shown), 0) + shown.encode())
        for number, shown in (own or {}).items()
    )
    for number_format in used:
        styles += _biff(0xE0, struct.pack("<HH", 0, number_format) + bytes(16))
    start = _biff(0x809, struct.pack("<HHHHII", version, 0x05, 0, 0, 0, 0))
    if code_page is not None:
        start += _biff(0x42, struct.pack("<H", code_page))
    start += _biff(0x22, struct.pack("<H", since_1904)) + styles
    bound = bytes([0, 0, 4] if excel_95 else [0, 0, 4, 0]) + b"Data"
    before = len(start) + 4 + 4 + len(bound) + len(_biff(0x0A))
    globals_ = start + _biff(0x85, struct.pack("<I", before) + bound) + _biff(0x0A)
    return (_short_compound if short else _compound)(globals_ + sheet, stream)


def _xls_cell(row: int, column: int, cell: Cell, since_1904: bool) -> bytes:
    match cell:
        case None:
            return b""
        case str():
            text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
            return _biff(0x204, struct.pack("<HHH", row, column, 0) + text)
        case bool():
            return _biff(0x205, struct.pack("<HHHBB", row, column, 0, cell, 0))
        case Failed():
            return _biff(0x205, struct.pack("<HHHBB", row, column, 0, _DIVISION_BY_ZERO, 1))
        case OldFormula(value):
            return _biff(0x406, struct.pack("<HHHdHIH", row, column, 0, value, 0, 0, 0))
        case Uncalculated():
            blank_text = bytes([3, 0, 0, 0, 0, 0, 0xFF, 0xFF])
            return _biff(0x06, struct.pack("<HHH8sHIH", row, column, 0, blank_text, 0, 0, 0))
    style, number = _number(cell, since_1904)
    return _biff(0x203, struct.pack("<HHHd", row, column, style, number))


def _biff(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _compound(stream: bytes, name: str) -> bytes:
    """A compound file with that stream: a sector of its table, one of names, the rest."""
    stream += bytes(max(0, 4096 - len(stream)))
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    entries = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(name, *_STREAM, 2, len(stream))
    return _head(0xFFFFFFFE, 0) + _table(table) + entries + bytes(256) + stream


def _short_compound(stream: bytes, name: str) -> bytes:
    """The same with a stream in small sectors, from last to first: in that of the root's entry."""
    pieces = [stream[place : place + 64] for place in range(0, len(stream), 64)]
    small = b"".join(piece.ljust(64, b"\0") for piece in reversed(pieces))
    small += bytes(-len(small) % 512)
    sectors = len(small) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, *range(4, sectors + 3), 0xFFFFFFFE]
    root = _entry("Root Entry", 5, 1, 3, len(small))
    entries = root + _entry(name, *_STREAM, len(pieces) - 1, len(stream))
    following = _table([0xFFFFFFFE, *range(len(pieces) - 1)])
    return _head(2, 1) + _table(table) + entries + bytes(256) + following + small


_STREAM = (2, 0xFFFFFFFF)


def _head(first_small: int, small_tables: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, first_small, small_tables, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0)
    return head + b"\xff" * (512 - len(head))


def _table(numbers: Sequence[int]) -> bytes:
    return struct.pack("<128I", *numbers, *[0xFFFFFFFF] * (128 - len(numbers)))


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
