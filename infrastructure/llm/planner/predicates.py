"""What is said of a column that is named: "is Paris or London", "between 2 and 5", "> 3"."""

from collections.abc import Callable

from domain.actions import Comparison, Condition, Not, Operator
from domain.table import Column, ColumnType
from infrastructure.llm.planner import words
from infrastructure.llm.planner.column_matching import name_words
from infrastructure.llm.planner.comparing import (
    between,
    compared,
    missing_or_empty,
    negation,
    one_of,
    outside,
)
from infrastructure.llm.planner.condition_words import (
    AGES,
    COMPARED,
    IGNORING_CASE,
    IN_OR_AFTER,
    IN_OR_BEFORE,
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
    YEARS,
)
from infrastructure.llm.planner.reader import NUMERIC, Question, Reader
from infrastructure.llm.planner.tokens import Kind, key
from infrastructure.llm.planner.units import SPELLINGS, Unit, in_unit
from infrastructure.llm.planner.validity import of_validity, read_validity
from infrastructure.llm.planner.values import (
    Written,
    as_date,
    as_days,
    as_number,
    clear,
    looks_unclear,
    read_date,
    read_pattern,
    read_value,
)

# What says something of a column, and is no value of it.
_NO_VALUES = ("column", "columns", "first", "last", "descending", "ascending", "has", "have", "had")
_PATTERN_SIGNS = frozenset("\\^$[](){}*+?|")


def read_subjects(reader: Reader) -> tuple[tuple[str, ...], str]:
    """Read one column or several of which the same is said: "age and salary are missing".

    With them, the "and" or "or" that joins them. Raises Question.
    """
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


def read_said_of(reader: Reader, name: str) -> Condition | None:
    """Read what is said of the column; None when nothing is said here. Raises Question."""
    reader.skip("value", "values")
    if reader.at("of") and _at_comparing_after(reader, "of"):
        reader.take("of")
    for sign, operator in SIGNS.items():
        if reader.take(sign):
            return _with_value(reader, name, operator)
    negated = reader.take(*NOT) is not None
    stated = reader.take(*IS) is not None or negated
    negated = (reader.take("not", "never") is not None) != negated
    valid = read_validity(reader, name)
    if valid is not None:
        return of_validity(name, valid=valid is not negated)
    condition = _predicate_words(reader, name) or (
        read_equal(reader, name) if stated else _bare_values(reader, name)
    )
    if condition is None:
        return None
    return negation(condition) if negated else condition


def read_bare_values(reader: Reader) -> Condition | None:
    """Read "rated R or PG-13": a column's own name, and values right behind it."""
    start, missed = reader.position, reader.missed
    name = reader.column(guess=False)
    condition = None if name is None else _bare_values(reader, name)
    if condition is None:
        reader.position, reader.missed = start, missed
    return condition


def _bare_values(reader: Reader, name: str) -> Condition | None:
    """ "Status delivered or lost", "class 7a": values of a text without a word before them.

    One value in small letters may as well be a word of the sentence: it is asked about.
    """
    if reader.column_named(name).type is not ColumnType.TEXT or reader.at_verb():
        return None
    start, missed = reader.position, reader.missed
    token = reader.token()
    if start == 0 or token is None or token.kind is Kind.SIGN:
        return None
    if reader.at(*words.KEYWORDS, *_NO_VALUES) or _at_column(reader):
        return None
    first = read_value(reader, "nor", *words.EXCEPT)
    end = reader.position
    if first is not None and end - start == 1 and not looks_unclear(first):
        more = _more_values(reader, name, first)
        sure = more or first.kind is Kind.QUOTED or not first.text[0].islower()
        if sure:
            return _listed(reader, name, [first, *more])
    reader.position, reader.missed = start, missed
    return None


def _at_column(reader: Reader) -> bool:
    """Whether another column is named here, as in "drop Title Director"."""
    start, missed = reader.position, reader.missed
    try:
        return reader.column() is not None
    except Question:
        return True
    finally:
        reader.position, reader.missed = start, missed


