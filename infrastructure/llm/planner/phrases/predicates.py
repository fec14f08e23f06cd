"""What is said of a column that is named: "is Paris or London", "between 2 and 5", "> 3"."""

from collections.abc import Callable

from domain.actions import AnyOf, Comparison, Condition, Not, Operator
from domain.plan import Choice
from domain.table import Column, ColumnType
from infrastructure.llm.planner.phrases.bare_predicates import values_behind
from infrastructure.llm.planner.phrases.calendar_parts import read_calendar_part
from infrastructure.llm.planner.phrases.comparing import (
    between,
    compared,
    missing_or_empty,
    negation,
    outside,
)
from infrastructure.llm.planner.phrases.condition_starts import at_comparing
from infrastructure.llm.planner.phrases.group_sizes import read_times
from infrastructure.llm.planner.phrases.operands import read_case_ignored, read_operand
from infrastructure.llm.planner.phrases.own_figures import ORDERING, read_figure_of
from infrastructure.llm.planner.phrases.texts import read_regex, read_text
from infrastructure.llm.planner.phrases.validity import of_validity, read_validity
from infrastructure.llm.planner.phrases.value_lists import any_listed, read_listed, read_more_values
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.condition_words import (
    COMPARED,
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
    SIGNS,
    TEXTUAL,
)
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, key

# What is meant of a text that "has digits in it" is no text itself.
_KINDS_OF_SIGNS = frozenset(
    {
        *("digit", "digits", "number", "numbers", "letter", "letters", "text", "nothing"),
        *("something", "anything", "value", "values", "character", "characters", "words"),
        *("capitals", "punctuation", "symbols", "signs", "accents", "emoji", "typos", "errors"),
    }
)
_APPEARS = (
    *("appears", "appear", "occurs", "occur", "shows up", "show up", "comes up", "come up"),
    *("exists", "exist", "is listed", "are listed", "is there", "are there", "is found"),
)
_SOMEWHERE = ("in it", "in them", "in there", "inside", "somewhere", "anywhere", "somewhere in it")
_PATTERN_SIGNS = frozenset("\\^$[](){}*+?|")


def read_said_of(reader: Reader, name: str) -> Condition | None:
    """Read what is said of the column; None when nothing is said here. Raises Question."""
    reader.skip("value", "values")
    if reader.at("of") and _at_comparing_after(reader, "of"):
        reader.take("of")
    for sign, operator in SIGNS.items():
        if reader.take(sign):
            return _with_value(reader, name, operator)
    after = reader.token(1)
    if after is not None and after.kind is Kind.NUMBER and reader.take("of"):
        return read_equal(reader, name)  # "with a score of 60 or more"
    negated = reader.take(*NOT) is not None
    stated = reader.take(*IS) is not None or negated
    negated = (reader.take("not", "never") is not None) != negated
    valid = read_validity(reader, name)
    if valid is not None:
        return of_validity(name, valid=valid is not negated)
    condition = _predicate_words(reader, name) or (
        read_equal(reader, name) if stated or _at_number_of(reader, name) else None
    )
    if condition is None and not stated:
        condition = values_behind(reader, name)
    if condition is None:
        return None
    return negation(condition) if negated else condition


def _at_number_of(reader: Reader, name: str) -> bool:
    """Whether a number is right behind the column, or an "or": "status 404", "missing or 0"."""
    token = reader.token()
    if token is None or token.kind is not Kind.NUMBER or reader.position == reader.start:
        return False
    before = reader.tokens[reader.position - 1]
    behind = before.word == "or" or key(name).endswith(key(before.text) or " ")
    return behind and reader.column_named(name).type in NUMERIC


def _at_comparing_after(reader: Reader, word: str) -> bool:
    before = reader.position
    reader.take(word)
    found = at_comparing(reader)
    reader.position = before
    return found


def _predicate_words(reader: Reader, name: str) -> Condition | None:
    _skip_all_of_them(reader)
    if reader.column_named(name).type is ColumnType.DATETIME:
        on_days = read_calendar_part(reader, name)
        if on_days is not None:
            return on_days
    missing = reader.take("has no value", "have no value", *MISSING)
    if missing:
        return missing_or_empty(reader.column_named(name), missing)
    if reader.column_named(name).type in NUMERIC and reader.take("zero"):
        return read_compared(reader, name, "equals", Written("0", Kind.NUMBER))
    if _is_there(reader, name):
        return Comparison(column=name, operator="is_not_missing")
    if sign := reader.take("negative", "positive"):
        operator: Operator = "less" if sign == "negative" else "greater"
        return read_compared(reader, name, operator, Written("0", Kind.NUMBER))
    if reader.take("between", "from", "in the range", "in the range of", "in range"):
        return read_between(reader, name)
    if reader.take("outside", "outside of"):
        return _between(reader, name, outside)
    if reader.take("neither"):
        neither = read_listed(reader, name)
        return None if neither is None else Not(condition=neither)
    if not reader.at(*IN_OR_AFTER, *IN_OR_BEFORE) and reader.take(*ONE_OF):
        return read_listed(reader, name)
    sure = reader.take(*MATCHES_PATTERN)
    if sure or reader.take(*MATCHES):
        return _matching(reader, name, sure=sure is not None)
    if reader.take(*_APPEARS):
        return read_times(reader, name)
    held = _held(reader, name)
    if held is not None:
        return held
    for table in (TEXTUAL, COMPARED):
        for operator, phrases in table.items():
            if reader.take(*phrases):
                reader.take("the letter", "the letters", "with")
                return _with_value(reader, name, operator)
    return None


