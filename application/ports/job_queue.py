"""Waking workers. The log knows what is unfinished; the queue only says where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class QueueUnavailable(Exception):
    """The broker cannot be reached or did not confirm; the message says which and why."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A session that has unfinished work, and the task that made us look."""

    session_id: UUID
    task_id: UUID


class JobQueue(Protocol):
    """Delivers each job at least once to some worker."""

    def enqueue(self, jobs: Sequence[Job]) -> None:
        """Hand over `jobs`; on return the broker has confirmed every one.

        Raises QueueUnavailable; then any of them may or may not be delivered.
        """

    def check(self) -> None:
        """Raise QueueUnavailable unless the broker answers now."""
