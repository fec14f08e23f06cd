"""Commands and questions about groups by their size: "keep cities that appear at least twice"."""

from domain.actions import Action, FilterRows, TellFigure
from infrastructure.llm.planner.phrases.group_sizes import Groups
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words

Actions = tuple[Action, ...]

_DROP = f"({'|'.join(words.DROP)})"
_KEEP = f"({'|'.join((*words.KEEP, *words.FILTER, 'only'))})"
_OF_ROWS = "[all] [only|just|any] [[{rows}] (of|from|for|by)] [only|just]"
_SHOW = "[(show|list|find|display|see|view|give|get|print|which|what|tell) [me|us] [is|are|were]]"
_THERE = "[are there|there are|do (we|i) have|exist|in total]"


@by_patterns(f"{_KEEP} {_OF_ROWS} {{groups}}")
def keep_groups(said: Said) -> Actions | None:
    """Read "keep customers with more than 3 orders"."""
    groups: Groups = said["groups"]
    return (FilterRows(where=groups.where),)


@by_patterns(f"{_DROP} {_OF_ROWS} {{groups}}")
def drop_groups(said: Said) -> Actions | None:
    """Read "remove products ordered only once"."""
    groups: Groups = said["groups"]
    return (FilterRows(where=groups.where, matching="drop"),)


@by_patterns(
    f"how many {{groups}} {_THERE}",
    "[(what|tell me) [is]] [the] (number|count) of {groups}",
    "count [the] {groups}",
)
def count_groups(said: Said) -> Actions | None:
    """Read "how many customers ordered more than once"."""
    groups: Groups = said["groups"]
    return (TellFigure(figure="distinct", column=groups.name, where=groups.where),)


@by_patterns(f"{_SHOW} [all] {{groups}}", "(are|is) there [any] {groups}")
def list_groups(said: Said) -> Actions | None:
    """Read "which customers ordered more than 3 times": each with the figure it is chosen by."""
    groups: Groups = said["groups"]
    where = groups.where
    if where.figure == "rows":
        return (TellFigure(figure="rows", by=(groups.name,), where=where, order="largest"),)
    if where.figure is None:
        return None
    return (
        TellFigure(
            figure=where.figure,
            column=where.column,
            by=(groups.name,),
            where=where,
            order="largest",
        ),
    )


RULES = (keep_groups, drop_groups, count_groups, list_groups)
