"""Durable, content-addressed bytes: uploads, snapshots and profiles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


class ObjectMissing(Exception):
    """No object has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"object storage holds no object {key!r}; restore it from a backup")
        self.key = key


class ObjectStoreUnavailable(Exception):
    """The store cannot be reached or refuses to serve; the message says which and why."""


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """An object as a listing shows it. `put_at` is when it was put last, in UTC."""

    key: str
    size_bytes: int
    put_at: datetime


class ObjectStore(Protocol):
    """A write-once key space: keys are like ``<kind>/<sha256>``, equal keys mean equal bytes."""

    def put(self, key: str, source: Path) -> None:
        """Store the bytes of `source`; durable on return.

        The bytes of a key that exists are left as they are, but it counts as put now. A store may
        replace damaged ones, by those that have the digest in the key.
        """

    def open(self, key: str) -> BinaryIO:
        """The object for reading at any place, of which only what is read is fetched.

        Raises ObjectMissing.
        """

    def get(self, key: str, destination: Path) -> None:
        """Write the object's bytes to the new file `destination`.

        Raises ObjectMissing when there is none.
        """

    def exists(self, key: str) -> bool:
        """Whether an object has this key."""

    def keys(self, folder: str, *, after: str = "") -> Iterator[str]:
        """The keys below the folder, in no order; only those that sort after the key `after`."""

    def folders(self, folder: str) -> Sequence[str]:
        """The names of the folders that are directly in this folder."""

    def objects(self, folder: str) -> Iterator[StoredObject]:
        """What is below the folder, in no order."""

    def remove(self, key: str, *, put_before: datetime) -> bool:
        """Remove the object, unless it is gone or was put at that time or later; whether it was."""

    def check(self) -> None:
        """Raise ObjectStoreUnavailable unless the store answers now."""
