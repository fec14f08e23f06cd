"""Commands about rows: missing values, duplicates, conditions."""

from typing import Literal

from domain.actions import (
    Action,
    AllOf,
    Condition,
    DropMissing,
    FilterRows,
    Not,
    RemoveDuplicates,
    describe_condition,
)
from domain.plan import Choice
from infrastructure.llm.planner.phrases.conditions import read_condition
from infrastructure.llm.planner.phrases.flagged_rows import read_flagged_rows
from infrastructure.llm.planner.phrases.lacking import (
    ask_all_or_any,
    is_denied,
    is_unclear,
)
from infrastructure.llm.planner.phrases.values_without_column import (
    ask_rows_or_cells,
    read_held_values,
)
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_HAVING = (
    *(
        "with",
        "where",
        "that have",
        "having",
        "which have",
        "containing",
        "that contain",
        "who have",
    ),
    *(
        "who's",
        "whos",
        "that has",
        "whose",
        "that are",
        "which contain",
        "in which",
        "that",
        "which",
        "if",
        "when",
    ),
)
_WHERE = (
    *("where", "with", "that", "that have", "having", "which have", "whose", "who have", "which"),
    *("that has", "in which", "if", "when", "for which", "of which", "only where", "who"),
    *("who are", "who is", "who's", "whos"),
)
_IGNORING = (
    *("ignoring", "ignore", "not looking at", "without looking at", "disregarding", "no matter"),
    *("regardless of", "whatever", "not counting", "leaving aside", "don't look at"),
)
_KEY_WORDS = ("by", "based on", "on", "in", "with the same", "for", "using", "according to", "of")
_MORE_OF_THE_ROWS = tuple(
    f"{joint} {said}"
    for joint in ("and", "or", "but")
    for said in ("who", "that", "which", "whose", "where", "with", "without", "from", "are", "is")
)

_SPARING = ("unless", "except if", "except when", "except where", "but not if")
_UNLESS = (*_SPARING, *(f", {phrase}" for phrase in _SPARING))
_THAT_IS = ("i.e", "ie", "meaning", "that is to say", "namely", "in other words")
# What the explanation need not be of: "all but the open ones (closed is empty)".
_NOT_EXPLAINED = frozenset(
    {*("and", "or", "not", "but", "except", "without", "where", "than", "column", "columns")}
)
_WORDS_FOR_ROWS = frozenset({*words.ROWS, *words.PERSONS, *words.THINGS, "ones"})
_MOST_EXPLAINED = 8


def drop_missing(reader: Reader) -> tuple[Action, ...] | None:
    """Read "drop rows with missing age", "remove nulls in city", "keep only complete rows"."""
    actions = _drop_missing(reader)
    # "Without a and from b" says more of the same rows.
    return None if actions and reader.at(*_MORE_OF_THE_ROWS, *_UNLESS) else actions


def _drop_missing(reader: Reader) -> tuple[Action, ...] | None:
    if reader.take("dropna"):
        return (DropMissing(columns=_where_missing(reader)),)
    keeping = reader.take(*words.KEEP) is not None
    if not keeping and not reader.take(*words.DROP):
        return None
    reader.skip_to_name(("all", "any", "the", "every", "only", "just"))
    if reader.at_lone_name():
        return None
    if reader.take("incomplete" if not keeping else "complete"):
        return (DropMissing(),) if reader.take_rows() else None
    if not keeping and reader.take("empty rows", "blank rows", "completely empty rows"):
        return (DropMissing(how="all"),)
    return _missing_after_verb(reader, keeping=keeping)


def _missing_after_verb(reader: Reader, *, keeping: bool) -> tuple[Action, ...] | None:
    rows = reader.take_rows()
    if rows == "those":
        rows = reader.take_rows() or rows
    lack = reader.position
    having = reader.take(*_HAVING) if rows else None
    lacks = ("without", "with no", "lacking", "that lack", "which lack", "who lack")
    without = reader.take(*lacks) if rows and not having else None
    if having == "with" and not without:
        without = reader.take("no", "not any")
    reader.skip_to_name(
        ("any", "a", "an", "some", "at least one", "one or more", "the"),
        "is",
        "are",
        *words.MISSING,
    )
    every = reader.take(
        *("all values", "everything", "every value", "all columns", "only", "every column"),
        *("all the values", "all cells"),
    )
    if having:
        reader.take("values", "value", "any value", "column", "columns")
    reader.take("are", "is")
    missing = reader.take(*words.MISSING)
    if without and not missing:
        # "rows without an email": with every other row kept.
        how = reader.take("both", "all of", "either")
        names = reader.columns(either=True)
        if names is None or keeping or any(is_denied(reader, name, lack) for name in names):
            return None
        return (_drop_lacking(reader, names, lack, how),)
    if not missing or (keeping and not without) or (without and not keeping):
        return None
    if not rows and missing in {"none", "empty", "blank"} and not reader.at(*words.VALUES):
        return None
    reader.take("rows")
    valued = reader.take(*words.VALUES)
    if every:
        return (DropMissing(how="all"),)
    place = reader.position
    within = reader.take(*words.IN)
    how = reader.take("both", "all of")
    reader.position = place
    names = _where_missing(reader) or _bare_columns(reader)
    if len(names) > 1 and (how or not (valued or within or keeping)):
        return (_drop_lacking(reader, names, lack, how),)
    if having == "that are" and not (valued or names):
        return None
    return (DropMissing(columns=names),)


