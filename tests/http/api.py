"""What the tests do with the API, and the worker's part of it without a queue or a jail."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from httpx2 import Response
from starlette.testclient import TestClient

from application.artifacts import ArtifactKind
from application.handle import Origin
from application.ports.event_log import session_stream
from domain.execution import Usage
from domain.plan import Intent, ModelCall, Plan, Review, Step
from domain.session.commands import (
    CommitRoot,
    CompleteTurn,
    Record,
    SessionCommand,
    StartTurn,
)
from domain.session.events import (
    PlanMade,
    Snapshot,
    SnippetExecuted,
    SnippetReviewed,
    SnippetWritten,
)
from interfaces.http.problem_kinds import TYPE_PREFIX
from interfaces.service import Service

CSV = b"name,age\nAda,36\nGrace,\nLinus,21\n"
CALL = ModelCall(model="test", prompt_digest="0" * 64, prompt_bytes=1)


@dataclass(frozen=True, kw_only=True)
class Api:
    """A client and the service that it talks to."""

    client: TestClient
    service: Service
    directory: Path

    def open_session(self) -> UUID:
        """A new session."""
        response = self.client.post("/v1/sessions", json={"title": "Test"})
        assert response.status_code == 201, response.text
        return UUID(response.json()["session_id"])

    def upload(
        self, session_id: UUID, content: bytes = CSV, *, name: str = "people.csv", **more: Any
    ) -> Response:
        """The answer to an upload."""
        return self.client.post(
            f"/v1/sessions/{session_id}/uploads", files={"file": (name, content)}, **more
        )

    def say(self, session_id: UUID, text: str, **more: Any) -> Response:
        """The answer to a message."""
        return self.client.post(f"/v1/sessions/{session_id}/messages", json={"text": text}, **more)

    def session_with_table(self, content: bytes = CSV, *, name: str = "people.csv") -> UUID:
        """A session whose node 0 holds `content`."""
        session_id = self.open_session()
        self.give_table(session_id, content, name=name)
        return session_id

    def give_table(
        self, session_id: UUID, content: bytes = CSV, *, name: str = "people.csv"
    ) -> None:
        """Make `content` the session's node 0."""
        accepted = self.upload(session_id, content, name=name)
        assert accepted.status_code == 202, accepted.text
        self.ingest(session_id)

    def commit_node(
        self, session_id: UUID, text: str = "do it", snapshot: Snapshot | None = None
    ) -> UUID:
        """A node made by a whole turn, of `snapshot` or the same table as the one before."""
        task_id = UUID(self.say(session_id, text).json()["task_id"])
        return self.work_off(session_id, task_id, snapshot)

    def work_off(
        self, session_id: UUID, task_id: UUID, snapshot: Snapshot | None = None, **left: Any
    ) -> UUID:
        """The node that a whole turn makes, of `snapshot` or the same table as the one before.

        `left` is what else its only snippet left.
        """
        node_id = uuid4()
        state = self.service.handler.load(session_id).state
        assert state.tree.pointer is not None
        snapshot = snapshot or state.tree.node(state.tree.pointer).snapshot
        plan = Plan(intent=Intent.TRANSFORM, summary="it", steps=(Step(description="it"),))
        for command in (
            StartTurn(task_id=task_id),
            Record(PlanMade(task_id=task_id, plan=plan, call=CALL)),
            Record(SnippetWritten(task_id=task_id, step=0, attempt=1, code="df = df")),
            Record(
                SnippetReviewed(task_id=task_id, step=0, attempt=1, review=Review(approved=True))
            ),
            Record(
                SnippetExecuted(
                    task_id=task_id,
                    step=0,
                    attempt=1,
                    snapshot=snapshot,
                    usage=Usage(wall_seconds=0.1),
                    **left,
                )
            ),
            CompleteTurn(task_id=task_id, node_id=node_id),
        ):
            self._handle(session_id, command)
        return node_id

    def get(self, session_id: UUID, path: str = "", **more: Any) -> Response:
        """The answer to a GET below the session."""
        return self.client.get(f"/v1/sessions/{session_id}{path}", **more)

    def paged(self, session_id: UUID, path: str, **start: int) -> list[dict[str, Any]]:
        """The items of all pages of two."""
        query: dict[str, Any] = start
        items: list[dict[str, Any]] = []
        while True:
            page = self.get(session_id, f"/{path}", params={"limit": 2, **query}).json()
            assert len(page["items"]) <= 2
            items += page["items"]
            if page["next"] is None:
                return items
            query = {"after": page["next"]}

    def version(self, session_id: UUID) -> int:
        """How many events the session has."""
        return len(self.service.log.read(session_stream(session_id)))

    def files(self) -> list[str]:
        """Every file under storage and scratch."""
        found = (path for path in self.directory.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self.directory)) for path in found)

    def ingest(self, session_id: UUID) -> None:
        """Do what the worker does with an upload."""
        service = self.service
        upload = service.handler.load(session_id).state.upload
        assert upload is not None
        with service.artifacts.workspace() as directory:
            source = service.artifacts.fetch(
                ArtifactKind.UPLOAD, upload.dataset.file_digest, directory / "upload"
            )
            table = directory / "table.parquet"
            report = service.tables.read(source, upload.dataset.parse, table)
            snapshot = service.snapshots.keep(table)
        self._handle(
            session_id,
            CommitRoot(task_id=upload.task_id, node_id=uuid4(), snapshot=snapshot, report=report),
        )

    def _handle(self, session_id: UUID, command: SessionCommand) -> None:
        self.service.handler.handle(
            session_id, command, Origin(actor="worker", correlation_id=uuid4())
        )


def assert_problem(response: Response, status: int, slug: str) -> dict[str, Any]:
    """The problem in `response`, which is one in every respect."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["type"]) == (status, TYPE_PREFIX + slug), problem
    assert problem["status"] == status
    assert problem["title"]
    assert len(problem["detail"].split()) >= 3, "a sentence that helps"
    assert problem["instance"].startswith("/")
    assert problem["correlation_id"] == response.headers["x-request-id"]
    return problem
