"""Requests that make no sense are problems of a stable type, and append nothing."""

import gzip
import json
from typing import Any
from uuid import uuid4

import pytest

from interfaces.http.problem_kinds import TYPE_PREFIX
from tests.http.api import Api, assert_problem

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOBODYS = "0190b2a4-0000-7000-8000-00000000c0de"
"""The id of nothing."""

BAD_MESSAGES: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "half a document": (b'{"text": ', JSON, 400, "malformed-json"),
    "bytes that are no text": (b'{"text": "\xff\xfe\xfa"}', JSON, 400, "malformed-json"),
    "a document nested to death": (b"[" * 100_000, JSON, 400, "malformed-json"),
    "what curl -d sends": (b'{"text": "hello"}', FORM, 415, "unsupported-media-type"),
    "nothing": (b"", {}, 415, "unsupported-media-type"),
    "packed": (
        gzip.compress(b'{"text": "hello"}'),
        {**JSON, "Content-Encoding": "gzip"},
        415,
        "unsupported-media-type",
    ),
    "an empty document": (b"", JSON, 422, "invalid-request"),
    "a list": (b"[1]", JSON, 422, "invalid-request"),
    "null": (b"null", JSON, 422, "invalid-request"),
    "no text": (b"{}", JSON, 422, "invalid-request"),
    "a misspelt member": (b'{"text": "a", "txet": "b"}', JSON, 422, "invalid-request"),
    "a number": (b'{"text": 1}', JSON, 422, "invalid-request"),
    "no number": (b'{"text": NaN}', JSON, 422, "invalid-request"),
    "the NUL character": (b'{"text": "a\\u0000b"}', JSON, 422, "invalid-request"),
    "half a character": (b'{"text": "a\\ud800b"}', JSON, 422, "invalid-request"),
    "blanks": (b'{"text": " \\n "}', JSON, 422, "message-empty"),
    "too many characters": (
        json.dumps({"text": "🐧" * 10_001}).encode(),
        JSON,
        422,
        "message-too-long",
    ),
    "far too many bytes": (b'{"text": "' + b"a" * 300_000 + b'"}', JSON, 413, "body-too-large"),
}


@pytest.mark.parametrize("body", [b'{"text": ', b'{"text": "half', b'{"text": "a" "b"}'])
def test_where_a_document_stops_to_be_json_is_a_sentence(api: Api, body: bytes) -> None:
    answer = api.client.post("/v1/sessions", content=body, headers=JSON)

    detail = assert_problem(answer, 400, "malformed-json")["detail"]
    assert " at character " in detail
    assert " at at " not in detail


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"title": "\xff"}', "Send a JSON document in UTF-8."),
        (b'{"a":' * 50_000, "The document is nested too deeply."),
        (
            b'{"title": %s}' % (b"9" * 5_000),
            "The document holds a whole number of too many digits.",
        ),
    ],
)
def test_a_document_that_is_given_up_on_is_told_for_what(api: Api, body: bytes, why: str) -> None:
    answer = api.client.post("/v1/sessions", content=body, headers=JSON)
    assert assert_problem(answer, 400, "malformed-json")["detail"] == why


@pytest.mark.parametrize(
    ("body", "headers", "status", "slug"), BAD_MESSAGES.values(), ids=BAD_MESSAGES
)
def test_a_bad_message_is_a_problem_and_appends_nothing(
    api: Api, body: bytes, headers: dict[str, str], status: int, slug: str
) -> None:
    session_id = api.session_with_table()
    before = api.version(session_id), api.files()
    response = api.client.post(f"/v1/sessions/{session_id}/messages", content=body, headers=headers)
    assert_problem(response, status, slug)
    assert (api.version(session_id), api.files()) == before


def test_a_message_of_the_greatest_length_is_taken(api: Api) -> None:
    session_id = api.session_with_table()
    # Every character escaped is the longest that a document with such a message can be.
    body = json.dumps({"text": "🐧" * 10_000}).encode()
    response = api.client.post(f"/v1/sessions/{session_id}/messages", content=body, headers=JSON)
    assert response.status_code == 202


def test_invalid_values_are_named_and_never_repeated(api: Api) -> None:
    secret = "4929-1234"
    session_id = api.session_with_table()
    path, body = f"/v1/sessions/{session_id}/rollback", {"node_id": secret, "a": [secret]}
    response = api.client.post(path, json=body)
    problem = assert_problem(response, 422, "invalid-request")
    assert {error["field"] for error in problem["errors"]} == {"node_id", "a"}
    misspelt = api.client.post(f"{path}?x={secret}", json=body)
    problem = assert_problem(misspelt, 422, "invalid-request")
    assert {error["field"] for error in problem["errors"]} == {"x"}
    assert secret not in response.text + misspelt.text


