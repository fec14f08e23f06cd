"""The relay forgets nothing: its checkpoint moves only after the broker's confirm."""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from application.ports.event_log import Metadata, RecordedEvent, session_stream
from application.ports.job_queue import Job, QueueUnavailable
from application.ports.leases import Lease, Waiting
from application.ports.subject_keys import SubjectKeyMissing
from application.ports.subscription import Batch
from application.relay import Relay, RelayPolicy
from domain.session.events import (
    DatasetUploaded,
    MessagePosted,
    ReplayRequested,
    SessionEvent,
    SessionStarted,
)
from infrastructure.events.errors import UnreadableEvent
from tests.specifications.given import a_dataset, uid

SESSION = uid(1)
QUICK = RelayPolicy(retry=timedelta(milliseconds=1), poll=timedelta(milliseconds=1))


class OneBatch:
    """A subscription to a log that holds these events."""

    def __init__(self, *events: SessionEvent) -> None:
        self.events = [
            RecordedEvent(
                position=number,
                stream_id=session_stream(SESSION),
                version=number,
                type=type(event).__name__,
                schema_version=1,
                event=event,
                metadata=Metadata(
                    event_id=uid(number),
                    actor="test",
                    recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
                    correlation_id=uid(0),
                ),
                payload=b"{}",
                hash=b"",
            )
            for number, event in enumerate(events, start=1)
        ]
        self.acknowledged = 0

    def pending(self, limit: int) -> Batch:
        events = self.events[self.acknowledged :][:limit]
        return Batch(events=events, position=self.acknowledged + len(events))

    def acknowledge(self, batch: Batch) -> None:
        self.acknowledged = batch.position


class NoNotifications:
    """Wakes nobody: the relay finds what there is by looking."""

    def wait(self, *, beyond: int, timeout: timedelta) -> int:
        time.sleep(timeout.total_seconds())
        return 0


class Growth:
    """Notifications of a log that grows when they are waited for."""

    def __init__(self, grow: Callable[[], None]) -> None:
        self.grow = grow
        self.waited_beyond: list[int] = []

    def wait(self, *, beyond: int, timeout: timedelta) -> int:
        self.waited_beyond.append(beyond)
        self.grow()
        return beyond


class Queue:
    """A broker that is away for the first `outages` times."""

    def __init__(self, *, outages: int = 0) -> None:
        self.outages = outages
        self.jobs: list[Job] = []

    def enqueue(self, jobs: Sequence[Job]) -> None:
        if self.outages:
            self.outages -= 1
            raise QueueUnavailable("the broker is away")
        self.jobs += jobs

    def check(self) -> None:
        pass


class Time:
    """A clock that stands still until it is moved."""

    now = 0

    def __call__(self) -> float:
        return self.now


class NobodysLeases:
    """Leases under which some tasks lie abandoned."""

    def __init__(self, *abandoned: Job) -> None:
        self.jobs = abandoned
        self.idle: list[timedelta] = []

    def abandoned(self, *, idle: timedelta) -> Sequence[Job]:
        self.idle.append(idle)
        return self.jobs

    def waiting(self, *, without: Collection[UUID] = ()) -> Sequence[Waiting]:
        return ()

    def claim(self, job: Job, *, owner: str, duration: timedelta, version: int) -> Lease | None: ...

    def renew(self, lease: Lease, *, duration: timedelta) -> bool:
        return True

    def report(self, lease: Lease, *, done: int, total: int) -> None: ...

    def release(self, lease: Lease) -> None: ...

    def forgive(self, lease: Lease, *, within: timedelta) -> None: ...


def relay_over(
    subscription: OneBatch,
    leases: NobodysLeases,
    queue: Queue,
    policy: RelayPolicy = QUICK,
    *,
    monotonic: Callable[[], float] = time.monotonic,
) -> Relay:
    return Relay(subscription, NoNotifications(), leases, queue, policy, monotonic=monotonic)


UPLOAD = DatasetUploaded(task_id=uid(2), dataset=a_dataset())
MESSAGE = MessagePosted(task_id=uid(3), text="sort")
REPLAY = ReplayRequested(task_id=uid(4))
STARTED = SessionStarted(session_id=SESSION, title="", subject_id=SESSION)


def test_events_that_ask_for_work_become_jobs_of_ids_in_their_order() -> None:
    subscription, queue = OneBatch(STARTED, UPLOAD, MESSAGE, REPLAY), Queue()
    relay = relay_over(subscription, NobodysLeases(), queue, QUICK)
    assert len(relay.forward().events) == 4
    assert queue.jobs == [
        Job(session_id=SESSION, task_id=uid(2)),
        Job(session_id=SESSION, task_id=uid(3)),
        Job(session_id=SESSION, task_id=uid(4)),
    ]
    assert relay.forward().events == []


def test_the_checkpoint_stays_when_the_broker_does_not_confirm() -> None:
    subscription, queue = OneBatch(UPLOAD), Queue(outages=1)
    relay = relay_over(subscription, NobodysLeases(), queue, QUICK)
    with pytest.raises(QueueUnavailable):
        relay.forward()
    assert subscription.acknowledged == 0
    relay.forward()
    assert len(queue.jobs) == 1


