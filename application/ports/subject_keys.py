"""The keys that texts about people are sealed with: one a subject, kept apart from the log."""

from typing import Protocol
from uuid import UUID

KEY_BYTES = 32


class SubjectKeysUnavailable(Exception):
    """The key store cannot be reached or refuses to serve; the message says which and why.

    What is sealed is not known then. It is not erased.
    """


class SubjectKeyMissing(SubjectKeysUnavailable):
    """The key store knows nothing of a subject for whom something was sealed."""

    def __init__(self, subject_id: UUID) -> None:
        super().__init__(
            f"The key store holds neither the key of subject {subject_id} nor the word that it "
            "was destroyed: it is not the store that the log was written with, or it lost that "
            "key. Point the service at the right one, or restore it from its backup."
        )
        self.subject_id = subject_id


class SubjectKeys(Protocol):
    """A subject's key is made once, at its first use, and can be destroyed for ever.

    A key has KEY_BYTES random bytes. Every method raises SubjectKeysUnavailable when the store is
    out of reach. A key that another process destroyed may be given for some seconds more.
    """

    def obtain(self, subject_id: UUID) -> bytes | None:
        """The subject's key, durably made if there was none; None when it was destroyed."""

    def find(self, subject_id: UUID) -> bytes | None:
        """The subject's key; None when it was destroyed. Raises SubjectKeyMissing."""

    def is_destroyed(self, subject_id: UUID) -> bool:
        """Whether the subject's key was destroyed; also False when there never was one."""

    def destroy(self, subject_id: UUID) -> None:
        """Destroy the subject's key, durably: it is never given or made again.

        A subject without a key will never have one.
        """

    def check(self) -> None:
        """Raise SubjectKeysUnavailable unless the store answers now."""