MISSPELT: dict[str, tuple[str, object, str, str]] = {
    "a member": ("branch", {"nodeid": None}, "nodeid", "Is 'node_id' meant?"),
    "one that is like none": ("branch", {"x": None}, "x", "There are: node_id."),
    "one of an action": (
        "actions",
        {"actions": [{"kind": "trim_text", "colums": ["name"]}]},
        "actions.0.trim_text.colums",
        "Is 'columns' meant?",
    ),
    "an action": (
        "actions",
        {"actions": [{"kind": "trim_txt", "columns": ["name"]}]},
        "actions.0",
        "There is no such kind. Is 'trim_text' meant?",
    ),
    "an action's kind": (
        "actions",
        {"actions": [{"knd": "trim_text", "columns": ["name"]}]},
        "actions.0",
        "It needs the member 'kind', which says what it is.",
    ),
    "what is nested": (
        "actions",
        {"actions": [{"kind": "sort", "keys": [{"column": "age", "decending": True}]}]},
        "actions.0.sort.keys.0.decending",
        "Is 'descending' meant?",
    ),
    "one of a condition": (
        "actions",
        {"actions": [{"kind": "filter_rows", "where": {"conditons": []}}]},
        "actions.0.filter_rows.where.AllOf.conditons",
        "Is 'conditions' meant?",
    ),
}


@pytest.mark.parametrize(("path", "body", "field", "advice"), MISSPELT.values(), ids=MISSPELT)
def test_what_is_misspelt_is_told_with_what_may_be_meant(
    api: Api, path: str, body: object, field: str, advice: str
) -> None:
    answer = api.client.post(f"/v1/sessions/{api.session_with_table()}/{path}", json=body)
    errors = assert_problem(answer, 422, "invalid-request")["errors"]
    assert advice in {each["field"]: each["detail"] for each in errors}[field]


@pytest.mark.parametrize(
    ("path", "document", "member"),
    [
        ("messages", '{"text": "sort by age", "text": "drop age"}', "text"),
        ("actions", '{"actions": [{"kind": "sort", "keys": [], "keys": []}]}', "keys"),
        ("uploads", '{"delimiter": ";", "delimiter": ","}', "delimiter"),
    ],
)
def test_a_member_that_is_given_again_is_refused(
    api: Api, path: str, document: str, member: str
) -> None:
    """Only the last would count."""
    if path == "uploads":
        session_id = api.open_session()
        sent: dict[str, Any] = {"files": {"file": ("a.csv", b"a")}, "data": {"parse": document}}
    else:
        session_id = api.session_with_table()
        sent = {"content": document, "headers": JSON}
    before = api.version(session_id)
    refused = api.client.post(f"/v1/sessions/{session_id}/{path}", **sent)
    (error,) = assert_problem(refused, 422, "invalid-request")["errors"]
    assert error["field"] == member
    assert "Give it once" in error["detail"]
    assert api.version(session_id) == before


def test_a_file_that_is_sent_as_a_document_is_not_read_to_be_refused(api: Api) -> None:
    """It may be as large as a file, and nobody is served while it is searched for members."""
    url = f"/v1/sessions/{api.open_session()}/uploads"
    refused = api.client.post(url, content='{"a": 1, "a": 2}', headers=JSON)
    assert_problem(refused, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("path", "body", "advice"),
    [
        ("messages", None, "The body: It must be a JSON object."),
        ("messages", ["sort by age"], "The body: It must be a JSON object."),
        ("branches/main", {"name": " "}, "name: It must not be blank."),
    ],
)
def test_what_must_stand_there_is_said_in_words(
    api: Api, path: str, body: object, advice: str
) -> None:
    verb = api.client.put if path.startswith("branches") else api.client.post
    url = f"/v1/sessions/{api.session_with_table()}/{path}"
    answer = verb(url, content=json.dumps(body), headers=JSON)
    assert assert_problem(answer, 422, "invalid-request")["detail"] == advice


@pytest.mark.parametrize("title", ["a\nb", "a\0", "x" * 201, "\ud800", 7], ids=ascii)
def test_a_title_that_no_list_can_show_is_refused(api: Api, title: object) -> None:
    response = api.client.post(
        "/v1/sessions", content=json.dumps({"title": title}).encode(), headers=JSON
    )
    assert_problem(response, 422, "invalid-request")


@pytest.mark.parametrize("body", [None, {}, {"title": "  "}])
def test_a_session_needs_no_title(api: Api, body: dict[str, str] | None) -> None:
    response = (
        api.client.post("/v1/sessions", json=body) if body else api.client.post("/v1/sessions")
    )
    assert response.status_code == 201
    assert response.json()["title"] == "Untitled session"
    assert response.headers["location"] == f"/v1/sessions/{response.json()['session_id']}"


