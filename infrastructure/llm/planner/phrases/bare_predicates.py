"""Values right behind a column, without a word between: "rated R or PG-13"."""

from domain.actions import Condition
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.unclear_values import looks_unclear
from infrastructure.llm.planner.phrases.value_lists import any_listed, read_more_values
from infrastructure.llm.planner.phrases.values import read_value
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

# What says something of a column, and is no value of it.
_NO_VALUES = ("column", "columns", "first", "last", "descending", "ascending", "has", "have", "had")


def read_bare_values(reader: Reader) -> Condition | None:
    """Read "rated R or PG-13": a column's own name, and values right behind it."""
    start, missed = reader.position, reader.missed
    name = reader.column(guess=False)
    condition = None if name is None else values_behind(reader, name)
    if condition is None:
        reader.position, reader.missed = start, missed
    return condition


def values_behind(reader: Reader, name: str) -> Condition | None:
    """ "Status delivered or lost", "class 7a": values of a text without a word before them.

    One value in small letters that the column is not known to hold may as well be a word of the
    sentence: it is asked about.
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
        more = read_more_values(reader, name, first)
        known = name in reader.held.get(first.text, {})
        sure = more or known or first.kind is Kind.QUOTED or not first.text[0].islower()
        if sure:
            return any_listed(reader, name, [first, *more])
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
