"""Making a session's audit bundle: its events, and the proof that they are in the log."""

import time
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from application.artifacts import ArtifactKind, Artifacts
from application.audit_bundle import (
    SEALED,
    BundleWriter,
    consistency_line,
    event_line,
    head_text,
    json_line,
    proof_line,
    snapshot_digests,
    upload_digest,
)
from application.manifests import address_of, objects_of
from application.ports.audit import RawEvent, RawEvents, SessionKeys, Signer, StreamEnd
from application.ports.progress import OnProgress, quietly
from application.ports.transparency import NotSequencedYet, SignedCheckpoint, Transparency
from domain.session.errors import SessionUnknown

PAGE = 500
_SUFFIXES = {
    ArtifactKind.SNAPSHOT: ".parquet",
    ArtifactKind.MANIFEST: ".json",
    ArtifactKind.COLUMNS: ".parquet",
}
_LOOK = timedelta(milliseconds=50)


class NotSettledYet(Exception):
    """The session's newest events have no final place in the log yet."""

    def __init__(self, session_id: UUID, version: int) -> None:
        super().__init__(
            f"event version {version} of session {session_id} has no final place in the log yet. "
            "Either a transaction that is open in the database holds it up, or no relay runs that "
            "would give it one. Try again in some seconds; the relay's log names what it waits for"
        )
        self.session_id = session_id
        self.version = version


class PlaceLost(Exception):
    """An event has no place in the log's order, where later ones have one."""

    def __init__(self, session_id: UUID, version: int) -> None:
        super().__init__(
            f"event version {version} of session {session_id} has lost its place in the log's "
            "order, where a later one has one: the database was altered. Restore it from a backup"
        )


class PlaceVacated(Exception):
    """What stood at a place in the log is gone, and may have been of the session."""

    def __init__(self, session_id: UUID, position: int) -> None:
        super().__init__(
            f"place {position:,} of the log, behind the last event of session {session_id}, no "
            "longer holds the event that was signed there. That may have been one of this session, "
            "so nobody can say that it ends where it seems to: the database was altered. Restore "
            "it from a backup"
        )
        self.session_id = session_id
        self.position = position


class CheckpointUnknown(Exception):
    """The log never had the size that a bundle is to prove it grew from."""

    def __init__(self, size: int, *, now: int) -> None:
        super().__init__(
            f"there is nothing to prove since size {size:,}: give the size of an older checkpoint, "
            f"from 1 to {now:,}. If you hold one that is larger, the log's end was cut off"
        )
        self.size = size
        self.now = now


@dataclass(frozen=True, kw_only=True)
class BundleOptions:
    """What a bundle holds beside the events and their proof.

    `since` are sizes of older checkpoints that the log is proven to have grown from.
    """

    snapshots: bool = False
    uploads: bool = False
    reveal: bool = False
    since: Collection[int] = ()


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What a bundle covers. `has_sealed`: some events have fields that only a key reveals."""

    events: int
    checkpoint: SignedCheckpoint
    public_key: str
    has_sealed: bool


class AuditExporter:
    """Reads the log as it lies there: what was tampered with is exported, and the proof tells."""

    def __init__(
        self,
        events: RawEvents,
        transparency: Transparency,
        signer: Signer,
        keys: SessionKeys,
        artifacts: Artifacts,
        *,
        patience: timedelta = timedelta(seconds=5),
    ) -> None:
        self._events = events
        self._transparency = transparency
        self._signer = signer
        self._keys = keys
        self._artifacts = artifacts
        self._patience = patience

    def export(
        self,
        session_id: UUID,
        destination: Path,
        options: BundleOptions | None = None,
        on_progress: OnProgress = quietly,
    ) -> Exported:
        """Write the session's bundle to the new file `destination`.

        Waits briefly for the newest events to settle. Raises SessionUnknown, NotSettledYet,
        PlaceLost, PlaceVacated, CheckpointUnknown, SessionKeyDestroyed, ObjectMissing,
        ArtifactCorrupt, and as the ports do; a file that was begun is left to the caller then.
        `on_progress` is told of ``events``, ``proofs``, ``snapshots`` and ``uploads``.
        """
        chosen = options or BundleOptions()
        end = self._end(session_id)
        checkpoint = self._covering_checkpoint(session_id, end)
        for size in chosen.since:
            if not 1 <= size <= checkpoint.size:
                raise CheckpointUnknown(size, now=checkpoint.size)
        self._require_nothing_behind(session_id, end, checkpoint)
        with BundleWriter(destination) as bundle:
            writing = _Writing(bundle, session_id, end, checkpoint, on_progress)
            nodes = writing.events(self._events)
            writing.proofs(self._transparency)
            writing.text("checkpoint.txt", checkpoint.note)
            writing.text("head.txt", self._signer.signed(head_text(session_id, end, checkpoint)))
            writing.text("public_key.txt", self._transparency.public_key + "\n")
            writing.text("snapshots.json", json_line(nodes))
            if chosen.since:
                writing.consistency(self._transparency, sorted(set(chosen.since)))
            if chosen.reveal and writing.has_sealed:
                key = self._keys.session_key(session_id, end.subject_id)
                writing.text("session_key.txt", b64encode(key).decode() + "\n")
            if chosen.snapshots:
                writing.snapshots(self._artifacts, nodes)
            if chosen.uploads:
                writing.uploads(self._artifacts)
            bundle.write_manifest(session_id, origin=checkpoint.origin, events=end.version)
        return Exported(
            events=end.version,
            checkpoint=checkpoint,
            public_key=self._transparency.public_key,
            has_sealed=writing.has_sealed,
        )

    def _end(self, session_id: UUID) -> StreamEnd:
        end = self._events.end(session_id)
        if end is None:
            raise SessionUnknown(session_id)
        return end

    def _require_nothing_behind(
        self, session_id: UUID, end: StreamEnd, checkpoint: SignedCheckpoint
    ) -> None:
        """Raise PlaceVacated if events may have been removed from the session's end.

        Where its head tells of events that are not there, the proof itself tells.
        """
        last = self._events.last(session_id, up_to=end.version)
        if last is None or last.version != end.version or last.position is None:
            return
        vacated = self._events.vacated(after=last.position, up_to=checkpoint.size)
        if vacated is not None:
            raise PlaceVacated(session_id, vacated)

    def _covering_checkpoint(self, session_id: UUID, end: StreamEnd) -> SignedCheckpoint:
        """A checkpoint that covers the session's last event, as soon as there can be one."""
        deadline = time.monotonic() + self._patience.total_seconds()
        while True:
            last = self._events.last(session_id, up_to=end.version)
            position = last.position if last else 1
            try:
                if position is not None:
                    return self._transparency.checkpoint(covering=position)
            except NotSequencedYet:
                if time.monotonic() > deadline:
                    raise
            if time.monotonic() > deadline:
                raise NotSettledYet(session_id, end.version)
            time.sleep(_LOOK.total_seconds())


