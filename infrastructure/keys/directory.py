"""Keys as files that only their owner can read, durable when they are told to be."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from application.ports.subject_keys import SubjectKeysUnavailable
from infrastructure.directory_entries import sync_directory

_STAGED = ".new-"
_STALE_SECONDS = 60.0


class KeyDirectory:
    """Implements `Cells` below a directory, which is made when it is missing."""

    def __init__(self, directory: Path) -> None:
        self._root = directory.absolute()
        with self._failures_named():
            if not self._root.is_dir():
                _make_private(self._root)
            self._root.chmod(0o700)
            self._clear_up()

    def read(self, name: str) -> bytes | None:
        with self._failures_named():
            try:
                return (self._root / name).read_bytes()
            except FileNotFoundError:
                if self._root.is_dir():
                    return None
                raise

    def confirm(self, name: str) -> None:  # noqa: ARG002 - all names are in one directory
        with self._failures_named():
            sync_directory(self._root)

    def create(self, name: str, content: bytes) -> bool:
        with self._failures_named(), self._staged(content) as staged:
            try:
                # Unlike a rename, a link fails when somebody else was first.
                os.link(staged, self._root / name)
            except FileExistsError:
                return False
            sync_directory(self._root)
            return True

    def replace(self, name: str, content: bytes) -> None:
        place = self._root / name
        with self._failures_named(), self._staged(content) as staged:
            try:
                former = os.open(place, os.O_WRONLY)
            except FileNotFoundError:
                former = None
            try:
                staged.replace(place)
                sync_directory(self._root)
                if former is not None:
                    # The name is gone; so are the bytes, as far as the file system overwrites.
                    os.write(former, bytes(os.fstat(former).st_size))
                    os.fsync(former)
            finally:
                if former is not None:
                    os.close(former)

    def check(self) -> None:
        with self._failures_named(), self._staged(b"datatrail"):
            return

    def _clear_up(self) -> None:
        """Remove what writers left behind that were killed: a copy of a key outlives its end."""
        for staged in self._root.glob(f"{_STAGED}*"):
            try:
                if time.time() - staged.stat().st_mtime > _STALE_SECONDS:
                    staged.unlink()
            except FileNotFoundError:
                continue  # another process was quicker

    @contextmanager
    def _staged(self, content: bytes) -> Iterator[Path]:
        staged = self._root / f"{_STAGED}{uuid4().hex}"
        try:
            descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as writing:
                writing.write(content)
                writing.flush()
                os.fsync(writing.fileno())
            yield staged
        finally:
            staged.unlink(missing_ok=True)

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SubjectKeysUnavailable(
                f"the key directory {self._root} does not serve: {error.strerror or error}"
            ) from error


def _make_private(directory: Path) -> None:
    """Make the directory and its missing parents, each durable and for the owner alone."""
    if directory.parent != directory and not directory.parent.is_dir():
        _make_private(directory.parent)
    directory.mkdir(mode=0o700, exist_ok=True)
    sync_directory(directory.parent)
