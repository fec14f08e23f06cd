"""Reading a session's events: in pages, in lines, and as they happen."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from application.ports.event_log import LogUnavailable, session_stream
from interfaces.http import event_streams, server, session_watch
from interfaces.http.media_types import preferred
from interfaces.http.server import serving
from interfaces.service import Service
from tests.http.api import Api, assert_problem
from tests.http.streams import STREAM, Stream, least_spent, watched_heads
from tests.waiting import wait_until, wait_until_quiet

LINES = {"Accept": "application/x-ndjson"}
OFFERED = ("application/json", "application/x-ndjson", "text/event-stream")


@contextmanager
def streamed(url: str, session_id: UUID, query: str = "", **headers: str) -> Iterator[Stream]:
    """An open stream of the session's events."""
    address = f"{url}/v1/sessions/{session_id}/events{query}"
    with httpx.stream("GET", address, headers={**STREAM, **headers}, timeout=90) as response:
        assert response.status_code == 200
        yield Stream(response)


def items(api: Api, session_id: UUID) -> list[Any]:
    """All of the session's events."""
    found: list[Any] = api.get(session_id, "/events?limit=500").json()["items"]
    return found


def test_a_page_names_the_next_one_in_its_link(api: Api) -> None:
    session_id = api.session_with_table()
    first = api.get(session_id, "/events?limit=3")
    assert first.headers["link"] == (
        f'</v1/sessions/{session_id}/events?after=3&limit=3>; rel="next"'
    )
    second = api.client.get(first.links["next"]["url"])
    assert [item["version"] for item in second.json()["items"]] == [4, 5]
    assert "link" not in second.headers


def test_an_event_says_what_today_s_code_reads(api: Api) -> None:
    session_id = api.session_with_table()
    recorded = api.service.log.read(session_stream(session_id))
    for item, record in zip(items(api, session_id), recorded, strict=True):
        assert item["type"] == record.type == type(record.event).__name__
        assert item["hash"] == record.hash.hex()
        assert item["event_id"] == str(record.metadata.event_id)
        assert item["recorded_at"] == "2026-01-01T12:00:00Z"
    uploaded = items(api, session_id)[1]["payload"]
    assert uploaded["dataset"]["file_name"] == "people.csv"
    assert uploaded["dataset"]["parse"]["encoding"]


def test_lines_are_the_events_of_the_pages(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_streams, "EVENTS_AT_ONCE", 2)
    session_id = api.session_with_table()
    for _ in range(3):
        whole = items(api, session_id)
        response = api.get(session_id, "/events", headers=LINES)
        assert response.headers["content-type"] == "application/x-ndjson"
        assert [json.loads(line) for line in response.text.splitlines()] == whole
        rest = api.get(session_id, "/events?after=3", headers=LINES)
        assert [json.loads(line) for line in rest.text.splitlines()] == whole[3:]
        assert api.say(session_id, "and more").status_code == 202
    assert api.get(session_id, "/events?after=1000", headers=LINES).text == ""


def test_lines_that_break_off_are_not_taken_for_the_whole(
    api: Api, service: Service, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "EVENTS_AT_ONCE", 2)
    session_id = api.session_with_table()
    read = service.log.read

    def failing(stream: str, *, after_version: int = 0, limit: int | None = None) -> Any:
        if after_version:
            raise LogUnavailable("gone")
        return read(stream, limit=limit)

    monkeypatch.setattr(service.log, "read", failing)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{url}/v1/sessions/{session_id}/events", headers=LINES)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("TEXT/Event-Stream", "text/event-stream"),
        ("text/*", "text/event-stream"),
        ("application/x-ndjson, application/json;q=0.5", "application/x-ndjson"),
        ("application/json;q=0.2, text/event-stream;q=0.9", "text/event-stream"),
        ("*/*, application/json;q=0", "application/x-ndjson"),
        ("*/*;q=0.1, application/json;q=0.05", "application/x-ndjson"),
        ("application/json;charset=utf-8", "application/json"),
        ("text/html", None),
        ("application/json;q=0", None),
        ("application/json;q=2", None),
        ("application/json;q=nan", None),
        ("json", None),
        ("*/json", None),
    ],
)
def test_the_media_type_is_the_one_asked_for_most(accept: str, chosen: str | None) -> None:
    assert preferred(accept, OFFERED) == chosen


