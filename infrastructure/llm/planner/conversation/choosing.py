"""Answers to a question back: "the second", "both", "salary", "yes"."""

from collections.abc import Sequence

from domain.plan import Choice
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.planner.reading.column_matching import LONGEST_NAME, matcher_of
from infrastructure.llm.planner.reading.numerals import as_number, as_ordinal
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Token, key

_BEFORE = (
    *(
        "i mean",
        "i meant",
        "i would like",
        "i want",
        "use",
        "take",
        "choose",
        "pick",
        "the",
        "with",
    ),
    *("option", "number", "choice", "no", "yes", "it's", "it is", "its", "please", ",", "that is"),
    *("i'd like", "go with", "my choice is", "for", "ok", "well", "just", "only", "column", "#"),
)
_AFTER = ("one", "please", "column", "option", ".", "!", ",", "of them", "thanks", "choice", ")")
_YES = ("yes", "y", "yeah", "yep", "sure", "ok", "okay", "do it", "go ahead", "please do", "right")
_NO = (
    *("no", "n", "nope", "none", "neither", "cancel", "stop", "none of them", "neither of them"),
    *("no thanks", "leave it", "don't", "nothing", "no thank you"),
)
_NOTHING = ("never mind", "nevermind", "forget it", "forget about it", "nothing", "do nothing")
_BOTH = ("both", "all", "both of them", "all of them", "each", "each of them", "every one")


def declined(reader: Reader, *, asked: bool) -> bool:
    """Whether the message wants nothing done; a bare "no" says so only to who `asked`."""
    return _is(reader, (*_NOTHING, *_NO) if asked else _NOTHING)


def agreed(reader: Reader) -> bool:
    """Whether the message only says yes: of several choices, to which?"""
    return _is(reader, _YES)


def chosen(reader: Reader, choices: Sequence[Choice]) -> Sequence[Choice]:
    """The choices that the whole message names; none if it names no one of them for sure."""
    if not choices:
        return ()
    if len(choices) == 1 and agreed(reader):
        return choices
    whole = key("".join(token.text for token in reader.tokens)).removeprefix("the")
    named = [choice for choice in choices if key(choice.label).removeprefix("the") == whole]
    if len(named) == 1:
        return named
    if len(choices) > 1 and _is(reader, _BOTH):
        # "Both missing" is one of the choices, and not all of them.
        called_so = [c for c in choices if key(c.label).startswith(("both", "all"))]
        return called_so or choices
    tokens = _essence(reader)
    if not tokens:
        return ()
    place = _place(tokens, len(choices))
    if place is not None:
        return choices[place : place + 1]
    written = key("".join(token.text for token in tokens))
    same = [choice for choice in choices if key(choice.label) == written]
    found = same if len(same) == 1 else possible(reader, choices)
    return found if len(found) == 1 else ()


def possible(reader: Reader, choices: Sequence[Choice]) -> Sequence[Choice]:
    """The choices whose labels the whole message may mean as names of columns are meant."""
    tokens = _essence(reader)
    if not tokens or not choices:
        return ()
    shape = TableShape(
        rows=0,
        columns=tuple(
            Column(name=choice.label, type=ColumnType.TEXT, nulls=0, distinct=0)
            for choice in choices
        ),
    )
    match = matcher_of(shape.column_names).at(tokens[:LONGEST_NAME], guess=True)
    if match is None or match.length != len(tokens):
        return ()
    return [choice for choice in choices if choice.label in match.columns]


def _place(tokens: Sequence[Token], count: int) -> int | None:
    """The 0-based place that an ordinal or a number means."""
    if len(tokens) != 1:
        return None
    word = tokens[0].word
    if word in {"last", "latter"}:
        return count - 1 if word == "last" or count == 2 else None
    if word == "former":
        return 0 if count == 2 else None
    number = as_ordinal(word) or as_number(word)
    if not isinstance(number, int):
        return None
    place = number - 1
    return place if 0 <= place < count else None


def _essence(reader: Reader) -> Sequence[Token]:
    """The message without what is said around a choice."""
    reader.position = 0
    reader.skip(*_BEFORE)
    tokens = list(reader.tokens[reader.position :])
    while tokens and tokens[-1].word in _AFTER:
        tokens.pop()
    return tokens


def _is(reader: Reader, phrases: Sequence[str]) -> bool:
    reader.position = 0
    if reader.take(*phrases) is None:
        return False
    reader.skip("please", "thanks", "thank you", ".", "!", ",")
    return reader.token() is None
