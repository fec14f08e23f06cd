"""A task that nobody wants any more: it ends, once, and the table stays as it is."""

import pytest

from domain.execution import Usage
from domain.rehearsal import Rehearsal
from domain.session import SessionCommand
from domain.session.cancellation import CANCELLED_DETAIL, CANCELLED_REASON
from domain.session.commands import (
    CancelTask,
    CloseSession,
    CommitRoot,
    CompleteTurn,
    ErasePersonalData,
    FailTask,
    PostMessage,
    ReadAgain,
    Record,
    StartSession,
    StartTurn,
    UploadDataset,
)
from domain.session.erasure import ERASURE_DETAIL, ERASURE_REASON
from domain.session.errors import TaskIsDone, TaskUnknown
from domain.session.events import (
    CancellationRequested,
    IngestFailed,
    PersonalDataErased,
    PlanMade,
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    SnippetReviewed,
    SnippetWritten,
    TurnFailed,
)
from domain.session.next_step import Begin, GiveUp, next_step
from tests.specifications.given import (
    APPROVED,
    CALL,
    Given,
    a_dataset,
    a_plan,
    a_report,
    a_snapshot,
    given,
    uid,
)

SESSION, INGEST, ROOT, TURN, NEXT, NODE = (uid(number) for number in range(1, 7))

ROOT_COMMITTED = CommitRoot(task_id=INGEST, node_id=ROOT, snapshot=a_snapshot(0), report=a_report())
RAN = Record(
    SnippetExecuted(
        task_id=TURN, step=0, attempt=1, snapshot=a_snapshot(1), usage=Usage(wall_seconds=1)
    )
)
STOPPED = Record(
    SnippetFailed(
        task_id=TURN,
        step=0,
        attempt=1,
        outcome="cancelled",
        detail="Stopped.",
        usage=Usage(wall_seconds=1),
    )
)
CANCEL = CancelTask(task_id=TURN)
GIVE_UP = GiveUp(task_id=TURN, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL)
END = FailTask(step=GIVE_UP, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL)
REQUESTED = CancellationRequested(task_id=TURN)
ENDED = TurnFailed(task_id=TURN, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL)

uploaded = given().and_then(
    StartSession(session_id=SESSION, title="People"),
    UploadDataset(task_id=INGEST, dataset=a_dataset()),
)
ingested = uploaded.and_then(ROOT_COMMITTED)
asked = ingested.and_then(PostMessage(task_id=TURN, text="drop missing"))
begun = asked.and_then(StartTurn(task_id=TURN))
planned = begun.and_then(Record(PlanMade(task_id=TURN, plan=a_plan("a", "b"), call=CALL)))
written = planned.and_then(Record(SnippetWritten(task_id=TURN, step=0, attempt=1, code="df = df")))
rehearsed = written.and_then(
    Record(
        SnippetRehearsed(
            task_id=TURN,
            step=0,
            attempt=1,
            rehearsal=Rehearsal(before=a_snapshot(0).shape),
            usage=Usage(wall_seconds=1),
        )
    )
)
approved = rehearsed.and_then(
    Record(SnippetReviewed(task_id=TURN, step=0, attempt=1, review=APPROVED))
)
ran = approved.and_then(RAN)
cancelled = approved.and_then(CANCEL)


@pytest.mark.parametrize("history", [asked, begun, planned, rehearsed, ran])
def test_a_turn_without_a_snippet_in_the_jail_ends_at_once(history: Given) -> None:
    history.when(CANCEL).then(REQUESTED, ENDED)
    after = history.and_then(CANCEL).state
    assert next_step(after) is None
    assert after.tree.pointer == ROOT


def test_a_turn_that_waits_ends_and_the_one_before_it_goes_on() -> None:
    waiting = begun.and_then(PostMessage(task_id=NEXT, text="then sort"))
    waiting.when(CancelTask(task_id=NEXT)).then(
        CancellationRequested(task_id=NEXT),
        TurnFailed(task_id=NEXT, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL),
    )
    after = waiting.and_then(CancelTask(task_id=NEXT)).state
    assert after.turns == begun.state.turns