def test_events_that_ask_for_nothing_move_the_checkpoint_without_a_broker() -> None:
    subscription, queue = OneBatch(STARTED), Queue(outages=9)
    batch = relay_over(subscription, NobodysLeases(), queue, QUICK).forward()
    assert len(batch.events) == 1
    assert subscription.acknowledged == 1


class Sealed(RecordedEvent):
    """An event under a key that is lost."""

    def __getattribute__(self, name: str) -> object:
        if name == "event":
            raise SubjectKeyMissing(uid(0))
        return super().__getattribute__(name)


def test_a_lost_key_holds_up_nobodys_work_but_its_own() -> None:
    subscription, queue = OneBatch(STARTED, UPLOAD, MESSAGE), Queue()
    for number in (0, 1):
        whole = subscription.events[number]
        subscription.events[number] = Sealed(
            **{field.name: getattr(whole, field.name) for field in fields(whole)}
        )
    relay_over(subscription, NobodysLeases(), queue, QUICK).forward()
    assert subscription.acknowledged == 3
    assert [job.task_id for job in queue.jobs] == [MESSAGE.task_id]


def test_an_event_that_cannot_be_read_does_not_end_the_relay_and_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Unreadable(OneBatch):
        def pending(self, limit: int) -> Batch:
            raise UnreadableEvent("the log holds an event of a newer version")

    leases, stop = NobodysLeases(), threading.Event()
    relay = relay_over(Unreadable(), leases, Queue(), replace(QUICK, sweep=timedelta(0)))
    thread = threading.Thread(target=relay.run, args=(stop,), daemon=True)
    thread.start()
    while len(leases.idle) < 3:
        assert thread.is_alive(), "nobody would look for abandoned tasks any more"
        stop.wait(0.01)
    stop.set()
    thread.join(5)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_the_relay_outlives_an_outage_and_its_first_sweep_takes_everything() -> None:
    lost = Job(session_id=SESSION, task_id=uid(9))
    subscription, queue = OneBatch(UPLOAD, MESSAGE), Queue(outages=3)
    leases, stop = NobodysLeases(lost), threading.Event()
    thread = threading.Thread(
        target=relay_over(subscription, leases, queue, QUICK).run, args=(stop,), daemon=True
    )
    thread.start()
    while len(queue.jobs) < 3:
        assert thread.is_alive()
        stop.wait(0.01)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert {job.task_id for job in queue.jobs} == {uid(2), uid(3), uid(9)}
    assert leases.idle[0] == timedelta(0)


def test_a_task_that_waits_behind_others_is_not_enqueued_at_every_sweep() -> None:
    waiting = Job(session_id=SESSION, task_id=uid(9))
    queue = Queue()
    relay = relay_over(
        OneBatch(), NobodysLeases(waiting), queue, RelayPolicy(idle=timedelta(hours=1))
    )
    assert [relay.sweep(timedelta(0)) for _ in range(10)] == [1] + [0] * 9
    assert queue.jobs == [waiting]


def test_a_task_that_stays_abandoned_is_enqueued_after_ever_longer_pauses() -> None:
    stuck = Job(session_id=SESSION, task_id=uid(9))
    policy = RelayPolicy(idle=timedelta(seconds=10), longest_pause=timedelta(seconds=40))
    time = Time()
    relay = relay_over(OneBatch(), NobodysLeases(stuck), Queue(), policy, monotonic=time)
    taken = []
    for time.now in range(0, 200, 5):
        if relay.sweep(policy.idle):
            taken.append(time.now)
    assert taken == [0, 10, 30, 70, 110, 150, 190]


def test_a_task_that_was_held_or_moved_meanwhile_is_abandoned_anew() -> None:
    job = Job(session_id=SESSION, task_id=uid(9))
    queue, leases = Queue(), NobodysLeases(job)
    relay = relay_over(OneBatch(), leases, queue, RelayPolicy(idle=timedelta(hours=1)))
    relay.sweep(timedelta(0))
    leases.jobs = ()
    relay.sweep(timedelta(0))
    leases.jobs = (job,)
    relay.sweep(timedelta(0))
    assert queue.jobs == [job, job]


def test_a_sweep_that_the_broker_did_not_confirm_is_made_again() -> None:
    job = Job(session_id=SESSION, task_id=uid(9))
    queue = Queue(outages=1)
    relay = relay_over(OneBatch(), NobodysLeases(job), queue, RelayPolicy(idle=timedelta(hours=1)))
    with pytest.raises(QueueUnavailable):
        relay.sweep(timedelta(0))
    assert relay.sweep(timedelta(0)) == 1


def test_the_relay_is_woken_when_the_log_grows_beyond_what_it_read() -> None:
    subscription, queue, stop = OneBatch(UPLOAD), Queue(), threading.Event()

    def grow() -> None:
        if len(subscription.events) == 1:
            subscription.events += OneBatch(STARTED, MESSAGE).events[1:]
        else:
            stop.set()

    growth = Growth(grow)
    policy = RelayPolicy(poll=timedelta(hours=1))
    Relay(subscription, growth, NobodysLeases(), queue, policy).run(stop)
    assert [job.task_id for job in queue.jobs] == [uid(2), uid(3)]
    assert growth.waited_beyond == [1, 2]