def _predicate_words(reader: Reader, name: str) -> Condition | None:
    missing = reader.take("has no value", "have no value", *MISSING)
    if missing:
        return missing_or_empty(reader.column_named(name), missing)
    if reader.take("present", "has a value", "filled", "filled in", "known"):
        return Comparison(column=name, operator="is_not_missing")
    if sign := reader.take("negative", "positive"):
        operator: Operator = "less" if sign == "negative" else "greater"
        return read_compared(reader, name, operator, Written("0", Kind.NUMBER))
    if reader.take("between", "from", "in the range", "in the range of", "in range"):
        return read_between(reader, name)
    if reader.take("outside", "outside of"):
        return _between(reader, name, outside)
    if reader.take("neither"):
        neither = _in(reader, name)
        return None if neither is None else Not(condition=neither)
    if not reader.at(*IN_OR_AFTER, *IN_OR_BEFORE) and reader.take(*ONE_OF):
        return _in(reader, name)
    sure = reader.take(*MATCHES_PATTERN)
    if sure or reader.take(*MATCHES):
        return _matching(reader, name, sure=sure is not None)
    for table in (TEXTUAL, COMPARED):
        for operator, phrases in table.items():
            if reader.take(*phrases):
                reader.take("the letter", "the letters", "with")
                return _with_value(reader, name, operator)
    return None


def _matching(reader: Reader, name: str, *, sure: bool) -> Condition | None:
    """A regular expression; where it may as well be the value itself, a question."""
    reader.take(":")
    pattern = read_pattern(reader)
    if pattern is None:
        return None
    if not sure and not _PATTERN_SIGNS & set(pattern):
        raise Question(
            f"Should {name!r} be exactly {pattern!r}, or hold it somewhere? "
            f"Say: {name} is '{pattern}', or: {name} contains '{pattern}'."
        )
    values = (pattern,)
    return Comparison(column=name, operator="matches", values=values, ignore_case=_case(reader))


def read_equal(reader: Reader, name: str) -> Condition | None:
    """Read the value that the column is, or a bound: "Paris or London", "30 or older".

    Raises Question.
    """
    reader.take("equal to", "exactly", "to", "only", "called")
    return _with_value(reader, name, "equals")


def _with_value(reader: Reader, name: str, operator: Operator) -> Condition | None:
    reader.take("equal to")
    start = reader.position
    written = _value(reader, name)
    if written is None:
        return None
    if operator == "equals" and reader.take(*OR_MORE):
        operator = "greater_or_equal"
    elif operator == "equals" and reader.take(*OR_LESS):
        operator = "less_or_equal"
    elif operator in {"equals", "not_equals"}:
        more = _more_values(reader, name, written)
        if more:
            listed = _listed(reader, name, [written, *more])
            return listed if operator == "equals" else Not(condition=listed)
    _refuse_column(reader, written, start)
    return read_compared(reader, name, operator, written)


def _more_values(reader: Reader, name: str, first: Written) -> list[Written]:
    """The London of "Paris or London"; an "and" there is asked about."""
    listed: list[Written] = []
    found: list[Written] = []
    end = reader.position
    while True:
        comma, either = reader.take(","), reader.take("or")
        if not (comma or either) or reader.at_verb() or _starts_condition(reader):
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
        _refuse_and(reader, name, first)
    reader.position = before
    return found


def _refuse_and(reader: Reader, name: str, first: Written) -> None:
    """Nothing is both of "Paris and London"."""
    if reader.at_verb() or _starts_condition(reader):
        return
    second = _value(reader, name)
    if second is not None:
        raise Question(
            f"Should {name!r} be one of {first.text!r} and {second.text!r}? "
            f"Say: {name} is one of '{first.text}' or '{second.text}'."
        )


def _in(reader: Reader, name: str) -> Condition | None:
    bracket = reader.take("(", "[") is not None
    found = []
    while True:
        written = _value(reader, name)
        if written is None:
            break
        found.append(written)
        before = reader.position
        joined = [reader.take(",", "or", "and", "nor"), reader.take("or", "and")]
        if not any(joined) or reader.at_verb() or _starts_condition(reader):
            reader.position = before
            break
    if not found or (bracket and not reader.take(")", "]")):
        return None
    return _listed(reader, name, found)


def read_between(reader: Reader, name: str) -> Condition | None:
    """Read two values, the "and" or "to" between them. Raises Question."""
    return _between(reader, name, between)


