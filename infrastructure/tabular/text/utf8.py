"""Telling UTF-8 by looking at it: Python's own decoder makes the letters to tell."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

_BLOCK = 256 * 1024
_BEGIN_OF_MANY, _BEGIN_OF_THREE, _BEGIN_OF_FOUR = 0xC0, 0xE0, 0xF0


def is_utf8(source: Path) -> bool:
    """Whether all of a file is UTF-8, a byte order mark counted in."""
    return all(map(is_text, letters(source)))


def is_text(letters: bytes) -> bool:
    """Whether whole letters are UTF-8."""
    if letters.isascii():
        return True
    try:
        pl.Series([letters], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True


def letters(source: Path) -> Iterator[bytes]:
    """The bytes of a file in blocks, none of which ends within a letter of UTF-8 but the last."""
    rest = b""
    with source.open("rb") as opened:
        while block := opened.read(_BLOCK):
            text = rest + block if rest else block
            end = _end_of_letters(text)
            rest = text[end:]
            yield text[:end] if rest else text
    if rest:
        yield rest


def _end_of_letters(text: bytes) -> int:
    for back in range(1, min(len(text), 3) + 1):
        byte = text[-back]
        if byte >= _BEGIN_OF_MANY:
            size = 2 + (byte >= _BEGIN_OF_THREE) + (byte >= _BEGIN_OF_FOUR)
            return len(text) - back if back < size else len(text)
    return len(text)
