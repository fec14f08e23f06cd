"""The relay follows the log and wakes workers. The log is the outbox: nothing is forgotten."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import get_args
from uuid import UUID

from application.lasting_trouble import LastingTrouble
from application.ports.event_log import LogUnavailable, RecordedEvent
from application.ports.job_queue import Job, JobQueue, QueueUnavailable
from application.ports.leases import Leases
from application.ports.notifications import Notifications
from application.ports.subject_keys import SubjectKeyMissing, SubjectKeysUnavailable
from application.ports.subscription import Batch, Subscription
from domain.session.events import (
    DatasetUploaded,
    MessagePosted,
    ProposalApproved,
    ReplayRequested,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RelayPolicy:
    """How the relay paces itself; `idle` is how long a task may lie untouched by anyone.

    It is woken when the log grows, and looks every `poll` at a log that is quiet. A task that lies
    longer is enqueued again after pauses that double from `idle` to `longest_pause`. A sweep that
    comes at least once per `idle` sees whether it was held meanwhile. It tries again `retry` after
    a trouble, and tells one that lasts every `remind`.
    """

    batch: int = 500
    poll: timedelta = timedelta(milliseconds=500)
    sweep: timedelta = timedelta(seconds=5)
    idle: timedelta = timedelta(seconds=10)
    longest_pause: timedelta = timedelta(minutes=2)
    retry: timedelta = timedelta(seconds=1)
    remind: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class _Pause:
    """After a sweep enqueued a task: how long it is left alone, and until when."""

    seconds: float
    end: float


class Relay:
    """Turns events that ask for work into queue messages that carry ids only."""

    def __init__(
        self,
        subscription: Subscription,
        notifications: Notifications,
        leases: Leases,
        queue: JobQueue,
        policy: RelayPolicy,
        *,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        self._subscription = subscription
        self._notifications = notifications
        self._leases = leases
        self._queue = queue
        self._policy = policy
        self._monotonic = monotonic
        self._pauses: Mapping[Job, _Pause] = {}
        self._trouble = LastingTrouble(policy.remind, monotonic=monotonic)

    def forward(self) -> Batch:
        """Enqueue what one batch of events asks for; the batch.

        The checkpoint moves only after the broker's confirm: a crash in between enqueues again,
        which does no harm.
        """
        batch = self._subscription.pending(self._policy.batch)
        jobs = list(_jobs(batch.events))
        if jobs:
            self._queue.enqueue(jobs)
        if batch.events:
            self._subscription.acknowledge(batch)
        return batch

    def sweep(self, idle: timedelta) -> int:
        """Enqueue unfinished tasks that nobody holds or moved for `idle`; how many it enqueued.

        Such a task may only wait behind others in the queue, so it is not enqueued at every sweep:
        the doubles would fill the queue faster than busy workers empty it.
        """
        abandoned, now = self._leases.abandoned(idle=idle), self._monotonic()
        pauses = {job: self._pauses[job] for job in abandoned if job in self._pauses}
        jobs = [job for job in abandoned if job not in pauses or pauses[job].end <= now]
        if jobs:
            self._queue.enqueue(jobs)
            logger.info("abandoned tasks enqueued again", extra={"count": len(jobs)})
        self._pauses = pauses | {job: self._pause_after(pauses.get(job), now) for job in jobs}
        return len(jobs)

    def _pause_after(self, last: _Pause | None, now: float) -> _Pause:
        longest = self._policy.longest_pause.total_seconds()
        seconds = min(2 * last.seconds, longest) if last else self._policy.idle.total_seconds()
        return _Pause(seconds=seconds, end=now + seconds)

    def run(self, stop: threading.Event) -> None:
        """Follow the log until `stop` is set, through outages of database and broker.

        The first sweep takes whatever is unfinished and unheld, however fresh: a queue in memory
        is empty after a restart, and only the log still knows. An event that cannot be read holds
        up those behind it, but not the sweeps, which find their tasks.
        """
        next_sweep, idle = self._monotonic(), timedelta(0)
        while not stop.is_set():
            try:
                if self._monotonic() >= next_sweep:
                    self.sweep(idle)
                    idle = self._policy.idle
                    next_sweep = self._monotonic() + self._policy.sweep.total_seconds()
                batch = self.forward()
                if len(batch.events) < self._policy.batch:
                    self._notifications.wait(beyond=batch.position, timeout=self._policy.poll)
                if self._trouble.ends():
                    logger.info("relay goes on")
            except (LogUnavailable, QueueUnavailable, SubjectKeysUnavailable) as outage:
                if self._trouble.is_to_be_told(outage):
                    logger.warning("relay is waiting", extra={"outage": str(outage)})
                stop.wait(self._policy.retry.total_seconds())
            except Exception as failure:
                # Without a relay every new task would wait for ever, and nothing else would fail.
                if self._trouble.is_to_be_told(failure):
                    logger.exception("relay failed, and tries again")
                stop.wait(self._policy.retry.total_seconds())


Beginning = DatasetUploaded | MessagePosted | ProposalApproved | ReplayRequested

_BEGINNINGS = {each.__name__ for each in get_args(Beginning)}


def _jobs(events: Sequence[RecordedEvent]) -> Iterator[Job]:
    for recorded in events:
        # By the type first: most events ask for nothing, and to read one takes its subject's key.
        if recorded.type not in _BEGINNINGS:
            continue
        session_id = UUID(recorded.stream_id.removeprefix("session-"))
        try:
            event = recorded.event
        except SubjectKeyMissing:
            # One person's lost key must not hold up everybody: the sweep finds the task.
            logger.exception("an event cannot be read", extra={"session_id": str(session_id)})
            continue
        if isinstance(event, Beginning):
            yield Job(session_id=session_id, task_id=event.task_id)
