"""Sealing under subjects' keys, as personal fields of events are."""

from uuid import UUID

from application.ports.sealing import SealBroken
from application.ports.subject_keys import SubjectKeys
from infrastructure.events.errors import UnreadableEvent
from infrastructure.events.sealing import seal, unseal


class SubjectSealing:
    """Implements the port `Sealing`."""

    def __init__(self, keys: SubjectKeys) -> None:
        self._keys = keys

    def seal(
        self, plaintext: bytes, *, subject_id: UUID, session_id: UUID, of: UUID
    ) -> bytes | None:
        key = self._keys.obtain(subject_id)
        if key is None:
            return None
        return seal(plaintext, subject_key=key, session_id=session_id, event_id=of)

    def unseal(
        self, sealed: bytes, *, subject_id: UUID, session_id: UUID, of: UUID
    ) -> bytes | None:
        key = self._keys.find(subject_id)
        if key is None:
            return None
        try:
            return unseal(sealed, subject_key=key, session_id=session_id, event_id=of)
        except UnreadableEvent:
            raise SealBroken("it was changed, or the key of its subject is another one") from None
