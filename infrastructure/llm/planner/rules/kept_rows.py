"""Commands about which rows stay, beside conditions: one of each kind, compared columns."""

import re
from typing import Literal

from domain.actions import (
    Action,
    Comparison,
    FilterRows,
    RemoveDuplicates,
    ShowRows,
    Sort,
    SortKey,
    comparisons_in,
)
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.comparing import negation
from infrastructure.llm.planner.phrases.new_cells import said_of
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.unclear_values import looks_unclear
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.condition_words import TEXTUAL
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind, quotation

_ONE = "(row|record|entry|occurrence|line|one|instance|observation)"
_KEEP = (
    "((keep|retain|leave) [only|just]|(i|we) (only|just) (want|need) [to keep]|"
    "(i|we) (want|need) [to keep] (only|just))"
)
_EACH = "(for|of|per|by|with) [each|every] [distinct|unique|different]"


_OTHERS_GO = (
    "[[,|and] (throw|drop|remove|delete|discard) [out|away] [all] (others|rest|other rows|"
    "remaining ones|other ones) [out|away]]"
)


_HAVING = "(with|containing|that have|which have|having|that contain|which contain)"
# What cells have, rather than what stands in them.
_KINDS = frozenset({"digit", "punctuation", "whitespace", "html", "nonsense", "gibberish"})


@by_patterns(
    f"({'|'.join((*words.DROP, *words.KEEP))}) [all|only|any] {{rows}} {_HAVING} [the] "
    "[word|text] {text:word} (somewhere in|anywhere in|in|within|inside) [the|their|its] {column}",
)
def filter_by_word(said: Said) -> tuple[Action, ...] | None:
    """Read "keep products with mug in the name": as a word, in any case, unless it is quoted."""
    reader, text, name = said.reader, said["text"], said["column"]
    tokens = reader.tokens[reader.start : reader.position]
    quoted = any(token.kind is Kind.QUOTED and token.text == text for token in tokens)
    written = Written(text, Kind.QUOTED if quoted else Kind.WORD)
    if name not in reader.of_types(TEXT) or looks_unclear(written):
        return None
    said_word = text.casefold()
    if not quoted and said_word in {*words.MISSING, *words.VALUES, *words.KEYWORDS, "duplicates"}:
        return None
    is_plural = len(text) > 3 and said_word.endswith("s") and not said_word.endswith("ss")
    if not quoted and (said_word in _KINDS or is_plural):
        raise Question(f"Do you mean the text {text!r}? Then put it in quotes: '{text}'.")
    has_it = Comparison(column=name, operator="contains", values=(text,))
    if not quoted:
        # Not in "unpaid", where it is "paid".
        word = rf"\b{re.escape(text)}s?\b" if text.isalnum() else re.escape(text)
        has_it = Comparison(column=name, operator="matches", values=(word,), ignore_case=True)
    return (FilterRows(where=has_it, matching="drop" if reader.drops else "keep"),)


_TWICE = "(twice|two times|more than once|several times|multiple times|repeatedly|double)"
_SHOW_UP = "(show up|shows up|appear|appears|occur|occurs|come up|are there|are in there|exist)"


@by_patterns(
    f"({'|'.join(words.DROP)}) [all] {{rows}} (that|which|who) {_SHOW_UP} {_TWICE}",
)
def ask_which_copies(_: Said) -> tuple[Action, ...] | None:
    """Ask what is to be left of "the patients that show up twice"."""
    raise Question(
        "Do you mean repeated rows? Should one of each stay, or none of them?",
        (
            Choice(label="one of each stays", message="remove duplicates"),
            Choice(label="none stays", message="remove duplicates, keep none"),
        ),
    )


@by_patterns(
    f"{_KEEP} [the] (first|last) {_ONE} {_EACH} {{columns}} {_OTHERS_GO}",
    f"{_KEEP} (one|a single) {_ONE} {_EACH} {{columns}} {_OTHERS_GO}",
    f"(i|we) (want|need|would like) [only] (one|a single|exactly one) {_ONE} {_EACH} {{columns}}",
    "(make sure|ensure|see to it) [that] {columns} (is|are) unique [,] [by] (keeping|keep) [only] "
    f"[the] (first|last) [{_ONE}]",
    "(make sure|ensure|see to it) [that] {columns} (is|are) unique",
    "(each|every) {columns} (should|must|may|can|has to|is to) (appear|occur|be there|be in there|"
    f"come up) [only|just|exactly] once [,] [and] [by] [(keeping|keep)] [only] [the] "
    f"[(first|last|latest)] [{_ONE}]",
    f"make {{columns}} unique [,] [by] (keeping|keep) [only] [the] (first|last) [{_ONE}]",
)
def keep_one_of_each(said: Said) -> tuple[Action, ...] | None:
    """Read "keep the last row for each id", "I want one row per email"."""
    return (
        RemoveDuplicates(
            columns=said["columns"], keep="last" if said.says("last", "latest") else "first"
        ),
    )