SESSION_PATHS = (
    "",
    "/tasks",
    "/history",
    "/events",
    "/events?after=3",
    "/nodes",
    "/nodes/current",
    f"/nodes/{NOBODYS}",
    "/nodes/current/rows",
    "/nodes/current/profile",
    "/nodes/current/export?format=csv",
)


@pytest.mark.parametrize("path", SESSION_PATHS)
@pytest.mark.parametrize("session_id", [NOBODYS, "nonsense", "%00", "%ED%A0%80"])
def test_an_unknown_session_is_unknown_everywhere(api: Api, session_id: str, path: str) -> None:
    assert_problem(api.client.get(f"/v1/sessions/{session_id}{path}"), 404, "session-unknown")


@pytest.mark.parametrize("action", ["messages", "undo", "redo", "rollback"])
def test_an_unknown_session_cannot_be_changed(api: Api, action: str) -> None:
    body = {"messages": {"text": "hello"}, "rollback": {"node_id": str(uuid4())}}.get(action)
    response = api.client.post(f"/v1/sessions/{uuid4()}/{action}", json=body)
    assert_problem(response, 404, "session-unknown")


@pytest.mark.parametrize("node", [NOBODYS, "nonsense", "-1"])
@pytest.mark.parametrize("path", ["", "/rows", "/profile", "/export"])
def test_an_unknown_node_is_unknown_everywhere(api: Api, node: str, path: str) -> None:
    session_id = api.session_with_table()
    assert_problem(api.get(session_id, f"/nodes/{node}{path}"), 404, "node-unknown")


def test_nodes_of_other_sessions_are_unknown(api: Api) -> None:
    mine, other = api.session_with_table(), api.session_with_table()
    theirs = api.get(other).json()["pointer"]
    assert_problem(api.get(mine, f"/nodes/{theirs}/rows"), 404, "node-unknown")
    response = api.client.post(f"/v1/sessions/{mine}/rollback", json={"node_id": theirs})
    assert_problem(response, 404, "node-unknown")


def test_there_is_no_current_node_before_the_file_was_read(api: Api) -> None:
    session_id = api.open_session()
    problem = assert_problem(api.get(session_id, "/nodes/current"), 404, "node-unknown")
    assert "Upload a file" in problem["detail"]


@pytest.mark.parametrize("task_id", [NOBODYS, "nonsense"])
def test_an_unknown_task_is_unknown(api: Api, task_id: str) -> None:
    assert_problem(api.client.get(f"/v1/tasks/{task_id}"), 404, "task-unknown")


@pytest.mark.parametrize(
    "query",
    [
        "/nodes/current/rows?limit=1001",
        "/nodes/current/rows?limit=0",
        "/nodes/current/rows?offset=-1",
        "/nodes/current/rows?offset=99999999999999999999",
        "/nodes/current/export?format=exe",
        "/nodes/current/export?fromat=xlsx",
        "/events?after=-1",
        "/events?limit=a",
        "/history?limit=100000",
    ],
)
def test_parameters_out_of_range_are_named(api: Api, query: str) -> None:
    session_id = api.session_with_table()
    problem = assert_problem(api.get(session_id, query), 422, "invalid-request")
    assert [error["in"] for error in problem["errors"]] == ["query"]


def test_what_the_state_does_not_allow_is_a_conflict(api: Api) -> None:
    empty, fresh = api.open_session(), api.session_with_table()
    assert_problem(api.say(empty, "sort by age"), 409, "dataset-missing")
    assert_problem(api.client.post(f"/v1/sessions/{empty}/undo"), 409, "dataset-missing")
    assert_problem(api.client.post(f"/v1/sessions/{fresh}/undo"), 409, "nothing-to-undo")
    assert_problem(api.client.post(f"/v1/sessions/{fresh}/redo"), 409, "nothing-to-redo")
    assert api.version(empty) == 1


def test_too_many_waiting_messages_are_told_to_wait(api: Api) -> None:
    session_id = api.session_with_table()
    for _ in range(50):
        assert api.say(session_id, "sort by age").status_code == 202
    response = api.say(session_id, "sort by age")
    assert_problem(response, 429, "queue-full")
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["/", "/nope", "/v1", "/v1/sessions/", "/v2/sessions"])
def test_an_address_with_nothing_behind_it_is_a_problem(api: Api, path: str) -> None:
    assert_problem(api.client.get(path), 404, "route-unknown")


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(api: Api) -> None:
    response = api.client.delete("/v1/sessions")
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_page_after_an_unknown_session_is_refused(api: Api) -> None:
    response = api.client.get(f"/v1/sessions?after={uuid4()}")
    assert response.json()["type"] == TYPE_PREFIX + "session-unknown"
