"""Being woken when the log grows, instead of asking it again and again."""

from datetime import timedelta
from typing import Protocol


class Notifications(Protocol):
    """Wakes any number of waiting threads. A wake-up may be lost: who waits also looks."""

    def wait(self, *, beyond: int, timeout: timedelta) -> int:
        """Wait until the log is known to reach beyond this position, at most `timeout`.

        Returns the last position that is known here, which may be an old one. To wait from the
        position that one has read is to miss nothing that came between reading and waiting.
        """
