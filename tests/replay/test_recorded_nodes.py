"""What of a log made each node: readings and executed snippets, and nothing else."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from application.recorded_nodes import RecordedExecution, RecordedReading, recorded_nodes
from domain.execution import Usage
from domain.session.events import (
    DatasetUploaded,
    NodeCommitted,
    PersonalDataErased,
    PointerCause,
    PointerMoved,
    ProposalApproved,
    SessionEvent,
    SnippetExecuted,
    SnippetFailed,
    SnippetWritten,
    TurnFailed,
    TurnStarted,
)
from tests.contracts.histories import DATASET, ingested, snapshot

ROOT, CHILD, TASK, APPROVAL = uuid4(), uuid4(), uuid4(), uuid4()


def _events(*more: SessionEvent) -> list[SessionEvent]:
    return [*ingested(uuid4(), uuid4(), ROOT), *more]


def _step(
    step: int, attempt: int, code: str, rows: int = 5, task_id: UUID = TASK
) -> Sequence[SessionEvent]:
    return (
        SnippetWritten(task_id=task_id, step=step, attempt=attempt, code=code),
        SnippetExecuted(
            task_id=task_id,
            step=step,
            attempt=attempt,
            snapshot=snapshot(rows),
            usage=Usage(wall_seconds=0.1),
            runtime={"pandas": "3.0"},
        ),
    )


def _committed(rows: int = 5, parent_id: UUID | None = ROOT) -> NodeCommitted:
    return NodeCommitted(
        task_id=TASK, node_id=CHILD, parent_id=parent_id, branch="main", snapshot=snapshot(rows)
    )


def test_a_root_is_made_by_reading_the_upload_of_its_task() -> None:
    (root,) = recorded_nodes(_events()).nodes

    assert (root.node_id, root.parent_id) == (ROOT, None)
    (reading,) = root.made_by
    assert isinstance(reading, RecordedReading)
    assert (reading.dataset, reading.table, reading.version) == (DATASET, snapshot(9), 3)


def test_each_reparse_is_a_root_of_its_own() -> None:
    again = (
        DatasetUploaded(task_id=TASK, dataset=DATASET, again=True),
        _committed(rows=7, parent_id=None),
    )

    first, second = recorded_nodes(_events(*again)).nodes

    assert (first.parent_id, second.parent_id) == (None, None)
    assert len(second.made_by) == 1


def test_only_the_attempt_that_was_executed_made_a_table() -> None:
    failed = (
        SnippetWritten(task_id=TASK, step=0, attempt=1, code="bad"),
        SnippetFailed(
            task_id=TASK,
            step=0,
            attempt=1,
            outcome="error",
            detail="",
            usage=Usage(wall_seconds=0.1),
        ),
    )

    recorded = recorded_nodes(
        _events(*failed, *_step(0, 2, "good"), *_step(1, 1, "x"), _committed())
    )

    made_by = recorded.nodes[1].made_by
    steps = [(each.step, each.code) for each in made_by if isinstance(each, RecordedExecution)]
    assert steps == [(0, "good"), (1, "x")]
    assert recorded.steps == 3


def test_turns_that_failed_and_moves_of_the_pointer_made_no_node() -> None:
    recorded = recorded_nodes(
        _events(
            TurnStarted(task_id=TASK, base_node_id=ROOT),
            *_step(0, 1, "x"),
            TurnFailed(task_id=TASK, reason="step_failed", detail=""),
            PointerMoved(node_id=ROOT, cause=PointerCause.UNDO),
        )
    )

    assert [node.node_id for node in recorded.nodes] == [ROOT]


def test_the_last_step_must_give_what_the_node_is_said_to_be() -> None:
    recorded = recorded_nodes(_events(*_step(0, 1, "x", rows=5), _committed(rows=6)))

    assert recorded.nodes[1].made_by[-1].table == snapshot(6)


def test_a_node_of_which_nothing_is_told_was_made_by_nothing() -> None:
    recorded = recorded_nodes(_events(_committed()))

    assert recorded.nodes[1].made_by == ()


def test_erased_texts_are_known_as_such() -> None:
    recorded = recorded_nodes(
        _events(*_step(0, 1, "erased"), _committed(), PersonalDataErased(subject_id=uuid4()))
    )

    (step,) = recorded.nodes[1].made_by
    assert isinstance(step, RecordedExecution)
    assert (step.code, recorded.erased) == (None, True)


def _approved() -> NodeCommitted:
    return NodeCommitted(
        task_id=APPROVAL, node_id=CHILD, parent_id=ROOT, branch="main", snapshot=snapshot(5)
    )


def test_what_was_executed_for_a_proposal_made_the_node_of_its_approval() -> None:
    approved = (
        *_step(0, 1, "a"),
        *_step(1, 1, "b"),
        ProposalApproved(task_id=APPROVAL, proposal_id=TASK),
        _approved(),
    )

    steps = recorded_nodes(_events(*approved)).nodes[1].made_by

    executions = [each for each in steps if isinstance(each, RecordedExecution)]
    assert [(each.step, each.code, each.task_id) for each in executions] == [
        (0, "a", TASK),
        (1, "b", TASK),
    ]


def test_what_an_edited_approval_executed_stands_for_what_was_proposed() -> None:
    edited = (
        *_step(0, 1, "a"),
        *_step(1, 1, "b"),
        *_step(2, 1, "c"),
        ProposalApproved(task_id=uuid4(), proposal_id=TASK),
        ProposalApproved(task_id=APPROVAL, proposal_id=TASK),
        *_step(1, 1, "mine", task_id=APPROVAL),
        *_step(2, 1, "c", task_id=APPROVAL),
        _approved(),
    )

    steps = recorded_nodes(_events(*edited)).nodes[1].made_by

    executions = [each for each in steps if isinstance(each, RecordedExecution)]
    assert [(each.step, each.code, each.task_id) for each in executions] == [
        (0, "a", TASK),
        (1, "mine", APPROVAL),
        (2, "c", APPROVAL),
    ]


def test_what_nobody_approved_is_not_made_again() -> None:
    assert len(recorded_nodes(_events(*_step(0, 1, "a"))).nodes) == 1
