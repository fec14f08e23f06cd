"""Advisory locks. Each key is a name's hash, so that no other application meets them by chance."""

from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection, text


class Lock(StrEnum):
    """What is locked."""

    APPENDS = "datatrail appends"
    """Shared by every append; exclusive while a rebuilt projection is swapped in."""

    MIGRATIONS = "datatrail migrations"

    SEQUENCER = "datatrail sequencer"
    """Held by the one process that gives events their positions, as long as it does."""


def key_of(name: str) -> int:
    """The lock's 64-bit key."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


def share_for_transaction(connection: Connection, lock: Lock) -> None:
    """Hold the lock with others until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": key_of(lock)})


def hold_for_transaction(connection: Connection, lock: Lock) -> None:
    """Hold the lock alone until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key_of(lock)})
