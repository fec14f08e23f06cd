"""Commands that name bands of numbers: "label age: under 18 minor, 18 to 64 adult, 65+ senior"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from domain.actions import (
    Action,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Derive,
    Not,
    Operator,
    SetWhere,
)
from domain.table import ColumnType
from infrastructure.llm.planner.column_kinds import NUMERIC
from infrastructure.llm.planner.formulas import as_expression
from infrastructure.llm.planner.numerals import as_number
from infrastructure.llm.planner.question import Question
from infrastructure.llm.planner.reader import Reader, free_name
from infrastructure.llm.planner.tokens import Kind, Token

Number = int | float

_VERB = (
    *("label", "bucket", "bin", "categorise", "categorize", "classify", "group", "band", "grade"),
    *("cut", "split", "flag", "mark", "add", "create", "make", "put", "divide", "sort"),
)
_GROUPS = (
    *("groups", "group", "bands", "band", "buckets", "bucket", "classes", "class", "bins"),
    *("categories", "category", "ranges", "levels", "level", "labels", "column", "brackets"),
)
_BELOW = ("under", "below", "less than", "lower than", "<", "smaller than", "younger than")
_UP_TO = ("up to", "at most", "<=", "max", "no more than", "up to and including")
_ABOVE = ("over", "above", "more than", "greater than", ">", "higher than", "older than", "beyond")
_FROM = ("at least", ">=", "from")
_OR_MORE = ("and above", "and over", "and more", "and up", "or more", "or above", "and older", "+")
_TO = ("to", "-", "until", "till", "\u2013")
_OR_LESS = ("and below", "and under", "and less", "or less", "or below", "and younger", "or lower")
_THE_REST = ("the rest", "rest", "otherwise", "else", "everything else", "all others", "others")
_RANGE = re.compile(r"([0-9]+(?:\.[0-9]+)?)[-\u2013]([0-9]+(?:\.[0-9]+)?)")
_PLUS = re.compile(r"([0-9]+(?:\.[0-9]+)?)\+")
_INFINITE = float("inf")
_LONGEST_LABEL = 3
_MOST_BANDS = 12


@dataclass(frozen=True)
class _Band:
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
        if self.low > -_INFINITE:
            ends.append(Comparison(column=name, operator=at_least, values=(self.low,)))
        if self.high < _INFINITE:
            ends.append(Comparison(column=name, operator=at_most, values=(self.high,)))
        return ends[0] if len(ends) == 1 else AllOf(conditions=tuple(ends))


def name_bands(reader: Reader) -> tuple[Action, ...] | None:
    """Read a column of numbers and at least two bands that leave nothing out between them."""
    start, missed, furthest = reader.position, reader.missed, reader.furthest
    name = _column_of_bands(reader)
    found = () if name is None else tuple(_read_bands(reader))
    if name is None or len(found) < 2:
        reader.position, reader.missed, reader.furthest = start, missed, furthest
        return None
    reader.take(")")
    new = _read_name(reader) or free_name(reader, f"{name}_group")
    if new in reader.shape.column_names:
        raise Question(f"There is already a column {new!r}. What should the new one be called?")
    whole = reader.column_named(name).type is ColumnType.INTEGER
    return _labelled(name, new, found, whole=whole)


def _column_of_bands(reader: Reader) -> str | None:
    commanded = reader.take(*_VERB) is not None
    reader.skip("a", "the", "new", "column", "for", "with")
    name = reader.column()
    if name is None or name not in reader.of_types(NUMERIC):
        return None
    reader.skip("into", "in", "as", "by", "to", "these", "following", "the", *_GROUPS)
    told = reader.take(":", "=", "-", "(") is not None
    return name if told or commanded else None


def _read_bands(reader: Reader) -> Iterator[tuple[str, _Band | None]]:
    """Each label with its band; None is what is left.

    Where the first has no label, no other has one: what follows the last is the column's name.
    """
    labelled = True
    for number in range(_MOST_BANDS):
        before = reader.position
        joined = [reader.take(",", ";", "/"), reader.take("and")]
        if number and not any(joined):
            return
        one = _label_and_band(reader, labelled=labelled)
        if one is None:
            reader.position = before
            return
        label, band = one
        if band is not None and label == band.text:
            labelled = labelled and number > 0
        yield one


def _label_and_band(reader: Reader, *, labelled: bool) -> tuple[str, _Band | None] | None:
    """Read "under 18 minor", "minor (under 18)", "minor = under 18", or "under 18" alone."""
    band = _band(reader)
    rest = band is None and reader.take(*_THE_REST) is not None
    if band is not None and not labelled:
        return band.text, band
    if band is not None or rest:
        reader.take("=", ":", "->", "is", "are", "as", "=>", "\u2192")
        label = _label(reader)
        if label is None and band is None:
            return None
        return (label or (band.text if band else "")), band
    label = _label(reader)
    if label is None:
        return None
    opened = reader.take("(", "=", ":", "is", "are", "for", "if", "when")
    band = _band(reader) if opened else None
    if band is None or (opened == "(" and not reader.take(")")):
        return None
    return label, band


def _band(reader: Reader) -> _Band | None:
    start = reader.position
    found = _bounds(reader)
    if found is None:
        reader.position = start
        return None
    return _Band(*found, reader.text(start, reader.position))


def _bounds(reader: Reader) -> tuple[Number, Number, bool, bool] | None:
    token = reader.token()
    if token is None:
        return None
    for pattern in (_RANGE, _PLUS):
        written = pattern.fullmatch(token.text)
        if written is not None:
            reader.advance()
            low = _as_number(written[1])
            return (low, _as_number(written[2]) if pattern is _RANGE else _INFINITE, True, True)
    sign = reader.take(*_BELOW, *_UP_TO, *_ABOVE, *_FROM, "between")
    low_number = _number(reader)
    if low_number is None:
        return None
    if sign in _UP_TO:
        return (-_INFINITE, low_number, True, True)
    if sign in _BELOW:
        return (-_INFINITE, low_number, True, False)
    if sign in _ABOVE:
        return (low_number, _INFINITE, False, True)
    if sign != "between" and reader.take(*_OR_MORE):
        return (low_number, _INFINITE, True, True)
    if sign is None and reader.take(*_OR_LESS):
        return (-_INFINITE, low_number, True, True)
    if sign in {None, "from", "between"} and reader.take(*_TO, *(("and",) if sign else ())):
        high = _number(reader)
        return None if high is None else (low_number, high, True, True)
    return (low_number, _INFINITE, True, True) if sign in {*_FROM} else None


def _number(reader: Reader) -> Number | None:
    token: Token | None = reader.token()
    if token is None or token.kind is not Kind.NUMBER:
        return None
    number = as_number(token.text)
    if number is not None:
        reader.advance()
    return number


def _as_number(text: str) -> Number:
    return float(text) if "." in text else int(text)


def _label(reader: Reader) -> str | None:
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        reader.advance()
        return token.text
    start = reader.position
    while (token := reader.token()) is not None and reader.position - start < _LONGEST_LABEL:
        if token.kind is not Kind.WORD or reader.at("and", "in", "as", "into", "is", "are", "for"):
            break
        reader.advance()
    return reader.text(start, reader.position) or None


def _read_name(reader: Reader) -> str | None:
    """Read "in a column age_group"."""
    reader.take(",")
    if not reader.take("as", "in", "into", "called", "named", "call it", "and call it"):
        return None
    reader.skip("a", "the", "new", "column", "called", "named")
    token = reader.token()
    if token is None or token.kind is Kind.NUMBER:
        return None
    reader.advance()
    return token.text


def _labelled(
    name: str, new: str, found: tuple[tuple[str, _Band | None], ...], *, whole: bool
) -> tuple[Action, ...] | None:
    """Each number's label; what is in no band has none, unless the rest has one.

    Raises Question where bands overlap, or leave numbers out between them.
    """
    bands = [(label, band) for label, band in found if band is not None]
    others = [label for label, band in found if band is None]
    if len(others) > 1 or len({label for label, _ in found}) < len(found):
        return None
    in_order = sorted((band for _, band in bands), key=lambda band: (band.low, band.high))
    for one, other in pairwise(in_order):
        _refuse_unclear(name, one, other, most_between=_INFINITE if others else int(whole))
    listed = [*bands] if others else [*bands[:-1]]
    expression = repr(others[0] if others else bands[-1][0])
    for label, band in reversed(listed):
        inside = as_expression(band.condition(name))
        expression = f"{label!r} if {inside} else {expression}"
    labelled = Derive(new=new, expression=expression)
    if others:
        return (labelled,)
    inside_any = AnyOf(conditions=tuple(band.condition(name) for _, band in bands))
    return (labelled, SetWhere(columns=(new,), where=Not(condition=inside_any)))


def _refuse_unclear(name: str, one: _Band, other: _Band, *, most_between: Number) -> None:
    """Raise Question unless the other band begins where the one ends.

    Between 17 and 18, there is no whole number.
    """
    shared = one.with_high and other.with_low and one.high == other.low
    if shared or one.high > other.low:
        number = max(other.low, min(one.high, other.high))
        raise Question(
            f"In which band is a {name} of {number}: {one.text!r} or {other.text!r}? "
            "Say bands that have no number in common."
        )
    between = other.low - one.high
    touching = one.with_high or other.with_low
    if between > most_between or (not between and not touching and most_between < _INFINITE):
        raise Question(
            f"What of a {name} between {one.text!r} and {other.text!r}? "
            "Say bands that follow each other, or what the rest is called."
        )


RULES = (name_bands,)