@pytest.mark.parametrize("history", [written, approved])
def test_a_turn_whose_snippet_may_run_ends_once_that_was_stopped(history: Given) -> None:
    history.when(CANCEL).then(REQUESTED)
    cancelled = history.and_then(CANCEL)
    assert next_step(cancelled.state) == GIVE_UP
    stopped = cancelled.and_then(STOPPED)
    assert next_step(stopped.state) == GIVE_UP
    stopped.when(END).then(ENDED)
    assert next_step(stopped.and_then(END).state) is None


def test_a_worker_that_follows_one_that_died_ends_a_cancelled_turn() -> None:
    cancelled.when(END).then(ENDED)


def test_a_snippet_that_was_done_before_it_could_be_stopped_makes_no_node() -> None:
    done = cancelled.and_then(RAN)
    assert next_step(done.state) == GIVE_UP
    done.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_nothing()
    assert list(done.and_then(END).state.tree.nodes) == [ROOT]


@pytest.mark.parametrize(
    "late",
    [
        StartTurn(task_id=TURN),
        Record(PlanMade(task_id=TURN, plan=a_plan("drop"), call=CALL)),
        CompleteTurn(task_id=TURN, node_id=NODE),
        FailTask(step=Begin(task_id=TURN), reason="internal_error", detail="x"),
    ],
)
def test_what_comes_of_a_cancelled_task_is_thrown_away(late: SessionCommand) -> None:
    asked.and_then(CANCEL).when(late).then_nothing()
    begun.and_then(CANCEL).when(late).then_nothing()
    cancelled.when(late).then_nothing()


def test_cancelling_the_reading_of_a_file_lets_another_be_uploaded() -> None:
    uploaded.when(CancelTask(task_id=INGEST)).then(
        CancellationRequested(task_id=INGEST),
        IngestFailed(task_id=INGEST, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL),
    )
    after = uploaded.and_then(CancelTask(task_id=INGEST))
    after.when(ROOT_COMMITTED).then_nothing()
    assert len(after.when(UploadDataset(task_id=uid(9), dataset=a_dataset())).events) == 1


def test_cancelling_the_reading_again_keeps_what_was_read_before() -> None:
    again = ReadAgain(task_id=uid(9), parse=a_dataset().parse)
    after = ingested.and_then(again, CancelTask(task_id=uid(9))).state
    assert after.tree.pointer == ROOT
    assert after.dataset == ingested.state.dataset
    assert next_step(after) is None


@pytest.mark.parametrize("history", [asked, approved, ran])
def test_cancelling_twice_makes_nothing_happen(history: Given) -> None:
    history.and_then(CANCEL).when(CANCEL).then_nothing()
    cancelled.and_then(STOPPED, END).when(CANCEL).then_nothing()


def test_what_is_done_cannot_be_cancelled() -> None:
    ingested.when(CancelTask(task_id=INGEST)).refused_with(TaskIsDone)
    failed = begun.and_then(ErasePersonalData())
    failed.when(CANCEL).refused_with(TaskIsDone)


def test_what_is_unknown_cannot_be_cancelled() -> None:
    ingested.when(CancelTask(task_id=uid(404))).refused_with(TaskUnknown)


def test_a_session_whose_tasks_were_cancelled_can_be_closed() -> None:
    closed = begun.and_then(CANCEL, CloseSession())
    assert closed.state.closed
    closed.when(CANCEL).then_nothing()


def test_an_erasure_ends_a_cancelled_turn_before_its_snippet_was_stopped() -> None:
    cancelled.when(ErasePersonalData()).then(
        TurnFailed(task_id=TURN, reason=ERASURE_REASON, detail=ERASURE_DETAIL),
        PersonalDataErased(subject_id=SESSION),
    )
    assert next_step(cancelled.and_then(ErasePersonalData()).state) is None
