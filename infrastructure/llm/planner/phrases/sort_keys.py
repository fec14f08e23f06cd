"""What rows are sorted by, and in which direction."""

from collections.abc import Iterator

from domain.actions import SortKey
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.superlatives import read_superlative
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation

_LOWEST_FIRST = (
    *(
        "ascending",
        "asc",
        "increasing",
        "from low to high",
        "low to high",
        "lowest first",
        "a to z",
    ),
    *("smallest first", "oldest first", "alphabetically", "from a to z", "earliest first", "a-z"),
    *("from smallest to largest", "smallest to largest", "in alphabetical order", "upwards"),
    *("lightest first", "shortest first"),
    *("worst first", "from worst to best", "worst to best", "cheapest first", "youngest first"),
    *("from lowest to highest", "lowest to highest", "from oldest to newest", "oldest to newest"),
)
_HIGHEST_FIRST = (
    *("descending", "desc", "decreasing", "from high to low", "high to low", "highest first"),
    *("largest first", "biggest first", "newest first", "latest first", "z to a", "from z to a"),
    *("in reverse", "reversed", "in reverse order", "from largest to smallest", "z-a"),
    *("heaviest first", "longest first", "tallest first"),
    *("best first", "from best to worst", "best to worst", "most expensive first"),
    *("largest to smallest", "from highest to lowest", "highest to lowest", "downwards"),
    *(
        "most recent first",
        "from newest to oldest",
        "newest to oldest",
        "in reverse alphabetical order",
    ),
)
_WITHIN = tuple(
    f"{joint}within {those}"
    for joint in ("", "and ", "then ", "and then ")
    for those in ("that", "those", "each", "them", "it")
)
_OF_TIME = frozenset({"oldest", "newest", "youngest", "latest", "earliest", "recent"})
_DATES = frozenset({ColumnType.DATETIME})
_ON_TOP = ("at the top", "on top", "at the beginning", "up top")


