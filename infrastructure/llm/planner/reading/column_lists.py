"""Reading several columns: listed, as a range, or as a kind of them ("all text columns")."""

import re

from domain.plan import Choice
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import KINDS_OF_COLUMNS
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.column_reader import BREAKS, ColumnReader
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind, quotation

_UP_TO = ("to", "through", "until", "till", "up to", "-", "\u2013")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LIST_SIGNS = (",", "&", "+")
_YEAR = re.compile("(?:19|20)[0-9]{2}")


class ColumnListReader(ColumnReader):
    """Reads columns; `spared` are those that "all columns" are without."""

    spared: tuple[str, ...] = ()

    def columns(self, *, either: bool = False) -> tuple[str, ...] | None:
        """Read a list of columns, or a kind of them ("all text columns"), without repetition.

        "age or city" is a list only with `either`.
        """
        listed = self._range() or self._years()
        if listed is not None:
            return listed
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
        sharing = self._sharing_a_noun()
        if sharing is not None:
            return sharing
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

    def _sharing_a_noun(self) -> tuple[str, ...] | None:
        """Read "first and last name", which are the first name and the last name."""
        start = self.position
        self.take("the")
        first = self.token()
        if first is not None and first.kind is Kind.WORD and self._match(guess=False) is None:
            self.position += 1
            joined = self.take("and", "&")
            match = self._match(guess=False) if joined else None
            if match is not None and match.length > 1:
                noun = self.tokens[self.position + match.length - 1]
                own = self._matcher.at((first, noun), guess=False)
                both = (*own.columns, *match.columns) if own is not None else ()
                if len(set(both)) == 2:
                    self.advance(match.length)
                    return both
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

    def _years(self) -> tuple[str, ...] | None:
        """Read "the years", "the year columns": those called by years; "the 2019 columns".

        Not where a column is called so.
        """
        start = self.position
        self.skip("the", "all", "all the", "these", "those")
        if self._match(guess=False) is None:
            plural = self.take("years", "years columns", "yearly columns") is not None
            plural = plural or self.take("year columns") is not None
            year = None if plural or not self.take("year") else self.token()
            names = self.shape.column_names
            if plural:
                self.take(*words.COLUMN)
                found = tuple(name for name in names if _YEAR.fullmatch(name))
            elif year is not None and _YEAR.fullmatch(year.text):
                self.advance()
                several = self.take("columns", "cols", "fields")
                found = tuple(n for n in names if year.text in name_words(n)) if several else ()
            else:
                found = ()
            if len(found) > 1 or (found and not plural):
                return self.without_exceptions(found)
        self.position = start
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
        types = KINDS_OF_COLUMNS.get(kind.word) if kind else None
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
        # What is excepted has no exceptions of its own.
        excepted = self.column_kind() or self.columns()
        if excepted is None:
            self.position = before
            return names
        return tuple(name for name in names if name not in excepted)

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
        return not (named and (after is None or after.text in BREAKS or after.word == "and"))

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
        if self.at(*words.WITH, *words.IN) or (self.token() or self.tokens[0]).text in BREAKS:
            return True
        return self._match(guess=True) is None
