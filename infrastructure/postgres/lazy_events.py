"""Events as they were read from the log: bytes, decoded for whoever asks what they say."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from application.ports.event_log import Metadata, RecordedEvent
from domain.session.events import SessionEvent
from infrastructure.events.codec import EventCodec, decode_metadata
from infrastructure.postgres.archived_bytes import Archive
from infrastructure.postgres.records import session_of


class _Stored(NamedTuple):
    """A row as it was read."""

    position: int | None
    stream_id: str
    version: int
    type: str
    schema_version: int
    payload: bytes
    metadata_bytes: bytes
    hash: bytes


class LazyEvent(_Stored, RecordedEvent):
    """An event that was read from the log, and what it says only when it is first asked.

    Who follows the whole log looks into few events. `metadata` raises UnreadableEvent; `event`
    too, and SubjectKeysUnavailable. It equals any recorded event that says the same.

    A tuple, as the driver gives it: a frozen dataclass takes ten times as long to make. What
    decodes it is the class's, see `made_for`: to add it to each tuple would make that anew.
    """

    codec: ClassVar[EventCodec]

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


# By place, which takes half as long as by name.
_KIND = itemgetter(_Stored._fields.index("type"), _Stored._fields.index("schema_version"))
_PAYLOAD = itemgetter(_Stored._fields.index("payload"))
_FIELDS = [field.name for field in fields(RecordedEvent)]

MakeEvent = Callable[[Sequence[Any]], LazyEvent]
"""Makes an event of a row."""


def made_for(reading: EventCodec) -> MakeEvent:
    """What makes events that are decoded by a codec. To be kept: it takes longer than many rows."""

    class Event(LazyEvent):
        codec = reading

    # Past `_make`, which takes as long as all else that is done with a row.
    return partial(tuple.__new__, Event)


def readable(
    events: Sequence[LazyEvent], codec: EventCodec, archive: Archive
) -> tuple[LazyEvent, ...]:
    """The events, with bytes that were archived, once it is known that this code knows them all.

    Raises UnknownEventType, ArchiveDamaged, and LogUnavailable when object storage does not serve.
    """
    for event_type, schema_version in set(map(_KIND, events)):
        codec.require_known(event_type, schema_version)
    if None in map(_PAYLOAD, events):
        events = [
            event._replace(payload=row.payload, metadata_bytes=row.metadata)
            if event.payload is None
            else event
            for event, row in zip(events, archive.filled(events), strict=True)
        ]
    return tuple(events)
