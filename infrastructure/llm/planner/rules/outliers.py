"""Commands and questions about outliers."""

from typing import Literal

from domain.actions import (
    Action,
    AnswerOfComputed,
    AnyOf,
    Comparison,
    Condition,
    HandleOutliers,
    ShowRows,
    TellFigure,
)
from domain.plan import Choice
from infrastructure.llm.planner.phrases.figures import figure_told
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import quotation

_MOST_OFFERED = 8

_DROP = (
    "(drop|remove|delete|discard|get rid of|eliminate|exclude|filter out|throw out|take out|"
    "kick out|throw away|cut out|leave out) "
    "[all|any|every] [the] [rows with|rows that have|rows containing|rows which are|the rows with|"
    "rows where there are|rows that are]"
)
_OUTLIERS = "(outliers|outlier|extreme values|extremes|outlying values)"
_IN = "(in|from|of|for|on|within|by)"
_IQR = (
    "[,] [using|by|with|based on|according to|via] [the] [1.5] "
    "(iqr|interquartile range|iqr rule|iqr method|interquartile rule|interquartile method|"
    "interquartile range method|tukey|tukey's rule|"
    "tukey rule|tukey's fences)"
)
_Z = (
    "[,] [using|by|with|based on|according to|via] [a|the] (z-score|zscore|z score|z-scores|"
    "standard deviation|standard deviations) [method|rule] [of|above|over|greater than|threshold|"
    "with a threshold of|larger than|with threshold] [{threshold:number}]"
)
_FOREST = (
    "[,] [using|by|with|via] [an|the] (isolation forest|isolationforest|isolation-forest) [method]"
)
_HOW = (_IQR, _Z, _FOREST, "")
_CAP = "(cap|clip|winsorise|winsorize|limit|clamp|winsor)"
_FLAG = "(flag|mark|identify|label|tag|detect)"


def _handled(said: Said, treatment: Literal["drop", "cap", "flag"]) -> tuple[Action, ...]:
    return (_outliers(said, treatment),)


def _outliers(said: Said, treatment: Literal["drop", "cap", "flag"]) -> HandleOutliers:
    threshold = said.get("threshold")
    method: Literal["iqr", "z_score", "isolation_forest"] = "iqr"
    if said.says("isolation", "isolationforest", "isolation-forest"):
        method = "isolation_forest"
    elif said.says("z-score", "zscore", "z", "z-scores", "deviation", "deviations"):
        method = "z_score"
    return HandleOutliers(
        columns=said["columns"], method=method, treatment=treatment, threshold=threshold
    )


@by_patterns(
    *(f"{_DROP} {_OUTLIERS} {_IN} {{columns}} {how}" for how in _HOW),
    *(f"{_DROP} {{columns}} {_OUTLIERS} {how}" for how in _HOW),
    "(drop|remove|delete|exclude) [all] [the] rows (where|whose|in which) [the] [absolute] "
    "(z-score|zscore|z score) (of|in|for) {columns} (is|exceeds|lies|above) [above|over|greater "
    "than|more than|larger than|beyond|outside] {threshold:number}",
    "(drop|remove|delete|exclude) [all] [the] rows (where|whose|in which) {columns} (is|are) "
    "[more than|over|further than] {threshold:number} (standard deviations|std|stds|sd) "
    "(from|away from|off) [the] mean",
    "(drop|remove|delete|exclude) [all] [the] rows (where|whose|in which) {columns} (is|are) [an] "
    f"{_OUTLIERS} {_IQR}",
    "(drop|remove|delete|exclude) [all] [the] rows (where|whose|in which) {columns} (is|are) [an] "
    f"{_OUTLIERS}",
)
def drop_outliers(said: Said) -> tuple[Action, ...] | None:
    """Read "drop outliers in price using the IQR", "remove rows with outliers in age"."""
    if "threshold" in said and not said.says("isolation", "iqr"):
        columns, threshold = said["columns"], said["threshold"]
        return (
            HandleOutliers(
                columns=columns, method="z_score", treatment="drop", threshold=threshold
            ),
        )
    return _handled(said, "drop")


@by_patterns(
    *(f"{_CAP} [all|the|any] {_OUTLIERS} {_IN} {{columns}} {how}" for how in (_IQR, _Z, "")),
    *(f"{_CAP} {{columns}} {_OUTLIERS} {how}" for how in (_IQR, _Z, "")),
    "(winsorise|winsorize) {columns}",
)
def cap_outliers(said: Said) -> tuple[Action, ...] | None:
    """Read "cap the outliers in reading by IQR"."""
    return _handled(said, "cap")


