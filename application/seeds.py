"""The random seed of a step."""

import hashlib
from uuid import UUID


def seed_of(task_id: UUID, step: int) -> int:
    """The same at every replay, 32 bits."""
    return int.from_bytes(hashlib.sha256(f"{task_id}/{step}".encode()).digest()[:4], "big")
