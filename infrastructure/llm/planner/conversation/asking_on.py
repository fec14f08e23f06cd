"""Messages that go on from a question: "by city", "plot it", "how many are those"."""

from dataclasses import replace

from application.ports.language_model import Briefing
from domain.actions import (
    Action,
    AllOf,
    AnswerOfComputed,
    Comparison,
    Condition,
    DrawChart,
    Inquiry,
    ShowRows,
    TellFigure,
    check,
)
from domain.plan import Plan, Step
from domain.table import ColumnType
from infrastructure.llm.planner.conversation.follow_ups import last_done
from infrastructure.llm.planner.grammar import plan_of
from infrastructure.llm.planner.phrases.comparing import negation
from infrastructure.llm.planner.phrases.figures import FUNCTION_WORDS, figure_told, function_of
from infrastructure.llm.planner.phrases.held_values import held_values
from infrastructure.llm.planner.phrases.joined_conditions import (
    compare_the_same,
    exclude_each_other,
)
from infrastructure.llm.planner.phrases.question_scope import read_scope
from infrastructure.llm.planner.reading.reader import Reader

_DRAWN = (
    *("plot it", "plot that", "plot them", "plot this", "chart it", "chart that", "draw it"),
    *("draw that", "as a chart", "as a bar chart", "as a plot", "show it as a chart", "graph it"),
    *("show that as a chart", "show it as a bar chart", "visualize it", "visualise it", "as chart"),
    *("visualize that", "visualise that", "make a chart of it", "make a chart of that", "plot"),
    *(
        "draw a chart of it",
        "draw a chart of that",
        "as bar chart",
        "show me a chart",
        "as a graph",
    ),
)
_COUNTED = (
    *("how many are there", "how many are those", "how many are these", "how many is that"),
    *("how many", "count them", "how many of them are there", "how many rows is that"),
    *("how many rows are those", "how many of those are there", "how many are they"),
)
_OF_THEM = ("how many of them", "how many of those", "how many of these")
_OTHERS = (
    *("the others", "the other ones", "the rest", "the remaining ones", "others", "the other rows"),
    *("show me the others", "show the others", "show me the other ones", "show the other ones"),
    *("show the rest", "show me the rest"),
)
_WITH_OR_WITHOUT = ("with", "without", "the ones with", "the ones without", "those with")
_LIMITING = frozenset({"only", "just"})
_NARROWING = ("for", "in", "of", "from", "at", "with", "among")
_BEFORE = (
    *("and", "now", "ok", "okay", ",", "then", "please", "but", "the same", "what about"),
    *("only", "just", "how about", "and what about", "and how about", "what if", "same"),
)


def read_asking_on(briefing: Briefing, reader: Reader) -> Plan | None:
    """A plan that asks the last question in another way, if the message says no more than that."""
    last = last_done(briefing)
    if last is None or last.target is not None or len(last.actions) != 1:
        return None
    (asked,) = last.actions
    # "From France? And from Germany? And the others?" are those from neither.
    went_on = last.exchange.message.casefold().startswith(("and ", "what about", "how about"))
    others = () if went_on else (_opposite,)
    for read in (_drawn, _counted, *others, _counted_of, _figured, _narrowed):
        reader.position = 0
        reader.skip(*_BEFORE)
        start = reader.position
        action = read(asked, reader) if isinstance(asked, Inquiry) else None
        reader.skip("?", ".", "!", "please")
        if action is not None and reader.token() is None:
            return _asked(action, briefing)
    reader.position = start
    counting = reader.at(*_OF_THEM) > 0
    if not isinstance(asked, Inquiry) or not (start or counting or reader.at(*_NARROWING)):
        return None
    # "For Lyon only", "and Lyon?": a value, whose column is looked up.
    held = held_values(briefing.message, briefing.shape, briefing.columns_holding)
    knowing = Reader(
        briefing.message, reader.tokens, briefing.shape, start=0, fresh=True, held=held
    )
    knowing.skip(*_BEFORE)
    action = (_counted_of if counting else _narrowed)(asked, knowing)
    knowing.skip("?", ".", "!", "only", "please")
    return _asked(action, briefing) if action is not None and knowing.token() is None else None


