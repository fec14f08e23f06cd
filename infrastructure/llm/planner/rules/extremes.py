"""Commands and questions about the rows with the most or the least of a column."""

from math import ceil

from domain.actions import (
    Action,
    AnswerOfComputed,
    Comparison,
    ComputeOverRows,
    DropColumns,
    FilterRows,
    RemoveDuplicates,
    ShowRows,
    Sort,
    SortKey,
    TakeRows,
    TellFigure,
    columns_asked,
)
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.implied_columns import columns_of_verb
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.question_scope import Scope
from infrastructure.llm.planner.phrases.superlatives import Superlative
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.column_matching import is_verb_of, name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader, free_name
from infrastructure.llm.planner.reading.tokens import quotation

_DROP = f"({'|'.join(words.DROP)})"
_KEEP = f"({'|'.join((*words.KEEP, 'take only', 'take', 'only', 'just'))})"
_ASK = (
    "[(show|list|display|see|view|give|get|print|find|tell|what|whats|what's|which|who|whos|who's) "
    "[me|us] [is|are|was|were]]"
)
_WHO = "(who|whos|who's|which {row}|what {row}|which row|which record)"
_SCORE = "(score|scores|grade|mark|result|value|level|reading|rate|rating)"
_BIG = "(old|young|much|heavy|long|expensive|big|tall|high|large|cheap|low|hot|cold|late|early)"
_MOST_SHOWN = 100
# Said of texts, too: the first of the alphabet.
_ANY_ORDER = ("top", "bottom", "maximum", "max", "minimum", "min")
_UNORDERED = TEXT | {ColumnType.BOOLEAN}
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
_ALL_BUT = "(all|everything|every) [{rows}] (except|but|except for|apart from|other than)"
_SOME_OF_EACH = (
    f"{{most:superlative}} {_PER}",
    f"[{{count:whole}}] {{most:superlative}} {{row}} {_PER} {_BY}",
    f"{{most:superlative}} {{count:whole}} {{row}} {_PER} {_BY}",
    f"[{{count:whole}}] {{most:superlative}} {{row}} by {{column}} {_PER}",
    f"{{most:superlative}} {{count:whole}} {{row}} by {{column}} {_PER}",
    f"{{row}} with [the] {{most:superlative}} {{column}} {_PER}",
    f"(each|every) {{by:columns}} {{most:superlative}} {{row}} {_BY}",
)


@by_patterns(
    *(f"{_KEEP} [only|just] {some}" for some in _SOME_OF_EACH),
    f"{_PER} [,] {_KEEP} [only|just] [{{count:whole}}] {{most:superlative}} {{row}} {_BY}",
)
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


@by_patterns(
    *(f"{_DROP} {some}" for some in _SOME_OF_EACH),
    *(f"{_KEEP} {_ALL_BUT} {some}" for some in _SOME_OF_EACH),
)
def drop_extremes_of_each(said: Said) -> tuple[Action, ...] | None:
    """Read "keep all orders except the latest per customer": equal ones of them all go."""
    key, by = _key(said), said["by"]
    place = free_name(said.reader, f"place by {key.column} for each {', '.join(by)}")
    ranked = ComputeOverRows(
        window="rank", column=key.column, by=by, descending=key.descending, new=place
    )
    first = Comparison(column=place, operator="less_or_equal", values=(said.get("count", 1),))
    return (ranked, FilterRows(where=first, matching="drop"), DropColumns(columns=(place,)))


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
    *(f"{_ASK} {some} {{scope}}" for some in _SOME),
    f"{_ASK} {{count:whole}} {{most:superlative}} {{of:column}} [values]",
    f"{_WHO} (has|have|had|got|gets|reached) {{most:superlative}} {{column}} [{_SCORE}] {{scope}}",
    f"{_WHO} (has|have|had|got|gets|reached) {{most:superlative}} {_SCORE} (in|of|for) {{column}} "
    "{scope}",
    f"{_WHO} (is|was|are) {{most:superlative}} [{{row}}] {{scope}}",
    f"{_WHO} (scored|scores|did|is|was) [the] {{most:superlative}} (in|at|on) {{column}} {{scope}}",
    f"how {_BIG} (is|was|are) {{most:superlative}} {{row}} {{scope}}",
)
def show_extremes(said: Said) -> tuple[Action, ...] | None:
    """Read "show the ten most expensive orders", "the 3 highest salaries", "the oldest patient"."""
    said = _by_said_last(said)
    scope = said.get("scope", Scope())
    if scope.by:
        return None
    key = _key(said)
    if key.column in columns_asked(scope.where) and not said.says("by"):
        return None
    _ask_of_each(said, key)
    return (
        ShowRows(where=scope.where, by=key.column, smallest=not key.descending, count=_count(said)),
    )