def test_a_media_type_that_is_not_offered_is_refused_with_those_that_are(api: Api) -> None:
    session_id = api.open_session()
    response = api.get(session_id, "/events", headers={"Accept": "text/html, image/*"})
    problem = assert_problem(response, 406, "not-acceptable")
    assert problem["offered"] == list(OFFERED)


@pytest.mark.parametrize("accept", OFFERED)
def test_an_unknown_session_has_no_events_in_any_form(api: Api, accept: str) -> None:
    response = api.get(uuid4(), "/events", headers={"Accept": accept})
    assert_problem(response, 404, "session-unknown")


@pytest.mark.parametrize("last", ["yesterday", "-1", "1.5", "9" * 30])
def test_a_last_event_id_that_was_never_given_is_refused(api: Api, last: str) -> None:
    session_id = api.open_session()
    response = api.get(session_id, "/events", headers={**STREAM, "Last-Event-ID": last})
    problem = assert_problem(response, 422, "invalid-request")
    assert problem["errors"][0]["field"].lower() == "last-event-id"


def test_a_stream_does_not_go_on_after_an_event_that_the_log_has_lost(api: Api) -> None:
    """A backup was restored: new events would have versions that the client believes it knows."""
    session_id = api.session_with_table()
    ahead = {**STREAM, "Last-Event-ID": str(api.version(session_id) + 1)}

    problem = assert_problem(api.get(session_id, "/events", headers=ahead), 409, "event-unknown")

    assert "from the first" in problem["detail"]


