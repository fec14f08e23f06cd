"""Following the whole log, past and future, without losing an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from application.ports.event_log import RecordedEvent


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some events in the log's order, and the position of the last one.

    Of an empty batch that is the position that was saved, 0 at first.
    """

    events: Sequence[RecordedEvent]
    position: int


class Subscription(Protocol):
    """One named reader of the log. Each event is delivered at least once, in order.

    An event has its position when no transaction that began before it can still commit, so that a
    slow writer's events are never skipped. Positions count from 1 without a gap.

    What an event says may be decoded when it is first asked: bytes that cannot be read are told
    there, and a type that is not known before that.
    """

    def pending(self, limit: int) -> Batch:
        """The next events after the saved position; empty when there are none yet."""

    def acknowledge(self, batch: Batch) -> None:
        """Save the batch's position, unless a later one is: its events are not delivered again,
        but for those of the last moment before a crash of the server that keeps the position."""
