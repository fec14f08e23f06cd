"""Commands behind a remark: "age can't be over 120, blank those out", "who is gone? drop them"."""

from collections.abc import Callable

from domain.actions import (
    Action,
    Comparison,
    Condition,
    FilterRows,
    comparisons_in,
    describe_condition,
)
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.new_cells import NewCell, said_of
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.setting_cells import CLEAR_ALONE, set_cells
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.unclear_values import looks_unclear
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, quotation

Rule = Callable[[Reader], tuple[Action, ...] | None]

_CANNOT_BE = (
    "(cannot|can't|cant|can not|should not|shouldn't|shouldnt|must not|mustn't|may not|"
    "should never|can never|must never) (be|have)"
)
_REMARKED = (
    "(is|are|isn't|aren't|was|were|means|mean|makes|make|looks|look|seems|seem|stands for|"
    "stand for|has|have|cannot|can't|cant|must|should|comes|come|does|do|doesn't|don't) {about}"
)
_SO = "[,|;|.|:|-|\u2013|!|->|→|=>] [so|and|then|thus|therefore] [please|pls|just]"
# What is remarked on: what one column cannot be, some rows, one value.
_SUBJECTS = (
    f"{{column}} {_CANNOT_BE} {{predicate}}",
    f"[all|any] [{{rows}}|ones] {{condition:condition_before}} {_REMARKED}",
    f"{{old:value}} (in|for|under|as) {{column}} {_REMARKED}",
)
_VALUES = "(values|value|numbers|entries|cells|ones)"
_THOSE = f"[it|them|that|(those|these|such|the) [{_VALUES}]]"
_ROWS = (
    "(those|these|such|the|them|[all] its|[all] their) "
    "(rows|records|lines|entries|cases|observations)"
)
# "Those negative totals" may be cells as well.
_BARE_ROWS = ("those", "data", "everything", "whatever", "entries")
# A remark that goes on is about other rows as well: "… are fine, … are not".
_GOING_ON = frozenset({",", ".", "but", "although", "while", "whereas"})
_NO_REMARK = ("if", "where", "when", "wherever", "whenever", "for")
_GO = "(drop|remove|delete|throw out|throw away|kick out|discard|exclude|get rid of)"
_GONE = "(dropped|removed|deleted|thrown out|discarded|excluded)"
_CLEARED = "(cleared|blanked|blanked out|emptied|empty|blank|missing|null|removed|deleted)"


def _behind(*wishes: str) -> Callable[[Callable[[Said], tuple[Action, ...] | None]], Rule]:
    """A rule for wishes, each behind every kind of remark."""
    return by_patterns(*(f"{subject} {_SO} {wish}" for subject in _SUBJECTS for wish in wishes))


_ROWS_STAY = (
    "[[,|but|and] (not [the] [whole|entire] (row|rows|line|lines|record|records)|"
    "keep [the] (row|rows|line|lines))]"
)


@_behind(
    f"{CLEAR_ALONE} {_THOSE} [out] {_ROWS_STAY}",
    f"(set|make|change|turn|put|convert) {_THOSE} (to|into|as) {{new:new_cell}}",
    f"(make|set|treat) {_THOSE} [as] {{new:new_cell}}",
    f"(replace|fill|overwrite) {_THOSE} (with|by) {{new:new_cell}}",
    f"{_GO} [only|just] (those|these|such|the) {_VALUES} {_ROWS_STAY}",
    f"(those|these|such|the) {_VALUES} (should|must|can|could|have to|need to) (be|become) "
    f"{_CLEARED}",
)
def set_remarked(said: Said) -> tuple[Action, ...] | None:
    """Read "age cannot be over 120, blank those out", "the - in note means nothing, clear it"."""
    where = _remarked(said)
    if where is None:
        return None
    new = said.get("new", NewCell())
    old: Written | None = said.get("old")
    if old is not None and new.written is not None and not any(map(str.isalnum, old.text)):
        return None  # as a part of longer texts, or where it is all?
    if new == NewCell() and isinstance(where, Comparison) and where.operator == "is_missing":
        return None  # "n/a in author is no name, clear it" is about a text
    names = tuple({each.column for each in comparisons_in(where)})
    if len(names) != 1 or _is_about_another(said, names[0]):
        return None
    return set_cells(said.reader, new, names, where)


