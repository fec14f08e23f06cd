"""The relay follows the log and wakes workers. The log is the outbox: nothing is forgotten."""

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from uuid import UUID

from application.ports.event_log import LogUnavailable, RecordedEvent
from application.ports.job_queue import Job, JobQueue, QueueUnavailable
from application.ports.leases import Leases
from application.ports.subscription import Subscription
from domain.session.events import DatasetUploaded, MessagePosted

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RelayPolicy:
    """How the relay paces itself; `idle` is how long a task may lie untouched by anyone."""

    batch: int = 500
    poll: timedelta = timedelta(milliseconds=20)
    sweep: timedelta = timedelta(seconds=5)
    idle: timedelta = timedelta(seconds=10)
    retry: timedelta = timedelta(seconds=1)


class Relay:
    """Turns events that ask for work into queue messages that carry ids only."""

    def __init__(
        self,
        subscription: Subscription,
        leases: Leases,
        queue: JobQueue,
        policy: RelayPolicy,
    ) -> None:
        self._subscription = subscription
        self._leases = leases
        self._queue = queue
        self._policy = policy

    def forward(self) -> int:
        """Enqueue what one batch of events asks for; how many events it held.

        The checkpoint moves only after the broker's confirm: a crash in between enqueues again,
        which does no harm.
        """
        batch = self._subscription.pending(self._policy.batch)
        jobs = list(_jobs(batch.events))
        if jobs:
            self._queue.enqueue(jobs)
        if batch.events:
            self._subscription.acknowledge(batch)
        return len(batch.events)

    def sweep(self, idle: timedelta) -> int:
        """Enqueue unfinished tasks that nobody holds or moved for `idle`; how many there were."""
        jobs = self._leases.abandoned(idle=idle)
        if jobs:
            logger.info("abandoned tasks enqueued again", extra={"count": len(jobs)})
            self._queue.enqueue(jobs)
        return len(jobs)

    def run(self, stop: threading.Event) -> None:
        """Follow the log until `stop` is set, through outages of database and broker.

        The first sweep takes whatever is unfinished and unheld, however fresh: a queue in memory
        is empty after a restart, and only the log still knows.
        """
        next_sweep, idle = monotonic(), timedelta(0)
        while not stop.is_set():
            try:
                if monotonic() >= next_sweep:
                    self.sweep(idle)
                    idle = self._policy.idle
                    next_sweep = monotonic() + self._policy.sweep.total_seconds()
                if self.forward() == 0:
                    stop.wait(self._policy.poll.total_seconds())
            except (LogUnavailable, QueueUnavailable) as outage:
                logger.warning("relay is waiting", extra={"outage": str(outage)})
                stop.wait(self._policy.retry.total_seconds())


def _jobs(events: Sequence[RecordedEvent]) -> Iterator[Job]:
    for recorded in events:
        if isinstance(recorded.event, DatasetUploaded | MessagePosted):
            yield Job(
                session_id=UUID(recorded.stream_id.removeprefix("session-")),
                task_id=recorded.event.task_id,
            )
