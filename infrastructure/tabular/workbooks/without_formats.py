"""Workbooks without number formats, in which days and times are the numbers that they are kept as.

calamine makes a time of the day of a negative number that is shown as one: -1:30 becomes 22:30.
"""

import re
import struct
from pathlib import Path

from infrastructure.tabular.workbooks.xls_stream import STYLE, records_from, xls_stream

# A member's name, at its content and in the list of all: it gets another one of the same length.
_STYLES = re.compile(rb"(PK(?:\x03\x04.{26}|\x01\x02.{42})xl[/\\])styles(?=\.)", re.DOTALL | re.I)
_UNKNOWN = rb"\1unused"
# Where in a record of a style the number of its format stands.
_FORMAT = 2


def without_formats(source: Path, kind: str, path: Path) -> Path:
    """The XLSX, XLSB or XLS workbook that calamine reads in `source`, in the new file `path`.

    `source` itself where it is no usual XLS file.
    """
    data = source.read_bytes()
    try:
        path.write_bytes(_xls(data) if kind == "xls" else _STYLES.sub(_UNKNOWN, data))
    except (struct.error, IndexError):
        return source
    return path


def _xls(data: bytes) -> bytes:
    changed = bytearray(data)
    stream = xls_stream(data)
    for kind, place, _ in records_from(stream.content):
        if kind == STYLE:
            for at in range(place + _FORMAT, place + _FORMAT + struct.calcsize("<H")):
                changed[stream.place_in_file(at)] = 0
    return bytes(changed)
