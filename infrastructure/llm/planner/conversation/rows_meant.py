"""Which rows "those" and "the bad rows" are: those that the question before was about."""

from dataclasses import replace

from application.ports.language_model import Briefing
from domain.actions import (
    Action,
    AnswerOfComputed,
    Condition,
    FilterRows,
    HandleOutliers,
    Inquiry,
)
from domain.plan import Choice, Plan, Step
from domain.table import TableShape
from infrastructure.llm.planner.conversation.follow_ups import last_done
from infrastructure.llm.planner.grammar import plan_of
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

_THOSE = (
    "those",
    "these",
    "them",
    "those rows",
    "these rows",
    "such rows",
    "the ones",
    "those ones",
)
_BAD = ("bad", "wrong", "broken", "dirty", "invalid", "faulty", "corrupt", "strange", "weird")
_ROWS = ("rows", "row", "ones", "records", "data", "values", "lines", "entries")


def read_rows_meant(briefing: Briefing, reader: Reader) -> Plan | None:
    """ "drop those": a filter by the condition of the question before. Raises Question."""
    reader.skip(*words.NOISE_BEFORE)
    dropping = reader.take(*words.DROP) is not None
    if not dropping and not reader.take(*words.KEEP):
        return None
    reader.skip("all", "the", "of", "only")
    bad = reader.take(*_BAD)
    if bad:
        reader.take(*_ROWS)
    elif reader.take(*_THOSE) is None:
        return None
    if not reader.take_end_of_clause() or reader.token() is not None:
        return None
    action = _outliers_dropped(briefing) if dropping else None
    where = _asked_about(briefing)
    if action is None and where is not None:
        action = FilterRows(where=where, matching="drop" if dropping else "keep")
    if action is not None:
        return plan_of((Step(description=action.describe(), actions=(action,)),), briefing.shape)
    if not bad:
        return None
    kinds = _kinds_of_bad(briefing.shape) if dropping else ()
    offered = f"Do you mean {', or '.join(kind.label for kind in kinds)}? " if kinds else ""
    raise Question(
        f"What makes rows {bad}? {offered}Say it as a condition, for example: "
        f"drop rows where {briefing.shape.column_names[0]} is missing.",
        kinds,
    )


def _outliers_dropped(briefing: Briefing) -> Action | None:
    """What drops the outliers that the last question was about."""
    last = last_done(briefing)
    asked = last.actions[-1] if last is not None and last.target is None else None
    if not isinstance(asked, AnswerOfComputed) or not isinstance(asked.computed, HandleOutliers):
        return None
    return replace(asked.computed, treatment="drop")


def _asked_about(briefing: Briefing) -> Condition | None:
    """The condition of the rows that the last question was about."""
    last = last_done(briefing)
    if last is None or last.target is not None or len(last.actions) != 1:
        return None
    (action,) = last.actions
    return action.rows_meant() if isinstance(action, Inquiry) else None


def _kinds_of_bad(shape: TableShape) -> tuple[Choice, ...]:
    """What may be meant, as far as this table has it."""
    kinds = []
    if any(column.nulls for column in shape.columns):
        kinds.append(
            Choice(label="rows with missing values", message="drop rows with missing values")
        )
    if shape.duplicate_rows:
        kinds.append(Choice(label="repeated rows", message="remove duplicates"))
    return tuple(kinds)
