"""The grammar of conditions: "age >= 18 and (city is Paris or London or missing)"."""

from collections.abc import Callable

from domain.actions import AllOf, AnyOf, Comparison, Condition, Not, Operator, comparisons_in
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner import words
from infrastructure.llm.planner.column_matching import name_words
from infrastructure.llm.planner.comparing import (
    between,
    compared,
    missing_or_empty,
    negation,
    one_of,
)
from infrastructure.llm.planner.condition_words import (
    COMPARED,
    IGNORING_CASE,
    IS,
    MATCHES,
    MATCHES_PATTERN,
    MISSING,
    NOT,
    ONE_OF,
    OR_LESS,
    OR_MORE,
    RANGE,
    SIGNS,
    TEXTUAL,
)
from infrastructure.llm.planner.reader import NUMERIC, Question, Reader
from infrastructure.llm.planner.tokens import Kind, key
from infrastructure.llm.planner.values import (
    Written,
    as_date,
    as_days,
    as_number,
    clear,
    read_date,
    read_pattern,
    read_value,
)

_DEEPEST = 10
_MOST_JOINED = 100
_AGE = frozenset({"age", "ages", "age (years)", "age_years", "alter"})
_BY_AGE = ("older than", "younger than")
_BY_DATE = (
    *("before", "after", "since", "on or after", "on or before", "until", "not before"),
    *("not after", "earlier than", "later than"),
)
_YEARS = frozenset({"years", "year", "yrs", "yr"})
_PATTERN_SIGNS = frozenset("\\^$[](){}*+?|")
_STEM = 4
_PREDICATES = (*IS, *NOT, *SIGNS)
_INTRODUCTIONS = (
    *("where", "that", "whose", "if", "with", "have", "has", "having", "the", "a", "an", "who"),
    *("which",),
)


_BELOW = frozenset({"less", "less_or_equal"})
_ABOVE = frozenset({"greater", "greater_or_equal"})


def _exclude_each_other(one: Condition, other: Condition) -> bool:
    """Whether no value is below the one bound and above the other: below 2 and above 100."""
    if not (isinstance(one, Comparison) and isinstance(other, Comparison)):
        return False
    below, above = (one, other) if one.operator in _BELOW else (other, one)
    if below.operator not in _BELOW or above.operator not in _ABOVE or one.column != other.column:
        return False
    most, least = below.values[0], above.values[0]
    if isinstance(most, str) and isinstance(least, str):
        return most < least
    return isinstance(most, int | float) and isinstance(least, int | float) and most < least


def read_condition(reader: Reader) -> Condition | None:
    """Read a condition as far as it goes; None when none stands here. Raises Question."""
    return _Conditions(reader).joined(0)


