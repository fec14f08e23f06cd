"""Who follows a task through every break, as a browser does."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

SECONDS = 120


class Follower(threading.Thread):
    """Follows the task from now on; comes again after what came last when the stream breaks off."""

    def __init__(self, url: Callable[[], httpx.URL], task_id: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._path = f"v1/tasks/{task_id}/events"
        self._deadline = time.monotonic() + SECONDS
        self.seen: list[dict[str, Any]] = []

    def run(self) -> None:
        while time.monotonic() < self._deadline and not self._has_ended():
            try:
                self._follow()
            except httpx.TransportError:
                time.sleep(0.1)

    def _has_ended(self) -> bool:
        return bool(self.seen) and self.seen[-1]["status"] not in {"queued", "running"}

    def _follow(self) -> None:
        headers = {"Accept": "text/event-stream"}
        if self.seen:
            headers["Last-Event-ID"] = str(self.seen[-1]["version"])
        address = self._url().join(self._path)
        with httpx.stream("GET", address, headers=headers, timeout=30) as stream:
            if not stream.is_success:
                time.sleep(0.1)
                return
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    self.seen.append(json.loads(line.removeprefix("data: ")))


@contextmanager
def followed(url: Callable[[], httpx.URL], task_id: str) -> Iterator[None]:
    """On leaving, whoever followed the task was told all that became of it, once."""
    follower = Follower(url, task_id)
    follower.start()
    yield
    follower.join(SECONDS)
    history = httpx.get(url().join(f"v1/tasks/{task_id}/events"), timeout=30).json()["items"]
    assert follower.seen == history
