"""The signs around and between the words of names: one may be a cell, as the + of a blood group."""

import re
from collections.abc import Iterable, Set

_WORDS = re.compile(r"[^\W\d_]+|\d+")
_BLANK = " _\t\r\n"
# What people and code put between words.
_BETWEEN = frozenset({"-", ".", "/", ",", ", ", ":", ": ", " - ", " / "})


class Signs:
    """Signs that are known, by where they stand."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._before = {""}
        self._between = set(_BETWEEN)
        self._behind = {""}
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Take the signs of the text for known; a text of signs alone may stand anywhere."""
        before, *between, behind = _signs_of(text)
        self._before.add(before)
        self._between.update(between)
        self._behind.add(behind)

    def explain(self, name: str, others: "Signs") -> bool:
        """Whether all signs of the name are known, to this or the others, or mere separators."""
        before, *between, behind = _signs_of(name)
        starts, ends = self._before | others._before, self._behind | others._behind
        inner = self._between | others._between
        return (
            _are_joined(before, starts, starts)
            and _are_joined(behind, ends, ends)
            # The end of one text stands before the beginning of another.
            and all(each in inner or _are_joined(each, ends, starts) for each in between)
        )


def _are_joined(signs: str, first: Set[str], second: Set[str]) -> bool:
    """Whether they are one of the first beside one of the second, or mere separators."""
    return not signs.strip(_BLANK) or any(
        signs[:cut] in first and signs[cut:] in second for cut in range(len(signs) + 1)
    )


def _signs_of(text: str) -> list[str]:
    """What stands before the first word, between words, and behind the last."""
    signs = _WORDS.split(text)
    return signs if len(signs) > 1 else [text, text, text]
