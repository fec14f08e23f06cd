"""Commands that make one row of many: groups and pivot tables."""

from domain.actions import Action, GroupBy, Pivot
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import quotation

_VERB = "(group|aggregate|summarise|summarize|collapse|condense|roll up|reduce)"
_TABLE = "[the] [table|data|rows|dataset|everything|records]"
_WITH = (
    "[,] (and|with|to get|taking|showing|computing|,|then|using|and then|by taking|"
    "and show|and get|and compute|and calculate|and take|giving|:|keeping|have|having|for) [the]"
)
_BY = "(by|per|for each|for every|on|over|for)"


@by_patterns(
    f"{_VERB} {_TABLE} {_BY} {{by:columns}} {_WITH} {{figures}}",
    f"{_VERB} {_TABLE} {_BY} {{by:columns}} {{figures}}",
    f"{_VERB} [to] {{figures}} {_BY} {{by:columns}}",
    f"{_VERB} {_TABLE} to one row {_BY} {{by:columns}} {_WITH} {{figures}}",
    f"{_VERB} {_TABLE} into one row {_BY} {{by:columns}} {_WITH} {{figures}}",
    f"one (row|line|record) {_BY} {{by:columns}} {_WITH} {{figures}}",
    f"roll {_TABLE} up {_BY} {{by:columns}} {_WITH} {{figures}}",
    "(make|turn|replace) (it|this|the table|the data) (into|by|with) [a] table of {figures} "
    "(by|per|for each) {by:columns}",
)
def group_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "group by city and take the mean of age", "summarise total sales per region"."""
    return (GroupBy(by=said["by"], aggregates=tuple(dict.fromkeys(said["figures"]))),)


@by_patterns(
    f"{_VERB} {_TABLE} {_BY} {{by:columns}}",
    f"{_VERB} {_TABLE} to one row {_BY} {{by:columns}}",
)
def ask_figures(said: Said) -> tuple[Action, ...] | None:
    """Ask for the figures of "group by city"."""
    by = said["by"][0]
    raise Question(
        f"Which figure of each {by} do you want? Say: group by {by} and count the rows, or: "
        f"group by {by} and take the mean of a column."
    )


_ROWS_AS = "{rows_by:columns} (as|in|on|for|down) [the] (rows|row|index|row labels)"
_COLUMNS_AS = "{column} (as|in|on|for|across) [the] (columns|column|column headers|headers)"
_PIVOT = "(pivot|make a pivot table|create a pivot table|build a pivot table|pivot table|crosstab)"
_OF = "[the] [table|data|it] [,|:|with|of|from|showing|using|so that]"
_JOINED = "[,|and|with|,and] [the] [and]"
_FIGURE = "{figures}"
_INSIDE = "(inside|in the cells|in cells|in the middle|as values|as the values|in it)"


@by_patterns(
    f"{_PIVOT} {_OF} {_ROWS_AS} {_JOINED} {_COLUMNS_AS} {_JOINED} [values|cells|show|as values] "
    f"[:|=|are|being] {_FIGURE} [as values|as the values|in the cells]",
    f"{_PIVOT} {_OF} {_FIGURE} [,|by|for|with] [and] {_ROWS_AS} {_JOINED} {_COLUMNS_AS}",
    f"{_PIVOT} {_OF} [the] (index|rows|row) [:|=|is|are] {{rows_by:columns}} {_JOINED} "
    f"(columns|column) [:|=|is|are] {{column}} {_JOINED} (values|value) [:|=|is|are] "
    f"{{values:column}} {_JOINED} [aggfunc|aggregation|function|using|aggregated by|agg] "
    f"[:|=|is|with|by] {{function:figure_word}}",
    f"{_PIVOT} {_OF} {_FIGURE} by {{rows_by:columns}} (and|across|by|against|vs|versus) {{column}}",
    f"{_PIVOT} {{values:column}} by {{rows_by:column}} (and|across|by|against) {{column}} "
    "(using|with|taking|as|,) [the] {function:figure_word}",
    f"{_PIVOT} {_OF} (index|rows|row) [:|=] {{rows_by:columns}} {_JOINED} "
    f"(columns|column) [:|=] {{column}} {_JOINED} (values|value) [:|=] {_FIGURE}",
)
def pivot_table(said: Said) -> tuple[Action, ...] | None:
    """Read "pivot with city as rows, year as columns and the sum of sales"."""
    if "figures" in said:
        figures = said["figures"]
        if len(figures) != 1:
            raise Question("A pivot table shows one figure. Which one do you want?")
        values, function = figures[0].column, figures[0].function
    else:
        values, function = said["values"], said["function"]
    by, across = said["rows_by"], said["column"]
    if across in by:
        return None
    return (Pivot(rows_by=by, column=across, values=values, function=function),)


@by_patterns(
    f"{_PIVOT} {_OF} {{column}} (across|across the top|on top) [,|and] {{rows_by:columns}} "
    f"(down|down the side|on the left|at the side) [,|and] {{values:column}} {_INSIDE}",
    f"{_PIVOT} {_OF} {{rows_by:columns}} (down|down the side|on the left|at the side) [,|and] "
    f"{{column}} (across|across the top|on top) [,|and] {{values:column}} {_INSIDE}",
)
def ask_pivot_figure(said: Said) -> tuple[Action, ...] | None:
    """Ask what "mark in the cells" shows where several rows fall into one."""
    by, across, values = said["rows_by"], said["column"], said["values"]
    numeric = values in said.reader.of_types(NUMERIC)
    rows = " and ".join(map(quotation, by))
    raise Question(
        f"Several rows may fall into one cell. Which figure of {values} should it show?",
        tuple(
            Choice(
                label=figure,
                message=f"pivot with {rows} as rows, {quotation(across)} as columns and the "
                f"{figure} of {quotation(values)}",
            )
            for figure in (("sum", "mean", "max") if numeric else ("count",))
        ),
    )


@by_patterns(f"{_PIVOT} [the] [table|data|it]", f"{_PIVOT} {{rest:columns}}")
def ask_pivot(_: Said) -> tuple[Action, ...] | None:
    """Ask for what "pivot" leaves out."""
    raise Question(
        "Which column should stand as rows, which as columns, and which figure in the cells? Say: "
        "pivot with a as rows, b as columns and the sum of c."
    )


RULES = (
    group_rows,
    ask_figures,
    pivot_table,
    ask_pivot_figure,
    ask_pivot,
)