def _between(
    reader: Reader, name: str, bounded: Callable[[Column, Written, Written], Condition]
) -> Condition | None:
    low = _value(reader, name)
    if low is None or not reader.take("and", "to", "-", "\u2013", "through", "until"):
        return None
    high = _value(reader, name)
    if high is None:
        return None
    return bounded(reader.column_named(name), low, high)


def _listed(reader: Reader, name: str, written: list[Written]) -> Condition:
    column = reader.column_named(name)
    return one_of(column, written, ignore_case=_case(reader))


def read_compared(reader: Reader, name: str, operator: Operator, written: Written) -> Condition:
    """The column compared with a value, and whether case counts. Raises Question."""
    column = reader.column_named(name)
    return compared(column, operator, written, ignore_case=_case(reader))


def _value(reader: Reader, name: str) -> Written | None:
    in_words = read_date(reader)
    if in_words is not None:
        return in_words
    measured = _number_with_unit(reader, name)
    if measured is not None:
        return measured
    start, furthest = reader.position, reader.furthest
    written = read_value(reader, "nor", *words.EXCEPT)
    if written is None:
        return None
    end = _end_of_first(reader, name, start)
    if end is None:
        return clear(written)
    reader.position, reader.furthest = end, max(furthest, end)
    return Written(reader.text(start, end), Kind.WORD)


def _end_of_first(reader: Reader, name: str, start: int) -> int | None:
    """Where the number or the date ends that the words up to here begin with.

    What follows is no part of it: "opened before 2010 have a pool". None in a column of texts.
    """
    kind = reader.column_named(name).type
    for end in range(reader.position, start, -1):
        text = reader.text(start, end)
        if kind in NUMERIC and as_number(text) is not None:
            return end
        if kind is ColumnType.DATETIME and (as_date(text) or as_days(text)):
            return end
    return None


def _number_with_unit(reader: Reader, name: str) -> Written | None:
    """ "90 kg" of a column Weight (kg), "30 years" of an age, "4 times" of any."""
    token, unit = reader.token(), reader.token(1)
    numeric = reader.column_named(name).type in NUMERIC
    if not numeric or token is None or unit is None or token.kind is not Kind.NUMBER:
        return None
    word = key(unit.word)
    told = name_words(name)
    spellings = {word, f"{word}s", word.removesuffix("s")}
    said, held, number = SPELLINGS.get(word), _unit_in(told), as_number(token.text)
    if said and held and number is not None and said != held and said.kind == held.kind:
        reader.advance(2)
        return Written(f"{in_unit(number, said, held):.12g}", Kind.NUMBER)
    same_unit = said is not None and said in map(SPELLINGS.get, told)
    aged = name.casefold() in AGES and word in YEARS
    if not (aged or same_unit or word == "times" or spellings & set(told)):
        return None
    reader.advance(2)
    reader.take("old")
    return Written(token.text, Kind.NUMBER)


def _unit_in(told: tuple[str, ...]) -> Unit | None:
    """The one unit that a column's name tells."""
    units = {SPELLINGS[word] for word in told if word in SPELLINGS}
    return units.pop() if len(units) == 1 else None


def _case(reader: Reader) -> bool:
    before = reader.position
    reader.take(",")
    if reader.take(*IGNORING_CASE):
        return True
    reader.position = before
    return False


def _starts_condition(reader: Reader) -> bool:
    """Whether a condition, rather than a bare value, stands here."""
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        return False
    if reader.at("not", "(", "is", *MISSING) or _at_comparing(reader):
        return True
    start, missed = reader.position, reader.missed
    try:
        names, _ = read_subjects(reader)
        return bool(names) and bool(reader.at(*IS, *NOT, *MISSING) or _at_comparing(reader))
    except Question:
        return True
    finally:
        reader.position, reader.missed = start, missed


def _at_comparing(reader: Reader) -> bool:
    tables = (*COMPARED.values(), *TEXTUAL.values())
    signs = (tuple(SIGNS), RANGE, MATCHES, MATCHES_PATTERN)
    return any(reader.at(*phrases) for phrases in (*tables, *signs))


def _at_comparing_after(reader: Reader, word: str) -> bool:
    before = reader.position
    reader.take(word)
    found = _at_comparing(reader)
    reader.position = before
    return found


def _refuse_column(reader: Reader, written: Written, start: int) -> None:
    """A bare word that is also a column: text, or a comparison of two columns?"""
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
