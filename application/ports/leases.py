"""Leases keep two workers off one session. Operational state: the log decides what is due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from application.ports.job_queue import Job


@dataclass(frozen=True, kw_only=True)
class Lease:
    """`owner` works on `session_id` for `task_id`, for the `attempt`-th time (from 1)."""

    session_id: UUID
    task_id: UUID
    owner: str
    attempt: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A task that could be worked on now, by the tasks projection: the log may have got on.

    `subject_id` is whose session it is of, `version` that of the session's stream.
    """

    job: Job
    subject_id: UUID
    version: int


class Leases(Protocol):
    """At most one lease per session is alive at any time, by the database's clock."""

    def claim(self, job: Job, *, owner: str, duration: timedelta, version: int) -> Lease | None:
        """Take the session for `duration`; None while a lease of it is alive.

        `version` is the session's stream's. The lease's `attempt` is one more than that of the
        last claim of the same task at the same version, else 1: a task that gets on, however
        slowly, is always at its first attempt.
        """

    def renew(self, lease: Lease, *, duration: timedelta) -> bool:
        """Extend the lease from now. False when it was lost to somebody else."""

    def report(self, lease: Lease, *, done: int, total: int) -> None:
        """Say how far the task is, for who asks meanwhile; nothing if the lease was lost."""

    def release(self, lease: Lease) -> None:
        """Give the session up, unless the lease was lost already."""

    def forgive(self, lease: Lease, *, within: timedelta) -> None:
        """Do not count this attempt, unless the lease was lost, or the session has stayed as it is
        for longer than `within`."""

    def waiting(self, *, without: Collection[UUID] = ()) -> Sequence[Waiting]:
        """Of each subject, the unfinished task that waits longest, if any, that longest first:
        the first of its session, which nobody holds and which is not `without`.

        A session whose last claim came to nothing is left to the sweeper, and its pauses.
        """

    def abandoned(self, *, idle: timedelta) -> Sequence[Job]:
        """Unfinished tasks, the first of each session, that nobody holds and nothing moved for
        `idle`: by the tasks projection and the leases."""
