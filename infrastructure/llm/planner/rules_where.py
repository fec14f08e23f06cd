"""Commands that change cells where a condition is true."""

from collections.abc import Callable
from typing import Literal

from domain.actions import (
    Action,
    AllOf,
    Comparison,
    Condition,
    Not,
    Scalar,
    SetWhere,
    comparisons_in,
)
from domain.plan import Choice
from infrastructure.llm.planner import words
from infrastructure.llm.planner.new_cells import NewCell, is_doubtful, said_of
from infrastructure.llm.planner.patterns import Said, by_patterns
from infrastructure.llm.planner.reader import Question, Reader
from infrastructure.llm.planner.tokens import Kind, quotation
from infrastructure.llm.planner.values import clear, typed

Rule = Callable[[Reader], tuple[Action, ...] | None]

_WHERE = (
    "(where|if|when|wherever|whenever|in case|[for|in|of|on|from] [all|those] {rows} "
    "(where|with|if|when|whose|who|that|which|in which|that have|who have|who are|that are))"
)
_WHERE_ROWS = "[for|in|of|on|from] [all|those] {rows} [where|with|if|when|whose|who|that|which]"
_SET = "(set|change|put|make|turn|update|mark|switch|reset|correct|overwrite|recode)"
_TO = "(to|=|as|into|equal to|to be|be)"
_IS = "(=|:=|is|are|should be|must be|shall be|becomes|become|gets|should become|equals)"
_CLEAR = (
    "(blank|blank out|clear|null|null out|nullify|empty|empty out|wipe|wipe out|void|unset) "
    "[the] [value of|values of|values in|cells of|cells in|content of|contents of]"
)
_IF = "(where|if|when|wherever|whenever|in case)"
# What says its column by itself, as "older than" and "before" do, is not meant of the one to set.
_OF_THE_SAME = frozenset(
    {
        *("negative", "positive", "missing", "empty", "blank", "null", "below", "above", "less"),
        *("greater", "larger", "smaller", "higher", "lower", "between", "outside", "exceeds"),
        *("<", ">", "<=", ">=", "=", "not"),
    }
)
_IT = "[it|they|it's|they're]"
_ELSE = "(else|otherwise|or else) [set it to|make it|it is|to|it should be|with|as]"
_REPLACE = "(replace|change|set|turn|convert|treat|update|make|recode|mark)"
_WITH = "(with|to|by|as|into|=)"
_VALUES = "[values|value|numbers|entries|cells|amounts|anything|everything]"
_GAPS = "(missing|empty|blank|null|nulls in|blanks in|gaps in|missing values in|missing values of)"
_DONE_TO_TEXT = frozenset(
    {
        *(phrase for phrases in words.CASE.values() for phrase in phrases),
        *(phrase for phrases in words.TYPES.values() for phrase in phrases),
        *("positive", "negative", "absolute", "rounded", "trimmed", "capitalised", "capitalized"),
    }
)


@by_patterns(
    f"{_SET} {{columns}} {_TO} {{new:new_cell}} {_IF} {_IT} {{predicate}}",
    f"(make|mark|set) {{columns}} {{new:new_cell}} {_IF} {_IT} {{predicate}}",
    f"(replace|overwrite|fill|fill in) {{columns}} (with|by) {{new:new_cell}} {_IF} {_IT} "
    "{predicate}",
    f"{_CLEAR} {{columns}} {_IF} {_IT} {{predicate}}",
)
def set_where_it(said: Said) -> tuple[Action, ...] | None:
    """Read "set salary to missing if it is negative", each column by itself."""
    actions: tuple[Action, ...] = ()
    predicate = said["predicate"]
    first = said.reader.tokens[predicate.start]
    named = said.reader.tokens[predicate.start - 1].word in {"it", "they", "it's", "they're"}
    if not named and first.word not in _OF_THE_SAME:
        return None
    new = said.get("new", NewCell())
    for name in said["columns"]:
        where = said_of(said.reader, predicate, name)
        if where is None:
            return None
        actions += _set(said.reader, new, (name,), where)
    return actions


@by_patterns(
    f"{_SET} {{columns}} {_TO} {{new:new_cell}} {_WHERE} {{condition}}",
    f"(replace|overwrite) {{columns}} (with|by) {{new:new_cell}} {_WHERE} {{condition}}",
    f"(put|write|enter|insert|assign) {{new:new_cell}} (in|into|to|for|as) {{columns}} "
    f"{_WHERE} {{condition}}",
    f"(use|take) {{new:new_cell}} (for|as|in|instead of) {{columns}} {_WHERE} {{condition}}",
    "{columns} (=|:=|should be|must be|shall be|becomes|should become) {new:new_cell} "
    f"{_WHERE} {{condition}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] {_SET} {{columns}} {_TO} {{new:new_cell}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] (replace|overwrite) {{columns}} "
    "(with|by) {new:new_cell}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] (put|write|enter|insert|use) "
    "{new:new_cell} (in|into|for) {columns}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] {{columns}} {_IS} {{new:new_cell}}",
    # For people may be said without a word for "where": for people older than 60.
    f"{_WHERE_ROWS} {{condition:condition_before}} [,] [then] {_SET} {{columns}} {_TO} "
    "{new:new_cell}",
)
def set_where(said: Said) -> tuple[Action, ...] | None:
    """Read "set city to Paris where country is FR"; the other rows keep what they have."""
    return _set_unless_more(said, said["columns"], said["condition"])