@by_patterns(
    f"{_ASK} [{_N}] [of] {{most:superlative}} {{where:held}} {_BY}",
    f"{_ASK} {{most:superlative}} [{_N}] {{where:held}} {_BY}",
    f"how {_BIG} (is|was|are) {{most:superlative}} {{where:held}}",
)
def show_extremes_of_value(said: Said) -> tuple[Action, ...] | None:
    """Read "the most expensive chair", "the 3 oldest members in Berlin"."""
    key = _key(said)
    return (
        ShowRows(
            where=said["where"], by=key.column, smallest=not key.descending, count=_count(said)
        ),
    )


@by_patterns(f"{_WHO} {{verb:word}} [the] (most|least) {{scope}}")
def show_who_most(said: Said) -> tuple[Action, ...] | None:
    """Read "who earns the most in IT", "which parcel weighs the least"."""
    names, scope = columns_of_verb(said.reader, said["verb"].casefold()), said["scope"]
    if not names or scope.by:
        return None
    if len(names) > 1:
        raise Question(f"Which column do you mean: {', '.join(names)}?")
    return (ShowRows(where=scope.where, by=names[0], smallest=said.says("least"), count=1),)


@by_patterns(
    f"{_WHO} (was|were|is|has been) {{verb:word}} "
    "(first|last|earliest|latest|most recently|the longest ago) {scope}"
)
def show_who_first(said: Said) -> tuple[Action, ...] | None:
    """Read "who was hired first": by the one column of dates that the verb is of."""
    reader, scope = said.reader, said["scope"]
    dates = reader.of_types(frozenset({ColumnType.DATETIME}))
    verb = said["verb"].casefold()
    names = [n for n in dates if any(is_verb_of(verb, word) for word in name_words(n))]
    if len(names) != 1 or scope.by:
        return None
    early = said.says("first", "earliest", "longest")
    return (ShowRows(where=scope.where, by=names[0], smallest=early, count=1),)


@by_patterns(*(f"{_ASK} {some} [?]" for some in _SOME_OF_EACH))
def show_extremes_of_each(said: Said) -> tuple[Action, ...] | None:
    """Read "top 2 orders per category by total", "the oldest patient of each doctor"."""
    key, by, count = _key(said), said["by"], said.get("count", 1)
    place = free_name(said.reader, f"place by {key.column} for each {', '.join(by)}")
    ranked = ComputeOverRows(
        window="rank", column=key.column, by=by, descending=key.descending, new=place
    )
    first = Comparison(column=place, operator="less_or_equal", values=(count,))
    return (AnswerOfComputed(computed=ranked, question=ShowRows(where=first, count=_MOST_SHOWN)),)


@by_patterns(f"{_ASK} {{most:superlative}} {{column}} {_PER}")
def tell_extreme_of_each(said: Said) -> tuple[Action, ...] | None:
    """Read "longest distance per carrier"."""
    name = said["column"]
    most = said["most"].is_most_of(name)
    if name in said["by"]:
        return None
    _refuse_texts(said.reader, said["most"], name)
    return (TellFigure(figure="max" if most else "min", column=name, by=said["by"]),)


def _by_said_last(said: Said) -> Said:
    """What "top 3 orders in Germany by total" says: by numbers or dates there are no groups."""
    scope = said.get("scope", Scope())
    ordered = len(scope.by) == 1 and scope.by[0] not in said.reader.of_types(_UNORDERED)
    if "column" in said or not ordered or not said.says("by"):
        return said
    slots = {**said.slots, "column": scope.by[0], "scope": Scope(where=scope.where)}
    return Said(said.reader, slots)


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
    earning = columns_of_verb(reader, "earn") if noun.startswith("earner") else []
    name = said.get("column") or (earning[0] if len(earning) == 1 else None)
    name = name or most.column_of_whole(reader, noun)
    name = name or most.column(reader, of_person=bool(of_person)) or said.get("of")
    if name is not None:
        _refuse_texts(reader, most, name)
    if name is not None and said.get("again", most).is_most_of(name) is not most.is_most_of(name):
        raise Question(f"The {most.word} or the {said['again'].word} by {name}?")
    if name is None:
        types = frozenset(column.type for column in reader.shape.columns) - TEXT
        raise most.by_which(reader, reader.of_types(types))
    return SortKey(column=name, descending=most.is_most_of(name))


def _refuse_texts(reader: Reader, most: Superlative, name: str) -> None:
    """Raise Question at the highest of '9 kg' and '10 kg', of which the alphabet tells the 9."""
    if name in reader.of_types(TEXT) and most.word not in _ANY_ORDER:
        raise Question(
            f"{name!r} holds text, so none is the {most.word}. Say first: convert {name} to number."
        )


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


RULES = (
    keep_extremes_of_each,
    drop_extremes_of_each,
    keep_extremes,
    drop_extremes,
    show_extremes_of_each,
    show_extremes,
    show_extremes_of_value,
    show_who_most,
    show_who_first,
    tell_extreme_of_each,
)
