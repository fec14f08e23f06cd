"""A REST client of Datatrail, as an analyst's notebook would be."""

import time
from typing import Any
from uuid import UUID

import httpx

TASK_SECONDS = 150


class Conversation:
    """One session over HTTP."""

    def __init__(
        self, client: httpx.Client, title: str = "", subject_id: UUID | None = None
    ) -> None:
        self.client = client
        body = {"title": title, "subject_id": None if subject_id is None else str(subject_id)}
        started = self._ok(client.post("/v1/sessions", json=body))
        self.session_id: str = started["session_id"]
        self.path = f"/v1/sessions/{self.session_id}"

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Upload a file and wait for its ingest."""
        task = self._ok(self.client.post(f"{self.path}/uploads", files={"file": (name, content)}))
        return self.finished(task["task_id"])

    def read_again(self, **parse: Any) -> dict[str, Any]:  # what JSON has
        """Have the file read in another way, and wait for that."""
        task = self._ok(self.client.post(f"{self.path}/reparse", json=parse))
        return self.finished(task["task_id"])

    def post(self, text: str) -> str:
        """Post a message and return its task's id at once."""
        task = self._ok(self.client.post(f"{self.path}/messages", json={"text": text}))
        return str(task["task_id"])

    def say(self, text: str) -> dict[str, Any]:
        """Post a message, wait for its turn, and expect that it succeeds."""
        task = self.finished(self.post(text))
        assert task["status"] == "succeeded", task
        return task

    def finished(self, task_id: str, seconds: float = TASK_SECONDS) -> dict[str, Any]:
        """The task once it has ended."""
        deadline = time.monotonic() + seconds
        while True:
            task = self.task(task_id)
            if task["status"] in {"succeeded", "failed", "cancelled"}:
                return task
            assert time.monotonic() < deadline, task
            time.sleep(0.03)

    def task(self, task_id: str) -> dict[str, Any]:
        task: dict[str, Any] = self._ok(self.client.get(f"/v1/tasks/{task_id}"))
        return task

    def get(self, path: str, **params: str | int) -> Any:  # any JSON
        """A resource of the session."""
        return self._ok(self.client.get(f"{self.path}{path}", params=params))

    def move(self, verb: str, **body: str) -> dict[str, Any]:
        """Roll back, undo or redo."""
        session: dict[str, Any] = self._ok(
            self.client.post(f"{self.path}/{verb}", json=body or None)
        )
        return session

    def pointer(self) -> str:
        return str(self.get("")["pointer"])

    def nodes(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get("/nodes", limit=500)["items"]
        return items

    def rows(self, node: str = "current", **params: int) -> list[dict[str, Any]]:
        """The node's rows as records."""
        page = self.get(f"/nodes/{node}/rows", **params)
        return [dict(zip(page["columns"], row, strict=True)) for row in page["rows"]]

    def events(self) -> list[dict[str, Any]]:
        """The whole stream, page by page."""
        events: list[dict[str, Any]] = []
        while True:
            page = self.get("/events", after=events[-1]["version"] if events else 0, limit=20)
            events += page["items"]
            if not page["next"]:
                return events

    def export(self, kind: str) -> bytes:
        response = self.client.get(f"{self.path}/nodes/current/export", params={"format": kind})
        assert response.is_success, response.text
        return response.content

    def _ok(self, response: httpx.Response) -> Any:  # any JSON
        assert response.is_success, f"{response.status_code} {response.text}"
        return response.json()
