"""The records of a sheet in an XLSB file, as [MS-XLSB] has them."""

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

_SHEET = 0x9C


def sheet_in_xlsb(source: Path, sheet: str) -> Iterator[tuple[int, bytes]]:
    """The records of a sheet, kind and content of each; none where it is not found.

    Raises struct.error, IndexError, KeyError and UnicodeDecodeError for what is damaged.
    """
    with zipfile.ZipFile(source) as archive:
        relation = None
        for kind, data in _records(archive.read("xl/workbook.bin")):
            if kind == _SHEET:
                identifier, rest = _wide(data[8:])
                relation = identifier if _wide(rest)[0] == sheet else relation
        links = archive.read("xl/_rels/workbook.bin.rels").decode()
        for link in re.findall(r"<Relationship [^>]*>", links):
            if f'Id="{relation}"' in link:
                target = re.findall(r'Target="/?(?:xl/)?([^"]+)"', link)[0]
                yield from _records(archive.read(f"xl/{target}"))
                return


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
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
