"""Bands of numbers as they are written: "under 18", "18-64", "65+", "from 80"."""

import re
from dataclasses import dataclass

from domain.actions import AllOf, Comparison, Condition, Operator
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, Token

Number = int | float


_BELOW = ("under", "below", "less than", "lower than", "<", "smaller than", "younger than")
_UP_TO = ("up to", "at most", "<=", "max", "no more than", "up to and including")
_ABOVE = ("over", "above", "more than", "greater than", ">", "higher than", "older than", "beyond")
_FROM = ("at least", ">=", "from")
_OR_MORE = ("and above", "and over", "and more", "and up", "or more", "or above", "and older", "+")
_TO = ("to", "-", "until", "till", "\u2013")
ALONE = ("above", "over", "more", "older", "higher", "beyond", "up", "and above", "and over")
_OR_LESS = ("and below", "and under", "and less", "or less", "or below", "and younger", "or lower")
_RANGE = re.compile(r"([0-9]+(?:\.[0-9]+)?k?)[-\u2013]([0-9]+(?:\.[0-9]+)?k?)", re.IGNORECASE)
_PLUS = re.compile(r"([0-9]+(?:\.[0-9]+)?k?)\+", re.IGNORECASE)
INFINITE = float("inf")
BOUNDS = (*_BELOW, *_UP_TO, *_ABOVE, *_FROM, *ALONE, "between")


@dataclass(frozen=True)
class Band:
    """Numbers from `low` to `high`, with the ends where it is said so; as it is written."""

    low: Number
    high: Number
    with_low: bool
    with_high: bool
    text: str

    def condition(self, name: str) -> Condition:
        """Whether a number of the column is in it."""
        ends: list[Condition] = []
        at_least: Operator = "greater_or_equal" if self.with_low else "greater"
        at_most: Operator = "less_or_equal" if self.with_high else "less"
        if self.low > -INFINITE:
            ends.append(Comparison(column=name, operator=at_least, values=(self.low,)))
        if self.high < INFINITE:
            ends.append(Comparison(column=name, operator=at_most, values=(self.high,)))
        return ends[0] if len(ends) == 1 else AllOf(conditions=tuple(ends))


def read_band(reader: Reader) -> Band | None:
    start = reader.position
    found = read_bounds(reader)
    if found is None:
        reader.position = start
        return None
    return Band(*found, reader.text(start, reader.position))


def read_bounds(reader: Reader) -> tuple[Number, Number, bool, bool] | None:
    token = reader.token()
    if token is None:
        return None
    for pattern in (_RANGE, _PLUS):
        written = pattern.fullmatch(token.text)
        if written is not None:
            reader.advance()
            if pattern is _PLUS:
                return (_as_number(written[1]), INFINITE, True, True)
            low, high = written[1].lower(), written[2].lower()
            # Of "40-60k" both are thousands.
            low += "k" if high.endswith("k") and not low.endswith("k") else ""
            return (_as_number(low), _as_number(high), True, True)
    sign = reader.take(*_BELOW, *_UP_TO, *_ABOVE, *_FROM, "between")
    low_number = _number(reader)
    if low_number is None:
        return None
    if sign in _UP_TO:
        return (-INFINITE, low_number, True, True)
    if sign in _BELOW:
        return (-INFINITE, low_number, True, False)
    if sign in _ABOVE:
        return (low_number, INFINITE, False, True)
    if sign != "between" and reader.take(*_OR_MORE):
        return (low_number, INFINITE, True, True)
    if sign is None and reader.take(*_OR_LESS):
        return (-INFINITE, low_number, True, True)
    if sign in {None, "from", "between"} and reader.take(*_TO, *(("and",) if sign else ())):
        high = _number(reader)
        return None if high is None else (low_number, high, True, True)
    return (low_number, INFINITE, True, True) if sign in {*_FROM} else None


def _number(reader: Reader) -> Number | None:
    token: Token | None = reader.token()
    if token is None or token.kind is not Kind.NUMBER:
        return None
    number = as_number(token.text)
    if number is not None:
        reader.advance()
    return number


def _as_number(text: str) -> Number:
    if text.lower().endswith("k"):
        return round(1000 * float(text[:-1]))
    return float(text) if "." in text else int(text)


def is_range(token: Token) -> bool:
    return any(pattern.fullmatch(token.text) for pattern in (_RANGE, _PLUS))
