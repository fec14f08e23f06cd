"""Text files of any encoding: their first and last lines, and a copy in UTF-8."""

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from infrastructure.tabular.text.encodings import codec_of
from infrastructure.tabular.text.row_repairs import RepairLog
from infrastructure.tabular.text.stray_characters import (
    MARK,
    PAGE,
    Mending,
    end_of_text,
    is_clean,
    is_utf8_but_for_few,
)

_BLOCK = 1024 * 1024
_SAMPLE_LINES, _SAMPLE_BYTES = 2000, 512 * 1024
_TAIL_BYTES = 64 * 1024
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LINE_BYTES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True)
class Sample:
    """The first physical lines of a text with their line ends, and its last.

    `complete` means that `head` is all of the text; then `tail` is as `head`.
    """

    head: list[str]
    tail: list[str]
    complete: bool


def sample_of(source: Path, encoding: str) -> Sample:
    """A bounded part of the text; bytes that are no text in the encoding are replaced."""
    size = end_of_text(source, encoding)
    with source.open("rb") as opened:
        start = opened.read(min(size, _SAMPLE_BYTES))
        decoder = codecs.getincrementaldecoder(codec_of(encoding))(errors="replace")
        text = decoder.decode(start, final=size <= _SAMPLE_BYTES)
        lines = [line.removeprefix(MARK).removeprefix(PAGE) for line in LINE.findall(text)]
        taken = _lines_of_a_sample(lines)
        if size <= _SAMPLE_BYTES and len(lines) <= taken:
            return Sample(lines, lines, complete=True)
        if size <= _SAMPLE_BYTES:
            # The tail must not hold the names: they would look like another table's.
            last = max(taken, len(lines) - _SAMPLE_LINES)
            return Sample(lines[:taken], lines[last:], complete=False)
        opened.seek(max(0, size - _TAIL_BYTES) // 4 * 4)
        tail = LINE.findall(
            opened.read(size - opened.tell()).decode(
                _without_mark(encoding, start), errors="replace"
            )
        )
    if len(lines) > 1:
        lines.pop()  # it may be cut
    return Sample(lines[:taken], tail[1:], complete=False)


def _lines_of_a_sample(lines: Sequence[str]) -> int:
    """How many of the lines to look at: more than usual where that many end amid a quoted cell."""
    if sum(line.count('"') for line in lines[:_SAMPLE_LINES]) % 2 == 0:
        return _SAMPLE_LINES
    closing = (n for n in range(_SAMPLE_LINES, len(lines)) if lines[n].count('"') % 2)
    return next(closing, 0) + _SAMPLE_LINES


def _without_mark(encoding: str, start: bytes) -> str:
    """The codec for bytes amid a text: UTF-16 and UTF-32 go on as their mark says."""
    name = codecs.lookup(encoding).name
    if name in {"utf-16", "utf-32"}:
        return name + ("-be" if start.startswith((b"\xfe\xff", b"\x00\x00\xfe\xff")) else "-le")
    return name


def in_utf8(
    source: Path, encoding: str, scratch: Path, log: RepairLog, *, mend_letters: bool = True
) -> Path:
    """`source` itself, or a copy in UTF-8 without stray characters, which the log then tells of.

    Raises UnicodeError and LookupError.
    """
    if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}:
        if is_clean(source, mend_letters=mend_letters):
            return source
        if not is_utf8_but_for_few(source):
            raise UnicodeError
    copy = scratch / "utf8.txt"
    mending = Mending(letters=mend_letters)
    with copy.open("w", encoding="utf-8", newline="") as written:
        written.writelines(mending.mended(source, encoding))
    log.add_lines("mixed_encoding", mending.mixed)
    log.add_lines("byte_order_mark", mending.marks)
    log.add_lines("control_character", mending.controls)
    log.add_lines("encoded_twice", mending.twice)
    log.add_lines("page_break", mending.pages)
    log.add_lines("filling", mending.filled)
    return copy


def offset_of_line(source: Path, line: int) -> int:
    """The byte at which the physical line, from 0, of a UTF-8 text begins, after its mark."""
    with source.open("rb") as opened:
        offset = 3 if opened.read(3) == codecs.BOM_UTF8 else 0
        opened.seek(offset)
        for begun in physical_lines(opened):
            if line == 0:
                break
            offset += len(begun)
            line -= 1
    return offset


def offset_before_last(source: Path, lines: int, start: int) -> int:
    """The byte before the last `lines` physical lines of a UTF-8 text that begins at `start`."""
    size = source.stat().st_size
    if lines == 0:
        return size
    taken = _TAIL_BYTES
    with source.open("rb") as opened:
        while True:
            begin = max(start, size - taken)
            opened.seek(begin)
            found = _LINE_BYTES.findall(opened.read())
            if len(found) > lines:
                return size - sum(map(len, found[-lines:]))
            if begin == start:
                return start
            taken *= 4


def physical_lines(opened: io.BufferedReader) -> Iterator[bytes]:
    """The lines of a binary file with their ends, which are line feeds, returns or both."""
    rest = b""
    while block := opened.read(_BLOCK):
        rest += block
        lines = _LINE_BYTES.findall(rest)
        # The last line may go on, or its return may have a line feed yet to come.
        rest = lines.pop() if lines else b""
        yield from lines
    if rest:
        yield from _LINE_BYTES.findall(rest)


def returns_only(source: Path) -> bool:
    """Whether the lines of an ASCII-compatible text end in carriage returns alone."""
    found = False
    with source.open("rb") as opened:
        while block := opened.read(_BLOCK):
            if b"\n" in block:
                return False
            found = found or b"\r" in block
    return found
