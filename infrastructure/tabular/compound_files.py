"""Compound files, as [MS-CFB] has them: streams by their names, in chains of sectors."""

import itertools
import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

# Where a file is of two versions of Excel, the later one comes first here.
WORKBOOKS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_FREE_SECTOR = 0xFFFFFFFA
_ENTRY, _SMALL_SECTOR = 128, 64
# Sectors of 512 bytes to 4096; the power of two is written.
_POWERS = range(9, 13)
_ROOT = 0
_BEFORE, _AFTER, _WITHIN = 68, 72, 76

Data: TypeAlias = bytes | mmap.mmap


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A stream; its sectors begin at these places of the file."""

    content: bytes = b""
    sectors: Sequence[int] = ()
    sector_size: int = _SMALL_SECTOR

    def place_in_file(self, place: int) -> int:
        """Where the byte at `place` of the stream is in the file."""
        return self.sectors[place // self.sector_size] + place % self.sector_size


class CompoundFile:
    """The streams in a file; `names` are those of all, each by its first entry.

    Chains that never end are cut where they would be longer than the file. Raises struct.error and
    IndexError for what is damaged, as its methods do.
    """

    def __init__(self, data: Data) -> None:
        self._data = data
        power = struct.unpack_from("<H", data, 30)[0]
        if power not in _POWERS:
            raise struct.error("sectors of a size that none has")
        self._size = 1 << power
        first, self._shortest, self._first_small = struct.unpack_from("<I4xII", data, 48)
        self._following = self._following_sectors()
        self._directory = self._content(first)
        self.names: dict[str, int] = {}
        for entry in range(0, len(self._directory), _ENTRY):
            self.names.setdefault(self._name(entry), entry)

    def names_in_root(self) -> set[str]:
        """The names of what is not within anything else: a document may hold others."""
        found: dict[int, str] = {}
        ahead = [self._number(_ROOT, _WITHIN)]
        while ahead:
            number = ahead.pop()
            entry = number * _ENTRY
            if number not in found and entry < len(self._directory):
                found[number] = self._name(entry)
                ahead += [self._number(entry, _BEFORE), self._number(entry, _AFTER)]
        return set(found.values())

    def stream(self, name: str) -> Stream:
        """The stream of that name.

        A short one, as LibreOffice writes it, is in small sectors within a stream of their own.
        """
        start, total = self._extent(self.names[name])
        sectors, size = self._places(start), self._size
        if total < self._shortest:
            table = self._content(self._first_small)
            small = [
                place + within
                for place in self._places(self._extent(_ROOT)[0])
                for within in range(0, size, _SMALL_SECTOR)
            ]
            count = min(len(table) // 4, len(small))
            numbers = _chain(start, struct.unpack_from(f"<{count}I", table))
            sectors, size = [small[number] for number in numbers], _SMALL_SECTOR
        content = b"".join(self._data[place : place + size] for place in sectors)
        return Stream(content=content[:total], sectors=sectors, sector_size=size)

    def _name(self, entry: int) -> str:
        length = struct.unpack_from("<H", self._directory, entry + 64)[0]
        return self._directory[entry : entry + max(0, length - 2)].decode(
            "utf-16-le", errors="replace"
        )

    def _number(self, entry: int, field: int) -> int:
        return int(struct.unpack_from("<I", self._directory, entry + field)[0])

    def _extent(self, entry: int) -> tuple[int, int]:
        """The first sector, and the size in bytes."""
        return struct.unpack_from("<II", self._directory, entry + 116)

    def _content(self, first: int) -> bytes:
        return b"".join(self._data[place : place + self._size] for place in self._places(first))

    def _places(self, first: int) -> list[int]:
        """Where in the file the sectors of the stream are that begins with the sector `first`."""
        return [(number + 1) * self._size for number in _chain(first, self._following)]

    def _following_sectors(self) -> list[int]:
        """Of each sector the one that follows it in its stream."""
        size, data = self._size, self._data
        first_more = struct.unpack_from("<I", data, 68)[0]
        tables = list(struct.unpack_from("<109I", data, 76))
        count = len(data) // size
        for _ in range(1 + count // (size // 4)):
            if first_more >= _FREE_SECTOR:
                break
            more = data[(first_more + 1) * size : (first_more + 2) * size]
            *numbers, first_more = struct.unpack(f"<{size // 4}I", more)
            tables += numbers
        numbers_of_all = (
            number
            for table in tables
            if table < _FREE_SECTOR
            for number in struct.unpack_from(f"<{size // 4}I", data, (table + 1) * size)
        )
        return list(itertools.islice(numbers_of_all, count))


def _chain(number: int, following: Sequence[int]) -> list[int]:
    found: list[int] = []
    while number < _FREE_SECTOR and len(found) <= len(following):
        found.append(number)
        number = following[number]
    return found
