"""Commands that change cells where a condition is true."""

from domain.actions import (
    Action,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    SetWhere,
    comparisons_in,
)
from domain.plan import Choice
from infrastructure.llm.planner.phrases.comparing import missing_or_empty
from infrastructure.llm.planner.phrases.new_cells import NewCell, said_of
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.setting_cells import CLEAR, WHERE, set_cells
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind, quotation

_WHERE_ROWS = "[for|in|of|on|from] [all|those] {rows} [where|with|if|when|whose|who|that|which]"
_SET = "(set|change|put|make|turn|update|mark|switch|reset|correct|overwrite|recode)"
_TO = "(to|=|as|into|equal to|to be|be)"
_IS = "(=|:=|is|are|should be|must be|shall be|becomes|become|gets|should become|equals)"
_IF = "(where|if|when|wherever|whenever|in case)"
# What says its column by itself, as "older than" and "before" do, is not meant of the one to set.
_OF_THE_SAME = frozenset(
    {
        *("negative", "positive", "missing", "empty", "blank", "null", "below", "above", "less"),
        *("greater", "larger", "smaller", "higher", "lower", "between", "outside", "exceeds"),
        *("<", ">", "<=", ">=", "=", "not"),
    }
)
_GAPS = "[missing|empty|blank|null] [values in|values of|cells in|gaps in]"
_IT = "[it|they|it's|they're]"
_ELSE = "(else|otherwise|or else) [set it to|make it|it is|to|it should be|with|as]"


