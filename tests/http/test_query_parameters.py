"""A query parameter that an address does not have is refused everywhere, in one way."""

import json
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.http.api import Api, assert_problem


def test_every_address_refuses_a_parameter_that_it_does_not_have(api: Api) -> None:
    document = api.client.get("/openapi.json").json()
    asked = 0
    for template, operations in document["paths"].items():
        path = template.replace("{node}", "current").replace("{number}", "1")
        while "{" in path:
            before, _, rest = path.partition("{")
            path = before + str(uuid4()) + rest.partition("}")[2]
        for method, operation in operations.items():
            body: dict[str, str] | None = {} if "requestBody" in operation else None
            answer = api.client.request(method, f"{path}?nobodys=1", json=body)
            problem = assert_problem(answer, 422, "invalid-request")
            (error,) = problem["errors"]
            assert (error["in"], error["field"]) == ("query", "nobodys"), (method, template)
            declared = [
                parameter["name"]
                for parameter in operation.get("parameters", ())
                if parameter["in"] == "query"
            ]
            for name in declared:
                assert name in error["detail"]
            asked += 1
    assert asked > 60


@pytest.mark.parametrize(
    ("query", "field", "meant"),
    [
        ("/events?limt=5", "limt", "limit"),
        ("/events?limit=5&afetr=1&limt=2", "afetr", "after"),
        ("/history?Limit=5", "Limit", "limit"),
        ("/nodes/current/rows?colums=age", "colums", "columns"),
        ("/nodes/current/export?fromat=xlsx", "fromat", "format"),
    ],
)
def test_the_parameter_that_is_meant_is_named(api: Api, query: str, field: str, meant: str) -> None:
    session_id = api.session_with_table()
    problem = assert_problem(api.get(session_id, query), 422, "invalid-request")
    assert problem["errors"][0]["field"] == field
    assert f"Is '{meant}' meant?" in problem["detail"]


def test_nothing_is_done_by_a_request_with_such_a_parameter(api: Api) -> None:
    session_id = api.session_with_table()
    before = api.version(session_id)
    for answer in (
        api.say(session_id, "sort by age", params={"dry_run": "true"}),
        api.client.post(f"/v1/sessions/{session_id}/close", params={"force": 1}),
    ):
        problem = assert_problem(answer, 422, "invalid-request")
        assert "takes no query parameters" in problem["detail"]
    assert api.version(session_id) == before


def test_a_socket_is_refused_for_such_a_parameter(api: Api, url: str) -> None:
    task_id = api.say(api.session_with_table(), "leave it").json()["task_id"]
    with pytest.raises(InvalidStatus) as refusal:
        connect(url.replace("http:", "ws:") + f"/v1/tasks/{task_id}/events?afer=1")
    problem = json.loads(refusal.value.response.body or b"")
    assert refusal.value.response.status_code == 422
    assert problem["detail"].endswith("Is 'after' meant?")
