"""Commands and questions about the rows with the most or the least of a column."""

from math import ceil

from domain.actions import (
    Action,
    Comparison,
    ComputeOverRows,
    DropColumns,
    FilterRows,
    RemoveDuplicates,
    ShowRows,
    Sort,
    SortKey,
    TakeRows,
)
from domain.plan import Choice
from infrastructure.llm.planner import words
from infrastructure.llm.planner.column_kinds import TEXT
from infrastructure.llm.planner.patterns import Said, by_patterns
from infrastructure.llm.planner.question import Question
from infrastructure.llm.planner.reader import free_name
from infrastructure.llm.planner.superlatives import Superlative
from infrastructure.llm.planner.tokens import quotation

_DROP = f"({'|'.join(words.DROP)})"
_KEEP = f"({'|'.join((*words.KEEP, 'take only', 'take', 'only', 'just'))})"
_ASK = (
    "[(show|list|display|see|view|give|get|print|find|tell|what|whats|what's|which|who|whos|who's) "
    "[me|us] [is|are|was|were]]"
)
_N = "({count:whole}|{share:percent} [of])"
_BY = "[(by|in|with|according to) [the] [{again:superlative}] {column}]"
_PER = "(per|for each|for every|of each|of every|in each|in every|within each|by) {by:columns}"
# "The 3 cheapest orders", "the top 1% by price", "the 5 rows with the lowest age".
_SOME = (
    f"[{_N}] [of] {{most:superlative}} {{row}} {_BY}",
    f"[{_N}] {{most:superlative}} {{row}} (on|dated) {{column}}",
    f"{{most:superlative}} {_N} [ones|{{row}}] (by|in|according to) [the] [{{again:superlative}}] "
    "{column}",
    f"{{most:superlative}} {_N} {{row}}",
    "{most:superlative} {share:percent}",
    f"[{_N}] (ones|{{row}}) with [the] {{most:superlative}} {{column}}",
)
_SOME_OF_EACH = (
    f"[{{count:whole}}] {{most:superlative}} {{row}} {_PER} {_BY}",
    f"{{most:superlative}} {{count:whole}} {{row}} {_PER} {_BY}",
    f"[{{count:whole}}] {{most:superlative}} {{row}} by {{column}} {_PER}",
    f"{{most:superlative}} {{count:whole}} {{row}} by {{column}} {_PER}",
    f"{{row}} with [the] {{most:superlative}} {{column}} {_PER}",
    f"(each|every) {{by:columns}} {{most:superlative}} {{row}} {_BY}",
)


@by_patterns(*(f"{_KEEP} [only|just] {some}" for some in _SOME_OF_EACH))
def keep_extremes_of_each(said: Said) -> tuple[Action, ...] | None:
    """Read "keep only the latest order per customer", "keep the top 2 farms per region by area"."""
    key, count, by = _key(said), said.get("count", 1), said["by"]
    if count == 1:
        return (Sort(keys=(key,)), RemoveDuplicates(columns=by))
    place = free_name(said.reader, "place")
    first = Comparison(column=place, operator="less_or_equal", values=(count,))
    return (
        Sort(keys=(key,)),
        ComputeOverRows(window="row_number", by=by, new=place),
        FilterRows(where=first),
        DropColumns(columns=(place,)),
    )


@by_patterns(*(f"{_KEEP} [only|just] {some}" for some in _SOME))
def keep_extremes(said: Said) -> tuple[Action, ...] | None:
    """Read "keep the top 5 by salary", "keep the 3 most expensive orders"."""
    if said.get("count", 1) < 1:
        return None
    return (Sort(keys=(_key(said),)), TakeRows(end=_count(said)))


@by_patterns(*(f"{_DROP} {some}" for some in _SOME))
def drop_extremes(said: Said) -> tuple[Action, ...] | None:
    """Read "remove the cheapest order": the other rows stay in their order."""
    place = free_name(said.reader, "place")
    return (
        ComputeOverRows(window="row_number", new=place),
        Sort(keys=(_key(said),)),
        TakeRows(end=_count(said), matching="drop"),
        Sort(keys=(SortKey(column=place),)),
        DropColumns(columns=(place,)),
    )


@by_patterns(
    *(f"{_ASK} {some}" for some in _SOME),
    f"{_ASK} {{count:whole}} {{most:superlative}} {{of:column}} [values]",
    "(who|which row|which record) has {most:superlative} {column}",
)
def show_extremes(said: Said) -> tuple[Action, ...] | None:
    """Read "show the ten most expensive orders", "the 3 highest salaries", "the oldest patient"."""
    key = _key(said)
    _ask_of_each(said, key)
    return (ShowRows(by=key.column, smallest=not key.descending, count=_count(said)),)


def _ask_of_each(said: Said, key: SortKey) -> None:
    """Raise Question for "the 3 cheapest products" where the values of product repeat."""
    reader, of = said.reader, said.get("of", key.column)
    if of == key.column:
        return
    before, after = reader.text_around(reader.start, reader.position)
    end, figure = ("top", "maximum") if key.descending else ("bottom", "minimum")
    count, quoted, by = said["count"], quotation(of), quotation(key.column)
    raise Question(
        f"Do you mean {count} rows, or {count} different values of {of}?",
        (
            Choice(label="rows", message=f"{before}{end} {count} rows by {by}{after}"),
            Choice(label=of, message=f"{before}{end} {count} {quoted} by {figure} {by}{after}"),
        ),
    )


def _key(said: Said) -> SortKey:
    """The column, and which end of it is meant. Raises Question where it is not told."""
    reader = said.reader
    most: Superlative = said["most"]
    noun = said.get("row", "")
    of_person = {noun, f"{noun}s"} & {*words.PERSONS} or said.says("who", "whos", "who's")
    name = said.get("column") or most.column(reader, of_person=bool(of_person)) or said.get("of")
    if name is not None and said.get("again", most).is_most_of(name) is not most.is_most_of(name):
        raise Question(f"The {most.word} or the {said['again'].word} by {name}?")
    if name is None:
        types = frozenset(column.type for column in reader.shape.columns) - TEXT
        raise most.by_which(reader, reader.of_types(types))
    return SortKey(column=name, descending=most.is_most_of(name))


def _count(said: Said) -> int:
    """How many rows are meant. Raises Question where the table's rows are not known."""
    if "share" not in said:
        count: int = said.get("count", 1)
        return count
    share: float = said["share"]
    if not said.reader.fresh:
        raise Question(
            "How many rows that are is known only when the steps before are done. Please send it "
            "alone."
        )
    if not 0 < share <= 100:
        raise Question(f"{share}% of the rows cannot be meant. Give a number from 0 to 100.")
    return ceil(said.reader.shape.rows * share / 100)


RULES = (keep_extremes_of_each, keep_extremes, drop_extremes, show_extremes)
