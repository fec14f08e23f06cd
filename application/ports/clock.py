"""Time and fresh ids, the two things that pure code cannot make."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Reads the wall clock."""

    def now(self) -> datetime:
        """The time now, in UTC."""


class Ids(Protocol):
    """Makes ids that nobody else has."""

    def new(self) -> UUID:
        """A fresh UUIDv7."""
