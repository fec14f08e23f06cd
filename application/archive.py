"""Archiving: a closed session's recorded bytes move to object storage.

Their bytes are let go of only after the stored file was brought back and compared with the log,
event by event; so a crash anywhere leaves them in the database, in storage, or in both.
"""

from itertools import zip_longest
from pathlib import Path
from uuid import UUID

from application.artifacts import ArtifactKind, Artifacts
from application.ports.archive import (
    ArchivableLog,
    ArchivedPart,
    ArchiveFiles,
)


class ArchiveDiffers(Exception):
    """The stored file does not hold what the log holds."""

    def __init__(self, session_id: UUID, digest: str) -> None:
        super().__init__(
            f"the archive {digest} of session {session_id} does not hold what the log holds; "
            "nothing was removed from the database"
        )


class Archiver:
    """Archives one session at a time. Harmless to repeat."""

    def __init__(self, log: ArchivableLog, files: ArchiveFiles, artifacts: Artifacts) -> None:
        self._log = log
        self._files = files
        self._artifacts = artifacts

    def archive(self, session_id: UUID) -> ArchivedPart | None:
        """Move what the database still holds of the session; None if it holds no bytes of it.

        Raises SessionUnknown, NotClosed, ChainBroken, ArchiveDiffers, and ArchivedMeanwhile.
        """
        events = self._log.unarchived(session_id)
        if events is None:
            return None
        with self._artifacts.workspace() as directory:
            written = directory / "written.parquet"
            self._files.write(events, self._log.read(events), written)
            part = ArchivedPart(
                events=events,
                digest=self._artifacts.keep(ArtifactKind.ARCHIVE, written),
                size_bytes=written.stat().st_size,
            )
            stored = directory / "stored.parquet"
            self._artifacts.fetch(ArtifactKind.ARCHIVE, part.digest, stored)
            self._compare(part, stored)
        self._log.release(part)
        return part

    def _compare(self, part: ArchivedPart, stored: Path) -> None:
        pairs = zip_longest(self._log.read(part.events), self._files.read(stored))
        if any(recorded != archived for recorded, archived in pairs):
            raise ArchiveDiffers(part.events.session_id, part.digest)