def _asked(action: Action, briefing: Briefing) -> Plan:
    check(action, briefing.shape)
    return plan_of((Step(description=action.describe(), actions=(action,)),), briefing.shape)


def _drawn(asked: Inquiry, reader: Reader) -> Action | None:
    if not reader.take(*_DRAWN) or not isinstance(asked, TellFigure):
        return None
    if len(asked.by) != 1 or asked.where is not None:
        return None
    dates = reader.column_named(asked.by[0]).type is ColumnType.DATETIME
    return DrawChart(
        chart="line" if dates else "bar", x=asked.by[0], y=asked.column, figure=asked.figure
    )


def _counted(asked: Inquiry, reader: Reader) -> Action | None:
    where = asked.rows_meant() if isinstance(asked, ShowRows) else None
    return TellFigure(figure="rows", where=where) if where and reader.take(*_COUNTED) else None


def _counted_of(asked: Inquiry, reader: Reader) -> Action | None:
    """ "How many of them are from Lyon?"."""
    where = asked.rows_meant()
    if where is None or not reader.take(*_OF_THEM):
        return None
    reader.take("are", "were", "is", "was", "come", "live")
    scope = next(read_scope(reader))
    if scope.where is None or scope.by:
        return None
    return TellFigure(figure="rows", where=_both(where, scope.where))


def _opposite(asked: Inquiry, reader: Reader) -> Action | None:
    """ "And the others?": the rows that were not shown, or not counted."""
    if not isinstance(asked, ShowRows | TellFigure):
        return None
    if isinstance(asked, ShowRows) and asked.by is not None:
        return None  # the largest, and not all that are so
    if isinstance(asked, TellFigure) and asked.figure != "rows":
        return None
    where = asked.rows_meant()
    if not isinstance(where, Comparison):
        return None  # of the pending ones in Lyon, the others may be those in Paris
    lacks = where.operator in {"is_missing", "is_not_missing"}
    if not (reader.take(*_OTHERS) or (lacks and reader.take(*_WITH_OR_WITHOUT))):
        return None
    return replace(asked, where=negation(where))


def _figured(asked: Inquiry, reader: Reader) -> Action | None:
    """ "And the max?": another figure of the same."""
    if not isinstance(asked, TellFigure) or asked.column is None:
        return None
    reader.take("the", "its")
    phrase = reader.take(*FUNCTION_WORDS)
    figure = None if phrase is None else figure_told(function_of(phrase))
    return None if figure in {None, asked.figure} else replace(asked, figure=figure)


def _narrowed(asked: Inquiry, reader: Reader) -> Action | None:
    if isinstance(asked, AnswerOfComputed):
        question = _narrowed(asked.question, reader)
        return replace(asked, question=question) if isinstance(question, TellFigure) else None
    scope = next(read_scope(reader))
    if isinstance(asked, ShowRows) and scope.where and not scope.by:
        if _LIMITING & {token.word for token in reader.tokens}:
            return None  # "only those over 30" may be about the table
        return replace(asked, where=_both(asked.where, scope.where))
    if not isinstance(asked, TellFigure) or not (scope.by or scope.where):
        return None
    order = asked.order if scope.order == "groups" else scope.order
    where = _both(asked.where, scope.where)
    return replace(asked, by=scope.by or asked.by, where=where, order=order)


def _both(one: Condition | None, other: Condition | None) -> Condition | None:
    """Both; of two values for one column, the one that is said last."""
    if one is None or other is None:
        return one or other
    parts = one.conditions if isinstance(one, AllOf) else (one,)
    kept = tuple(part for part in parts if not _is_of_the_same(part, other))
    return AllOf(conditions=(*kept, other)) if kept else other


def _is_of_the_same(one: Condition, other: Condition) -> bool:
    if not (isinstance(one, Comparison) and isinstance(other, Comparison)):
        return False
    values = {one.operator, other.operator} <= {"equals", "in"}
    return (values and compare_the_same(one, other)) or exclude_each_other(one, other)
