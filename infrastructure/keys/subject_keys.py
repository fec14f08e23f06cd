"""Keys of subjects in cells: 32 random bytes, or the word that they were destroyed."""

import secrets
from uuid import UUID

from application.ports.subject_keys import (
    KEY_BYTES,
    SubjectKeyMissing,
    SubjectKeysUnavailable,
)
from infrastructure.keys.cells import Cells

TOMBSTONE = b"destroyed"


class StoredSubjectKeys:
    """See the port `SubjectKeys`; always tells what the cells hold now."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def obtain(self, subject_id: UUID) -> bytes | None:
        known = self._cells.read(_name(subject_id))
        if known is None:
            fresh = secrets.token_bytes(KEY_BYTES)
            if self._cells.create(_name(subject_id), fresh):
                return fresh
            # Another process was first; what it wrote is the key, or the tombstone.
            known = self._cells.read(_name(subject_id))
            if known is None:
                raise SubjectKeyMissing(subject_id)
        # Something is about to be sealed with it.
        self._cells.confirm(_name(subject_id))
        return _key_in(known, subject_id)

    def find(self, subject_id: UUID) -> bytes | None:
        known = self._cells.read(_name(subject_id))
        if known is None:
            raise SubjectKeyMissing(subject_id)
        return _key_in(known, subject_id)

    def is_destroyed(self, subject_id: UUID) -> bool:
        known = self._cells.read(_name(subject_id))
        return known is not None and _key_in(known, subject_id) is None

    def destroy(self, subject_id: UUID) -> None:
        if self._cells.read(_name(subject_id)) != TOMBSTONE:
            self._cells.replace(_name(subject_id), TOMBSTONE)

    def check(self) -> None:
        self._cells.check()


def _name(subject_id: UUID) -> str:
    return str(subject_id)


def _key_in(content: bytes, subject_id: UUID) -> bytes | None:
    if content == TOMBSTONE:
        return None
    if len(content) != KEY_BYTES:
        raise SubjectKeysUnavailable(
            f"the key of subject {subject_id} is damaged: it has {len(content)} bytes instead of "
            f"{KEY_BYTES}; restore it from the key store's backup"
        )
    return content
