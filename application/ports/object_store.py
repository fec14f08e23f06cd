"""Durable, content-addressed bytes: uploads, snapshots and profiles."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol


class ObjectMissing(Exception):
    """No object has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"object storage holds no object {key!r}")
        self.key = key


class ObjectStoreUnavailable(Exception):
    """The store cannot be reached or refuses to serve; the message says which and why."""


class ObjectStore(Protocol):
    """A write-once key space: keys are like ``<kind>/<sha256>``, equal keys mean equal bytes."""

    def put(self, key: str, source: Path) -> None:
        """Store the bytes of `source`; durable on return. A key that exists is left as it is."""

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

    def check(self) -> None:
        """Raise ObjectStoreUnavailable unless the store answers now."""
