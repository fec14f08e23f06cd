"""Working off what waits, task by task, each one recorded step at a time, under a lease."""

import logging
import math
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from uuid import UUID

from application.background import repeated
from application.erasure import Erasure
from application.fair_turns import FairTurns
from application.handle import LoadedSession, Origin, SessionBusy, SessionHandler
from application.lasting_trouble import LastingTrouble
from application.perform import Performer
from application.ports.event_log import LogUnavailable
from application.ports.job_queue import Job, JobQueue, QueueUnavailable
from application.ports.leases import Lease, Leases, Waiting
from application.ports.object_store import ObjectStoreUnavailable
from application.ports.progress import OnProgress
from application.ports.subject_keys import SubjectKeysUnavailable
from domain.session.commands import ErasePersonalData, FailTask
from domain.session.next_step import NextStep, next_step

logger = logging.getLogger(__name__)

# These pass by themselves: the step stays the next one, and is taken up again later.
PASSING = (LogUnavailable, ObjectStoreUnavailable, SessionBusy, SubjectKeysUnavailable)


@dataclass(frozen=True, kw_only=True)
class WorkerPolicy:
    """How long a lease lasts without a heartbeat, how often a step may be taken up, after how long
    a worker looks again whether its task is still wanted, and says again how far it is.

    A job is worked on for no longer than `wakefulness` beyond the task in hand: RabbitMQ takes
    one back that is not acknowledged for half an hour. While the log is away it is tried again
    every `retry`. An outage is told every `remind`. What an outage cuts short counts as no
    attempt within `patience` of the session's last change.
    """

    lease: timedelta = timedelta(seconds=30)
    look: timedelta = timedelta(milliseconds=250)
    report: timedelta = timedelta(milliseconds=250)
    max_attempts: int = 5
    patience: timedelta = timedelta(hours=1)
    wakefulness: timedelta = timedelta(minutes=1)
    retry: timedelta = timedelta(seconds=1)
    remind: timedelta = timedelta(minutes=1)


