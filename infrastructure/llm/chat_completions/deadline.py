"""A hard end for one question to a model, whatever the server does."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class Deadline:
    """A moment on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds that are left, never negative."""
        return max(0.0, self._end - time.monotonic())

    @property
    def expired(self) -> bool:
        return self.remaining == 0.0


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

    @contextlib.contextmanager
    def cut_at(self, deadline: Deadline) -> Iterator[None]:
        """Cut what is open when the deadline comes before the block's end."""
        timer = threading.Timer(deadline.remaining, self._cut_all)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

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
