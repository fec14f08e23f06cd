"""The records of an XLS file, as [MS-XLS] has them, in the compound file of [MS-CFB] that it is."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_START, _END, _SHEET = 0x809, 0x0A, 0x85
_FREE_SECTOR = 0xFFFFFFFA
_SMALL_SECTOR = 64


@dataclass(frozen=True, kw_only=True)
class XlsStream:
    """The stream Workbook or Book; its sectors begin at these places of the file."""

    content: bytes
    sectors: Sequence[int]
    sector_size: int

    def place_in_file(self, place: int) -> int:
        """Where the byte at `place` of the stream is in the file."""
        return self.sectors[place // self.sector_size] + place % self.sector_size


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
    for kind, _, record in records_from(stream):
        if kind == _SHEET:
            start, length, wide = struct.unpack_from("<I2xBB", record)
            name = record[8 : 8 + length * (1 + (wide & 1))]
            if name.decode("utf-16-le" if wide & 1 else "latin-1") == sheet:
                for kind_of, _, content in records_from(stream, start):
                    yield kind_of, content
                return


def xls_stream(data: bytes) -> XlsStream:
    """The stream in a compound file; empty where there is none.

    A short one, as LibreOffice writes it, is kept in small sectors within a stream of their own.
    Raises struct.error, IndexError and UnicodeDecodeError for what is damaged.
    """
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    first_directory, shortest, first_small = struct.unpack_from("<I4xII", data, 48)
    following = _following_sectors(data, size)
    directory = b"".join(
        data[place : place + size] for place in _places(first_directory, following, size)
    )
    small_sectors: list[int] = []
    for entry in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, entry + 64)[0]
        name = directory[entry : entry + max(0, length - 2)].decode("utf-16-le")
        start, total = struct.unpack_from("<II", directory, entry + 116)
        if not entry:
            small_sectors = [
                place + within
                for place in _places(start, following, size)
                for within in range(0, size, _SMALL_SECTOR)
            ]
        if name not in {"Workbook", "Book"}:
            continue
        sectors, sector_size = _places(start, following, size), size
        if total < shortest:
            table = b"".join(
                data[place : place + size] for place in _places(first_small, following, size)
            )
            numbers = _chain(start, struct.unpack(f"<{len(table) // 4}I", table))
            sectors, sector_size = [small_sectors[number] for number in numbers], _SMALL_SECTOR
        content = b"".join(data[place : place + sector_size] for place in sectors)
        return XlsStream(content=content[:total], sectors=sectors, sector_size=sector_size)
    return XlsStream(content=b"", sectors=(), sector_size=size)


def _following_sectors(data: bytes, size: int) -> list[int]:
    """Of each sector the one that follows it in its stream."""
    first_more = struct.unpack_from("<I", data, 68)[0]
    tables = list(struct.unpack_from("<109I", data, 76))
    for _ in range(len(data) // size):
        if first_more >= _FREE_SECTOR:
            break
        more = data[(first_more + 1) * size : (first_more + 2) * size]
        *numbers, first_more = struct.unpack(f"<{size // 4}I", more)
        tables += numbers
    return [
        number
        for table in tables
        if table < _FREE_SECTOR
        for number in struct.unpack_from(f"<{size // 4}I", data, (table + 1) * size)
    ]


def _places(first: int, following: Sequence[int], size: int) -> list[int]:
    """Where in the file the sectors of the stream are that begins with the sector `first`."""
    return [(number + 1) * size for number in _chain(first, following)]


def _chain(number: int, following: Sequence[int]) -> list[int]:
    found: list[int] = []
    while number < _FREE_SECTOR and len(found) <= len(following):
        found.append(number)
        number = following[number]
    return found
