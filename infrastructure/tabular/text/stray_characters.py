"""What got into a text by accident: bytes of another encoding, marks and fillings of files.

A byte that is not valid where it stands is decoded, as PEP 383 has it, to a lone surrogate; these
are replaced here.
"""

import codecs
import re
from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from pathlib import Path

from infrastructure.tabular.text.utf8 import is_text, letters

_BLOCK = 1024 * 1024
MARK = "\ufeff"
_INVALID = re.compile("[\udc80-\udcff]+")
_FRENCH_TO_FINNISH = re.compile("[À-ÿ]")
_STRAY = "[\udc80-\udcff]+|(?<=[\r\n])\ufeff"
# Text of cp1252 or UTF-8 that was written as UTF-8 as if it were Latin-1.
_TWICE = "[\x80-\xff]*[\x80-\x9f][\x80-\xff]*"
_ANY, _IN_UTF8 = re.compile(_STRAY), re.compile(f"{_STRAY}|{_TWICE}")
_CONTROLS = re.compile(b"\xc2[\x80-\x9f]")
# Those that cp1252 has no letter for, and the end of a line as mainframes write it.
_NO_SIGN = "\x81\x85\x8d\x8f\x90\x9d"
_FILLING = b"\0\x1a"


def end_of_text(source: Path, encoding: str) -> int:
    """The byte after the text: NULs, and the end-of-file sign of DOS, may fill up a file.

    In UTF-16 and UTF-32 such bytes are parts of letters, so that all of the file is text.
    """
    end = source.stat().st_size
    if codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        return end
    with source.open("rb") as opened:
        while end:
            begin = max(0, end - _BLOCK)
            opened.seek(begin)
            text = opened.read(end - begin).rstrip(_FILLING)
            end = begin + len(text)
            if text:
                break
    return end


def is_utf8_but_for_few(source: Path) -> bool:
    """Whether a text that is not valid UTF-8 has far more letters that are than bytes that are not.

    Letters in the bytes C3 80 to C3 BF count twice: no other encoding writes such pairs by chance,
    while „Spaß“ in cp1252 has a pair that could be another letter.
    """
    valid = invalid = 0
    for text, _ in _decoded(source, "utf-8", end_of_text(source, "utf-8")):
        if text.isascii():
            continue
        wrong = sum(map(len, _INVALID.findall(text)))
        invalid += wrong
        valid += sum(letter > "\x7f" for letter in text) - wrong
        valid += len(_FRENCH_TO_FINNISH.findall(text))
    return valid >= 2 * invalid


def has_stray(text: bytes) -> bool:
    """Whether whole letters of UTF-8 hold a mark, or control characters that stand for others."""
    # Few other letters begin with the first byte of either, which is found far quicker.
    if codecs.BOM_UTF8[:1] in text and codecs.BOM_UTF8 in text:
        return True
    return b"\xc2" in text and _CONTROLS.search(text) is not None


def is_clean(source: Path) -> bool:
    """Whether a text in UTF-8 can be read as it is: valid, without a filling or stray signs."""
    size = source.stat().st_size
    if end_of_text(source, "utf-8") < size:
        return False
    for number, text in enumerate(letters(source)):
        begun = text.removeprefix(codecs.BOM_UTF8) if number == 0 else text
        if has_stray(begun) or not is_text(begun):
            return False
    return True


class Mending:
    """Takes out of a text what does not belong there, and tells the lines, from 0, it was on."""

    def __init__(self) -> None:
        self.mixed: list[int] = []
        self.marks: list[int] = []
        self.controls: list[int] = []
        self.filled: list[int] = []

    def mended(self, source: Path, encoding: str) -> Iterator[str]:
        """The text piece by piece. Raises UnicodeError when it is not in the encoding."""
        end = end_of_text(source, encoding)
        line, last = 0, "\n"
        stray = _IN_UTF8 if _is_utf8(encoding) else _ANY
        for number, (text, cut) in enumerate(_decoded(source, encoding, end)):
            begun = text.removeprefix(MARK) if number == 0 else text
            # What stands before decides whether a mark begins a line.
            whole = last + begun
            pieces, kept = [], 1
            for found in stray.finditer(whole, 1):
                line += _breaks(whole[kept : found.start()])
                pieces.append(whole[kept : found.start()])
                pieces.append(self._instead(found[0], line, cut=cut))
                kept = found.end()
            line += _breaks(whole[kept:])
            yield "".join([*pieces, whole[kept:]])
            last = text[-1:] or last
        if end < source.stat().st_size:
            self.filled.append(line)

    def _instead(self, stray: str, line: int, *, cut: bool) -> str:
        once = _written_once(stray)
        if once == stray:
            return stray
        lines = self.marks if stray == MARK else self.mixed if once is None else self.controls
        if lines[-1:] != [line]:
            lines.append(line)
        if stray == MARK:
            return ""
        if once is not None:
            return once
        if cut:
            return "\ufffd"
        return stray.encode("ascii", "surrogateescape").decode("cp1252", "replace")


def _written_once(stray: str) -> str | None:
    """What letters and control characters of Latin-1 stand for; None for anything else."""
    if not "\x7f" < stray[0] <= "\xff":
        return None
    try:
        return stray.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return "".join(
            letter
            if letter > "\x9f" or letter in _NO_SIGN
            else letter.encode("latin-1").decode("cp1252")
            for letter in stray
        )


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}


def _breaks(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _decoded(source: Path, encoding: str, end: int) -> Iterator[tuple[str, bool]]:
    """The text up to the byte `end`, a return never parted from its line feed.

    In UTF-8 invalid bytes are lone surrogates. True comes with the bytes of a letter that the end
    cuts off.
    """
    utf8 = _is_utf8(encoding)
    letters = codecs.getincrementaldecoder("utf-8" if utf8 else encoding)(
        "surrogateescape" if utf8 else "strict"
    )
    decoder = IncrementalNewlineDecoder(letters, translate=False)
    with source.open("rb") as opened:
        while block := opened.read(min(_BLOCK, end - opened.tell())):
            yield decoder.decode(block), False
    cut = utf8 and bool(letters.getstate()[0])
    yield decoder.decode(b"", final=True), cut