class Worker:
    """Can be killed at any point: the next worker goes on from the last recorded step."""

    def __init__(
        self,
        handler: SessionHandler,
        leases: Leases,
        performer: Performer,
        queue: JobQueue,
        erasure: Erasure,
        *,
        owner: str,
        policy: WorkerPolicy,
    ) -> None:
        self._handler = handler
        self._leases = leases
        self._performer = performer
        self._queue = queue
        self._erasure = erasure
        self._owner = owner
        self._policy = policy
        self._turns = FairTurns()
        self._trouble = LastingTrouble(policy.remind)
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let go of each session after its step in hand, and leave it to other workers.

        A snippet or a replay that runs, and a question to a model, is broken off: it may take
        long, and can be done again.
        """
        self._stopping.set()

    def work(self, job: Job) -> None:
        """Do what waits, one task after another, until nothing does, for a while, or until `stop`.

        The job only wakes: which task comes next, its subject's turn says. The job's own session
        comes last: that is how one is taken up again whose last claim came to nothing. Having
        released a lease it looks again, for what came meanwhile found the session taken.
        """
        woken_by = job
        passed: set[UUID] = set()
        end = monotonic() + self._policy.wakefulness.total_seconds()
        while not self._stopping.is_set() and monotonic() < end:
            try:
                due = self._turns.next(self._leases.waiting(without=passed))
            except LogUnavailable as outage:
                # Not given back: the queue would be empty long before the outage ends.
                if self._trouble.is_to_be_told(outage):
                    logger.warning("worker is waiting", extra={"outage": str(outage)})
                self._stopping.wait(self._policy.retry.total_seconds())
                continue
            job = woken_by if due is None else due.job
            if job.session_id in passed:
                return
            if not self._take_up(job.session_id, due):
                passed.add(job.session_id)
        self._leave_to_others(job)

    def _take_up(self, session_id: UUID, due: Waiting | None) -> bool:
        """Work on the session's next task, which is `due` if that is known; whether there was one
        and nobody else had it."""
        try:
            lease = self._claimed(session_id) if due is None else self._claim(due.job, due.version)
            if lease is None:
                return False
            try:
                return self._work_on(lease)
            except PASSING:
                self._leases.forgive(lease, within=self._policy.patience)
                raise
            finally:
                self._leases.release(lease)
        except PASSING as outage:
            if self._trouble.is_to_be_told(outage):
                logger.warning(
                    "left to the sweeper",
                    extra={"session_id": str(session_id), "outage": str(outage)},
                )
            return False

    def _claimed(self, session_id: UUID) -> Lease | None:
        """A lease for what the log says is next in the session."""
        loaded = self._handler.load(session_id)
        step = next_step(loaded.state)
        if step is None:
            return None
        return self._claim(Job(session_id=session_id, task_id=step.task_id), loaded.version)

    def _claim(self, job: Job, version: int) -> Lease | None:
        return self._leases.claim(
            job, owner=self._owner, duration=self._policy.lease, version=version
        )

    def _leave_to_others(self, job: Job) -> None:
        """Wake another worker at once; the sweeper waits until a task was idle for long."""
        try:
            self._queue.enqueue([job])
        except QueueUnavailable as outage:
            logger.warning("left to the sweeper", extra={"outage": str(outage)})

    def _abandon(self, lease: Lease, step: NextStep) -> None:
        """End the task, for nobody got through `step`."""
        logger.error("task abandoned", extra={"task_id": str(lease.task_id)})
        self._handler.handle(lease.session_id, _abandonment(lease, step), _origin(lease))

    def _work_on(self, lease: Lease) -> bool:
        """Do what the lease is for, unless others did; False if the log has nothing to do, or
        others have the lease now."""
        # Only now: whoever held the session until the claim may have got on with it.
        loaded = self._handler.load(lease.session_id)
        step = next_step(loaded.state)
        if step is None or step.task_id != lease.task_id:
            return step is not None
        if lease.attempt > self._policy.max_attempts:
            self._abandon(lease, step)
            return True
        with self._watch(lease) as (lost, cancelled):
            self._finish(lease, loaded, lost, cancelled)
        return not lost.is_set()

    def _finish(
        self,
        lease: Lease,
        loaded: LoadedSession,
        lost: threading.Event,
        cancelled: threading.Event,
    ) -> None:
        """Do the task's steps until it has none left, or the lease is lost.

        Once it is cancelled, a snippet that runs is stopped, and no model is waited for; of any
        other step the log refuses the result.
        """
        on_progress = self._progress(lease)
        while not (lost.is_set() or self._stopping.is_set()):
            session = loaded.state
            if self._erasure.is_due(session):
                # A crash came between the two; without its text, no step can be done as meant.
                self._handler.handle(lease.session_id, ErasePersonalData(), _origin(lease))
                return
            step = next_step(session)
            if step is None or step.task_id != lease.task_id:
                return
            logger.info(
                "step",
                extra={"task_id": str(lease.task_id), "step": type(step).__name__},
            )
            try:
                commands = self._performer.perform(session, step, cancelled, on_progress)
                if cancelled.is_set() and (lost.is_set() or self._stopping.is_set()):
                    return  # it may have been broken off for that, which ends no task
                loaded = self._handler.go_on(lease.session_id, loaded, commands, _origin(lease))
            except PASSING:
                raise
            except Exception as error:  # noqa: BLE001  # a person waits for this task's end
                ending = _defect(lease, step, error)
                loaded = self._handler.go_on(lease.session_id, loaded, [ending], _origin(lease))

    @contextmanager
    def _watch(self, lease: Lease) -> Iterator[tuple[threading.Event, threading.Event]]:
        """Renew the lease and ask the log, in the background.

        The first event is set when the lease was lost; the second then, too, and soon after the
        task was cancelled or ended by others, or this worker is to stop.
        """
        lost, cancelled = threading.Event(), threading.Event()
        beat_seconds = self._policy.lease.total_seconds() / 3
        look_seconds = min(self._policy.look.total_seconds(), beat_seconds)
        next_beat = monotonic() + beat_seconds

        def look() -> bool:
            nonlocal next_beat
            try:
                if monotonic() >= next_beat:
                    next_beat = monotonic() + beat_seconds
                    if not self._renewed(lease):
                        # Its follower is at the same step: nobody waits for ours any more.
                        lost.set()
                        cancelled.set()
                if not (cancelled.is_set() or self._is_wanted(lease)):
                    cancelled.set()
            except BaseException:
                # Nobody would renew the lease any more.
                lost.set()
                raise
            return not lost.is_set()

        with repeated(look, seconds=look_seconds, name=f"watch-{lease.task_id}"):
            yield lost, cancelled

    def _renewed(self, lease: Lease) -> bool:
        try:
            return self._leases.renew(lease, duration=self._policy.lease)
        except LogUnavailable:
            # The lease runs out by itself if the database stays away.
            logger.warning("heartbeat failed", extra={"task_id": str(lease.task_id)})
            return True

    def _is_wanted(self, lease: Lease) -> bool:
        if self._stopping.is_set():
            return False
        try:
            return self._handler.load(lease.session_id).state.wants(lease.task_id)
        except PASSING as outage:
            if self._trouble.is_to_be_told(outage):
                logger.warning("cannot see whether a task is wanted", extra={"outage": str(outage)})
            return True

    def _progress(self, lease: Lease) -> OnProgress:
        """Says how far the task is beside its lease, not more often than anybody would look."""
        said = -math.inf

        def say(_what: str, done: int, total: int) -> None:
            nonlocal said
            now = monotonic()
            if now - said < self._policy.report.total_seconds():
                return
            said = now
            try:
                self._leases.report(lease, done=done, total=total)
            except LogUnavailable as outage:
                logger.warning("progress not told", extra={"outage": str(outage)})

        return say


def _origin(lease: Lease) -> Origin:
    return Origin(actor=f"worker:{lease.owner}", correlation_id=lease.task_id)


def _defect(lease: Lease, step: NextStep, error: Exception) -> FailTask:
    """The end of a task that met a defect of ours.

    The exception's own message may quote a cell, so only its type and place are told.
    """
    place = traceback.extract_tb(error.__traceback__)[-1]
    logger.error(
        "step failed unexpectedly",
        extra={
            "task_id": str(lease.task_id),
            "step": type(step).__name__,
            "error": type(error).__qualname__,
            "where": f"{place.filename}:{place.lineno}",
        },
    )
    return FailTask(
        step=step,
        reason="internal_error",
        detail="Something in Datatrail is broken, so the work was ended; the table is unchanged. "
        f"Say it in another way, and tell the operator the task's id {lease.task_id}.",
    )


def _abandonment(lease: Lease, step: NextStep) -> FailTask:
    return FailTask(
        step=step,
        reason="abandoned",
        detail=f"The same step was taken up {lease.attempt - 1} times and never ended, so it was "
        "given up. The table is unchanged. Try again; if it fails again, tell the operator "
        f"the task's id {lease.task_id}.",
    )
