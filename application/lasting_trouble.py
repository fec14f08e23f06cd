"""Telling a trouble that comes again and again: when it is new, then now and then."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic


class LastingTrouble:
    """What went wrong last, by its sentence; once told, it is told again after `again`."""

    def __init__(self, again: timedelta, *, monotonic: Callable[[], float] = monotonic) -> None:
        self._again = again.total_seconds()
        self._monotonic = monotonic
        self._told: str | None = None
        self._next = 0.0

    def is_to_be_told(self, trouble: Exception) -> bool:
        """Whether it is another trouble than the last one, or the same still after a while."""
        sentence, now = f"{type(trouble).__name__}: {trouble}", self._monotonic()
        if sentence == self._told and now < self._next:
            return False
        self._told, self._next = sentence, now + self._again
        return True

    def ends(self) -> bool:
        """There is none now; whether there was one."""
        was, self._told = self._told is not None, None
        return was
