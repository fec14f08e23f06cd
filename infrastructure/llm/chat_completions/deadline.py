"""A hard end for one question to a model, whatever the server does."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from typing import Any, Protocol, TypeVar

from application.ports.cancellation import Cancellation

T = TypeVar("T")

# So much later a question ends that nobody wants any more.
_LOOK_EVERY_SECONDS = 0.1


class DeadlineExpired(Exception):
    """There is no more time."""


class Deadline:
    """A moment on the monotonic clock; sooner, once nobody wants the answer any more."""

    def __init__(self, seconds: float, cancelled: Cancellation | None = None) -> None:
        self._end = time.monotonic() + seconds
        self._cancelled = cancelled

    @property
    def remaining(self) -> float:
        """Seconds that are left, never negative."""
        if self._cancelled is not None and self._cancelled.is_set():
            return 0.0
        return max(0.0, self._end - time.monotonic())

    @property
    def expired(self) -> bool:
        return self.remaining == 0.0

    def sleep(self, seconds: float) -> None:
        """Sleep so long, but not past the deadline."""
        end = time.monotonic() + seconds
        while (left := min(end - time.monotonic(), self.remaining)) > 0:
            time.sleep(min(left, _LOOK_EVERY_SECONDS))


class _Request(Protocol):
    extensions: dict[str, Any]


class Connections:
    """The connections of one HTTP client, which can be cut from another thread.

    A read timeout starts anew with every byte, so a server that trickles would hold a task for
    ever. Sockets are shut down, not closed: another thread could get a closed one's number.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._cut = False

    def watch(self, request: _Request) -> None:
        """An event hook of the HTTP client: learn of each connection that `request` opens."""
        request.extensions["trace"] = self._learn

    def answer_to(self, ask: Callable[[], T], deadline: Deadline) -> T:
        """What `ask` returns, or raises, over these connections.

        Raises DeadlineExpired once that has come. It asks in a thread of its own: looking up a name
        and connecting cannot be interrupted, and end by the client's own time limit at the latest.
        """
        answer: Future[T] = Future()

        def run() -> None:
            try:
                answer.set_result(ask())
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                answer.set_exception(error)

        threading.Thread(target=run, name="model-request", daemon=True).start()
        try:
            while not wait([answer], min(deadline.remaining, _LOOK_EVERY_SECONDS)).done:
                if deadline.expired:
                    raise DeadlineExpired
        finally:
            self._cut_all()
        return answer.result()

    def _learn(self, _event: str, details: Mapping[str, Any]) -> None:
        stream = details.get("return_value")
        if stream is None or not hasattr(stream, "get_extra_info"):
            return
        with self._lock:
            self._sockets.append(stream.get_extra_info("socket"))
        if self._cut:
            self._cut_all()

    def _cut_all(self) -> None:
        with self._lock:
            self._cut = True
            for opened in self._sockets:
                with contextlib.suppress(OSError):  # it is closed already
                    opened.shutdown(socket.SHUT_RDWR)