@by_patterns(
    f"copy {{other:column}} (to|into|over to) {{columns}} {_WHERE} {{condition}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] copy {{other:column}} (to|into) "
    "{columns}",
)
def copy_where(said: Said) -> tuple[Action, ...] | None:
    """Read "copy country to city where city is missing"."""
    return (SetWhere(columns=said["columns"], other=said["other"], where=said["condition"]),)


@by_patterns(
    f"(make|mark|set) {{columns}} {{new:new_cell}} {_WHERE} {{condition}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] (make|mark|set) {{columns}} "
    "{new:new_cell}",
)
def make_where(said: Said) -> tuple[Action, ...] | None:
    """Read "make status late if days > 30": without a word between, one word is the value."""
    written = said["new"].written
    if written is not None and written.kind is Kind.WORD and " " in written.text:
        return None
    return _set_unless_more(said, said["columns"], said["condition"])


@by_patterns(
    f"{_CLEAR} {{columns}} {_WHERE} {{condition}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] {_CLEAR} {{columns}}",
    "(erase|delete|remove) {columns} (of|for|in|from) {rows} "
    "(where|with|whose|who|that|which|in which|that have|who have|if|when) {condition}",
)
def clear_where(said: Said) -> tuple[Action, ...] | None:
    """Read "blank out email for rows where consent is no"."""
    return (SetWhere(columns=said["columns"], where=said["condition"]),)


@by_patterns(
    f"(use|take|put|write|enter|insert) {{new:new_cell}} {_WHERE} {{condition}}",
    "{condition:condition_before} ? [then] (use|take|put|write) {new:new_cell} [instead]",
    f"{_WHERE} {{condition:condition_before}} [,] [then] (use|take|put|write) {{new:new_cell}} "
    "[instead]",
    f"{_WHERE} {{condition:condition_before}} [,] [then] {_SET} (it|them) {_TO} {{new:new_cell}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] (make|set) (it|them) {{new:new_cell}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] (it|they) {_IS} {{new:new_cell}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] replace (it|them) (with|by) "
    "{new:new_cell}",
)
def use_where(said: Said) -> tuple[Action, ...] | None:
    """Read "where city is missing use billing_city": what is asked about is what is set."""
    asked = {each.column for each in comparisons_in(said["condition"])}
    if len(asked) != 1:
        return None
    return _set(said.reader, said["new"], tuple(asked), said["condition"])


def _by_sign(sign: str, operator: Literal["less", "greater"]) -> Rule:
    """Read "replace negative ages with missing"."""
    numbers = f"[all|any|every|each] ({sign}|{sign}s) {_VALUES}"

    @by_patterns(
        f"{_REPLACE} {numbers} [in|of|from|for] {{columns}} {_WITH} {{new:new_cell}}",
        f"{_REPLACE} {numbers} {_WITH} {{new:new_cell}} (in|of|for) {{columns}}",
        f"(make|set) {numbers} [in|of|from|for] {{columns}} {{new:new_cell}}",
        f"{_CLEAR} {numbers} [in|of|from|for] {{columns}}",
        f"{_REPLACE} {numbers} {_WITH} {{new:new_cell}}",
    )
    def replace_by_sign(said: Said) -> tuple[Action, ...] | None:
        if "columns" not in said:
            raise Question(f"In which columns? Name them behind: {sign} values in …")
        actions: tuple[Action, ...] = ()
        for name in said["columns"]:
            where = Comparison(column=name, operator=operator, values=(0,))
            actions += _set(said.reader, said.get("new", NewCell()), (name,), where)
        return actions

    return replace_by_sign


@by_patterns(
    f"{_REPLACE} [all|any|every|each] {_VALUES} {{condition}} {_WITH} {{new:new_cell}}",
    f"{_REPLACE} [all|any|every|each] {_VALUES} {{condition}} {{new:new_cell}}",
    f"[all|any|every|each] {_VALUES} {{condition:condition_before}} (should be|must be|shall be|"
    "set to|becomes|become|gets|to|->|=>) {new:new_cell}",
    f"{_CLEAR} [all|any|every|each] {_VALUES} {{condition}}",
)
def replace_compared(said: Said) -> tuple[Action, ...] | None:
    """Read "treat ages above 120 as missing", "set all values below 0 in price to 0"."""
    compared = comparisons_in(said["condition"])
    asked = {each.column for each in compared}
    if len(asked) > 1 or not all(each.operator in _BY_ORDER for each in compared):
        return None
    return _set(said.reader, said.get("new", NewCell()), tuple(asked), said["condition"])


