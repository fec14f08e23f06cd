"""Reading tokens from left to right against one table, remembering how far it was understood."""

from collections.abc import Mapping
from copy import copy
from typing import Any, TypeAlias

from domain.actions import Condition
from domain.plan import Choice
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.planner import words
from infrastructure.llm.planner.column_matching import (
    LONGEST_NAME,
    ColumnMatcher,
    Likeness,
    Match,
    is_slip,
    name_words,
)
from infrastructure.llm.planner.cursor import Cursor
from infrastructure.llm.planner.tokens import Kind, Token, key, quotation

TEXT = frozenset({ColumnType.TEXT})
NUMERIC = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})
_KINDS_OF_COLUMNS = {
    **dict.fromkeys(("text", "texts", "string", "strings"), TEXT),
    "textual": TEXT,
    "numeric": NUMERIC,
    **dict.fromkeys(("number", "numbers"), NUMERIC),
    "numerical": NUMERIC,
    "integer": frozenset({ColumnType.INTEGER}),
    "date": frozenset({ColumnType.DATETIME}),
    "datetime": frozenset({ColumnType.DATETIME}),
    "boolean": frozenset({ColumnType.BOOLEAN}),
}
_SHOWN_COLUMNS = 8
_SHORTEST_NOUN = 4
_MOST_SKIPPED = 12
_LONG_WORD = 7
# What a column is called that tells the rows apart: the "id" of book_id.
_OF_NAMES = frozenset({"id", "ids", "no", "nr", "number", "name", "names", "code", "key"})
_TELLING_WHICH = frozenset(
    {
        *("with", "without", "where", "that", "which", "who", "whose", "having", "from", "before"),
        *("after", "since", "over", "under", "above", "below", "between", "older", "younger"),
    }
)
_ROW_NOUNS = frozenset({*words.ROWS, *words.PERSONS, *words.THINGS})
_OF_THE = frozenset({"of", "the", "all"})
# A phrase that one column explains goes on over no such word, and not over a verb.
_JOINING = (words.KEYWORDS - _OF_THE) | {"or", "nor", "no", "more", "less", "over", "under"}
_MOST_EXPLAINED = 5
_UP_TO = ("to", "through", "until", "till", "up to", "-", "\u2013")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LIST_SIGNS = (",", "&", "+")
_BREAKS = (",", ";", ".", "\n", "!", "?", "&", "…", "+")


Held: TypeAlias = Mapping[str, Mapping[str, bool]]
"""Phrases of a message, each with the columns that hold it; True where always in this case."""


