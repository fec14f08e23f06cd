"""Commands that change cells by what they hold: negative ones, missing ones, those above 120."""

from collections.abc import Callable
from typing import Literal

from domain.actions import Action, AllOf, Comparison, Condition, comparisons_in
from infrastructure.llm.planner.phrases.new_cells import NewCell
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.setting_cells import CLEAR, WHERE, set_cells
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.unclear_values import clear
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

Rule = Callable[[Reader], tuple[Action, ...] | None]
_REPLACE = "(replace|change|set|turn|convert|treat|update|make|recode|mark)"
_WITH = "(with|to|by|as|into|=)"
_VALUES = "[values|value|numbers|entries|cells|amounts|anything|everything]"
_GAPS = "(missing|empty|blank|null|nulls in|blanks in|gaps in|missing values in|missing values of)"
_BY_ORDER = frozenset({"less", "less_or_equal", "greater", "greater_or_equal", "between"})


def _by_sign(sign: str, operator: Literal["less", "greater"]) -> Rule:
    """Read "replace negative ages with missing"."""
    numbers = f"[all|any|every|each] ({sign}|{sign}s) {_VALUES}"

    @by_patterns(
        f"{_REPLACE} {numbers} [in|of|from|for] {{columns}} {_WITH} {{new:new_cell}}",
        f"{_REPLACE} {numbers} {_WITH} {{new:new_cell}} (in|of|for) {{columns}}",
        f"(make|set) {numbers} [in|of|from|for] {{columns}} {{new:new_cell}}",
        f"{CLEAR} {numbers} [in|of|from|for] {{columns}}",
        f"{_REPLACE} {numbers} {_WITH} {{new:new_cell}}",
    )
    def replace_by_sign(said: Said) -> tuple[Action, ...] | None:
        if "columns" not in said:
            raise Question(f"In which columns? Name them behind: {sign} values in …")
        actions: tuple[Action, ...] = ()
        for name in said["columns"]:
            where = Comparison(column=name, operator=operator, values=(0,))
            actions += set_cells(said.reader, said.get("new", NewCell()), (name,), where)
        return actions

    return replace_by_sign


@by_patterns(
    f"{_REPLACE} [all|any|every|each] {_VALUES} {{condition}} {_WITH} {{new:new_cell}}",
    f"{_REPLACE} [all|any|every|each] {_VALUES} {{condition}} {{new:new_cell}}",
    f"[all|any|every|each] {_VALUES} {{condition:condition_before}} (should be|must be|shall be|"
    "set to|becomes|become|gets|to|->|=>) {new:new_cell}",
    f"{CLEAR} [all|any|every|each] {_VALUES} {{condition}}",
)
def replace_compared(said: Said) -> tuple[Action, ...] | None:
    """Read "treat ages above 120 as missing", "set all values below 0 in price to 0"."""
    compared = comparisons_in(said["condition"])
    asked = {each.column for each in compared}
    if len(asked) > 1 or not all(each.operator in _BY_ORDER for each in compared):
        return None
    return set_cells(said.reader, said.get("new", NewCell()), tuple(asked), said["condition"])


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
    return set_cells(said.reader, said["new"], (said["column"],), gaps)


@by_patterns(
    f"(replace|change|convert|turn) {{old:value}} {_WITH} {{new:new_cell}} (in|of|for|within) "
    f"{{column}} {WHERE} {{condition}}",
)
def replace_where(said: Said) -> tuple[Action, ...] | None:
    """Read "replace 'UK' with 'GB' in country where region is Europe"."""
    column = said.reader.column_named(said["column"])
    old = typed(clear(said["old"]), column)
    equal = Comparison(column=column.name, operator="equals", values=(old,))
    conditions: tuple[Condition, ...] = (equal, said["condition"])
    return set_cells(said.reader, said["new"], (column.name,), AllOf(conditions=conditions))


RULES = (
    _by_sign("negative", "less"),
    _by_sign("positive", "greater"),
    replace_compared,
    fill_from_column,
    replace_where,
)
