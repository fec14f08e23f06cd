"""Commands and questions about rows, and columns, by their place: the first, the last."""

from domain.actions import Action, DropColumns, KeepColumns, ShowRows, TakeRows
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import key

_DROP = f"({'|'.join(words.DROP)}|cut off|cut)"
_KEEP = f"({'|'.join((*words.KEEP, 'take only', 'take just', 'take', 'only', 'just'))})"
_SHOW = "[(show|list|display|see|view|give|get|print|preview) [me|us]]"
_FIRST = "(first|top|initial|topmost)"
_LAST = "(last|bottom|final)"
_ONE = "(row|record|line|entry|observation)"
_UP_TO = "(to|through|until|till|-|\u2013|up to)"
_TO = "(to|through|until|till|-|\u2013|and|up to)"
_OF_ALL = "[of the table|in the table|of the data|of all|of the dataset|of the file]"
# The table is written again for each.
_MOST_LISTED = 50
# People from 18 to 30 are no places: only a word for rows has numbers.
_NUMBERED_WORDS = ("rows", "records", "lines", "entries", "observations")
_NUMBERED = f"({'|'.join(_NUMBERED_WORDS)})"
_PLACES = (
    f"{_NUMBERED} {{start:whole}} {_UP_TO} [{_ONE}] {{end:whole}} {_OF_ALL}",
    f"{_NUMBERED} (between|from) {{start:whole}} {_TO} {{end:whole}} {_OF_ALL}",
    f"{_NUMBERED} {{range}} {_OF_ALL}",
    f"(from|between) {_ONE} {{start:whole}} {_TO} [{_ONE}] {{end:whole}} {_OF_ALL}",
    f"{_ONE} [number|no|nr|#] {{start:whole}} {_OF_ALL}",
    f"{_FIRST} {{first:whole}} {{rows}} {_OF_ALL}",
    f"{_LAST} {{last:whole}} {{rows}} {_OF_ALL}",
    f"{{first:whole}} {_FIRST} {{rows}} {_OF_ALL}",
    f"{{last:whole}} {_LAST} {{rows}} {_OF_ALL}",
)
_FIRST_WORDS = ("first", "top", "initial", "topmost")
_FEW = 5


@by_patterns(
    *(f"{_DROP} {places}" for places in _PLACES),
    f"{_DROP} ({_FIRST}|{_LAST}) {_ONE} {_OF_ALL}",
)
def drop_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "drop the last row", "delete rows 10 to 20"."""
    start, end = _taken(said)
    return (TakeRows(start=start, end=end, matching="drop"),)


@by_patterns(f"{_DROP} {_NUMBERED} {{numbers}} {_OF_ALL}")
def drop_listed(said: Said) -> tuple[Action, ...] | None:
    """Read "delete rows 2 and 5": the last first, so that the others keep their places."""
    numbers = _listed(said)
    if numbers is None:
        return None
    if said.reader.fresh and numbers[-1] > said.reader.shape.rows:
        raise Question(f"The table has only {said.reader.shape.rows} rows. Which do you mean?")
    if len(numbers) > _MOST_LISTED:
        raise Question(f"That is more than {_MOST_LISTED} rows. Please send fewer at a time.")
    return tuple(TakeRows(start=each, end=each, matching="drop") for each in reversed(numbers))


@by_patterns(f"{_KEEP} {_NUMBERED} {{numbers}} {_OF_ALL}")
def keep_listed(said: Said) -> tuple[Action, ...] | None:
    """Read "keep rows 2 and 3"."""
    ends = _ends_of_listed(said, "keep")
    return None if ends is None else (TakeRows(start=ends[0], end=ends[1]),)


@by_patterns(f"{_SHOW} {_NUMBERED} {{numbers}} {_OF_ALL}")
def show_listed(said: Said) -> tuple[Action, ...] | None:
    """Read "show rows 2 and 3"."""
    ends = _ends_of_listed(said, "show")
    return None if ends is None else (ShowRows(start=ends[0], count=ends[1] - ends[0] + 1),)


def _ends_of_listed(said: Said, verb: str) -> tuple[int, int] | None:
    """The first and the last place. Raises Question where others are between: a range is taken."""
    numbers = _listed(said)
    if numbers is None:
        return None
    first, last = numbers[0], numbers[-1]
    if last - first >= len(numbers):
        told = f"all rows from {first} to {last}"
        raise Question(
            f"Do you mean {told}, or these alone? For these, say which rows to drop, or name them "
            "by what they hold.",
            (Choice(label=told, message=f"{verb} rows {first} to {last}"),),
        )
    return first, last


def _listed(said: Said) -> tuple[int, ...] | None:
    """Two places or more, in their order; none in "rows of 2023 and 2024"."""
    tokens = said.reader.tokens[said.reader.start : said.reader.position]
    place = next(n for n, token in enumerate(tokens) if token.word in _NUMBERED_WORDS)
    numbers = tuple(sorted(set(said["numbers"])))
    behind = as_number(tokens[place + 1].text) in numbers
    whole = all(isinstance(number, int) for number in numbers)
    if not (behind and whole and len(numbers) > 1):
        return None
    if numbers[0] < 1:
        raise Question("The first row is row 1. Which rows do you mean?")
    return numbers


@by_patterns(
    *(f"{_KEEP} {places}" for places in _PLACES),
    f"{_KEEP} ({_FIRST}|{_LAST}) {_ONE} {_OF_ALL}",
    f"{_DROP} (all|everything) (but|except|after|beyond) {_FIRST} {{first:whole}} [{{rows}}]",
    f"{_DROP} [all|everything] [{{rows}}] (but|except) {_FIRST} {{first:whole}} [{{rows}}]",
    f"{_DROP} [all|everything] [{{rows}}] (but|except|before) {_LAST} {{last:whole}} [{{rows}}]",
    "(limit|cut|truncate|shorten) [the] [table|data|it|dataset] [down] to [the first] "
    "{first:whole} {rows}",
)
def keep_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "keep the first 100 rows", "only the last 5 records"."""
    start, end = _taken(said)
    return (TakeRows(start=start, end=end),)


