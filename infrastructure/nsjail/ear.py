"""Listening to what a jail writes, within bounds."""

import os
from dataclasses import dataclass, field
from typing import Final

_READ_AT_ONCE: Final = 64 * 1024


@dataclass
class Ear:
    """One pipe that is read to its end while no more than its first part is kept."""

    reading: int
    most_bytes: int
    heard: bytearray = field(default_factory=bytearray)
    total: int = 0

    def listen(self) -> bool:
        """Take what is there, without waiting. False when nothing is, or ever will be."""
        try:
            piece = os.read(self.reading, _READ_AT_ONCE)
        except BlockingIOError:
            return False
        self.heard += piece[: self.most_bytes - len(self.heard)]
        self.total += len(piece)
        return bool(piece)

    def catch_up(self) -> None:
        """Take all that is there, within reason: a snippet may write faster than we read."""
        for _ in range(64):
            if not self.listen():
                break

    def forget(self) -> None:
        """Begin anew: what comes next is of another job."""
        self.heard.clear()
        self.total = 0
