"""Files that are packed in gzip, zstd or ZIP: told by content, unpacked into a private file.

Nothing that an archive declares is believed: neither a size, nor a name as a path to write to.
"""

import gzip
import itertools
import lzma
import re
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from application.ports.tables import UnreadableTable
from domain.dataset import Compression
from infrastructure.tabular.file_kinds import (
    HEAD,
    NOT_TABLES,
    TABLE_SUFFIXES,
    WHAT_WE_READ,
    document_in_zip,
    looks_like_a_table,
    names_in_zip,
)

UNPACKED_LIMIT = 32 * 1024**3
_BLOCK = 1024 * 1024
_GZIP, _ZIP, _EMPTY_ZIP, _ZSTD = b"\x1f\x8b\x08", b"PK\x03\x04", b"PK\x05\x06", b"\x28\xb5\x2f\xfd"
# A frame of zstd that holds no data, as parallel compressors write first.
_SKIPPED_FRAME = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_ENCRYPTED = 0x1 | 0x40
_SAYS_UTF8 = 0x800
_NAMES_TOLD = 10
_OTHERS_TOLD = 100
_ABOUT = re.compile(r"(read.?me|licen[cs]e|copying|changelog|meta.?dat(?:a|en))", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """A file as it is to be read: `path` is the source itself where nothing was packed.

    `member` is the file that was taken from a ZIP archive, `others` the first of those that were
    not.
    """

    path: Path
    compression: Compression | None = None
    member: str | None = None
    others: tuple[str, ...] = ()


def unpacked(
    source: Path, member: str | None, scratch: Path, *, limit: int = UNPACKED_LIMIT
) -> Unpacked:
    """The file in `source`, unpacked into the directory `scratch` when it is packed.

    A ZIP archive gives `member`, else the first file named like a table, else the first that
    looks like one. Raises UnreadableTable for what is damaged, cut off, protected by a password,
    or of more than `limit` bytes; then nothing is left in `scratch`.
    """
    match compression_of(source):
        case None:
            return Unpacked(path=source)
        case Compression.ZIP:
            return _from_zip(source, member, scratch, limit)
        case Compression.GZIP:
            with gzip.open(source) as stream:
                path = _written(stream, scratch, limit)
            return Unpacked(path=path, compression=Compression.GZIP)
        case Compression.ZSTD:
            # Half of what a small file takes, and seldom needed.
            import pyarrow as pa  # noqa: PLC0415

            with pa.OSFile(str(source)) as packed:
                path = _written(pa.CompressedInputStream(packed, "zstd"), scratch, limit)
            return Unpacked(path=path, compression=Compression.ZSTD)


def compression_of(source: Path) -> Compression | None:
    """What `source` is packed in, by content; a workbook is no archive, though it is a ZIP file."""
    with source.open("rb") as opened:
        head = opened.read(8)
    if head.startswith(_GZIP):
        return Compression.GZIP
    if head.startswith(_ZSTD) or _SKIPPED_FRAME.match(head):
        return Compression.ZSTD
    if head.startswith(_EMPTY_ZIP):
        return Compression.ZIP
    if head.startswith(_ZIP) and document_in_zip(names_in_zip(source)) is None:
        return Compression.ZIP
    return None


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _from_zip(source: Path, member: str | None, scratch: Path, limit: int) -> Unpacked:
    try:
        with zipfile.ZipFile(source) as archive:
            files = _files(archive)
            chosen = _chosen(archive, files) if member is None else _given(files, member)
            with _opened(archive, files[chosen]) as stream:
                path = _written(stream, scratch, limit)
    except (zipfile.BadZipFile, ValueError):
        raise _damaged() from None
    others = (name for name in files if name != chosen and _suffix(name) not in NOT_TABLES)
    return Unpacked(
        path=path,
        compression=Compression.ZIP,
        member=chosen,
        others=tuple(itertools.islice(others, _OTHERS_TOLD)),
    )


def _files(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files by their names; those that have the name of an earlier one are numbered."""
    found = [(_name(info), info) for info in archive.infolist() if _is_a_file(info)]
    own_names = {name for name, _ in found}
    files: dict[str, zipfile.ZipInfo] = {}
    again: Counter[str] = Counter()
    for name, info in found:
        numbered = name
        while numbered in files or (numbered != name and numbered in own_names):
            again[name] += 1
            numbered = f"{name} ({again[name] + 1})"
        files[numbered] = info
    return files


def _is_a_file(info: zipfile.ZipInfo) -> bool:
    """Whether it is one that a person put there: not a directory, nor hidden, nor macOS's own."""
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    own = [part for part in parts if part not in {".", ".."}]
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in own)
    return bool(own) and not (info.is_dir() or hidden)


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member; many programs write UTF-8 without saying so."""
    if info.flag_bits & _SAYS_UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _given(files: dict[str, zipfile.ZipInfo], member: str) -> str:
    if member in files:
        return member
    raise UnreadableTable(
        "malformed", f"The ZIP archive has no file named {member!r}. It has {_told(list(files))}."
    )


def _chosen(archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo]) -> str:
    if not files:
        raise UnreadableTable("empty", "The ZIP archive is empty: it holds no file.")
    likely = sorted(files, key=_unlikeliness)
    for name in likely:
        if _suffix(name) not in NOT_TABLES:
            with _opened(archive, files[name]) as opened:
                if looks_like_a_table(_next(opened, HEAD)):
                    return name
    raise UnreadableTable(
        "not_a_table", f"The ZIP archive holds no table, but {_told(likely)}. {WHAT_WE_READ}."
    )


def _unlikeliness(name: str) -> tuple[bool, bool]:
    """Files that are named like tables come first, and those that tell of others come last."""
    return _suffix(name) not in TABLE_SUFFIXES, bool(_ABOUT.match(PurePosixPath(name).name))


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableTable(
            "encrypted",
            "The ZIP archive is protected by a password. "
            "Unpack it, and upload the table that is in it.",
        )
    try:
        return archive.open(info)
    except NotImplementedError:
        raise UnreadableTable(
            "malformed",
            "The ZIP archive is packed by a method that is not read here. "
            "Pack it again with the usual method (deflate), or upload the file in it.",
        ) from None
    except OSError:
        raise _damaged() from None


def _told(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:_NAMES_TOLD]))
    return shown if len(names) <= _NAMES_TOLD else f"{shown} and {len(names) - _NAMES_TOLD} more"


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _written(stream: _Readable, scratch: Path, limit: int) -> Path:
    """A new file in `scratch` with all that the stream gives; none when that fails."""
    with tempfile.NamedTemporaryFile(dir=scratch, prefix="unpacked-", delete=False) as target:
        path = Path(target.name)
        try:
            for block in _blocks(stream, limit=limit):
                target.write(block)
        except BaseException:
            path.unlink()
            raise
    return path


def _blocks(stream: _Readable, limit: int) -> Iterator[bytes]:
    """What the stream gives. Raises UnreadableTable for what is damaged or beyond the limit."""
    size = 0
    while block := _next(stream):
        size += len(block)
        if size > limit:
            raise _too_large(limit)
        yield block


def _next(stream: _Readable, size: int = _BLOCK) -> bytes:
    try:
        return stream.read(size)
    except EOFError:
        raise _cut_off() from None
    except OSError as error:
        raise (_cut_off() if "runcated" in str(error) else _damaged()) from None
    except (zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        raise _damaged() from None


def _too_large(limit: int) -> UnreadableTable:
    return UnreadableTable(
        "too_large",
        f"The packed file holds more than {limit:,} bytes, and no more are unpacked. "
        "Unpack it yourself, and upload the table as Parquet or in parts.",
    )


def _damaged() -> UnreadableTable:
    return UnreadableTable(
        "malformed",
        "The packed file is damaged: its content does not agree with its check sums. "
        "Pack it again, or upload what is in it.",
    )


def _cut_off() -> UnreadableTable:
    return UnreadableTable(
        "malformed", "The packed file is cut off before its end. Upload it again, and all of it."
    )
