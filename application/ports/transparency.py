"""Proof that an event is in the log, for whoever does not trust its database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class NotSequencedYet(Exception):
    """The event has no position under a checkpoint yet; a moment later it will."""

    def __init__(self, position: int, *, size: int) -> None:
        super().__init__(
            f"the log's order is final up to position {size}, not yet up to {position}; try again"
        )
        self.position = position
        self.size = size


class TreeDamaged(Exception):
    """The log's tree lacks what a tree of its size has; the message says what."""


@dataclass(frozen=True, kw_only=True)
class SignedCheckpoint:
    """A signed statement that the log had `size` events with this Merkle root (32 bytes).

    `note` is the C2SP signed note that says so; it is in object storage.
    """

    origin: str
    epoch: int
    size: int
    root: bytes
    note: str


class Transparency(Protocol):
    """The log's Merkle tree and its signed checkpoints. Leaf i (from 0) is position i + 1."""

    def checkpoint(self, *, covering: int) -> SignedCheckpoint:
        """The newest checkpoint, or a new one, that covers the event at position `covering`.

        Raises NotSequencedYet, LogUnavailable or ObjectStoreUnavailable.
        """

    def inclusion_paths(self, positions: Sequence[int], *, size: int) -> Sequence[Sequence[bytes]]:
        """For each position its RFC 6962 inclusion path in the tree over the first `size` events.

        Raises ValueError for positions that are not in it, TreeDamaged and LogUnavailable.
        """

    def root(self, size: int) -> bytes:
        """The Merkle root over the first `size` events, 32 bytes.

        Raises TreeDamaged and LogUnavailable.
        """

    def consistency_path(self, old: int, new: int) -> Sequence[bytes]:
        """The RFC 6962 proof that the first `old` of the first `new` events are as they were.

        Raises ValueError unless 0 < old <= new, TreeDamaged and LogUnavailable.
        """

    @property
    def public_key(self) -> str:
        """The verifier key, ``<origin>+<key id>+<base64>`` as C2SP signed notes write it."""