@by_patterns(
    f"(fill|fill in|replace|set|complete) [the] {_GAPS} {{column}} [values] "
    "(with|by|from|using|to) {new:new_cell}",
    "(fill|fill in|complete) {column} (with|by|from|using) {new:new_cell}",
)
def fill_from_column(said: Said) -> tuple[Action, ...] | None:
    """Read "fill missing city with billing_city"."""
    if said["new"].other is None:
        return None
    gaps = Comparison(column=said["column"], operator="is_missing")
    return _set(said.reader, said["new"], (said["column"],), gaps)


@by_patterns(
    f"(replace|change|convert|turn) {{old:value}} {_WITH} {{new:new_cell}} (in|of|for|within) "
    f"{{column}} {_WHERE} {{condition}}",
)
def replace_where(said: Said) -> tuple[Action, ...] | None:
    """Read "replace 'UK' with 'GB' in country where region is Europe"."""
    column = said.reader.column_named(said["column"])
    old = typed(clear(said["old"]), column)
    equal = Comparison(column=column.name, operator="equals", values=(old,))
    conditions: tuple[Condition, ...] = (equal, said["condition"])
    return _set(said.reader, said["new"], (column.name,), AllOf(conditions=conditions))


@by_patterns(
    f"(set|change|make|mark|update) {{name}} (to|as|=) {{new:new_cell}} {_WHERE} {{condition}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] (set|change|make|mark) {{name}} "
    "(to|as|=) {new:new_cell}",
    f"(set|make|mark) {{name}} {{new:new_cell}} {_WHERE} {{condition}}",
)
def set_unknown_column(said: Said) -> tuple[Action, ...] | None:
    """Read "set status to late where days > 30" of a table that has no column status."""
    written, name = said["new"].written, said["name"]
    if written is None or name in said.reader.shape.column_names or name in words.KEYWORDS:
        return None
    if written.kind is not Kind.QUOTED and not said.says("to", "as", "="):
        return None
    raise Question(
        f"There is no column {name!r} yet. To add it, say: create column {quotation(name)} with "
        f'{quotation(written.text)} where …, and "something else" otherwise.'
    )


@by_patterns(
    f"{_SET} {{column}} {_TO} {{new:new_cell}} {_WHERE} {{condition:condition_before}} [,] [and] "
    f"{_ELSE} {{otherwise:new_cell}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] {_SET} {{column}} {_TO} {{new:new_cell}} "
    f"[,] [and] {_ELSE} {{otherwise:new_cell}}",
    f"{_WHERE} {{condition:condition_before}} [,] [then] {{column}} {_IS} {{new:new_cell}} "
    f"[,] [and] {_ELSE} {{otherwise:new_cell}}",
)
def set_either(said: Said) -> tuple[Action, ...] | None:
    """Read "set status to minor where age < 18, otherwise to adult"."""
    name, where = said["column"], said["condition"]
    if name in {each.column for each in comparisons_in(where)}:
        return None  # the first would change what the second is asked
    first = _set(said.reader, said["new"], (name,), where)
    return first + _set(said.reader, said["otherwise"], (name,), Not(condition=where))


_BY_ORDER = frozenset({"less", "less_or_equal", "greater", "greater_or_equal", "between"})


def _set_unless_more(
    said: Said, columns: tuple[str, ...], where: Condition
) -> tuple[Action, ...] | None:
    """None where it is also said what the other rows are set to."""
    reader = said.reader
    end = reader.position
    reader.skip(",", "and")
    more = reader.at("else", "otherwise", "or else")
    reader.position = end
    return None if more else _set(reader, said["new"], columns, where)


def _set(
    reader: Reader, new: NewCell, columns: tuple[str, ...], where: Condition
) -> tuple[Action, ...]:
    """One action for each value: 0 is a number in one column and text in another."""
    if new.other is not None:
        if is_doubtful(reader, new, columns):
            raise _doubt(reader, new)
        return (SetWhere(columns=columns, other=new.other, where=where),)
    written = new.written
    if written is None:
        return (SetWhere(columns=columns, where=where),)
    if written.kind is Kind.WORD and written.text.casefold() in _DONE_TO_TEXT:
        raise Question(
            f"Do you mean the text {written.text!r}? Then put it in quotes: '{written.text}'. "
            "I can change the case or the type only of a whole column."
        )
    clear(written)
    by_value: dict[tuple[type, Scalar], list[str]] = {}
    for name in columns:
        value = typed(written, reader.column_named(name))
        by_value.setdefault((type(value), value), []).append(name)
    return tuple(
        SetWhere(columns=tuple(names), value=value, where=where)
        for (_, value), names in by_value.items()
    )


def _doubt(reader: Reader, new: NewCell) -> Question:
    before, after = reader.text_around(new.start, new.end)
    name = str(new.other)
    return Question(
        f"Do you mean the text {name!r}, or what the column {name} has?",
        (
            Choice(label=f"the text {name!r}", message=f"{before}{quotation(name)}{after}"),
            Choice(
                label=f"what the column {name} has",
                message=f"{before}the value of {name}{after}",
            ),
        ),
    )


RULES = (
    set_either,
    set_where_it,
    set_where,
    copy_where,
    clear_where,
    use_where,
    _by_sign("negative", "less"),
    _by_sign("positive", "greater"),
    replace_compared,
    fill_from_column,
    replace_where,
    make_where,
    set_unknown_column,
)
