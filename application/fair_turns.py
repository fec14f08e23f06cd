"""Whose task comes next: that of who was served longest ago. Nobody waits for all of another's."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from application.ports.leases import Waiting

KEPT_SUBJECTS = 10_000


class FairTurns:
    """Round and round among those who have something waiting; shared by a worker's threads.

    Kept in memory: each worker is fair by itself, and so are all of them together. Who was
    forgotten comes as early as who was never served.
    """

    def __init__(self) -> None:
        self._served: OrderedDict[UUID, int] = OrderedDict()
        self._services = 0
        self._lock = threading.Lock()

    def next(self, waiting: Sequence[Waiting]) -> Waiting | None:
        """The one whose subject was served longest ago, now served; the first of those who never
        were. None when nobody waits."""
        with self._lock:
            if not waiting:
                return None
            chosen = min(waiting, key=lambda each: self._served.get(each.subject_id, 0))
            self._services += 1
            self._served[chosen.subject_id] = self._services
            self._served.move_to_end(chosen.subject_id)
            if len(self._served) > KEPT_SUBJECTS:
                self._served.popitem(last=False)
            return chosen
