"""What a task is doing is told in people's words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from application.ports.read_models import (
    ProgressStep,
    ProposalStatus,
    TaskKind,
    TaskStatus,
    TaskView,
)
from application.task_phases import phase_of
from tests.specifications.given import uid

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def view(*steps: ProgressStep, status: TaskStatus = TaskStatus.RUNNING) -> TaskView:
    return TaskView(
        task_id=uid(1),
        session_id=uid(2),
        kind=TaskKind.TURN,
        status=status,
        version=3,
        steps=steps,
        created_at=NOON,
        updated_at=NOON,
    )


def step(
    name: str, number: int | None = None, of: int | None = None, rows: int | None = None
) -> ProgressStep:
    return ProgressStep(name=name, started_at=NOON, number=number, of=of, rows=rows)


@pytest.mark.parametrize(
    ("in_hand", "words"),
    [
        (step("reading"), "Reading"),
        (step("thinking"), "Thinking"),
        (step("writing code", 1, 1), "Writing code"),
        (step("reviewing", 1, 1), "Testing on a sample"),
        (step("reviewing", 2, 3), "Testing on a sample, step 2 of 3"),
        (step("running", 1, 1, rows=1_200_000), "Running on 1.2 M rows"),
        (step("running", 1, 2, rows=2_000_000), "Running on 2 M rows, step 1 of 2"),
        (step("running", 1, 1, rows=12_500), "Running on 12,500 rows"),
        (step("running", 1, 1, rows=1), "Running on 1 row"),
        (step("running", 1, 1, rows=0), "Running on 0 rows"),
        (step("running", 1, 1), "Running"),
        (step("replaying"), "Replaying"),
        (step("replaying", 12, 37), "Replaying 12 of 37"),
        (step("cancelling"), "Cancelling"),
        (step("finishing"), "Finishing"),
    ],
)
def test_the_step_in_hand_is_said_as_people_say_it(in_hand: ProgressStep, words: str) -> None:
    assert phase_of(view(step("thinking"), in_hand)) == words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (TaskStatus.QUEUED, "Waiting"),
        (TaskStatus.SUCCEEDED, "Done"),
        (TaskStatus.FAILED, "Failed"),
        (TaskStatus.CANCELLED, "Cancelled"),
    ],
)
def test_what_waits_or_has_ended_says_so_whatever_its_last_step(
    status: TaskStatus, words: str
) -> None:
    assert phase_of(view(step("running"), status=status)) == words
    assert phase_of(view(status=status)) == words


def test_a_task_that_ended_with_a_proposal_says_that_this_waits() -> None:
    done = view(step("finishing"), status=TaskStatus.SUCCEEDED)
    assert phase_of(replace(done, proposal=ProposalStatus.WAITING)) == "Waiting for approval"
    assert phase_of(replace(done, proposal=ProposalStatus.COMMITTED)) == "Done"
