"""What the tests of streams have in common."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import httpx
import pytest

from interfaces.http import session_watch
from interfaces.service import Service

STREAM = {"Accept": "text/event-stream"}


class Stream:
    """A stream of server-sent events, read as a browser would."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def comment(self) -> str:
        """The next comment."""
        return next(line for line in self._lines if line.startswith(":"))

    def rest(self) -> Iterator[str]:
        """The lines that follow, as they are."""
        return self._lines

    def next(self) -> Mapping[str, str]:
        """The next event's fields."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                return fields
        raise EOFError

    def take(self, count: int) -> list[Any]:
        """The data of the next `count` events."""
        return [json.loads(self.next()["data"]) for _ in range(count)]


def least_spent() -> float:
    """The processor time that this process takes in a second in which it is let alone."""

    def spent() -> float:
        began = time.process_time()
        time.sleep(1)
        return time.process_time() - began

    return min(spent() for _ in range(3))


def watched_heads(service: Service, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The sessions whose versions were asked for, from now on and often: ids, a tuple each time."""
    asked: list[Any] = []
    versions = service.heads.versions

    def watched(ids: Any) -> Mapping[UUID, int]:
        asked.append(ids)
        return versions(ids)

    monkeypatch.setattr(service.heads, "versions", watched)
    monkeypatch.setattr(session_watch, "POLL_SECONDS", 0.1)
    return asked