@by_patterns(
    f"{_SET} {{columns}} {_TO} {{new:new_cell}} {_IF} {_IT} {{predicate}}",
    f"(make|mark|set) {{columns}} {{new:new_cell}} {_IF} {_IT} {{predicate}}",
    f"(replace|overwrite|fill|fill in) {{columns}} (with|by) {{new:new_cell}} {_IF} {_IT} "
    "{predicate}",
    f"{CLEAR} {{columns}} {_IF} {_IT} {{predicate}}",
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
        actions += set_cells(said.reader, new, (name,), where)
    return actions


@by_patterns(
    f"{_SET} {{columns}} {_TO} {{new:new_cell}} {WHERE} {{condition}}",
    f"(replace|overwrite) {{columns}} (with|by) {{new:new_cell}} {WHERE} {{condition}}",
    f"(put|write|enter|insert|assign) {{new:new_cell}} (in|into|to|for|as) {{columns}} "
    f"{WHERE} {{condition}}",
    f"(use|take) {{new:new_cell}} (for|as|in|instead of) {{columns}} {WHERE} {{condition}}",
    "{columns} (=|:=|should be|must be|shall be|becomes|should become) {new:new_cell} "
    f"{WHERE} {{condition}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] {_SET} {{columns}} {_TO} {{new:new_cell}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] (replace|overwrite) {{columns}} "
    "(with|by) {new:new_cell}",
    f"{WHERE} {{condition:condition_before}} [,] [then] (put|write|enter|insert|use) "
    "{new:new_cell} (in|into|for) {columns}",
    f"{WHERE} {{condition:condition_before}} [,] [then] {{columns}} {_IS} {{new:new_cell}}",
    f"{_SET} {{columns}} {_TO} {{new:new_cell}} (for|in|of|on|at) [all|those] [{{row}}] {{held}}",
    f"{_SET} {{columns}} (for|of) [all|those] [{{row}}] {{held}} {_TO} {{new:new_cell}}",
    # For people may be said without a word for "where": for people older than 60.
    f"{_WHERE_ROWS} {{condition:condition_before}} [,] [then] {_SET} {{columns}} {_TO} "
    "{new:new_cell}",
)
def set_where(said: Said) -> tuple[Action, ...] | None:
    """Read "set city to Paris where country is FR"; the other rows keep what they have."""
    return _set_unless_more(said, said["columns"], said.get("condition") or said["held"])


@by_patterns(
    f"(fill|fill in|impute|complete) [the] {_GAPS} {{column}} [values] (with|by) {{new:new_cell}} "
    f"[but] [only] {WHERE} {{condition}}",
    "(missing|empty|blank|null) {column} (should be|is|=|->|becomes|gets|must be) {new:new_cell} "
    f"[but] [only] {WHERE} {{condition}}",
)
def fill_where(said: Said) -> tuple[Action, ...] | None:
    """Read "fill country with 'unknown' only if agent is bot": what is known stays."""
    gap = Comparison(column=said["column"], operator="is_missing")
    where = AllOf(conditions=(gap, said["condition"]))
    return set_cells(said.reader, said["new"], (said["column"],), where)


@by_patterns(
    f"copy {{other:column}} (to|into|over to) {{columns}} {WHERE} {{condition}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] copy {{other:column}} (to|into) "
    "{columns}",
)
def copy_where(said: Said) -> tuple[Action, ...] | None:
    """Read "copy country to city where city is missing"."""
    return (SetWhere(columns=said["columns"], other=said["other"], where=said["condition"]),)


_COPY = (
    "(copy|put|write|insert) [the] [value of|values of|content of] {other:column} [over] "
    "(to|into|in)"
)
_BLANK = "[all|any] (missing|empty|blank) [cells|values|ones|fields|rows|entries]"


@by_patterns(
    f"{_COPY} {_BLANK} [in|of|for] {{column}} [cells|values|fields|rows|entries]",
    f"{_COPY} {{column}} {_IF} [it|that|this|the cell] is (missing|empty|blank)",
    f"{_COPY} {_BLANK}",
)
def copy_into_gaps(said: Said) -> tuple[Action, ...] | None:
    """Read "copy country into the blank cells of city"."""
    reader, other, name = said.reader, said["other"], said.get("column")
    if name is None:
        before, after = reader.text_around(reader.position - 1, reader.position)
        cells = reader.text(reader.position - 1, reader.position)
        raise Question(
            f"Into the empty cells of which column should {other!r} be copied?",
            tuple(
                Choice(
                    label=column.name,
                    message=f"{before}{cells} of {quotation(column.name)}{after}",
                )
                for column in reader.shape.columns
                if column.nulls and column.name != other
            ),
        )
    word = next(word for word in ("missing", "empty", "blank") if said.says(word))
    where = missing_or_empty(reader.column_named(name), word)
    return (SetWhere(columns=(name,), other=other, where=where),)


@by_patterns(
    f"(make|mark|set) {{columns}} {{new:new_cell}} {WHERE} {{condition}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] (make|mark|set) {{columns}} "
    "{new:new_cell}",
)
def make_where(said: Said) -> tuple[Action, ...] | None:
    """Read "make status late if days > 30": without a word between, one word is the value."""
    written = said["new"].written
    if written is not None and written.kind is Kind.WORD and " " in written.text:
        return None
    return _set_unless_more(said, said["columns"], said["condition"])


@by_patterns(
    f"{CLEAR} {{columns}} {WHERE} {{condition}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] {CLEAR} {{columns}}",
    "(erase|delete|remove) {columns} (of|for|in|from) {rows} "
    "(where|with|whose|who|that|which|in which|that have|who have|if|when) {condition}",
)
def clear_where(said: Said) -> tuple[Action, ...] | None:
    """Read "blank out email for rows where consent is no"."""
    return (SetWhere(columns=said["columns"], where=said["condition"]),)


@by_patterns(
    f"(use|take|put|write|enter|insert) {{new:new_cell}} {WHERE} {{condition}}",
    "{condition:condition_before} ? [then] (use|take|put|write) {new:new_cell} [instead]",
    f"{WHERE} {{condition:condition_before}} [,] [then] (use|take|put|write) {{new:new_cell}} "
    "[instead]",
    f"{WHERE} {{condition:condition_before}} [,] [then] {_SET} (it|them) {_TO} {{new:new_cell}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] (make|set) (it|them) {{new:new_cell}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] (it|they) {_IS} {{new:new_cell}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] replace (it|them) (with|by) "
    "{new:new_cell}",
)
def use_where(said: Said) -> tuple[Action, ...] | None:
    """Read "where city is missing use billing_city": what is asked about is what is set."""
    asked = {each.column for each in comparisons_in(said["condition"])}
    if len(asked) == 1:
        return set_cells(said.reader, said["new"], tuple(asked), said["condition"])
    # "Put 0 where a or b is empty" is said of each by itself.
    each_alone = _by_column(said["condition"])
    actions: tuple[Action, ...] = ()
    for name, where in each_alone.items():
        actions += set_cells(said.reader, said["new"], (name,), where)
    return actions or None


@by_patterns(
    f"(set|change|make|mark|update) {{name}} (to|as|=) {{new:new_cell}} {WHERE} {{condition}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] (set|change|make|mark) {{name}} "
    "(to|as|=) {new:new_cell}",
    f"(set|make|mark) {{name}} {{new:new_cell}} {WHERE} {{condition}}",
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
    f"{_SET} {{column}} {_TO} {{new:new_cell}} {WHERE} {{condition:condition_before}} [,] [and] "
    f"{_ELSE} {{otherwise:new_cell}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] {_SET} {{column}} {_TO} {{new:new_cell}} "
    f"[,] [and] {_ELSE} {{otherwise:new_cell}}",
    f"{WHERE} {{condition:condition_before}} [,] [then] {{column}} {_IS} {{new:new_cell}} "
    f"[,] [and] {_ELSE} {{otherwise:new_cell}}",
)
def set_either(said: Said) -> tuple[Action, ...] | None:
    """Read "set status to minor where age < 18, otherwise to adult"."""
    name, where = said["column"], said["condition"]
    if name in {each.column for each in comparisons_in(where)}:
        return None  # the first would change what the second is asked
    first = set_cells(said.reader, said["new"], (name,), where)
    return first + set_cells(said.reader, said["otherwise"], (name,), Not(condition=where))


def _by_column(condition: Condition) -> dict[str, Condition]:
    """The conditions that are joined by or, where each is that one column is empty; else none."""
    if not isinstance(condition, AnyOf):
        return {}
    found: dict[str, list[Condition]] = {}
    for part in condition.conditions:
        asked = comparisons_in(part)
        columns = {each.column for each in asked}
        if len(columns) != 1 or not all(map(_is_gap, asked)):
            return {}
        found.setdefault(columns.pop(), []).append(part)
    return {
        name: parts[0] if len(parts) == 1 else AnyOf(conditions=tuple(parts))
        for name, parts in found.items()
    }


def _is_gap(comparison: Comparison) -> bool:
    return comparison.operator == "is_missing" or comparison.values == ("",)


def _set_unless_more(
    said: Said, columns: tuple[str, ...], where: Condition
) -> tuple[Action, ...] | None:
    """None where it is also said what the other rows are set to."""
    reader = said.reader
    end = reader.position
    reader.skip(",", "and")
    more = reader.at("else", "otherwise", "or else")
    reader.position = end
    return None if more else set_cells(reader, said["new"], columns, where)


RULES = (
    set_either,
    set_where_it,
    set_where,
    fill_where,
    copy_where,
    copy_into_gaps,
    clear_where,
    use_where,
    make_where,
    set_unknown_column,
)