class _Writing:
    """One bundle on its way to its file."""

    def __init__(
        self,
        bundle: BundleWriter,
        session_id: UUID,
        end: StreamEnd,
        checkpoint: SignedCheckpoint,
        on_progress: OnProgress,
    ) -> None:
        self._bundle = bundle
        self._session_id = session_id
        self._end = end
        self._checkpoint = checkpoint
        self._on_progress = on_progress
        self._places: list[tuple[int, int]] = []
        self._uploads: set[str] = set()
        self.has_sealed = False

    def text(self, name: str, text: str) -> None:
        self._bundle.write_text(name, text)

    def events(self, source: RawEvents) -> Mapping[str, Mapping[str, str]]:
        """Write each event; the digests of the nodes' tables."""
        nodes: dict[str, Mapping[str, str]] = {}

        def lines() -> Iterator[bytes]:
            for event in self._read(source):
                if event.position is None:
                    raise PlaceLost(self._session_id, event.version)
                self._places.append((event.version, event.position))
                nodes.update(snapshot_digests(event))
                if (digest := upload_digest(event)) is not None:
                    self._uploads.add(digest)
                self.has_sealed = self.has_sealed or SEALED in event.payload
                yield event_line(event, event.position)

        self._bundle.write_lines("events.ndjson", lines())
        return nodes

    def proofs(self, transparency: Transparency) -> None:
        """Write the inclusion path of each event that was written."""

        def lines() -> Iterator[bytes]:
            for start in range(0, len(self._places), PAGE):
                page = self._places[start : start + PAGE]
                positions = [position for _, position in page]
                paths = transparency.inclusion_paths(positions, size=self._checkpoint.size)
                for (version, position), path in zip(page, paths, strict=True):
                    yield proof_line(version, position, path)
                self._on_progress("proofs", start + len(page), len(self._places))

        self._bundle.write_lines("proofs.ndjson", lines())

    def consistency(self, transparency: Transparency, sizes: Sequence[int]) -> None:
        """Write that the log grew from each of these sizes."""
        new = self._checkpoint.size
        self._bundle.write_lines(
            "consistency.ndjson",
            (
                consistency_line(
                    old, transparency.root(old), transparency.consistency_path(old, new)
                )
                for old in sizes
            ),
        )

    def snapshots(self, artifacts: Artifacts, nodes: Mapping[str, Mapping[str, str]]) -> None:
        """Write the files of each table."""
        addresses = {
            each.get("address") or address_of(ArtifactKind.SNAPSHOT, each["file_digest"])
            for each in nodes.values()
        }
        found = list(objects_of(artifacts, sorted(addresses)))
        files = [(kind, digest) for kind, digest in found if kind in _SUFFIXES]
        for done, (kind, digest) in enumerate(files, 1):
            with artifacts.workspace() as directory:
                source = artifacts.fetch(kind, digest, directory / "file")
                self._bundle.write_file(f"{kind.value}/{digest}{_SUFFIXES[kind]}", source)
            self._on_progress("snapshots", done, len(files))

    def uploads(self, artifacts: Artifacts) -> None:
        """Write each uploaded file, as it was uploaded."""
        for done, digest in enumerate(sorted(self._uploads), 1):
            with artifacts.workspace() as directory:
                source = artifacts.fetch(ArtifactKind.UPLOAD, digest, directory / "file")
                self._bundle.write_file(f"{ArtifactKind.UPLOAD.value}/{digest}", source)
            self._on_progress("uploads", done, len(self._uploads))

    def _read(self, source: RawEvents) -> Iterator[RawEvent]:
        version = 0
        while page := source.read(self._session_id, after_version=version, limit=PAGE):
            for event in page:
                if event.version > self._end.version:
                    return
                yield event
            version = page[-1].version
            self._on_progress("events", min(version, self._end.version), self._end.version)
