"""What is missing, said first: "no email", "neither phone nor email", "a negative salary"."""

from collections.abc import Iterator

from domain.actions import AllOf, Comparison, Condition, Operator
from infrastructure.llm.planner.phrases.condition_starts import ends_here
from infrastructure.llm.planner.phrases.joined_conditions import join
from infrastructure.llm.planner.phrases.lacking import lacking
from infrastructure.llm.planner.phrases.predicates import read_compared
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.condition_words import IS, LACKING, NOT, SIGNS
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_BY_SIGN: dict[str, Operator] = {"negative": "less", "positive": "greater", "zero": "equals"}
_PREDICATES = (*IS, *NOT, *SIGNS)
_NOT_LACKING = (
    *(f"{do} {lack}" for do in ("do not", "don't", "dont") for lack in ("lack", "miss")),
    *(f"{do} {lack}" for do in ("does not", "doesn't", "doesnt") for lack in ("lack", "miss")),
    *("not lacking", "not without"),
)
_ANY_OF_THESE = tuple(
    f"{which} {these}columns"
    for which in ("any of", "one of", "at least one of")
    for these in ("these ", "those ", "the following ", "the ")
)


def read_gaps_first(reader: Reader) -> Condition | None:
    """Read "missing age", "no email", "a negative salary"."""
    sign = reader.take("negative", "positive", "zero")
    if sign:
        name = reader.column()
        if name is None or (sign == "zero" and name not in reader.of_types(NUMERIC)):
            return None
        operator = _BY_SIGN[sign]
        return read_compared(reader, name, operator, Written("0", Kind.NUMBER))
    if reader.take("neither"):
        return _neither(reader)
    start = reader.position
    if reader.take(*_NOT_LACKING):
        return _all_known(reader)
    if reader.take(*_ANY_OF_THESE):
        return _any_of_these(reader)
    lacks = reader.take("no", "without", *LACKING, *words.MISSING)
    if not lacks:
        return None
    reader.skip("a", "an", "any")
    no_gap = lacks not in words.MISSING and reader.take(*words.MISSING) is not None
    reader.skip("a", "an", "any", *words.MISSING, *words.VALUES, *words.IN)
    how = reader.take("both", "all of", "either")
    name = reader.column()
    if name is None:
        return None
    if no_gap:
        more = tuple(_also_lacking(reader))
        known = (Comparison(column=n, operator="is_not_missing") for n in (name, *more))
        return join([*known], {"and"})
    names = (name, *_also_lacking(reader))
    reader.take("filled in", "recorded", "entered", "given")
    return lacking(reader, names, start, how)


def _all_known(reader: Reader) -> Condition | None:
    """The email and phone of "don't lack an email or phone"."""
    reader.skip("a", "an", "any", *words.VALUES, *words.IN)
    name = reader.column()
    names = () if name is None else (name, *_also_lacking(reader))
    known = [Comparison(column=each, operator="is_not_missing") for each in names]
    return join([*known], {"and"}) if known else None


def _any_of_these(reader: Reader) -> Condition | None:
    """The rest of "any of these columns is empty: a, b and c"."""
    reader.take(*IS)
    if not reader.take(*words.MISSING) or not reader.take(":"):
        return None
    gaps = [Comparison(column=n, operator="is_missing") for n in reader.columns() or ()]
    return join([*gaps], {"or"}) if gaps else None


def _also_lacking(reader: Reader) -> Iterator[str]:
    """The b of "without a or b": not of "without a and b is 3"."""
    before, missed = reader.position, reader.missed
    while reader.take(",", "and", "or", "nor") and not reader.at_verb():
        reader.take("and", "or")
        reader.skip("a", "an", "any")
        name = reader.column()
        if name is None or not ends_here(reader):
            break
        before = reader.position
        yield name
    reader.position, reader.missed = before, missed


def _neither(reader: Reader) -> Condition | None:
    """ "neither phone nor email": both are missing."""
    reader.take("a", "an")
    names = [reader.column()]
    while reader.take("nor", "or", ","):
        reader.take("a", "an")
        names.append(reader.column())
    missing = [Comparison(column=name, operator="is_missing") for name in names if name]
    alone = len(names) == 1 or len(missing) < len(names)
    return None if alone or reader.at(*_PREDICATES) else AllOf(conditions=tuple(missing))
