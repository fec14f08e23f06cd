"""Following the whole log, past and future, without losing an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from application.ports.event_log import RecordedEvent


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A place in the log's settled order: the writing transaction, then the position."""

    transaction: int = 0
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some settled events in order, and the checkpoint that stands after them."""

    events: Sequence[RecordedEvent]
    checkpoint: Checkpoint


class Subscription(Protocol):
    """One named reader of the log. Each event is delivered at least once, in order.

    An event is settled when no transaction that began before it can still commit, so that a slow
    writer's events are never skipped.
    """

    def pending(self, limit: int) -> Batch:
        """The next settled events after the saved checkpoint; empty when there are none yet."""

    def acknowledge(self, batch: Batch) -> None:
        """Save the batch's checkpoint: its events are not delivered again."""
