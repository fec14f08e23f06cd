"""The registry of event types, and the boundary where recorded bytes become today's events."""

import json
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args
from uuid import UUID

from application.ports.event_log import Metadata
from application.ports.subject_keys import SubjectKeys
from domain.session.events import SessionEvent
from infrastructure.events.errors import (
    KeysNotGiven,
    UnencodableEvent,
    UnknownEventType,
    UnreadableEvent,
)
from infrastructure.events.json_values import Json, canonical_bytes, dump, parse, to_json
from infrastructure.events.personal_fields import (
    Fields,
    erased,
    personal_fields,
    put_in,
    take_out,
    telling,
)
from infrastructure.events.sealing import seal, unseal
from infrastructure.events.typed_values import read_as

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes the JSON object of one version into that of the next, sealed fields included."""


def _with_addressed_snapshot(event: dict[str, Any]) -> dict[str, Any]:
    """Before columns were shared, each snapshot was one Parquet file, named by its digest."""
    match event.get("snapshot"):
        case {"file_digest": str(digest), **others}:
            return {**event, "snapshot": {**others, "address": f"parquet:{digest}"}}
    return event


def _with_usage(event: dict[str, Any]) -> dict[str, Any]:
    """Of what an execution took, only the time on the clock was recorded."""
    return {
        "usage": {"wall_seconds": event.get("wall_seconds")},
        **{name: value for name, value in event.items() if name != "wall_seconds"},
    }


def _with_attempts(event: dict[str, Any]) -> dict[str, Any]:
    """How many replies a question took was not recorded; the built-in planner needs none."""
    match event.get("call"):
        case {"model": model, **others}:
            attempts = 0 if model == "built-in planner" else 1
            return {**event, "call": {"model": model, **others, "attempts": attempts}}
    return event


CURRENT_VERSIONS: Mapping[str, int] = {
    **{cls.__name__: 1 for cls in get_args(SessionEvent)},
    "SessionStarted": 2,
    "PlanMade": 4,
    "SnippetWritten": 2,
    "SnippetReviewed": 2,
    "SnippetExecuted": 5,
    "SnippetFailed": 3,
    "NodeCommitted": 2,
    "DatasetUploaded": 3,
    "TurnCompleted": 2,
    "TurnFailed": 2,
    "PointerMoved": 2,
    "MessagePosted": 3,
}
"""Every event type and the version in which it is written today."""

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    # Before sessions were about somebody, each was a subject of its own.
    ("SessionStarted", 1): lambda started: {**started, "subject_id": started.get("session_id")},
    # A file could not be read again, nor in other ways: what there is now to say has defaults.
    ("DatasetUploaded", 1): lambda uploaded: uploaded,
    # Letters that look as though encoded twice could not be kept: they were mended.
    ("DatasetUploaded", 2): lambda uploaded: uploaded,
    ("PlanMade", 1): _with_attempts,
    ("SnippetWritten", 1): _with_attempts,
    ("SnippetReviewed", 1): _with_attempts,
    ("SnippetExecuted", 1): _with_addressed_snapshot,
    ("SnippetExecuted", 2): _with_usage,
    # Nothing was asserted of the difference that a snippet made.
    ("SnippetExecuted", 3): lambda executed: executed,
    # Nobody counted the cells that a snippet changed.
    ("SnippetExecuted", 4): lambda executed: executed,
    ("SnippetFailed", 1): _with_usage,
    ("SnippetFailed", 2): lambda failed: failed,
    # What the question to a model had cost that a turn ended with was lost.
    ("TurnFailed", 1): lambda failed: failed,
    # A plan could neither name a node nor offer choices; what there is now to say has defaults.
    ("PlanMade", 2): lambda made: made,
    # Missing values were filled and dropped in fewer ways: what there is now to say has defaults.
    ("PlanMade", 3): lambda made: made,
    # No branch was begun by name: there is one more cause.
    ("PointerMoved", 1): lambda moved: moved,
    # Every message was to be done at once.
    ("MessagePosted", 1): lambda posted: posted,
    # Every message was in words: its steps were planned.
    ("MessagePosted", 2): lambda posted: posted,
    # No snippet could answer.
    ("TurnCompleted", 1): lambda completed: completed,
    ("NodeCommitted", 1): _with_addressed_snapshot,
}
"""By type and the version that is read; a type at version n needs those of 1 to n - 1."""

_SEALED, _SUBJECT = "$sealed", "$subject"


@dataclass(frozen=True, kw_only=True)
class EncodedEvent:
    """An event as it is recorded: `payload` is canonical JSON (RFC 8785).

    It holds the public fields, and `$sealed` with the personal ones and `$subject`, if any say
    something.
    """

    type: str
    schema_version: int
    payload: bytes


class EventCodec:
    """Events to bytes and back, across versions; what names a person is sealed on the way.

    Without `keys` it serves what names nobody, and raises KeysNotGiven for all else. With them,
    both ways raise SubjectKeysUnavailable when the keys are out of reach.
    """

    def __init__(
        self,
        keys: SubjectKeys | None = None,
        versions: Mapping[str, int] = CURRENT_VERSIONS,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    ) -> None:
        self._keys = keys
        self._classes = {cls.__name__: cls for cls in get_args(SessionEvent)}
        self._versions = versions
        self._upcasters = upcasters

    def encode(
        self, event: SessionEvent, *, event_id: UUID, session_id: UUID, subject_id: UUID
    ) -> EncodedEvent:
        """The event's record: the same bytes for the same event, until its subject is erased.

        Of a subject that was erased, the personal fields are recorded as erased.
        Raises UnencodableEvent when the event could not be read back the same.
        """
        name = type(event).__name__
        if name not in self._versions:
            raise UnencodableEvent(f"{name} is not a registered event")
        document = to_json(event)
        payload = dump(document, name)
        self._require_readable(event, payload)
        personal = personal_fields(name, self._versions[name])
        secrets = telling(document, personal)
        if secrets:
            take_out(document, secrets)
            key = self._required_keys(name).obtain(subject_id)
            if key is None:
                put_in(document, erased(document, personal))
            else:
                sealed = seal(
                    dump(secrets, name), subject_key=key, session_id=session_id, event_id=event_id
                )
                document[_SEALED] = b64encode(sealed).decode("ascii")
                document[_SUBJECT] = str(subject_id)
            payload = dump(document, name)
        return EncodedEvent(type=name, schema_version=self._versions[name], payload=payload)

    def decode(
        self,
        event_type: str,
        schema_version: int,
        payload: bytes,
        *,
        event_id: UUID,
        session_id: UUID,
    ) -> SessionEvent:
        """The event as today's code knows it; what was erased reads as such.

        Raises UnknownEventType or UnreadableEvent.
        """
        self.require_known(event_type, schema_version)
        document = parse(payload)
        if not isinstance(document, dict):
            raise UnreadableEvent(f"holds {type(document).__name__} instead of an object")
        personal = personal_fields(event_type, schema_version)
        if document.keys() & {_SEALED, _SUBJECT}:
            sealed, subject_id = _sealed_parts(document)
            key = self._required_keys(event_type).find(subject_id)
            if key is None:
                put_in(document, erased(document, personal))
            else:
                opened = unseal(sealed, subject_key=key, session_id=session_id, event_id=event_id)
                put_in(document, _fields(opened))
        elif self._was_erased(session_id, clear := telling(document, personal)):
            take_out(document, clear)
            put_in(document, erased(document, personal))
        return self._read(event_type, schema_version, document)

    def decode_opened(
        self, event_type: str, schema_version: int, document: Mapping[str, Any]
    ) -> SessionEvent:
        """The event of a record that was opened by who has the key of its session.

        `document` is its JSON, in which the fields that were sealed stand beside the others by
        their paths. If it still names a subject and they are not there, they read as erased.
        Raises UnknownEventType or UnreadableEvent.
        """
        self.require_known(event_type, schema_version)
        personal = personal_fields(event_type, schema_version)
        clear = parse(json.dumps(document).encode())
        was_sealed = clear.pop(_SUBJECT, None) is not None
        opened = {path: clear.pop(path) for path in personal if path in clear}
        put_in(clear, opened)
        if was_sealed:
            put_in(clear, erased(clear, personal))
        return self._read(event_type, schema_version, clear)

    def require_known(self, event_type: str, schema_version: int) -> None:
        """Raise UnknownEventType unless events of this type and version can be read."""
        if not self.knows(event_type, schema_version):
            raise UnknownEventType(event_type, schema_version)

    def knows(self, event_type: str, schema_version: int) -> bool:
        """Whether events of this type and version can be read."""
        return 1 <= schema_version <= self._versions.get(event_type, 0)

    def _was_erased(self, session_id: UUID, clear: Fields) -> bool:
        """Whether what was recorded in clear, before there was any sealing, was erased since.

        Each session was a subject of its own then.
        """
        return bool(clear) and self._keys is not None and self._keys.is_destroyed(session_id)

    def _read(self, event_type: str, schema_version: int, document: Json) -> SessionEvent:
        for version in range(schema_version, self._versions[event_type]):
            if (event_type, version) not in self._upcasters:
                raise UnknownEventType(event_type, version)
            document = self._upcasters[event_type, version](document)
        return cast(SessionEvent, read_as(self._classes[event_type], document))

    def _require_readable(self, event: SessionEvent, clear: bytes) -> None:
        name = type(event).__name__
        try:
            same = self._read(name, self._versions[name], parse(clear)) == event
        except UnreadableEvent as error:
            raise UnencodableEvent(f"{name} could not be read back: {error}") from error
        if not same:
            raise UnencodableEvent(f"{name} would be read back with other values")

    def _required_keys(self, event_type: str) -> SubjectKeys:
        if self._keys is None:
            raise KeysNotGiven(event_type)
        return self._keys


def _sealed_parts(document: dict[str, Any]) -> tuple[bytes, UUID]:
    """Take the sealed bytes and the subject out of the document."""
    try:
        sealed = a2b_base64(document.pop(_SEALED), strict_mode=True)
        return sealed, UUID(document.pop(_SUBJECT))
    except (KeyError, ValueError, TypeError, AttributeError):
        raise UnreadableEvent(f"has no good pair of {_SEALED} and {_SUBJECT}") from None


def _fields(plaintext: bytes) -> Fields:
    fields = parse(plaintext)
    if not isinstance(fields, dict):
        raise UnreadableEvent("its sealed part is no object")
    return cast(Fields, fields)


def encode_metadata(metadata: Metadata) -> bytes:
    """Canonical JSON of the metadata. Raises UnencodableEvent."""
    return canonical_bytes(metadata)


def decode_metadata(data: bytes) -> Metadata:
    """The metadata in its canonical JSON. Raises UnreadableEvent."""
    return cast(Metadata, read_as(Metadata, parse(data)))
