"""Advisory locks. Each key is a name's hash, so that no other application meets them by chance."""

from collections.abc import Set
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


# A 64-bit key is shown in two halves.
_HELD = text(
    """
    SELECT classid::bigint << 32 | objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
)


def key_of(name: str) -> int:
    """The lock's 64-bit key."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


def hold_for_transaction(connection: Connection, lock: Lock) -> None:
    """Hold the lock alone until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key_of(lock)})


def try_for_session(connection: Connection, key: int) -> bool:
    """Hold the lock alone as long as the connection lives, unless another holds it; whether so."""
    return bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))


def give_back(connection: Connection, key: int) -> None:
    """Let another have the lock that this connection holds."""
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


def held_keys(connection: Connection) -> Set[int]:
    """The keys of all locks that somebody holds in this database."""
    return set(connection.scalars(_HELD))
