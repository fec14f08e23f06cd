"""What is written: events of 500 bytes, to a few open sessions of each writer in turn.

The recorder of a peer takes bytes. So the store is given bytes too, encoded beforehand, and the
whole port (`EventLog.append`, with encoding, sealing and reading back) is measured beside it.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID, uuid4

import uuid6

from application.ports.event_log import Metadata, NewEvent, session_stream
from domain.session.events import MessagePosted, SessionStarted, SnippetWritten
from infrastructure.events.codec import EncodedEvent, encode_metadata
from infrastructure.events.json_values import canonical_bytes
from infrastructure.postgres.appends import Append, Row

PAYLOAD_BYTES = 500
STREAMS = 16
"""Sessions of each writer."""

_BEFOREHAND = 100_000
_CORRELATION = uuid4()

Made = TypeVar("Made")


class Stream:
    """A session as its only writer sees it: makes appends that follow one another."""

    def __init__(self) -> None:
        self.session_id, self._task_id = uuid4(), uuid4()
        self.version = 0
        bare = len(canonical_bytes(self._snippet("")))
        self._event = self._snippet("x" * (PAYLOAD_BYTES - bare))
        encoded = EncodedEvent(
            type=type(self._event).__name__,
            schema_version=1,
            payload=canonical_bytes(self._event),
        )
        new = NewEvent(event=self._event, metadata=_metadata())
        self._row = Row.of(new, encoded, encode_metadata(new.metadata))

    @property
    def stream_id(self) -> str:
        return session_stream(self.session_id)

    def opening(self) -> Sequence[NewEvent]:
        """The session's beginning, with a message for the work to be about."""
        self.version += 2
        started = SessionStarted(
            session_id=self.session_id, subject_id=self.session_id, title="Bench"
        )
        posted = MessagePosted(task_id=self._task_id, text="Go on")
        return [NewEvent(event=event, metadata=_metadata()) for event in (started, posted)]

    def next_events(self, count: int) -> Sequence[NewEvent]:
        """The next `count` events, as the port takes them."""
        self.version += count
        return [NewEvent(event=self._event, metadata=_metadata()) for _ in range(count)]

    def next_append(self, count: int) -> Append:
        """The next `count` events as bytes, as the log's function takes them."""
        append = Append(
            session_id=self.session_id,
            subject_id=self.session_id,
            expected_version=self.version,
            rows=[self._row._replace(event_id=next_event_id()) for _ in range(count)],
        )
        self.version += count
        return append

    def _snippet(self, code: str) -> SnippetWritten:
        return SnippetWritten(task_id=self._task_id, step=0, attempt=1, code=code)


def next_event_id() -> UUID:
    """They grow, as UUIDs of version 7 do, and cost next to nothing."""
    return UUID(int=next(_EVENT_IDS))


def _metadata() -> Metadata:
    return Metadata(
        event_id=next_event_id(),
        actor="bench",
        recorded_at=_NOW,
        correlation_id=_CORRELATION,
    )


_EVENT_IDS = itertools.count(uuid6.uuid7().int)
_NOW = datetime.now(UTC)


def made_beforehand(batches: Iterator[Made], size: int) -> Iterator[Made]:
    """The same, of which those of the first 100,000 events are made at once.

    What writers do beside writing is on the same processors.
    """
    return itertools.chain(list(itertools.islice(batches, _BEFOREHAND // size)), batches)