def _drop_lacking(
    reader: Reader, names: tuple[str, ...], start: int, how: str | None
) -> DropMissing:
    """Drop the rows that lack the columns. Raises Question where it is not clear whether all."""
    if len(names) > 1 and is_unclear(reader, start, how):
        raise ask_all_or_any(reader, names, start)
    return DropMissing(columns=names, how="any" if how in {None, "either"} else "all")


def _where_missing(reader: Reader) -> tuple[str, ...]:
    before = reader.position
    if reader.take(*words.IN):
        if reader.take("any column", "any of the columns", "any field", "any of them"):
            return ()
        names = _listed(reader)
        if names:
            return names
    reader.position = before
    return ()


def _bare_columns(reader: Reader) -> tuple[str, ...]:
    before = reader.position
    if reader.token() is not None and not reader.at(*words.SEPARATORS, *words.NOISE_AFTER):
        names = _listed(reader)
        if names:
            return names
    reader.position = before
    return ()


def _listed(reader: Reader) -> tuple[str, ...] | None:
    names = reader.columns(either=True)
    return () if names == reader.shape.column_names else names


def remove_duplicates(reader: Reader) -> tuple[Action, ...] | None:
    """Read "remove duplicates by email keeping the last", "dedupe", "keep only unique rows"."""
    if reader.take(*words.DEDUPE):
        reader.skip("the", "all", *words.TABLE)
        return _unique(reader, _keys(reader))
    if reader.take(*words.KEEP):
        reader.skip("only", "the")
        if not reader.take("unique", "distinct"):
            return None
        return _unique(reader, _keys(reader)) if reader.take_rows() else None
    if not reader.take(*words.DROP):
        return None
    reader.skip("all", "any", "the", "exact", "every")
    start = reader.position
    if reader.take_rows() and reader.take("that have the same", "with the same", "having the same"):
        names = reader.columns()
        return None if names is None else _unique(reader, names)
    reader.position = start
    if reader.take("rows with duplicate", "rows with duplicated", "rows with repeated"):
        names = reader.columns()
        return None if names is None else _unique(reader, names)
    if not reader.take("duplicates", "duplicate", "duplicated", "dupes", "repeated", "dups"):
        return None
    start = reader.position
    if (reader.take("log", "data", "table") or reader.take_row()) and reader.take_rows():
        return _unique(reader, _keys(reader))
    reader.position = start
    if reader.take_rows():
        return _unique(reader, _keys(reader))
    reader.take("values", "entries")
    names = _keys(reader)
    if not names and not reader.at("columns", "column", "keep", "keeping", "but"):
        missed = reader.missed
        names = reader.columns() or ()
        reader.missed = missed if names else reader.missed
    return _unique(reader, names)


def _keys(reader: Reader) -> tuple[str, ...]:
    before = reader.position
    spared = _ignored(reader)
    if spared:
        return tuple(name for name in reader.shape.column_names if name not in spared)
    # "In it" may mean the whole table as well as the column of the step before.
    if reader.take("that have the same", "having the same", *_KEY_WORDS) and not reader.at("it"):
        names = reader.columns()
        if names:
            return () if names == reader.shape.column_names else names
    reader.position = before
    return ()


def _ignored(reader: Reader) -> tuple[str, ...]:
    """The columns of ", ignoring the id" and "(ignore the id)"; none where it is not said."""
    before = reader.position
    bracket = reader.take("(") is not None
    reader.take(",")
    names = reader.columns() if reader.take(*_IGNORING) else None
    if names is None or names == reader.shape.column_names or (bracket and not reader.take(")")):
        reader.position = before
        return ()
    return names


def _unique(reader: Reader, names: tuple[str, ...]) -> tuple[Action, ...]:
    return (RemoveDuplicates(columns=names, keep=_kept(reader)),)


def _kept(reader: Reader) -> Literal["first", "last", "none"]:
    before = reader.position
    reader.take(",")
    reader.skip("and", "but", "while")
    if reader.take("keeping", "keep"):
        reader.skip("only", "the")
        which = reader.take("first", "last", "latest", "none")
        reader.take("one", "of them", "row", "occurrence", "entry", "ones", "record", "of each")
        if which == "first":
            return "first"
        if which == "last":
            return "last"
        if which == "none":
            return "none"
    reader.position = before
    return "first"