class _Conditions:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def joined(self, depth: int) -> Condition | None:
        """Conditions joined by and, or by or; by both only in brackets."""
        reader = self._reader
        first = self._part(depth, None)
        if first is None:
            return None
        found, joints, joint_place = [first], set[str](), 0
        while True:
            before, missed = reader.position, reader.missed
            reader.take(",")
            place = reader.position
            joint = reader.take("and", "or", "but", "&", "&&", "||", "|", "and also", "or else")
            part = self._part(depth, found[-1]) if joint and not reader.at_verb() else None
            if joint is None or part is None:
                reader.position = before
                # A verb may follow an "and", so what stands there need not be a column.
                reader.missed = reader.missed if joint else missed
                break
            if len(found) == _MOST_JOINED:
                raise Question(f"That is more than {_MOST_JOINED} conditions. Please use fewer.")
            joints.add("or" if joint[0] in "o|" else "and")
            found.append(part)
            joint_place = place
        if len(joints) > 1:
            raise Question(
                "Does the and or the or come first? Say it with brackets, "
                "for example: (a > 1 or b > 1) and c > 1."
            )
        if joints == {"and"} and len(found) == 2 and _exclude_each_other(*found):
            before_it, after_it = reader.text_around(joint_place, joint_place + 1)
            raise Question(
                "Nothing is both. Do you mean that one of them holds?",
                (Choice(label="yes", message=f"{before_it}or{after_it}"),),
            )
        return self._join(found, joints)

    def _join(self, found: list[Condition], joints: set[str]) -> Condition:
        if len(found) == 1:
            return found[0]
        return (AnyOf if joints == {"or"} else AllOf)(conditions=tuple(found))

    def _part(self, depth: int, before: Condition | None) -> Condition | None:
        """A bracket, a comparison, or one that goes on about the column before ("or missing")."""
        reader = self._reader
        start = reader.position
        reader.skip_to_name(_INTRODUCTIONS, *_PREDICATES)
        if reader.at_lone_name(*_PREDICATES):
            here = reader.position
            named = self._comparison()
            if named is not None:
                return named
            reader.position = here
        bracket = self._bracket(depth)
        if bracket is not None:
            return bracket
        subject = _subject_of(before)
        attempts: list[Callable[[], Condition | None]] = [
            self._missing_first,
            self._column_last,
            self._comparison,
        ]
        attempts.append(self._implied)
        if subject is not None:
            attempts.insert(1, lambda: self._predicate((subject,), "and"))
        here, missed = reader.position, reader.missed
        for attempt in attempts:
            condition = attempt()
            if condition is not None:
                reader.missed = missed
                return condition
            reader.position = here
        reader.position = start
        return None

    def _bracket(self, depth: int) -> Condition | None:
        reader = self._reader
        start = reader.position
        negated = reader.take("not") is not None
        if reader.take("("):
            if depth >= _DEEPEST:
                raise Question("That condition has too many brackets. Please simplify it.")
            inner = self.joined(depth + 1)
            if inner is not None and reader.take(")"):
                return Not(condition=inner) if negated else inner
        reader.position = start
        return None

    def _missing_first(self) -> Condition | None:
        """ "missing age", "no email", "a negative salary"."""
        reader = self._reader
        sign = reader.take("negative", "positive")
        if sign:
            name = reader.column()
            if name is None:
                return None
            operator: Operator = "less" if sign == "negative" else "greater"
            return self._compared(name, operator, Written("0", Kind.NUMBER))
        absent = reader.take("no", "without", *words.MISSING)
        if not absent:
            return None
        reader.skip(*words.MISSING, *words.VALUES, *words.IN)
        name = reader.column()
        return None if name is None else Comparison(column=name, operator="is_missing")

    def _implied(self) -> Condition | None:
        """Of a column that is not named: "older than 18", "before March 2024"."""
        reader = self._reader
        start = reader.position
        reader.take("who are", "are", "is", "were", "was", "that")
        reader.take("made", "placed", "dated", "recorded", "happened", "happening")
        dated = self._said_when() or self._only_of_type(ColumnType.DATETIME)
        aged = reader.take("aged", "of age", "between the ages of", "at the age of") is not None
        years = self._ages() if aged or reader.at(*_BY_AGE) or self._at_bare_bound() else None
        if years is not None:
            if aged:
                reader.take("between", "from")
                found = self._between(years)
                if found is not None:
                    reader.take("years", "years old")
                    return found
            return self._said_of(years)
        if dated is not None:
            preposition = reader.take("in", "from", "during", "within", "of", "on", "between")
            if preposition:
                written = self._date()
                if written is not None:
                    return self._on_date(dated, preposition, written)
            elif reader.at(*_BY_DATE):
                return self._said_of(dated)
        reader.position = start
        return None

    def _said_when(self) -> str | None:
        """Read the "started" of "who started in 2021" where a column is called Start Date."""
        reader = self._reader
        token = reader.token()
        if token is None or token.kind is not Kind.WORD or len(token.word) <= _STEM:
            return None
        stem = token.word[:_STEM]
        dates = reader.of_types(frozenset({ColumnType.DATETIME}))
        named = [n for n in dates if any(w[:_STEM] == stem for w in name_words(n))]
        if len(named) != 1:
            return None
        reader.advance()
        return named[0]

    def _on_date(self, name: str, preposition: str, written: Written) -> Condition | None:
        """ "in 2024", "from May 2024 to June 2024", "in 2021 or later"."""
        reader = self._reader
        before = reader.position
        to = ("and",) if preposition == "between" else ("to", "until", "till", "through")
        if preposition in {"between", "from"} and reader.take(*to):
            last = self._date()
            if last is not None:
                return between(reader.column_named(name), written, last)
            reader.position = before
        if preposition == "between":
            return None
        if reader.take(*OR_MORE, "on", "onwards", "onward", "and later", "and after"):
            return self._compared(name, "greater_or_equal", written)
        if reader.take(*OR_LESS, "and earlier", "and before"):
            return self._compared(name, "less_or_equal", written)
        if reader.at("to", "until", "till", "through"):
            return None
        return self._compared(name, "equals", written)

    def _date(self) -> Written | None:
        """A date, a month or a year, as it is written."""
        written = read_date(self._reader) or self._year()
        token = self._reader.token()
        if written is None and token is not None and as_date(token.text) is not None:
            self._reader.advance()
            return Written(token.text, Kind.WORD)
        return written

    def _only_of_type(self, kind: ColumnType) -> str | None:
        names = self._reader.of_types(frozenset({kind}))
        return names[0] if len(names) == 1 else None

    def _ages(self) -> str | None:
        """The column of ages, if exactly one is called so."""
        shape = self._reader.shape
        named = [c.name for c in shape.columns if c.name.casefold() in _AGE and c.type in NUMERIC]
        return named[0] if len(named) == 1 else None

    def _at_bare_bound(self) -> bool:
        """Whether a person is said to be "under 18" or "at least 21 years old"."""
        reader = self._reader
        before = reader.position
        person = before > 0 and reader.tokens[before - 1].word in words.PERSONS
        found = bool(reader.take("under", "over", "below", "above")) and person
        token = reader.token()
        found = found and token is not None and as_number(token.text) is not None
        reader.position = before
        return found

    def _year(self) -> Written | None:
        token = self._reader.token()
        if token is None or as_days(token.text) is None:
            return None
        self._reader.advance()
        return Written(token.text, Kind.NUMBER)

    def _column_last(self) -> Condition | None:
        """ "at least 50k salary", "contain 'x' in name"."""
        reader = self._reader
        for table in (TEXTUAL, COMPARED):
            for operator, phrases in table.items():
                if not reader.take(*phrases):
                    continue
                token = reader.token()
                if token is None or token.kind not in {Kind.NUMBER, Kind.QUOTED}:
                    return None
                reader.advance()
                reader.take("in")
                name = reader.column()
                written = Written(token.text, token.kind)
                return None if name is None else self._compared(name, operator, written)
        return None

    def _comparison(self) -> Condition | None:
        reader = self._reader
        negated = not reader.at_lone_name(*_PREDICATES) and reader.take("not") is not None
        names, joint = self._subjects()
        if not names:
            return None
        condition = None if negated else self._predicate(names, joint)
        if condition is not None:
            return condition
        only = reader.column_named(names[0])
        if len(names) == 1 and only.type is ColumnType.BOOLEAN and self._ends_here():
            return Comparison(column=only.name, operator="equals", values=(not negated,))
        return None

    def _subjects(self) -> tuple[tuple[str, ...], str]:
        """One column or several of which the same is said: "age and salary are missing"."""
        reader = self._reader
        reader.take("value of", "values of", "either", "both")
        first = reader.column()
        if first is None:
            return (), "and"
        found, joint = [first], "and"
        while True:
            before, missed = reader.position, reader.missed
            sign = reader.take("and", "or", ",")
            name = reader.column() if sign else None
            if name is None:
                reader.position, reader.missed = before, missed
                return tuple(found), joint
            joint = sign if sign in {"and", "or"} else joint
            found.append(name)

    def _predicate(self, names: tuple[str, ...], joint: str) -> Condition | None:
        reader = self._reader
        start = reader.position
        parts: list[Condition] = []
        for name in names:
            reader.position = start
            part = self._said_of(name)
            if part is None:
                reader.position = start
                return None
            parts.append(part)
        return self._join(parts, {joint})

    def _said_of(self, name: str) -> Condition | None:
        reader = self._reader
        reader.skip("value", "values")
        if reader.at("of") and self._at_comparing_after("of"):
            reader.take("of")
        for sign, operator in SIGNS.items():
            if reader.take(sign):
                return self._with_value(name, operator)
        negated = reader.take(*NOT) is not None
        stated = reader.take(*IS) is not None or negated
        negated = (reader.take("not", "never") is not None) != negated
        condition = self._predicate_words(name) or (self._plain_value(name) if stated else None)
        if condition is None:
            return None
        return negation(condition) if negated else condition

    def _predicate_words(self, name: str) -> Condition | None:
        reader = self._reader
        missing = reader.take("has no value", "have no value", *MISSING)
        if missing:
            return missing_or_empty(reader.column_named(name), missing)
        if reader.take("present", "has a value", "filled", "filled in", "known"):
            return Comparison(column=name, operator="is_not_missing")
        if sign := reader.take("negative", "positive"):
            operator: Operator = "less" if sign == "negative" else "greater"
            return self._compared(name, operator, Written("0", Kind.NUMBER))
        if reader.take("between", "from", "in the range", "in the range of", "in range"):
            return self._between(name)
        if reader.take("outside", "outside of"):
            inside = self._between(name)
            return None if inside is None else Not(condition=inside)
        if reader.take("neither"):
            neither = self._in(name)
            return None if neither is None else Not(condition=neither)
        if reader.take(*ONE_OF):
            return self._in(name)
        sure = reader.take(*MATCHES_PATTERN)
        if sure or reader.take(*MATCHES):
            return self._matching(name, sure=sure is not None)
        for table in (TEXTUAL, COMPARED):
            for operator, phrases in table.items():
                if reader.take(*phrases):
                    reader.take("the letter", "the letters", "with")
                    return self._with_value(name, operator)
        return None

    def _matching(self, name: str, *, sure: bool) -> Condition | None:
        """A regular expression; where it may as well be the value itself, a question."""
        self._reader.take(":")
        pattern = read_pattern(self._reader)
        if pattern is None:
            return None
        if not sure and not _PATTERN_SIGNS & set(pattern):
            raise Question(
                f"Should {name!r} be exactly {pattern!r}, or hold it somewhere? "
                f"Say: {name} is '{pattern}', or: {name} contains '{pattern}'."
            )
        values = (pattern,)
        return Comparison(column=name, operator="matches", values=values, ignore_case=self._case())

    def _plain_value(self, name: str) -> Condition | None:
        self._reader.take("equal to", "exactly", "to", "only", "called")
        return self._with_value(name, "equals")

    def _with_value(self, name: str, operator: Operator) -> Condition | None:
        reader = self._reader
        reader.take("equal to")
        start = reader.position
        written = self._value(name)
        if written is None:
            return None
        if operator == "equals" and reader.take(*OR_MORE):
            operator = "greater_or_equal"
        elif operator == "equals" and reader.take(*OR_LESS):
            operator = "less_or_equal"
        elif operator in {"equals", "not_equals"}:
            more = self._more_values(name, written)
            if more:
                listed = self._listed(name, [written, *more])
                return listed if operator == "equals" else Not(condition=listed)
        self._refuse_column(written, start)
        return self._compared(name, operator, written)

    def _more_values(self, name: str, first: Written) -> list[Written]:
        """The London of "Paris or London"; an "and" there is asked about."""
        reader = self._reader
        listed: list[Written] = []
        found: list[Written] = []
        end = reader.position
        while True:
            comma, either = reader.take(","), reader.take("or")
            if not (comma or either) or reader.at_verb() or self._starts_condition():
                break
            written = read_value(reader, "nor", *words.EXCEPT)
            if written is None:
                break
            listed.append(written)
            if either:
                # Only an "or" makes the values before it a list.
                found, end = [clear(one) for one in listed], reader.position
        reader.position = end
        before = reader.position
        if not found and first.kind is Kind.WORD and reader.take("and"):
            self._refuse_and(name, first)
        reader.position = before
        return found

    def _refuse_and(self, name: str, first: Written) -> None:
        """Nothing is both of "Paris and London"."""
        if self._reader.at_verb() or self._starts_condition():
            return
        second = self._value(name)
        if second is not None:
            raise Question(
                f"Should {name!r} be one of {first.text!r} and {second.text!r}? "
                f"Say: {name} is one of '{first.text}' or '{second.text}'."
            )

    def _in(self, name: str) -> Condition | None:
        reader = self._reader
        bracket = reader.take("(", "[") is not None
        found = []
        while True:
            written = self._value(name)
            if written is None:
                break
            found.append(written)
            before = reader.position
            joined = [reader.take(",", "or", "and", "nor"), reader.take("or", "and")]
            if not any(joined) or reader.at_verb() or self._starts_condition():
                reader.position = before
                break
        if not found or (bracket and not reader.take(")", "]")):
            return None
        return self._listed(name, found)

    def _between(self, name: str) -> Condition | None:
        reader = self._reader
        low = self._value(name)
        if low is None or not reader.take("and", "to", "-", "\u2013", "through", "until"):
            return None
        high = self._value(name)
        if high is None:
            return None
        return between(reader.column_named(name), low, high)

    def _listed(self, name: str, written: list[Written]) -> Condition:
        column = self._reader.column_named(name)
        return one_of(column, written, ignore_case=self._case())

    def _compared(self, name: str, operator: Operator, written: Written) -> Condition:
        column = self._reader.column_named(name)
        return compared(column, operator, written, ignore_case=self._case())

    def _value(self, name: str) -> Written | None:
        in_words = read_date(self._reader)
        if in_words is not None:
            return in_words
        measured = self._number_with_unit(name)
        if measured is not None:
            return measured
        written = read_value(self._reader, "nor", *words.EXCEPT)
        return None if written is None else clear(written)

    def _number_with_unit(self, name: str) -> Written | None:
        """ "90 kg" of a column Weight (kg), "30 years" of an age."""
        reader = self._reader
        token, unit = reader.token(), reader.token(1)
        numeric = reader.column_named(name).type in NUMERIC
        if not numeric or token is None or unit is None or token.kind is not Kind.NUMBER:
            return None
        word = key(unit.word)
        spellings = {word, f"{word}s", word.removesuffix("s")}
        aged = name.casefold() in _AGE and word in _YEARS
        if not aged and not spellings & set(name_words(name)):
            return None
        reader.advance(2)
        reader.take("old")
        return Written(token.text, Kind.NUMBER)

    def _case(self) -> bool:
        before = self._reader.position
        self._reader.take(",")
        if self._reader.take(*IGNORING_CASE):
            return True
        self._reader.position = before
        return False

    def _starts_condition(self) -> bool:
        """Whether a condition, rather than a bare value, stands here."""
        reader = self._reader
        token = reader.token()
        if token is not None and token.kind is Kind.QUOTED:
            return False
        if reader.at("not", "(", "is", *MISSING) or self._at_comparing():
            return True
        start, missed = reader.position, reader.missed
        try:
            names, _ = self._subjects()
            return bool(names) and bool(reader.at(*IS, *NOT, *MISSING) or self._at_comparing())
        except Question:
            return True
        finally:
            reader.position, reader.missed = start, missed

    def _at_comparing(self) -> bool:
        tables = (*COMPARED.values(), *TEXTUAL.values())
        signs = (tuple(SIGNS), RANGE, MATCHES, MATCHES_PATTERN)
        return any(self._reader.at(*phrases) for phrases in (*tables, *signs))

    def _at_comparing_after(self, word: str) -> bool:
        before = self._reader.position
        self._reader.take(word)
        found = self._at_comparing()
        self._reader.position = before
        return found

    def _refuse_column(self, written: Written, start: int) -> None:
        """A bare word that is also a column: text, or a comparison of two columns?"""
        reader = self._reader
        end = reader.position
        reader.position = start
        other = reader.column(guess=False) if written.kind is Kind.WORD else None
        same = reader.position == end
        reader.position = end
        if other is not None and same:
            raise Question(
                f"I cannot compare with the column {other!r} yet. "
                f"If you mean the text, put it in quotes: '{written.text}'."
            )

    def _ends_here(self) -> bool:
        reader = self._reader
        token = reader.token()
        joined = reader.at(")", ",", ".", ";", "\n", *words.SEPARATORS, "or", *words.NOISE_AFTER)
        return token is None or bool(joined)


def _subject_of(condition: Condition | None) -> str | None:
    if isinstance(condition, Comparison):
        return condition.column
    if condition is None:
        return None
    columns = {comparison.column for comparison in comparisons_in(condition)}
    return columns.pop() if len(columns) == 1 else None
