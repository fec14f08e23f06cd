"""Commands that name bands of numbers: "label age: under 18 minor, 18 to 64 adult, 65+ senior"."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from domain.actions import Action, AnyOf, Derive, Not, SetWhere
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.bands import (
    ALONE,
    BOUNDS,
    INFINITE,
    Band,
    Number,
    is_range,
    read_band,
    read_bounds,
)
from infrastructure.llm.planner.phrases.expressed import as_expression
from infrastructure.llm.planner.phrases.named_rows import OF_NAMES
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader, free_name
from infrastructure.llm.planner.reading.tokens import Kind, quotation

_VERB = (
    *(
        "call",
        "name",
        "label",
        "bucket",
        "bin",
        "categorise",
        "categorize",
        "classify",
        "group",
        "band",
        "grade",
    ),
    *("cut", "split", "flag", "mark", "add", "create", "make", "put", "divide", "sort"),
)
_GROUPS = (
    *("groups", "group", "bands", "band", "buckets", "bucket", "classes", "class", "bins"),
    *("categories", "category", "ranges", "levels", "level", "labels", "column", "brackets"),
)
_THE_REST = (
    *("the rest", "rest", "otherwise", "else", "everything else", "all others", "others"),
    *("the others", "the other ones", "everyone else", "everybody else", "all the others"),
)
_LONGEST_LABEL = 3
_LONGEST_BAND = 8
_NO_LABEL = (
    *("with", "whose", "who", "that", "which", "only", "rows"),
    "and",
    "in",
    "as",
    "into",
    "is",
    "are",
    "for",
    "if",
    "when",
    "where",
    *_THE_REST,
)
_MOST_BANDS = 12


def name_bands(reader: Reader) -> tuple[Action, ...] | None:
    """Read a column of numbers and at least two bands that leave nothing out between them."""
    start, missed, furthest = reader.position, reader.missed, reader.furthest
    called, topics = _what_is_banded(reader)
    place = reader.position
    found = tuple(_read_bands(reader, topics))
    if len(found) < 2:
        reader.position, reader.missed, reader.furthest = start, missed, furthest
        return None
    reader.take(")")
    names = set(topics)
    if not names:
        raise _ask_of_what(reader, place, called)
    if len(names) > 1:
        return None
    name = names.pop()
    new = _read_name(reader) or called or free_name(reader, f"{name}_group")
    if new in reader.shape.column_names:
        raise Question(f"There is already a column {new!r}. What should the new one be called?")
    whole = reader.column_named(name).type is ColumnType.INTEGER
    return _labelled(name, new, found, whole=whole)


def _what_is_banded(reader: Reader) -> tuple[str | None, list[str]]:
    """Read "label age:", "age groups", "add a column size:": the new column's name, the old ones.

    Where neither stands there, the bands may say it: "small if qty < 5".
    """
    start = reader.position
    commanded = reader.take(*_VERB) is not None
    reader.skip("a", "the", "new", "column", "for", "with")
    name = _numbers(reader, guess=True)
    if name is not None:
        before = reader.position
        reader.skip("into", "in", "as", "by", "to", "these", "following", "the", *_GROUPS)
        told = reader.take(":", "=", "-", "(") is not None or reader.position > before
        if told or commanded:
            return None, [name]
    reader.position = start
    commanded = reader.take(*_VERB) is not None
    reader.skip("a", "an", "new", "column", "called", "named", "the")
    called, after = reader.token(), reader.token(1)
    if called is not None and after is not None and called.kind in {Kind.WORD, Kind.QUOTED}:
        reader.position += 1
        if reader.take("column") or after.text in {":", "=", ","} or after.word == "with":
            reader.skip("column", ":", "=", ",", "with", "the", "values", "labels", "groups")
            return called.text, list(_of_its_name(reader, called.text))
    reader.position = start
    reader.take("call", "label", "mark")
    return None, []


def _numbers(reader: Reader, *, guess: bool = False) -> str | None:
    """Read a column of numbers."""
    start, missed = reader.position, reader.missed
    try:
        name = reader.column(guess=guess)
    except Question:
        name = None
    if name is not None and name in reader.of_types(NUMERIC):
        return name
    reader.position, reader.missed = start, missed
    return None


def _of_its_name(reader: Reader, called: str) -> Iterator[str]:
    """The column of numbers that a new "age_group" tells."""
    told = {*name_words(called)} - {*_GROUPS}
    named = [n for n in reader.of_types(NUMERIC) if told and told == {*name_words(n)}]
    if len(named) == 1:
        yield named[0]


def _ask_of_what(reader: Reader, place: int, called: str | None) -> Question:
    """The question which column "under 18 minors, the others adults" is of."""
    start = min(place, reader.position - 1)
    bands = reader.text(start, reader.position)
    before, after = reader.text_around(reader.start, reader.position)
    in_column = f" in a column {quotation(called)}" if called else ""
    return Question(
        "Of which column are these the bands?",
        tuple(
            Choice(
                label=name, message=f"{before}label {quotation(name)}: {bands}{in_column}{after}"
            )
            for name in reader.of_types(NUMERIC)
            if OF_NAMES.isdisjoint(name_words(name))
        ),
    )


def _read_bands(reader: Reader, topics: list[str]) -> Iterator[tuple[str, Band | None]]:
    """Each label with its band; None is what is left. What columns they name, `topics` gets.

    Where the first has no label, no other has one: what follows the last is the column's name.
    """
    labelled = True
    found: list[Band] = []
    for number in range(_MOST_BANDS):
        before = reader.position
        joined = [reader.take(",", ";", "/"), reader.take("and", "call")]
        if number and not any(joined) and not reader.at(*_THE_REST):
            return
        one = _label_and_band(reader, topics, found, labelled=labelled)
        if one is None:
            reader.position = before
            return
        label, band = one
        if band is not None:
            found.append(band)
            if label == band.text:
                labelled = labelled and number > 0
        yield one


def _label_and_band(
    reader: Reader, topics: list[str], before: list[Band], *, labelled: bool
) -> tuple[str, Band | None] | None:
    """Read "under 18 minor", "minor (under 18)", "minor = under 18", or "under 18" alone."""
    reader.take("if", "when", "where")
    _take_topic(reader, topics)
    band = read_band(reader) or _beyond_before_label(reader, before)
    rest = band is None and reader.take(*_THE_REST) is not None
    if band is not None and not labelled:
        return band.text, band
    if band is not None or rest:
        reader.take(
            "=", ":", "->", "is", "are", "as", "=>", "\u2192", "put", "call it", "call them"
        )
        label = _label(reader)
        if label is None and band is None:
            return None
        return (label or (band.text if band else "")), band
    label = _label(reader)
    if label is None:
        return None
    opened = reader.take("(", "=", ":", "is", "are", "for", "if", "when", "where", "from")
    if opened == "from":
        reader.position -= 1
    _take_topic(reader, topics)
    band = read_band(reader) or _beyond(reader, before)
    if band is None or (opened == "(" and not reader.take(")")):
        return None
    return label, band


def _take_topic(reader: Reader, topics: list[str]) -> None:
    """Read the "qty" of "small if qty < 5"."""
    start = reader.position
    name = _numbers(reader)
    if name is None:
        return
    reader.take("is", "are")
    if read_bounds(reader.over(reader.tokens[reader.position :][:_LONGEST_BAND])) is None:
        reader.position = start
    elif name not in topics:
        topics.append(name)


def _beyond(reader: Reader, before: list[Band]) -> Band | None:
    """Read "above" alone: what is over all bands before it."""
    start = reader.position
    if not before or not reader.take(*ALONE):
        return None
    last = max(before, key=lambda band: (band.high, band.with_high))
    text = reader.text(start, reader.position)
    return Band(last.high, INFINITE, not last.with_high, True, text)


def _beyond_before_label(reader: Reader, before: list[Band]) -> Band | None:
    """Read the "above" of "above high", behind which its label stands."""
    start = reader.position
    band = _beyond(reader, before)
    if band is not None and not reader.at(*_BEHIND_ALONE):
        return band
    reader.position = start
    return None


# "Large above" ends there, and "above 100" is a bound.
_BEHIND_ALONE = (",", ";", "and", ".")


def _label(reader: Reader) -> str | None:
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        reader.advance()
        return token.text
    start = reader.position
    if token is not None and token.word in words.VERBS:
        return None
    while (token := reader.token()) is not None and reader.position - start < _LONGEST_LABEL:
        if token.kind is not Kind.WORD or reader.at(*_NO_LABEL) or is_range(token):
            break
        if reader.position > start and reader.at(*BOUNDS):
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
    name: str, new: str, found: tuple[tuple[str, Band | None], ...], *, whole: bool
) -> tuple[Action, ...] | None:
    """Each number's label; what is in no band has none, unless the rest has one.

    Raises Question where bands overlap, or leave numbers out between them.
    """
    bands = [(label, band) for label, band in found if band is not None]
    others = [label for label, band in found if band is None]
    if len(others) > 1 or len({label for label, _ in found}) < len(found):
        return None
    bands = _one_after_the_other(bands)
    in_order = sorted((band for _, band in bands), key=lambda band: (band.low, band.high))
    for one, other in pairwise(in_order):
        _refuse_unclear(name, one, other, most_between=INFINITE if others else int(whole))
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


def _one_after_the_other(bands: list[tuple[str, Band]]) -> list[tuple[str, Band]]:
    """The bands, of which each "below 10", "up to 50" begins where the lower one ends.

    As well "from 80" ends where the "from 90" before it begins.
    """
    ups = sorted((band for _, band in bands if band.low == -INFINITE), key=lambda b: b.high)
    downs = sorted((band for _, band in bands if band.high == INFINITE), key=lambda b: b.low)
    cut = {
        id(upper): replace(upper, low=lower.high, with_low=not lower.with_high)
        for lower, upper in pairwise(ups)
    } | {
        id(lower): replace(lower, high=upper.low, with_high=not upper.with_low)
        for lower, upper in pairwise(downs)
    }
    return [(label, cut.get(id(band), band)) for label, band in bands]


def _refuse_unclear(name: str, one: Band, other: Band, *, most_between: Number) -> None:
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
    if between > most_between or (not between and not touching and most_between < INFINITE):
        raise Question(
            f"What of a {name} between {one.text!r} and {other.text!r}? "
            "Say bands that follow each other, or what the rest is called."
        )


RULES = (name_bands,)
