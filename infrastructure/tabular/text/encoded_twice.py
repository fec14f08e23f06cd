"""Letters that were encoded twice: UTF-8 that was taken for Latin-1 or cp1252, and encoded again.

"Ã©" stands for é, and no text means it. But "É»" may stand for ɻ, and end a word in capitals within
French quotes: such is read as one letter only where no letter of the text speaks against it.
"""

# ruff: noqa: RUF001 such letters are what is looked for

import re
from collections.abc import Iterable

# The bytes 80 to BF that go on with a letter of UTF-8, as Latin-1 and as cp1252 have them.
_SIGNS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_BYTES = {ord(sign): sign.encode("cp1252")[0] for sign in _SIGNS}
NEXT = f"[\x80-\xbf{_SIGNS}]"
_LETTER = f"(?:[\xc2-\xdf]{NEXT}|[\xe0-\xef]{NEXT}{{2}}|[\xf0-\xf4]{NEXT}{{3}})"
ENCODED_TWICE = f"{_LETTER}+"
# No text has them, but for the end of a line as mainframes write it.
_CONTROL = "[\x80-\x84\x86-\x9f]"
# Not Ã before a quote, dash or space, which may follow a word: Portuguese ones end in it.
_SURE = re.compile(
    f"Â[\xa0-\xaa\xac-\xba\xbc-\xbf]|Ã[\xa1-\xaa\xac-\xba\xbc-\xbf€ƒ†‡ˆ‰ŠŒŽ•˜™šœžŸ]"
    f"|â[€‚„]{NEXT}|ð[\x9fŸ]{NEXT}{{2}}|[\xc2-\xdf]{_CONTROL}"
    f"|[\xe0-\xef](?:{_CONTROL}{NEXT}|{NEXT}{_CONTROL})"
    f"|{_LETTER}{{2}}"
)
# The same in UTF-8 as far as the first letter and the next one's first byte tell.
_LIKELY = re.compile(b"\xc3[\x82-\xb4][\xc2\xc5\xc6\xcb\xe2]")
_LONGEST_SURE = 8 * 3
_LETTERS = re.compile(ENCODED_TWICE)
# Controls, which may stand for signs of cp1252, marks, and bytes that are no UTF-8.
_NOT_LETTERS = re.compile("[\x80-\x9f\ufeff\udc80-\udcff]+")


def once(letters: str) -> str | None:
    """What letters that match ENCODED_TWICE stand for, None when that is no UTF-8."""
    try:
        return letters.translate(_BYTES).encode("latin-1").decode()
    except UnicodeError:
        return None


def is_surely_twice(letters: str) -> bool:
    """Whether letters that begin as ENCODED_TWICE can mean nothing else."""
    return _SURE.match(letters) is not None


def holds_surely_twice(text: bytes) -> bool:
    """Whether a text in UTF-8 holds letters that were surely encoded twice."""
    return any(
        is_surely_twice(text[found.start() : found.start() + _LONGEST_SURE].decode(errors="ignore"))
        for found in _LIKELY.finditer(text)
    )


def are_all_twice(texts: Iterable[str]) -> bool:
    """Whether some letters of the texts were surely encoded twice, and all others may have been."""
    sure = False
    for text in texts:
        if text.isascii():
            continue
        if not _NOT_LETTERS.sub("", _LETTERS.sub("", text)).isascii():
            return False
        sure = sure or any(map(is_surely_twice, _LETTERS.findall(text)))
    return sure
