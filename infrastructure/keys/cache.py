"""Some seconds of memory in front of the key store: a page of events asks for one key often."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from application.ports.subject_keys import SubjectKeys

KEPT_SECONDS = 3.0
KEPT_KEYS = 10_000


@dataclass(frozen=True)
class _Known:
    """A key, or None when it was destroyed, which holds for ever."""

    key: bytes | None
    until: float


class CachedSubjectKeys:
    """See the port `SubjectKeys`. A key that another process destroyed is given for at most
    `seconds` more; one that this process destroyed, not at all."""

    def __init__(
        self,
        keys: SubjectKeys,
        seconds: float = KEPT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._seconds = seconds
        self._clock = clock
        self._known: OrderedDict[UUID, _Known] = OrderedDict()
        self._alive_until: OrderedDict[UUID, float] = OrderedDict()
        self._lock = Lock()

    def obtain(self, subject_id: UUID) -> bytes | None:
        with self._lock:
            was_known = subject_id in self._known
        # A key that was there is not made again: that it is missing must be told.
        return self._through(subject_id, self._keys.find if was_known else self._keys.obtain)

    def find(self, subject_id: UUID) -> bytes | None:
        return self._through(subject_id, self._keys.find)

    def is_destroyed(self, subject_id: UUID) -> bool:
        known = self._fresh(subject_id)
        if known is not None:
            return known.key is None
        with self._lock:
            if self._clock() < self._alive_until.get(subject_id, 0.0):
                return False
        asked_at = self._clock()
        if not self._keys.is_destroyed(subject_id):
            self._remember_alive(subject_id, asked_at + self._seconds)
            return False
        self._remember(subject_id, _Known(None, float("inf")))
        return True

    def destroy(self, subject_id: UUID) -> None:
        self._keys.destroy(subject_id)
        self._remember(subject_id, _Known(None, float("inf")))

    def check(self) -> None:
        self._keys.check()

    def _through(self, subject_id: UUID, ask: Callable[[UUID], bytes | None]) -> bytes | None:
        known = self._fresh(subject_id)
        if known is None:
            asked_at = self._clock()
            key = ask(subject_id)
            until = float("inf") if key is None else asked_at + self._seconds
            known = self._remember(subject_id, _Known(key, until))
        return known.key

    def _fresh(self, subject_id: UUID) -> _Known | None:
        with self._lock:
            known = self._known.get(subject_id)
            return known if known is not None and self._clock() < known.until else None

    def _remember_alive(self, subject_id: UUID, until: float) -> None:
        with self._lock:
            self._alive_until[subject_id] = until
            if len(self._alive_until) > KEPT_KEYS:
                self._alive_until.popitem(last=False)

    def _remember(self, subject_id: UUID, found: _Known) -> _Known:
        """Keep what was found, unless the key was destroyed while it was being read."""
        with self._lock:
            known = self._known.get(subject_id)
            if known is not None and known.key is None:
                return known
            self._known[subject_id] = found
            self._known.move_to_end(subject_id)
            if len(self._known) > KEPT_KEYS:
                self._known.popitem(last=False)
            return found
