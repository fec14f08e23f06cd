"""Events as they lie in the log: read as bytes, and decoded for whoever asks what they say."""

from collections.abc import Sequence
from dataclasses import fields
from typing import LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.numeric import Int8
from sqlalchemy import Connection

from application.ports.event_log import Metadata, RecordedEvent
from domain.session.events import SessionEvent
from infrastructure.events.codec import EventCodec, decode_metadata
from infrastructure.postgres.archived_bytes import Archive
from infrastructure.postgres.records import session_of

_STORED = """
    o.position, 'session-' || e.session_id, e.version, e.type, e.schema_version,
    e.payload, e.metadata, e.hash
"""
_OF_LOG = f"""
SELECT {_STORED} FROM log_order o JOIN events e ON e.id = o.id
WHERE o.position > %b ORDER BY o.position LIMIT %b
"""  # noqa: S608 - constants only
_OF_STREAM = f"""
SELECT {_STORED} FROM events e LEFT JOIN log_order o ON o.id = e.id
WHERE e.session_id = %b AND e.version > %b ORDER BY e.version LIMIT %b
"""  # noqa: S608 - constants only

# The server goes on while these are taken: with a whole page at once, one waits for the other.
_TAKEN_AT_ONCE = 50


class _Stored(NamedTuple):
    """A row as it was read, and what reads its bytes."""

    position: int | None
    stream_id: str
    version: int
    type: str
    schema_version: int
    payload: bytes
    metadata_bytes: bytes
    hash: bytes
    codec: EventCodec


class StoredEvent(_Stored, RecordedEvent):
    """An event that was read from the log, and what it says only when it is first asked.

    Who follows the whole log looks into few events. `metadata` raises UnreadableEvent; `event`
    too, and SubjectKeysUnavailable. It equals any recorded event that says the same.

    A tuple, as the driver gives it: a frozen dataclass takes ten times as long to make.
    """

    _metadata: Metadata | None = None
    _event: SessionEvent | None = None

    def __init__(self, *_row: object, **_named: object) -> None:
        """Nothing is left to do: a tuple is made whole."""

    @property
    def session_id(self) -> UUID:
        return session_of(self.stream_id)

    @property
    def metadata(self) -> Metadata:
        metadata = self._metadata
        if metadata is None:
            metadata = decode_metadata(self.metadata_bytes)
            object.__setattr__(self, "_metadata", metadata)
        return metadata

    @property
    def event(self) -> SessionEvent:
        event = self._event
        if event is None:
            event = self.codec.decode(
                self.type,
                self.schema_version,
                self.payload,
                event_id=self.metadata.event_id,
                session_id=self.session_id,
            )
            object.__setattr__(self, "_event", event)
        return event

    def decoded(self) -> RecordedEvent:
        """The same as plain values, all of them read now."""
        return RecordedEvent(**{name: getattr(self, name) for name in _FIELDS})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RecordedEvent):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _FIELDS)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.stream_id, self.version, self.hash))


_FIELDS = [field.name for field in fields(RecordedEvent)]


def stored_in_log(
    connection: Connection, codec: EventCodec, *, after: int, limit: int
) -> Sequence[StoredEvent]:
    """At most `limit` events after a position, in order, to be made `readable`.

    Raises the driver's errors.
    """
    return _stored(connection, codec, _OF_LOG, [Int8(after), Int8(limit)])


def stored_in_stream(
    connection: Connection,
    codec: EventCodec,
    session_id: UUID,
    *,
    after_version: int,
    limit: int | None,
) -> Sequence[StoredEvent]:
    """The same of a session after a version; all of them without a `limit`."""
    most = None if limit is None else Int8(limit)
    return _stored(connection, codec, _OF_STREAM, [session_id, Int8(after_version), most])


def readable(
    events: Sequence[StoredEvent], codec: EventCodec, archive: Archive
) -> tuple[StoredEvent, ...]:
    """The events, with bytes that were archived, once it is known that this code knows them all.

    Raises UnknownEventType, ArchiveDamaged, and LogUnavailable when object storage does not serve.
    """
    for event_type, schema_version in {(event.type, event.schema_version) for event in events}:
        codec.require_known(event_type, schema_version)
    if any(event.payload is None for event in events):
        events = [
            event._replace(payload=row.payload, metadata_bytes=row.metadata)
            if event.payload is None
            else event
            for event, row in zip(events, archive.filled(events), strict=True)
        ]
    return tuple(events)


def _stored(
    connection: Connection,
    codec: EventCodec,
    query: LiteralString,
    parameters: Sequence[object],
) -> Sequence[StoredEvent]:
    """Binary, past SQLAlchemy: its rows and text to decode take several times as long."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(f"expected a psycopg connection, not {type(driver).__name__}")
    make = StoredEvent._make
    try:
        with driver.cursor(binary=True) as cursor:
            rows = cursor.stream(query, parameters, size=_TAKEN_AT_ONCE)
            return [make((*row, codec)) for row in rows]
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise
