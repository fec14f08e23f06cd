"""A query parameter that an address does not have is refused everywhere, in one way, and so is one
that is given again and takes one value."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.http.api import Api, assert_problem


def test_every_address_refuses_a_parameter_that_it_does_not_have(api: Api) -> None:
    asked = 0
    for method, path, operation in addresses(api):
        body: dict[str, str] | None = {} if "requestBody" in operation else None
        answer = api.client.request(method, f"{path}?nobodys=1", json=body)
        problem = assert_problem(answer, 422, "invalid-request")
        (error,) = problem["errors"]
        assert (error["in"], error["field"]) == ("query", "nobodys"), (method, path)
        for parameter in declared(operation):
            assert parameter["name"] in error["detail"]
        asked += 1
    assert asked > 60


def test_every_parameter_but_a_list_is_refused_when_it_is_given_again(api: Api) -> None:
    lists = set()
    for method, path, operation in addresses(api):
        for parameter in declared(operation):
            name = parameter["name"]
            answer = api.client.request(method, path, params={name: ["1", "1"]})
            if takes_several(parameter["schema"]):
                lists.add(name)
                assert "more than once" not in answer.text, (path, name)
            else:
                problem = assert_problem(answer, 422, "invalid-request")
                assert problem["detail"] == (
                    f"{name}: It takes one value, and is given more than once. Give it once."
                )
    assert lists == {"columns", "key", "since", "sort", "where"}


def addresses(api: Api) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each method and path of the API, of things that are not there, with what it declares."""
    document = api.client.get("/openapi.json").json()
    for template, operations in document["paths"].items():
        path = template.replace("{node}", "current").replace("{number}", "1")
        while "{" in path:
            before, _, rest = path.partition("{")
            path = before + str(uuid4()) + rest.partition("}")[2]
        for method, operation in operations.items():
            yield method, path, operation


def declared(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in operation.get("parameters", ()) if each["in"] == "query"]


def takes_several(schema: dict[str, Any]) -> bool:
    return any(each.get("type") == "array" for each in (schema, *schema.get("anyOf", ())))


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


def test_a_parameter_without_a_name_is_no_fault_of_the_body(api: Api) -> None:
    problem = assert_problem(api.client.get("/v1/sessions?=1"), 422, "invalid-request")
    assert problem["detail"].startswith("The query: This address has no such query parameter.")


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


@pytest.mark.parametrize(
    ("query", "told"), [("afer=1", "Is 'after' meant?"), ("after=1&after=2", "Give it once.")]
)
def test_a_socket_is_refused_for_such_a_parameter(
    api: Api, url: str, query: str, told: str
) -> None:
    task_id = api.say(api.session_with_table(), "leave it").json()["task_id"]
    with pytest.raises(InvalidStatus) as refusal:
        connect(url.replace("http:", "ws:") + f"/v1/tasks/{task_id}/events?{query}")
    problem = json.loads(refusal.value.response.body or b"")
    assert refusal.value.response.status_code == 422
    assert problem["detail"].endswith(told)
