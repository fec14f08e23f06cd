"""Events that were read from the log: as bytes, until somebody asks what they say."""

from dataclasses import replace
from uuid import uuid4

import pytest

from application.ports.event_log import RecordedEvent, session_stream
from domain.session.erasure import ERASED
from domain.session.events import MessagePosted
from infrastructure.events.codec import EventCodec, encode_metadata
from infrastructure.events.errors import UnknownEventType, UnreadableEvent
from infrastructure.postgres.archived_bytes import NoArchive
from infrastructure.postgres.lazy_events import LazyEvent, made_for, readable
from tests.contracts.histories import message
from tests.fakes import InMemorySubjectKeys


def recorded_and_stored(codec: EventCodec) -> tuple[RecordedEvent, LazyEvent]:
    """One event as its writer knows it, and as it is read."""
    new, session_id = message("Drop the empty rows"), uuid4()
    encoded = codec.encode(
        new.event, event_id=new.metadata.event_id, session_id=session_id, subject_id=session_id
    )
    recorded = RecordedEvent(
        position=7,
        stream_id=session_stream(session_id),
        version=3,
        type=encoded.type,
        schema_version=encoded.schema_version,
        event=new.event,
        metadata=new.metadata,
        payload=encoded.payload,
        hash=bytes(32),
    )
    kind = (encoded.type, encoded.schema_version)
    row = (7, recorded.stream_id, 3, *kind, encoded.payload, encode_metadata(new.metadata))
    return recorded, made_for(codec)((*row, recorded.hash))


def test_what_is_read_equals_what_was_recorded_and_nothing_else() -> None:
    recorded, stored = recorded_and_stored(EventCodec(InMemorySubjectKeys()))
    assert stored == recorded
    assert recorded == stored
    assert not stored != recorded  # noqa: SIM202 - it is the other operator that is shown
    assert stored.decoded() == recorded
    assert stored != replace(recorded, version=4)
    assert stored != stored._replace(hash=bytes(31) + b"1")
    assert {stored, stored._replace()} == {stored}


def test_nothing_of_an_event_that_was_read_can_be_changed() -> None:
    _, stored = recorded_and_stored(EventCodec(InMemorySubjectKeys()))
    for name in ("position", "payload", "event", "metadata"):
        with pytest.raises(AttributeError):
            setattr(stored, name, None)


def test_damaged_bytes_are_told_to_whoever_asks_what_they_say_and_each_time() -> None:
    _, stored = recorded_and_stored(EventCodec(InMemorySubjectKeys()))
    damaged = stored._replace(payload=stored.payload[:-1], metadata_bytes=b"{}")
    assert damaged.type == "MessagePosted"
    for _ in range(2):
        with pytest.raises(UnreadableEvent):
            _ = damaged.event
        with pytest.raises(UnreadableEvent):
            _ = damaged.metadata


def test_what_was_erased_between_reading_and_asking_reads_as_erased() -> None:
    keys = InMemorySubjectKeys()
    _, stored = recorded_and_stored(EventCodec(keys))
    keys.destroy(stored.session_id)
    assert isinstance(stored.event, MessagePosted)
    assert stored.event.text == ERASED


def test_an_unknown_type_or_version_is_told_before_anybody_asks() -> None:
    codec = EventCodec(InMemorySubjectKeys())
    _, stored = recorded_and_stored(codec)
    assert readable([stored], codec, NoArchive()) == (stored,)
    for unknown in (stored._replace(type="Renamed"), stored._replace(schema_version=99)):
        with pytest.raises(UnknownEventType):
            readable([stored, unknown], codec, NoArchive())
