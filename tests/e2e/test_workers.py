"""Whatever becomes of the workers of a turn, it happens once, and it ends."""

import logging
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import pytest

from application.handle import LoadedSession, Origin, SessionHandler
from application.ports.event_log import LogUnavailable, RecordedEvent
from application.ports.job_queue import Job
from application.ports.language_model import (
    Assignment,
    Briefing,
    ModelUnavailable,
    Reply,
    Submission,
)
from application.ports.leases import Lease, Waiting
from application.ports.object_store import ObjectStoreUnavailable
from application.ports.read_models import TaskStatus
from application.ports.sandbox import SandboxUnavailable
from application.worker import WorkerPolicy
from domain.dataset import GivenOptions
from domain.plan import Intent, ModelCall, Plan, Review, Step
from domain.session import SessionCommand
from domain.session.commands import PostMessage, StartSession
from domain.session.events import NodeCommitted, TurnCompleted
from domain.session.next_step import next_step
from infrastructure.postgres.leases import PostgresLeases
from infrastructure.postgres.migrations import migrate
from interfaces.composition.processes import Adapters, consumer, opened, service, worker
from interfaces.settings import Settings
from interfaces.worker import run_worker
from tests.e2e.real_files import vega
from tests.fake_sandbox import FakeSandbox
from tests.waiting import wait_until

ORIGIN = Origin(actor="test", correlation_id=UUID(int=0))
# Up to the first snippet; of each of the two its rehearsal and review, and its execution.
APPENDS_OF_THE_TURN = 5


class Killed(BaseException):
    """The process is gone: nothing after this line of it runs."""


class CountingModel:
    """Plans two steps that need code, writes it, approves it, and counts what it is asked."""

    name = "counting model"

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        self.asked[f"plan {briefing.message}"] += 1
        steps = (Step(description="first"), Step(description="second"))
        return Reply(
            value=Plan(intent=Intent.TRANSFORM, summary="two steps", steps=steps), call=CALL
        )

    def write(self, assignment: Assignment) -> Reply[str]:
        self.asked[f"write {assignment.step.description}"] += 1
        return Reply(value=f"df['{assignment.step.description}'] = 1", call=CALL)

    def review(self, submission: Submission) -> Reply[Review]:
        self.asked[f"review {submission.step.description}"] += 1
        return Reply(value=Review(approved=True), call=CALL)

    def check(self) -> None:
        pass


CALL = ModelCall(model="counting model", prompt_digest="0" * 64, prompt_bytes=0)


class MortalHandler(SessionHandler):
    """Handles commands until the `deadly`-th, and dies just before or just after its append."""

    def __init__(self, living: SessionHandler, *, deadly: int, after: bool) -> None:
        self._living = living
        self._left = deadly
        self._after = after

    def load(self, session_id: UUID) -> LoadedSession:
        return self._living.load(session_id)

    def go_on(
        self,
        session_id: UUID,
        known: LoadedSession,
        commands: Sequence[SessionCommand],
        origin: Origin,
    ) -> LoadedSession:
        with self._mortally():
            return self._living.go_on(session_id, known, commands, origin)

    def handle(
        self, session_id: UUID, command: SessionCommand, origin: Origin
    ) -> Sequence[RecordedEvent]:
        with self._mortally():
            return self._living.handle(session_id, command, origin)

    @contextmanager
    def _mortally(self) -> Iterator[None]:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        yield
        if self._left == 0:
            raise Killed


@pytest.fixture
def adapters(fresh_database: str, tmp_path: Path) -> Iterator[Adapters]:
    migrate(fresh_database)
    settings = Settings.model_validate(
        {
            "home": tmp_path,
            "database_url": fresh_database.replace("//postgres@", "//datatrail_service@"),
            "lease_seconds": 0.2,
        }
    )
    with opened(settings) as adapters:
        yield adapters


class LeasesOfTheDead(PostgresLeases):
    """A killed process releases nothing: its lease runs out."""

    def release(self, lease: Lease) -> None:
        pass


