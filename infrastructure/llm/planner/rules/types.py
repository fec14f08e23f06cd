"""Commands about the type of columns: casts and dates."""

from typing import Literal, cast

from domain.actions import Action, Cast, ParseDates
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.day_order import read_day_order
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

Target = Literal["integer", "number", "text", "boolean"]

_TYPES = tuple(phrase for phrases in words.TYPES.values() for phrase in phrases)


def change_type(reader: Reader) -> tuple[Action, ...] | None:
    """Read "convert age to integer", "make zip text", "change the type of x to number"."""
    verb = reader.take(*words.CHANGE)
    if verb is None:
        return None
    actions = _one_type(reader)
    while actions:
        before, missed = reader.position, reader.missed
        joined = reader.take(",", "and")
        more = _one_type(reader) if joined and not reader.at_verb() else None
        if more is None:
            reader.position, reader.missed = before, missed
            break
        actions += more
    return actions


def _one_type(reader: Reader) -> tuple[Action, ...] | None:
    reader.skip("the")
    reader.take("type of", "data type of", "dtype of", "types of", "datatype of")
    names = reader.columns()
    if names is None:
        return None
    reader.take("type", "data type", "dtype")
    reader.take("to", "into", "as", "to be", "from text to", "from string to")
    reader.skip("a", "an", "the", "type", "be", "of")
    phrase = reader.take(*_TYPES)
    if phrase is None:
        return None
    reader.take("type", "column", "columns", "format", "values", "value", "types")
    target = next(kind for kind, phrases in words.TYPES.items() if phrase in phrases)
    if phrase == "yes/no" and {reader.column_named(n).type for n in names} == {ColumnType.BOOLEAN}:
        return None  # that is how they are to be written
    if target != "boolean":
        # "Yes/no, not true/false" is about how truth values are written.
        _take_denied_type(reader)
    if target == "dates":
        return (ParseDates(columns=names, day_first=read_day_order(reader)),)
    return (Cast(columns=names, to=cast("Target", target)),)


def _take_denied_type(reader: Reader) -> None:
    """Read the rest of "text, not a number": what it is now."""
    before = reader.position
    reader.take(",")
    if reader.take("and not", "not", "instead of", "rather than"):
        reader.skip("a", "an", "the")
        if reader.take(*_TYPES):
            return
    reader.position = before


def parse_dates(reader: Reader) -> tuple[Action, ...] | None:
    """Read "parse dates in date_egg", "parse the dates (day first)"."""
    if not reader.take("parse", "read", "convert", "recognise", "recognize"):
        return None
    reader.skip("the", "all")
    start = reader.position
    if not reader.take("dates", "date", "datetimes", "timestamps"):
        return None
    names = reader.columns() if reader.take("in", "of", "from", "for") else None
    if names is None:
        reader.position = start
        names = _only_date_column(reader)
    reader.take("as dates", "to dates", "as datetimes", "to datetimes", "to datetime", "as date")
    return (ParseDates(columns=names, day_first=read_day_order(reader)),)


def _only_date_column(reader: Reader) -> tuple[str, ...]:
    """The one column that "dates" can mean."""
    name = reader.column()
    if name is None:
        unread = {ColumnType.TEXT, ColumnType.OTHER}
        readable = ", ".join(c.name for c in reader.shape.columns if c.type in unread)
        raise Question(f"Which columns hold the dates? Readable ones are: {readable or 'none'}.")
    return (name,)
