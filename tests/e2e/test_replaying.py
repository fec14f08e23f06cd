"""A worker replays a session in real jails, and nothing in the session changes."""

import threading
from dataclasses import replace
from pathlib import Path

from application.ports.job_queue import Job
from application.ports.leases import Lease
from application.ports.read_models import TaskStatus, TaskView
from domain.session.commands import CancelTask, CloseSession, PostMessage, RequestReplay
from domain.session.events import (
    CancellationRequested,
    NodeCommitted,
    PointerMoved,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
)
from infrastructure.postgres.leases import PostgresLeases
from interfaces.composition.processes import Adapters, worker
from tests.e2e.test_cancelling import EndlessSandbox
from tests.e2e.test_workers import ORIGIN, CountingModel, NoJail, a_session_with_a_message, adapters
from tests.waiting import wait_until

__all__ = ["adapters"]


def a_replay_of_two_nodes(adapters: Adapters, tmp_path: Path) -> Job:
    """A session whose table two snippets changed, and a replay that was asked for."""
    turn = a_session_with_a_message(adapters, tmp_path)
    worker(replace(adapters, model=CountingModel())).work(turn)
    return a_replay(adapters, turn)


def a_replay(adapters: Adapters, of: Job) -> Job:
    job = Job(session_id=of.session_id, task_id=adapters.ids.new())
    adapters.handler.handle(job.session_id, RequestReplay(task_id=job.task_id), ORIGIN)
    return job


def task_of(adapters: Adapters, job: Job) -> TaskView:
    view = adapters.read_models.task(job.task_id)
    assert view is not None
    return view


def kinds_of(adapters: Adapters, job: Job) -> list[type]:
    """What happened from the wish on."""
    recorded = adapters.log.read(f"session-{job.session_id}")
    kinds = [type(each.event) for each in recorded]
    return kinds[len(kinds) - kinds[::-1].index(ReplayRequested) - 1 :]


class ToldLeases(PostgresLeases):
    """Keeps what a worker says of how far it is."""

    def __init__(self, adapters: Adapters) -> None:
        super().__init__(adapters.engine)
        self.told: list[tuple[int, int]] = []

    def report(self, lease: Lease, *, done: int, total: int) -> None:
        super().report(lease, done=done, total=total)
        self.told.append((done, total))


def test_a_session_is_replayed_and_stays_as_it_is(adapters: Adapters, tmp_path: Path) -> None:
    job = a_replay_of_two_nodes(adapters, tmp_path)
    before = adapters.handler.load(job.session_id).state
    leases = ToldLeases(adapters)
    worker(replace(adapters, leases=leases)).work(job)
    task = task_of(adapters, job)
    assert (task.status, task.answer) == (TaskStatus.SUCCEEDED, "2 of 2 nodes reproduced.")
    assert task.replay is not None
    assert (task.replay.steps, task.replay.other_runtimes) == (3, ())
    assert leases.told[0] == (1, 3)
    assert kinds_of(adapters, job) == [ReplayRequested, ReplayStarted, ReplayCompleted]
    after = adapters.handler.load(job.session_id).state
    assert (after.tree, after.conversation) == (before.tree, before.conversation)


def test_a_closed_session_is_replayed(adapters: Adapters, tmp_path: Path) -> None:
    turn = a_session_with_a_message(adapters, tmp_path)
    adapters.handler.handle(turn.session_id, CancelTask(task_id=turn.task_id), ORIGIN)
    adapters.handler.handle(turn.session_id, CloseSession(), ORIGIN)
    job = a_replay(adapters, turn)
    worker(adapters).work(job)
    assert task_of(adapters, job).answer == "1 of 1 node reproduced."


def test_a_message_goes_before_a_replay_that_waits(adapters: Adapters, tmp_path: Path) -> None:
    job = a_replay_of_two_nodes(adapters, tmp_path)
    message = Job(session_id=job.session_id, task_id=adapters.ids.new())
    adapters.handler.handle(
        job.session_id, PostMessage(task_id=message.task_id, text="more"), ORIGIN
    )
    worker(replace(adapters, model=CountingModel())).work(job)
    kinds = kinds_of(adapters, job)
    assert kinds.index(NodeCommitted) < kinds.index(PointerMoved) < kinds.index(ReplayStarted)
    assert task_of(adapters, job).answer == "3 of 3 nodes reproduced."


def test_a_replay_that_runs_is_stopped(adapters: Adapters, tmp_path: Path) -> None:
    job = a_replay_of_two_nodes(adapters, tmp_path)
    sandbox = EndlessSandbox()
    crew = worker(replace(adapters, sandbox=sandbox))
    working = threading.Thread(target=crew.work, args=(job,))
    working.start()
    assert sandbox.running.wait(60)
    wait_until(
        lambda: task_of(adapters, job).steps[-1].number is not None, "nobody says how far it is"
    )
    adapters.handler.handle(job.session_id, CancelTask(task_id=job.task_id), ORIGIN)
    working.join(60)
    assert not working.is_alive()
    assert task_of(adapters, job).status is TaskStatus.CANCELLED
    kinds = [ReplayRequested, ReplayStarted, CancellationRequested, ReplayFailed]
    assert kinds_of(adapters, job) == kinds


def test_a_replay_without_a_jail_fails_and_says_what_is_missing(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_replay_of_two_nodes(adapters, tmp_path)
    worker(replace(adapters, sandbox=NoJail())).work(job)
    task = task_of(adapters, job)
    assert (task.status, task.reason) == (TaskStatus.FAILED, "sandbox_unavailable")
    assert "user namespaces" in str(task.detail)
