"""The sheets of an XLSX file in parts: small workbooks with some of the rows each.

calamine reads a sheet as a whole, on one core and into memory. A large one is cut between rows, so
that its parts are read on all cores and can be let go one by one, and its first and last rows are
seen without reading the rest. Imports neither Polars nor Arrow, which take long to start.
"""

import collections
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from infrastructure.tabular.workbooks.marks import rows_hidden, rows_uncalculated, rows_with_errors
from infrastructure.tabular.workbooks.members import Unreadable, archive_of, blocks_of
from infrastructure.tabular.workbooks.prefixes import without_prefix
from infrastructure.tabular.workbooks.shared_texts import (
    NotMarkable,
    numbers_of_texts,
    rows_of_texts,
    with_marks,
)

_SMALL = 4 * 1024 * 1024
_PART = 2 * 1024 * 1024
_ENDS = 256 * 1024
_WEIGHT_OF_OTHERS = 6
_BLOCK = 256 * 1024
_OTHERS_LIMIT = 1024 * 1024 * 1024
_ROW_LIMIT = 16 * 1024 * 1024
_HEAD_LIMIT = 16 * 1024 * 1024
_OPEN, _CLOSING = b"<sheetData>", b"</sheetData>"
_NOT_MERGED = b'<mergeCells count="0"></mergeCells>'
_TEXTS = "xl/sharedStrings.xml"
_TEXTS_HEAD = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    + _NOT_MERGED
    + _OPEN
)
_OPENING = re.compile(rb"<sheetData\s*>")
_CLOSED = _CLOSING + b"</worksheet>"
_ROW = re.compile(rb"<row\s[^>]*?\br=\"\d+\"")
_ROW_START = b"<row "
_MERGED = re.compile(rb"<mergeCells[\s>].*</mergeCells>", re.DOTALL)
_BESIDE = re.compile(
    r"(^|/)(worksheets|chartsheets|media|drawings|embeddings|pivot\w+|theme|docProps)/"
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class NotSplittable(Exception):
    """The sheet is small, or written in a way that we cannot cut safely."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """XML of some rows of a sheet, what stands before all rows, and the merged cells."""

    head: bytes
    rows: bytes
    merged: bytes
    last: bool

    def with_errors(self) -> list[int]:
        """The rows, from 1, with a cell that is an error, one for each such cell."""
        return rows_with_errors(self.rows)

    def uncalculated(self) -> list[int]:
        """The rows, from 1, with a formula that has no value, one for each such cell."""
        return rows_uncalculated(self.rows)

    def hidden(self) -> list[int]:
        """The rows, from 1, that are hidden."""
        return rows_hidden(self.rows)


class LargeSheet:
    """One sheet of an XLSX file that is worth cutting. Raises NotSplittable."""

    def __init__(self, source: Path, sheet: str) -> None:
        self._source = source
        with zipfile.ZipFile(source) as archive:
            self._member = archive.getinfo(_member_of(archive, sheet))
            if self._member.file_size < _SMALL:
                raise NotSplittable
            others = {
                name: member
                for member in archive.infolist()
                if not _BESIDE.search(name := _usual(member.filename))
            }
            if sum(member.file_size for member in others.values()) > _OTHERS_LIMIT:
                raise NotSplittable
            self._others = {name: [archive.read(member)] for name, member in others.items()}
        # Texts that cells share can be large: parts have but their numbers.
        texts = b"".join(without_prefix(self._others.pop(_TEXTS, [])))
        self._texts = [texts] if texts else []
        # Each part repeats the other members.
        repeated = sum(len(piece) for pieces in self._others.values() for piece in pieces)
        self._size = max(_PART, _WEIGHT_OF_OTHERS * repeated)

    def rows(self) -> Iterator[Rows]:
        """All rows, in their order; with the last ones come the merged cells."""
        blocks = self._blocks()
        head, rest = _until_rows(blocks)
        for rows, merged in _cut(blocks, rest, self._size):
            yield Rows(head=head, rows=rows, merged=merged or b"", last=merged is not None)

    def ends(self) -> tuple[Rows, Rows]:
        """The first rows, and the last ones; both with the merged cells."""
        blocks = self._blocks()
        head, text = _until_rows(blocks)
        while len(text) < _ENDS + _ROW_LIMIT and _ROW_START not in text[_ENDS:]:
            block = next(blocks, None)
            if block is None:
                break
            text += block
        tail = _tail(itertools.chain([text], blocks), _HEAD_LIMIT)
        closing, begun = tail.rfind(_CLOSING), text.find(_CLOSING)
        first = text[: begun if begun >= 0 else text.find(_ROW_START, _ENDS)]
        last = tail[max(0, closing - 2 * _ENDS) : max(0, closing)]
        if _ROW_START not in first or _ROW_START not in last:
            raise NotSplittable
        merged = _merged_in(tail[closing:])
        last = last[last.find(_ROW_START) :]
        return (
            Rows(head=head, rows=first, merged=merged, last=False),
            Rows(head=head, rows=last, merged=merged, last=True),
        )

    def write_workbook(self, part: Rows, path: Path) -> None:
        """Write the workbook that holds these rows only. Raises NotSplittable."""
        # The lone character is found much quicker than the two.
        remark = b"!" in part.rows and b"<!" in part.rows
        if remark or not _ROW.match(part.rows.lstrip()):
            # A comment or CDATA may hide a tag, and a row that does not say which one it is
            # depends on those before it.
            raise NotSplittable
        # calamine looks for merged cells from the start until it finds some, in a pass of
        # its own: they stand before the rows, and are there even if there are none.
        merged = part.merged or _NOT_MERGED
        try:
            rows = with_marks(part.rows) if self._texts else part.rows
        except NotMarkable:
            raise NotSplittable from None
        sheet = (part.head, merged, _OPEN, rows, _CLOSED)
        self._write(path, {**self._others, _usual(self._member.filename): sheet})

    def numbers_of_texts(self, parts: Sequence[Rows] | None = None) -> Sequence[int]:
        """Which of the texts that cells share are in `parts`, or those that there are."""
        if not self._texts:
            return []
        if parts is None:
            return range(sum(map(self._texts[0].count, (b"<si>", b"<si ", b"<si/>"))))
        return sorted({number for part in parts for number in numbers_of_texts(part.rows)})

    def write_texts(self, numbers: Sequence[int], path: Path) -> None:
        """Write the workbook of some of the texts that cells share, as `texts` has them."""
        sheet = (_TEXTS_HEAD, *rows_of_texts(numbers), _CLOSED)
        self._write(
            path, {**self._others, _TEXTS: self._texts, _usual(self._member.filename): sheet}
        )

    def _write(self, path: Path, members: Mapping[str, Sequence[bytes]]) -> None:
        # A file is used again and again: it is quicker to write over it than to begin anew.
        with path.open("r+b" if path.exists() else "wb") as file:
            file.writelines(archive_of(members))
            file.truncate()

    def _blocks(self) -> Iterator[bytes]:
        try:
            yield from without_prefix(blocks_of(self._source, self._member, _BLOCK))
        except Unreadable:
            raise NotSplittable from None


def without_content(source: Path, path: Path) -> Path:
    """An XLSX file without its sheets and texts, in the new file `path`, to see what sheets it has.

    `source` itself where the texts that cells share, which calamine reads at once, are few.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = {_usual(member.filename): member for member in archive.infolist()}
            texts = members.pop(_TEXTS, None)
            others = {name: each for name, each in members.items() if not _BESIDE.search(name)}
            size = sum(member.file_size for member in others.values())
            if texts is None or texts.file_size < _SMALL or size > texts.file_size:
                return source
            kept = {name: [archive.read(member)] for name, member in others.items()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, zlib.error):
        return source
    with path.open("wb") as file:
        file.writelines(archive_of(kept))
    return path


def rows_by(
    look: Callable[[bytes], list[int]], source: Path, sheet: str, *, start: bytes
) -> list[int]:
    """What `look` finds in the XML of a sheet, block by block, each cut before a `start`.

    Empty where the sheet is not found in the usual way.
    """
    found: list[int] = []
    try:
        with zipfile.ZipFile(source) as archive:
            member = archive.getinfo(_member_of(archive, sheet))
        rest = b""
        for block in without_prefix(blocks_of(source, member, _BLOCK)):
            text = rest + block
            cut = max(0, text.rfind(start)) if len(text) < _HEAD_LIMIT else len(text)
            found += look(text[:cut])
            rest = text[cut:]
        return found + look(rest)
    except (NotSplittable, Unreadable):
        return []


def head_of(source: Path, sheet: str) -> bytes:
    """What stands before the rows in the XML of a sheet; empty where it is not found."""
    try:
        with zipfile.ZipFile(source) as archive:
            member = archive.getinfo(_member_of(archive, sheet))
        return _until_rows(without_prefix(blocks_of(source, member, _BLOCK)))[0]
    except (NotSplittable, Unreadable):
        return b""


def _member_of(archive: zipfile.ZipFile, sheet: str) -> str:
    names = {_usual(name).lower(): name for name in archive.namelist()}
    try:
        # expat limits how far entities may grow, and this process how much memory there is.
        book = ElementTree.fromstring(archive.read(names["xl/workbook.xml"]))  # noqa: S314 see above
        links = archive.read(names["xl/_rels/workbook.xml.rels"])
        relations = ElementTree.fromstring(links)  # noqa: S314 see above
    except (KeyError, ElementTree.ParseError):
        raise NotSplittable from None
    wanted = next(
        (
            element.get(_RELATION) or element.get(_STRICT_RELATION)
            for element in book.iter()
            if element.tag.endswith("}sheet") and element.get("name") == sheet
        ),
        None,
    )
    for relation in relations:
        if wanted is not None and relation.get("Id") == wanted:
            target = _usual(relation.get("Target", ""))
            member = target[1:] if target.startswith("/") else f"xl/{target}"
            if member.lower() in names:
                return names[member.lower()]
    raise NotSplittable


def _usual(name: str) -> str:
    """The name of a member with slashes, where some programs write backslashes."""
    return name.replace("\\", "/")


def _until_rows(blocks: Iterator[bytes]) -> tuple[bytes, bytes]:
    """What stands before the rows, and what was read of them."""
    text = b""
    for block in blocks:
        text += block
        opening = _OPENING.search(text)
        if opening:
            return text[: opening.start()], text[opening.end() :]
        if len(text) > _HEAD_LIMIT:
            break
    raise NotSplittable


def _cut(blocks: Iterator[bytes], rest: bytes, size: int) -> Iterator[tuple[bytes, bytes | None]]:
    """The rows in pieces of about `size` bytes; with the last one, alone, comes what is merged."""
    pending, seen = bytearray(rest), 0
    while (closing := pending.find(_CLOSING, seen)) < 0:
        while (cut := _place_to_cut(pending, size)) > 0:
            with memoryview(pending) as held:
                rows = bytes(held[:cut])
            del pending[:cut]
            yield rows, None
        seen = max(0, len(pending) - len(_CLOSING))
        block = next(blocks, None)
        if block is None or len(pending) > size + _ROW_LIMIT:
            raise NotSplittable
        pending += block
    after = bytes(pending[closing:])
    for block in blocks:
        after += block
        if len(after) > _HEAD_LIMIT:
            break
    yield bytes(pending[:closing]), _merged_in(after)


def _merged_in(after: bytes) -> bytes:
    merged = _MERGED.search(after)
    return merged[0] if merged else b""


def _tail(blocks: Iterable[bytes], size: int) -> bytes:
    """The last blocks, of about `size` bytes in all."""
    kept: collections.deque[bytes] = collections.deque()
    held = 0
    for block in blocks:
        kept.append(block)
        held += len(block)
        while held - len(kept[0]) > size:
            held -= len(kept.popleft())
    return b"".join(kept)


def _place_to_cut(rows: bytearray, size: int) -> int:
    """The last start of a row within `size` bytes, or the first after that; -1 for none yet."""
    if len(rows) <= size:
        return -1
    within = rows.rfind(_ROW_START, 1, size)
    return within if within > 0 else rows.find(_ROW_START, size)
