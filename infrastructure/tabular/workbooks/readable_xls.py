"""XLS files, changed so that calamine reads of them what the file says.

It knows the number format of a cell only under some numbers, and takes others for the dates that
they are in East Asia. It decodes the texts of Excel 97 by the code page of older ones, knows none
of those that only Excel has, and leaves out formulas in the records of Excel 3 and 4, as Numbers
writes them.
"""

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from infrastructure.tabular.workbooks.xls_stream import (
    CODE_PAGE,
    MACINTOSH,
    STYLE,
    is_excel_97,
    records_from,
    sheets_in,
    xls_stream,
)

_FORMAT = 0x41E
_FORMULA, _OLD_FORMULAS = 0x06, (0x206, 0x406)
# Where the number of a format stands in a record of each kind.
_FIELDS = {_FORMAT: 0, STYLE: 2}
_OF_FILES = range(164, 383)
_KNOWN = frozenset({*range(5, 9), *range(23, 27), *range(41, 45), *range(63, 67), *_OF_FILES})
_UTF_16 = 1200
# Excel has numbers of its own for the code pages of the Macintosh and of Windows.
_OWN_CODE_PAGES: Mapping[int, int] = {0x8000: MACINTOSH, 0x8001: 1252}


def readable_xls(source: Path, scratch: Path) -> Path:
    """The workbook in a new file in `scratch`, with what calamine knows in the place of the rest.

    `source` itself where there is nothing to change, or it is no usual XLS file.
    """
    data = source.read_bytes()
    changed = bytearray(data)
    try:
        stream = xls_stream(data)
        for place, number in (
            *_code_pages(stream.content),
            *_formats(stream.content),
            *_formulas(stream.content),
        ):
            for at, byte in enumerate(struct.pack("<H", number), place):
                changed[stream.place_in_file(at)] = byte
    except (struct.error, IndexError, UnicodeDecodeError):
        return source
    if changed == data:
        return source
    path = scratch / "readable.xls"
    path.write_bytes(changed)
    return path


def _code_pages(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where in the stream a code page stands, and which it should be."""
    for kind, place, record in records_from(stream):
        if kind == CODE_PAGE:
            number = struct.unpack_from("<H", record)[0]
            yield place, _UTF_16 if is_excel_97(stream) else _OWN_CODE_PAGES.get(number, number)


def _formats(stream: bytes) -> list[tuple[int, int]]:
    """Where the number of a format stands, and under which number calamine knows it."""
    places = [
        (kind, place + _FIELDS[kind]) for kind, place, _ in records_from(stream) if kind in _FIELDS
    ]
    numbers = [struct.unpack_from("<H", stream, place)[0] for _, place in places]
    own = {n for (kind, _), n in zip(places, numbers, strict=True) if kind == _FORMAT}
    free = (number for number in _OF_FILES if number not in own)
    moved = dict(zip(sorted(own - _KNOWN), free, strict=False))
    return [
        (place, moved[number])
        for (_, place), number in zip(places, numbers, strict=True)
        if number in moved
    ]


def _formulas(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where the kind of a formula's record stands that is none of Excel 97, and that of today."""
    if not any(struct.pack("<H", kind) in stream for kind in _OLD_FORMULAS):
        return
    for _, start in sheets_in(stream):
        for kind, place, _ in records_from(stream, start):
            if kind in _OLD_FORMULAS:
                yield place - 4, _FORMULA
