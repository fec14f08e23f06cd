"""A message can move the pointer: back, elsewhere, and on to a new line."""

from typing import Any
from uuid import UUID

import pytest

from domain.execution import Usage
from domain.plan import Intent, Plan, Step
from domain.session.commands import Branch, CompleteTurn, PostMessage, Record, RollBack, StartTurn
from domain.session.errors import NodeUnknown
from domain.session.events import (
    NodeCommitted,
    PlanMade,
    PointerCause,
    PointerMoved,
    SnippetExecuted,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
)
from domain.session.next_step import WriteSnippet, next_step
from tests.specifications.given import APPROVED, CALL, Given, a_plan, a_snapshot, uid
from tests.specifications.test_session import ROOT, ingested

FIRST, SECOND, LAST = uid(11), uid(12), uid(13)


def planned(history: Given, task: int, plan: Plan, text: str = "go on") -> Given:
    return history.and_then(
        PostMessage(task_id=uid(task), text=text),
        StartTurn(task_id=uid(task)),
        Record(PlanMade(task_id=uid(task), plan=plan, call=CALL)),
    )


def executed(history: Given, task: int, rows: int) -> Given:
    """The turn's one step is done, and left a table of so many rows."""
    progress: Any = {"task_id": uid(task), "step": 0, "attempt": 1}
    return history.and_then(
        Record(SnippetWritten(**progress, code="df = df")),
        Record(SnippetReviewed(**progress, review=APPROVED)),
        Record(
            SnippetExecuted(
                **progress, snapshot=a_snapshot(rows, rows=rows), usage=Usage(wall_seconds=1)
            )
        ),
    )


def a_step(history: Given, node: UUID, *, rows: int, task: int, plan: Plan | None = None) -> Given:
    """A turn of one step that made `node`."""
    history = planned(history, task, plan or a_plan(f"leave {rows} rows"), f"make it {rows}")
    return executed(history, task, rows).and_then(CompleteTurn(task_id=uid(task), node_id=node))


one = a_step(ingested, FIRST, rows=20, task=21)
two = a_step(one, SECOND, rows=10, task=22)


def moving(intent: Intent, target: UUID | None) -> Plan:
    return Plan(intent=intent, summary="move", target=target)


@pytest.mark.parametrize(
    ("intent", "cause", "target", "said"),
    [
        (
            Intent.ROLLBACK,
            PointerCause.ROLLBACK,
            FIRST,
            "Back at node 1 (leave 20 rows); the table has 20 rows and 1 column now.",
        ),
        (
            Intent.ROLLBACK,
            PointerCause.ROLLBACK,
            ROOT,
            "Back at node 0, the file as it was read; the table has 3 rows and 1 column now.",
        ),
        (
            Intent.BRANCH,
            PointerCause.BRANCH,
            FIRST,
            "Your next change begins a new branch at node 1 (leave 20 rows); the table has "
            "20 rows and 1 column now.",
        ),
        (
            Intent.UNDO,
            PointerCause.UNDO,
            ROOT,
            "Undone; the table has 3 rows and 1 column now.",
        ),
    ],
)
def test_a_message_moves_the_pointer_to_a_node(
    intent: Intent, cause: PointerCause, target: UUID, said: str
) -> None:
    history = planned(two, 30, moving(intent, target))
    history.when(CompleteTurn(task_id=uid(30), node_id=LAST)).then(
        PointerMoved(node_id=target, cause=cause, task_id=uid(30)),
        TurnCompleted(task_id=uid(30), node_id=target, answer=said),
    )


def test_steps_that_were_undone_together_come_back_together() -> None:
    undone = planned(two, 30, moving(Intent.UNDO, ROOT)).and_then(
        CompleteTurn(task_id=uid(30), node_id=LAST)
    )
    redone = planned(undone, 31, moving(Intent.REDO, None)).and_then(
        CompleteTurn(task_id=uid(31), node_id=LAST)
    )
    assert (undone.state.tree.pointer, redone.state.tree.pointer) == (ROOT, SECOND)


def test_what_does_not_lie_behind_cannot_be_undone_to() -> None:
    history = planned(two.and_then(RollBack(node_id=FIRST)), 30, moving(Intent.UNDO, SECOND))
    (ended,) = history.when(CompleteTurn(task_id=uid(30), node_id=LAST)).then_kinds(TurnCompleted)
    assert isinstance(ended, TurnCompleted)
    assert "nothing to undo" in str(ended.answer)


