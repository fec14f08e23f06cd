"""Content-addressed files: uploads, snapshots, answers; each named by the SHA-256 it has."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from secrets import token_bytes
from threading import Lock
from typing import Any, BinaryIO
from uuid import uuid4

from application.ports.object_store import ObjectStore
from application.unwritable_disks import told_if_unwritable

WORKSPACE_PREFIX = "datatrail-"
_MOST_REMEMBERED = 100_000
_CHUNK_BYTES = 1024 * 1024
_SALT_BYTES = 16
_KEPT_AT_ONCE = 16


class ArtifactKind(StrEnum):
    """What a stored file is; the first part of its key."""

    UPLOAD = "uploads"
    SNAPSHOT = "snapshots"
    MANIFEST = "manifests"
    COLUMNS = "columns"
    PROFILE = "profiles"
    OUTPUT = "outputs"
    ANSWER = "answers"
    ARCHIVE = "archives"


class ArtifactCorrupt(Exception):
    """The store gave other bytes than the digest names."""

    def __init__(self, key: str) -> None:
        self.key = key
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
        self._checked: set[str] = set()
        self._lock = Lock()
        # They start when there is something to keep, and end with this object.
        self._threads = ThreadPoolExecutor(_KEPT_AT_ONCE, thread_name_prefix="keeping")

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A private directory that is gone afterwards.

        Raises ObjectStoreUnavailable where the disk is too full for what is done with it.
        """
        with (
            told_if_unwritable(),
            tempfile.TemporaryDirectory(prefix=WORKSPACE_PREFIX, dir=self._scratch) as directory,
        ):
            yield Path(directory)

    def check_scratch(self) -> None:
        """Raise ObjectStoreUnavailable unless files in the making can be written now."""
        with self.workspace() as directory:
            (directory / "probe").write_bytes(b"datatrail")

    def keep(self, kind: ArtifactKind, source: Path) -> str:
        """Store the file durably and return its digest."""
        digest = file_digest(source)
        self._store.put(_key(kind, digest), source)
        return digest

    @contextmanager
    def keeping(self) -> Iterator["Keeping"]:
        """For files that are to be kept together: they are durable once the context has ended."""
        with self.workspace() as directory:
            keeping = Keeping(self._store, directory, self._threads)
            try:
                yield keeping
            finally:
                keeping.settle()
            keeping.finish()

    def keep_salted(self, kind: ArtifactKind, content: bytes) -> str:
        """Store bytes durably behind a random salt, and return the digest of both.

        Whoever reads the digest cannot try out what the bytes might be, however few they are.
        """
        with self.workspace() as directory:
            path = directory / "content"
            path.write_bytes(token_bytes(_SALT_BYTES) + content)
            return self.keep(kind, path)

    def fetch(self, kind: ArtifactKind, digest: str, destination: Path) -> Path:
        """Bring a file back. Raises ObjectMissing, or ArtifactCorrupt when its bytes changed."""
        self._store.get(_key(kind, digest), destination)
        if file_digest(destination) != digest:
            destination.unlink()
            raise ArtifactCorrupt(_key(kind, digest))
        return destination

    def fetch_salted(self, kind: ArtifactKind, digest: str) -> bytes:
        """What `keep_salted` stored. Raises as `fetch`."""
        with self.workspace() as directory:
            return self.fetch(kind, digest, directory / "content").read_bytes()[_SALT_BYTES:]

    def open(self, kind: ArtifactKind, digest: str) -> BinaryIO:
        """The file for reading at any place. Raises ObjectMissing, and ArtifactCorrupt as `fetch`.

        Its bytes are compared with the digest when this process opens it for the first time.
        """
        key = _key(kind, digest)
        opened = self._store.open(key)
        if key not in self._checked:
            found = hashlib.sha256()
            while chunk := opened.read(_CHUNK_BYTES):
                found.update(chunk)
            if found.hexdigest() != digest:
                opened.close()
                raise ArtifactCorrupt(key)
            opened.seek(0)
            self._remember(key)
        return opened

    def open_unchecked(self, kind: ArtifactKind, digest: str) -> BinaryIO:
        """The same, for who can tell from what is read that it changed. Raises ObjectMissing."""
        return self._store.open(_key(kind, digest))

    def fetch_json(self, kind: ArtifactKind, digest: str) -> Mapping[str, Any]:
        """Bring a JSON document back. Raises as `open`."""
        with self.open(kind, digest) as stored:
            document: Mapping[str, Any] = json.load(stored)
            return document

    def _remember(self, key: str) -> None:
        with self._lock:
            if len(self._checked) >= _MOST_REMEMBERED:
                self._checked.clear()
            self._checked.add(key)


class Keeping:
    """Stores files while others are still being made: each takes a wait for a disk or a server."""

    def __init__(self, store: ObjectStore, directory: Path, threads: ThreadPoolExecutor) -> None:
        self._store = store
        self._directory = directory
        self._threads = threads
        self._pending: list[Future[None]] = []

    def new_file(self) -> Path:
        """Where to write one."""
        return self._directory / str(uuid4())

    def keep(self, kind: ArtifactKind, source: Path) -> str:
        """Begin to store the file, which has to stay as it is, and return its digest."""
        digest = file_digest(source)
        self._pending.append(self._threads.submit(self._store.put, _key(kind, digest), source))
        return digest

    def keep_json(self, kind: ArtifactKind, document: Mapping[str, Any]) -> str:
        """Begin to store a JSON document and return its digest."""
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True)
        return self.keep_text(kind, text)

    def keep_text(self, kind: ArtifactKind, text: str) -> str:
        """Begin to store text in UTF-8 and return its digest."""
        path = self.new_file()
        path.write_text(text, encoding="utf-8")
        return self.keep(kind, path)

    def settle(self) -> None:
        """Wait until nothing is being stored any more."""
        wait(self._pending)

    def finish(self) -> None:
        """Wait until all of it is durable. Raises what storing raised."""
        for each in self._pending:
            each.result()


def _key(kind: ArtifactKind, digest: str) -> str:
    return f"{kind.value}/{digest}"
