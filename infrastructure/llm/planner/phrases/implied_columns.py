"""Conditions of a column that is not named: "older than 18", "before March 2024"."""

from collections.abc import Iterator

from domain.actions import Condition, Operator
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.calendar_parts import (
    at_calendar_part,
    read_calendar_part,
)
from infrastructure.llm.planner.phrases.comparing import between, negation, one_of
from infrastructure.llm.planner.phrases.named_rows import OF_NAMES
from infrastructure.llm.planner.phrases.operands import MONEY, read_operand
from infrastructure.llm.planner.phrases.predicates import (
    read_between,
    read_compared,
    read_equal,
    read_said_of,
)
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.phrases.written_dates import as_date, as_days, read_date
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import is_verb_of, name_words
from infrastructure.llm.planner.reading.column_reader import BREAKS
from infrastructure.llm.planner.reading.condition_words import (
    AGES,
    COMPARED,
    IN_OR_AFTER,
    IN_OR_BEFORE,
    OR_LESS,
    OR_MORE,
    YEARS,
)
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, quotation
from infrastructure.llm.planner.reading.units import SPELLINGS, Unit

_BY_AGE = ("older than", "younger than")
_BY_DATE = (
    *("before", "after", "since", "on or after", "on or before", "until", "not before"),
    *("not after", "earlier than", "later than"),
)
_BOUNDS = (
    *("over", "above", "under", "below", "at least", "at most"),
    *(
        f"{word} than"
        for word in ("more", "less", "greater", "higher", "lower", "bigger", "smaller")
    ),
)
_GOING_ON = frozenset(
    {"and", "or", "but", "that", "which", "who", "from", "in", "with", "without", "please", "pls"}
)
_TAKES = ("took", "takes", "take", "taking", "lasted", "lasts", "last", "lasting", "ran", "ran for")
_SLOWER = ("slower than", "slower then")
_FASTER = ("faster than", "faster then", "quicker than", "quicker then")
_COMPARED = tuple(phrase for phrases in COMPARED.values() for phrase in phrases)
_STEM = 4
_PAY = (frozenset({"salary", "wage", "wages", "pay", "income", "earnings", "salaries"}),)
_PRICE = (frozenset({"price", "cost", "costs", "fee", "fare", "amount", "total"}),)
# What is measured where the verb does not tell it itself, the likeliest first.
_NOUNS: dict[str, tuple[frozenset[str], ...]] = {
    **dict.fromkeys(("earn", "earns", "earned", "earning", "make", "makes", "paid"), _PAY),
    **dict.fromkeys(("cost", "costs", "costing"), _PRICE),
    **dict.fromkeys(("miss", "missed", "misses"), (frozenset({"absences", "absence"}),)),
}


def read_implied(reader: Reader) -> Condition | None:
    """Read a condition of the column that its words imply. Raises Question."""
    start = reader.position
    measured = _with_unit(reader) or _said_how_much(reader)
    if measured is not None:
        return measured
    reader.take("who are", "are", "is", "were", "was", "that")
    reader.take("made", "placed", "dated", "recorded", "happened", "happening", "joined")
    reader.take("signed up", "registered", "arrived", "hired", "created", "added")
    reader.take("came out", "come out", "took place", "occurred", "released", "published")
    reader.take("sold", "bought", "purchased", "ordered", "taken", "collected", "submitted")
    dated = _said_when(reader) or _only_of_type(reader, ColumnType.DATETIME)
    behind = reader.position
    aged = reader.take("aged", "of age", "between the ages of", "at the age of") is not None
    by_age = aged or reader.at(*_BY_AGE) or _at_bare_bound(reader) or _at_range_of_years(reader)
    years = _ages(reader) if by_age else None
    if years is not None:
        found = _of_years(reader, years, aged=aged)
        reader.take("years old", "years of age", "years")
        return found
    if dated is not None and reader.at(*IN_OR_AFTER, *IN_OR_BEFORE):
        return read_said_of(reader, dated)
    if dated is not None:
        preposition = reader.take("in", "from", "during", "within", "of", "on", "between")
        if preposition is None and _at_period(reader):
            preposition = "in"  # "only Q1 2024"
        if preposition:
            written = _date(reader)
            if written is not None:
                return _on_date(reader, dated, preposition, written)
        elif reader.at(*_BY_DATE):
            return read_said_of(reader, dated)
        reader.position = behind
        negated = reader.take("not") is not None
        on_days = read_calendar_part(reader, dated)
        if on_days is not None and negated:
            on_days = negation(on_days)
        if on_days is not None:
            return on_days
    else:
        _ask_which_dates(reader)
    reader.position = start
    return _bounded(reader)