def a_session_with_a_message(adapters: Adapters, tmp_path: Path) -> Job:
    """A session whose dataset is read and whose message waits."""
    session_id, message = adapters.ids.new(), adapters.ids.new()
    adapters.handler.handle(session_id, StartSession(session_id=session_id, title=""), ORIGIN)
    upload = tmp_path / "iris.json"
    upload.write_bytes(vega("iris.json"))
    ingest = adapters.ids.new()
    service(adapters).uploads.receive(
        session_id,
        upload,
        file_name="iris.json",
        given=GivenOptions(),
        task_id=ingest,
        origin=ORIGIN,
    )
    worker(adapters).work(Job(session_id=session_id, task_id=ingest))
    adapters.handler.handle(session_id, PostMessage(task_id=message, text="two steps"), ORIGIN)
    return Job(session_id=session_id, task_id=message)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_turn_happens_once_wherever_its_workers_are_killed(
    adapters: Adapters, tmp_path: Path, after: bool
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)
    model = CountingModel()
    kills = 0
    while next_step(adapters.handler.load(job.session_id).state) is not None:
        # Each worker in turn gets one append further than nothing, then dies at it.
        assert kills <= 2 * APPENDS_OF_THE_TURN, "the turn does not get on"
        mortal = MortalHandler(adapters.handler, deadly=1 if after else 2, after=after)
        with suppress(Killed):
            worker(
                replace(
                    adapters,
                    handler=mortal,
                    model=model,
                    leases=LeasesOfTheDead(adapters.engine),
                )
            ).work(job)
        kills += 1
        adapters.leases.clear()
    assert kills >= APPENDS_OF_THE_TURN - 1

    state = adapters.handler.load(job.session_id).state
    assert len(state.tree.nodes) == 2
    assert state.tree.pointer == list(state.tree.nodes)[-1]
    names = state.tree.nodes[state.tree.pointer].snapshot.shape.column_names
    assert names[-2:] == ("first", "second")
    events = [each.event for each in adapters.log.read(f"session-{job.session_id}")]
    kinds = Counter(type(event) for event in events)
    assert kinds[NodeCommitted] == 2
    assert kinds[TurnCompleted] == 1
    if after:
        assert set(model.asked.values()) == {1}, "a recorded step was asked for again"


def test_a_step_that_kills_every_worker_is_given_up_and_the_next_turn_goes_on(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)
    following = adapters.ids.new()
    adapters.handler.handle(job.session_id, PostMessage(task_id=following, text="help"), ORIGIN)
    for _ in range(WorkerPolicy().max_attempts):
        deadly = MortalHandler(adapters.handler, deadly=1, after=False)
        with suppress(Killed):
            worker(replace(adapters, handler=deadly)).work(job)
    worker(adapters).work(job)
    view = adapters.read_models.task(job.task_id)
    assert view is not None
    assert (view.status, view.reason) == (TaskStatus.FAILED, "abandoned")
    assert str(job.task_id) in str(view.detail)
    after = adapters.read_models.task(following)
    assert after is not None
    assert after.status is TaskStatus.SUCCEEDED


def test_a_worker_waits_for_a_log_that_is_away_and_drops_no_message(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)

    class AwayAtFirst(PostgresLeases):
        is_away = True

        def waiting(self, *, without: Collection[UUID] = ()) -> Sequence[Waiting]:
            if self.is_away:
                self.is_away = False
                raise LogUnavailable("gone")
            return super().waiting(without=without)

    leases = AwayAtFirst(adapters.engine)
    worker(replace(adapters, model=CountingModel(), leases=leases)).work(job)
    assert next_step(adapters.handler.load(job.session_id).state) is None


def test_an_outage_of_storage_uses_up_no_attempts_and_is_told_once(
    adapters: Adapters, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)

    class Cut(CountingModel):
        def write(self, assignment: Assignment) -> Reply[str]:
            raise ObjectStoreUnavailable("gone")

    hindered = worker(replace(adapters, model=Cut()))
    for _ in range(2 * WorkerPolicy().max_attempts):
        hindered.work(job)
    (told,) = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert vars(told)["outage"] == "gone"
    worker(replace(adapters, model=CountingModel())).work(job)
    view = adapters.read_models.task(job.task_id)
    assert view is not None
    assert view.status is TaskStatus.SUCCEEDED, view.detail


def test_a_worker_that_lost_its_lease_adds_nothing_to_what_its_follower_did(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)
    asked, answer = threading.Event(), threading.Event()

    class SlowModel(CountingModel):
        def plan(self, briefing: Briefing) -> Reply[Plan]:
            asked.set()
            assert answer.wait(30)
            return super().plan(briefing)

    slow = threading.Thread(target=worker(replace(adapters, model=SlowModel())).work, args=(job,))
    slow.start()
    assert asked.wait(10)
    adapters.leases.clear()
    worker(replace(adapters, model=CountingModel())).work(job)
    done = adapters.handler.load(job.session_id)
    answer.set()
    slow.join(30)
    assert not slow.is_alive()
    assert adapters.handler.load(job.session_id).version == done.version
    assert next_step(done.state) is None


def test_a_worker_that_lost_its_lease_waits_for_no_model_and_records_nothing(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)

    class Silent(CountingModel):
        def plan(self, briefing: Briefing) -> Reply[Plan]:
            assert briefing.cancelled is not None
            adapters.leases.clear()
            wait_until(briefing.cancelled.is_set)
            raise ModelUnavailable("Nobody waits.")

    before = adapters.handler.load(job.session_id).version
    worker(replace(adapters, model=Silent())).work(job)
    assert adapters.handler.load(job.session_id).version == before


