"""Moving the recorded bytes of closed sessions from the database to object storage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class StoredEvent:
    """An event of a known session as its bytes were recorded: all that its hash covers."""

    version: int
    event_id: UUID
    type: str
    schema_version: int
    recorded_at: datetime
    metadata: bytes
    payload: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True)
class StoredEvents:
    """Consecutive events of a session; `previous_hash` is that of the event before the first."""

    session_id: UUID
    first_version: int
    last_version: int
    previous_hash: bytes


@dataclass(frozen=True, kw_only=True)
class ArchivedPart:
    """Events of a session whose bytes are in the file of this digest (SHA-256, hexadecimal)."""

    events: StoredEvents
    digest: str
    size_bytes: int


class NotClosed(Exception):
    """Only a session that ended can be archived."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(
            f"session {session_id} is not closed; close it with POST "
            f"/v1/sessions/{session_id}/close, then archive it"
        )


class ChainBroken(Exception):
    """An event's bytes are not those that were hashed: the log was tampered with."""

    def __init__(self, session_id: UUID, version: int) -> None:
        super().__init__(
            f"event {version} of session {session_id} is not what was recorded: its bytes do not "
            "give its hash. Nothing was archived; restore the database from a backup"
        )


class ArchivedMeanwhile(Exception):
    """Another run archived the session at the same time."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(f"session {session_id} was archived by another run at the same time")


class ArchiveDamaged(Exception):
    """An archived event cannot be read as it was recorded."""

    def __init__(self, session_id: UUID, version: int, reason: str) -> None:
        super().__init__(
            f"event {version} of session {session_id} was archived and cannot be brought back as "
            f"it was recorded: {reason}. Restore object storage from a backup"
        )


class ArchivableLog(Protocol):
    """What the owner of the log may do and the service may not. Raises LogUnavailable."""

    def closed_before(self, moment: datetime) -> Sequence[UUID]:
        """The sessions that were closed before `moment` and have bytes in the database."""

    def unarchived(self, session_id: UUID) -> StoredEvents | None:
        """The session's events whose bytes are in the database; None if there are none.

        Raises SessionUnknown or NotClosed.
        """

    def read(self, events: StoredEvents) -> Iterator[StoredEvent]:
        """These events in order, each checked against the chain.

        Raises ChainBroken or ArchivedMeanwhile.
        """

    def release(self, part: ArchivedPart) -> None:
        """In one transaction, note where the part's bytes are and let go of them here.

        Everything else of the events stays. Raises ArchivedMeanwhile.
        """


class ArchiveFiles(Protocol):
    """Files that hold recorded events, readable without Datatrail."""

    def write(
        self, events: StoredEvents, recorded: Iterator[StoredEvent], destination: Path
    ) -> None:
        """Write the new file `destination`."""

    def read(self, path: Path) -> Iterator[StoredEvent]:
        """All events of a file, in order."""