_LAST = "(last|latest|newest|most recent)"


@by_patterns(
    f"({_KEEP}|only|just|only {_KEEP}) [the] {_LAST} {{row}} {_EACH} {{columns}}",
    f"({_KEEP}|only|just|only {_KEEP}) (each|every) {{columns}} {_LAST} {{row}}",
)
def keep_last_of_each(said: Said) -> tuple[Action, ...] | None:
    """Read "just the last reading of every sensor". Ask which is the last where there are dates.

    The last visit is that by a visit_date, and the latest is one by time.
    """
    reader, columns = said.reader, said["columns"]
    dates = reader.of_types(frozenset({ColumnType.DATETIME}))
    if not dates:
        return (RemoveDuplicates(columns=columns, keep="last"),)
    named = [name for name in dates if said["row"].removesuffix("s") in name_words(name)]
    if len(named) == 1 or (len(dates) == 1 and said.says("latest", "newest", "recent")):
        key = SortKey(column=(*named, *dates)[0], descending=True)
        return (Sort(keys=(key,)), RemoveDuplicates(columns=columns, keep="first"))
    listed = " and ".join(map(quotation, columns))
    by_date = (
        Choice(
            label=f"the last by {name}",
            message=f"sort by {quotation(name)}, then keep the last row for each {listed}",
        )
        for name in dates
    )
    in_table = Choice(label="the last in the table", message=f"keep the last row for each {listed}")
    raise Question("Which is the last: by time, or in the table?", (*by_date, in_table))


_SORTED = (
    "[,] [when|if|after|with rows|being] (sorted|ordered|sorting|ordering) [it|them|the rows|"
    "everything] (by|on) {sorted:order}"
)


@by_patterns(
    f"{_KEEP} [the] (first|last) [{_ONE}] {_EACH} {{columns}} {_SORTED}",
    f"{_SORTED.replace('[,] ', '')} [,] {_KEEP} [the] (first|last) [{_ONE}] {_EACH} {{columns}}",
)
def keep_one_in_order(said: Said) -> tuple[Action, ...] | None:
    """Read "keep the last per city, sorted by joined": what the last is depends on the order."""
    keep: Literal["first", "last"] = "last" if said.says("last") else "first"
    return (Sort(keys=said["sorted"]), RemoveDuplicates(columns=said["columns"], keep=keep))


@by_patterns(
    "there (are|r) [some|several|many] (repeated|duplicate|duplicated|double|identical) "
    "(rows|records|entries|lines) [in (here|it|there|table|data|file)] [,|;|.] [so|and] "
    "[(can|could) (you|u|we)] (remove|drop|delete|get rid of) (them|the duplicates|these|those)",
    "(remove|drop|delete) [all|any] (double|doubled) (rows|records|entries|lines)",
)
def drop_repeated(_: Said) -> tuple[Action, ...] | None:
    """Read "there are repeated rows, remove them"."""
    return (RemoveDuplicates(),)


@by_patterns(
    "(remove|drop|delete|get rid of) [all|any] (double|doubled) (values|entries|rows) "
    "(in|of|by|for) {columns}",
)
def drop_doubled(said: Said) -> tuple[Action, ...] | None:
    """Read "get rid of double entries in email"."""
    return (RemoveDuplicates(columns=said["columns"]),)


_REPEATED = (
    "(occurs|appears|occur|appear|shows up|show up|exists|exist|is found|are found|is there|"
    "are there) (more than once|several times|multiple times|twice or more)"
)
_ALL_COPIES = "(all|every) [of] [the|their] (copies|copy|occurrences|occurrence|of them)"


