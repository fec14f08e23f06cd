"""XLS files, changed so that calamine shows their numbers as the file says.

Some numbers of formats are dates in East Asia, where a file says nothing else of them. calamine
takes them for dates even so, and Gnumeric gives them to any format: its amounts became dates.
"""

import struct
from pathlib import Path

from infrastructure.tabular.workbooks.xls_stream import records_from, xls_stream

_FORMAT, _STYLE = 0x41E, 0xE0
# Where the number of a format stands in a record of each kind.
_FIELDS = {_FORMAT: 0, _STYLE: 2}
_DATES_IN_ASIA = frozenset({*range(27, 37), *range(50, 59)})
_OF_FILES = range(164, 383)


def readable_xls(source: Path, scratch: Path) -> Path:
    """The workbook in a new file in `scratch`, with such formats under other numbers.

    `source` itself where there are none, or it is no usual XLS file.
    """
    data = source.read_bytes()
    changed = bytearray(data)
    try:
        stream = xls_stream(data)
        places = [
            (kind, place + _FIELDS[kind])
            for kind, place, _ in records_from(stream.content)
            if kind in _FIELDS
        ]
        numbers = [struct.unpack_from("<H", stream.content, place)[0] for _, place in places]
        own = {n for (kind, _), n in zip(places, numbers, strict=True) if kind == _FORMAT}
        free = (number for number in _OF_FILES if number not in own)
        moved = dict(zip(sorted(own & _DATES_IN_ASIA), free, strict=False))
        for (_, place), number in zip(places, numbers, strict=True):
            for at, byte in enumerate(struct.pack("<H", moved.get(number, number)), place):
                changed[stream.place_in_file(at)] = byte
    except (struct.error, IndexError, UnicodeDecodeError):
        return source
    if changed == data:
        return source
    path = scratch / "readable.xls"
    path.write_bytes(changed)
    return path
