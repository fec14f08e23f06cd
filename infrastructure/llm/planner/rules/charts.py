"""Charts: "plot age", "histogram of salary", "scatter plot of age and salary"."""

from domain.actions import Action, DrawChart, Figure
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import key, quotation

Actions = tuple[Action, ...]

_DRAW = "[(plot|chart|graph|draw|visualize|visualise|show|make|create|give) [me|us] [a|the|an]]"
_PLOT = "(plot|chart|graph|draw|visualize|visualise) [me] [a] [chart|plot|graph] [of]"
_FIGURES: tuple[Figure, ...] = ("sum", "mean", "median", "min", "max", "std", "distinct")


@by_patterns(
    f"{_DRAW} (histogram|distribution|distribution plot) (of|for) {{column}}",
    f"{_PLOT} [the] (histogram|distribution) of {{column}}",
)
def draw_histogram(said: Said) -> Actions | None:
    """Read "histogram of age", "show the distribution of city"."""
    return (_alone(said, said["column"]),)


@by_patterns(
    f"{_DRAW} scatter [plot|chart|graph|diagram] (of|for) {{y:column}} "
    "(vs|versus|against|over|by) {x:column}",
    f"{_DRAW} scatter [plot|chart|graph|diagram] (of|for|with) {{x:column}} and {{y:column}}",
    f"{_DRAW} {{y:column}} (vs|versus|against) {{x:column}}",
)
def draw_scatter(said: Said) -> Actions | None:
    """Read "scatter plot of age and salary", "plot salary against age"."""
    x, y = said["x"], said["y"]
    if said.reader.column_named(x).type is ColumnType.DATETIME and not said.says("scatter"):
        return (DrawChart(chart="line", x=x, y=y),)
    return (DrawChart(chart="scatter", x=x, y=y),)


@by_patterns(
    f"{_DRAW} (bar|column) (chart|plot|graph) (of|for|with|showing) [the] {{figure_word}} [of] "
    "{y:column} (by|per|for each|over|in each) {x:column}",
    f"{_PLOT} [the] {{figure_word}} [of] {{y:column}} (by|per|for each|over|in each) {{x:column}}",
    f"{_DRAW} line (chart|plot|graph) (of|for|with|showing) [the] {{figure_word}} [of] "
    "{y:column} (by|per|over|for each) {x:column}",
)
def draw_figures(said: Said) -> Actions | None:
    """Read "bar chart of the mean salary by city", "plot total sales per month"."""
    figure = next((each for each in _FIGURES if each == said["figure_word"]), None)
    if figure is None:
        return None
    dates = said.reader.column_named(said["x"]).type is ColumnType.DATETIME
    line = said.says("line") or (dates and not said.says("bar"))
    chart = DrawChart(chart="line" if line else "bar", x=said["x"], y=said["y"], figure=figure)
    return (chart,)


@by_patterns(
    f"{_DRAW} line (chart|plot|graph) (of|for) {{y:column}} (over|by|against|vs|per) {{x:column}}",
    f"{_DRAW} bar (chart|plot|graph) (of|for|with|showing) [the] {{y:column}} "
    "(by|per|for each|in each) {x:column}",
    f"{_PLOT} {{y:column}} (over|by|per|for each) {{x:column}}",
)
def draw_over(said: Said) -> Actions | None:
    """Read "plot salary over joined"; asks which figure where groups are drawn."""
    x, y, reader = said["x"], said["y"], said.reader
    if said.says("bar") and y not in _figures_named(said):
        return None
    dates = reader.column_named(x).type is ColumnType.DATETIME and not said.says("bar")
    if dates or said.says("line"):
        return (DrawChart(chart="line", x=x, y=y),)
    raise Question(
        f"Which figure of {y} is to be drawn for each {x}: its mean or its sum?",
        tuple(
            Choice(label=figure, message=f"bar chart of {figure} {quotation(y)} by {quotation(x)}")
            for figure in ("mean", "sum")
        ),
    )


@by_patterns(
    f"{_DRAW} (bar|column) (chart|plot|graph) (of|for) {{column}}",
    f"{_DRAW} (bar|column) (chart|plot|graph) of [the] (counts|count|number|frequency) "
    "(of|by|per) [rows] [by|per] {column}",
    f"{_PLOT} [the] (counts|count|number|frequency) (of|by|per) [rows] [by|per] {{column}}",
    f"{_DRAW} (bar|column) (chart|plot|graph) (of|for|with|showing) [how many|number of|count of] "
    "[the] {things} (by|per|for each|in each) {column}",
    f"{_PLOT} [the] (number of|count of|how many) {{things}} (by|per|for each|in each) {{column}}",
)
def draw_counts(said: Said) -> Actions | None:
    """Read "bar chart of city", and "bar chart of orders by city" where no column is "orders"."""
    if "things" in said and set(_figures_named(said)) - {said["column"]}:
        return None
    return (DrawChart(chart="bar", x=said["column"], figure="rows"),)


@by_patterns(f"{_PLOT} {{column}}")
def draw_column(said: Said) -> Actions | None:
    """Read "plot age": what suits the column."""
    return (_alone(said, said["column"]),)


def _figures_named(said: Said) -> tuple[str, ...]:
    """The columns of numbers that are named in full; not "orders" for an "order" of each row."""
    tokens = said.reader.tokens[said.reader.start : said.reader.position]
    named = {key(token.text) for token in tokens if token.word not in words.KEYWORDS}
    return tuple(name for name in said.reader.of_types(NUMERIC) if key(name) in named)


def _alone(said: Said, name: str) -> DrawChart:
    kind = said.reader.column_named(name).type
    if kind in NUMERIC:
        return DrawChart(chart="histogram", x=name)
    dates = kind is ColumnType.DATETIME
    return DrawChart(chart="line" if dates else "bar", x=name, figure="rows")


RULES = (draw_histogram, draw_scatter, draw_figures, draw_over, draw_counts, draw_column)
