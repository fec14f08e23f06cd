"""HEAD and OPTIONS: what an address has, and what it takes."""

from httpx2 import Client

from interfaces.http.event_streams import SERVER_SENT_EVENTS
from tests.http.api import Api, assert_problem

# What belongs to one answer and not to another of the same kind.
OWN = {"date", "x-request-id"}


def test_a_head_is_the_header_of_the_same_get(api: Api, url: str) -> None:
    session = f"/v1/sessions/{api.session_with_table()}"
    with Client(base_url=url) as client:
        for path in (session, f"{session}/nodes/current/export", "/v1/sessions/nope", "/docs"):
            got, head = client.get(path), client.head(path, headers={"Range": "bytes=1-2"})
            assert (head.status_code, head.content) == (got.status_code, b""), path
            first, second = (
                {k: v for k, v in each.headers.items() if k not in OWN} for each in (got, head)
            )
            assert first == second, path


def test_the_head_of_a_stream_without_an_end_ends(api: Api, url: str) -> None:
    path = f"/v1/sessions/{api.session_with_table()}/events"
    with Client(base_url=url, timeout=5) as client:
        head = client.head(path, headers={"Accept": SERVER_SENT_EVENTS})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"].startswith(SERVER_SENT_EVENTS)
        # The connection goes on.
        assert client.get("/health/live").status_code == 200


def test_options_are_the_methods_that_an_address_takes(api: Api) -> None:
    allowed = {
        "/v1/sessions": "GET, HEAD, OPTIONS, POST",
        "/v1/sessions/anything/undo": "OPTIONS, POST",
        "/v1/subjects/anything": "DELETE, OPTIONS",
        "/docs": "GET, HEAD, OPTIONS",
    }
    for path, methods in allowed.items():
        answer = api.client.options(path)
        assert (answer.status_code, answer.headers["allow"]) == (204, methods), path
        assert answer.content == b""
    assert_problem(api.client.options("/v1/nope"), 404, "route-unknown")
    assert api.client.head("/v1/sessions/anything/undo").headers["allow"] == "OPTIONS, POST"
