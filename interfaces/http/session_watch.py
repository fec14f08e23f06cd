"""Waiting for a session's next event without holding a thread or a connection for it."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import ParamSpec, TypeVar
from uuid import UUID

from anyio import CapacityLimiter, to_thread

from application.lasting_trouble import LastingTrouble
from application.ports.event_log import LogUnavailable
from application.ports.notifications import Notifications
from application.ports.stream_heads import StreamHeads

logger = logging.getLogger(__name__)

# An event is in its stream before it has a position and wakes anyone, so waiting is not enough.
POLL_SECONDS = 1.0
# However fast the log grows.
PAUSE_SECONDS = 0.02
# All open streams share these, so that they leave the other requests their threads and connections.
READING_THREADS = 4
_REMIND = timedelta(minutes=1)

P = ParamSpec("P")
T = TypeVar("T")


class Following:
    """One client's view of one session; it lives in the server's event loop.

    `version` is the newest of the session that is known here.
    """

    def __init__(self, version: int) -> None:
        self.is_open = True
        self.version = version
        self._told = asyncio.Event()

    async def goes_beyond(self, version: int, *, seconds: float) -> bool:
        """Wait until the session has an event after `version`, or the time is up, or the end."""
        try:
            async with asyncio.timeout(seconds):
                # It may first be told of what its client has read already.
                while self.is_open and self.version <= version:
                    self._told.clear()
                    await self._told.wait()
        except TimeoutError:
            return False
        return self.version > version

    def tell(self, version: int) -> None:
        """The session is at `version` now."""
        if version > self.version:
            self.version = version
            self._told.set()

    def end(self) -> None:
        """Nothing more will be told."""
        self.is_open = False
        self._told.set()


class SessionWatch:
    """Asks once for all sessions that are followed, when the log grows, and tells who follows.

    It asks about every second anyway; while nobody follows, never. Everything but the asking and
    the waiting happens in the event loop.
    """

    def __init__(self, heads: StreamHeads, notifications: Notifications) -> None:
        self._heads = heads
        self._notifications = notifications
        self._followed: dict[UUID, set[Following]] = {}
        self._asking: asyncio.Task[None] | None = None
        self._is_open = True
        self._threads = CapacityLimiter(READING_THREADS)
        self._waiting_thread = CapacityLimiter(1)
        self._trouble = LastingTrouble(_REMIND)

    @contextmanager
    def following(self, session_id: UUID, version: int) -> Iterator[Following]:
        """Follow the session beyond `version` while the context lasts."""
        following = Following(version)
        if not self._is_open:
            following.end()
        self._followed.setdefault(session_id, set()).add(following)
        if self._is_open and (self._asking is None or self._asking.done()):
            self._asking = asyncio.get_running_loop().create_task(self._ask_while_followed())
        try:
            yield following
        finally:
            others = self._followed[session_id]
            others.remove(following)
            if not others:
                del self._followed[session_id]

    async def in_thread(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call in one of the few threads of the streams."""
        return await to_thread.run_sync(lambda: call(*args, **kwargs), limiter=self._threads)

    def tell(self, outage: LogUnavailable) -> None:
        """Log, once in a while for all streams, that they wait for the log."""
        if self._trouble.is_to_be_told(outage):
            logger.warning("streams wait for the log", extra={"outage": str(outage)})

    def close(self) -> None:
        """End every stream: the server stops."""
        self._is_open = False
        if self._asking is not None:
            self._asking.cancel()
        self._end_all()

    async def _ask_while_followed(self) -> None:
        position = 0
        try:
            while self._followed:
                await self._ask()
                await asyncio.sleep(PAUSE_SECONDS)
                position = await self._growth(position)
        except Exception:
            # Clients come back by themselves, and meet the defect's own answer then.
            logger.exception("following sessions failed")
            self._end_all()

    async def _growth(self, position: int) -> int:
        """Wait until the log is beyond the position, at most as long as may pass unasked."""
        timeout = timedelta(seconds=POLL_SECONDS)
        return await to_thread.run_sync(
            lambda: self._notifications.wait(beyond=position, timeout=timeout),
            limiter=self._waiting_thread,
            # It ends by itself, and nobody is to wait for that when the server stops.
            abandon_on_cancel=True,
        )

    async def _ask(self) -> None:
        try:
            versions = await self.in_thread(self._heads.versions, tuple(self._followed))
        except LogUnavailable as outage:
            self.tell(outage)
            return
        self._trouble.ends()
        for session_id, version in versions.items():
            for following in self._followed.get(session_id, ()):
                following.tell(version)

    def _end_all(self) -> None:
        for followings in self._followed.values():
            for following in followings:
                following.end()