@by_patterns(
    f"{_KEEP} {{first:whole}} {{rows}}",
    f"{_KEEP} {_FIRST} {{first:whole}}",
    f"{_KEEP} {_LAST} {{last:whole}}",
)
def keep_some(said: Said) -> tuple[Action, ...] | None:
    """Read the "and keep the top 3" of a message that sorted before; alone it may be columns.

    Ask which ones alone "keep 3 rows" means.
    """
    if said.reader.fresh and "rows" in said:
        count = said["first"]
        raise Question(
            f"Which {count} rows?",
            tuple(
                Choice(label=f"the {place}", message=f"keep the {place} {count} rows")
                for place in ("first", "last")
            ),
        )
    if said.reader.fresh:
        return None
    start, end = _taken(said)
    return (TakeRows(start=start, end=end),)


@by_patterns(
    *(f"{_SHOW} {places}" for places in _PLACES),
    f"(show|list|display|see|view|give|get|print|preview) [me|us] ({_FIRST}|{_LAST}) {_ONE} "
    f"{_OF_ALL}",
    f"(what|which) (is|are) [in] ({_FIRST}|{_LAST}) {_ONE} {_OF_ALL}",
    *(f"(what|which) (is|are) [in] {places}" for places in _PLACES),
    "(head|tail) [{count:whole}]",
)
def show_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "show me rows 10 to 20", "the last 5 rows"."""
    if said.says("head", "tail"):
        count = said.get("count", 5)
        return (ShowRows(start=-count if said.says("tail") else 1, count=count),)
    if said.says("top", "bottom"):
        _ask_of_what(said)
    start, end = _taken(said)
    return (ShowRows(start=start, count=-start if end is None else end - start + 1),)


@by_patterns(
    "(show|display|view|see|print|open|get) [me|us] [all] [of] (table|data|dataset|file|sheet)",
    f"{_SHOW} (some|few) {{rows}} [of (table|data|dataset|file|sheet)]",
    "(preview|peek|sample rows) [[of|at] (table|data|dataset|file|sheet)]",
)
def show_table(said: Said) -> tuple[Action, ...] | None:
    """Read "show me the data", "preview"."""
    return (ShowRows(count=_FEW if said.says("some", "few", "preview", "peek", "sample") else 20),)


def _ask_of_what(said: Said) -> None:
    """Raise Question for "top 5 products" where product is a column, and its values repeat."""
    reader = said.reader
    nouns = {said.get("rows", ""), said.get("rows", "").removesuffix("s")}
    for name in reader.shape.column_names:
        if name.casefold() in nouns and not reader.tells_rows_apart(name):
            raise Question(
                f"By which figure of each {name}? Say: top {said.get('first', 5)} {name} by the "
                f"sum of a column, or by count."
            )


@by_patterns(
    f"({_DROP}|{_KEEP}) ({_FIRST}|{_LAST}) (column|field|variable)",
    f"({_DROP}|{_KEEP}) ({_FIRST}|{_LAST}) {{count:whole}} (columns|fields|variables)",
)
def take_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "drop the last column", "keep the first three columns"."""
    names = said.reader.shape.column_names
    if any(key(name) in {"first", "last", "top", "bottom", "final", "initial"} for name in names):
        return None
    count = said.get("count", 1)
    if not 0 < count < len(names):
        raise Question(f"There are {len(names)} columns. Which of them do you mean?")
    some = names[:count] if said.says(*_FIRST_WORDS) else names[-count:]
    dropping = said.reader.drops or said.reader.verb == "cut"
    return (DropColumns(columns=some) if dropping else KeepColumns(columns=some),)


def _taken(said: Said) -> tuple[int, int | None]:
    """The places of the first and the last row. Raises Question for rows that are not there."""
    rows = said.reader.shape.rows if said.reader.fresh else None
    if "last" in said:
        start, end = -said["last"], None
    elif "range" in said:
        start, end = said["range"]
    elif "start" in said:
        start, end = said["start"], said.get("end", said["start"])
    elif "first" in said:
        start, end = 1, said["first"]
    else:
        start, end = (1, 1) if said.says(*_FIRST_WORDS) else (-1, None)
    if rows is not None and start > rows:
        raise Question(f"The table has only {rows} rows. Which of them do you mean?")
    return start, end


RULES = (
    drop_rows,
    drop_listed,
    keep_listed,
    show_listed,
    keep_rows,
    keep_some,
    show_rows,
    show_table,
    take_columns,
)
