"""Questions that several figures answer: of one column, of every column, parts of a hundred."""

from typing import get_args

from domain.actions import (
    Action,
    ColumnFigure,
    DescribeColumns,
    TellFigure,
    TellFigures,
    TellGroups,
)
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.question_scope import Scope
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation

Actions = tuple[Action, ...]

_ASK = (
    "[(what|whats|what's|show|tell|give|calculate|compute|find|get|display|report|determine|"
    "which|list|see) [me|us] [is|are|was|were]]"
)
_SUMS = frozenset({"total", "amount", "revenue", "turnover", "sales"})
_FIGURES: tuple[ColumnFigure, ...] = get_args(ColumnFigure)


@by_patterns(
    f"{_ASK} [the] {{figures:figure_words}} (of|for|in|from) [the] {{columns}} {{scope}}",
    f"{_ASK} [the] {{figures:figure_words}} {{columns}} {{scope}}",
    f"{_ASK} [the] {{columns}} {{figures:figure_words}} {{scope}}",
)
def tell_figures(said: Said) -> Actions | None:
    """Read "min, max and mean of price", "average and median salary by city"."""
    figures = tuple(figure for figure in said["figures"] if figure in _FIGURES)
    scope: Scope = said["scope"]
    if figures != said["figures"] or scope.order != "groups":
        return None  # of several figures, none is the one to go by
    columns = said["columns"]
    return (TellFigures(figures=figures, columns=columns, by=scope.by, where=scope.where),)


@by_patterns(f"{_ASK} [the] {{figures}} {{scope}}")
def tell_groups(said: Said) -> Actions | None:
    """Read "average price and total quantity by city": the groups of a list are those of all."""
    figures, scope = tuple(dict.fromkeys(said["figures"])), said["scope"]
    if len({figure.column for figure in figures}) < 2 or not scope.by or scope.order != "groups":
        return None
    return (TellGroups(by=scope.by, aggregates=figures, where=scope.where),)


_DESCRIBE = (
    "(describe|summarise|summarize|profile|give me (a summary|an overview|statistics|stats) (of|"
    "for|on)|show me (a summary|an overview|statistics|stats) (of|for|on)|(show|what are|tell me) "
    "[the] [basic|descriptive|summary] (statistics|stats|key figures) (of|for|on)|"
    "(summary|overview|statistics|stats) (of|for|on))"
)
_ALL = "[the|this|my] [whole|entire|full] (table|data|dataset|file|data set|everything|it all|it)"


@by_patterns(f"{_DESCRIBE} {{columns}}")
def describe_columns(said: Said) -> Actions | None:
    """Read "describe age", "statistics of price and quantity"."""
    return (DescribeColumns(columns=said["columns"]),)


@by_patterns(
    f"{_DESCRIBE} {_ALL}",
    f"{_DESCRIBE} (all|every|each) [the] (columns|column|fields)",
    "(describe|summarise|summarize|summary|overview|statistics|stats|data profile)",
    "(show|give) [me|us] [a|an|some|the] [basic|descriptive|summary|quick] "
    f"(summary|overview|statistics|stats) [of {_ALL}]",
    f"what does {_ALL} look like",
)
def describe_table(_: Said) -> Actions | None:
    """Read "summarise the table"."""
    return (DescribeColumns(),)


_PART = "(percentage|percent|share|fraction|proportion|part|%)"


@by_patterns(
    f"{_ASK} [the] {_PART} (of|among) [all] {{things}} {{scope}}",
    "how many (percent|%) of [all] {things} {scope}",
    "how many (percent|%) {scope}",
    f"{_ASK} [the] {_PART} of [the] total (by|per|for each|of each|in each) {{by:columns}}",
)
def share_of_rows(said: Said) -> Actions | None:
    """Read "what share of rows has no email", "percentage of orders per status"."""
    scope: Scope = said.get("scope", Scope())
    by = said.get("by", scope.by)
    if (scope.where is None) is not bool(by):
        return None
    if said.says("sales"):
        _ask_rows_or_sum(said.reader)
    return (TellFigure(figure="rows_percent", where=scope.where, by=by, order=scope.order),)


def _ask_rows_or_sum(reader: Reader) -> None:
    """Raise Question at "what share of our sales": sales may be rows, or what was paid for them."""
    sums = [n for n in reader.of_types(NUMERIC) if not _SUMS.isdisjoint(name_words(n))]
    if not sums:
        return
    total = quotation(sums[0])
    raise Question(
        f"Do you mean a share of the rows, or of the sum of {total}? For the rows, ask for the "
        f"share of orders; for the sum: what is the share of each … in the total {total}."
    )


@by_patterns(
    f"{_ASK} [the] {_PART} (of|in) [the] [total|whole|overall] {{column}} "
    "(by|per|for each|of each|in each|from each) {by:columns}",
    f"{_ASK} [the] {_PART} of each {{by:columns}} (in|of) [the] [total|whole|overall] {{column}} "
    "[,] [in (percent|%)|as [a] (percent|percentage)]",
    f"{_ASK} [the] {_PART} (of|in) [the] [total|whole|overall] {{column}} "
    "(does each|does every|do) {by:columns} [have|make up|contribute|bring|make|account for]",
)
def share_of_sum(said: Said) -> Actions | None:
    """Read "percent of total quantity by region"."""
    column, by = said["column"], said["by"]
    if column in by or said.reader.column_named(column).type not in NUMERIC:
        return None
    return (TellFigure(figure="sum_percent", column=column, by=by),)


RULES = (tell_groups, tell_figures, describe_columns, describe_table, share_of_sum, share_of_rows)
