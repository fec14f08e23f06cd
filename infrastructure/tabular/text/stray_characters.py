"""What got into a text by accident: bytes of another encoding, marks and fillings of files.

A byte that is not valid where it stands is decoded, as PEP 383 has it, to a lone surrogate; these
are replaced here.
"""

import codecs
import re
from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from pathlib import Path

from infrastructure.tabular.text.encoded_twice import (
    ENCODED_TWICE,
    NEXT,
    are_all_twice,
    holds_surely_twice,
    is_surely_twice,
    once,
)
from infrastructure.tabular.text.utf8 import is_text, letters

_BLOCK = 1024 * 1024
MARK, PAGE = "\ufeff", "\f"
_INVALID = re.compile("[\udc80-\udcff]+")
_FRENCH_TO_FINNISH = re.compile("[À-ÿ]")
_STRAY = "[\udc80-\udcff]+|(?<=[\r\n])\ufeff"
# Signs of cp1252 that were taken for Latin-1; not those that it has none for, nor the end of a line
# as mainframes write it.
_SIGNS_AS_CONTROLS = "\x80\x82-\x84\x86-\x8c\x8e\x91-\x9c\x9e\x9f"
# As reports have it for printers, before the names that come again on each page.
_PAGE = f"(?<=[\r\n]){PAGE}(?![\r\n])"
_ANY, _WITH_PAGES = re.compile(_STRAY), re.compile(f"{_STRAY}|{_PAGE}")
_IN_UTF8 = re.compile(f"{_STRAY}|{_PAGE}|{ENCODED_TWICE}|[{_SIGNS_AS_CONTROLS}]+")
_CONTROLS = re.compile(f"\xc2[{_SIGNS_AS_CONTROLS}]".encode("latin-1"))
# Where one may begin: not at an accent that no sign follows, as most are.
_BEGIN = re.compile(f"[{PAGE}\x80-\x9f\xc2-\xf4{MARK}\udc80-\udcff](?:(?<![\xc2-\xf4])|(?={NEXT}))")
_PAGES = re.compile(rb"(?:^|[\r\n])\f(?![\r\n])")
_CONTROL = re.compile(f"[{_SIGNS_AS_CONTROLS}]")
_AT_THE_END = 64
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


def has_mark(text: bytes) -> bool:
    """Whether whole letters of UTF-8 hold a byte order mark."""
    return codecs.BOM_UTF8[:1] in text and codecs.BOM_UTF8 in text


def has_stray(text: bytes) -> bool:
    """Whether whole letters of UTF-8 hold what is not to be read as it stands.

    A mark, a page that begins a line, or controls or letters that stand for others.
    """
    if b"\f" in text and _PAGES.search(text) is not None:
        return True
    # Few other letters begin with the first byte of any, which is found far quicker.
    if has_mark(text):
        return True
    if b"\xc2" in text and _CONTROLS.search(text) is not None:
        return True
    return b"\xc3" in text and holds_surely_twice(text)


def is_clean(source: Path, *, mend_letters: bool = True) -> bool:
    """Whether a text in UTF-8 can be read as it is: valid, without a filling or stray signs.

    Unless letters are to be mended, only marks are stray.
    """
    stray = has_stray if mend_letters else has_mark
    size = source.stat().st_size
    if end_of_text(source, "utf-8") < size:
        return False
    for number, text in enumerate(letters(source)):
        begun = text.removeprefix(codecs.BOM_UTF8) if number == 0 else text
        if stray(begun) or not is_text(begun):
            return False
    return True


class Mending:
    """Takes out of a text what does not belong there, and tells the lines, from 0, it was on.

    Without `letters`, those that look as though encoded twice, and controls, are kept.
    """

    def __init__(self, *, letters: bool = True) -> None:
        self._letters = letters
        self.mixed: list[int] = []
        self.marks: list[int] = []
        self.controls: list[int] = []
        self.twice: list[int] = []
        self.pages: list[int] = []
        self.filled: list[int] = []

    def mended(self, source: Path, encoding: str) -> Iterator[str]:
        """The text piece by piece. Raises UnicodeError when it is not in the encoding."""
        end = end_of_text(source, encoding)
        line, last = 0, "\n"
        stray, all_twice = _WITH_PAGES if self._letters else _ANY, False
        if self._letters and _is_utf8(encoding):
            stray = _IN_UTF8
            all_twice = are_all_twice(text for text, _ in _decoded(source, encoding, end))
        for number, (text, cut) in enumerate(_decoded(source, encoding, end)):
            begun = text.removeprefix(MARK) if number == 0 else text
            # What stands before decides whether a mark begins a line.
            whole = last + begun
            pieces, kept = [], 1
            for found in _all_of(stray, whole):
                line += _breaks(whole[kept : found.start()])
                pieces.append(whole[kept : found.start()])
                pieces.append(self._instead(found[0], line, cut=cut, all_twice=all_twice))
                kept = found.end()
            line += _breaks(whole[kept:])
            yield "".join([*pieces, whole[kept:]])
            last = text[-1:] or last
        if end < source.stat().st_size:
            self.filled.append(line)

    def _instead(self, stray: str, line: int, *, cut: bool, all_twice: bool) -> str:
        if stray == MARK:
            return _told(self.marks, line, "")
        if stray == PAGE:
            return _told(self.pages, line, "")
        if stray > "\ud800":
            as_cp1252 = stray.encode("ascii", "surrogateescape").decode("cp1252", "replace")
            return _told(self.mixed, line, "\ufffd" if cut else as_cp1252)
        if all_twice or is_surely_twice(stray):
            meant = once(stray)
            if meant is not None:
                return _told(self.twice, line, meant)
        signs = _CONTROL.sub(lambda control: control[0].encode("latin-1").decode("cp1252"), stray)
        return stray if signs == stray else _told(self.controls, line, signs)


def _all_of(stray: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Where such are from the second letter on, as finditer does, but far quicker."""
    at = 1
    while (not text.isascii() or PAGE in text) and (begin := _BEGIN.search(text, at)):
        found = stray.match(text, begin.start())
        at = (found or begin).end()
        if found:
            yield found


def _told(lines: list[int], line: int, meant: str) -> str:
    """What is meant, with the line that it is on in the list, once."""
    if lines[-1:] != [line]:
        lines.append(line)
    return meant


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}


def _breaks(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _decoded(source: Path, encoding: str, end: int) -> Iterator[tuple[str, bool]]:
    """The text up to the byte `end`, a return never parted from its line feed.

    In UTF-8 invalid bytes are lone surrogates. No text ends within some letters beyond ASCII, as
    far as these are few. True comes with the bytes of a letter that the end
    cuts off.
    """
    utf8 = _is_utf8(encoding)
    letters = codecs.getincrementaldecoder("utf-8" if utf8 else encoding)(
        "surrogateescape" if utf8 else "strict"
    )
    decoder = IncrementalNewlineDecoder(letters, translate=False)
    rest = ""
    with source.open("rb") as opened:
        while block := opened.read(min(_BLOCK, end - opened.tell())):
            text = rest + decoder.decode(block)
            whole = _end_of_ascii(text)
            yield text[:whole], False
            rest = text[whole:]
    cut = utf8 and bool(letters.getstate()[0])
    yield rest, False
    yield decoder.decode(b"", final=True), cut


def _end_of_ascii(text: str) -> int:
    """Before the last letters beyond ASCII, which may belong to the next ones; at most a few."""
    end = len(text)
    while end and len(text) - end < _AT_THE_END and text[end - 1] > "\x7f":
        end -= 1
    return end
