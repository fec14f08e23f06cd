"""Replaying a session over HTTP, the worker's part of it driven."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import Engine

from application.handle import Origin
from application.ports.job_queue import Job
from domain.replay import Divergence, OtherRuntime, ReplayOutcome, Verdict
from domain.session.commands import BeginReplay, CompleteReplay, SessionCommand
from infrastructure.postgres.leases import PostgresLeases
from tests.http.api import Api, assert_problem
from tests.http.streams import STREAM, Stream


def ask(api: Api, session_id: UUID, **more: Any) -> UUID:
    """The task of a replay."""
    response = api.client.post(f"/v1/sessions/{session_id}/replay", **more)
    assert response.status_code == 202, response.text
    task = response.json()
    assert response.headers["location"] == f"/v1/tasks/{task['task_id']}"
    assert (task["kind"], task["replay"]) == ("replay", None)
    return UUID(task["task_id"])


def handle(api: Api, session_id: UUID, *commands: SessionCommand) -> None:
    for command in commands:
        origin = Origin(actor="worker", correlation_id=uuid4())
        api.service.handler.handle(session_id, command, origin)


def task_of(api: Api, task_id: UUID) -> dict[str, Any]:
    task: dict[str, Any] = api.client.get(f"/v1/tasks/{task_id}").json()
    return task


def test_what_came_of_a_replay_is_an_object_and_the_words_of_the_command_line(api: Api) -> None:
    session_id = api.session_with_table()
    node_id = api.commit_node(session_id)
    task_id = ask(api, session_id)
    first = Divergence(
        node_id=node_id,
        version=9,
        step=0,
        verdict=Verdict.DIVERGED,
        stored=True,
        column="age",
        row=1,
        what="has another cell",
    )
    outcome = ReplayOutcome(
        nodes=2,
        steps=2,
        reproduced=1,
        diverged=1,
        first_divergence=first,
        other_runtimes=(OtherRuntime(name="pandas", recorded="2.2.0", now="3.0.1"),),
    )
    before = api.get(session_id).json()
    handle(
        api,
        session_id,
        BeginReplay(task_id=task_id),
        CompleteReplay(task_id=task_id, outcome=outcome),
    )
    task = task_of(api, task_id)
    assert task["status"] == "succeeded"
    assert task["answer"].splitlines() == [
        "1 of 2 nodes reproduced.",
        f"First divergence: step 1 of node {node_id} (event 9): column 'age' has another cell; "
        "first unlike in row 1 (counted from 0).",
        "The runtime differs: pandas 3.0.1, where 2.2.0 ran.",
    ]
    replay = task["replay"]
    assert (replay["nodes"], replay["reproduced"], replay["diverged"]) == (2, 1, 1)
    assert replay["first_divergence"]["column"] == "age"
    assert replay["other_runtimes"] == [{"name": "pandas", "recorded": "2.2.0", "now": "3.0.1"}]
    after = api.get(session_id).json()
    assert (after["pointer"], after["dataset"]) == (before["pointer"], before["dataset"])
    assert api.get(session_id, "/history").json()["items"][-1]["kind"] == "replay"


def test_a_closed_session_is_replayed(api: Api) -> None:
    session_id = api.session_with_table()
    assert api.client.post(f"/v1/sessions/{session_id}/close").status_code == 200
    assert task_of(api, ask(api, session_id))["status"] == "queued"


def test_a_session_is_replayed_once_at_a_time(api: Api) -> None:
    session_id = api.session_with_table()
    task_id = ask(api, session_id)
    again = api.client.post(f"/v1/sessions/{session_id}/replay")
    assert str(task_id) in assert_problem(again, 409, "replay-unfinished")["detail"]
    assert api.client.post(f"/v1/tasks/{task_id}/cancel").json()["status"] == "cancelled"
    ask(api, session_id)


def test_a_request_that_is_sent_twice_makes_one_replay(api: Api) -> None:
    session_id = api.session_with_table()
    headers = {"Idempotency-Key": str(uuid4())}
    assert ask(api, session_id, headers=headers) == ask(api, session_id, headers=headers)
    reused = api.say(session_id, "sort", headers=headers)
    assert_problem(reused, 422, "idempotency-key-reused")
    headers = {"Idempotency-Key": str(uuid4())}
    api.say(session_id, "sort", headers=headers)
    reused = api.client.post(f"/v1/sessions/{session_id}/replay", headers=headers)
    assert_problem(reused, 422, "idempotency-key-reused")


def test_what_is_not_there_is_not_replayed(api: Api) -> None:
    assert_problem(api.client.post(f"/v1/sessions/{uuid4()}/replay"), 404, "session-unknown")
    empty = api.client.post(f"/v1/sessions/{api.open_session()}/replay")
    assert_problem(empty, 409, "dataset-missing")


def test_a_replay_is_followed_though_no_event_tells_how_far_it_is(
    api: Api, url: str, http_engine: Engine
) -> None:
    session_id = api.session_with_table()
    task_id = ask(api, session_id)
    leases, job = PostgresLeases(http_engine), Job(session_id=session_id, task_id=task_id)
    lease = leases.claim(job, owner="worker", duration=timedelta(minutes=1), version=1)
    assert lease is not None
    address = f"{url}/v1/tasks/{task_id}/events"
    with httpx.stream("GET", address, headers=STREAM, timeout=90) as response:
        seen = _steps(Stream(response))
        assert next(seen) == []
        handle(api, session_id, BeginReplay(task_id=task_id))
        assert next(seen) == [("replaying", None, None)]
        for done in (12, 30):
            leases.report(lease, done=done, total=37)
            assert next(seen) == [("replaying", done, 37)]
        outcome = ReplayOutcome(nodes=37, steps=37, reproduced=37)
        handle(api, session_id, CompleteReplay(task_id=task_id, outcome=outcome))
        assert next(seen) == [("replaying", 37, 37)]
        with pytest.raises(EOFError):
            next(seen)


def _steps(stream: Stream) -> Iterator[list[tuple[str, int | None, int | None]]]:
    """The steps of each task that is told."""
    while True:
        told = json.loads(stream.next()["data"])
        yield [(step["name"], step["number"], step["of"]) for step in told["steps"]]
