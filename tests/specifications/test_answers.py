"""A question is answered without a new version of the table; a change is one, answered or not."""

import pytest

from domain.execution import AnswerKind, StoredAnswer
from domain.session.commands import (
    CompleteTurn,
    PostMessage,
    Record,
    StartTurn,
)
from domain.session.events import (
    NodeCommitted,
    PlanMade,
    PointerMoved,
    Snapshot,
    TurnCompleted,
)
from domain.session.next_step import next_step
from domain.table import TableSize
from tests.specifications.given import (
    CALL,
    Given,
    a_plan,
    a_snapshot,
    executed_step,
    uid,
    with_table,
)

SESSION, INGEST, ROOT, TURN, NODE = uid(1), uid(2), uid(3), uid(4), uid(5)
COUNT = StoredAnswer(kind=AnswerKind.SCALAR, address="answer:" + "7" * 64, size_bytes=30)
SAME, CHANGED = a_snapshot(0), a_snapshot(1, rows=2)


def after_steps(*steps: tuple[Snapshot, StoredAnswer | None], detail: str | None = None) -> Given:
    """A turn whose steps left these tables and answers, up to its end."""
    history = with_table().and_then(
        PostMessage(task_id=TURN, text="how many?"),
        StartTurn(task_id=TURN),
        Record(PlanMade(task_id=TURN, plan=a_plan(*(["count"] * len(steps))), call=CALL)),
    )
    for step, (table, answer) in enumerate(steps):
        history = history.and_then(
            *executed_step(
                TURN, table, step=step, code="result = len(df)", answer=answer, detail=detail
            )
        )
    return history


def test_a_turn_that_only_answers_makes_no_node() -> None:
    asked = after_steps((SAME, COUNT))
    asked.when(CompleteTurn(task_id=TURN, node_id=NODE)).then(
        TurnCompleted(
            task_id=TURN,
            answer="The answer is [see result]. The table is unchanged.",
            result=COUNT,
        )
    )
    ended = asked.and_then(CompleteTurn(task_id=TURN, node_id=NODE)).state
    assert next_step(ended) is None
    assert (ended.tree.pointer, list(ended.tree.nodes)) == (ROOT, [ROOT])
    assert ended.conversation[-1].reply == "The answer is [see result]. The table is unchanged."


def test_a_turn_that_changes_the_table_and_answers_does_both() -> None:
    *_, ended = (
        after_steps((CHANGED, COUNT))
        .when(CompleteTurn(task_id=TURN, node_id=NODE))
        .then_kinds(NodeCommitted, PointerMoved, TurnCompleted)
    )
    assert ended == TurnCompleted(
        task_id=TURN,
        node_id=NODE,
        answer=f"{CUT} The answer is [see result].",
        result=COUNT,
    )


def test_a_turn_that_changes_the_table_before_it_answers_keeps_the_change() -> None:
    asked = after_steps((CHANGED, None), (CHANGED, COUNT))
    *_, ended = asked.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )
    assert isinstance(ended, TurnCompleted)
    assert ended.result == COUNT


def test_what_a_step_answered_on_the_way_is_not_the_answer_of_the_turn() -> None:
    *_, ended = (
        after_steps((CHANGED, COUNT), (SAME, None))
        .when(CompleteTurn(task_id=TURN, node_id=NODE))
        .then_kinds(NodeCommitted, PointerMoved, TurnCompleted)
    )
    assert isinstance(ended, TurnCompleted)
    assert (ended.answer, ended.result) == (
        "Done: count (rows 3 → 2); count (rows 2 → 3). The table is as it was.",
        None,
    )


CUT = "Done: count (rows 3 → 2). The table has 2 rows and 1 column now."
TOO_LARGE = "What it left in result is larger than 16 MiB."


def test_what_is_to_be_said_of_an_answer_follows_it() -> None:
    asked = after_steps((SAME, COUNT), detail="It is text.")
    asked.when(CompleteTurn(task_id=TURN, node_id=NODE)).then(
        TurnCompleted(
            task_id=TURN,
            answer="The answer is [see result]. It is text. The table is unchanged.",
            result=COUNT,
        )
    )


def test_a_question_whose_answer_could_not_be_kept_makes_no_node_and_says_why() -> None:
    asked = after_steps((SAME, None), detail=TOO_LARGE)
    asked.when(CompleteTurn(task_id=TURN, node_id=NODE)).then(
        TurnCompleted(task_id=TURN, answer=f"{TOO_LARGE} The table is unchanged.")
    )


def test_a_change_is_kept_though_the_answer_could_not_be() -> None:
    asked = after_steps((CHANGED, None), detail=TOO_LARGE)
    *_, ended = asked.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )
    assert isinstance(ended, TurnCompleted)
    assert ended.answer == f"{CUT} {TOO_LARGE}"


@pytest.mark.parametrize(
    ("kind", "table", "said"),
    [
        (AnswerKind.SCALAR, None, "The answer is [see result]."),
        (AnswerKind.CHART, None, "The answer is a chart."),
        (
            AnswerKind.TABLE,
            TableSize(rows=1, columns=2),
            "The answer is a table of 1 row and 2 columns.",
        ),
    ],
)
def test_a_person_is_told_of_what_kind_the_answer_is(
    kind: AnswerKind, table: TableSize | None, said: str
) -> None:
    answer = StoredAnswer(kind=kind, address="answer:" + "7" * 64, size_bytes=30, table=table)
    asked = after_steps((SAME, answer))
    (ended,) = asked.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(TurnCompleted)
    assert isinstance(ended, TurnCompleted)
    assert ended.answer == f"{said} The table is unchanged."
