"""What becomes of a worker's step in hand when its task is cancelled, whenever that comes."""

import shutil
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from application.handle import SessionHandler
from application.ports.event_log import NewEvent, RecordedEvent
from application.ports.job_queue import Job
from application.ports.language_model import Assignment, Briefing, Reply
from application.ports.read_models import TaskStatus, TaskView
from application.ports.sandbox import Execution, Outcome, SnippetJob
from domain.plan import Plan
from domain.session.commands import CancelTask, PostMessage
from domain.session.events import (
    CancellationRequested,
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    TurnFailed,
)
from domain.session.next_step import next_step
from infrastructure.nsjail import JailLimits, NsjailSandbox
from infrastructure.system_clock import SystemClock
from interfaces.composition.processes import Adapters, worker
from tests.e2e.test_workers import (
    APPENDS_OF_THE_TURN,
    ORIGIN,
    CountingModel,
    Killed,
    LeasesOfTheDead,
    a_session_with_a_message,
    adapters,
)
from tests.fake_sandbox import FakeSandbox
from tests.sandbox.test_pool import jails
from tests.waiting import wait_until

__all__ = ["adapters"]


class EndlessSandbox(FakeSandbox):
    """Runs a snippet until it is cancelled, as a jail that would run for ever."""

    def __init__(self) -> None:
        super().__init__(self._run_until_cancelled)
        self.running = threading.Event()

    def _run_until_cancelled(self, job: SnippetJob) -> Execution:
        assert isinstance(job.cancelled, threading.Event)
        self.running.set()
        assert job.cancelled.wait(90), "nobody stops the snippet"
        return Execution(outcome=Outcome.CANCELLED, detail="It was stopped.", wall_seconds=1.5)


def cancel(adapters: Adapters, job: Job) -> None:
    adapters.handler.handle(job.session_id, CancelTask(task_id=job.task_id), ORIGIN)


def task_of(adapters: Adapters, job: Job) -> TaskView:
    view = adapters.read_models.task(job.task_id)
    assert view is not None
    return view


def kinds_of(adapters: Adapters, job: Job) -> list[type]:
    """What happened in the task, from its cancellation on."""
    recorded = adapters.log.read(f"session-{job.session_id}")
    kinds = [type(e.event) for e in recorded if getattr(e.event, "task_id", None) == job.task_id]
    return kinds[kinds.index(CancellationRequested) :]


def test_a_snippet_that_runs_is_stopped_and_the_next_turn_goes_on(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)
    following = Job(session_id=job.session_id, task_id=adapters.ids.new())
    sandbox = EndlessSandbox()
    crew = worker(replace(adapters, model=CountingModel(), sandbox=sandbox))
    working = threading.Thread(target=crew.work, args=(job,))
    working.start()
    assert sandbox.running.wait(20)
    before = adapters.handler.load(job.session_id).state.tree
    adapters.handler.handle(
        job.session_id, PostMessage(task_id=following.task_id, text="more"), ORIGIN
    )
    sandbox.running.clear()
    cancel(adapters, job)
    assert sandbox.running.wait(20), "the next turn does not begin"
    assert kinds_of(adapters, job) == [CancellationRequested, SnippetFailed, TurnFailed]
    cancel(adapters, following)
    working.join(20)
    assert not working.is_alive()
    for each in (job, following):
        task = task_of(adapters, each)
        assert (task.status, task.reason) == (TaskStatus.CANCELLED, "cancelled")
    after = adapters.handler.load(job.session_id).state
    assert after.tree == before
    assert next_step(after) is None


def test_a_worker_that_is_to_stop_waits_for_no_snippet_and_leaves_it_to_the_next(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)
    sandbox = EndlessSandbox()
    crew = worker(replace(adapters, model=CountingModel(), sandbox=sandbox))
    working = threading.Thread(target=crew.work, args=(job,))
    working.start()
    assert sandbox.running.wait(20)
    before = adapters.handler.load(job.session_id)
    crew.stop()
    working.join(10)
    assert not working.is_alive()
    assert adapters.handler.load(job.session_id).version == before.version
    worker(replace(adapters, model=CountingModel(), sandbox=FakeSandbox(leave_the_table))).work(job)
    assert task_of(adapters, job).status is TaskStatus.SUCCEEDED


