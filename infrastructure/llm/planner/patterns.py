"""Patterns: how a command can be said, as text with alternatives, options and slots.

``(pad|zero-pad) {columns} [with zeros] to [length] {width:whole}`` reads "zero-pad code to 5".
``a|b`` in round brackets is one of them, in square ones none or one. ``{name:kind}`` reads what
that kind of slot reads (`slots`), ``{kind}`` alone is called like its kind. Articles and polite
words are read over wherever a word or a slot is due.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from domain.actions import Action
from infrastructure.llm.planner import words
from infrastructure.llm.planner.column_matching import is_slip
from infrastructure.llm.planner.question import Question
from infrastructure.llm.planner.reader import Reader
from infrastructure.llm.planner.slots import SLOTS

Bound = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """A command as a pattern read it: what its slots hold, and the reader behind it."""

    reader: Reader
    slots: Bound

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - what the kind of slot reads
        return self.slots[name]

    def __contains__(self, name: str) -> bool:
        return name in self.slots

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as above
        """What the slot holds, or the default where the pattern has none."""
        return self.slots.get(name, default)

    def says(self, *phrases: str) -> bool:
        """Whether one of the words stands anywhere in it."""
        words_said = self.reader.tokens[self.reader.start : self.reader.position]
        return any(token.word in phrases for token in words_said)


Build = Callable[[Said], tuple[Action, ...] | None]

_PARTS = re.compile(r"\{[^}]*\}|[()\[\]|]|[^\s()\[\]|{}]+")
_READ_OVER = (*words.DETERMINERS, "a", "an", "its", "their", "that", "please", "just", "then", "me")
# A word so long is still known with a slip of the pen.
_LONG_WORD = 6
# Words of their own, and no slip of what they look like: "different".
_NO_SLIPS = frozenset({"difference", "differences"})
# So many words are read over at one place: nobody says more, and each is tried as a start.
_MOST_READ_OVER = 6
# Of so many words and choices it is kept which ways can begin with the word.
_MOST_KNOWN = 1 << 16


@dataclass(frozen=True)
class _Word:
    text: str


@dataclass(frozen=True)
class _Slot:
    name: str
    kind: str


@dataclass(frozen=True, eq=False)
class _Choice:
    """Ways to say a thing; each choice is only itself, so that what is found for it is kept."""

    ways: tuple[tuple["_Part", ...], ...]


_Part = _Word | _Slot | _Choice


@dataclass(frozen=True)
class _FirstWords:
    """The words that a pattern can begin with; the long ones also by their first letters.

    A slip of the pen is hardly in the first letter.
    """

    words: frozenset[str]
    long: Mapping[str, tuple[str, ...]]


def by_patterns(*patterns: str) -> Callable[[Build], Callable[[Reader], tuple[Action, ...] | None]]:
    """Make a rule of what builds actions from the slots of the first pattern that fits.

    It builds None where the pattern fits and yet does not say that; a Question is asked at last.
    """
    compiled = _Choice(tuple(map(_compiled, patterns)))

    def as_rule(build: Build) -> Callable[[Reader], tuple[Action, ...] | None]:
        def rule(reader: Reader) -> tuple[Action, ...] | None:
            start, asked = reader.position, _Asked()
            reader.start = start
            for parts in _ways_at(compiled, reader, start):
                for end, bound in _ways(parts, reader, start, {}, asked):
                    reader.position = end
                    if not reader.take_end_of_clause():
                        continue
                    reader.position = end
                    actions = build(Said(reader, bound))
                    if actions:
                        return actions
            reader.position = start
            asked.ask(reader)
            return None

        rule.__doc__ = build.__doc__
        return rule

    return as_rule


def fits(reader: Reader, *patterns: str) -> bool:
    """Whether one of the patterns reads all of what is left."""
    start = reader.position
    for parts in map(_compiled, patterns):
        for end, _ in _ways(parts, reader, start, {}, _Asked()):
            reader.position = end
            if reader.take_end_of_clause() and reader.token() is None:
                return True
    reader.position = start
    return False


def _ways_at(choice: _Choice, reader: Reader, place: int) -> tuple[tuple[_Part, ...], ...]:
    """Those of the ways that can begin at the place."""
    if place >= len(reader.tokens):
        return choice.ways
    word = reader.tokens[place].word
    return choice.ways if word in _READ_OVER else _beginning_with(word, choice)


@lru_cache(maxsize=_MOST_KNOWN)
def _beginning_with(word: str, choice: _Choice) -> tuple[tuple[_Part, ...], ...]:
    return tuple(way for way, firsts in _firsts_of(choice) if _may_begin(firsts, word))


@cache
def _firsts_of(choice: _Choice) -> tuple[tuple[tuple[_Part, ...], _FirstWords | None], ...]:
    return tuple((way, _firsts(way)) for way in choice.ways)


def _may_begin(firsts: _FirstWords | None, word: str) -> bool:
    """Whether what can begin with these words, or with a slot, can begin with the word."""
    if firsts is None or word in firsts.words:
        return True
    return any(is_slip(word, first) for first in firsts.long.get(word[:1], ()))


def _firsts(parts: tuple[_Part, ...]) -> _FirstWords | None:
    """The words that the parts can begin with; None if a slot can."""
    found = _first_words(parts)
    if found is None:
        return None
    long: dict[str, tuple[str, ...]] = {}
    for word in found:
        if len(word) >= _LONG_WORD:
            long[word[:1]] = (*long.get(word[:1], ()), word)
    return _FirstWords(found, long)


def _first_words(parts: tuple[_Part, ...]) -> frozenset[str] | None:
    """The words that the parts can begin with; None if a slot can."""
    if not parts or isinstance(parts[0], _Slot):
        return None
    if isinstance(parts[0], _Word):
        return frozenset({parts[0].text})
    found: set[str] = set()
    for way in parts[0].ways:
        firsts = _first_words((*way, *parts[1:]))
        if firsts is None:
            return None
        found |= firsts
    return frozenset(found)


class _Asked:
    """The question that was met furthest in the message."""

    def __init__(self) -> None:
        self._place = -1
        self._question: Question | None = None

    def keep(self, place: int, question: Question) -> None:
        if place > self._place:
            self._place, self._question = place, question

    def ask(self, reader: Reader) -> None:
        if self._question is not None:
            reader.position = self._place
            raise self._question


def _ways(
    parts: tuple[_Part, ...], reader: Reader, place: int, bound: Bound, asked: _Asked
) -> Iterator[tuple[int, Bound]]:
    """Every way to read the parts from a place on: where it ends, and what the slots hold."""
    if not parts:
        yield place, bound
        return
    head, rest = parts[0], parts[1:]
    match head:
        case _Choice():
            for way in _ways_at(head, reader, place):
                yield from _ways((*way, *rest), reader, place, bound, asked)
        case _Word(text):
            after = _after_word(reader, place, text)
            if after is not None:
                yield from _ways(rest, reader, after, bound, asked)
        case _Slot(name, kind):
            for start in _starts(reader, place):
                for end, value in _read(reader, kind, start, asked):
                    yield from _ways(rest, reader, end, {**bound, name: value}, asked)


def _read(reader: Reader, kind: str, place: int, asked: _Asked) -> Iterator[tuple[int, Any]]:
    """What the kind of slot reads at a place, read once for all patterns."""
    known = reader.known.get((kind, place))
    if known is None:
        known, before = [], (reader.missed, reader.furthest)
        try:
            for value in SLOTS[kind](_at(reader, place)):
                known.append((reader.position, value))
        except Question as question:
            known.append((reader.position, question))
        if _begins(reader, place):
            # Any word may stand where a command begins with a name.
            reader.missed, reader.furthest = before
        reader.known[kind, place] = known
    for end, value in known:
        if isinstance(value, Question):
            asked.keep(end, value)
        else:
            yield end, value


def _begins(reader: Reader, place: int) -> bool:
    return all(token.word in _READ_OVER for token in reader.tokens[reader.start : place])


def _at(reader: Reader, place: int) -> Reader:
    reader.position = place
    return reader


def _starts(reader: Reader, place: int) -> tuple[int, ...]:
    """The place itself, and those behind articles and the like, found once for all patterns."""
    starts = reader.starts.get(place)
    if starts is None:
        starts = reader.starts[place] = tuple(_places_read_over(reader, place))
    return starts


def _places_read_over(reader: Reader, place: int) -> Iterator[int]:
    yield place
    for _ in range(_MOST_READ_OVER):
        after = _after_one_of(reader, place, _READ_OVER)
        if after is None:
            return
        place = after
        yield place


def _after_word(reader: Reader, place: int, text: str) -> int | None:
    for start in _starts(reader, place):
        token = reader.tokens[start] if start < len(reader.tokens) else None
        if token is None:
            return None
        if token.word == text or (
            len(text) >= _LONG_WORD
            and token.word != text
            and token.word not in _NO_SLIPS
            and is_slip(token.word, text)
            and token.text not in reader.shape.column_names
        ):
            if text not in _READ_OVER:
                reader.furthest = max(reader.furthest, start + 1)
            return start + 1
    return None


def _after_one_of(reader: Reader, place: int, phrases: tuple[str, ...]) -> int | None:
    length = _at(reader, place).at(*phrases)
    return place + length if length else None


@cache
def _compiled(pattern: str) -> tuple[_Part, ...]:
    pieces = _PARTS.findall(pattern)
    parts, place = _sequence(pieces, 0)
    if place != len(pieces):
        raise ValueError(f"unbalanced brackets in the pattern {pattern!r}")
    return parts


def _sequence(pieces: list[str], place: int) -> tuple[tuple[_Part, ...], int]:
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
            found.append(_Slot(name, kind or name))
        else:
            found.append(_Word(piece))
        place += 1
    return tuple(found), place


def _choice(pieces: list[str], place: int) -> tuple[_Choice, int]:
    closing = {"(": ")", "[": "]"}[pieces[place]]
    ways: list[tuple[_Part, ...]] = []
    while pieces[place] != closing:
        way, place = _sequence(pieces, place + 1)
        ways.append(way)
        if place == len(pieces):
            raise ValueError("a bracket of a pattern is not closed")
    if closing == "]":
        ways.append(())
    return _Choice(tuple(ways)), place + 1
