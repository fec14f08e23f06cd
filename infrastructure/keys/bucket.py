"""Keys as objects of an S3-compatible bucket that holds nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError

from application.ports.subject_keys import SubjectKeysUnavailable
from infrastructure.storage.object_store import S3Location, first_line, list_one, s3_store

_PREFIX = "subjects/"


class KeyBucket:
    """Implements `Cells`. The bucket must exist, keep no former versions, and take a PUT on the
    condition that there is nothing yet."""

    def __init__(self, location: S3Location) -> None:
        self._store = s3_store(location)
        self._name = f"{location.bucket!r} at {location.endpoint or location.region}"

    def read(self, name: str) -> bytes | None:
        with self._failures_named():
            try:
                return obstore.get(self._store, _PREFIX + name).bytes().to_bytes()
            except FileNotFoundError:
                return None

    def confirm(self, name: str) -> None:
        """What can be read from a bucket is durable."""

    def create(self, name: str, content: bytes) -> bool:
        with self._failures_named():
            try:
                obstore.put(self._store, _PREFIX + name, content, mode="create")
            except AlreadyExistsError:
                return False
            return True

    def replace(self, name: str, content: bytes) -> None:
        with self._failures_named():
            obstore.put(self._store, _PREFIX + name, content, mode="overwrite")

    def check(self) -> None:
        with self._failures_named():
            list_one(self._store)

    def is_empty(self) -> bool:
        """Whether it holds no key, nor the word that one was destroyed."""
        with self._failures_named():
            return not next(iter(obstore.list(self._store, _PREFIX, chunk_size=1)), None)

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            raise SubjectKeysUnavailable(
                f"the key bucket {self._name} does not serve: {first_line(error)}"
            ) from error
