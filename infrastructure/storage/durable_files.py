"""Files that survive a power cut: obstore's local store writes atomically but never fsyncs."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from infrastructure.directory_entries import sync_directory

STAGING = ".staging"


def prepare(root: Path) -> None:
    """Make `root` a place for files.

    Only here: where ``root/.staging`` is gone later, a volume is not mounted any more, and what is
    written to the empty directory in its place would be missed when it is back.
    """
    (root / STAGING).mkdir(mode=0o700, parents=True, exist_ok=True)


class DurableFiles:
    """Files below `root`, which is prepared. Safe to share by threads and processes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._durable: set[Path] = set()

    def place(self, source: Path, key: str) -> None:
        """Make ``root/key`` hold the bytes of `source`, on disk when this returns.

        The object appears whole or not at all. A crash leaves at most a file in ``root/.staging``.
        What is there already stays, unless `source` has the digest that the key names it by, and it
        has not: who brings the bytes again mends what a disk damaged.
        """
        final = self._root / key
        # Between finding it there and making it young nobody may remove it for its age.
        with _locked(self._root, fcntl.LOCK_SH):
            found = final.exists()
            if found:
                os.utime(final)
        if not found or (not _is_named(final, key) and _is_named(source, key)):
            with _staged(self._root) as staged:
                _copy(source, staged)
                final.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(final)
        # Also when the object was there: its writer may have been killed before this.
        sync_directory(final.parent)
        self._make_durable(final.parent)

    def _make_durable(self, directory: Path) -> None:
        """A new directory is durable only when its parent's entry for it is; nobody removes one."""
        if directory in self._durable:
            return
        for parent in directory.parents:
            sync_directory(parent)
            if parent == self._root.parent:
                break
        self._durable.add(directory)


def remove_older(root: Path, key: str, put_before: datetime) -> bool:
    """Remove ``root/key``, unless it is gone or was placed at that time or later."""
    final = root / key
    with _locked(root, fcntl.LOCK_EX):
        try:
            placed = datetime.fromtimestamp(final.stat().st_mtime, UTC)
        except FileNotFoundError:
            return False
        if placed >= put_before:
            return False
        final.unlink()
    sync_directory(final.parent)
    return True


def prove_writable(root: Path) -> None:
    """Raise OSError unless a file can be written and removed below `root`."""
    with _staged(root) as probe:
        probe.write_bytes(b"datatrail")


@contextmanager
def _staged(root: Path) -> Iterator[Path]:
    """Where a new file can be written; it is gone afterwards, unless it was moved.

    What fails there is told of the directory: with a new name at each try, the same trouble would
    be taken for another one each time.
    """
    path = root / STAGING / uuid4().hex
    try:
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        if error.filename == str(path):
            error.filename = str(path.parent)
        raise


@contextmanager
def _locked(root: Path, how: int) -> Iterator[None]:
    """Hold the directory's lock, shared or alone, against other threads and processes."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _is_named(path: Path, key: str) -> bool:
    """Whether the key ends in the SHA-256 of the file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == key.rpartition("/")[2]


def _copy(source: Path, destination: Path) -> None:
    with source.open("rb") as reading, destination.open("xb") as writing:
        shutil.copyfileobj(reading, writing, 1024 * 1024)
        writing.flush()
        os.fsync(writing.fileno())
