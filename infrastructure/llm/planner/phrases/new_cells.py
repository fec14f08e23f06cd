"""What cells are to become: a value, a missing one, or what another column has."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.actions import Condition
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.conditions import read_condition
from infrastructure.llm.planner.phrases.values import Written, read_value
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, tokenise

_NOTHING = (*words.MISSING_VALUE, "nothing", "no value", "a missing value", "an empty value")
_HELD_BY = (
    *("the value of", "the values of", "the value in", "the values in", "what is in", "that of"),
    *("the column", "column", "the field", "field", "the one in", "those of", "those in"),
)
_LONGEST_CONDITION = 40


@dataclass(frozen=True)
class NewCell:
    """A value as written, or the other column; neither is a missing value.

    `plain` says that the column is named by one bare word or number, which may be meant as such.
    """

    written: Written | None = None
    other: str | None = None
    plain: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Predicate:
    """The tokens that say something of "it"."""

    start: int
    end: int


def read_new_cell(reader: Reader) -> Iterator[NewCell]:
    """Read "missing", "the value of city", "ship_city", "'late'"."""
    start = reader.position
    token = reader.token()
    if token is None:
        return
    if token.kind is not Kind.QUOTED and reader.take(*_NOTHING):
        reader.take(*words.VALUES)
        yield NewCell()
    reader.position = start
    if token.kind is not Kind.QUOTED:
        told = reader.take(*_HELD_BY) is not None
        name = reader.column(guess=False)
        if name is not None:
            bare = token.text.isalpha() or token.kind is Kind.NUMBER
            plain = not told and reader.position == start + 1 and bare
            yield NewCell(other=name, plain=plain, start=start, end=reader.position)
    reader.position = start
    written = read_value(reader)
    if written is not None:
        yield NewCell(written=written)


def read_condition_before(reader: Reader) -> Iterator[Condition]:
    """Read a condition behind which a command goes on: each way to end it, the shortest first.

    "Where age > 120 set age to 99" does not compare with "120 set age".
    """
    start = reader.position
    last: Question | None = None
    for end in range(start + 1, min(len(reader.tokens), start + _LONGEST_CONDITION)):
        inner = reader.over(reader.tokens[start:end])
        try:
            condition = read_condition(inner)
        except Question as question:
            last = question
            continue
        if condition is not None and inner.token() is None:
            reader.position = end
            yield condition
    if last is not None:
        raise last


def read_predicate(reader: Reader) -> Iterator[Predicate]:
    """Read what may be said of a column that is named elsewhere: each way to end it."""
    start = reader.position
    for end in range(start + 1, min(len(reader.tokens), start + _LONGEST_CONDITION) + 1):
        reader.position = end
        yield Predicate(start=start, end=end)


def said_of(reader: Reader, predicate: Predicate, column: str) -> Condition | None:
    """The condition that the column meets the predicate; None unless it can."""
    inner = reader.over((*tokenise("it"), *reader.tokens[predicate.start : predicate.end]))
    inner.changed = (column,)
    try:
        condition = read_condition(inner)
    except Question:
        return None
    return condition if inner.token() is None else None


def is_doubtful(reader: Reader, new: NewCell, columns: tuple[str, ...]) -> bool:
    """Whether the name of the other column may as well be the text or the number to write.

    Not where all columns are called by numbers: "fill 2020 with 2019".
    """
    into_text = any(reader.column_named(name).type is ColumnType.TEXT for name in columns)
    named_alike = all(as_number(name) is not None for name in columns)
    number = as_number(new.other or "") is not None and not named_alike
    return new.plain and (into_text or number)
