"""Questions about what no column holds: "the sum of price times qty", "days between a and b"."""

from domain.actions import Action, AnswerOfComputed, DateDifference, Derive, Figure, TellFigure
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.figures import figure_told
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.question_scope import Scope
from infrastructure.llm.planner.reading.reader import free_name

Actions = tuple[Action, ...]

_ASK = (
    "[(what|whats|what's|show|tell|give|calculate|compute|find|get|display|report|determine) "
    "[me|us] [is|are|was|were]]"
)
_AVERAGED = "(on average|averaged)"


@by_patterns(
    f"{_ASK} [the] {{figure_word}} [value] [of|in|for] [the] {{formula:measure}} {{scope}}",
    f"{_ASK} [the] {{formula:measure}} (summed up|summed|added up|in total|altogether) {{scope}}",
    f"{_ASK} [the] {{formula:measure}} {_AVERAGED} {{scope}}",
)
def tell_figure_of_formula(said: Said) -> Actions | None:
    """Read "what is the sum of price times qty", "average of gross minus cost per region"."""
    formula, reader = said["formula"], said.reader
    if "`" not in formula or formula in map(backticked, reader.shape.column_names):
        return None
    word = said.get("figure_word", "mean" if said.says("average", "averaged") else "sum")
    new = free_name(reader, formula.replace("`", ""))
    return _told(Derive(new=new, expression=formula), new, figure_told(word), said["scope"])


_BETWEEN = "(between|from) {start:column} (and|to|until|till) {end:column}"


@by_patterns(
    f"{_ASK} [the] {{figure_word}} [number of] {{unit:time_unit}} {_BETWEEN} {{scope}}",
    f"{_ASK} [the] {{figure_word}} (time|duration|difference|distance) {_BETWEEN} in "
    "{unit:time_unit} {scope}",
    f"how many {{unit:time_unit}} (are|lie|pass|passed|are there) {_BETWEEN} {_AVERAGED} {{scope}}",
    f"how many {{unit:time_unit}} {_AVERAGED} (are|lie|pass|passed|are there) {_BETWEEN} {{scope}}",
)
def tell_figure_of_time(said: Said) -> Actions | None:
    """Read "average days between ordered and delivered by carrier"."""
    start, end, unit = said["start"], said["end"], said["unit"]
    new = free_name(said.reader, f"{unit} from {start} to {end}")
    computed = DateDifference(start=start, end=end, unit=unit, new=new)
    return _told(computed, new, figure_told(said.get("figure_word", "mean")), said["scope"])


def _told(
    computed: Derive | DateDifference, name: str, figure: Figure | None, scope: Scope
) -> Actions | None:
    if figure is None:
        return None
    question = TellFigure(
        figure=figure, column=name, where=scope.where, by=scope.by, order=scope.order
    )
    return (AnswerOfComputed(computed=computed, question=question),)


RULES = (tell_figure_of_formula, tell_figure_of_time)
