"""Typed actions over HTTP, in the place of words."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Response

from tests.http.api import Api, assert_problem

TRIM = {"kind": "trim_text", "columns": ["name"]}
FILL = {"kind": "fill", "columns": ["age"], "strategy": "median"}


def post(api: Api, session_id: UUID, *actions: Any, mode: str = "auto", **more: Any) -> Response:
    # In ASCII, and with what is no JSON, as a careless client sends it.
    body = json.dumps({"actions": actions, "mode": mode})
    headers = {"Content-Type": "application/json", **more.pop("headers", {})}
    path = f"/v1/sessions/{session_id}/actions"
    return api.client.post(path, content=body, headers=headers, **more)


def test_actions_are_a_task_with_their_words_and_steps(api: Api) -> None:
    session_id = api.session_with_table()
    accepted = post(api, session_id, TRIM, FILL)
    assert accepted.status_code == 202, accepted.text
    task = accepted.json()
    assert accepted.headers["Location"] == f"/v1/tasks/{task['task_id']}"
    assert (task["kind"], task["status"]) == ("turn", "queued")
    entry = api.get(session_id, "/history").json()["items"][-1]
    text = "Trim white space around name; Fill missing values of age with the median"
    assert entry["body"] == {"text": text, "mode": "auto"}
    posted = api.get(session_id, "/events").json()["items"][-1]
    assert [step["actions"][0]["kind"] for step in posted["payload"]["steps"]] == [
        "trim_text", "fill",
    ]  # fmt: skip


def test_repeated_actions_are_one_task(api: Api) -> None:
    session_id, headers = api.session_with_table(), {"Idempotency-Key": str(uuid4())}
    first = post(api, session_id, TRIM, headers=headers).json()
    assert post(api, session_id, TRIM, headers=headers).json()["task_id"] == first["task_id"]
    said = "Trim white space around name"
    for other in (
        post(api, session_id, FILL, headers=headers),
        post(api, session_id, TRIM, mode="propose", headers=headers),
        api.say(session_id, said, headers=headers),
    ):
        assert_problem(other, 422, "idempotency-key-reused")


def test_an_action_that_does_not_fit_is_refused_with_the_nearest_columns(api: Api) -> None:
    session_id = api.session_with_table()
    version = api.version(session_id)
    refused = post(api, session_id, TRIM, {**FILL, "columns": ["agee"]})
    problem = assert_problem(refused, 422, "action-unfit")
    assert (problem["action"], problem["column"], problem["nearest"]) == (
        2,
        "agee",
        ["age"],
    )
    assert problem["detail"] == (
        "Action 2 cannot be done: There is no column 'agee'. The nearest is 'age'."
    )
    wrong = assert_problem(post(api, session_id, {**TRIM, "columns": ["age"]}), 422, "action-unfit")
    assert (wrong["action"], wrong["column"], wrong["nearest"]) == (1, None, [])
    assert api.version(session_id) == version


@pytest.mark.parametrize(
    "actions",
    [
        [],
        [{"kind": "make_coffee"}],
        [{"kind": "fill"}],
        [{**TRIM, "columns": ["\ud800"]}],
        [{**FILL, "strategy": "constant", "value": float("nan")}],
        [TRIM] * 101,
    ],
)
def test_what_is_no_list_of_actions_is_refused(api: Api, actions: list[Any]) -> None:
    session_id = api.session_with_table()
    assert_problem(post(api, session_id, *actions), 422, "invalid-request")


def preview(api: Api, session_id: UUID, *actions: Any) -> Response:
    path = f"/v1/sessions/{session_id}/actions/preview"
    return api.client.post(path, json={"actions": actions})


def rename(column: str) -> dict[str, Any]:
    return {"kind": "rename_columns", "pairs": [{"old": column, "new": "years"}]}


def test_a_preview_tells_words_code_and_schema_and_records_nothing(api: Api) -> None:
    session_id = api.session_with_table()
    version = api.version(session_id)
    told = preview(api, session_id, TRIM, rename("age"))
    assert told.status_code == 200, told.text
    assert told.json()["node_id"] == api.get(session_id).json()["pointer"]
    trim, renamed = told.json()["items"]
    assert trim["description"] == "Trim white space around name"
    assert trim["code"] == "df['name'] = df['name'].str.strip()"
    assert trim["rows"] == "kept"
    assert [each["name"] for each in trim["columns"]] == ["name", "age"]
    assert renamed["number"] == 2
    assert renamed["columns"] == [
        {"name": "name", "type": "text"}, {"name": "years", "type": "integer"},
    ]  # fmt: skip
    assert api.version(session_id) == version


def test_a_preview_says_what_only_the_cells_tell_and_refuses_what_does_not_fit(api: Api) -> None:
    session_id = api.session_with_table()
    pivot = {"kind": "pivot", "rows_by": ["age"], "column": "name"}
    pivoted, behind = preview(api, session_id, pivot, TRIM).json()["items"]
    assert (pivoted["columns"], behind["code"], behind["columns"]) == (None, None, None)
    assert "groupby" in pivoted["code"]
    problem = assert_problem(preview(api, session_id, TRIM, rename("agee")), 422, "action-unfit")
    assert (problem["action"], problem["column"]) == (2, "agee")
    assert_problem(preview(api, api.open_session(), TRIM), 404, "node-unknown")


def test_actions_need_a_table_and_a_known_mode(api: Api) -> None:
    assert_problem(post(api, api.open_session(), TRIM), 409, "dataset-missing")
    assert_problem(post(api, uuid4(), TRIM), 404, "session-unknown")
    asked = post(api, api.session_with_table(), TRIM, mode="ask")
    assert_problem(asked, 422, "invalid-request")