@by_patterns(
    *(
        f"{_FLAG} [all|the|any] {_OUTLIERS} {_IN} {{columns}} {how}"
        for how in (_IQR, _Z, _FOREST, "")
    ),
    *(f"{_FLAG} {{columns}} {_OUTLIERS} {how}" for how in (_IQR, _Z, _FOREST, "")),
)
def flag_outliers(said: Said) -> tuple[Action, ...] | None:
    """Read "flag outliers in reading by IQR"."""
    return _handled(said, "flag")


_ANY = "(is there|are there|do we have|do i have|does the table have) [any|an|some]"
_SEE = (
    "(show|list|display|see|view|give|get|find|print|what are|which are|which rows are|"
    "which rows have|what|which) [me|us] [all|any] [rows with|rows that are|rows which are]"
)
_HOW_MANY = (
    "(how many|count|number of|what is the number of|whats the number of|what's the number of) "
    "[rows (are|have|with)]"
)


@by_patterns(
    *(
        f"{asked} [the] {_OUTLIERS} [are there|there are|are] {_IN} {{columns}} {how} [?]"
        for asked in (_HOW_MANY, _ANY, "any")
        for how in _HOW
    ),
    f"{_HOW_MANY} {{columns}} {_OUTLIERS} [are there] [?]",
    f"(does|do) {{columns}} have [any] {_OUTLIERS} [?]",
)
def count_outliers(said: Said) -> tuple[Action, ...] | None:
    """Read "are there outliers in price?": how many rows have one says whether."""
    flagged = _outliers(said, "flag")
    asked = TellFigure(figure="rows", where=_is_flagged(flagged))
    return (AnswerOfComputed(computed=flagged, question=asked),)


@by_patterns(
    *(f"[{_SEE}] [the] {_OUTLIERS} {_IN} {{columns}} {how} [?]" for how in _HOW),
    f"{_SEE} [the] {{columns}} {_OUTLIERS} [?]",
)
def show_outliers(said: Said) -> tuple[Action, ...] | None:
    """Read "show me the outliers in price", "outliers in price": rows, and nothing changes."""
    flagged = _outliers(said, "flag")
    asked = ShowRows(where=_is_flagged(flagged))
    return (AnswerOfComputed(computed=flagged, question=asked),)


@by_patterns(
    "[(what|whats|what's|show|tell|give|calculate|compute|find) [me|us] [is|are]] [the] "
    "{figure_word} [of|in|for] [the] {column} "
    f"(without|excluding|ignoring|leaving out|minus|not counting) [the|any|its] {_OUTLIERS} "
    "{scope}",
)
def tell_without_outliers(said: Said) -> tuple[Action, ...] | None:
    """Read "average price without outliers": those of the table, then the figure of the rest."""
    figure, scope = figure_told(said["figure_word"]), said["scope"]
    if figure is None:
        return None
    column: str = said["column"]
    left = HandleOutliers(columns=(column,), treatment="drop")
    asked = TellFigure(
        figure=figure, column=column, where=scope.where, by=scope.by, order=scope.order
    )
    return (AnswerOfComputed(computed=left, question=asked),)


@by_patterns(
    f"{_ANY} {_OUTLIERS} [in the table|in the data|in my data|here|in it] [?]",
    f"{_SEE} [the] {_OUTLIERS} [in the table|in the data|in my data|there are|are there] [?]",
    f"[any] {_OUTLIERS} [?]",
)
def ask_where(said: Said) -> tuple[Action, ...] | None:
    """Ask in which column."""
    numbers = said.reader.of_types(NUMERIC)
    if not numbers:
        raise Question("Outliers are found among numbers, and no column holds any.")
    raise Question(
        f"Outliers in which column: {', '.join(numbers[:_MOST_OFFERED])}?",
        tuple(
            Choice(label=name, message=f"how many outliers are there in {quotation(name)}")
            for name in numbers[:_MOST_OFFERED]
        ),
    )


def _is_flagged(flagged: HandleOutliers) -> Condition:
    """That a row has an outlier in any of the columns."""
    flags = tuple(
        Comparison(column=name, operator="equals", values=(True,))
        for name in flagged.columns_changed()
    )
    return flags[0] if len(flags) == 1 else AnyOf(conditions=flags)


RULES = (
    *(drop_outliers, cap_outliers, flag_outliers),
    *(count_outliers, show_outliers, tell_without_outliers, ask_where),
)
