"""The records of an XLS file, as [MS-XLS] has them."""

import codecs
import struct
from collections.abc import Iterator
from pathlib import Path

from infrastructure.tabular.compound_files import WORKBOOKS, CompoundFile, Stream

CODE_PAGE, STYLE, MACINTOSH = 0x42, 0xE0, 10000
_START, _END, _SHEET = 0x809, 0x0A, 0x85


def xls_stream(data: bytes) -> Stream:
    """The workbook in a compound file; empty where there is none.

    Raises struct.error, IndexError and UnicodeDecodeError for what is damaged.
    """
    file = CompoundFile(data)
    name = next((name for name in WORKBOOKS if name in file.names), None)
    return Stream() if name is None else file.stream(name)


def records_from(stream: bytes, place: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """The records from `place` to the end of what begins there: a chart may stand within.

    Of each the kind, the place of its content, and that content.
    """
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        depth += (kind == _START) - (kind == _END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, place + 4, stream[place + 4 : place + 4 + size]
        place += 4 + size


def sheet_in_xls(source: Path, sheet: str) -> Iterator[tuple[int, bytes]]:
    """The records of a sheet, kind and content of each; none where it is not found.

    Raises what `xls_stream` does.
    """
    stream = xls_stream(source.read_bytes()).content
    for name, start in sheets_in(stream):
        if name == sheet:
            for kind, _, content in records_from(stream, start):
                yield kind, content
            return


def sheets_in(stream: bytes) -> Iterator[tuple[str, int]]:
    """The names of the sheets, and where in the stream each begins."""
    codec = "cp1252"
    for kind, _, record in records_from(stream):
        if kind == CODE_PAGE:
            codec = _codec_of(struct.unpack_from("<H", record)[0])
        if kind != _SHEET:
            continue
        start, length = struct.unpack_from("<I2xB", record)
        if not is_excel_97(stream):
            yield record[7 : 7 + length].decode(codec), start
        elif record[7] & 1:
            yield record[8 : 8 + 2 * length].decode("utf-16-le"), start
        else:
            yield record[8 : 8 + length].decode("latin-1"), start


def _codec_of(code_page: int) -> str:
    """What Python calls a code page; one that it does not know is taken for that of the West."""
    name = "mac_roman" if code_page == MACINTOSH else f"cp{code_page}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def is_excel_97(stream: bytes) -> bool:
    """Whether it is of Excel 97 and later, which keep texts in UTF-16, not of Excel 5 and 95."""
    return stream[4:6] == b"\x00\x06"