def _bounded(reader: Reader) -> Condition | None:
    """Read "over 100" where the table has one column of numbers that names no rows.

    Raises Question where there are several.
    """
    start = reader.position
    bound = reader.at(*_BOUNDS)
    number, after = reader.token(bound), reader.token(bound + 1)
    if not bound or number is None or number.kind is not Kind.NUMBER:
        return None
    if after is not None and after.word in MONEY:
        after = reader.token(bound + 2)
    ends = after is None or after.word in _GOING_ON or after.text in BREAKS
    numeric = reader.of_types(NUMERIC)
    names = [n for n in numeric if OF_NAMES.isdisjoint(name_words(n))]
    if not ends or not names or number.text.endswith("%"):
        return None
    if len(names) == 1:
        return read_said_of(reader, names[0])
    before, behind = reader.text_around(start, start)
    raise Question(
        f"{reader.text(start, start + bound + 1)}: which column do you mean?",
        tuple(
            Choice(label=name, message=f"{before}where {quotation(name)} is {behind}")
            for name in sorted(numeric, key=lambda name: name not in names)
        ),
    )


def _ask_which_dates(reader: Reader) -> None:
    """Raise Question at the "before 2024" or "in March 2024" of a table with several dates."""
    place, dates = reader.position, reader.of_types(frozenset({ColumnType.DATETIME}))
    if len(dates) < 2 or {*map(str.casefold, reader.shape.column_names)} & YEARS:
        return
    said = reader.take("in", "from", "during", "within", "on", "between", *_BY_DATE)
    sometime = (said or _at_period(reader)) and _date(reader)
    reader.position = place
    if sometime or at_calendar_part(reader):
        before, after = reader.text_around(place, place)
        raise Question(
            f"Which date do you mean: {' or '.join(dates)}?",
            tuple(
                Choice(label=name, message=f"{before}where {quotation(name)} is{after}")
                for name in dates
            ),
        )


def _at_period(reader: Reader) -> bool:
    """Whether a month or a quarter of a year is written out here: "March 2024", "Q1 2024"."""
    start, furthest = reader.position, reader.furthest
    written = read_date(reader)
    reader.position, reader.furthest = start, furthest
    return written is not None and as_days(written.text) is not None


def _of_years(reader: Reader, name: str, *, aged: bool) -> Condition | None:
    """ "30 or older", "between 20 and 40", "under 18"; behind "aged" also the bare number."""
    start = reader.position
    ranged = reader.take("between", "from") is not None
    if ranged or aged:
        found = read_between(reader, name)
        if found is not None:
            return found
        reader.position = start
    token = reader.token()
    if aged and token is not None and as_number(token.text) is not None:
        return read_equal(reader, name)
    return read_said_of(reader, name)


def _with_unit(reader: Reader) -> Condition | None:
    """Read "over 5 kilos" where one column of numbers is called weight_kg, or weight_g.

    Of times, "slower than 2 seconds" takes longer.
    """
    start, missed = reader.position, reader.missed
    reader.skip("that", "which", "who")
    reader.take(*_TAKES)
    slower = reader.take(*_SLOWER) is not None
    faster = not slower and reader.take(*_FASTER) is not None
    bound = 0 if slower or faster else reader.at(*_COMPARED)
    number, said = reader.token(bound), reader.token(bound + 1)
    unit = SPELLINGS.get(said.word) if said is not None else None
    name = None if unit is None else _measured_in(reader, unit)
    numeric = number is not None and as_number(number.text) is not None
    found: Condition | None = None
    if unit is not None and name is not None and numeric:
        if bound:
            found = read_said_of(reader, name)
        elif (slower or faster) and unit.kind == "time":
            written = read_operand(reader, name)
            operator: Operator = "greater" if slower else "less"
            found = read_compared(reader, name, operator, written) if written else None
    if found is None:
        reader.position, reader.missed = start, missed
    return found


def _measured_in(reader: Reader, unit: Unit) -> str | None:
    """The one column of numbers that is called by the unit, else by another of its kind."""
    told = {name: [*map(SPELLINGS.get, name_words(name))] for name in reader.of_types(NUMERIC)}
    # Of another unit a name says only at its end what it is in: not "in_stock", nor "min_order".
    named = [name for name, units in told.items() if unit in units] or [
        name for name, units in told.items() if units and units[-1] and units[-1].kind == unit.kind
    ]
    return named[0] if len(named) == 1 else None


