"""Patterns: how a command can be said, as text with alternatives, options and slots.

``(pad|zero-pad) {columns} [with zeros] to [length] {width:whole}`` reads "zero-pad code to 5".
``a|b`` in round brackets is one of them, in square ones none or one; « and » are brackets of the
message. ``{name:kind}`` reads what
that kind of slot reads (`slots`), ``{kind}`` alone is called like its kind. Articles and polite
words are read over wherever a word or a slot is due.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.actions import Action
from infrastructure.llm.planner.phrases.pattern_places import (
    READ_OVER,
    Next,
    Place,
    Slot,
    compiled,
    texts_meant,
)
from infrastructure.llm.planner.phrases.slots import SLOTS
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

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

# Words of their own, and no slip of what they look like: "different".
_NO_SLIPS = frozenset({"difference", "differences"})
# To read one of these takes long: not done where the words that must follow it are not said.
_LONG_SLOTS = frozenset({"condition_before", "formula", "measure"})
# So many words are read over at one place: nobody says more, and each is tried as a start.
_MOST_READ_OVER = 6


def by_patterns(*patterns: str) -> Callable[[Build], Callable[[Reader], tuple[Action, ...] | None]]:
    """Make a rule of what builds actions from the slots of the first pattern that fits.

    It builds None where the pattern fits and yet does not say that; a Question is asked at last.
    """
    begin = compiled(*patterns)

    def as_rule(build: Build) -> Callable[[Reader], tuple[Action, ...] | None]:
        def rule(reader: Reader) -> tuple[Action, ...] | None:
            start, asked = reader.position, _Asked()
            reader.start = start
            for end, bound in _ways(begin, reader, start, {}, asked):
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


def fits(reader: Reader, begin: Place) -> bool:
    """Whether one of the patterns that begin there reads all of what is left."""
    start = reader.position
    for end, _ in _ways(begin, reader, start, {}, _Asked()):
        reader.position = end
        if reader.take_end_of_clause() and reader.token() is None:
            return True
    reader.position = start
    return False


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
    place: Place, reader: Reader, start: int, bound: Bound, asked: _Asked
) -> Iterable[tuple[int, Bound]]:
    """Every way to read the pattern on from a place: where it ends, and what the slots hold."""
    word = reader.tokens[start].word if start < len(reader.tokens) else None
    nexts = place.nexts_at(word)
    return _ways_through(nexts, reader, start, bound, asked) if nexts else ()


def _ways_through(
    nexts: tuple[Next, ...], reader: Reader, start: int, bound: Bound, asked: _Asked
) -> Iterator[tuple[int, Bound]]:
    for each in nexts:
        match each.part:
            case None:
                yield start, bound
            case str(text):
                after = _after_word(reader, start, text)
                if after is not None:
                    yield from _ways(each.then, reader, after, bound, asked)
            case Slot(name, kind):
                if kind in _LONG_SLOTS and not each.then.may_be_read(reader.tokens[start:]):
                    continue
                for begin in _starts(reader, start):
                    for end, value in _read(reader, kind, begin, asked):
                        yield from _ways(each.then, reader, end, {**bound, name: value}, asked)


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
    return all(token.word in READ_OVER for token in reader.tokens[reader.start : place])


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
        after = _after_one_of(reader, place, READ_OVER)
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
            text in texts_meant(token.word)
            and token.word not in _NO_SLIPS
            and token.text not in reader.shape.column_names
        ):
            if text not in READ_OVER:
                reader.furthest = max(reader.furthest, start + 1)
            return start + 1
    return None


def _after_one_of(reader: Reader, place: int, phrases: tuple[str, ...]) -> int | None:
    length = _at(reader, place).at(*phrases)
    return place + length if length else None
