"""Whether the name of a new column can be told from names and code alone.

Code can make cells into names, as a pivot does, and a name does not say where it comes from. So
it counts as made from cells unless it is put together from what was known before.
"""

import ast
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from domain.name_signs import Signs

_HUMPS = re.compile(r"(?<=[^\W\d_])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
# A prefix, a name and a suffix. With more, code could spell a cell out of its own words.
_MOST_PIECES = 3
_LONGEST_WORDS = 40
_LONGEST_IN_PARTS = 12
_LONGEST_LITERAL = 300
# Their keywords are names of columns.
_NAMING_CALLS = frozenset({"assign", "agg", "aggregate"})


@lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """The words and numbers, without case and accents: those of unitPrice2 are unit, price, 2."""
    plain = _HUMPS.sub(" ", text)
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in apart if not unicodedata.category(c).startswith("M"))
    return tuple(_WORDS.findall(plain.casefold()))


def runs_of(words: tuple[str, ...]) -> Iterator[str]:
    """Every run of words that follow one another, joined by spaces."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield " ".join(words[start:end])


def names_in_code(code: str) -> frozenset[str]:
    """The texts that stand in the code as literals, or as names of columns to be made."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    texts = set[str]()
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if len(text) <= _LONGEST_LITERAL:
                texts.add(text)
            case ast.Call(func=ast.Attribute(attr=called), keywords=given):
                if called in _NAMING_CALLS:
                    texts.update(each.arg for each in given if each.arg)
    return frozenset(texts)


@dataclass(frozen=True)
class Wording:
    """Texts that may be names, or parts of names as a whole: a prefix, a suffix."""

    texts: frozenset[str]
    pieces: frozenset[str]
    signs: Signs

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Wording":
        """That of the texts."""
        kept = frozenset(texts)
        pieces = frozenset(" ".join(words_of(text)) for text in kept)
        return cls(texts=kept, pieces=pieces, signs=Signs(kept))


class ExplainedNames:
    """The names that may be told; they explain others that are made of them."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._not_parted: list[str] = []
        self._pieces: set[str] = set()
        self._signs = Signs()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def add(self, name: str) -> None:
        """Take the name for explained, and with it the parts that it may be shortened to."""
        if name not in self._names:
            self._names[name] = None
            # Most tables get no new name that is not plain, and some are very wide.
            self._not_parted.append(name)

    def explain(self, name: str, wording: Wording) -> bool:
        """Whether the name is one of the texts, or known names and whole texts side by side, three
        in all at the most, in whatever style they are written."""
        if name in wording.texts:
            return True
        words = words_of(name)
        if not words:
            return False
        while self._not_parted:
            self._part(self._not_parted.pop())
        if "".join(words) not in self._pieces:
            if len(words) > _LONGEST_WORDS:
                return False
            if self._fewest_pieces(words, wording.pieces) > _MOST_PIECES:
                return False
        return self._signs.explain(name, wording.signs)

    def _part(self, name: str) -> None:
        words = words_of(name)
        self._signs.add(name)
        self._pieces |= {" ".join(words), "".join(words)}
        if len(words) <= _LONGEST_IN_PARTS:
            # A number alone names no column, but may well be a cell.
            self._pieces.update(run for run in runs_of(words) if not _is_number(run))

    def _fewest_pieces(self, words: tuple[str, ...], others: frozenset[str]) -> int:
        fewest = [0] + [_MOST_PIECES + 1] * len(words)
        for start, pieces in enumerate(fewest):
            if pieces < _MOST_PIECES:
                for end in range(start + 1, len(fewest)):
                    piece = " ".join(words[start:end])
                    if piece in self._pieces or piece in others:
                        fewest[end] = min(fewest[end], pieces + 1)
        return fewest[-1]


def _is_number(run: str) -> bool:
    return run.replace(" ", "").isdigit()
