"""Texts as their bytes side by side: what these rule out at a glance need not be looked for."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

NOT_ASCII = "\x80"
_ASCII = 128


@dataclass(frozen=True)
class TextBytes:
    """Of each text the number of bytes, and its first and last byte (of an empty one: 0).

    ``data`` are all bytes of UTF-8, one text after the other.
    """

    lengths: npt.NDArray[np.int64]
    first: npt.NDArray[np.uint8]
    last: npt.NDArray[np.uint8]
    data: npt.NDArray[np.uint8]

    @property
    def is_ascii(self) -> bool:
        return not len(self.data) or int(self.data.max()) < _ASCII

    def characters(self) -> frozenset[str]:
        """The characters that occur; one for all that are not of ASCII is `NOT_ASCII`."""
        seen = np.zeros(256, np.bool_)
        seen[self.data] = True
        found = {chr(byte) for byte in np.flatnonzero(seen[:_ASCII])}
        return frozenset(found | {NOT_ASCII} if seen[_ASCII:].any() else found)


def bytes_of(texts: pl.Series) -> TextBytes:
    """The bytes of texts without nulls."""
    if not len(texts):
        none = np.zeros(0, np.uint8)
        return TextBytes(np.zeros(0, np.int64), none, none, none)
    array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, places, characters = array.buffers()
    ends = np.frombuffer(places, np.int64)[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(characters or b"", np.uint8)[ends[0] : ends[-1]]
    ends = ends - ends[0] if ends[0] else ends
    if not len(data):
        none = np.zeros(len(texts), np.uint8)
        return TextBytes(np.zeros(len(texts), np.int64), none, none, data)
    lengths = np.diff(ends)
    first, last = data[np.minimum(ends[:-1], len(data) - 1)], data[ends[1:] - 1]
    empty = lengths == 0
    if empty.any():
        first[empty] = last[empty] = 0
    return TextBytes(lengths, first, last, data)


def marks(characters: Iterable[str]) -> npt.NDArray[np.bool_]:
    """A table by byte of those that may begin or end one of the characters.

    Of what is not of ASCII: every byte.
    """
    table = np.zeros(256, np.bool_)
    for character in characters:
        if character.isascii():
            table[ord(character)] = True
        else:
            table[_ASCII:] = True
    return table