class Question(Exception):
    """The message is clear enough to ask back, and not to act. The text is the reply.

    `choices` are the messages that would have been clear.
    """

    def __init__(self, reply: str, choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(reply)
        self.choices = choices


class Reader(Cursor):
    """A position in a message's tokens, and the table as the steps before leave it.

    `start` is where the command in hand begins, `known` what slots of patterns read where.
    `fresh` says that no step comes before, so that the table's counts are true. `changed` are the
    columns that the step before changed: what "it" and "them" mean. `spared` are those that all
    the others are without. `held` are values whose column need not be said,
    `without_column` is the last condition that did not.
    `missed` is the furthest place where a column should have been.
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
        super().__init__(message, tokens, start)
        self.start = start
        self.shape = shape
        self.fresh = fresh
        self.missed: int | None = None
        self.known: dict[tuple[str, int], list[tuple[int, Any]]] = {}
        self.starts: dict[int, tuple[int, ...]] = {}
        self._matches: dict[tuple[int, bool], Match | None] = {}
        self.changed = changed
        self.held = held or {}
        self.without_column: Condition | None = None
        self.spared: tuple[str, ...] = ()
        self._matcher = ColumnMatcher(shape)
        self._by_name = {column.name: column for column in shape.columns}

    @property
    def verb(self) -> str:
        """The first word of the command in hand."""
        return self.tokens[self.start].word

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
            if key(token.text) in names:
                return None
            return self.take(token.word)
        if token is not None and token.word == "ones" and self._is_told_which():
            return self.take("ones")
        found = self.take(*words.ROWS)
        if found is None and token is not None and (self._names_rows(token) or _is_slip(token)):
            return self.take(token.word)
        return found

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

    def column_named(self, name: str) -> Column:
        return self._by_name[name]

    def tells_rows_apart(self, name: str) -> bool:
        """Whether each row has a value of its own there, so that to count either is the same."""
        column = self._by_name[name]
        return self.fresh and not column.nulls and column.distinct == self.shape.rows > 0

    def of_types(self, types: frozenset[ColumnType]) -> tuple[str, ...]:
        """The table's columns of these types."""
        return tuple(column.name for column in self.shape.columns if column.type in types)

    def column(self, *, guess: bool = True) -> str | None:
        """Read one column's name, with or without "the … column". Raises Question if unclear."""
        start = self.position
        match = self._match(guess=False)
        referred = self._referred_to() if match is None else None
        if referred is not None:
            if len(referred) > 1:
                choices = self.choices(start, self.position, referred)
                self.position = start
                raise Question(f"Which column do you mean: {', '.join(referred)}?", choices)
            return referred[0]
        if match is None:
            self.skip(*words.DETERMINERS)
            match = self._match(guess=False)
        if match is None and len(self.changed) == 1 and self._at_noun_alone():
            self.take(*words.COLUMN)
            return self.changed[0]
        explained = self._explained() if match is None else None
        if explained is not None:
            return explained
        if match is None and not self.at(*words.HEADERS):
            if self.take(*words.COLUMN):
                self.take("named", "called", "of", "with", "for")
            self.take("the")
            match = self._match(guess=guess)
        if match is None:
            self.missed = max(self.missed or 0, self.position)
            self.position = start
            return None
        if len(match.columns) > 1:
            phrase = self.text(self.position, self.position + match.length)
            choices = self.choices(self.position, self.position + match.length, match.columns)
            self.position = start
            shown = ", ".join(match.columns[:_SHOWN_COLUMNS])
            more = " or another" if len(match.columns) > _SHOWN_COLUMNS else ""
            raise Question(f"Which column do you mean by {phrase!r}: {shown}{more}?", choices)
        self.advance(match.length)
        self.take("'s")
        if self._by_name[match.columns[0]].type is ColumnType.TEXT and not self._match(guess=False):
            self.take("name", "names")
        if self._by_name[match.columns[0]].type is ColumnType.DATETIME and not self._match(
            guess=False
        ):
            self.take("date", "dates")
        self.take(*words.COLUMN)
        return match.columns[0]

    def columns(self, *, either: bool = False) -> tuple[str, ...] | None:
        """Read a list of columns, or a kind of them ("all text columns"), without repetition.

        "age or city" is a list only with `either`.
        """
        ranged = self._range()
        if ranged is not None:
            return ranged
        whole = self.column_kind()
        if whole is not None:
            return self.without_exceptions(tuple(n for n in whole if n not in self.spared))
        if self._match(guess=False) is None and self.at("them"):
            referred = self._referred_to()
            if referred is not None:
                return referred
        both = self._both()
        if both is not None:
            return both
        first = self.column()
        if first is None:
            return None
        found = [first]
        while True:
            before = self.position
            name = self.column() if self._take_list_sign(either) and not self.at_verb() else None
            if name is None:
                self.position = before
                return tuple(dict.fromkeys(found))
            found.append(name)

    def _both(self) -> tuple[str, ...] | None:
        """Read "both culmen columns": the two that a part of their names means."""
        start = self.position
        if self.take("both", "both the", "both of the"):
            match = self._match(guess=True)
            if match is not None and len(match.columns) == 2:
                self.advance(match.length)
                if self.take("columns", "fields"):
                    return match.columns
        self.position = start
        return None

    def _range(self) -> tuple[str, ...] | None:
        """Read "columns age to city", "from age to city": these and those between them.

        Raises Question where letters are said that no column is called.
        """
        start, missed = self.position, self.missed
        self.take("all", "everything", "the")
        several = self.take("columns", "fields", "cols", "variables") is not None
        if self.take("from") or several:
            by_letters = self._letters() if several else None
            if by_letters is not None:
                self.position = start
                raise by_letters
            first = self._match(guess=False)
            if first is not None and len(first.columns) == 1:
                self.advance(first.length)
                if self.take(*_UP_TO) and (last := self._match(guess=False)) is not None:
                    self.advance(last.length)
                    places = [*map(self.shape.column_names.index, (*first.columns, *last.columns))]
                    if len(places) == 2 and places[0] < places[1]:
                        return self.shape.column_names[places[0] : places[1] + 1]
        self.position, self.missed = start, missed
        return None

    def _letters(self) -> Question | None:
        """The question that "columns C to F" is, where no column is called C."""
        first, last = self.token(), self.token(2)
        names = self.shape.column_names
        if first is None or last is None or not {first.text, last.text} <= {*LETTERS}:
            return None
        start, end = LETTERS.index(first.text), LETTERS.index(last.text)
        to = self.token(1)
        if {first.text, last.text} & {*names} or to is None or to.word not in _UP_TO:
            return None
        if not start < end < len(names):
            return None
        before, after = self.text_around(self.position, self.position + 3)
        shown = f"{quotation(names[start])} to {quotation(names[end])}"
        return Question(
            f"As a spreadsheet counts, {first.text} to {last.text} are "
            f"{', '.join(names[start : end + 1])}. Do you mean these?",
            (Choice(label="yes", message=f"{before}{shown}{after}"),),
        )

    def column_kind(self) -> tuple[str, ...] | None:
        """Read "all columns", "every text column", "everything"; the columns that it means."""
        start = self.position
        every = listed = False
        while word := self.take("the", "all", "every", "each", "of", "other", "my"):
            listed = True
            every = every or word in {"all", "every", "each"}
        if self.take("everything"):
            return self.shape.column_names
        kind = self.token()
        types = _KINDS_OF_COLUMNS.get(kind.word) if kind else None
        if types is not None:
            self.advance()
            if self.take(*words.COLUMN) or (every and self._ends_or_goes_on()):
                return self.of_types(types)
        elif (
            listed
            and (noun := self.take(*words.COLUMN))
            and (every or noun.endswith("s"))
            and self._ends_or_goes_on()
        ):
            return self.shape.column_names
        self.position = start
        return None

    def without_exceptions(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The columns without those that are excepted here."""
        before = self.position
        self.take(",")
        if not self.take(*words.EXCEPT):
            self.position = before
            return names
        excepted = self.columns()
        if excepted is None:
            self.position = before
            return names
        return tuple(name for name in names if name not in excepted)

    def choices(self, start: int, end: int, names: tuple[str, ...]) -> tuple[Choice, ...]:
        """The message with each of the first names in the place of these tokens."""
        before, after = self.text_around(start, end)
        return tuple(
            Choice(label=name, message=f"{before}{quotation(name)}{after}")
            for name in names[:_SHOWN_COLUMNS]
        )

    def at_lone_name(self, *goes_on: str) -> bool:
        """Whether a column's exact name stands here and the phrase ends behind it.

        So a name wins that is also a word of the grammar. What `goes_on` may follow it as well.
        """
        token, after = self.token(), self.token(1)
        if token is None or token.kind is Kind.QUOTED or token.text not in self._by_name:
            return False
        if after is None or after.text in _BREAKS or after.word in {"and", "or", "then"}:
            return True
        self.position += 1
        try:
            return bool(self.at(*goes_on))
        finally:
            self.position -= 1

    def skip_to_name(self, phrases: tuple[str, ...], *goes_on: str) -> None:
        """Skip the phrases, as far as none of them is the column that is meant."""
        for _ in range(_MOST_SKIPPED):
            if self.at_lone_name(*goes_on) or self._at_long_name() or not self.take(*phrases):
                return

    def at_verb(self) -> bool:
        """Whether a command seems to start here, and not the name of a column."""
        start = self.position
        self.skip(*words.NOISE_BEFORE)
        token = self.token()
        self.position = start
        if token is None or token.word not in words.VERBS:
            return False
        after = self.token(1)
        named = token.text in self._by_name
        return not (named and (after is None or after.text in _BREAKS or after.word == "and"))

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
            if token.kind is not Kind.QUOTED and token.text in _BREAKS:
                self.advance()
            elif self.take(*words.SEPARATORS):
                dangling = True
            elif not self.take(*words.NOISE_AFTER):
                return joined
            joined = True

    def _explained(self) -> str | None:
        """Read "goals (Buts)", "the names of the players (joueur)": what is meant is in brackets.

        Not of rows ("injured players (injured)"), nor of truth values, which are said of rows.
        """
        start = self.position
        while (token := self.token()) is not None and token.kind is Kind.WORD:
            rows = token.word in _ROW_NOUNS and self.tokens[self.position - 1].word not in _OF_THE
            if rows or token.word in _JOINING or self.position - start == _MOST_EXPLAINED:
                break
            self.position += 1
        if self.position > start and self.take("("):
            match = self._match(guess=False)
            if match is not None and len(match.columns) == 1:
                self.advance(match.length)
                (name,) = match.columns
                if self._by_name[name].type is not ColumnType.BOOLEAN and self.take(")"):
                    return name
        self.position = start
        return None

    def _at_noun_alone(self) -> bool:
        """Whether "column" stands here behind an article, and no name behind it."""
        before = self.position
        said = before > 0 and self.tokens[before - 1].word in {"the", "that", "this"}
        alone = said and self.take("column", "field") is not None
        alone = alone and self._match(guess=True) is None
        self.position = before
        return alone

    def _at_long_name(self) -> bool:
        """Whether an exact name of several words stands here, such as ``a b``."""
        match = self._match(guess=False)
        return match is not None and match.likeness is Likeness.EXACT and match.length > 1

    def _referred_to(self) -> tuple[str, ...] | None:
        """The columns that "it" or "them" means here; None where it means no columns."""
        if not self.changed or not self.take("it", "them"):
            return None
        return self.changed

    def _take_list_sign(self, either: bool) -> bool:
        token = self.token()
        if token is not None and token.text in _LIST_SIGNS:
            self.advance()
            self.take("and then", "and", "then")
            return True
        or_ = ("or",) if either else ()
        joints = ("and", "as well as", "plus", "and also", "nor", *or_)
        return self.take(*joints) is not None

    def _ends_or_goes_on(self) -> bool:
        """Whether "columns" was the whole phrase, not the start of "columns name and age"."""
        if self.token() is None or self.at(*words.EXCEPT, *words.SEPARATORS, *words.NOISE_AFTER):
            return True
        if self.at(*words.WITH, *words.IN) or (self.token() or self.tokens[0]).text in _BREAKS:
            return True
        return self._match(guess=True) is None

    def _match(self, *, guess: bool) -> Match | None:
        place = self.position
        if (place, guess) not in self._matches:
            here = self.tokens[place : place + LONGEST_NAME]
            self._matches[place, guess] = self._matcher.at(here, guess=guess)
        return self._matches[place, guess]


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
