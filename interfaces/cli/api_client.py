"""A REST client of Datatrail, as anybody could write one."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import httpx

_REQUEST_SECONDS = 60.0
_TASK_SECONDS = 120.0
_POLL_SECONDS = 0.05

Document: TypeAlias = Mapping[str, Any]
"""A JSON object as the API sends it."""


class RequestRefused(Exception):
    """The API answered with a problem."""

    def __init__(self, response: httpx.Response) -> None:
        request = response.request
        try:
            problem = response.json()
        except ValueError:
            problem = {}
        said = problem.get("detail") or problem.get("title") or "it gave no reason"
        super().__init__(
            f"{request.method} {request.url.path} was answered with {response.status_code}: {said}"
        )


class TaskNotDone(Exception):
    """A task failed or did not end; the message says which and why."""


class ApiClient:
    """One session over HTTP. Every method raises RequestRefused."""

    def __init__(self, url: str, title: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=_REQUEST_SECONDS, trust_env=False)
        session = self._json(self._http.post("/v1/sessions", json={"title": title}))
        self.session_id: str = session["session_id"]
        self._path = f"/v1/sessions/{self.session_id}"

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def upload(self, file: Path) -> Document:
        """Upload a file and wait until it is node 0. Raises TaskNotDone."""
        with file.open("rb") as stream:
            response = self._http.post(f"{self._path}/uploads", files={"file": (file.name, stream)})
        return self._done(self._json(response))

    def say(self, text: str) -> Document:
        """Post a message and wait for its turn's end. Raises TaskNotDone."""
        return self._done(
            self._json(self._http.post(f"{self._path}/messages", json={"text": text}))
        )

    def roll_back(self, node_id: str) -> Document:
        """Move the pointer to a node."""
        response = self._http.post(f"{self._path}/rollback", json={"node_id": node_id})
        return self._json(response)

    def get(self, path: str, **parameters: str | int) -> Document:
        """A resource below the session."""
        return self._json(self._http.get(f"{self._path}{path}", params=parameters))

    def nodes(self) -> list[Document]:
        """The session tree's nodes in the order in which they were made."""
        return self._all("/nodes")

    def events(self) -> list[Document]:
        """The whole stream."""
        return self._all("/events")

    def export(self, kind: str, destination: Path) -> None:
        """Write the current node's table to `destination`."""
        parameters = {"format": kind}
        path = f"{self._path}/nodes/current/export"
        with self._http.stream("GET", path, params=parameters) as response:
            if not response.is_success:
                response.read()
                raise RequestRefused(response)
            with destination.open("wb") as stream:
                for chunk in response.iter_bytes():
                    stream.write(chunk)

    def _all(self, path: str) -> list[Document]:
        """Every item of a list, page by page."""
        page = self.get(path)
        items = list(page["items"])
        while page["next"] is not None:
            page = self.get(path, after=page["next"])
            items += page["items"]
        return items

    def _done(self, task: Document) -> Document:
        deadline = time.monotonic() + _TASK_SECONDS
        while task["status"] not in {"succeeded", "failed", "cancelled"}:
            if time.monotonic() > deadline:
                raise TaskNotDone(f"The {task['kind']} did not end within {_TASK_SECONDS:.0f} s.")
            time.sleep(_POLL_SECONDS)
            task = self._json(self._http.get(f"/v1/tasks/{task['task_id']}"))
        if task["status"] != "succeeded":
            raise TaskNotDone(f"The {task['kind']} failed ({task['reason']}): {task['detail']}")
        return task

    def _json(self, response: httpx.Response) -> Document:
        if not response.is_success:
            raise RequestRefused(response)
        document: Document = response.json()
        return document
