"""Days by their place in any year: "in April or May", "on weekends", "in Q2", "in summer"."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass

from domain.actions import AllOf, Comparison, Condition, Operator
from domain.actions.conditions import ComparedPart
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.comparing import negation
from infrastructure.llm.planner.phrases.written_dates import as_year, read_date
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.condition_words import COMPARED, IS, ONE_OF
from infrastructure.llm.planner.reading.numerals import as_ordinal
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, quotation

_MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_WEEKDAYS = {
    spelling: number
    for names in (calendar.day_name, calendar.day_abbr)
    for number, name in enumerate(names, start=1)
    for spelling in (name.casefold(), f"{name.casefold()}s")
}
_WEEKENDS = (
    *("weekends", "the weekend", "a weekend", "weekend", "the weekends", "weekend days"),
    *("the weekend days",),
)
_WORKDAYS = (
    *("weekdays", "workdays", "working days", "a weekday", "business days", "week days"),
    *("work days", "workday", "a workday"),
)
_QUARTERS = {"q1": 1, "q2": 2, "q3": 3, "q4": 4}
SEASONS = {
    "spring": (3, 4, 5),
    "summer": (6, 7, 8),
    "autumn": (9, 10, 11),
    "fall": (9, 10, 11),
    "winter": (12, 1, 2),
}
_WEEKS = {"first": (1, 7), "second": (8, 14), "third": (15, 21), "fourth": (22, 28)}
_HALVES = {"first": (1, 15), "second": (16, 31)}
_IN = ("in", "from", "during", "of", "within", "on", "at", "for", "between")
_TO = ("to", "until", "till", "through", "-", "\u2013")
_PARTS: dict[str, ComparedPart] = {
    **dict.fromkeys(("month",), "month"),
    **dict.fromkeys(("year",), "year"),
    **dict.fromkeys(("quarter",), "quarter"),
    **dict.fromkeys(("weekday", "day of the week", "day of week"), "weekday"),
    **dict.fromkeys(("day of the month", "day of month"), "day"),
    **dict.fromkeys(("week", "calendar week"), "week"),
    **dict.fromkeys(("hour",), "hour"),
}
_SAID_AS: dict[ComparedPart, str] = {"day": "day of the month"}
# What a condition of a column that is named begins behind: "where joined is in March".
_INTRODUCING = frozenset({"where", "whose", "if", "and", "or", "having", "when"})
_MOST_LISTED = 12
_ASKING = frozenset({"show", "give", "just", "i"})
_CHANGING = (
    frozenset(phrase.split()[0] for phrase in (*words.DROP, *words.KEEP, *words.FILTER)) - _ASKING
)


@dataclass(frozen=True)
class _Time:
    """Parts of dates and the whole numbers they are; `yearly` where a year may be left out."""

    parts: tuple[tuple[ComparedPart, tuple[int, ...]], ...]
    yearly: bool

    def of(self, name: str) -> Condition:
        compared = tuple(_compared(name, part, numbers) for part, numbers in self.parts)
        return AllOf(conditions=compared) if len(compared) > 1 else compared[0]


def at_calendar_part(reader: Reader) -> bool:
    """Whether a preposition and such a time stand here."""
    start, furthest = reader.position, reader.furthest
    found = reader.take(*_IN) is not None and _time(reader) is not None
    reader.position, reader.furthest = start, furthest
    return found


def read_calendar_part(reader: Reader, name: str) -> Condition | None:
    """Read "in April or May", "on weekends" of the column of dates.

    Raises Question where rows are to stay or go by a month, and its year is not said.
    """
    start = reader.position
    introduced = reader.take(*_IN)
    time = _time(reader) if introduced or reader.at(*_WEEKENDS, *_WORKDAYS) else None
    if time is None:
        reader.position = start
        return None
    if time.yearly and reader.verb in _CHANGING:
        raise _ask_year(reader, name, start)
    return time.of(name)


def read_part_compared(reader: Reader) -> Condition | None:
    """Read "the month of joined is March or April", "the hour of sent is after 17"."""
    found = _part_of_column(reader, reader.of_types(frozenset({ColumnType.DATETIME})))
    if found is None:
        return None
    name, part = found
    reader.take(*IS)
    negated = reader.take("not") is not None
    bound = next((said for said, phrases in COMPARED.items() if reader.take(*phrases)), None)
    ranged = bound is None and reader.take("between", "from") is not None
    reader.take(*ONE_OF)
    numbers = _part_numbers(reader, part)
    if not numbers or (ranged and len(numbers) != 2) or (bound and len(numbers) != 1):
        return None
    many: Operator = "between" if ranged else "in"
    where = Comparison(
        column=name,
        operator=bound or ("equals" if len(numbers) == 1 else many),
        values=numbers,
        part=part,
    )
    return negation(where) if negated else where


def _part_of_column(reader: Reader, dates: Sequence[str]) -> tuple[str, ComparedPart] | None:
    """Read "the month of joined", as the column and the part of it."""
    start, missed = reader.position, reader.missed
    reader.skip("the", "in", "on")
    phrase = reader.take(*_PARTS)
    if phrase is not None and reader.take("of", "in"):
        name = reader.column(guess=False)
        if name in dates:
            return str(name), _PARTS[phrase]
    reader.position, reader.missed = start, missed
    return None


def _part_numbers(reader: Reader, part: ComparedPart) -> tuple[int, ...]:
    """Read "3", "March or April", "Monday": what the part is to be, as whole numbers."""
    named = {"month": _MONTHS, "weekday": _WEEKDAYS, "quarter": _QUARTERS}.get(part, {})
    return tuple(_listed(reader, named, digits=True))


def _compared(name: str, part: ComparedPart, numbers: tuple[int, ...]) -> Comparison:
    if len(numbers) == 1:
        return Comparison(column=name, operator="equals", values=numbers, part=part)
    if part == "day":
        return Comparison(
            column=name, operator="between", values=(numbers[0], numbers[-1]), part=part
        )
    return Comparison(column=name, operator="in", values=numbers, part=part)


def _time(reader: Reader) -> _Time | None:
    """What is said here, if no year and no day of a month goes with it."""
    if read_date(reader) is not None:
        return None
    if reader.take(*_WEEKENDS):
        return _Time((("weekday", (6, 7)),), yearly=False)
    if reader.take(*_WORKDAYS):
        return _Time((("weekday", (1, 2, 3, 4, 5)),), yearly=False)
    reader.take("a", "the")
    if (days := _range(reader, _WEEKDAYS)) or (days := tuple(_listed(reader, _WEEKDAYS))):
        return _Time((("weekday", days),), yearly=False)
    for read in (_days_of_month, _months, _quarters, _seasons):
        before = reader.position
        found = read(reader)
        if found is not None and not _at_year(reader):
            return found
        reader.position = before
    return None


def _at_year(reader: Reader) -> bool:
    """Whether a year or a day goes on with it: "April 2024", "April 3"."""
    token = reader.token()
    if token is not None and token.word in {"of", "in", ","}:
        token = reader.token(1)
    return token is not None and (
        as_year(token.text) is not None or (token.kind is Kind.NUMBER and len(token.text) < 3)
    )


def _days_of_month(reader: Reader) -> _Time | None:
    """ "The first week of May", "the second half of June"."""
    token = reader.token()
    which = "" if token is None else token.word
    if which not in {*_WEEKS, "last"}:
        return None
    reader.advance()
    what = reader.take("week", "half")
    reader.take("of", "in")
    after = reader.token()
    month = _MONTHS.get(after.word) if after is not None else None
    days = (_WEEKS if what == "week" else _HALVES).get(which)
    if month is not None and which == "last" and what == "week":
        last = calendar.monthrange(2023, month)[1]
        # Of a leap year, February's last day is one more.
        days = None if month == 2 else (last - 6, last)
    if what is None or month is None or days is None:
        return None
    reader.advance()
    return _Time((("month", (month,)), ("day", days)), yearly=True)


def _months(reader: Reader) -> _Time | None:
    months = _range(reader, _MONTHS) or tuple(_listed(reader, _MONTHS))
    return _Time((("month", months),), yearly=True) if months else None


def _range(reader: Reader, named: dict[str, int]) -> tuple[int, ...]:
    """ "March to May", and behind a "between" also "March and May"."""
    between = reader.position > 0 and reader.tokens[reader.position - 1].word == "between"
    first, joined, last = (reader.token(ahead) for ahead in range(3))
    if first is None or joined is None or last is None:
        return ()
    low, high = named.get(first.word, 0), named.get(last.word, 0)
    if not (low and high) or not (joined.word in _TO or (between and joined.word == "and")):
        return ()
    reader.advance(3)
    # Behind December comes January, and behind Sunday Monday.
    size = max(named.values())
    return tuple((low - 1 + ahead) % size + 1 for ahead in range((high - low) % size + 1))


def _quarters(reader: Reader) -> _Time | None:
    token, after = reader.token(), reader.token(1)
    number = as_ordinal(token.word) if token is not None else None
    if number in {1, 2, 3, 4} and after is not None and after.word == "quarter":
        reader.advance(2)
        return _Time((("quarter", (number,)),), yearly=True)
    found = _range(reader, _QUARTERS) or tuple(_listed(reader, _QUARTERS))
    return _Time((("quarter", found),), yearly=True) if found else None


def _seasons(reader: Reader) -> _Time | None:
    token = reader.token()
    if token is not None and reader.held.get(token.text):
        return None  # the spring term, where a column holds terms
    season = reader.take(*SEASONS)
    return None if season is None else _Time((("month", SEASONS[season]),), yearly=True)


def _listed(reader: Reader, named: dict[str, int], *, digits: bool = False) -> list[int]:
    """The numbers of the names here, with commas, an "and" or an "or" between."""
    found: list[int] = []
    for _ in range(_MOST_LISTED):
        before = reader.position
        if found:
            joined = [reader.take(","), reader.take("and", "or", "&")]
            if not any(joined):
                break
            reader.take("on", "in")
        token = reader.token()
        number = None if token is None else named.get(token.word)
        if number is None and digits and token is not None and token.text.isdigit():
            number = int(token.text) if len(token.text) <= len("2024") else None
        if number is None:
            reader.position = before
            break
        reader.advance()
        found.append(number)
    return found


def _ask_year(reader: Reader, name: str, start: int) -> Question:
    said = reader.text(start, reader.position)
    place = start
    while place > reader.start + 1 and reader.tokens[place - 1].word not in _INTRODUCING:
        place -= 1
    behind = reader.tokens[place - 1].word in _INTRODUCING
    before, after = reader.text_around(place if behind else start, reader.position)
    where = "" if behind else "where "
    inner = reader.over(reader.tokens[start : reader.position])
    inner.take(*_IN)
    time = _time(inner)
    parts = () if time is None else time.parts
    every = " and ".join(
        f"the {_SAID_AS.get(part, part)} of {quotation(name)} is "
        + (f"between {n[0]} and {n[-1]}" if part == "day" else " or ".join(map(str, n)))
        for part, n in parts
    )
    # A winter is of two years.
    turning = any(numbers[0] > numbers[-1] for _, numbers in parts)
    example = "" if turning else f" Say, for example: {said} 2024."
    return Question(
        f"{said[0].upper()}{said[1:]} of which year?{example}",
        (Choice(label=f"of every year, by {name}", message=f"{before}{where}{every}{after}"),),
    )