def _skip_all_of_them(reader: Reader) -> None:
    """Skip the "all" of "a and b are all missing"; of "is all", it is the value."""
    before = reader.position
    if reader.take("all", "both") and not reader.at(*MISSING):
        reader.position = before


def _is_there(reader: Reader, name: str) -> bool:
    """Read "is filled", "exists". Raises Question at "is available" of texts, which it may hold."""
    if reader.take("present", "has a value", "filled", "filled in", "known", "exists", "exist"):
        return True
    token = reader.token()
    if token is None or name in reader.held.get(token.text, {}) or not reader.take("available"):
        return False
    if reader.column_named(name).type is ColumnType.TEXT:
        before, after = reader.text_around(reader.position - 1, reader.position)
        raise Question(
            f"Is 'available' a value of {name!r}, or do you mean that it is filled in?",
            (
                Choice(label="filled in", message=f"{before}filled in{after}"),
                Choice(label="the value", message=f"{before}'available'{after}"),
            ),
        )
    return True


def _held(reader: Reader, name: str) -> Condition | None:
    """ "Has a # in it": what stands somewhere in the text."""
    start, furthest = reader.position, reader.furthest
    if reader.take("has", "have", "having", "have got", "has got"):
        lacking = reader.take("no", "not a", "not an", "not any", "not") is not None
        reader.skip("a", "an", "the", "word", "letter", "sign")
        place = reader.position
        for text in read_text(reader):
            if key(text) not in _KINDS_OF_SIGNS and reader.take(*_SOMEWHERE):
                held = read_compared(reader, name, "contains", Written(text, Kind.QUOTED))
                return negation(held) if lacking else held
            reader.position = place
    reader.position, reader.furthest = start, furthest
    return None


def _matching(reader: Reader, name: str, *, sure: bool) -> Condition | None:
    """A regular expression; where it may as well be the value itself, a question."""
    reader.take(":")
    pattern = next(read_regex(reader), None)
    if pattern is None:
        return None
    if not sure and not _PATTERN_SIGNS & set(pattern):
        raise Question(
            f"Should {name!r} be exactly {pattern!r}, or hold it somewhere? "
            f"Say: {name} is '{pattern}', or: {name} contains '{pattern}'."
        )
    values = (pattern,)
    return Comparison(
        column=name, operator="matches", values=values, ignore_case=read_case_ignored(reader)
    )


def read_equal(reader: Reader, name: str) -> Condition | None:
    """Read the value that the column is, or a bound: "Paris or London", "30 or older".

    Raises Question.
    """
    reader.take("equal to", "exactly", "to", "only", "called")
    return _with_value(reader, name, "equals")


def _with_value(reader: Reader, name: str, operator: Operator) -> Condition | None:
    reader.take("equal to")
    start = reader.position
    figured = read_figure_of(reader, name) if operator in ORDERING else None
    if figured is not None:
        return figured.compared(name, operator)
    written = read_operand(reader, name)
    if written is None:
        return None
    if operator == "equals" and reader.take(*OR_MORE):
        operator = "greater_or_equal"
    elif operator == "equals" and reader.take(*OR_LESS):
        operator = "less_or_equal"
    elif operator in {"equals", "not_equals"}:
        more = read_more_values(reader, name, written)
        if more:
            listed = any_listed(reader, name, [written, *more])
            return listed if operator == "equals" else Not(condition=listed)
    elif operator in TEXTUAL:
        more = read_more_values(reader, name, written)
        if more:
            column, ignored = reader.column_named(name), read_case_ignored(reader)
            return AnyOf(
                conditions=tuple(
                    compared(column, operator, one, ignore_case=ignored) for one in (written, *more)
                )
            )
    # A day may be "before 2019", though a column is called so.
    if reader.column_named(name).type is not ColumnType.DATETIME:
        _refuse_column(reader, written, start)
    return read_compared(reader, name, operator, written)


def read_between(reader: Reader, name: str) -> Condition | None:
    """Read two values, the "and" or "to" between them. Raises Question."""
    return _between(reader, name, between)


def _between(
    reader: Reader, name: str, bounded: Callable[[Column, Written, Written], Condition]
) -> Condition | None:
    low = read_operand(reader, name)
    if low is None or not reader.take("and", "to", "-", "\u2013", "through", "until"):
        return None
    high = read_operand(reader, name)
    if high is None:
        return None
    if bounded is between:
        reader.take("inclusive", "( inclusive )", ", inclusive", "both included", "( included )")
    return bounded(reader.column_named(name), low, high)


def read_compared(reader: Reader, name: str, operator: Operator, written: Written) -> Condition:
    """The column compared with a value, and whether case counts. Raises Question."""
    column = reader.column_named(name)
    return compared(column, operator, written, ignore_case=read_case_ignored(reader))


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
