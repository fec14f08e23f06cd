"""Following a task: the same documents by polling, server-sent events and WebSockets."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.testclient import TestClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from application.handle import Origin
from application.ports.event_log import LogUnavailable
from domain.session.commands import FailTask, SessionCommand, StartTurn
from domain.session.next_step import next_step
from interfaces.http import event_streams, server, task_streams
from interfaces.http.app import create_app
from interfaces.http.server import serving
from interfaces.service import Service
from tests.http.api import Api, assert_problem
from tests.http.streams import STREAM, Stream, least_spent, watched_heads
from tests.waiting import wait_until_quiet

PHASES = [
    *("Waiting", "Thinking", "Writing code", "Testing on a sample", "Running on 3 rows"),
    *("Finishing", "Done"),
]


@contextmanager
def streamed(url: str, task_id: UUID, query: str = "", **headers: str) -> Iterator[Stream]:
    address = f"{url}/v1/tasks/{task_id}/events{query}"
    with httpx.stream("GET", address, headers={**STREAM, **headers}, timeout=90) as response:
        assert response.status_code == 200
        yield Stream(response)


def socket_to(url: str, task_id: object, query: str = "", **more: Any) -> ClientConnection:
    address = url.replace("http:", "ws:") + f"/v1/tasks/{task_id}/events{query}"
    connection: ClientConnection = connect(address, open_timeout=90, **more)
    return connection


def handshake(task_id: UUID) -> bytes:
    """What a client asks that is no client of a library."""
    return (
        f"GET /v1/tasks/{task_id}/events HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


def told(stream: Stream) -> list[Mapping[str, str]]:
    """The events up to the one that ends the stream."""
    events = [stream.next()]
    while events[-1]["event"] != "done":
        events.append(stream.next())
    with pytest.raises(EOFError):
        stream.next()
    return events


def said(connection: ClientConnection) -> tuple[list[Any], int]:
    """The messages up to the end, and the code that it came with."""
    documents = []
    with suppress(ConnectionClosed):
        while True:
            documents.append(json.loads(connection.recv(timeout=90)))
    assert connection.close_code is not None
    return documents, connection.close_code


def posted(api: Api, session_id: UUID) -> UUID:
    return UUID(api.say(session_id, "leave it").json()["task_id"])


def handle(api: Api, session_id: UUID, command: SessionCommand) -> None:
    api.service.handler.handle(session_id, command, Origin(actor="w", correlation_id=uuid4()))


def history(api: Api, task_id: UUID, query: str = "") -> list[Any]:
    items: list[Any] = api.client.get(f"/v1/tasks/{task_id}/events{query}").json()["items"]
    return items


def test_a_task_is_told_of_alike_in_every_way(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    task_id = posted(api, session_id)
    with streamed(url, task_id) as stream, socket_to(url, task_id) as connection:
        assert json.loads(stream.next()["data"])["phase"] == "Waiting"
        assert json.loads(connection.recv(timeout=90))["phase"] == "Waiting"
        api.work_off(session_id, task_id)
        streamed_after, (messages, code) = told(stream), said(connection)
    polled = history(api, task_id)
    assert [document["phase"] for document in polled] == PHASES
    assert [json.loads(event["data"]) for event in streamed_after] == polled[1:]
    assert [int(event["id"]) for event in streamed_after] == [
        document["version"] for document in polled[1:]
    ]
    assert (messages, code) == (polled[1:], 1000)
    assert polled[-1] == api.client.get(f"/v1/tasks/{task_id}").json()


def test_who_comes_again_gets_what_was_missed_and_nothing_twice(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    task_id = posted(api, session_id)
    api.work_off(session_id, task_id)
    whole = history(api, task_id)
    for number, seen in enumerate(whole[:-1], start=1):
        last = str(seen["version"])
        with streamed(url, task_id, "?after=0", **{"Last-Event-ID": last}) as stream:
            assert [json.loads(event["data"]) for event in told(stream)] == whole[number:]
        with socket_to(url, task_id, f"?after={last}") as connection:
            assert said(connection) == (whole[number:], 1000)
        assert history(api, task_id, f"?after={last}") == whole[number:]


def test_who_has_seen_the_end_is_told_to_stay_away(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    task_id = posted(api, session_id)
    api.work_off(session_id, task_id)
    last = history(api, task_id)[-1]["version"]
    headers = {**STREAM, "Last-Event-ID": str(last)}
    answer = httpx.get(f"{url}/v1/tasks/{task_id}/events", headers=headers, timeout=60)
    assert answer.status_code == 204
    with socket_to(url, task_id, f"?after={last}") as connection:
        assert said(connection) == ([], 1000)


@pytest.mark.parametrize(
    ("reason", "status", "phase"),
    [("step_failed", "failed", "Failed"), ("abandoned", "failed", "Failed")],
)
def test_a_task_that_fails_ends_its_streams(
    api: Api, url: str, reason: str, status: str, phase: str
) -> None:
    session_id = api.session_with_table()
    task_id = posted(api, session_id)
    handle(api, session_id, StartTurn(task_id=task_id))
    with streamed(url, task_id) as stream, socket_to(url, task_id) as connection:
        stream.next()
        step = next_step(api.service.handler.load(session_id).state)
        assert step is not None
        handle(api, session_id, FailTask(step=step, reason=reason, detail="It cannot be."))
        for last in (json.loads(told(stream)[-1]["data"]), said(connection)[0][-1]):
            assert (last["status"], last["phase"], last["reason"]) == (status, phase, reason)


def test_a_task_that_is_cancelled_ends_its_streams(api: Api, url: str) -> None:
    task_id = posted(api, api.session_with_table())
    with streamed(url, task_id) as stream, socket_to(url, task_id) as connection:
        assert api.client.post(f"/v1/tasks/{task_id}/cancel").status_code == 202
        for last in (json.loads(told(stream)[-1]["data"]), said(connection)[0][-1]):
            assert (last["status"], last["phase"]) == ("cancelled", "Cancelled")


def test_the_reading_of_a_file_is_followed(api: Api, url: str) -> None:
    session_id = api.open_session()
    task_id = UUID(api.upload(session_id).json()["task_id"])
    with socket_to(url, task_id) as connection:
        api.ingest(session_id)
        documents, _ = said(connection)
    assert [document["phase"] for document in documents] == ["Reading", "Done"]


def test_what_others_do_in_the_session_is_not_told(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    first, second = posted(api, session_id), posted(api, session_id)
    with streamed(url, second) as stream:
        stream.next()
        api.work_off(session_id, first)
        api.work_off(session_id, second)
        versions = [int(event["id"]) for event in told(stream)]
    assert versions == [document["version"] for document in history(api, second)[1:]]
    assert versions == sorted(set(versions))


def test_unknown_tasks_and_events_are_refused_in_every_way(api: Api, url: str) -> None:
    task_id = posted(api, api.session_with_table())
    for headers in (STREAM, {"Accept": "application/json"}):
        unknown = api.client.get(f"/v1/tasks/{uuid4()}/events", headers=headers)
        assert_problem(unknown, 404, "task-unknown")
        lost = api.client.get(f"/v1/tasks/{task_id}/events?after=999", headers=headers)
        assert_problem(lost, 409, "event-unknown")
    refused = {
        uuid4(): (404, "task-unknown"),
        "nonsense": (404, "task-unknown"),
        f"{task_id}/events?after=999&": (409, "event-unknown"),
        f"{task_id}/events?after=-1&": (422, "invalid-request"),
        f"{task_id}/events?after={'9' * 40}&": (422, "invalid-request"),
    }
    for name, (status, slug) in refused.items():
        address = url.replace("http:", "ws:") + f"/v1/tasks/{name}"
        address = address if "?" in address else f"{address}/events"
        with pytest.raises(InvalidStatus) as refusal:
            connect(address)
        answer = refusal.value.response
        problem = json.loads(answer.body or b"")
        assert (answer.status_code, problem["type"]) == (status, f"urn:datatrail:problem:{slug}")
        assert problem["correlation_id"] == answer.headers["X-Request-ID"]


def test_a_socket_where_none_is_taken_is_told_so(url: str) -> None:
    for path in ("/v1/nothing", f"/v1/tasks/{uuid4()}", f"/v1/sessions/{uuid4()}/events"):
        with pytest.raises(InvalidStatus) as refusal:
            connect(url.replace("http:", "ws:") + path)
        problem = json.loads(refusal.value.response.body or b"")
        assert refusal.value.response.status_code == 404
        assert problem["type"] == "urn:datatrail:problem:route-unknown"
        assert "No WebSocket" in problem["detail"]


def test_a_socket_that_is_refused_is_one_quiet_line_in_the_log(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="uvicorn")
    caplog.set_level(logging.INFO, logger="interfaces")
    for name in ("nonsense", uuid4()):
        with pytest.raises(InvalidStatus) as refusal:
            socket_to(url, name)
    # Whatever the server says of the first, it has said when it answers the second.
    first, last = (line for line in caplog.records if line.name.startswith(("interf", "uvicorn")))
    assert (first.levelname, first.getMessage(), vars(first)["status"]) == (
        *("INFO", "socket refused"),
        404,
    )
    assert vars(last)["correlation_id"] == refusal.value.response.headers["X-Request-ID"]


def test_a_client_that_leaves_before_its_socket_is_open_is_no_failure(
    api: Api,
    service: Service,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    task_id = posted(api, api.session_with_table())
    asked, left = threading.Event(), threading.Event()
    recorded = service.read_models.task_history

    def late(task_id: UUID) -> Any:
        asked.set()
        assert left.wait(30)
        return recorded(task_id)

    monkeypatch.setattr(service.read_models, "task_history", late)
    host = urlsplit(url)
    with socket.create_connection((host.hostname, host.port)) as client:
        client.sendall(handshake(task_id))
        assert asked.wait(30)
    # Each is answered only after what came before it was seen.
    assert httpx.get(f"{url}/health/live").is_success
    left.set()
    with socket_to(url, task_id) as another:
        another.recv(timeout=30)
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []


def test_an_outage_refuses_a_socket_as_it_does_a_request(
    api: Api, service: Service, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = posted(api, api.session_with_table())

    def away(_task_id: UUID) -> Any:
        raise LogUnavailable("gone")

    monkeypatch.setattr(service.read_models, "task_history", away)
    with pytest.raises(InvalidStatus) as refusal:
        socket_to(url, task_id)
    assert refusal.value.response.status_code == 503
    assert refusal.value.response.headers["Retry-After"]


def test_a_page_of_another_site_opens_no_socket(api: Api, url: str) -> None:
    task_id = posted(api, api.session_with_table())
    host = urlsplit(url).netloc
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null", f"http://{host}.evil"):
        with pytest.raises(InvalidStatus) as refusal:
            socket_to(url, task_id, origin=origin)
        assert refusal.value.response.status_code == 403
    for origin in (f"http://{host}", f"https://{host}"):
        with socket_to(url, task_id, origin=origin) as connection:
            assert json.loads(connection.recv(timeout=90))["phase"] == "Waiting"


def test_a_quiet_task_shows_that_its_streams_live(
    api: Api, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEARTBEAT_SECONDS", 0.3)
    monkeypatch.setattr(event_streams, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(task_streams, "HEARTBEAT_SECONDS", 0.1)
    task_id = posted(api, api.session_with_table())
    with serving(service, host="127.0.0.1", port=0) as url:
        with streamed(url, task_id) as stream:
            stream.next()
            for _ in range(3):
                stream.comment()
        # A client that would not answer pings is cut off; this one may only be late for once.
        assert any(lives_for_some_heartbeats(url, task_id) for _ in range(5))


def lives_for_some_heartbeats(url: str, task_id: UUID) -> bool:
    with socket_to(url, task_id, ping_interval=None) as connection:
        connection.recv(timeout=90)
        try:
            connection.recv(timeout=1.2)
        except TimeoutError:
            return True
        except ConnectionClosed:
            return False
    raise AssertionError("nothing has happened that could be told")


def test_a_peer_that_is_gone_without_a_word_is_cut_off(
    api: Api, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEARTBEAT_SECONDS", 0.2)
    task_id = posted(api, api.session_with_table())
    with (
        serving(service, host="127.0.0.1", port=0) as url,
        socket.create_connection(("127.0.0.1", urlsplit(url).port)) as peer,
    ):
        peer.settimeout(90)
        peer.sendall(handshake(task_id))
        received = b""
        while piece := peer.recv(65536):
            received += piece
    assert received.startswith(b"HTTP/1.1 101")
    assert b"keepalive" in received


def test_sockets_that_wait_cost_neither_threads_nor_connections(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    task_id = posted(api, session_id)
    before = threading.active_count()
    with ExitStack() as stack:
        # The client of the library has a thread of its own for each: these have none.
        peers = [stack.enter_context(_handshaken(url, task_id)) for _ in range(120)]
        assert least_spent() < 0.25, "of a second"
        assert threading.active_count() < before + 40, "the few that serve everybody"
        assert httpx.get(f"{url}/v1/sessions/{session_id}").status_code == 200
        api.work_off(session_id, task_id)
        for peer in peers:
            received = b""
            while b'"Done"' not in received:
                received += peer.recv(65536)


@contextmanager
def _handshaken(url: str, task_id: UUID) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as peer:
        peer.settimeout(90)
        peer.sendall(handshake(task_id))
        received = b""
        while b'"Waiting"' not in received:
            received += peer.recv(65536)
        yield peer


def test_a_client_that_leaves_or_chatters_harms_nobody(
    api: Api, service: Service, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = watched_heads(service, monkeypatch)
    session_id = api.session_with_table()
    task_id = posted(api, session_id)
    with socket_to(url, task_id) as chatty:
        for _ in range(100):
            chatty.send('{"cancel": true}')
        assert json.loads(chatty.recv(timeout=90))["status"] == "queued"
        chatty.send("x" * 100_000)
        _, code = said(chatty)
        assert code == 1009
    assert set(asked) <= {(session_id,)}
    wait_until_quiet(lambda: len(asked))


def test_a_server_that_stops_ends_the_streams_of_its_tasks(
    api: Api, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "GRACE_SECONDS", 100)
    task_id = posted(api, api.session_with_table())
    with ExitStack() as opened:
        with serving(service, host="127.0.0.1", port=0) as url:
            stream = opened.enter_context(streamed(url, task_id))
            connection = opened.enter_context(socket_to(url, task_id))
            stream.next()
            connection.recv(timeout=90)
            began = time.monotonic()
        assert time.monotonic() - began < 50, "it does not wait for its clients"
        with pytest.raises(EOFError):
            stream.next()
        assert said(connection) == ([], 1012)


@dataclass
class Clock:
    """Says what it is told to."""

    time: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def test_the_longer_a_phase_lasts_the_later_one_is_told_to_ask_again(
    api: Api, service: Service
) -> None:
    task_id = posted(api, api.session_with_table())
    clock = Clock()
    began = clock.time
    asked = {0: "1", 3: "1", 12: "3", 40: "10", 600: "15"}
    with TestClient(create_app(replace(service, clock=clock))) as client:
        for seconds, told_to_wait in asked.items():
            clock.time = began + timedelta(seconds=seconds)
            answer = client.get(f"/v1/tasks/{task_id}")
            assert answer.headers["retry-after"] == told_to_wait
        assert client.post(f"/v1/tasks/{task_id}/cancel").json()["status"] == "cancelled"
        assert "retry-after" not in client.get(f"/v1/tasks/{task_id}").headers
