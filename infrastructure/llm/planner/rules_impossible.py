"""Commands about values that cannot be: "age can't be over 120, blank those out"."""

from domain.actions import Action, FilterRows
from infrastructure.llm.planner.new_cells import NewCell, said_of
from infrastructure.llm.planner.patterns import Said, by_patterns
from infrastructure.llm.planner.setting_cells import CLEAR_ALONE, set_cells

_CANNOT_BE = (
    "(cannot|can't|cant|can not|should not|shouldn't|shouldnt|must not|mustn't|may not|"
    "should never|can never|must never) (be|have)"
)
_IMPOSSIBLE = f"{{column}} {_CANNOT_BE} {{predicate}} [,|;|.|:] [so|and|then]"
_THOSE = "[it|them|those|these|that|such values|those values|these values|the value|the values]"


@by_patterns(
    f"{_IMPOSSIBLE} {CLEAR_ALONE} {_THOSE} [out]",
    f"{_IMPOSSIBLE} (set|make|change|turn) {_THOSE} (to|into|as) {{new:new_cell}}",
    f"{_IMPOSSIBLE} (make|set) {_THOSE} {{new:new_cell}}",
)
def set_impossible(said: Said) -> tuple[Action, ...] | None:
    """Read "age cannot be over 120, blank those out"."""
    where = said_of(said.reader, said["predicate"], said["column"])
    if where is None:
        return None
    return set_cells(said.reader, said.get("new", NewCell()), (said["column"],), where)


@by_patterns(
    f"{_IMPOSSIBLE} (drop|remove|delete|throw out|discard|exclude) (those|these|such|the) "
    "(rows|records|lines|entries) [out]"
)
def drop_impossible(said: Said) -> tuple[Action, ...] | None:
    """Read "age cannot be over 120, drop those rows"."""
    where = said_of(said.reader, said["predicate"], said["column"])
    return None if where is None else (FilterRows(where=where, matching="drop"),)


RULES = (set_impossible, drop_impossible)
