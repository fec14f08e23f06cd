"""Fakes that pass the suites of the adapters they stand in for (see `tests/contracts`)."""

from collections.abc import Sequence
from dataclasses import replace
from secrets import token_bytes
from threading import Lock
from uuid import UUID

from application.ports.event_log import (
    IdempotencyConflict,
    NewEvent,
    RecordedEvent,
    WrongVersion,
)
from application.ports.subject_keys import KEY_BYTES, SubjectKeyMissing, SubjectKeys
from domain.session.events import SessionEvent, SessionStarted
from infrastructure.events.chain import GENESIS, chain_hash
from infrastructure.events.codec import EventCodec, decode_metadata, encode_metadata


class InMemorySubjectKeys:
    """The port `SubjectKeys` in memory. `keys` holds None for what was destroyed."""

    def __init__(self) -> None:
        self.keys: dict[UUID, bytes | None] = {}
        self._lock = Lock()

    def obtain(self, subject_id: UUID) -> bytes | None:
        with self._lock:
            return self.keys.setdefault(subject_id, token_bytes(KEY_BYTES))

    def find(self, subject_id: UUID) -> bytes | None:
        if subject_id not in self.keys:
            raise SubjectKeyMissing(subject_id)
        return self.keys[subject_id]

    def is_destroyed(self, subject_id: UUID) -> bool:
        return self.keys.get(subject_id, b"") is None

    def destroy(self, subject_id: UUID) -> None:
        with self._lock:
            self.keys[subject_id] = None

    def check(self) -> None:
        """Memory is always there."""


KEYS = InMemorySubjectKeys()
"""The keys of this process."""

CODEC = EventCodec(KEYS)
"""Seals and opens under those keys."""


class InMemoryEventLog:
    """The port `EventLog` in memory. `recorded` is everything, in the global order."""

    def __init__(self, keys: SubjectKeys | None = None) -> None:
        self.recorded: list[RecordedEvent] = []
        self._codec = EventCodec(keys or InMemorySubjectKeys())
        self._lock = Lock()

    def append(
        self, stream_id: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> Sequence[RecordedEvent]:
        _refuse_repeated_ids(events)
        with self._lock:
            stream = self.read(stream_id)
            new = self._chained(stream_id, events, stream[:expected_version])
            by_id = {record.metadata.event_id: record for record in self.recorded}
            known = [e.metadata.event_id for e in events if e.metadata.event_id in by_id]
            if known:
                originals = [by_id.get(e.metadata.event_id) for e in events]
                if [_content(o) for o in originals] != [_content(n) for n in new]:
                    raise IdempotencyConflict(known[0])
                return [by_id[e.metadata.event_id] for e in events]
            if len(stream) != expected_version:
                raise WrongVersion(stream_id, expected=expected_version, actual=len(stream))
            self.recorded.extend(new)
            return new

    def read(
        self, stream_id: str, *, after_version: int = 0, limit: int | None = None
    ) -> Sequence[RecordedEvent]:
        stream = [r for r in self.recorded if r.stream_id == stream_id]
        return [self._as_read_now(record) for record in stream[after_version:][:limit]]

    def check(self) -> None:
        """Memory is always there."""

    def _as_read_now(self, record: RecordedEvent) -> RecordedEvent:
        """The record with the event as its bytes say it today, after an erasure too."""
        event = self._codec.decode(
            record.type,
            record.schema_version,
            record.payload,
            event_id=record.metadata.event_id,
            session_id=UUID(record.stream_id.removeprefix("session-")),
        )
        return replace(record, event=event)

    def _chained(
        self, stream_id: str, events: Sequence[NewEvent], before: Sequence[RecordedEvent]
    ) -> list[RecordedEvent]:
        records: list[RecordedEvent] = []
        previous = before[-1].hash if before else GENESIS
        for offset, new in enumerate(events, start=1):
            encoded = self._codec.encode(
                new.event,
                event_id=new.metadata.event_id,
                session_id=UUID(stream_id.removeprefix("session-")),
                subject_id=_subject_of([*(r.event for r in before), *(e.event for e in events)]),
            )
            metadata = encode_metadata(new.metadata)
            previous = chain_hash(
                previous,
                stream_id=stream_id,
                version=len(before) + offset,
                event_type=encoded.type,
                schema_version=encoded.schema_version,
                event_id=new.metadata.event_id,
                metadata=metadata,
                payload=encoded.payload,
            )
            records.append(
                RecordedEvent(
                    position=None,
                    stream_id=stream_id,
                    version=len(before) + offset,
                    type=encoded.type,
                    schema_version=encoded.schema_version,
                    event=new.event,
                    metadata=decode_metadata(metadata),
                    payload=encoded.payload,
                    hash=previous,
                )
            )
        return records


def _subject_of(events: Sequence[SessionEvent]) -> UUID:
    """Whom the stream's first event says the session is about."""
    first = events[0]
    return first.subject_id if isinstance(first, SessionStarted) else UUID(int=0)


def _content(record: RecordedEvent | None) -> tuple[str, int, bytes] | None:
    """What makes two records the same: the hash covers all but the position."""
    return None if record is None else (record.stream_id, record.version, record.hash)


def _refuse_repeated_ids(events: Sequence[NewEvent]) -> None:
    seen: set[UUID] = set()
    for new in events:
        if new.metadata.event_id in seen:
            raise IdempotencyConflict(new.metadata.event_id)
        seen.add(new.metadata.event_id)