def _also_on_top(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases, and "newest at the top" as "newest first"."""
    words_first = [phrase.removesuffix(" first") for phrase in phrases if phrase.endswith(" first")]
    return (*phrases, *(f"{word} {on_top}" for word in words_first for on_top in _ON_TOP))


_ASCENDING, _DESCENDING = _also_on_top(_LOWEST_FIRST), _also_on_top(_HIGHEST_FIRST)
DIRECTIONS = (*_ASCENDING, *_DESCENDING)


def read_sort_keys(reader: Reader) -> Iterator[tuple[SortKey, ...]]:
    """Read "age descending then name": what a sort is by."""
    keys = directed_keys(reader, None)
    if keys is not None:
        yield keys


def directed_keys(reader: Reader, leading: bool | None) -> tuple[SortKey, ...] | None:
    """The keys, in the direction `leading` that was said ahead where they have none themselves.

    None where no column is named. Raises Question where a direction may be of one key or of all.
    """
    read = _read_keys(reader)
    if read is None:
        return None
    keys, stated, ordered = read
    return _directed(keys, stated, leading, ordered=ordered)


def read_more_keys(reader: Reader) -> tuple[SortKey, ...] | None:
    """Read "and city", "name as well", "then by age": what a sort that came before goes on with."""
    joined = reader.take("and then", "and also", "and", "then", "also", "plus")
    if joined:
        reader.skip("sort", "order", "it", "by", "on")
    read = _read_keys(reader)
    if read is None or not (joined or reader.take("too", "as well", "also")):
        return None
    return read[0]


def _read_keys(reader: Reader) -> tuple[tuple[SortKey, ...], list[bool], bool] | None:
    """The keys of a sort, of which a direction is stated, and whether they are put in an order."""
    keys: list[SortKey] = []
    stated: list[bool] = []
    ordered = False
    while True:
        most = read_most_first(reader)
        name = reader.column() if most is None else most.column
        if name is None:
            break
        place = reader.position
        direction = _direction_of(reader, name) if most is None else most.descending
        _refuse_time_of_text(reader, name, place)
        keys.append(SortKey(column=name, descending=bool(direction)))
        stated.append(direction is not None)
        ordered = ordered or most is not None
        before = reader.position
        joint = _joint(reader)
        if not joint or reader.at_verb():
            reader.position = before
            break
        ordered = ordered or "then" in joint or "within" in joint
        reader.skip_to_name(("by", "on"), *DIRECTIONS)
        missed = reader.missed
        if read_most_first(reader) is None and reader.column() is None:
            reader.position, reader.missed = before, missed if "then" in joint else reader.missed
            break
        reader.position = before
        _joint(reader)
        reader.skip_to_name(("by", "on"), *DIRECTIONS)
    return (tuple(keys), stated, ordered) if keys else None


def _refuse_time_of_text(reader: Reader, name: str, start: int) -> None:
    """Raise Question where a text is to be in the order of time: "by name, oldest first"."""
    said = reader.tokens[start : reader.position]
    if reader.column_named(name).type not in TEXT or not _OF_TIME & {each.word for each in said}:
        return
    told, after = reader.text(start, reader.position), reader.text_around(start, reader.position)[1]
    raise Question(
        f"{name!r} holds text, which has no order in time. Say by which dates to sort, "
        f"or first: convert {name} to dates.",
        tuple(
            Choice(label=date, message=f"sort by {quotation(date)} {told.lstrip(', ')}{after}")
            for date in reader.of_types(_DATES)
        ),
    )


def read_most_first(reader: Reader) -> SortKey | None:
    """Read "newest check_in first", "the biggest salary first", "newest orders first"."""
    start, missed = reader.position, reader.missed
    reader.take("the")
    most = next(read_superlative(reader), None)
    rows = most and reader.take_rows()
    name = reader.column() if most and not rows else None
    if most is not None and reader.take("first", *_ON_TOP):
        # "Newest first" is of the only column of dates.
        name = name or most.column(reader)
        if name is not None:
            return SortKey(column=name, descending=most.is_most_of(name))
    reader.position, reader.missed = start, missed
    return None


def _direction_of(reader: Reader, name: str) -> bool | None:
    """The direction that is said of the column: "oldest first" by age is the highest age first."""
    before = reader.position
    reader.take(",")
    most = next(read_superlative(reader), None)
    if most is not None and reader.take("first", *_ON_TOP):
        return most.is_most_of(name)
    reader.position = before
    return read_direction(reader)


def _joint(reader: Reader) -> str:
    read = [reader.take(","), reader.take("and then", "then", "and", *_WITHIN)]
    if not reader.at_lone_name(*DIRECTIONS):
        read.append(reader.take("by"))
    return " ".join(filter(None, read))


def read_direction(reader: Reader) -> bool | None:
    """True for descending, False for ascending, None when nothing is said."""
    before = reader.position
    reader.take(",")
    reader.take("in", "(")
    descending = reader.take(*_DESCENDING)
    ascending = None if descending else reader.take(*_ASCENDING)
    if descending or ascending:
        reader.take("order")
        reader.take(")")
        return descending is not None
    reader.position = before
    return None


def _directed(
    keys: tuple[SortKey, ...], stated: list[bool], leading: bool | None, *, ordered: bool
) -> tuple[SortKey, ...]:
    if leading is not None and not any(stated):
        return tuple(SortKey(column=key.column, descending=leading) for key in keys)
    only_last = len(keys) > 1 and stated[-1] and not any(stated[:-1])
    if only_last and keys[-1].descending and not ordered:
        each = " then ".join(f"{key.column} descending" for key in keys)
        *first, last = (key.column for key in keys)
        raise Question(
            f"Should every column be descending? Say: sort by {each}, "
            f"or: sort by {' then '.join(first)} then {last} descending."
        )
    return keys
