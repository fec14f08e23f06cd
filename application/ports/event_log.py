"""The immutable log: append with expected version, read a stream in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.session.events import SessionEvent


class WrongVersion(Exception):
    """Somebody else appended first. Load the stream again and decide anew."""

    def __init__(self, stream_id: str, *, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream_id} is at version {actual}, not at {expected}")
        self.stream_id = stream_id
        self.expected = expected
        self.actual = actual


class IdempotencyConflict(Exception):
    """An event of this id is in the log already, with other content or in another place."""

    def __init__(self, event_id: UUID) -> None:
        super().__init__(f"event {event_id} is in the log already, and it is not the same event")
        self.event_id = event_id


class LogUnavailable(Exception):
    """The log cannot be reached or refuses to serve; the message says which and why."""


class EventUnreadable(Exception):
    """An event of the log is of a newer version, or damaged; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """Who, why and when. `recorded_at` is in UTC; `event_id` is a UUIDv7.

    `correlation_id` is shared by all that one request or turn caused; `causation_id` is the event
    that a worker went on from, None for what a request caused; `trace_id` a distributed trace.
    """

    event_id: UUID
    actor: str
    recorded_at: datetime
    correlation_id: UUID
    causation_id: UUID | None = None
    trace_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """An event that is to be appended."""

    event: SessionEvent
    metadata: Metadata


@dataclass(frozen=True, kw_only=True)
class RecordedEvent:
    """An event as it stands in the log.

    `version` counts from 1 within the stream. `position` counts from 1 in the one order of all
    events; None until that is final for this event, soon after it was appended. `payload` is the
    canonical JSON (RFC 8785) that was hashed; `event` is what today's code reads from it. `hash`
    chains the event to its predecessor in the stream.
    """

    position: int | None
    stream_id: str
    version: int
    type: str
    schema_version: int
    event: SessionEvent
    metadata: Metadata
    payload: bytes
    hash: bytes


class EventLog(Protocol):
    """Every method raises LogUnavailable when the log cannot be reached."""

    def append(
        self, stream_id: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> Sequence[RecordedEvent]:
        """Append all of `events` or none, durable on return.

        `expected_version` is the version of the stream's last event, 0 for a new stream. The same
        events again (same ids, same content, same place) return the original records.
        Raises WrongVersion or IdempotencyConflict.
        """

    def read(
        self, stream_id: str, *, after_version: int = 0, limit: int | None = None
    ) -> Sequence[RecordedEvent]:
        """The stream's events in order, those of `after_version` and before left out."""

    def check(self) -> None:
        """Raise LogUnavailable unless the log answers now and is at the schema this code needs."""


def session_stream(session_id: UUID) -> str:
    """The stream of a session."""
    return f"session-{session_id}"
