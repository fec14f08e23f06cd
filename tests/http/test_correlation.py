"""A request can be found again: in its answer, in the log of events, in distributed traces."""

from uuid import UUID, uuid4

import pytest

from tests.http.api import Api

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def _first_event(api: Api, headers: dict[str, str]) -> tuple[dict[str, object], str]:
    response = api.client.post("/v1/sessions", headers=headers)
    session_id = UUID(response.json()["session_id"])
    (event,) = api.get(session_id, "/events").json()["items"]
    return event, response.headers["x-request-id"]


def test_a_given_request_id_reaches_the_event_and_the_answer(api: Api) -> None:
    given = str(uuid4())
    event, answered = _first_event(api, {"X-Request-ID": given})
    assert event["correlation_id"] == answered == given
    assert event["actor"] == "client"


@pytest.mark.parametrize("given", ["", "nonsense", "x" * 5000])
def test_a_request_id_that_is_none_is_replaced(api: Api, given: str) -> None:
    event, answered = _first_event(api, {"X-Request-ID": given})
    assert event["correlation_id"] == answered == str(UUID(answered))


def test_a_trace_reaches_the_event(api: Api) -> None:
    event, _ = _first_event(api, {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
    assert event["trace_id"] == TRACE


@pytest.mark.parametrize(
    "given",
    [
        "",
        "nonsense",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"00-{TRACE}-00f067aa0ba902b7-01-more",
    ],
)
def test_a_trace_that_is_none_is_left_aside(api: Api, given: str) -> None:
    event, _ = _first_event(api, {"traceparent": given})
    assert event["trace_id"] is None


@pytest.mark.parametrize("path", ["/v1/info", "/nope", "/health/live", "/docs", "/v1/sessions/x"])
def test_no_answer_lets_a_browser_guess_its_type(api: Api, path: str) -> None:
    assert api.client.get(path).headers["x-content-type-options"] == "nosniff"
