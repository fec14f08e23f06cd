"""What is left to do in a session that was closed, and in one whose texts were erased."""

import pytest

from domain.plan import Intent
from domain.session import SessionCommand
from domain.session.commands import (
    CloseSession,
    CommitRoot,
    CompleteTurn,
    ErasePersonalData,
    PostMessage,
    Record,
    Redo,
    RollBack,
    StartSession,
    StartTurn,
    Undo,
    UploadDataset,
)
from domain.session.erasure import ERASED, ERASURE_DETAIL, ERASURE_REASON
from domain.session.errors import (
    DatasetMissing,
    SessionIsClosed,
    SubjectErased,
    TaskUnknown,
    WorkUnfinished,
)
from domain.session.events import (
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PersonalDataErased,
    PlanMade,
    PointerCause,
    PointerMoved,
    SessionClosed,
    SessionStarted,
    TurnFailed,
)
from domain.session.next_step import GiveUp, next_step
from tests.specifications.given import (
    CALL,
    Given,
    a_dataset,
    a_plan,
    a_report,
    a_snapshot,
    given,
    uid,
)

SESSION, SUBJECT, INGEST, ROOT, TURN, NODE = (uid(number) for number in range(1, 7))

started = given().and_then(StartSession(session_id=SESSION, title="Ann", subject_id=SUBJECT))
uploaded = started.and_then(UploadDataset(task_id=INGEST, dataset=a_dataset()))
ingested = uploaded.and_then(
    CommitRoot(task_id=INGEST, node_id=ROOT, snapshot=a_snapshot(0), report=a_report())
)
asked = ingested.and_then(PostMessage(task_id=TURN, text="drop Ann"))
answered = asked.and_then(
    StartTurn(task_id=TURN),
    Record(PlanMade(task_id=TURN, plan=a_plan(intent=Intent.ANSWER, reply="Ann?"), call=CALL)),
    CompleteTurn(task_id=TURN, node_id=NODE),
)
closed = answered.and_then(CloseSession())
erased = answered.and_then(ErasePersonalData())


def test_a_session_is_about_the_subject_it_was_started_for() -> None:
    assert started.events == (SessionStarted(session_id=SESSION, title="Ann", subject_id=SUBJECT),)
    assert started.state.subject_id == SUBJECT


def test_a_session_that_names_nobody_is_a_subject_of_its_own() -> None:
    given().when(StartSession(session_id=SESSION, title="Ann")).then(
        SessionStarted(session_id=SESSION, title="Ann", subject_id=SESSION)
    )


@pytest.mark.parametrize("history", [started, ingested, answered, erased])
def test_a_session_without_unfinished_work_can_be_closed(history: Given) -> None:
    history.when(CloseSession()).then(SessionClosed())


@pytest.mark.parametrize("history", [uploaded, asked])
def test_a_session_with_unfinished_work_cannot_be_closed(history: Given) -> None:
    history.when(CloseSession()).refused_with(WorkUnfinished)


def test_closing_twice_makes_nothing_happen() -> None:
    closed.when(CloseSession()).then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        PostMessage(task_id=uid(9), text="more"),
        UploadDataset(task_id=uid(9), dataset=a_dataset()),
        RollBack(node_id=ROOT),
        Undo(),
        Redo(),
    ],
)
def test_nothing_changes_in_a_closed_session(command: SessionCommand) -> None:
    closed.when(command).refused_with(SessionIsClosed)


def test_a_request_that_a_closed_session_has_done_already_is_no_change() -> None:
    closed.when(PostMessage(task_id=TURN, text="drop Ann")).then_nothing()


def test_a_closed_session_can_be_erased() -> None:
    closed.when(ErasePersonalData()).then(PersonalDataErased(subject_id=SUBJECT))


def test_erasing_ends_the_ingest_and_every_turn_and_then_says_so() -> None:
    waiting = uploaded.and_then(
        PostMessage(task_id=TURN, text="drop Ann"), PostMessage(task_id=uid(9), text="drop Bob")
    )
    reason, detail = ERASURE_REASON, ERASURE_DETAIL
    waiting.when(ErasePersonalData()).then(
        IngestFailed(task_id=INGEST, reason=reason, detail=detail),
        TurnFailed(task_id=TURN, reason=reason, detail=detail),
        TurnFailed(task_id=uid(9), reason=reason, detail=detail),
        PersonalDataErased(subject_id=SUBJECT),
    )
    after = waiting.and_then(ErasePersonalData()).state
    assert after.unfinished == 0
    assert next_step(after) is None


def test_erasing_twice_makes_nothing_happen() -> None:
    erased.when(ErasePersonalData()).then_nothing()
    assert given().when(ErasePersonalData()).events == ()


def test_no_text_is_left_in_the_state_of_an_erased_session() -> None:
    for history in (erased, asked.and_then(ErasePersonalData())):
        assert "Ann" in repr(history.events)
        assert "Ann" not in repr(history.state)
        assert history.state.dataset is not None
        assert history.state.dataset.file_name == ERASED
        assert history.state.conversation == ()


def test_an_erased_session_takes_no_messages_and_no_files() -> None:
    erased.when(PostMessage(task_id=uid(9), text="more")).refused_with(SubjectErased)
    started.and_then(ErasePersonalData()).when(
        UploadDataset(task_id=uid(9), dataset=a_dataset())
    ).refused_with(SubjectErased)


def test_an_erased_session_keeps_its_tree_and_the_pointer_moves_in_it() -> None:
    committed = NodeCommitted(
        task_id=TURN,
        node_id=NODE,
        parent_id=ROOT,
        branch="main",
        snapshot=a_snapshot(1),
        snippets=("df = df[df.name != 'Ann']",),
    )
    moved = PointerMoved(node_id=NODE, cause=PointerCause.COMMIT, task_id=TURN)
    history = given(*answered.events, committed, moved).and_then(ErasePersonalData())
    assert list(history.state.tree.nodes) == [ROOT, NODE]
    assert "Ann" not in repr(history.state)
    undone = history.and_then(Undo())
    assert undone.state.tree.pointer == ROOT
    assert undone.and_then(Redo()).state.tree.pointer == NODE
    assert history.and_then(RollBack(node_id=ROOT)).state.tree.pointer == ROOT
    started.and_then(ErasePersonalData()).when(Undo()).refused_with(DatasetMissing)


def test_a_worker_that_was_busy_records_nothing_after_the_erasure() -> None:
    begun = asked.and_then(StartTurn(task_id=TURN), ErasePersonalData())
    late = PlanMade(task_id=TURN, plan=a_plan("drop Ann"), call=CALL)
    begun.when(Record(late)).then_nothing()
    begun.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_nothing()
    begun.when(StartTurn(task_id=uid(9))).refused_with(TaskUnknown)


def test_a_plan_whose_steps_were_erased_is_given_up_and_never_half_done() -> None:
    """Between the end of the key and the word of it, a worker may read the plan as erased."""
    begun = asked.and_then(StartTurn(task_id=TURN))
    erased_plan = given(*begun.events, PlanMade(task_id=TURN, plan=a_plan(), call=CALL))
    assert next_step(erased_plan.state) == GiveUp(
        task_id=TURN, reason=ERASURE_REASON, detail=ERASURE_DETAIL
    )
    erased_plan.when(CompleteTurn(task_id=TURN, node_id=NODE)).refused_with(TaskUnknown)


def test_a_message_posted_before_the_erasure_can_be_repeated_after_it() -> None:
    assert isinstance(asked.events[-1], MessagePosted)
    erased.when(PostMessage(task_id=TURN, text="drop Ann")).then_nothing()
