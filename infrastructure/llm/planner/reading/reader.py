"""Reading tokens from left to right against one table, remembering how far it was understood."""

from collections.abc import Mapping
from copy import copy
from typing import Any, TypeAlias

from domain.actions import Condition
from domain.table import ColumnType, TableShape
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_lists import ColumnListReader
from infrastructure.llm.planner.reading.column_matching import is_slip, is_verb_of, name_words
from infrastructure.llm.planner.reading.column_reader import BREAKS
from infrastructure.llm.planner.reading.tokens import Kind, Token, key

_SHORTEST_NOUN = 4
_LONG_WORD = 7
# What a column is called that tells the rows apart: the "id" of book_id.
_OF_NAMES = frozenset({"id", "ids", "no", "nr", "number", "name", "names", "code", "key"})
_TELLING_WHICH = frozenset(
    {
        *("with", "without", "where", "that", "which", "who", "whose", "having", "from", "before"),
        *("after", "since", "over", "under", "above", "below", "between", "older", "younger"),
        *("in", "at"),
    }
)

Held: TypeAlias = Mapping[str, Mapping[str, bool]]
"""Phrases of a message, each with the columns that hold it; True where always in this case."""


class Reader(ColumnListReader):
    """A position in a message's tokens, and the table as the steps before leave it.

    `start` is where the command in hand begins, `known` what slots of patterns read where.
    `fresh` says that no step comes before, so that the table's counts are true. `held` are values
    whose column need not be said, `without_column` is the last condition that did not. `on_topic`
    says that the command stands behind the columns that it is about.
    """

    def __init__(
        self,
        message: str,
        tokens: tuple[Token, ...],
        shape: TableShape,
        *,
        start: int,
        fresh: bool,
        changed: tuple[str, ...] = (),
        held: Held | None = None,
    ) -> None:
        super().__init__(message, tokens, shape, start=start, changed=changed)
        self.start = start
        self.fresh = fresh
        self.known: dict[tuple[str, int], list[tuple[int, Any]]] = {}
        self.starts: dict[int, tuple[int, ...]] = {}
        self.on_topic = False
        self.held = held or {}
        self.without_column: Condition | None = None

    @property
    def verb(self) -> str:
        """The first word of the command in hand."""
        return self.tokens[self.start].word

    @property
    def drops(self) -> bool:
        """Whether the command in hand is to drop: "filter out" and "leave out" are, "filter" and
        "leave only" are not."""
        before, self.position = self.position, self.start
        self.skip("please", "just", "then")
        drops = self.at(*words.DROP) > 0
        self.position = before
        return drops

    def over(self, tokens: tuple[Token, ...]) -> "Reader":
        """A reader of other tokens of the same message, and of the same table."""
        other = copy(self)
        other.tokens, other.position, other.furthest, other.missed = tokens, 0, 0, None
        other.known, other.starts, other._matches = {}, {}, {}
        return other

    def take_rows(self) -> str | None:
        """Read a word for rows, also "people" or "orders" where no column is called so."""
        token = self.token()
        if token is not None and token.word in (*words.PERSONS, *words.THINGS):
            names = {key(name) for name in self.shape.column_names}
            if key(token.text) in names or self.truth_of(token.word) is not None:
                return None
            return self.take(token.word)
        if token is not None and token.word == "ones" and self._is_told_which():
            return self.take("ones")
        found = self.take(*words.ROWS)
        if found is None and token is not None and (self._names_rows(token) or _is_slip(token)):
            return self.take(token.word)
        return found

    def truth_of(self, noun: str) -> str | None:
        """The column of truth values that says who they are: subscribed of "subscribers"."""
        truths = self.of_types(frozenset({ColumnType.BOOLEAN})) if noun in words.PERSONS else ()
        found = [t for t in truths if any(is_verb_of(noun, word) for word in name_words(t))]
        return found[0] if len(found) == 1 else None

    def take_row(self) -> str | None:
        """Read a word for rows, or for one, such as "order"; or what each row has one of its own.

        A column whose values repeat is no word for rows: "the 3 cheapest products".
        """
        token, start, missed = self.token(), self.position, self.missed
        name = self.column(guess=False)
        if token is None or name is not None:
            if name is not None and self.tells_rows_apart(name):
                return token.word if token else None
            self.position, self.missed = start, missed
            return None
        one = f"{token.word}s" in (*words.ROWS, *words.PERSONS, *words.THINGS)
        return self.take_rows() or (self.take(token.word) if one else None)

    def tells_rows_apart(self, name: str) -> bool:
        """Whether each row has a value of its own there, so that to count either is the same."""
        column = self._by_name[name]
        return self.fresh and not column.nulls and column.distinct == self.shape.rows > 0

    def take_end_of_clause(self) -> bool:
        """Read what ends a command: polite words, then the end or what joins the next one to it.

        An "and" that joins nothing is no end: a part of the message may be lost.
        """
        self.skip(*words.NOISE_AFTER)
        joined = dangling = False
        while True:
            token = self.token()
            if token is None:
                return not dangling
            if token.kind is not Kind.QUOTED and token.text in BREAKS:
                self.advance()
            elif self.take(*words.SEPARATORS):
                dangling = True
            elif not self.take(*words.NOISE_AFTER):
                return joined
            joined = True

    def _is_told_which(self) -> bool:
        """Whether it goes on with what tells which: "the ones without a name"."""
        after = self.token(1)
        return after is not None and after.word in _TELLING_WHICH

    def _names_rows(self, token: Token) -> bool:
        """Whether it is a noun for the rows that a column gives them: the books of book_id.

        Also the pets of a first column pet, where each row has its own.
        """
        if token.word in words.KEYWORDS or len(token.word) < _SHORTEST_NOUN:
            return False
        if token.kind is not Kind.WORD or not token.word.endswith("s"):
            return False
        nouns = {key(token.word.removesuffix("s")), key(token.word.removesuffix("es"))}
        first = next(iter(self.shape.column_names), "")
        if first and key(first) in nouns and self.tells_rows_apart(first):
            return True
        return any(
            nouns & set(parts) and set(parts) - nouns <= _OF_NAMES
            for parts in map(name_words, self.shape.column_names)
            if len(parts) > 1
        )


def _is_slip(token: Token) -> bool:
    """Whether it is a long word for rows with a slip of the pen: "evrything"."""
    return token.kind is Kind.WORD and any(
        len(word) >= _LONG_WORD and is_slip(token.word, word) for word in words.ROWS
    )


def free_name(reader: Reader, name: str) -> str:
    """The name, with a number behind it if a column is called so."""
    taken, number, free = set(reader.shape.column_names), 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
