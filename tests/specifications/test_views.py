"""What people see of tasks, executions, proposals and the history is folded from the events."""

from datetime import timedelta
from uuid import UUID

import pytest

from application.ports.read_models import ProposalStatus, TaskKind, TaskResult, TaskStatus, TaskView
from application.views.executions import execution_views
from application.views.model_calls import model_call_views
from application.views.proposals import proposal_views
from application.views.tasks import task_histories
from application.views.transcript import transcript_entry
from domain.difference import Effect, Matching
from domain.execution import AnswerKind, StoredAnswer, Usage
from domain.plan import Intent, Plan
from domain.session.events import (
    CancellationRequested,
    IngestFailed,
    PlanMade,
    ProposalApproved,
    ProposalMade,
    ProposalRejected,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
    SessionClosed,
    SessionEvent,
    SnippetFailed,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from tests.contracts.histories import CALL, START, ingested, past, snapshot, turn

SESSION, INGEST, ROOT, TURN, NODE, REPLAY, APPROVAL = (UUID(int=i) for i in range(1, 8))
HISTORY = [*ingested(SESSION, INGEST, ROOT), *turn(TURN, ROOT, NODE)]
ASKED = HISTORY[:5]
RUNNING = HISTORY[:11]
PLANNED = HISTORY[:7]
MADE = ProposalMade(
    task_id=TURN,
    base_node_id=ROOT,
    parent_id=ROOT,
    snapshot=snapshot(3),
    effect=Effect(
        rows_before=9,
        rows_after=3,
        changed_rows=0,
        removed_rows=6,
        added_rows=0,
        matching=Matching.ORIGIN,
        columns=(),
    ),
    snippets=("df = df.dropna()",),
)
FAILED = TurnFailed(task_id=TURN, reason="cancelled", detail="It was cancelled.")


def task(task_id: UUID, *history: SessionEvent) -> TaskView:
    """The task as it is after the history; what its nodes hold is in no other event."""
    views = [views[-1] for views in task_histories(past(SESSION, history), lambda *_: None)]
    return next(view for view in views if view.task_id == task_id)


def steps_of(view: TaskView) -> list[tuple[str, int | None, int | None]]:
    return [(step.name, step.number, step.of) for step in view.steps]


# Tasks


def test_an_ingest_is_reading_from_the_upload_on() -> None:
    ingest = task(INGEST, *HISTORY[:2])
    assert (ingest.kind, ingest.status) == (TaskKind.INGEST, TaskStatus.RUNNING)
    assert steps_of(ingest) == [("reading", None, None)]
    assert ingest.steps[0].ended_at is None


def test_an_ingest_succeeds_with_its_node() -> None:
    ingest = task(INGEST, *HISTORY[:4])
    assert (ingest.status, ingest.node_id) == (TaskStatus.SUCCEEDED, ROOT)
    assert ingest.steps[0].ended_at == START + timedelta(seconds=2)


def test_an_ingest_fails_with_its_reason() -> None:
    failed = IngestFailed(task_id=INGEST, reason="empty", detail="The file is empty.")
    ingest = task(INGEST, *HISTORY[:2], failed)
    assert (ingest.status, ingest.reason) == (TaskStatus.FAILED, "empty")
    assert ingest.detail == "The file is empty."


def test_a_turn_goes_through_named_steps() -> None:
    queued = task(TURN, *ASKED)
    assert (queued.kind, queued.status, queued.steps) == (TaskKind.TURN, TaskStatus.QUEUED, ())
    expected: list[tuple[str, int | None, int | None]] = [
        ("thinking", None, None),
        ("writing code", 1, 2),
        ("reviewing", 1, 2),
        ("writing code", 1, 2),
        ("reviewing", 1, 2),
        ("running", 1, 2),
        ("writing code", 1, 2),
        ("reviewing", 1, 2),
        ("running", 1, 2),
        ("writing code", 2, 2),
        ("reviewing", 2, 2),
        ("running", 2, 2),
        ("finishing", None, None),
    ]
    for taken in range(1, len(expected) + 1):
        running = task(TURN, *HISTORY[: 5 + taken])
        assert running.status is TaskStatus.RUNNING
        assert steps_of(running) == expected[:taken]
        assert [step.ended_at is None for step in running.steps] == [False] * (taken - 1) + [True]


def test_rows_of_a_node_that_the_events_do_not_tell_are_asked_for() -> None:
    asked: list[tuple[UUID, UUID]] = []

    def rows_of(session_id: UUID, node_id: UUID) -> int:
        asked.append((session_id, node_id))
        return 7

    ((*_, now),) = task_histories(past(SESSION, HISTORY)[4:], rows_of)
    assert [step.rows for step in now.steps if step.name == "running"] == [7, 7, 8]
    assert asked == [(SESSION, ROOT)]


def test_events_of_no_task_that_was_created_are_passed_over() -> None:
    assert task_histories(past(SESSION, HISTORY)[5:], lambda *_: None) == []


def test_a_turn_that_answered_names_the_execution_that_did() -> None:
    answer = StoredAnswer(kind=AnswerKind.CHART, address="answer:" + "7" * 64, size_bytes=9)
    told = TurnCompleted(task_id=TURN, answer="The answer is a chart.", result=answer)
    history = [*HISTORY[:-3], told]
    assert execution_views(past(SESSION, history))[-1].number == 3
    assert task(TURN, *history).result == TaskResult(execution=3, answer=answer)


def test_a_turn_that_only_answers_has_nothing_to_write() -> None:
    plan = Plan(intent=Intent.ANSWER, summary="A question.", reply="There are 9 rows.")
    answered = task(
        TURN,
        *ASKED,
        TurnStarted(task_id=TURN, base_node_id=ROOT),
        PlanMade(task_id=TURN, plan=plan, call=CALL),
        TurnCompleted(task_id=TURN, answer="There are 9 rows."),
    )
    assert [name for name, _, _ in steps_of(answered)] == ["thinking", "finishing"]
    assert (answered.node_id, answered.answer) == (None, "There are 9 rows.")


def test_a_turn_that_was_given_up_while_it_waited_has_failed() -> None:
    failed = TurnFailed(task_id=TURN, reason="dataset_missing", detail="No table.")
    ended = task(TURN, *ASKED, failed)
    assert (ended.status, ended.reason, ended.steps) == (TaskStatus.FAILED, "dataset_missing", ())


def test_a_task_that_ends_at_once_when_it_is_cancelled_says_so() -> None:
    ended = task(TURN, *ASKED, CancellationRequested(task_id=TURN), FAILED)
    assert (ended.status, ended.reason) == (TaskStatus.CANCELLED, "cancelled")


def test_a_cancelled_turn_is_being_cancelled_until_its_snippet_was_stopped() -> None:
    asked = CancellationRequested(task_id=TURN)
    stopped = SnippetFailed(
        task_id=TURN,
        step=0,
        attempt=2,
        outcome="cancelled",
        detail="Stopped.",
        usage=Usage(wall_seconds=1),
    )
    for more in ([asked], [asked, stopped]):
        cancelling = task(TURN, *RUNNING, *more)
        assert cancelling.status is TaskStatus.RUNNING
        assert steps_of(cancelling)[-2:] == [("running", 1, 2), ("cancelling", None, None)]
    ended = task(TURN, *RUNNING, asked, stopped, FAILED)
    assert ended.status is TaskStatus.CANCELLED
    assert ended.steps[-1].ended_at == ended.updated_at


def test_a_replay_that_is_cancelled_or_fails_says_why() -> None:
    begun = [*HISTORY, ReplayRequested(task_id=REPLAY), ReplayStarted(task_id=REPLAY)]
    asked = CancellationRequested(task_id=REPLAY)
    cancelling = task(REPLAY, *begun, asked)
    assert [name for name, _, _ in steps_of(cancelling)] == ["replaying", "cancelling"]
    failed = ReplayFailed(task_id=REPLAY, reason="cancelled", detail="It was cancelled.")
    ended = task(REPLAY, *begun, asked, failed)
    assert (ended.status, ended.replay) == (TaskStatus.CANCELLED, None)


# Proposals


APPROVED = ProposalApproved(task_id=APPROVAL, proposal_id=TURN)


@pytest.mark.parametrize(
    ("decided", "status", "approval", "node"),
    [
        ([], ProposalStatus.WAITING, None, None),
        ([ProposalRejected(proposal_id=TURN)], ProposalStatus.REJECTED, None, None),
        ([APPROVED], ProposalStatus.APPROVED, APPROVAL, None),
        (
            [APPROVED, TurnCompleted(task_id=APPROVAL, node_id=NODE)],
            *(ProposalStatus.COMMITTED, APPROVAL, NODE),
        ),
        (
            [APPROVED, TurnFailed(task_id=APPROVAL, reason="cancelled", detail="Stopped.")],
            *(ProposalStatus.WAITING, None, None),
        ),
        ([SessionClosed()], ProposalStatus.EXPIRED, None, None),
        ([APPROVED, SessionClosed()], ProposalStatus.EXPIRED, APPROVAL, None),
        (
            [ProposalRejected(proposal_id=TURN), SessionClosed()],
            *(ProposalStatus.REJECTED, None, None),
        ),
    ],
)
def test_a_proposal_stands_where_its_approval_rejection_or_session_left_it(
    decided: list[SessionEvent],
    status: ProposalStatus,
    approval: UUID | None,
    node: UUID | None,
) -> None:
    (proposal,) = proposal_views(past(SESSION, [*PLANNED, MADE, *decided]))
    assert (proposal.proposal_id, proposal.session_id) == (TURN, SESSION)
    assert (proposal.message, proposal.snippets) == ("drop rows, then sort", MADE.snippets)
    assert [step.description for step in proposal.plan.steps] == ["drop rows", "sort"]
    assert (proposal.status, proposal.approval, proposal.node_id) == (status, approval, node)
    is_decided = bool(decided) and status not in (ProposalStatus.WAITING, ProposalStatus.EXPIRED)
    assert (proposal.decided_at is not None) is (is_decided or approval is not None)


# Questions to models, and the history


def test_every_question_to_a_model_is_told_also_one_that_came_to_nothing() -> None:
    failed = TurnFailed(task_id=TURN, reason="model_failed", detail="It is away.", call=CALL)
    views = model_call_views(past(SESSION, [*PLANNED, FAILED, failed]))
    assert [(view.purpose, view.call) for view in views] == [("plan", CALL), ("failed", CALL)]
    assert views[0].at == START + timedelta(seconds=len(PLANNED) - 1)


def test_a_cancellation_and_its_end_have_lines_in_the_history() -> None:
    history = past(SESSION, [*ASKED, CancellationRequested(task_id=TURN), FAILED])
    entries = [entry for entry in map(transcript_entry, history[5:]) if entry is not None]
    assert [(entry.kind, entry.version) for entry in entries] == [
        ("cancellation", 6),
        ("failure", 7),
    ]
    assert {entry.task_id for entry in entries} == {TURN}