def filter_rows(reader: Reader) -> tuple[Action, ...] | None:
    """Read "keep rows where …", "drop rows with …", "filter …"."""
    if reader.take(*words.DROP):
        keeping = False
    elif reader.take(*words.KEEP, *words.FILTER, "only"):
        keeping = True
    else:
        return None
    reader.skip("all", "any", "only", "the", "of", "just", "every")
    flagged = read_flagged_rows(reader)
    if flagged is not None:
        before = reader.position
        others = reader.take("and") is not None and _at_held_value(reader)
        reader.take(*_WHERE)
        more = read_condition(reader)
        reader.position = before if more is None else reader.position
        if others and more is not None:
            raise _ask_both_or_one(flagged, more, "keep" if keeping else "drop")
        whole = flagged if more is None else AllOf(conditions=(flagged, more))
        return (FilterRows(where=whole, matching="keep" if keeping else "drop"),)
    rows = reader.take_rows() is not None
    if reader.take(*words.EXCEPT, "unless"):
        keeping = not keeping
        reader.skip("the", "those", "rows", "ones", "they", "it", *words.ROWS)
    if not rows and reader.at_lone_name():
        return None
    negated = rows and reader.at("without") > 0 and not _lacks_something(reader)
    if negated:
        reader.take("without")
    introduced = reader.take(*_WHERE) is not None
    if rows and not introduced:
        # "stays of 3 nights or more"
        reader.take("of")
    if not (rows or introduced or keeping) and reader.token() is None:
        return None
    if not (rows or introduced) and _at_bare_name(reader):
        # "Drop insured" is about the column, also where it holds truth values.
        return None
    if not (rows or introduced) and reader.at("invalid", "valid"):
        # The rows, or only the cells?
        return None
    if not (rows or introduced or keeping):
        ask_rows_or_cells(reader)
    condition = read_condition(reader)
    if condition is None:
        return None
    where: Condition = Not(condition=condition) if negated else condition
    unless = _read_unless(reader)
    where = where if unless is None else AllOf(conditions=(where, Not(condition=unless)))
    if keeping:
        reader.take("only")
    return (FilterRows(where=where, matching="keep" if keeping else "drop"),)


def _read_unless(reader: Reader) -> Condition | None:
    """Read ", unless they are in IT": those are spared."""
    start = reader.position
    reader.take(",")
    found = None
    if reader.take(*_SPARING):
        reader.skip("they", "it", "he", "she", "the", *words.ROWS)
        reader.take(*_WHERE)
        found = read_condition(reader)
    reader.position = start if found is None else reader.position
    return found


def _ask_both_or_one(one: Condition, other: Condition, verb: str) -> Question:
    first, second = describe_condition(one), describe_condition(other)
    return Question(
        f"Do you mean rows where {first} and {second}, or one of them? Say which.",
        tuple(
            Choice(label=label, message=f"{verb} rows where {first} {joint} {second}")
            for label, joint in (("both", "and"), ("one of them", "or"))
        ),
    )


def _at_held_value(reader: Reader) -> bool:
    """Whether a value stands here by itself: the women of "inactive people and women"."""
    start, missed = reader.position, reader.missed
    found = read_held_values(reader) is not None
    reader.position, reader.missed = start, missed
    return found


def _lacks_something(reader: Reader) -> bool:
    """Whether a condition can be read of the "without" here: "without a city and from Spain"."""
    start, missed = reader.position, reader.missed
    condition = read_condition(reader)
    spared = reader.at(*_UNLESS) > 0
    whole = condition is not None and (spared or reader.take_end_of_clause())
    reader.position, reader.missed = start, missed
    return whole


def filter_as_explained(reader: Reader) -> tuple[Action, ...] | None:
    """Read "keep only open tickets (closed is empty)": what the words mean is said behind them."""
    dropping = reader.take(*words.DROP) is not None
    if not dropping and not reader.take(*words.KEEP, *words.FILTER, "only"):
        return None
    start, rows = reader.position, False
    while (token := reader.token()) is not None and reader.position - start <= _MOST_EXPLAINED:
        rows = rows or token.word in _WORDS_FOR_ROWS
        if token.kind is Kind.QUOTED or token.word in _NOT_EXPLAINED:
            return None
        bracket = reader.take("(") is not None
        if bracket or reader.take(*_THAT_IS):
            reader.skip(".", ",", ":")
            where = read_condition(reader) if rows else None
            if where is None or (bracket and not reader.take(")")):
                return None
            return (FilterRows(where=where, matching="drop" if dropping else "keep"),)
        reader.position += 1
    return None


def _at_bare_name(reader: Reader) -> bool:
    start, missed = reader.position, reader.missed
    try:
        return reader.column() is not None and reader.take_end_of_clause()
    except Question:
        return False
    finally:
        reader.position, reader.missed = start, missed
