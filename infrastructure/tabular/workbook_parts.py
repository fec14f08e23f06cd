"""The sheets of an XLSX file in parts: small workbooks with some of the rows each.

calamine reads a sheet as a whole, on one core and into memory. A large one is cut between rows, so
that its parts are read on all cores and can be let go one by one, and its first and last rows are
seen without reading the rest. Imports neither Polars nor Arrow, which take long to start.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

_SMALL = 4 * 1024 * 1024
_PART = 8 * 1024 * 1024
_ENDS = 256 * 1024
_BLOCK = 1024 * 1024
_HEAD_LIMIT = 16 * 1024 * 1024
_OPENING = re.compile(rb"<sheetData\s*>")
_CLOSING = b"</sheetData>"
_ROW = re.compile(rb"<row\s[^>]*?\br=\"\d+\"")
_ROW_START = b"<row "
_MERGED = re.compile(rb"<mergeCells[\s>].*</mergeCells>", re.DOTALL)
_ERROR = re.compile(rb'<c\s(?=[^>]*\bt="e")[^>]*?\br="[A-Z]+(\d+)"')
_BESIDE = re.compile(r"(^|/)(worksheets|chartsheets|media|drawings|embeddings|pivot\w+)/")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class NotSplittable(Exception):
    """The sheet is small, or written in a way that we cannot cut safely."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A workbook in memory with some rows of one sheet, and the rows (from 1) with an error."""

    content: io.BytesIO
    error_rows: list[int]


class LargeSheet:
    """One sheet of an XLSX file that is worth cutting. Raises NotSplittable."""

    def __init__(self, source: Path, sheet: str) -> None:
        self._source = source
        with zipfile.ZipFile(source) as archive:
            self._member = _member_of(archive, sheet)
            if archive.getinfo(self._member).file_size < _SMALL:
                raise NotSplittable
            others = [name for name in archive.namelist() if not _BESIDE.search(name)]
            self._others = {name: archive.read(name) for name in others}
        # Each part repeats the other members, of which the texts of the cells can be large.
        self._size = max(_PART, 4 * sum(map(len, self._others.values())))

    def parts(self) -> Iterator[Part]:
        """All rows, in their order; the last part knows the merged cells."""
        with zipfile.ZipFile(self._source) as archive, archive.open(self._member) as stream:
            head, rest = _until_rows(stream)
            for rows, tail in _cut(stream, rest, self._size):
                yield self._part(head, rows, tail)

    def ends(self) -> tuple[Part, Part]:
        """The first rows, and the last ones; both know the merged cells."""
        with zipfile.ZipFile(self._source) as archive, archive.open(self._member) as stream:
            head, rest = _until_rows(stream)
            first, rows, tail = b"", b"", b""
            for piece, ending in _cut(stream, rest, _ENDS):
                first = first or piece
                rows, tail = (rows + piece)[-2 * _ENDS :], ending
            start = rows.find(_ROW_START)
            return self._part(head, first, tail), self._part(head, rows[start:], tail)

    def _part(self, head: bytes, rows: bytes, tail: bytes) -> Part:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self._others.items():
                archive.writestr(name, data)
            archive.writestr(self._member, b"".join((head, rows, tail)))
        content.seek(0)
        return Part(content=content, error_rows=_rows_with_errors(rows))


def rows_with_errors(source: Path, sheet: str) -> list[int]:
    """The rows of a sheet, from 1, with a cell that is an error; a row is named for each of them.

    Empty where the sheet is not found in the usual way.
    """
    found: list[int] = []
    try:
        with zipfile.ZipFile(source) as archive, archive.open(_member_of(archive, sheet)) as stream:
            rest = b""
            while block := stream.read(_BLOCK):
                text = rest + block
                cut = text.rfind(b"<c ") if len(text) < _HEAD_LIMIT else len(text)
                found += _rows_with_errors(text[:cut])
                rest = text[cut:]
            return found + _rows_with_errors(rest)
    except NotSplittable:
        return []


def _rows_with_errors(rows: bytes) -> list[int]:
    return [int(row) for row in _ERROR.findall(rows)] if b't="e"' in rows else []


def _member_of(archive: zipfile.ZipFile, sheet: str) -> str:
    try:
        # expat limits how far entities may grow, and this process how much memory there is.
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 see above
        links = archive.read("xl/_rels/workbook.xml.rels")
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
            target = relation.get("Target", "")
            member = target[1:] if target.startswith("/") else f"xl/{target}"
            if member in archive.namelist():
                return member
    raise NotSplittable


def _until_rows(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """What stands before the rows, and what was read of them."""
    text = b""
    while block := stream.read(_BLOCK):
        text += block
        opening = _OPENING.search(text)
        if opening:
            return text[: opening.end()], text[opening.end() :]
        if len(text) > _HEAD_LIMIT:
            break
    raise NotSplittable


def _cut(stream: IO[bytes], rest: bytes, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Rows, and what closes the sheet after them: with its merged cells after the last ones."""
    pending = bytearray(rest)
    block = b"-"
    while block and _CLOSING not in pending[-_BLOCK - len(_CLOSING) :]:
        block = stream.read(_BLOCK)
        pending += block
        if len(pending) < size + _BLOCK or _CLOSING in pending[-_BLOCK - len(_CLOSING) :]:
            continue
        start = 0
        while len(pending) - start > size:
            cut = pending.rfind(_ROW_START, start + 1, start + size)
            if cut < 0:
                cut = pending.find(_ROW_START, start + size)
            if cut < 0:
                break
            yield _sound(bytes(pending[start:cut])), _CLOSING + b"</worksheet>"
            start = cut
        del pending[:start]
    closing = pending.find(_CLOSING)
    if closing < 0:
        raise NotSplittable
    rows, tail = bytes(pending[:closing]), bytes(pending[closing:]) + stream.read(_HEAD_LIMIT)
    merged = _MERGED.search(tail)
    yield _sound(rows), _CLOSING + (merged[0] if merged else b"") + b"</worksheet>"


def _sound(rows: bytes) -> bytes:
    """The rows, when the first says which one it is, and nothing in them hides another tag."""
    if b"<![CDATA[" in rows or b"<!--" in rows or not _ROW.match(rows.lstrip()):
        raise NotSplittable
    return rows
