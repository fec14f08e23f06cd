"""The registry of event types, and the boundary where recorded bytes become today's events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args
from uuid import UUID

from application.ports.event_log import Metadata
from domain.session.events import SessionEvent
from infrastructure.events.errors import UnencodableEvent, UnknownEventType, UnreadableEvent
from infrastructure.events.json_values import canonical_bytes, parse
from infrastructure.events.typed_values import read_as

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes the JSON object of one version into that of the next."""

CURRENT_VERSIONS: Mapping[str, int] = {
    **{cls.__name__: 1 for cls in get_args(SessionEvent)},
    "SessionStarted": 2,
}
"""Every event type and the version in which it is written today."""

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    # Before sessions were about somebody, each was a subject of its own.
    ("SessionStarted", 1): lambda started: {**started, "subject_id": started["session_id"]},
}
"""By type and the version that is read; a type at version n needs those of 1 to n - 1."""


@dataclass(frozen=True, kw_only=True)
class EncodedEvent:
    """An event as it is recorded: `payload` is canonical JSON (RFC 8785)."""

    type: str
    schema_version: int
    payload: bytes


class EventCodec:
    """Events to bytes and back, across versions."""

    def __init__(
        self,
        versions: Mapping[str, int] = CURRENT_VERSIONS,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    ) -> None:
        self._classes = {cls.__name__: cls for cls in get_args(SessionEvent)}
        self._versions = versions
        self._upcasters = upcasters

    def encode(
        self, event: SessionEvent, *, event_id: UUID, session_id: UUID, subject_id: UUID
    ) -> EncodedEvent:
        """The event's record. Raises UnencodableEvent when it could not be read back the same."""
        name = type(event).__name__
        if name not in self._versions:
            raise UnencodableEvent(f"{name} is not a registered event")
        encoded = EncodedEvent(
            type=name, schema_version=self._versions[name], payload=canonical_bytes(event)
        )
        try:
            same = (
                self.decode(
                    name,
                    encoded.schema_version,
                    encoded.payload,
                    event_id=event_id,
                    session_id=session_id,
                )
                == event
            )
        except UnreadableEvent as error:
            raise UnencodableEvent(f"{name} could not be read back: {error}") from error
        if not same:
            raise UnencodableEvent(f"{name} would be read back with other values")
        return encoded

    def decode(
        self,
        event_type: str,
        schema_version: int,
        payload: bytes,
        *,
        event_id: UUID,
        session_id: UUID,
    ) -> SessionEvent:
        """The event as today's code knows it. Raises UnknownEventType or UnreadableEvent."""
        current = self._versions.get(event_type)
        if current is None or not 1 <= schema_version <= current:
            raise UnknownEventType(event_type, schema_version)
        value = parse(payload)
        for version in range(schema_version, current):
            if (event_type, version) not in self._upcasters:
                raise UnknownEventType(event_type, version)
            value = self._upcasters[event_type, version](value)
        return cast(SessionEvent, read_as(self._classes[event_type], value))


def encode_metadata(metadata: Metadata) -> bytes:
    """Canonical JSON of the metadata. Raises UnencodableEvent."""
    return canonical_bytes(metadata)


def decode_metadata(data: bytes) -> Metadata:
    """The metadata in its canonical JSON. Raises UnreadableEvent."""
    return cast(Metadata, read_as(Metadata, parse(data)))
