"""The audit bundle as a file: see `interfaces/cli/verify_bundle.py`, which says what is in one.

Every member is written in its one canonical form, and the archive holds no clock: the same log
under the same checkpoint gives the same bytes.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from application.ports.audit import RawEvent, StreamEnd
from application.ports.transparency import SignedCheckpoint

FORMAT = "datatrail-audit-1"
SEALED = b'"$sealed"'
"""In the payload of an event that has sealed fields, and of no other."""

_CHUNK_BYTES = 1024 * 1024


class BundleWriter:
    """Writes the members of one bundle, in any order, a little at a time; the manifest last."""

    def __init__(self, destination: Path) -> None:
        self._zip = ZipFile(destination, "x")
        self._names: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def write_lines(self, name: str, lines: Iterable[bytes]) -> None:
        """A member of lines, which are written as they come."""
        with self._member(name) as member:
            for line in lines:
                member.write(line)

    def write_text(self, name: str, text: str) -> None:
        """A small member."""
        self.write_lines(name, [text.encode()])

    def write_file(self, name: str, source: Path) -> None:
        """A file of a snapshot, or one that was uploaded."""
        with (
            source.open("rb") as reading,
            # Parquet is compressed already, and a text that shrinks much would look like a bomb.
            self._member(name, ZIP_STORED) as member,
        ):
            while chunk := reading.read(_CHUNK_BYTES):
                member.write(chunk)

    def write_manifest(self, session_id: UUID, *, origin: str, events: int) -> None:
        """The list of all that was written."""
        self.write_text(
            "manifest.json",
            json_line(
                {
                    "format": FORMAT,
                    "session_id": str(session_id),
                    "origin": origin,
                    "events": events,
                    "members": sorted(self._names),
                }
            ),
        )

    @contextmanager
    def _member(self, name: str, compression: int = ZIP_DEFLATED) -> Iterator[IO[bytes]]:
        # A ZipInfo of no account carries the first moment of ZIP's calendar.
        entry = ZipInfo(name)
        entry.compress_type = compression
        entry.external_attr = 0o644 << 16
        with self._zip.open(entry, "w", force_zip64=True) as member:
            yield member
        self._names.append(name)


def event_line(event: RawEvent, position: int) -> bytes:
    """An event as it stands in events.ndjson."""
    return json_line(
        {
            "version": event.version,
            "event_id": str(event.event_id),
            "type": event.type,
            "schema_version": event.schema_version,
            "position": position,
            "metadata": b64encode(event.metadata).decode(),
            "payload": b64encode(event.payload).decode(),
            "hash": event.hash.hex(),
        }
    ).encode()


def proof_line(version: int, position: int, path: Sequence[bytes]) -> bytes:
    """An inclusion path as it stands in proofs.ndjson."""
    hashes = [each.hex() for each in path]
    return json_line({"version": version, "position": position, "path": hashes}).encode()


def consistency_line(size: int, root: bytes, path: Sequence[bytes]) -> bytes:
    """A consistency path as it stands in consistency.ndjson."""
    hashes = [each.hex() for each in path]
    return json_line({"size": size, "root": root.hex(), "path": hashes}).encode()


def head_text(session_id: UUID, end: StreamEnd, checkpoint: SignedCheckpoint) -> str:
    """What is signed of a session's end.

    Its second line is an id, where that of a checkpoint is a number: neither is ever taken for
    the other.
    """
    return (
        f"{checkpoint.origin}/session\n{session_id}\n{end.version}\n"
        f"{b64encode(end.hash).decode()}\nsize {checkpoint.size}\nepoch {checkpoint.epoch}\n"
    )


def snapshot_digests(event: RawEvent) -> Mapping[str, Mapping[str, str]]:
    """The digests of a node's table by the node's id, from the event that commits it.

    Nothing for other events, and for one whose bytes are no such event any more: the verifier
    names it.
    """
    if event.type != "NodeCommitted":
        return {}
    try:
        payload = json.loads(event.payload)
        snapshot = payload["snapshot"]
        # Before columns were shared, one file was the whole table.
        where = "address" if "address" in snapshot else "file_digest"
        digests = {name: snapshot[name] for name in (where, "table_digest")}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {payload["node_id"]: digests} if isinstance(payload.get("node_id"), str) else {}


def upload_digest(event: RawEvent) -> str | None:
    """The digest of the file that the event says was uploaded; None for other events."""
    if event.type != "DatasetUploaded":
        return None
    try:
        digest = json.loads(event.payload)["dataset"]["file_digest"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return digest if isinstance(digest, str) else None


def json_line(document: object) -> str:
    """Canonical JSON (RFC 8785) of names, whole numbers and ASCII texts, and a line end."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
