"""What a column is compared with: a value, as far as it reaches, and whether case counts."""

import re
from dataclasses import replace

from domain.table import ColumnType
from infrastructure.llm.planner.phrases.unclear_values import clear
from infrastructure.llm.planner.phrases.values import Written, read_value
from infrastructure.llm.planner.phrases.written_dates import as_date, as_days, read_date
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.condition_words import AGES, IGNORING_CASE, YEARS
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, key
from infrastructure.llm.planner.reading.units import SPELLINGS, Unit, in_unit

_PERCENT = ("percent", "per cent", "pct")
# What is counted or paid adds nothing to a number, if the column's name tells no other money.
_COUNTED = frozenset({"times", "points", "pieces", "pcs", "degrees", "units", *_PERCENT})
MONEY = {
    **dict.fromkeys(("euro", "euros", "eur", "€"), "eur"),
    **dict.fromkeys(("dollar", "dollars", "usd", "bucks", "$"), "usd"),
    **dict.fromkeys(("gbp", "£", "quid"), "gbp"),
    **dict.fromkeys(("chf", "francs"), "chf"),
    **dict.fromkeys(("yen", "jpy"), "jpy"),
}
_NUMBER_AND_UNIT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)([a-zA-Z]{1,12})")


def read_operand(reader: Reader, name: str) -> Written | None:
    """Read the value that the column is compared with. Raises Question where it is unclear."""
    in_words = read_date(reader)
    if in_words is not None:
        return in_words
    measured = _number_with_unit(reader, name)
    if measured is not None:
        return clear(measured)
    start, furthest = reader.position, reader.furthest
    written = _state(reader, name) or read_value(reader, "nor", *words.EXCEPT)
    if written is None:
        return None
    end = _end_of_first(reader, name, start)
    if end is None:
        return clear(written)
    reader.position, reader.furthest = end, max(furthest, end)
    return Written(reader.text(start, end), Kind.WORD)


def _state(reader: Reader, name: str) -> Written | None:
    """ "for sale", "on hold", "in transit" of a column of texts: a preposition and one word."""
    start = reader.position
    token, after = reader.token(), reader.token(1)
    text = reader.column_named(name).type is ColumnType.TEXT
    if not text or token is None or after is None or token.kind is Kind.QUOTED:
        return None
    if after.kind is not Kind.WORD or not reader.take("for", "on", "out of", "under"):
        return None
    named = reader.column(guess=False) is not None
    reader.position = start
    if named or after.word in words.KEYWORDS or after.word in words.DETERMINERS:
        return None
    reader.advance(2)
    return Written(reader.text(start, reader.position), Kind.QUOTED)


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
    glued = _glued(reader, name)
    if glued is not None:
        return glued
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
    money = _money_in(told)
    paid = unit.word in MONEY and money in {None, MONEY[unit.word]}
    counted = unit.word in _COUNTED or paid
    if not (aged or same_unit or counted or spellings & set(told)):
        return None
    if unit.word in _PERCENT:
        token = replace(token, text=f"{token.text}%")
    reader.advance(2)
    reader.take("old")
    return Written(token.text, Kind.NUMBER)


def _glued(reader: Reader, name: str) -> Written | None:
    """ "90kg" of a column Weight (kg): the unit that the name tells, right behind the number."""
    token = reader.token()
    numeric = reader.column_named(name).type in NUMERIC
    found = _NUMBER_AND_UNIT.fullmatch(token.text) if numeric and token is not None else None
    unit = SPELLINGS.get(found[2].casefold()) if found is not None else None
    if found is None or unit is None or unit not in map(SPELLINGS.get, name_words(name)):
        return None
    reader.advance()
    return Written(found[1], Kind.NUMBER)


def _money_in(told: tuple[str, ...]) -> str | None:
    """The money that a column's name tells."""
    return next((MONEY[word] for word in told if word in MONEY), None)


def _unit_in(told: tuple[str, ...]) -> Unit | None:
    """The one unit that a column's name tells."""
    units = {SPELLINGS[word] for word in told if word in SPELLINGS}
    return units.pop() if len(units) == 1 else None


def read_case_ignored(reader: Reader) -> bool:
    """Read "ignoring case"; whether it is said here."""
    before = reader.position
    reader.take(",")
    if reader.take(*IGNORING_CASE):
        return True
    reader.position = before
    return False
