"""What a question is about: which rows, in which groups, and by which word the rows go."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from domain.actions import (
    AllOf,
    Comparison,
    Condition,
    describe_condition,
)
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.bare_predicates import read_bare_values
from infrastructure.llm.planner.phrases.conditions import read_condition
from infrastructure.llm.planner.phrases.flagged_rows import read_flagged_rows, read_truth
from infrastructure.llm.planner.phrases.implied_columns import read_implied
from infrastructure.llm.planner.phrases.values_without_column import (
    read_excepted,
    read_held_values,
    read_without_column,
)
from infrastructure.llm.planner.phrases.written_dates import as_year
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.condition_words import COMPARED, LACKING
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, key, quotation

_THINGS = (
    *(word for word in words.ROWS if word not in {"everything", "those", "data"}),
    *words.PERSONS,
    *words.THINGS,
    *("examples", "data points", "datasets", "penguins"),
)
_FILLERS = (
    *("are there", "there are", "is there", "were there", "do we have", "do i have", "exist"),
    *("does the table have", "in the table", "in the data", "in the dataset", "in total"),
    *("are left", "remain", "remaining", "are in the table", "are in the data", "overall", "now"),
    *("in all", "altogether", "does it have", "have we got", "are in it", "does this table have"),
    *("in this table", "in this dataset", "in the file", "does the dataset have", "there"),
    *("does the data have", "does the file have", "are in the dataset", "are there now"),
)
# Figures leave them out anyway.
_AGAINST = ("vs", "vs.", "versus", "against", "compared to", "compared with")
_WITHOUT_GAPS = tuple(
    f"{verb} {article}{word}{noun}"
    for verb in ("ignoring", "excluding", "skipping", "without", "leaving out")
    for article in ("", "the ")
    for word in ("missing", "empty", "blank", "null")
    for noun in (" ones", " values", " cells")
)
_LARGEST = (
    *("most common", "most frequent", "most", "largest", "biggest", "highest", "descending"),
    *("from high to low", "from highest to lowest", "best"),
)
_SMALLEST = ("least common", "least frequent", "fewest", "smallest", "lowest", "ascending", "worst")
_BY = (
    *("by", "per", "for each", "in each", "for every", "grouped by", "broken down by", "of each"),
    *("in every", "within each", "across", "for the different", "group by", "split by", "each"),
    *("are in each", "are there in each", "are there per", "are there for each", "does each"),
    *("has each", "has every", "does every", "did each", "did every"),
)
_WHERE = (
    *("where", "with", "whose", "having", "have", "has", "had", "that have", "who have", "if"),
    *(
        "which have",
        "for which",
        "when",
        "that are",
        "who",
        "which",
        "who are",
        "which are",
        "are",
        "is",
        "were",
        "was",
    ),
    *("that has", "in which", "only where", "for", "of those where", "do", "does not", "that"),
    *("in rows where", "for rows where", "of rows where", "for the rows where"),
)
_BOUNDS = tuple(phrase for phrases in COMPARED.values() for phrase in phrases)
MONTHS = {
    name.casefold(): month
    for names in (calendar.month_name, calendar.month_abbr)
    for month, name in enumerate(names)
    if name
}


@dataclass(frozen=True)
class Scope:
    """The rows, the groups, and which of them come first."""

    where: Condition | None = None
    by: tuple[str, ...] = ()
    order: Literal["groups", "largest", "smallest"] = "groups"


def both(one: Condition | None, other: Condition | None) -> Condition | None:
    """What is so where both are; None where neither says anything."""
    parts = tuple(part for part in (one, other) if part is not None)
    return AllOf(conditions=parts) if len(parts) > 1 else next(iter(parts), None)


def read_scope(reader: Reader) -> Iterator[Scope]:
    """Read conditions and groups as far as they go; of all rows where nothing is said."""
    start = reader.position
    of_things = _skip_things(reader)
    where, by = _rows_and_groups(reader)
    if of_things and not where:
        # "Of members" alone may be a part of the rows, and "in sales" where somebody works.
        reader.position = start
        where, by = _rows_and_groups(reader)
    whole = AllOf(conditions=tuple(where)) if len(where) > 1 else next(iter(where), None)
    yield Scope(where=whole, by=by, order=_order(reader) if by else "groups")


def _rows_and_groups(reader: Reader) -> tuple[list[Condition], tuple[str, ...]]:
    where: list[Condition] = []
    by: tuple[str, ...] = ()
    while True:
        reader.skip(*_FILLERS)
        _skip_gaps(reader)
        opposed = None if by else _opposed(reader)
        if opposed is not None:
            where += () if opposed.where is None else (opposed.where,)
            by = opposed.by
            continue
        groups = () if by else _groups(reader)
        condition = None if groups else _time(reader) or read_excepted(reader) or _rows(reader)
        if groups:
            by = groups
        elif condition is not None:
            _refuse_both(where, condition)
            where.append(condition)
        else:
            return where, by


def _refuse_both(before: list[Condition], condition: Condition) -> None:
    """Raise Question at "red blue orders": nothing is both."""
    equal = {"equals", "in"}
    for one in before:
        if not (isinstance(one, Comparison) and isinstance(condition, Comparison)):
            continue
        if one.column == condition.column and {one.operator, condition.operator} <= equal:
            told = " or ".join(map(describe_condition, (one, condition)))
            raise Question(f"Nothing is both. Do you mean one of them? Say: {told}.")


def _skip_things(reader: Reader) -> bool:
    """Skip "among the parts" before what is said of them."""
    start = reader.position
    if reader.take("of", "among", "amongst", "for", "in", "across", "over"):
        reader.skip("the", "all", "my", "our")
        token = reader.token()
        noun = "" if token is None else key(token.word)
        called = (n for n in reader.shape.column_names if key(n) in {noun, noun.removesuffix("s")})
        if all(map(reader.tells_rows_apart, called)) and reader.take_rows():
            return True
    reader.position = start
    return False


def _order(reader: Reader) -> Literal["groups", "largest", "smallest"]:
    """Read "biggest first", "sorted by most common"."""
    start = reader.position
    reader.take(",")
    ordered = reader.take("sorted", "ordered", "sort", "order") is not None
    reader.skip("by", "from", "the")
    most, least = reader.take(*_LARGEST), reader.take(*_SMALLEST)
    reader.take("number", "count")
    if (most or least) and (reader.take("first", "on top", "at the top") or ordered):
        return "largest" if most else "smallest"
    reader.position = start
    return "groups"


def read_months(reader: Reader) -> Iterator[tuple[int, ...]]:
    """Read "March", "February and March": their numbers."""
    found: list[int] = []
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and", "or", "&")] if found else ["first"]
        token = reader.token() if any(joined) else None
        month = MONTHS.get(token.word) if token is not None else None
        if month is None:
            reader.position = before
            break
        reader.advance()
        found.append(month)
    if found:
        yield tuple(found)


def read_things(reader: Reader) -> Iterator[str]:
    """Read a word for the rows. Raises Question for one that may be a column, or nothing known."""
    start = reader.position
    if reader.at("are", "were"):
        yield "rows"  # "how many are left": those that there are
        reader.position = start
    reader.skip("the", "all", "all the", "of the", "my", "our")
    place = reader.position
    found = reader.take(*_THINGS)
    reader.position = place
    name = reader.column(guess=False)
    if name is not None and found not in {"rows", "row"} and reader.tells_rows_apart(name):
        yield "rows"
        return
    if name is not None and found not in {"rows", "row"}:
        end = reader.position
        reader.position = start
        before, after = reader.text_around(place, end)
        quoted = quotation(name)
        raise Question(
            f"Do you mean how many different values {name!r} has, or how many rows have one?",
            (
                Choice(label="different values", message=f"{before}different {quoted}{after}"),
                Choice(label="rows", message=f"{before}rows{after} where {quoted} is not missing"),
            ),
        )
    reader.position = place
    if reader.take(*_THINGS) or reader.take_rows():
        yield "rows"
        return
    token = reader.token()
    if token is not None and token.kind is Kind.WORD and token.word not in words.KEYWORDS:
        before, after = reader.text_around(place, place + 1)
        reader.position = start
        raise Question(
            f"I found no column for {token.text!r}. Do you mean the rows of the table?",
            (Choice(label="yes", message=f"{before}rows{after}"),),
        )


def _skip_gaps(reader: Reader) -> None:
    start = reader.position
    reader.take(",")
    if not reader.take(*_WITHOUT_GAPS):
        reader.position = start


def _groups(reader: Reader) -> tuple[str, ...]:
    start = reader.position
    if reader.take(*_BY):
        reader.skip("the", "each", "every", "different")
        names = reader.columns()
        if names:
            return names
        _ask_for_a_column_of(reader)
    reader.position = start
    return ()


def _opposed(reader: Reader) -> Scope | None:
    """Read "men vs women", "paid versus unpaid orders": those rows, by that column."""
    start, sides = reader.position, list[Comparison]()
    reader.take("for", "of", "between", "in", "with")
    while (side := _side(reader)) is not None:
        sides.append(side)
        reader.take_rows()
        if len(sides) == 2 or not reader.take(*_AGAINST):
            break
    if len(sides) < 2 or sides[0].column != sides[1].column:
        reader.position = start
        return None
    cells = tuple(cell for side in sides for cell in side.values)
    either = replace(sides[0], values=cells, ignore_case=any(side.ignore_case for side in sides))
    return Scope(where=either if either.operator == "in" else None, by=(either.column,))


def _side(reader: Reader) -> Comparison | None:
    found = read_held_values(reader)
    if found is not None:
        name, cells, as_said = found
        return Comparison(column=name, operator="in", values=tuple(cells), ignore_case=not as_said)
    return read_truth(reader)


def _ask_for_a_column_of(reader: Reader) -> None:
    """Raise Question where groups by a part of a date are meant: they need a column of it."""
    place = reader.position
    part = reader.take("year", "quarter", "month", "week", "weekday", "hour")
    dates = reader.of_types(frozenset({ColumnType.DATETIME}))
    if part and dates:
        before, after = reader.text_around(place, reader.position)
        raise Question(
            f"No column holds the {part}. Shall I add one, then tell it?",
            tuple(
                Choice(
                    label=f"add the {part} of {name}",
                    message=f"extract the {part} from {quotation(name)} as "
                    f"{quotation(f'{name}_{part}')}, then {before}{quotation(f'{name}_{part}')}"
                    f"{after}",
                )
                for name in dates
            ),
        )


def _rows(reader: Reader) -> Condition | None:
    start, missed = reader.position, reader.missed
    flagged = read_flagged_rows(reader, nouns=True) if reader.take("of", "among", "for") else None
    if flagged is not None:
        return flagged
    reader.position, reader.missed = start, missed
    introduced = reader.take(",") is not None
    if not reader.at(*LACKING):
        introduced = reader.take(*_WHERE) is not None or introduced
    place = reader.position
    if introduced or reader.at("without", "missing", "(", "not", *LACKING, *_BOUNDS):
        flagged = read_flagged_rows(reader)
        if flagged is not None:
            return flagged
        condition = read_condition(reader)
        if condition is not None:
            return condition
    reader.position, reader.missed = place, missed
    condition = None
    if not introduced:
        condition = read_implied(reader) or read_bare_values(reader)
        condition = condition or read_without_column(reader, read_condition)
    if condition is None:
        reader.position, reader.missed = start, missed
    return condition


def _time(reader: Reader) -> Condition | None:
    """ "in March 2024", "in 2024", where the table has one column of dates."""
    dates = reader.of_types(frozenset({ColumnType.DATETIME}))
    start = reader.position
    if len(dates) == 1 and reader.take("in", "during", "from", "of"):
        token = reader.token()
        month = MONTHS.get(token.word) if token is not None else None
        if month is not None:
            reader.advance()
            token = reader.token()
        year = as_year(token.text) if token is not None else None
        if year is not None:
            reader.advance()
            first, last = month or 1, month or 12
            days = calendar.monthrange(int(year), last)[1]
            values = (f"{year}-{first:02}-01", f"{year}-{last:02}-{days}")
            return Comparison(column=dates[0], operator="between", values=values, by_day=True)
    reader.position = start
    return None
