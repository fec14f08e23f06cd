"""Content-addressed files: uploads, snapshots and profiles, each named by the SHA-256 it has."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from application.ports.object_store import ObjectStore


class ArtifactKind(StrEnum):
    """What a stored file is; the first part of its key."""

    UPLOAD = "uploads"
    SNAPSHOT = "snapshots"
    PROFILE = "profiles"
    ARCHIVE = "archives"


class ArtifactCorrupt(Exception):
    """The store gave other bytes than the digest names."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"object {key} does not have the digest that it is named by; restore it from a backup"
        )


def file_digest(path: Path) -> str:
    """The SHA-256 of the file's bytes, in lower-case hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Artifacts:
    """Puts files into object storage under their digest, and brings them back checked."""

    def __init__(self, store: ObjectStore, scratch: Path | None = None) -> None:
        self._store = store
        self._scratch = scratch

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A private directory that is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="datatrail-", dir=self._scratch) as directory:
            yield Path(directory)

    def keep(self, kind: ArtifactKind, source: Path) -> str:
        """Store the file durably and return its digest."""
        digest = file_digest(source)
        self._store.put(_key(kind, digest), source)
        return digest

    def keep_json(self, kind: ArtifactKind, document: Mapping[str, Any]) -> str:
        """Store a JSON document durably and return its digest."""
        with self.workspace() as directory:
            path = directory / "document.json"
            path.write_text(
                json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True),
                encoding="utf-8",
            )
            return self.keep(kind, path)

    def fetch(self, kind: ArtifactKind, digest: str, destination: Path) -> Path:
        """Bring a file back. Raises ObjectMissing, or ArtifactCorrupt when its bytes changed."""
        self._store.get(_key(kind, digest), destination)
        if file_digest(destination) != digest:
            destination.unlink()
            raise ArtifactCorrupt(_key(kind, digest))
        return destination

    def fetch_json(self, kind: ArtifactKind, digest: str) -> Mapping[str, Any]:
        """Bring a JSON document back. Raises as `fetch`."""
        with self.workspace() as directory:
            path = self.fetch(kind, digest, directory / "document.json")
            document: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return document


def _key(kind: ArtifactKind, digest: str) -> str:
    return f"{kind.value}/{digest}"
