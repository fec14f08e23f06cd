"""A session, specified: given its history, when a command comes, then this follows."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.actions import DropMissing
from domain.dataset import FileKind, ParseOptions
from domain.execution import Usage
from domain.plan import Intent, Plan, Review, Step
from domain.rehearsal import Rehearsal
from domain.session import SessionCommand
from domain.session.commands import (
    CloseSession,
    CommitRoot,
    CompleteTurn,
    FailTask,
    PostMessage,
    ReadAgain,
    Record,
    Redo,
    RollBack,
    StartSession,
    StartTurn,
    Undo,
    UploadDataset,
)
from domain.session.decide import MESSAGE_LIMIT, WAITING_LIMIT
from domain.session.errors import (
    DatasetMissing,
    DatasetPresent,
    MessageEmpty,
    MessageTooLong,
    NodeUnknown,
    NothingToRedo,
    NothingToUndo,
    QueueFull,
    SessionError,
    SessionExists,
    SessionIsClosed,
    TaskUnknown,
    WorkUnfinished,
)
from domain.session.events import (
    DatasetRead,
    DatasetUploaded,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PlanMade,
    PointerCause,
    PointerMoved,
    SessionStarted,
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from domain.session.next_step import (
    Begin,
    Complete,
    ExecuteSnippet,
    GiveUp,
    Ingest,
    MakePlan,
    RehearseSnippet,
    ReviewSnippet,
    WriteSnippet,
    next_step,
)
from tests.specifications.given import (
    APPROVED,
    CALL,
    Given,
    a_dataset,
    a_plan,
    a_report,
    a_snapshot,
    executed_step,
    given,
    uid,
)

SESSION, INGEST, ROOT, TURN, NODE = uid(1), uid(2), uid(3), uid(4), uid(5)

INGESTING = Ingest(task_id=INGEST, dataset=a_dataset())

started = given(SessionStarted(session_id=SESSION, title="People", subject_id=SESSION))
uploaded = started.and_then(UploadDataset(task_id=INGEST, dataset=a_dataset()))
ingested = uploaded.and_then(
    CommitRoot(task_id=INGEST, node_id=ROOT, snapshot=a_snapshot(0), report=a_report())
)
asked = ingested.and_then(PostMessage(task_id=TURN, text="drop missing"))
begun = asked.and_then(StartTurn(task_id=TURN))
planned = begun.and_then(Record(PlanMade(task_id=TURN, plan=a_plan("drop"), call=CALL)))
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
executed = approved.and_then(
    Record(
        SnippetExecuted(
            task_id=TURN,
            step=0,
            attempt=1,
            snapshot=a_snapshot(1, rows=2),
            usage=Usage(wall_seconds=1),
        )
    )
)
completed = executed.and_then(CompleteTurn(task_id=TURN, node_id=NODE))


def a_whole_turn(history: Given, task: int, node: int) -> Given:
    """The history after a message that was planned in one step and made `node`."""
    task_id = uid(task)
    return history.and_then(
        PostMessage(task_id=task_id, text=f"message {task}"),
        StartTurn(task_id=task_id),
        Record(PlanMade(task_id=task_id, plan=a_plan("step"), call=CALL)),
        *executed_step(task_id, a_snapshot(node), code=f"df = df  # {task}"),
        CompleteTurn(task_id=task_id, node_id=uid(node)),
    )


def test_a_session_is_started_once() -> None:
    given().when(StartSession(session_id=SESSION, title="People")).then(
        SessionStarted(session_id=SESSION, title="People", subject_id=SESSION)
    )
    started.when(StartSession(session_id=SESSION, title="People")).refused_with(SessionExists)


def test_an_upload_asks_for_an_ingest() -> None:
    started.when(UploadDataset(task_id=INGEST, dataset=a_dataset())).then(
        DatasetUploaded(task_id=INGEST, dataset=a_dataset())
    )
    assert next_step(uploaded.state) == Ingest(task_id=INGEST, dataset=a_dataset())


def test_a_session_has_one_dataset() -> None:
    uploaded.when(UploadDataset(task_id=TURN, dataset=a_dataset())).refused_with(DatasetPresent)
    ingested.when(UploadDataset(task_id=TURN, dataset=a_dataset())).refused_with(DatasetPresent)


def test_after_a_failed_ingest_another_file_can_be_uploaded() -> None:
    failed = uploaded.and_then(FailTask(step=INGESTING, reason="malformed", detail="no"))
    assert failed.events[-1] == IngestFailed(task_id=INGEST, reason="malformed", detail="no")
    failed.when(UploadDataset(task_id=TURN, dataset=a_dataset())).then_kinds(DatasetUploaded)


def test_the_ingest_makes_node_0_and_the_pointer_stands_on_it() -> None:
    uploaded.when(
        CommitRoot(task_id=INGEST, node_id=ROOT, snapshot=a_snapshot(0), report=a_report())
    ).then(
        DatasetRead(task_id=INGEST, report=a_report()),
        NodeCommitted(
            task_id=INGEST, node_id=ROOT, parent_id=None, branch="main", snapshot=a_snapshot(0)
        ),
        PointerMoved(node_id=ROOT, cause=PointerCause.COMMIT, task_id=INGEST),
    )
    assert next_step(ingested.state) is None


OTHERWISE = ParseOptions(kind=FileKind.CSV, encoding="cp1252", delimiter=";")
AGAIN = uid(70)


def test_a_dataset_is_read_in_another_way_into_a_root_of_its_own() -> None:
    again = ingested.and_then(ReadAgain(task_id=AGAIN, parse=OTHERWISE))
    step = next_step(again.state)
    assert isinstance(step, Ingest)
    assert step.dataset == replace(a_dataset(), parse=OTHERWISE)
    read = again.and_then(
        CommitRoot(task_id=AGAIN, node_id=NODE, snapshot=a_snapshot(1), report=a_report())
    )
    assert read.state.tree.pointer == NODE
    assert read.state.tree.node(NODE).parent_id is None
    assert read.state.tree.node(NODE).branch != read.state.tree.node(ROOT).branch
    assert read.state.dataset == step.dataset
    assert read.state.readings[ROOT].dataset == a_dataset()
    assert read.state.readings[NODE].report == a_report()


def test_a_dataset_that_cannot_be_read_in_another_way_stays_as_it_was_read() -> None:
    again = ingested.and_then(ReadAgain(task_id=AGAIN, parse=OTHERWISE))
    step = next_step(again.state)
    assert step is not None
    failed = again.and_then(FailTask(step=step, reason="malformed", detail="no"))
    assert failed.state.dataset == a_dataset()
    assert failed.state.tree.pointer == ROOT
    assert next_step(failed.state) is None


def test_reading_again_twice_by_one_task_happens_once() -> None:
    again = ReadAgain(task_id=AGAIN, parse=OTHERWISE)
    ingested.and_then(again).when(again).then_nothing()


@pytest.mark.parametrize(
    ("history", "error"),
    [
        (started, DatasetMissing),
        (uploaded, WorkUnfinished),
        (asked, WorkUnfinished),
        (ingested.and_then(ReadAgain(task_id=uid(71), parse=OTHERWISE)), WorkUnfinished),
        (ingested.and_then(CloseSession()), SessionIsClosed),
    ],
)
def test_a_dataset_is_read_again_only_when_nothing_works_on_it(
    history: Given, error: type[SessionError]
) -> None:
    history.when(ReadAgain(task_id=AGAIN, parse=OTHERWISE)).refused_with(error)


@pytest.mark.parametrize(
    ("history", "text", "error"),
    [
        (started, "drop missing", DatasetMissing),
        (ingested, "", MessageEmpty),
        (ingested, " \n\t", MessageEmpty),
        (ingested, "x" * (MESSAGE_LIMIT + 1), MessageTooLong),
    ],
)
def test_a_message_that_cannot_be_worked_on_is_refused(
    history: Given, text: str, error: type[DatasetMissing]
) -> None:
    history.when(PostMessage(task_id=TURN, text=text)).refused_with(error)


def test_a_message_of_just_the_limit_is_taken() -> None:
    ingested.when(PostMessage(task_id=TURN, text="x" * MESSAGE_LIMIT)).then_kinds(MessagePosted)


def test_only_so_many_messages_wait() -> None:
    full = ingested.and_then(
        *(PostMessage(task_id=uid(100 + n), text="hello") for n in range(WAITING_LIMIT))
    )
    full.when(PostMessage(task_id=TURN, text="hello")).refused_with(QueueFull)


def test_a_message_may_follow_the_upload_at_once_and_waits_for_the_ingest() -> None:
    waiting = uploaded.and_then(PostMessage(task_id=TURN, text="sort"))
    assert isinstance(next_step(waiting.state), Ingest)
    done = waiting.and_then(
        CommitRoot(task_id=INGEST, node_id=ROOT, snapshot=a_snapshot(0), report=a_report())
    )
    assert next_step(done.state) == Begin(task_id=TURN)


def test_a_message_behind_a_failed_ingest_is_given_up() -> None:
    orphaned = uploaded.and_then(
        PostMessage(task_id=TURN, text="sort"),
        FailTask(step=INGESTING, reason="malformed", detail="no"),
    )
    step = next_step(orphaned.state)
    assert isinstance(step, GiveUp)
    assert step.reason == "dataset_missing"
    orphaned.when(FailTask(step=step, reason=step.reason, detail=step.detail)).then_kinds(
        TurnFailed
    )


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (asked, Begin),
        (begun, MakePlan),
        (planned, WriteSnippet),
        (written, RehearseSnippet),
        (rehearsed, ReviewSnippet),
        (approved, ExecuteSnippet),
        (executed, Complete),
        (completed, type(None)),
    ],
)
def test_a_turn_is_worked_on_step_by_step(history: Given, expected: type) -> None:
    assert isinstance(next_step(history.state), expected)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (begun, StartTurn(task_id=TURN)),
        (planned, Record(PlanMade(task_id=TURN, plan=a_plan("other"), call=CALL))),
        (written, Record(SnippetWritten(task_id=TURN, step=0, attempt=1, code="df = None"))),
        (
            approved,
            Record(SnippetReviewed(task_id=TURN, step=0, attempt=1, review=Review(approved=False))),
        ),
        (
            executed,
            Record(
                SnippetExecuted(
                    task_id=TURN,
                    step=0,
                    attempt=1,
                    snapshot=a_snapshot(9),
                    usage=Usage(wall_seconds=1),
                )
            ),
        ),
        (
            executed,
            Record(
                SnippetFailed(
                    task_id=TURN,
                    step=0,
                    attempt=1,
                    outcome="error",
                    detail="no",
                    usage=Usage(wall_seconds=1),
                )
            ),
        ),
        (completed, CompleteTurn(task_id=TURN, node_id=uid(99))),
        (completed, FailTask(step=Complete(task_id=TURN), reason="late", detail="late")),
        (asked, PostMessage(task_id=TURN, text="drop missing")),
        (completed, PostMessage(task_id=TURN, text="drop missing")),
        (
            ingested,
            CommitRoot(task_id=INGEST, node_id=uid(98), snapshot=a_snapshot(8), report=a_report()),
        ),
        (ingested, UploadDataset(task_id=INGEST, dataset=a_dataset())),
    ],
)
def test_what_is_recorded_already_is_not_recorded_again(
    history: Given, command: SessionCommand
) -> None:
    history.when(command).then_nothing()


def test_a_worker_cannot_record_a_task_that_is_not_in_hand() -> None:
    asked.when(StartTurn(task_id=uid(77))).refused_with(TaskUnknown)
    asked.when(FailTask(step=Begin(task_id=uid(77)), reason="x", detail="x")).refused_with(
        TaskUnknown
    )


def test_a_step_that_another_worker_did_meanwhile_does_not_fail_the_task() -> None:
    planning = next_step(begun.state)
    assert isinstance(planning, MakePlan)
    late = FailTask(step=planning, reason="model_unavailable", detail="No answer.")
    begun.when(late).then(TurnFailed(task_id=TURN, reason="model_unavailable", detail="No answer."))
    planned.when(late).then_nothing()
    abandoned = FailTask(step=INGESTING, reason="abandoned", detail="Never ended.")
    ingested.when(abandoned).then_nothing()


def test_turns_run_in_the_order_of_their_messages() -> None:
    two = asked.and_then(PostMessage(task_id=uid(44), text="then sort"))
    two.when(StartTurn(task_id=uid(44))).refused_with(TaskUnknown)
    assert next_step(two.state) == Begin(task_id=TURN)


def test_a_completed_turn_makes_a_node_and_moves_the_pointer_to_it() -> None:
    committed, moved, ended = executed.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )
    assert committed == NodeCommitted(
        task_id=TURN,
        node_id=NODE,
        parent_id=ROOT,
        branch="main",
        snapshot=a_snapshot(1, rows=2),
        snippets=("df = df",),
    )
    assert moved == PointerMoved(node_id=NODE, cause=PointerCause.COMMIT, task_id=TURN)
    said = "Done: drop (rows 3 → 2). The table has 2 rows and 1 column now."
    assert ended == TurnCompleted(task_id=TURN, node_id=NODE, answer=said)


def test_each_step_of_a_plan_works_on_the_table_that_the_step_before_made() -> None:
    first = begun.and_then(
        Record(PlanMade(task_id=TURN, plan=a_plan("trim", "sort"), call=CALL)),
        Record(SnippetWritten(task_id=TURN, step=0, attempt=1, code="df = df  # trim")),
        Record(SnippetReviewed(task_id=TURN, step=0, attempt=1, review=APPROVED)),
        Record(
            SnippetExecuted(
                task_id=TURN, step=0, attempt=1, snapshot=a_snapshot(6), usage=Usage(wall_seconds=1)
            )
        ),
    )
    step = next_step(first.state)
    assert isinstance(step, WriteSnippet)
    assert (step.index, step.table) == (1, a_snapshot(6))


def test_a_refused_snippet_goes_back_to_the_engineer_with_the_reason() -> None:
    findings = Review(approved=False, findings=("it drops a column",))
    refused = written.and_then(
        Record(SnippetReviewed(task_id=TURN, step=0, attempt=1, review=findings))
    )
    step = next_step(refused.state)
    assert isinstance(step, WriteSnippet)
    assert (step.attempt, step.refusals) == (2, ("it drops a column",))


def test_findings_of_a_review_are_told_one_after_another_as_sentences() -> None:
    findings = Review(approved=False, findings=("it drops a column", "It is slow.", "mend it"))
    refused = written.and_then(
        Record(SnippetReviewed(task_id=TURN, step=0, attempt=1, review=findings))
    )
    step = next_step(refused.state)
    assert isinstance(step, WriteSnippet)
    assert step.refusals == ("it drops a column. It is slow. mend it",)


def test_a_failed_execution_leaves_the_pointer_and_is_tried_again_three_times_at_most() -> None:
    history = planned
    for attempt in (1, 2, 3):
        assert isinstance(next_step(history.state), WriteSnippet)
        history = history.and_then(
            Record(SnippetWritten(task_id=TURN, step=0, attempt=attempt, code=f"df = {attempt}")),
            Record(SnippetReviewed(task_id=TURN, step=0, attempt=attempt, review=APPROVED)),
            Record(
                SnippetFailed(
                    task_id=TURN,
                    step=0,
                    attempt=attempt,
                    outcome="error",
                    detail="Line 1: no.",
                    usage=Usage(wall_seconds=1),
                )
            ),
        )
    step = next_step(history.state)
    assert isinstance(step, GiveUp)
    assert "Line 1: no." in step.detail
    failed = history.and_then(FailTask(step=step, reason=step.reason, detail=step.detail))
    assert failed.state.tree.pointer == ROOT
    assert next_step(failed.state) is None


def test_who_asked_is_told_what_is_wrong_with_code_that_came_again_and_not_that_it_did() -> None:
    history = planned
    said = (("df = df.T", "it drops a column"), ("df = (df.T)  # mended", "it came before"))
    for attempt, (code, finding) in enumerate(said, 1):
        refused = Review(approved=False, findings=(finding,))
        history = history.and_then(
            Record(SnippetWritten(task_id=TURN, step=0, attempt=attempt, code=code)),
            Record(SnippetReviewed(task_id=TURN, step=0, attempt=attempt, review=refused)),
        )
    step = next_step(history.state)
    assert isinstance(step, GiveUp)
    assert "did not succeed: it drops a column. The table is unchanged" in step.detail
    assert "it came" not in step.detail


def test_a_rollback_moves_the_pointer_and_the_next_message_branches() -> None:
    back = completed.and_then(RollBack(node_id=ROOT))
    assert back.events[-1] == PointerMoved(node_id=ROOT, cause=PointerCause.ROLLBACK)
    branched = a_whole_turn(back, 20, 21)
    tree = branched.state.tree
    assert tree.node(uid(21)).parent_id == ROOT
    assert tree.node(uid(21)).branch == "branch-2"
    assert tree.node(NODE).branch == "main"
    assert tree.pointer == uid(21)


def test_a_rollback_to_where_the_pointer_stands_changes_nothing() -> None:
    completed.when(RollBack(node_id=NODE)).then_nothing()


def test_a_rollback_to_an_unknown_node_is_refused() -> None:
    completed.when(RollBack(node_id=uid(404))).refused_with(NodeUnknown)
    started.when(RollBack(node_id=ROOT)).refused_with(DatasetMissing)


def test_undo_and_redo_walk_the_same_way_back_and_forth() -> None:
    history = a_whole_turn(completed, 20, 21)
    back = history.and_then(Undo(), Undo())
    assert back.state.tree.pointer == ROOT
    back.when(Undo()).refused_with(NothingToUndo)
    forth = back.and_then(Redo(), Redo())
    assert forth.state.tree.pointer == uid(21)
    forth.when(Redo()).refused_with(NothingToRedo)


def test_redo_is_gone_after_a_new_version() -> None:
    history = a_whole_turn(completed.and_then(Undo()), 20, 21)
    history.when(Redo()).refused_with(NothingToRedo)


@pytest.mark.parametrize(
    ("intent", "cause", "target"),
    [(Intent.UNDO, PointerCause.UNDO, ROOT), (Intent.REDO, PointerCause.REDO, NODE)],
)
def test_a_message_can_undo_and_redo(intent: Intent, cause: PointerCause, target: UUID) -> None:
    history = completed if intent is Intent.UNDO else completed.and_then(Undo())
    task = uid(30)
    moved, ended = (
        history.and_then(
            PostMessage(task_id=task, text=intent.value),
            StartTurn(task_id=task),
            Record(PlanMade(task_id=task, plan=a_plan(intent=intent), call=CALL)),
        )
        .when(CompleteTurn(task_id=task, node_id=uid(31)))
        .then_kinds(PointerMoved, TurnCompleted)
    )
    assert moved == PointerMoved(node_id=target, cause=cause, task_id=task)
    assert isinstance(ended, TurnCompleted)
    assert ended.node_id == target


def test_a_message_that_finds_nothing_to_undo_is_answered() -> None:
    history = begun.and_then(
        Record(PlanMade(task_id=TURN, plan=a_plan(intent=Intent.UNDO), call=CALL))
    )
    (ended,) = history.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(TurnCompleted)
    assert isinstance(ended, TurnCompleted)
    assert ended.node_id is None
    assert "nothing to undo" in str(ended.answer)


@pytest.mark.parametrize("intent", [Intent.UNDO, Intent.REDO])
def test_a_rollback_during_a_message_that_undoes_wins(intent: Intent) -> None:
    history = a_whole_turn(completed, 20, 21).and_then(Undo())
    task = uid(30)
    racing = history.and_then(
        PostMessage(task_id=task, text=intent.value),
        StartTurn(task_id=task),
        Record(PlanMade(task_id=task, plan=a_plan(intent=intent), call=CALL)),
        RollBack(node_id=uid(21)),
    )
    (ended,) = racing.when(CompleteTurn(task_id=task, node_id=uid(31))).then_kinds(TurnCompleted)
    assert isinstance(ended, TurnCompleted)
    assert ended.node_id is None
    assert "stays there" in str(ended.answer)


def test_a_question_is_answered_without_a_node() -> None:
    plan = a_plan(intent=Intent.ANSWER, reply="Which column?")
    history = begun.and_then(Record(PlanMade(task_id=TURN, plan=plan, call=CALL)))
    history.when(CompleteTurn(task_id=TURN, node_id=NODE)).then(
        TurnCompleted(task_id=TURN, answer="Which column?")
    )


def test_a_rollback_during_a_turn_wins_and_the_turns_node_is_kept_on_its_branch() -> None:
    history = a_whole_turn(completed, 20, 21)
    task = uid(40)
    racing = history.and_then(
        PostMessage(task_id=task, text="sort"),
        StartTurn(task_id=task),
        Record(PlanMade(task_id=task, plan=a_plan("sort"), call=CALL)),
        Record(SnippetWritten(task_id=task, step=0, attempt=1, code="df = df  # sort")),
        RollBack(node_id=ROOT),
        Record(SnippetReviewed(task_id=task, step=0, attempt=1, review=APPROVED)),
        RollBack(node_id=NODE),
        Record(
            SnippetExecuted(
                task_id=task,
                step=0,
                attempt=1,
                snapshot=a_snapshot(41),
                usage=Usage(wall_seconds=1),
            )
        ),
    )
    committed, ended = racing.when(CompleteTurn(task_id=task, node_id=uid(41))).then_kinds(
        NodeCommitted, TurnCompleted
    )
    assert isinstance(committed, NodeCommitted)
    assert committed.parent_id == uid(21)
    assert isinstance(ended, TurnCompleted)
    assert "pointer" in str(ended.answer)
    assert racing.and_then(CompleteTurn(task_id=task, node_id=uid(41))).state.tree.pointer == NODE


def test_a_turn_starts_where_the_pointer_stands_when_work_begins() -> None:
    waiting = completed.and_then(PostMessage(task_id=uid(50), text="sort"), RollBack(node_id=ROOT))
    waiting.when(StartTurn(task_id=uid(50))).then(TurnStarted(task_id=uid(50), base_node_id=ROOT))


def test_code_of_typed_actions_is_not_tried_twice() -> None:
    plan = Plan(
        intent=Intent.TRANSFORM,
        summary="drop",
        steps=(Step(description="drop", actions=(DropMissing(),)),),
    )
    history = begun.and_then(
        Record(PlanMade(task_id=TURN, plan=plan, call=CALL)),
        Record(SnippetWritten(task_id=TURN, step=0, attempt=1, code="df = df.dropna()")),
        Record(SnippetReviewed(task_id=TURN, step=0, attempt=1, review=APPROVED)),
        Record(
            SnippetFailed(
                task_id=TURN,
                step=0,
                attempt=1,
                outcome="memory",
                detail="Too big.",
                usage=Usage(wall_seconds=1),
            )
        ),
    )
    assert isinstance(next_step(history.state), GiveUp)


def test_a_second_snippet_for_the_same_attempt_is_dropped() -> None:
    assert isinstance(written.events[-1], SnippetWritten)
    written.when(
        Record(SnippetWritten(task_id=TURN, step=0, attempt=2, code="df = 2"))
    ).then_nothing()


def test_values_that_became_missing_are_told_by_column() -> None:
    history = begun.and_then(
        Record(PlanMade(task_id=TURN, plan=a_plan("cast"), call=CALL)),
        Record(SnippetWritten(task_id=TURN, step=0, attempt=1, code="df = df  # cast")),
        Record(SnippetReviewed(task_id=TURN, step=0, attempt=1, review=APPROVED)),
        Record(
            SnippetExecuted(
                task_id=TURN,
                step=0,
                attempt=1,
                snapshot=a_snapshot(7, rows=3, nulls=2),
                usage=Usage(wall_seconds=1),
            )
        ),
    )
    *_, ended = history.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )
    assert isinstance(ended, TurnCompleted)
    assert ended.answer == (
        "Done: cast (missing cells 0 → 2, 2 of 3 values of 'age' became missing). "
        "The table has 3 rows and 1 column now."
    )
