"""Patterns as places in them: from each, what can come next leads to another, or to an end."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from infrastructure.llm.planner.phrases.slots import SLOTS
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_matching import is_slip
from infrastructure.llm.planner.reading.tokens import Token

READ_OVER = (*words.DETERMINERS, "a", "an", "its", "their", "that", "please", "just", "then", "me")
_ALL_READ_OVER = frozenset(READ_OVER)
_PARTS = re.compile(r"\{[^}]*\}|[()\[\]|]|[^\s()\[\]|{}]+")
# Round brackets of a message, as patterns write them.
_BRACKETS = {"«": "(", "»": ")"}
# A word so long is still known with a slip of the pen.
_LONG_WORD = 6
# The long words of all patterns, by their first letters: a slip of the pen is hardly in that.
_LONG_WORDS: dict[str, set[str]] = {}
# Of so many words of messages it is kept which ones of patterns they may be.
_MOST_KNOWN = 1 << 12


@dataclass(frozen=True)
class Slot:
    """What a pattern reads by its kind, and what that is called."""

    name: str
    kind: str


_Part: TypeAlias = "str | Slot | _Choice"
_Parts: TypeAlias = tuple[_Part, ...]


@dataclass(frozen=True)
class _Choice:
    """Ways to say a thing."""

    ways: tuple[_Parts, ...]


@dataclass(frozen=True)
class Next:
    """What is due at a place: a word, a slot, or, if it is None, nothing more; and then what."""

    part: str | Slot | None
    then: "Place"


@dataclass(frozen=True, eq=False)
class Place:
    """A place in patterns, and all that can come next there, the likeliest first.

    One word of each of the `needs` stands on every way from here to an end.
    """

    nexts: tuple[Next, ...]
    needs: tuple[frozenset[str], ...] = ()

    def nexts_at(self, word: str | None) -> tuple[Next, ...]:
        """What can come next where the word stands, or where the message ends."""
        if word in _ALL_READ_OVER:
            return self.nexts
        due = self._words & texts_meant(word) if word else _NO_WORDS
        found = self._found.get(due)
        if found is None:
            found = self._found[due] = tuple(
                each for each in self.nexts if each.part in due or not isinstance(each.part, str)
            )
        return found

    def may_be_read(self, tokens: Collection[Token]) -> bool:
        """Whether the tokens have the words without which nothing leads from here to an end."""
        meant = [texts_meant(each.word) for each in tokens]
        return all(any(not need.isdisjoint(texts) for texts in meant) for need in self.needs)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(each.part for each in self.nexts if isinstance(each.part, str))

    @cached_property
    def _found(self) -> dict[frozenset[str], tuple[Next, ...]]:
        """What can come next where these of its words stand, as far as it was asked for."""
        return {}


_NO_WORDS = frozenset[str]()
_NOWHERE = Place(())
_END = Place((Next(None, _NOWHERE),))


@lru_cache(maxsize=_MOST_KNOWN)
def texts_meant(word: str) -> frozenset[str]:
    """The words of patterns that this one may be: itself, and long ones that it is a slip of."""
    long = _LONG_WORDS.get(word[:1], ())
    return frozenset({word, *(text for text in long if is_slip(word, text))})


def _learn(text: str) -> None:
    long = _LONG_WORDS.setdefault(text[:1], set())
    if len(text) >= _LONG_WORD and text not in long:
        long.add(text)
        texts_meant.cache_clear()


def compiled(*patterns: str) -> Place:
    """The place at which all of the patterns begin."""
    return _before((_Choice(tuple(map(_parts, patterns))),), _END)


def _before(parts: _Parts, then: Place) -> Place:
    """The place from which the parts lead to that one."""
    for part in reversed(parts):
        match part:
            case _Choice(ways):
                then = _either([_before(way, then) for way in ways], then)
            case str(text):
                then = Place((Next(part, then),), (frozenset({text}), *then.needs))
            case Slot():
                then = Place((Next(part, then),), then.needs)
    return then


def _either(places: Sequence[Place], then: Place) -> Place:
    """The place that is any of these, all of which lead to that one."""
    if len(places) == 1:
        return places[0]
    nexts = tuple(each for place in places for each in place.nexts)
    own = [place.needs[: len(place.needs) - len(then.needs)] for place in places]
    needs = (frozenset().union(*(each[0] for each in own)),) if all(own) else ()
    return Place(nexts, (*needs, *then.needs))


def _parts(pattern: str) -> _Parts:
    pieces = _PARTS.findall(pattern)
    parts, place = _sequence(pieces, 0)
    if place != len(pieces):
        raise ValueError(f"unbalanced brackets in the pattern {pattern!r}")
    return parts


def _sequence(pieces: list[str], place: int) -> tuple[_Parts, int]:
    found: list[_Part] = []
    while place < len(pieces) and pieces[place] not in {")", "]", "|"}:
        piece = pieces[place]
        if piece in {"(", "["}:
            choice, place = _choice(pieces, place)
            found.append(choice)
            continue
        if piece.startswith("{"):
            name, _, kind = piece[1:-1].partition(":")
            if (kind or name) not in SLOTS:
                raise ValueError(f"there is no slot {piece}")
            found.append(Slot(name, kind or name))
        else:
            text = _BRACKETS.get(piece, piece)
            found.append(text)
            _learn(text)
        place += 1
    return tuple(found), place


def _choice(pieces: list[str], place: int) -> tuple[_Choice, int]:
    closing = {"(": ")", "[": "]"}[pieces[place]]
    ways: list[_Parts] = []
    while pieces[place] != closing:
        way, place = _sequence(pieces, place + 1)
        ways.append(way)
        if place == len(pieces):
            raise ValueError("a bracket of a pattern is not closed")
    if closing == "]":
        ways.append(())
    return _Choice(tuple(ways)), place + 1
