"""Members of a ZIP file, read and written block by block.

`zipfile` copies each block several times, and zlib inflates at half the speed of ISA-L.
"""

import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from isal import isal_zlib

_ENCRYPTED = 0x1
_UTF8 = 0x800
_VERSION = 20
_FIRST_DAY = 0x21
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_MOST_INFLATED = 16


class Unreadable(Exception):
    """The member is damaged, or packed in a way that is not read here."""


def blocks_of(source: Path, member: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    """The bytes of a member, from up to `size` packed ones at a time. Raises Unreadable."""
    if member.flag_bits & _ENCRYPTED or member.compress_type not in {
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    }:
        raise Unreadable
    inflate = isal_zlib.decompressobj(-isal_zlib.MAX_WBITS)
    stored = member.compress_type == zipfile.ZIP_STORED
    left, checksum = member.compress_size, 0
    with source.open("rb") as file:
        file.seek(member.header_offset)
        *_, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
        file.seek(name + extra, 1)
        while left:
            packed = file.read(min(size, left))
            if not packed:
                raise Unreadable
            left -= len(packed)
            while packed:
                try:
                    block = packed if stored else inflate.decompress(packed, size * _MOST_INFLATED)
                except isal_zlib.error:  # type: ignore[misc]  # its stub errs
                    raise Unreadable from None
                packed = b"" if stored else inflate.unconsumed_tail
                checksum = isal_zlib.crc32(block, checksum)
                yield block
    if checksum != member.CRC:
        raise Unreadable


def archive_of(members: Mapping[str, Sequence[bytes]]) -> list[bytes]:
    """A ZIP file, in pieces, that holds `members` as they are; each is given in pieces.

    All of it is less than 4 GB.
    """
    pieces: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for name, content in members.items():
        checksum, size, path = 0, sum(map(len, content)), name.encode()
        for piece in content:
            checksum = isal_zlib.crc32(piece, checksum)
        told = (_VERSION, _UTF8, zipfile.ZIP_STORED, 0, _FIRST_DAY, checksum, size, size, len(path))
        pieces += [_LOCAL.pack(b"PK\x03\x04", *told, 0) + path, *content]
        directory.append(_CENTRAL.pack(b"PK\x01\x02", _VERSION, *told, 0, 0, 0, 0, 0, place) + path)
        place += _LOCAL.size + len(path) + size
    listed = b"".join(directory)
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listed), place, 0)
    return [*pieces, listed, end]
