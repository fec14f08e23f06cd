"""Durable, content-addressed bytes: uploads, snapshots and profiles."""

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
    """A flat, write-once key space: keys are ``<kind>/<sha256>``, equal keys mean equal bytes."""

    def put(self, key: str, source: Path) -> None:
        """Store the bytes of `source`; durable on return. A key that exists is left as it is."""

    def get(self, key: str, destination: Path) -> None:
        """Write the object's bytes to the new file `destination`.

        Raises ObjectMissing when there is none.
        """

    def exists(self, key: str) -> bool:
        """Whether an object has this key."""

    def check(self) -> None:
        """Raise ObjectStoreUnavailable unless the store answers now."""
