"""A replay is a task of its session that changes nothing in it."""

import pytest

from domain.replay import ReplayOutcome
from domain.session.cancellation import CANCELLED_DETAIL, CANCELLED_REASON
from domain.session.commands import (
    BeginReplay,
    CancelTask,
    CloseSession,
    CommitRoot,
    CompleteReplay,
    ErasePersonalData,
    FailTask,
    PostMessage,
    RequestReplay,
    StartSession,
    UploadDataset,
)
from domain.session.erasure import ERASURE_DETAIL, ERASURE_REASON
from domain.session.errors import DatasetMissing, ReplayUnfinished, TaskIsDone, TaskUnknown
from domain.session.events import (
    CancellationRequested,
    PersonalDataErased,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
    SessionClosed,
)
from domain.session.next_step import Begin, GiveUp, ReplayNodes, StartReplay, next_step
from tests.specifications.given import Given, a_dataset, a_report, a_snapshot, given, uid

SESSION, INGEST, ROOT, TURN, REPLAY = (uid(number) for number in range(1, 6))
OUTCOME = ReplayOutcome(nodes=1, steps=1, reproduced=1)
REQUEST = RequestReplay(task_id=REPLAY)
BEGIN = BeginReplay(task_id=REPLAY)
COMPLETE = CompleteReplay(task_id=REPLAY, outcome=OUTCOME)
CANCEL = CancelTask(task_id=REPLAY)
REPLAYING = ReplayNodes(task_id=REPLAY)
BROKEN = FailTask(step=REPLAYING, reason="sandbox_unavailable", detail="No jail.")
GIVE_UP = GiveUp(task_id=REPLAY, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL)

started = given().and_then(StartSession(session_id=SESSION, title="People"))
uploaded = started.and_then(UploadDataset(task_id=INGEST, dataset=a_dataset()))
ingested = uploaded.and_then(
    CommitRoot(task_id=INGEST, node_id=ROOT, snapshot=a_snapshot(0), report=a_report())
)
requested = ingested.and_then(REQUEST)
begun = requested.and_then(BEGIN)
done = begun.and_then(COMPLETE)
closed = ingested.and_then(CloseSession())
erased = ingested.and_then(ErasePersonalData())


@pytest.mark.parametrize("history", [ingested, closed, erased, done])
def test_with_table_is_replayed_also_when_it_is_closed_or_erased(
    history: Given,
) -> None:
    another = uid(9)
    history.when(RequestReplay(task_id=another)).then(ReplayRequested(task_id=another))
    asked = history.and_then(RequestReplay(task_id=another))
    assert next_step(asked.state) == StartReplay(task_id=another)


@pytest.mark.parametrize("history", [started, uploaded])
def test_without_a_table_there_is_nothing_to_replay(history: Given) -> None:
    history.when(REQUEST).refused_with(DatasetMissing)


def test_a_replay_goes_from_the_wish_to_its_outcome_and_changes_nothing_else() -> None:
    requested.when(BEGIN).then(ReplayStarted(task_id=REPLAY))
    assert next_step(begun.state) == REPLAYING
    begun.when(COMPLETE).then(ReplayCompleted(task_id=REPLAY, outcome=OUTCOME))
    assert next_step(done.state) is None
    assert done.state.tree == ingested.state.tree
    assert done.state.conversation == ()


def test_each_part_of_a_replay_happens_once() -> None:
    requested.when(REQUEST).then_nothing()
    begun.when(BEGIN).then_nothing()
    for command in (REQUEST, BEGIN, COMPLETE):
        done.when(command).then_nothing()


def test_one_replay_of_a_session_at_a_time_will_do() -> None:
    for history in (requested, begun):
        history.when(RequestReplay(task_id=uid(9))).refused_with(ReplayUnfinished)


def test_what_was_not_asked_for_is_neither_begun_nor_completed() -> None:
    for command in (BEGIN, COMPLETE):
        ingested.when(command).refused_with(TaskUnknown)


def test_messages_go_before_a_replay_and_do_not_stop_one_that_runs() -> None:
    asked = requested.and_then(PostMessage(task_id=TURN, text="more"))
    assert next_step(asked.state) == Begin(task_id=TURN)
    meanwhile = begun.and_then(PostMessage(task_id=TURN, text="more"))
    meanwhile.when(COMPLETE).then(ReplayCompleted(task_id=REPLAY, outcome=OUTCOME))
    meanwhile.when(BROKEN).then(
        ReplayFailed(task_id=REPLAY, reason="sandbox_unavailable", detail="No jail.")
    )
    assert next_step(meanwhile.and_then(COMPLETE).state) == Begin(task_id=TURN)


def test_a_failure_that_is_told_twice_ends_a_replay_once() -> None:
    begun.and_then(BROKEN).when(BROKEN).then_nothing()


def test_a_session_is_closed_while_it_is_replayed() -> None:
    begun.when(CloseSession()).then(SessionClosed())
    begun.and_then(CloseSession()).when(COMPLETE).then(
        ReplayCompleted(task_id=REPLAY, outcome=OUTCOME)
    )


def test_a_replay_that_waits_is_cancelled_at_once() -> None:
    requested.when(CANCEL).then(
        CancellationRequested(task_id=REPLAY),
        ReplayFailed(task_id=REPLAY, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL),
    )
    assert next_step(requested.and_then(CANCEL).state) is None


def test_a_replay_that_runs_ends_once_it_was_stopped_and_before_any_message() -> None:
    begun.when(CANCEL).then(CancellationRequested(task_id=REPLAY))
    cancelled = begun.and_then(PostMessage(task_id=TURN, text="more"), CANCEL)
    assert next_step(cancelled.state) == GIVE_UP
    cancelled.when(COMPLETE).then_nothing()
    cancelled.when(FailTask(step=GIVE_UP, reason=GIVE_UP.reason, detail=GIVE_UP.detail)).then(
        ReplayFailed(task_id=REPLAY, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL)
    )


def test_a_message_can_be_cancelled_while_the_session_is_replayed() -> None:
    asked = begun.and_then(PostMessage(task_id=TURN, text="more"), CancelTask(task_id=TURN))
    assert asked.state.turns == ()
    assert next_step(asked.state) == REPLAYING


def test_a_replay_that_is_done_cannot_be_cancelled() -> None:
    done.when(CANCEL).refused_with(TaskIsDone)


def test_an_erasure_ends_a_replay_for_it_has_read_what_is_erased() -> None:
    begun.when(ErasePersonalData()).then(
        ReplayFailed(task_id=REPLAY, reason=ERASURE_REASON, detail=ERASURE_DETAIL),
        PersonalDataErased(subject_id=SESSION),
    )
