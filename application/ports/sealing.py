"""Sealing what is kept of a person outside of the log: unreadable once their key is destroyed."""

from typing import Protocol
from uuid import UUID


class SealBroken(Exception):
    """What was sealed does not open: it was changed, or is not what it is taken for."""


class Sealing(Protocol):
    """Seals under the key of a subject, for one session and one id.

    Every method raises SubjectKeysUnavailable when the keys are out of reach.
    """

    def seal(
        self, plaintext: bytes, *, subject_id: UUID, session_id: UUID, of: UUID
    ) -> bytes | None:
        """What may be stored; None when the subject's key was destroyed."""

    def unseal(
        self, sealed: bytes, *, subject_id: UUID, session_id: UUID, of: UUID
    ) -> bytes | None:
        """What was sealed; None when the subject's key was destroyed. Raises SealBroken."""