def _said_how_much(reader: Reader) -> Condition | None:
    """Read "weigh less than 5 kg" where one column of numbers is called weight_kg."""
    start, missed = reader.position, reader.missed
    reader.take("who", "that", "which")
    reader.take("have", "has", "are", "is", "were", "was")
    token = reader.token()
    if token is not None and token.kind is Kind.WORD:
        named = columns_of_verb(reader, token.word)
        reader.position += 1
        if len(named) > 1 and token.word in _NOUNS and reader.at(*_COMPARED):
            raise _which_is_meant(reader, start, named)
        if len(named) == 1 and reader.at("between", "exactly", *_COMPARED):
            found = read_said_of(reader, named[0]) or read_equal(reader, named[0])
            reader.take("times", "time")
            return found
    reader.position, reader.missed = start, missed
    return None


def _which_is_meant(reader: Reader, start: int, names: list[str]) -> Question:
    """The question at "orders that cost more than 50" where there are a price and a total."""
    before, after = reader.text_around(start, reader.position)
    return Question(
        f"Which column do you mean: {', '.join(names)}?",
        tuple(
            Choice(label=name, message=f"{before}where {quotation(name)} is{after}")
            for name in names
        ),
    )


def columns_of_verb(reader: Reader, verb: str) -> list[str]:
    """The columns of numbers that the verb is about: weight_kg of "weigh", salary of "earn"."""
    numeric = reader.of_types(NUMERIC)
    for nouns in _NOUNS.get(verb, ()):
        found = [name for name in numeric if nouns & {*name_words(name)}]
        if found:
            return found
    if len(verb) <= _STEM:
        return []
    return [n for n in numeric if any(is_verb_of(verb, w) for w in name_words(n))]


def _said_when(reader: Reader) -> str | None:
    """Read the "started" of "who started in 2021" where a column is called Start Date."""
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


def _on_date(reader: Reader, name: str, preposition: str, written: Written) -> Condition | None:
    """ "in 2024", "from May 2024 to June 2024", "in 2021 or later"."""
    before = reader.position
    to = ("and",) if preposition == "between" else ("to", "until", "till", "through")
    if preposition in {"between", "from"} and reader.take(*to):
        last = _date(reader)
        if last is not None:
            return between(reader.column_named(name), written, last)
        reader.position = before
    if preposition == "between":
        return None
    if reader.take(*OR_MORE, "on", "onwards", "onward", "and later", "and after"):
        return read_compared(reader, name, "greater_or_equal", written)
    if reader.take(*OR_LESS, "and earlier", "and before"):
        return read_compared(reader, name, "less_or_equal", written)
    if reader.at("to", "until", "till", "through"):
        return None
    listed = [written, *_more_dates(reader)]
    return one_of(reader.column_named(name), listed, ignore_case=False)


def _more_dates(reader: Reader) -> Iterator[Written]:
    """The March and April of "in January, March or April 2024"."""
    before = reader.position
    while reader.take(",", "or"):
        reader.take("or")
        written = _date(reader)
        if written is None:
            break
        before = reader.position
        yield written
    reader.position = before


def _date(reader: Reader) -> Written | None:
    """A date, a month or a year, as it is written."""
    written = read_date(reader) or _year(reader)
    token = reader.token()
    if written is None and token is not None and as_date(token.text) is not None:
        reader.advance()
        return Written(token.text, Kind.WORD)
    return written


def _only_of_type(reader: Reader, kind: ColumnType) -> str | None:
    names = reader.of_types(frozenset({kind}))
    return names[0] if len(names) == 1 else None


def _ages(reader: Reader) -> str | None:
    """The column of ages, if exactly one is called so."""
    shape = reader.shape
    if reader.position and reader.tokens[reader.position - 1].word == "earners":
        return None  # "earners over 3000" are not that old
    named = [c.name for c in shape.columns if c.name.casefold() in AGES and c.type in NUMERIC]
    return named[0] if len(named) == 1 else None


def _at_bare_bound(reader: Reader) -> bool:
    """Whether a person is said to be "under 18" or "at least 21 years old"."""
    before = reader.position
    place = before - 1
    while place > 0 and reader.tokens[place].word in {"are", "is", "who", "were"}:
        place -= 1
    person = place >= 0 and reader.tokens[place].word in words.PERSONS
    found = bool(reader.take("under", "over", "below", "above")) and person
    token = reader.token()
    found = found and token is not None and as_number(token.text) is not None
    reader.position = before
    return found


def _at_range_of_years(reader: Reader) -> bool:
    """Whether "between 20 and 40 years old" stands here; without the years it may be places."""
    before = reader.position
    found = reader.take("between", "from") is not None
    if found:
        reader.advance()
        found = reader.take("and", "to") is not None
        reader.advance()
        found = found and bool(reader.at("years old", "years of age"))
    reader.position = before
    return found


def _year(reader: Reader) -> Written | None:
    token = reader.token()
    if token is None or as_days(token.text) is None:
        return None
    reader.advance()
    return Written(token.text, Kind.NUMBER)
