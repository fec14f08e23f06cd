"""How far each stream is: what a follower of many streams asks, again and again."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID


class StreamHeads(Protocol):
    """Asking costs about the same for one session and for hundreds."""

    def versions(self, session_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """The version of the last committed event of each session that has one.

        Raises LogUnavailable.
        """
