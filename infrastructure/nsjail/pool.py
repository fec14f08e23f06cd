"""Jails that have imported all that a snippet may need, and wait for one."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from application.ports.sandbox import SandboxUnavailable
from infrastructure.nsjail.jail import Jail
from infrastructure.nsjail.limits import MIB

LEAST_FREE_BYTES: Final = 512 * MIB
_LOOK_EVERY_SECONDS: Final = 1.0
_PAUSE_SECONDS: Final = 5.0
_REST_SECONDS: Final = 0.1


class JailPool:
    """Keeps `size` jails waiting, each of which is taken once, and sees those that were left dead.

    A thread of its own refills it, from the first `take` until `close`, unless the machine is
    short of memory: once a jail was left, so as not to slow what it is taken for, or soon; and
    while another waits, only when what comes of it has been dealt with. A jail waits for
    `oldest_seconds` at most. When none waits, `start` makes one.
    """

    def __init__(self, start: Callable[[], Jail], size: int, *, oldest_seconds: float) -> None:
        self._start = start
        self._size = size
        self._oldest_seconds = oldest_seconds
        self._waiting: deque[Jail] = deque()
        self._left: deque[Jail] = deque()
        self._changed = threading.Condition()
        self._keeper: threading.Thread | None = None
        self._closed = False

    def take(self) -> Jail:
        """A jail that is ready. Raises SandboxUnavailable when none can be built."""
        while (jail := self._next()) is not None:
            # One that died while it waited tells nobody anything; one started now says why, if so.
            with suppress(SandboxUnavailable):
                jail.wait_until_ready()
                if jail.alive():
                    return jail
            self.leave(jail)
        jail = self._start()
        jail.wait_until_ready()
        return jail

    def leave(self, jail: Jail) -> None:
        """Kill it; its remains are taken away soon."""
        jail.kill()
        with self._changed:
            if self._keeper is not None:
                self._left.append(jail)
                self._changed.notify()
                return
        jail.end()

    def close(self) -> None:
        """End all that wait, and the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            keeper = self._keeper
        if keeper is not None:
            keeper.join()

    def _next(self) -> Jail | None:
        """One that waits, best one that is ready; None when there is none."""
        with self._changed:
            if self._size and self._keeper is None and not self._closed:
                self._keeper = threading.Thread(target=self._keep, name="jails", daemon=True)
                self._keeper.start()
            if not self._waiting:
                return None
            jail = next((each for each in self._waiting if each.ready()), self._waiting[0])
            self._waiting.remove(jail)
            return jail

    def _keep(self) -> None:
        """What the thread does: bury, sort out, refill."""
        not_before = 0.0
        while not self._closed:
            self._bury()
            if self._sort_out():
                not_before = time.monotonic() + _PAUSE_SECONDS
            if time.monotonic() >= not_before and len(self._waiting) < self._size and _has_room():
                try:
                    jail = self._start()
                except SandboxUnavailable:
                    # Who takes a jail is told; here it only means to try again later.
                    not_before = time.monotonic() + _PAUSE_SECONDS
                    continue
                with self._changed:
                    self._waiting.append(jail)
                continue
            with self._changed:
                if not (self._closed or self._left):
                    self._changed.wait(_LOOK_EVERY_SECONDS)
                if self._left and self._waiting:
                    self._changed.wait(_REST_SECONDS)
        with self._changed:
            self._keeper = None  # whoever leaves a jail from now on sees it dead by itself
            remaining = [*self._waiting, *self._left]
            self._waiting.clear()
            self._left.clear()
        for jail in remaining:
            jail.end()

    def _bury(self) -> None:
        while self._left:
            self._left.popleft().end()

    def _sort_out(self) -> bool:
        """Take out the old and the dead. True if one died before its time."""
        with self._changed:
            old = [each for each in self._waiting if each.age_seconds > self._oldest_seconds]
            dead = [each for each in self._waiting if not each.alive()]
            for jail in {*old, *dead}:
                self._waiting.remove(jail)
                self._left.append(jail)
            return bool(dead)


def _has_room() -> bool:
    """Whether the machine can spare the memory of one more."""
    text = Path("/proc/meminfo").read_text(encoding="ascii")
    found = re.search(r"^MemAvailable:\s*(\d+) kB$", text, re.MULTILINE)
    return found is None or int(found[1]) * 1024 >= LEAST_FREE_BYTES