def test_the_answer_of_a_model_that_comes_after_the_cancellation_is_thrown_away(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)

    class LateModel(CountingModel):
        def plan(self, briefing: Briefing) -> Reply[Plan]:
            cancel(adapters, job)
            assert task_of(adapters, job).status is TaskStatus.CANCELLED
            return super().plan(briefing)

    worker(replace(adapters, model=LateModel())).work(job)
    assert kinds_of(adapters, job) == [CancellationRequested, TurnFailed]


def test_a_cancelled_turn_ends_though_its_worker_died_with_the_snippet(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)

    def die(_job: SnippetJob) -> Execution:
        cancel(adapters, job)
        raise Killed

    dying = replace(
        adapters,
        model=CountingModel(),
        sandbox=FakeSandbox(die),
        leases=LeasesOfTheDead(adapters.engine),
    )
    with pytest.raises(Killed):
        worker(dying).work(job)
    assert task_of(adapters, job).status is TaskStatus.RUNNING
    adapters.leases.clear()
    worker(replace(adapters, model=CountingModel())).work(job)
    assert task_of(adapters, job).status is TaskStatus.CANCELLED
    assert kinds_of(adapters, job) == [CancellationRequested, TurnFailed]


def leave_the_table(job: SnippetJob) -> Execution:
    shutil.copyfile(job.table, job.result)
    return Execution(outcome=Outcome.OK)


class InterruptedLog:
    """A log in which, right before its `last`-th append, somebody cancels the task."""

    def __init__(self, adapters: Adapters, job: Job, last: int) -> None:
        self._adapters, self._job, self._left = adapters, job, last

    def append(
        self, stream_id: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> Sequence[RecordedEvent]:
        self._left -= 1
        if self._left == 0:
            cancel(self._adapters, self._job)
        return self._adapters.log.append(stream_id, events, expected_version=expected_version)

    def read(
        self, stream_id: str, *, after_version: int = 0, limit: int | None = None
    ) -> Sequence[RecordedEvent]:
        return self._adapters.log.read(stream_id, after_version=after_version, limit=limit)

    def check(self) -> None:
        self._adapters.log.check()


def test_a_cancellation_amid_any_append_of_the_worker_ends_the_turn_once(
    adapters: Adapters, tmp_path: Path
) -> None:
    quick = replace(adapters, model=CountingModel(), sandbox=FakeSandbox(leave_the_table))
    for append in range(1, APPENDS_OF_THE_TURN + 1):
        job = a_session_with_a_message(adapters, tmp_path)
        before = adapters.handler.load(job.session_id).state.tree
        log = InterruptedLog(adapters, job, append)
        worker(replace(quick, handler=SessionHandler(log, SystemClock(), adapters.ids))).work(job)
        kinds = kinds_of(adapters, job)
        assert kinds in (
            [CancellationRequested, TurnFailed],
            [CancellationRequested, SnippetRehearsed, TurnFailed],
            [CancellationRequested, SnippetExecuted, TurnFailed],
        ), append
        after = adapters.handler.load(job.session_id).state
        assert after.tree == before
        assert next_step(after) is None
        assert task_of(adapters, job).status is TaskStatus.CANCELLED


def test_a_jail_with_a_snippet_without_end_is_gone_long_before_its_time_is_up(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)

    class EndlessModel(CountingModel):
        def write(self, assignment: Assignment) -> Reply[str]:
            return replace(super().write(assignment), value="while True:\n    pass")

    sandbox = NsjailSandbox(JailLimits(wall_seconds=200, cpu_seconds=200), tmp_path)
    crew = worker(replace(adapters, model=EndlessModel(), sandbox=sandbox))
    working = threading.Thread(target=crew.work, args=(job,))
    working.start()
    wait_until(lambda: bool(jails()))
    began = monotonic()
    cancel(adapters, job)
    wait_until(lambda: not jails())
    working.join(60)
    assert not working.is_alive()
    assert monotonic() - began < 100, "half of what it may take"
    assert task_of(adapters, job).status is TaskStatus.CANCELLED
    assert kinds_of(adapters, job) == [CancellationRequested, SnippetFailed, TurnFailed]