@_behind(
    f"{_GO} {_ROWS}",
    f"(throw|kick|take|leave) {_ROWS} (out|away)",
    f"{_ROWS} (should|must|can|could|have to|need to) (go|be {_GONE})",
)
def drop_remarked(said: Said) -> tuple[Action, ...] | None:
    """Read "negative totals make no sense, remove those rows"."""
    where = _remarked(said)
    return None if where is None else (FilterRows(where=where, matching="drop"),)


@_behind(
    f"{_GO} (those|these|them|it|that)",
    "(throw|kick|take|leave) (those|these|them|it|that) (out|away)",
)
def ask_what_of_remarked(said: Said) -> tuple[Action, ...] | None:
    """Ask what "age cannot be over 120, throw those out" wants out."""
    where = _remarked(said)
    compared = () if where is None else comparisons_in(where)
    if where is None or len({each.column for each in compared}) != 1:
        return None
    if said.get("rows", "those") not in _BARE_ROWS:
        return (FilterRows(where=where, matching="drop"),)
    name, told = quotation(compared[0].column), describe_condition(where)
    raise Question(
        "Should those rows go, or should only the cells become empty?",
        (
            Choice(label="rows", message=f"drop rows where {told}"),
            Choice(label="cells", message=f"blank out {name} where {told}"),
        ),
    )


def _remarked(said: Said) -> Condition | None:
    """Of which rows it is said; None where the remark itself may be a command."""
    reader, about = said.reader, said.get("about", ("",))
    if reader.verb in _NO_REMARK or about[0] in words.MISSING or {*about} & words.VERBS:
        return None
    if {*about} & _GOING_ON:
        return None
    if "predicate" in said:
        return said_of(reader, said["predicate"], said["column"])
    if "old" not in said:
        condition: Condition = said["condition"]
        return condition
    column = reader.column_named(said["column"])
    old: Written = said["old"]
    if looks_unclear(old) or (column.type is not ColumnType.TEXT and old.kind is Kind.WORD):
        return None
    sign = words.MARKS.get(old.text.casefold()) if old.kind is Kind.WORD else None
    value = typed(old, column) if sign is None else sign
    return Comparison(column=column.name, operator="equals", values=(value,))


def _is_about_another(said: Said, name: str) -> bool:
    """Whether the remark names another column, which "it" may mean: "red ones have size small"."""
    remark = f" {' '.join(said.get('about', ()))} "
    return any(
        f" {other.casefold()} " in remark
        for other in said.reader.shape.column_names
        if other != name
    )


_OTHERS = "[all] [the] (others|other ones|rest|other rows|remaining ones|everyone else)"
_THEM = "(them|those|these|(those|these) (rows|ones|records))"
_ASKED = (
    "(who|who's|whos|(which|what) {rows}) [is|are|was|were] {condition:condition_before} [?|,|;]"
)


@by_patterns(
    f"{_ASKED} ({'|'.join(words.KEEP)}) [only|just] {_THEM}",
    f"{_ASKED} ({'|'.join(words.DROP)}) {_OTHERS}",
)
def keep_asked(said: Said) -> tuple[Action, ...] | None:
    """Read "who is insured? keep only them"."""
    return (FilterRows(where=said["condition"]),)


@by_patterns(f"{_ASKED} ({'|'.join(words.DROP)}) {_THEM}")
def drop_asked(said: Said) -> tuple[Action, ...] | None:
    """Read "which orders were returned? remove them"."""
    return (FilterRows(where=said["condition"], matching="drop"),)


RULES = (set_remarked, drop_remarked, ask_what_of_remarked, keep_asked, drop_asked)