@by_patterns(
    "(drop|remove|delete|discard|exclude) [all] [the] [rows|records] (whose|where|in which) "
    f"{{columns}} {_REPEATED}",
    f"(drop|remove|delete|discard) [all] {{rows}} (that|which) {_REPEATED} [,] [and] {_ALL_COPIES}",
    "(drop|remove|delete) [all|every] (copies|occurrences) of [the] (duplicates|duplicated rows|"
    "duplicate rows) (by|in|based on|on) {columns}",
)
def drop_every_copy(said: Said) -> tuple[Action, ...] | None:
    """Read "remove all rows whose email occurs more than once"."""
    return (RemoveDuplicates(columns=said.get("columns", ()), keep="none"),)


GO = (
    "(can|could|should|must|may|shall|have to|need to) "
    "(go|be (dropped|removed|deleted|thrown out|discarded))"
)


@by_patterns(
    "(rank|sort|order|arrange) [the] [table|rows|data|it|everything|{rows}] from [the] "
    "{first:superlative} to [the] {last:superlative} [[by] {column}]",
    "(sort|order|arrange) [the] [table|rows|data|it|everything|{rows}] [with] [the] "
    "{first:superlative} first",
    "(rank|sort|order|arrange) [the] [table|rows|data|it|everything|{rows}] by [the] "
    "{first:superlative}",
    "{first:superlative} first [by {column}]",
)
def sort_from(said: Said) -> tuple[Action, ...] | None:
    """Read "rank the table from biggest to smallest price", "sort from youngest to oldest"."""
    first = said["first"]
    name = said.get("column") or first.column(said.reader)
    if name is None:
        return None
    descending = first.is_most_of(name)
    if "last" in said and said["last"].is_most_of(name) is descending:
        return None
    return (Sort(keys=(SortKey(column=name, descending=descending),)),)


@by_patterns(f"[all] {{rows}} (where|with|whose|that have|which have|that|who) {{condition}} {GO}")
def drop_those_that_can_go(said: Said) -> tuple[Action, ...] | None:
    """Read "rows with a price below 5 can go"."""
    return (FilterRows(where=said["condition"], matching="drop"),)


_REST_GOES = (
    "[,|;|.] [and|so] (drop|remove|delete|discard|exclude|throw out) [all] (rest|others|other rows|"
    "everything else|all else)"
)


@by_patterns(f"{{column}} (must|should|has to|needs to) be {{predicate}} {_REST_GOES}")
def keep_what_must_be(said: Said) -> tuple[Action, ...] | None:
    """Read "country must be DE or FR, drop the rest"."""
    where = said_of(said.reader, said["predicate"], said["column"])
    return None if where is None else (FilterRows(where=where),)


@by_patterns("{condition} only", "only {condition}")
def only_condition(said: Said) -> tuple[Action, ...] | None:
    """Read "salary between 40k and 55k only"."""
    return (FilterRows(where=said["condition"]),)


@by_patterns(
    "[only|just] {column} (that|which) {predicate} [only]",
    "(keep|show) (only|just) {column} (that|which) {predicate}",
)
def only_values(said: Said) -> tuple[Action, ...] | None:
    """Read "only codes that begin with LIT"; without the "only" it may be a question."""
    if not said.says("only", "just") or said.says(*words.ROWS, *words.PERSONS, *words.THINGS):
        return None
    where = said_of(said.reader, said["predicate"], said["column"])
    compared = () if where is None else comparisons_in(where)
    textual = compared and all(each.operator in TEXTUAL for each in compared)
    return (FilterRows(where=where),) if where is not None and textual else None


_ALL_BUT = (
    "(everything|everyone|everybody|anything|all) (except|but|apart from|other than) "
    "[for] [those|the ones|{rows}] {held}"
)


@by_patterns(f"(show|list|display|view|see) [me|us] {_ALL_BUT}")
def show_all_but(said: Said) -> tuple[Action, ...] | None:
    """Read "show everything except Berlin": the table stays as it is."""
    return (ShowRows(where=negation(said["held"])),)


@by_patterns(f"[keep] {_ALL_BUT}")
def all_but(said: Said) -> tuple[Action, ...] | None:
    """Read "everything except Berlin"."""
    return (FilterRows(where=said["held"], matching="drop"),)


RULES = (
    keep_one_in_order,
    keep_one_of_each,
    keep_last_of_each,
    drop_repeated,
    drop_doubled,
    drop_every_copy,
    ask_which_copies,
    filter_by_word,
    drop_those_that_can_go,
    keep_what_must_be,
    sort_from,
    only_condition,
    only_values,
    show_all_but,
    all_but,
)