def test_what_others_did_between_the_look_and_the_claim_is_left_and_what_came_since_is_done(
    adapters: Adapters, tmp_path: Path
) -> None:
    job, following = a_session_with_a_message(adapters, tmp_path), adapters.ids.new()

    class LateLeases(PostgresLeases):
        is_late = False

        def waiting(self, *, without: Collection[UUID] = ()) -> Sequence[Waiting]:
            seen = super().waiting(without=without)
            if not self.is_late:
                self.is_late = True
                worker(replace(adapters, model=CountingModel())).work(job)
                again = PostMessage(task_id=following, text="two more")
                adapters.handler.handle(job.session_id, again, ORIGIN)
            return seen

    model = CountingModel()
    worker(replace(adapters, model=model, leases=LateLeases(adapters.engine))).work(job)
    assert model.asked["plan two steps"] == 0
    assert model.asked["plan two more"] == 1
    assert next_step(adapters.handler.load(job.session_id).state) is None


def test_a_worker_that_lost_its_lease_does_not_end_what_its_follower_works_on(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)
    asked, fail = threading.Event(), threading.Event()

    class DyingModel(CountingModel):
        def plan(self, briefing: Briefing) -> Reply[Plan]:
            asked.set()
            assert fail.wait(30)
            raise ModelUnavailable("The connection was lost.")

    class FollowersModel(CountingModel):
        def review(self, submission: Submission) -> Reply[Review]:
            fail.set()
            late.join(30)
            return super().review(submission)

    late = threading.Thread(target=worker(replace(adapters, model=DyingModel())).work, args=(job,))
    late.start()
    assert asked.wait(10)
    adapters.leases.clear()
    worker(replace(adapters, model=FollowersModel())).work(job)
    assert not late.is_alive()
    view = adapters.read_models.task(job.task_id)
    assert view is not None
    assert view.status is TaskStatus.SUCCEEDED, view.detail


def test_a_worker_that_is_told_to_stop_leaves_its_turn_to_another_at_once(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)

    class LastCall(CountingModel):
        def plan(self, briefing: Briefing) -> Reply[Plan]:
            stopping.stop()
            return super().plan(briefing)

    stopping = worker(replace(adapters, model=LastCall()))
    stopping.work(job)
    assert adapters.handler.load(job.session_id).state.turns[0].plan is not None

    consumed = consumer(adapters, worker(replace(adapters, model=CountingModel())))
    consumed.start()
    wait_until(
        lambda: next_step(adapters.handler.load(job.session_id).state) is None,
        "nobody was told that the turn is unfinished",
    )
    consumed.stop(timeout_seconds=5)


def test_a_defect_ends_the_task_at_once_and_its_message_is_not_told(
    adapters: Adapters, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)

    class BrokenModel(CountingModel):
        def plan(self, briefing: Briefing) -> Reply[Plan]:
            raise RuntimeError(f"cannot read the cell 'Xyzzy' for {briefing.message}")

    worker(replace(adapters, model=BrokenModel())).work(job)
    view = adapters.read_models.task(job.task_id)
    assert view is not None
    assert (view.status, view.reason) == (TaskStatus.FAILED, "internal_error")
    assert "RuntimeError" in str([record.__dict__ for record in caplog.records])
    told = caplog.text + str(view) + str(adapters.log.read(f"session-{job.session_id}"))
    assert "Xyzzy" not in told


class NoJail(FakeSandbox):
    """The sandbox of a machine that cannot build one."""

    def __init__(self) -> None:
        super().__init__(lambda _job: self._refuse(), self._refuse)

    def _refuse(self) -> NoReturn:
        raise SandboxUnavailable("This machine has no user namespaces. Allow them.")


def test_without_a_jail_nothing_is_executed_and_the_person_is_told_what_is_missing(
    adapters: Adapters, tmp_path: Path
) -> None:
    job = a_session_with_a_message(adapters, tmp_path)
    worker(replace(adapters, model=CountingModel(), sandbox=NoJail())).work(job)
    view = adapters.read_models.task(job.task_id)
    assert view is not None
    assert (view.status, view.reason) == (TaskStatus.FAILED, "sandbox_unavailable")
    assert "user namespaces" in str(view.detail)
    assert len(adapters.read_models.nodes(job.session_id, limit=2)) == 1


def test_a_worker_process_without_a_jail_takes_no_job(adapters: Adapters) -> None:
    with pytest.raises(SandboxUnavailable):
        run_worker(replace(adapters, sandbox=NoJail()), threading.Event())
