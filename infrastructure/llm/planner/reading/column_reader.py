"""Reading one column of a table: by its name, as "it", or as what words in brackets mean."""

from domain.plan import Choice
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_matching import (
    LONGEST_NAME,
    Likeness,
    Match,
    matcher_of,
    name_words,
)
from infrastructure.llm.planner.reading.cursor import Cursor
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind, Token, key, quotation

_SHOWN_COLUMNS = 8
_MOST_SKIPPED = 12
_ROW_NOUNS = frozenset({*words.ROWS, *words.PERSONS, *words.THINGS})
_OF_THE = frozenset({"of", "the", "all"})
# A phrase that one column explains goes on over no such word, and not over a verb.
_JOINING = (words.KEYWORDS - _OF_THE) | {"or", "nor", "no", "more", "less", "over", "under"}
_MOST_EXPLAINED = 5
_OWNING = ("'s", "s'")
BREAKS = (",", ";", ".", "\n", "!", "?", "&", "…", "+")
_FUNCTIONS = frozenset(
    {
        *("mean", "average", "avg", "median", "sum", "total", "count", "min", "minimum", "max"),
        *("maximum", "std", "mode", "abs", "round", "rank", "log", "sqrt"),
    }
)

# The "number" of "without a phone number".
_SAID_BEHIND = {
    frozenset({"phone", "telephone", "mobile", "tel", "fax"}): ("number", "numbers"),
    frozenset({"email", "mail", "e-mail", "emails"}): ("address", "addresses"),
}


class ColumnReader(Cursor):
    """A position in a message's tokens, and the columns of the table as the steps before leave it.

    `changed` are the columns that the step before changed: what "it" and "them" mean.
    `missed` is the furthest place where a column should have been.
    """

    def __init__(
        self,
        message: str,
        tokens: tuple[Token, ...],
        shape: TableShape,
        *,
        start: int,
        changed: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, tokens, start)
        self.shape = shape
        self.missed: int | None = None
        self.changed = changed
        self._matches: dict[tuple[int, bool], Match | None] = {}
        self._matcher = matcher_of(shape.column_names)
        self._by_name = {column.name: column for column in shape.columns}

    def column_named(self, name: str) -> Column:
        return self._by_name[name]

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
        if match is None or match.length == 1:
            match = self._of_owner() or match
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
            for called, behind in _SAID_BEHIND.items():
                if called & set(name_words(match.columns[0])):
                    self.take(*behind)
        if self._by_name[match.columns[0]].type is ColumnType.DATETIME and not self._match(
            guess=False
        ):
            self.take("date", "dates")
        self.take(*words.COLUMN)
        return match.columns[0]

    def _of_owner(self) -> Match | None:
        """The name behind its owner: "the customer's email", where each row is of a customer.

        Not "the manager's salary" or "Ann's salary", which are of some rows only.
        """
        token = self.token()
        if token is None or not token.word.endswith(_OWNING):
            return None
        owner = token.word.rstrip("s'")
        if f"{owner}s" not in _ROW_NOUNS and owner not in map(key, self.shape.column_names[:1]):
            return None
        self.position += 1
        match = self._match(guess=False)
        if match is None:
            self.position -= 1
        return match

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
        if after is None or after.text in BREAKS or after.word in {"and", "or", "then"}:
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

    def _explained(self) -> str | None:
        """Read "goals (Buts)", "the names of the players (joueur)": what is meant is in brackets.

        Not of rows ("injured players (injured)"), nor of truth values, which are said of rows, nor
        of what is written like a value: "Lyon (city)".
        """
        start = self.position
        while (token := self.token()) is not None and token.kind is Kind.WORD:
            rows = token.word in _ROW_NOUNS and self.tokens[self.position - 1].word not in _OF_THE
            rows = rows or token.text[0].isupper()
            if rows or token.word in _JOINING or self.position - start == _MOST_EXPLAINED:
                break
            self.position += 1
        if self.position > start and not self._at_call() and self.take("("):
            match = self._match(guess=False)
            if match is not None and len(match.columns) == 1:
                self.advance(match.length)
                (name,) = match.columns
                if self._by_name[name].type is not ColumnType.BOOLEAN and self.take(")"):
                    return name
        self.position = start
        return None

    def _at_call(self) -> bool:
        """Whether the bracket here is that of mean(price), which explains nothing."""
        before, bracket = self.tokens[self.position - 1], self.token()
        adjacent = bracket is not None and bracket.start == before.end
        return adjacent or before.word in _FUNCTIONS

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

    def _match(self, *, guess: bool) -> Match | None:
        place = self.position
        if (place, guess) not in self._matches:
            here = self.tokens[place : place + LONGEST_NAME]
            self._matches[place, guess] = self._matcher.at(here, guess=guess)
        return self._matches[place, guess]
