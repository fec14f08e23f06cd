"""The records of an XLS file, as [MS-XLS] has them, in the compound file of [MS-CFB] that it is."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_START, _END = 0x809, 0x0A
_FREE_SECTOR = 0xFFFFFFFA


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


def xls_stream(data: bytes) -> XlsStream:
    """The stream in a compound file, where it is never a short one; empty where there is none.

    Raises struct.error, IndexError and UnicodeDecodeError for what is damaged.
    """
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    first_directory, first_more = struct.unpack_from("<I16xI", data, 48)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    tables = list(struct.unpack_from("<109I", data, 76))
    for _ in range(len(data) // size):
        if first_more >= _FREE_SECTOR:
            break
        *more, first_more = struct.unpack(f"<{size // 4}I", sector(first_more))
        tables += more
    following = [
        number
        for table in tables
        if table < _FREE_SECTOR
        for number in struct.unpack(f"<{size // 4}I", sector(table))
    ]

    def chain(number: int) -> list[int]:
        found: list[int] = []
        while number < _FREE_SECTOR and len(found) <= len(data) // size:
            found.append(number)
            number = following[number]
        return found

    directory = b"".join(map(sector, chain(first_directory)))
    for place in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        name = directory[place : place + max(0, length - 2)].decode("utf-16-le")
        if name in {"Workbook", "Book"}:
            start, total = struct.unpack_from("<II", directory, place + 116)
            numbers = chain(start)
            return XlsStream(
                content=b"".join(map(sector, numbers))[:total],
                sectors=[(number + 1) * size for number in numbers],
                sector_size=size,
            )
    return XlsStream(content=b"", sectors=(), sector_size=size)
