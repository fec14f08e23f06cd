"""Bringing back the bytes of events that object storage holds, each checked against its hash."""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from threading import Lock
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, Engine, Row, Uuid, any_, literal, select

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from application.ports.archive import ArchiveDamaged
from application.ports.event_log import LogUnavailable
from application.ports.object_store import ObjectMissing, ObjectStoreUnavailable
from infrastructure.archive.parquet_files import read_some
from infrastructure.events.chain import hash_of_stored
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.tables import archives

# A session is read page by page: its file need not come anew for each.
_KEPT_BYTES = 64 * 1024 * 1024


class EventBytes(NamedTuple):
    """What of an event's row may be elsewhere."""

    metadata: bytes
    payload: bytes


class Archive(Protocol):
    """Where the bytes of events are that have none in the database."""

    def filled(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The rows, those without bytes with them.

        A row is a named tuple that has session_id, version, hash and payload, and may have
        metadata. Raises ArchiveDamaged, and LogUnavailable when object storage does not serve.
        """


class NoArchive:
    """For a log of which nothing is archived."""

    def filled(self, rows: Sequence[Any]) -> Sequence[Any]:
        for row in rows:
            if row.payload is None:
                raise ArchiveDamaged(row.session_id, row.version, "no object storage was given")
        return rows


class ArchivedBytes:
    """See `Archive`; the files come from object storage. Safe to share by threads."""

    def __init__(self, engine: Engine, artifacts: Artifacts) -> None:
        self._engine = engine
        self._artifacts = artifacts
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def filled(self, rows: Sequence[Any]) -> Sequence[Any]:
        absent: defaultdict[UUID, dict[int, bytes]] = defaultdict(dict)
        for row in rows:
            if row.payload is None:
                absent[row.session_id][row.version] = row.hash
        if not absent:
            return rows
        found: dict[tuple[UUID, int], EventBytes] = {}
        for part in self._parts(list(absent)):
            hashes = {
                version: hash_
                for version, hash_ in absent[part.session_id].items()
                if part.first_version <= version <= part.last_version
            }
            if hashes:
                found |= self._checked(part.session_id, part.digest, hashes)
        return [_with_bytes(row, found) if row.payload is None else row for row in rows]

    def _parts(self, session_ids: Sequence[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
        query = select(archives).where(
            archives.c.session_id == any_(literal(session_ids, ARRAY(Uuid)))
        )
        with reaching_the_log(), self._engine.connect() as connection:
            return connection.execute(query).all()

    def _checked(
        self, session_id: UUID, digest: str, hashes: Mapping[int, bytes]
    ) -> Mapping[tuple[UUID, int], EventBytes]:
        """The bytes of these versions, which give these hashes."""
        try:
            previous, events = read_some(
                self._file(session_id, digest, min(hashes)), first=min(hashes), last=max(hashes)
            )
        # Whoever can forge a file's digest can put anything there.
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise ArchiveDamaged(session_id, min(hashes), f"{digest} cannot be read") from error
        found: dict[tuple[UUID, int], EventBytes] = {}
        for event in events:
            computed = hash_of_stored(event, session_id, previous)
            if computed != hashes.get(event.version, computed):
                raise ArchiveDamaged(session_id, event.version, f"{digest} holds other bytes")
            found[session_id, event.version] = EventBytes(event.metadata, event.payload)
            previous = computed
        return found

    def _file(self, session_id: UUID, digest: str, version: int) -> bytes:
        with self._lock:
            if digest in self._files:
                self._files.move_to_end(digest)
                return self._files[digest]
        try:
            with self._artifacts.workspace() as directory:
                path = directory / "events.parquet"
                data = self._artifacts.fetch(ArtifactKind.ARCHIVE, digest, path).read_bytes()
        except (ObjectMissing, ArtifactCorrupt) as error:
            raise ArchiveDamaged(session_id, version, str(error)) from error
        except ObjectStoreUnavailable as error:
            raise LogUnavailable(f"events are archived, and {error}") from error
        self._keep(digest, data)
        return data

    def _keep(self, digest: str, data: bytes) -> None:
        with self._lock:
            self._files[digest] = data
            while sum(map(len, self._files.values())) > _KEPT_BYTES:
                self._files.popitem(last=False)


def _with_bytes(row: Any, found: Mapping[tuple[UUID, int], EventBytes]) -> SimpleNamespace:  # noqa: ANN401 - see Archive
    place = (row.session_id, row.version)
    if place not in found:
        raise ArchiveDamaged(*place, "no archive holds it")
    return SimpleNamespace(**{**row._asdict(), **found[place]._asdict()})
