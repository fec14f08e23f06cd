"""The keys of sessions, each made of the key of its subject."""

from uuid import UUID

from application.ports.audit import SessionKeyDestroyed
from application.ports.subject_keys import SubjectKeys
from infrastructure.events.sealing import session_key


class DerivedSessionKeys:
    """Implements the port `SessionKeys`."""

    def __init__(self, keys: SubjectKeys) -> None:
        self._keys = keys

    def session_key(self, session_id: UUID, subject_id: UUID) -> bytes:
        key = self._keys.find(subject_id)
        if key is None:
            raise SessionKeyDestroyed(session_id)
        return session_key(key, session_id)
