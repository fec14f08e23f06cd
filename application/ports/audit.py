"""What a session's audit bundle is made of: the log's bytes as they lie there, and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class RawEvent:
    """An event of the log, its bytes not interpreted: they may have been tampered with.

    `position` is None until the sequencer has given it one.
    """

    version: int
    event_id: UUID
    type: str
    schema_version: int
    metadata: bytes
    payload: bytes
    hash: bytes
    position: int | None


@dataclass(frozen=True, kw_only=True)
class StreamEnd:
    """Where a session's stream ends, by the log's own account, and whom it is about."""

    version: int
    hash: bytes
    subject_id: UUID


class RawEvents(Protocol):
    """Reads streams without believing what they say. Every method raises LogUnavailable."""

    def end(self, session_id: UUID) -> StreamEnd | None:
        """The session's end; None when there is no such session."""

    def read(self, session_id: UUID, *, after_version: int, limit: int) -> Sequence[RawEvent]:
        """The session's events in the order of their versions."""

    def last(self, session_id: UUID, *, up_to: int) -> RawEvent | None:
        """The last event that is there, of this version or before; None if there is none."""

    def vacated(self, *, after: int, up_to: int) -> int | None:
        """The first of these positions whose leaf in the log's tree is no event's any more.

        `up_to` is a size of the tree. None if each of them holds its event.
        """


class Signer(Protocol):
    """Signs statements in the name of the log."""

    def signed(self, text: str) -> str:
        """The C2SP signed note over `text`, which ends with a line end."""


class SessionKeyDestroyed(Exception):
    """What was sealed in the session was erased: its subject's key was destroyed."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(
            f"the personal data in session {session_id} was erased, so there is no key that could "
            "reveal it. Export the session without revealing; every proof stays valid"
        )
        self.session_id = session_id


class SessionKeys(Protocol):
    """The keys that open what is sealed in sessions."""

    def session_key(self, session_id: UUID, subject_id: UUID) -> bytes:
        """The session's key, 32 bytes. Raises SessionKeyDestroyed, SubjectKeysUnavailable."""