def test_who_is_there_already_is_told_so() -> None:
    history = planned(two, 30, moving(Intent.ROLLBACK, SECOND))
    history.when(CompleteTurn(task_id=uid(30), node_id=LAST)).then(
        TurnCompleted(
            task_id=uid(30),
            answer="You are at node 2 (leave 10 rows) already. The table is unchanged.",
        )
    )


@pytest.mark.parametrize("intent", [Intent.ROLLBACK, Intent.BRANCH, Intent.TRANSFORM])
def test_a_plan_about_a_node_that_there_is_not_is_refused(intent: Intent) -> None:
    begun = two.and_then(
        PostMessage(task_id=uid(30), text="go"),
        StartTurn(task_id=uid(30)),
    )
    steps = (Step(description="x"),) if intent is Intent.TRANSFORM else ()
    plan = Plan(intent=intent, summary="move", target=uid(99), steps=steps)
    begun.when(Record(PlanMade(task_id=uid(30), plan=plan, call=CALL))).refused_with(NodeUnknown)


@pytest.mark.parametrize("intent", [Intent.ROLLBACK, Intent.EXPLAIN, Intent.TRANSFORM])
def test_what_the_plan_remarks_is_said_in_the_end(intent: Intent) -> None:
    steps = (Step(description="x"),) if intent is Intent.TRANSFORM else ()
    plan = Plan(intent=intent, summary="x", target=FIRST, steps=steps, reply="The model is away.")
    history = planned(two, 30, plan)
    history = executed(history, 30, 7) if steps else history
    ended = history.when(CompleteTurn(task_id=uid(30), node_id=LAST)).events[-1]
    assert isinstance(ended, TurnCompleted)
    assert str(ended.answer).endswith(" The model is away.")


def test_a_branch_may_begin_where_the_line_ends() -> None:
    branching = planned(two, 30, moving(Intent.BRANCH, None)).and_then(
        CompleteTurn(task_id=uid(30), node_id=uid(98))
    )
    assert branching.state.tree.pointer == SECOND
    tree = a_step(branching, LAST, rows=5, task=31).state.tree
    assert [tree.nodes[node].branch for node in (SECOND, LAST)] == ["main", "branch-2"]
    after = a_step(a_step(branching, LAST, rows=5, task=31), uid(14), rows=4, task=32).state.tree
    assert after.nodes[uid(14)].branch == "branch-2"


def test_a_branch_that_is_asked_for_twice_begins_once() -> None:
    branching = two.and_then(Branch(node_id=SECOND))
    branching.when(Branch(node_id=SECOND)).then_nothing()


def test_who_moves_on_begins_no_branch() -> None:
    branching = two.and_then(Branch(node_id=SECOND), RollBack(node_id=FIRST))
    back = branching.and_then(RollBack(node_id=SECOND))
    assert a_step(back, LAST, rows=5, task=31).state.tree.nodes[LAST].branch == "main"


def from_the_first_node() -> Plan:
    return Plan(
        intent=Intent.TRANSFORM,
        summary="in another way",
        steps=(Step(description="in another way"),),
        target=FIRST,
    )


def test_the_steps_of_a_plan_may_begin_at_an_earlier_node() -> None:
    history = planned(two, 30, from_the_first_node())
    due = next_step(history.state)
    assert isinstance(due, WriteSnippet)
    assert due.table == a_snapshot(20, rows=20)
    committed, moved, ended = (
        executed(history, 30, 7)
        .when(CompleteTurn(task_id=uid(30), node_id=LAST))
        .then_kinds(NodeCommitted, PointerMoved, TurnCompleted)
    )
    assert isinstance(committed, NodeCommitted)
    assert isinstance(ended, TurnCompleted)
    assert (committed.parent_id, committed.branch) == (FIRST, "branch-2")
    assert moved == PointerMoved(node_id=LAST, cause=PointerCause.COMMIT, task_id=uid(30))
    done = "Done: in another way (rows 20 → 7). The table has 7 rows and 1 column now."
    assert ended.answer == done


def test_a_pointer_that_was_moved_meanwhile_stays_there() -> None:
    history = executed(planned(two, 30, from_the_first_node()), 30, 7)
    moved = history.and_then(RollBack(node_id=ROOT))
    moved.when(CompleteTurn(task_id=uid(30), node_id=LAST)).then_kinds(NodeCommitted, TurnCompleted)
