"""Workbooks without number formats, in which days and times are the numbers that they are kept as.

calamine makes a time of the day of a negative number that is shown as one: -1:30 becomes 22:30.
"""

import struct
import zipfile
from pathlib import Path

from infrastructure.tabular.workbooks.members import archive_of
from infrastructure.tabular.workbooks.xls_stream import STYLE, records_from, xls_stream

_STYLES = frozenset({"xl/styles.xml", "xl/styles.bin"})
# Where in a record of a style the number of its format stands.
_FORMAT = 2


def without_formats(source: Path, kind: str, path: Path) -> Path:
    """The XLSX, XLSB or XLS workbook that calamine reads in `source`, in the new file `path`."""
    if kind == "xls":
        path.write_bytes(_xls(source.read_bytes()))
        return path
    with zipfile.ZipFile(source) as archive:
        members = {name: [archive.read(name)] for name in archive.namelist() if name not in _STYLES}
    with path.open("wb") as file:
        file.writelines(archive_of(members))
    return path


def _xls(data: bytes) -> bytes:
    changed = bytearray(data)
    stream = xls_stream(data)
    for kind, place, _ in records_from(stream.content):
        if kind == STYLE:
            for at in range(place + _FORMAT, place + _FORMAT + struct.calcsize("<H")):
                changed[stream.place_in_file(at)] = 0
    return bytes(changed)
