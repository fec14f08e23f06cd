"""The core is synchronous: `async` stands at the edge of HTTP only (ADR 4)."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest

import interfaces.http
from interfaces.http.uploads import AT_ONCE
from tests.http.api import CSV, Api

# More than there are threads for requests.
_CROWD = 60

ROOT = Path(interfaces.http.__file__).parents[2]
EDGE = {
    "interfaces/http/body_limit.py",
    "interfaces/http/context.py",
    "interfaces/http/downloads.py",
    "interfaces/http/event_streams.py",
    "interfaces/http/heads.py",
    "interfaces/http/json_members.py",
    "interfaces/http/query_parameters.py",
    "interfaces/http/refusals.py",
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


def test_a_crowd_of_uploads_leaves_threads_for_everybody_else(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, talking = [api.open_session() for _ in range(_CROWD)], api.session_with_table()
    begun, look = SimpleQueue[None](), Event()
    receive = api.service.uploads.receive

    def receive_late(*given: Any, **more: Any) -> None:
        begun.put(None)
        look.wait(90)
        receive(*given, **more)

    monkeypatch.setattr(api.service.uploads, "receive", receive_late)
    with ThreadPoolExecutor(_CROWD) as threads:
        uploads = [threads.submit(api.upload, session, CSV) for session in sessions]
        try:
            for _ in range(AT_ONCE):
                begun.get(timeout=90)
            assert api.say(talking, "sort by age").status_code == 202
            assert begun.empty()
        finally:
            look.set()
        assert {upload.result().status_code for upload in uploads} == {202}
    assert begun.qsize() == _CROWD - AT_ONCE
