"""Questions for the groups, or the rows, that have the most or the least of something."""

from domain.actions import Action, ShowRows, TellFigure
from domain.plan import Choice
from infrastructure.llm.planner.phrases.figures import figure_told
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.question_scope import Scope
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import quotation

Actions = tuple[Action, ...]

_ASK = (
    "[(what|whats|what's|show|tell|give|calculate|compute|find|get|display|report|determine|"
    "which|list|see) [me|us] [is|are|was|were]]"
)
_VALUES = "[values|value|cells|entries|ones|data]"
_MOST = "(highest|largest|biggest|greatest|most|maximum|max|top|best)"
_LEAST = "(lowest|smallest|fewest|least|minimum|min|bottom|worst)"
_OVERALL = "(on average|in total|overall|altogether)"
_LEAST_WORDS = ("lowest", "smallest", "fewest", "least", "minimum", "min", "bottom", "worst")


@by_patterns(
    "top {count:whole} {by:column} (by|in|with) [the] [highest|largest|most] {figure_word} [of] "
    "{column} {scope}",
    "bottom {count:whole} {by:column} (by|in|with) [the] [lowest] {figure_word} [of] {column} "
    "{scope}",
    f"{_ASK} [the] {{count:whole}} {{by:column}} with [the] ({_MOST}|{_LEAST}) {{figure_word}} "
    "[of] {column} {scope}",
    f"(which|what) {{by:column}} (has|have|had|with) [the] ({_MOST}|{_LEAST}) {{figure_word}} "
    "[of] {column} {scope}",
    f"(which|what|who) {{by:column}} (has|have|had|got|gets|with) [the] ({_MOST}|{_LEAST}) "
    "{column} (in total|overall|altogether|on average|in sum)",
)
def top_groups(said: Said) -> Actions | None:
    """Read "top 5 cities by mean salary", "which city has the highest average salary"."""
    scope = said.get("scope", Scope())
    word = said.get("figure_word", "mean" if said.says("average") else "sum")
    figure = figure_told(word)
    if figure is None or scope.by:
        return None
    return (
        TellFigure(
            figure=figure,
            column=said["column"],
            by=(said["by"],),
            where=scope.where,
            order="smallest" if said.says(*_LEAST_WORDS) else "largest",
            top=said.get("count", 1),
        ),
    )


@by_patterns(
    f"(which|what) {{by:column}} (is|was|are) [the] {{most:superlative}} {_OVERALL} {{scope}}",
    f"(which|what) {{by:column}} {_OVERALL} (is|was|are) [the] {{most:superlative}} {{scope}}",
)
def top_groups_by_kind(said: Said) -> Actions | None:
    """Read "which carrier is the cheapest on average"."""
    name, scope = said["most"].column(said.reader), said["scope"]
    if name is None or scope.by or name == said["by"]:
        return None
    return (
        TellFigure(
            figure="mean" if said.says("average") else "sum",
            column=name,
            by=(said["by"],),
            where=scope.where,
            order="largest" if said["most"].is_most_of(name) else "smallest",
            top=1,
        ),
    )


@by_patterns(
    "(which|what) {by:column} (is|are) [the] (most|least) (common|frequent) {scope}",
    "(which|what) {by:column} (has|have|had|occurs|appears) [the] (most|fewest|least) "
    "[often|{rows}]",
    f"{_ASK} [the] (most|least) (common|frequent) {_VALUES} [of|in|for] {{by:column}}",
    f"{_ASK} [the] {{count:whole}} (most|least) (common|frequent) {_VALUES} [of|in|for] "
    "{by:column}",
    "top {count:whole} {by:column} by (count|number|frequency|rows|occurrences) [of {rows}]",
)
def top_values(said: Said) -> Actions | None:
    """Read "which city has the most rows", "the 3 most common cities"."""
    scope = said.get("scope", Scope())
    if scope.by:
        return None
    return (
        TellFigure(
            figure="rows",
            by=(said["by"],),
            where=scope.where,
            order="smallest" if said.says("fewest", "least") else "largest",
            top=said.get("count", 1),
        ),
    )


@by_patterns(
    "(which|what) {by:column} (sells|sold|buys|bought|makes|made|spends|spent|earns|earned|gets|"
    "orders|ordered|uses|did|does|performed|performs|is|are|was) [the|our|my] "
    "(most|least|best|worst)",
    "(who|which|what) (is|are|was|were) [the|our|my] (best|worst|top) [selling] {by:column}",
)
def ask_of_what(said: Said) -> Actions | None:
    """Ask of what "which city sells the most" is the most."""
    by, reader = said["by"], said.reader
    order = "least" if said.says("least", "worst") else "most"
    if reader.column_named(by).type in NUMERIC:
        return None
    most = "lowest" if order == "least" else "highest"
    sums = tuple(
        Choice(
            label=f"sum of {name}",
            message=f"which {quotation(by)} has the {most} sum of {quotation(name)}",
        )
        for name in reader.of_types(NUMERIC)
        if name != by
    )
    rows = Choice(label="rows", message=f"which {quotation(by)} has the {order} rows")
    raise Question(f"The {order} of what: rows, or the sum of a column?", (rows, *sums))


@by_patterns(
    "(top|bottom) {count:whole} {by:column} by {column}",
    "(which|what) {by:column} has the (highest|largest|lowest|smallest) {column}",
)
def ask_figure(said: Said) -> Actions | None:
    """Ask for the figure of "top 5 cities by salary"."""
    by, name = said["by"], said["column"]
    if said.reader.column_named(name).type not in NUMERIC or by == name:
        return None
    count = said.get("count", 1)
    if said.reader.tells_rows_apart(by):
        return (ShowRows(by=name, smallest=said.says(*_LEAST_WORDS), count=count),)
    direction = "bottom" if said.says(*_LEAST_WORDS) else "top"
    raise Question(
        f"By which figure of {name} do you mean: its sum, its mean or its maximum?",
        tuple(
            Choice(
                label=figure,
                message=f"{direction} {count} {quotation(by)} by {figure} {quotation(name)}",
            )
            for figure in ("sum", "mean", "maximum")
        ),
    )


RULES = (top_groups, top_groups_by_kind, top_values, ask_of_what, ask_figure)
