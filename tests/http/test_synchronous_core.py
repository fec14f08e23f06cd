"""The core is synchronous: `async` stands at the edge of HTTP only (ADR 4)."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest

import interfaces.http
from tests.http.api import Api

ROOT = Path(interfaces.http.__file__).parents[2]
EDGE = {
    "interfaces/http/body_limit.py",
    "interfaces/http/context.py",
    "interfaces/http/downloads.py",
    "interfaces/http/event_streams.py",
    "interfaces/http/server.py",
    "interfaces/http/session_watch.py",
    "interfaces/http/task_events.py",
    "interfaces/http/task_streams.py",
    "interfaces/http/uploads.py",
}


def test_no_coroutine_stands_below_the_edge_of_http() -> None:
    sources = [
        path
        for layer in ("domain", "application", "infrastructure", "interfaces")
        for path in (ROOT / layer).rglob("*.py")
    ]
    assert len(sources) > 50
    with_coroutines = {
        str(path.relative_to(ROOT))
        for path in sources
        if _has_coroutine(path.read_text(encoding="utf-8"))
    }
    assert with_coroutines == EDGE


def _has_coroutine(source: str) -> bool:
    # To parse them all would take seconds.
    return "async" in source and any(
        isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(ast.parse(source))
    )


def test_requests_that_wait_do_not_hold_up_others(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody passes before all have come: one request at a time would never get through.
    together = Barrier(8, timeout=90)

    def wait(_session_id: object) -> None:
        together.wait()

    monkeypatch.setattr(api.service.read_models, "session", wait)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: api.client.get(f"/v1/sessions/{uuid4()}"), range(8)))
    assert {answer.status_code for answer in answers} == {404}