def test_a_stream_gives_what_happened_and_then_what_happens(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    before = items(api, session_id)
    with streamed(url, session_id) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-store"
        assert stream.take(len(before)) == before
        assert api.say(session_id, "drop\nall\u2028ro\u0085ws").status_code == 202
        posted = stream.next()
    assert (posted["event"], posted["id"]) == ("MessagePosted", str(len(before) + 1))
    assert json.loads(posted["data"])["payload"]["text"] == "drop\nall\u2028ro\u0085ws"


def test_an_event_is_streamed_as_soon_as_it_is_committed(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    version = api.version(session_id)
    with streamed(url, session_id, f"?after={version}") as stream:
        for number in range(3):
            assert api.say(session_id, f"message {number}").status_code == 202
            (event,) = stream.take(1)
            assert event["version"] == version + number + 1
            assert event["position"] is None or event["position"] > 0


class Signal:
    """Notifications that a test gives by hand."""

    def __init__(self) -> None:
        self._grown = threading.Event()

    def wait(self, *, beyond: int, timeout: timedelta) -> int:
        """One position further with each wake-up."""
        woken = self._grown.wait(timeout.total_seconds())
        self._grown.clear()
        return beyond + woken

    def wake(self) -> None:
        """Say that the log has grown."""
        self._grown.set()


def test_a_growing_log_wakes_a_stream_that_would_not_look_yet(
    api: Api, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "POLL_SECONDS", 100.0)
    session_id = api.session_with_table()
    signal = Signal()
    woken = replace(service, notifications=signal)
    with serving(woken, host="127.0.0.1", port=0) as url:
        version = api.version(session_id)
        with streamed(url, session_id, f"?after={version}") as stream:
            time.sleep(0.5)
            for _ in range(2):
                began = time.monotonic()
                api.say(session_id, "something")
                signal.wake()
                stream.take(1)
                assert time.monotonic() - began < 50
    signal.wake()


def test_a_stream_goes_on_where_it_broke_off(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    whole = items(api, session_id)
    with streamed(url, session_id, "?after=2") as stream:
        assert stream.take(3) == whole[2:]
    # A browser sends the address of the first time again, and where it was beside it.
    with streamed(url, session_id, "?after=2", **{"Last-Event-ID": "3"}) as stream:
        assert stream.take(2) == whole[3:]


def test_an_empty_last_event_id_says_nothing(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    whole = items(api, session_id)
    with streamed(url, session_id, "?after=2", **{"Last-Event-ID": ""}) as stream:
        assert stream.take(3) == whole[2:]


def test_a_quiet_stream_shows_that_it_lives(
    api: Api, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "HEARTBEAT_SECONDS", 0.1)
    session_id = api.open_session()
    # From before it is opened: a busy client may find several that came since.
    began = time.monotonic()
    with streamed(url, session_id, "?after=1") as stream:
        for _ in range(5):
            stream.comment()
        assert time.monotonic() - began > 0.3, "no more of them than are needed"


def test_what_a_client_has_read_already_does_not_wake_its_stream(api: Api, url: str) -> None:
    session_id = api.session_with_table()
    with streamed(url, session_id) as stream:
        # Read from the log before anybody told of it.
        stream.take(api.version(session_id))
        threading.Timer(2, lambda: api.say(session_id, "drop all rows")).start()
        assert next(line for line in stream.rest() if line).startswith("id: ")


def test_a_stream_outlives_an_outage_of_the_log(
    api: Api, service: Service, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = api.session_with_table()
    versions, outage = service.heads.versions, threading.Event()

    def failing_at_first(ids: Any) -> Mapping[UUID, int]:
        if not outage.is_set():
            outage.set()
            raise LogUnavailable("not now")
        return versions(ids)

    monkeypatch.setattr(service.heads, "versions", failing_at_first)
    with streamed(url, session_id, f"?after={api.version(session_id)}") as stream:
        assert outage.wait(90)
        api.say(session_id, "are you there?")
        assert stream.take(1)[0]["type"] == "MessagePosted"


def test_clients_that_wait_cost_next_to_nothing(api: Api, url: str) -> None:
    session_ids = [api.session_with_table() for _ in range(3)]
    version = api.version(session_ids[0])
    port = urlsplit(url).port
    with ExitStack() as connections:
        clients = []
        for number in range(300):
            client = connections.enter_context(socket.create_connection(("127.0.0.1", port)))
            path = f"/v1/sessions/{session_ids[number % 3]}/events?after={version}"
            request = f"GET {path} HTTP/1.1\r\nHost: here\r\nAccept: text/event-stream\r\n\r\n"
            client.sendall(request.encode())
            clients.append(client)
        for client in clients:
            client.settimeout(90)
            assert b"200 OK" in client.recv(4096)
        threads = threading.active_count()
        assert least_spent() < 0.25, "of a second"
        assert threading.active_count() <= threads
        assert httpx.get(f"{url}/v1/sessions/{session_ids[0]}").status_code == 200
        for session_id in session_ids:
            api.say(session_id, "wake up")
        for client in clients:
            received = b""
            while b"MessagePosted" not in received:
                received += client.recv(65536)
    assert api.get(session_ids[0]).status_code == 200


def test_a_client_that_takes_nothing_is_not_read_ahead_for(
    api: Api, service: Service, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = api.open_session()
    first = service.log.read(session_stream(session_id))[0]
    reads = 0

    def endless(_stream: str, *, limit: int, **_from: int) -> Any:
        nonlocal reads
        reads += 1
        return [first] * limit

    monkeypatch.setattr(service.log, "read", endless)
    for accept in ("text/event-stream", "application/x-ndjson"):
        reads = 0
        with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            path = f"/v1/sessions/{session_id}/events"
            client.sendall(
                f"GET {path} HTTP/1.1\r\nHost: here\r\nAccept: {accept}\r\n\r\n".encode()
            )
            taken = [0, 0]
            # A busy machine begins late; who reads ahead never stops.
            while len(taken) < 20 and not taken[-1] == taken[-2] > 0:
                time.sleep(1)
                taken.append(reads)
            assert taken[-1] == taken[-2] > 0, "everything waits for the client"


def test_a_client_that_leaves_is_forgotten(
    api: Api, service: Service, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = watched_heads(service, monkeypatch)
    session_id = api.open_session()
    with streamed(url, session_id) as stream:
        stream.take(1)
        wait_until(lambda: len(asked) > 3)
    assert asked[-1] == (session_id,)
    wait_until_quiet(lambda: len(asked))


def test_a_server_that_stops_ends_its_streams_at_once(
    api: Api, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "GRACE_SECONDS", 100)
    session_id = api.open_session()
    with ExitStack() as streams:
        with serving(service, host="127.0.0.1", port=0) as url:
            opened = [streams.enter_context(streamed(url, session_id)) for _ in range(20)]
            for stream in opened:
                stream.take(1)
            began = time.monotonic()
        assert time.monotonic() - began < 50, "it does not wait for its clients"
        for stream in opened:
            with pytest.raises(EOFError):
                stream.next()
