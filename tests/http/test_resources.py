"""What a client can see of a session, and how it finds its way."""

import io
import json
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import pandas as pd
import pytest

from application.ports.event_log import session_stream
from application.ports.tables import TooLargeForFormat
from tests.http.api import CSV, Api, assert_problem


def test_an_upload_answers_with_a_task_and_where_to_look(api: Api) -> None:
    session_id = api.open_session()
    response = api.upload(session_id)
    task = response.json()
    assert response.status_code == 202
    assert response.headers["location"] == f"/v1/tasks/{task['task_id']}"
    assert int(response.headers["retry-after"]) >= 1
    assert (task["kind"], task["session_id"]) == ("ingest", str(session_id))
    found = api.client.get(response.headers["location"])
    assert found.json() == task
    assert found.headers["retry-after"]


def test_a_finished_task_links_to_what_it_made_and_is_not_polled(api: Api) -> None:
    session_id = api.session_with_table()
    node_id = api.commit_node(session_id)
    _, turn = api.get(session_id, "/tasks").json()["items"]
    response = api.client.get(turn["links"]["self"])
    assert (turn["kind"], turn["status"], turn["node_id"]) == ("turn", "succeeded", str(node_id))
    assert all(step["name"] and step["ended_at"] for step in turn["steps"])
    assert "retry-after" not in response.headers
    for link in turn["links"].values():
        assert api.client.get(link).status_code == 200, link


def test_a_branch_begins_where_it_is_asked_for_also_at_the_end_of_another(api: Api) -> None:
    session_id = api.session_with_table()
    first = api.commit_node(session_id)
    path = f"/v1/sessions/{session_id}/branch"
    assert api.client.post(path).json()["pointer"] == str(first)
    api.commit_node(session_id)
    root = api.get(session_id, "/nodes").json()["items"][0]["node_id"]
    assert api.client.post(path, json={"node_id": root}).json()["pointer"] == root
    api.commit_node(session_id)
    nodes = api.get(session_id, "/nodes").json()["items"]
    assert [(each["branch"], each["parent_id"]) for each in nodes[1:]] == [
        ("main", root),
        ("branch-2", str(first)),
        ("branch-3", root),
    ]
    assert_problem(api.client.post(path, json={"node_id": str(session_id)}), 404, "node-unknown")
    empty = api.client.post(f"/v1/sessions/{api.open_session()}/branch")
    assert_problem(empty, 409, "dataset-missing")


def test_a_node_shows_schema_code_and_place_in_the_tree(api: Api) -> None:
    session_id = api.session_with_table()
    api.commit_node(session_id, "leave it")
    root, child = api.get(session_id, "/nodes").json()["items"]
    assert (root["number"], root["parent_id"], root["is_pointer"]) == (0, None, False)
    assert (child["parent_id"], child["branch"], child["is_pointer"]) == (
        root["node_id"],
        "main",
        True,
    )
    assert (child["message"], child["snippets"]) == ("leave it", ["df = df"])
    assert root["rows"] == 3
    assert root["columns"] == [
        {"name": "name", "type": "text", "nulls": 0, "distinct": 3},
        {"name": "age", "type": "integer", "nulls": 1, "distinct": 2},
    ]
    assert api.get(session_id, "/nodes/current").json() == child
    for link in child["links"].values():
        assert api.client.get(link).status_code == 200, link


def test_rows_come_in_pages_with_null_for_what_is_missing(api: Api) -> None:
    session_id = api.session_with_table()
    page = api.get(session_id, "/nodes/current/rows?offset=1&limit=1").json()
    assert page == {"columns": ["name", "age"], "rows": [["Grace", None]], "offset": 1, "total": 3}
    beyond = api.get(session_id, "/nodes/current/rows?offset=1000000000000").json()
    assert (beyond["rows"], beyond["total"]) == ([], 3)


def test_rows_and_profile_are_strict_json(api: Api) -> None:
    values = b"x,y\n1.5,inf\n-inf,nan\nNaN,1e308\n2,\n"
    session_id = api.session_with_table(values)

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    for path in ("rows", "profile", "export?format=json"):
        text = api.get(session_id, f"/nodes/current/{path}").text
        assert json.loads(text, parse_constant=refuse), path


@pytest.mark.parametrize(
    ("target", "read"),
    [
        ("csv", pd.read_csv),
        ("json", pd.read_json),
        ("xlsx", partial(pd.read_excel, engine="calamine")),
        ("parquet", pd.read_parquet),
    ],
)
def test_an_export_is_the_table_under_the_name_of_its_file(
    api: Api, target: str, read: Any
) -> None:
    session_id = api.session_with_table(name='Größen; "β".csv')
    before = api.files()
    response = api.get(session_id, f"/nodes/current/export?format={target}")
    assert response.status_code == 200
    table = read(io.BytesIO(response.content))
    assert table["name"].tolist() == ["Ada", "Grace", "Linus"]
    assert table["age"].tolist()[::2] == [36, 21]
    assert response.headers["content-length"] == str(len(response.content))
    disposition = response.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=")
    assert f"-0.{target}" in disposition
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fen%3B" in disposition
    assert disposition.isascii()
    assert api.files() == before, "the temporary file is gone"


def test_the_pointer_moves_back_and_forth_and_to_any_node(api: Api) -> None:
    session_id = api.session_with_table()
    root = api.get(session_id).json()["pointer"]
    first, second = str(api.commit_node(session_id)), str(api.commit_node(session_id))

    def move(action: str, **body: str) -> object:
        response = api.client.post(f"/v1/sessions/{session_id}/{action}", json=body or None)
        assert response.status_code == 200, response.text
        return response.json()["pointer"]

    assert [move("undo"), move("undo"), move("redo")] == [first, root, first]
    assert move("rollback", node_id=root) == root
    branch = api.commit_node(session_id)
    assert api.get(session_id, f"/nodes/{branch}").json()["branch"] == "branch-2"
    assert move("rollback", node_id=second) == second


def test_events_come_in_order_each_with_its_hash(api: Api) -> None:
    session_id = api.session_with_table()
    api.commit_node(session_id, "leave  it")
    recorded = api.service.log.read(session_stream(session_id))
    response = api.get(session_id, "/events?limit=500")
    items = response.json()["items"]
    assert response.json()["next"] is None
    assert [item["version"] for item in items] == list(range(1, len(recorded) + 1))
    assert [item["type"] for item in items] == [each.type for each in recorded]
    assert [item["hash"] for item in items] == [each.hash.hex() for each in recorded]


@pytest.mark.parametrize("path", ["events", "history"])
def test_pages_join_without_a_gap(api: Api, path: str) -> None:
    session_id = api.session_with_table()
    api.commit_node(session_id)
    whole = api.get(session_id, f"/{path}?limit=500").json()["items"]
    assert api.paged(session_id, path, after=0) == whole
    assert api.get(session_id, f"/{path}?after=100000").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("path", "unknown"),
    [("nodes", "node-unknown"), ("tasks", "task-unknown"), ("branches", "branch-unknown")],
)
def test_pages_of_a_list_join_without_a_gap(api: Api, path: str, unknown: str) -> None:
    session_id, other = api.session_with_table(), api.session_with_table()
    root = api.get(session_id, "/nodes/current").json()["node_id"]
    for _ in range(2):
        api.commit_node(session_id)
        api.client.post(f"/v1/sessions/{session_id}/branch", json={"node_id": root})
    api.commit_node(session_id)
    whole = api.get(session_id, f"/{path}").json()
    assert len(whole["items"]) >= 3
    assert whole["next"] is None
    assert api.paged(session_id, path) == whole["items"]
    last = api.get(session_id, f"/{path}?limit=2").json()["next"]
    assert_problem(api.get(other, f"/{path}?after={last}"), 404, unknown)


def test_history_tells_what_was_said_and_done(api: Api) -> None:
    session_id = api.session_with_table()
    api.commit_node(session_id, "leave it")
    kinds = [entry["kind"] for entry in api.get(session_id, "/history").json()["items"]]
    assert kinds[0] == "upload"
    assert {"message", "plan", "snippet", "review", "execution", "node"} <= set(kinds)


def test_sessions_are_listed_newest_first_in_pages(api: Api) -> None:
    opened = [str(api.open_session()) for _ in range(3)]
    first = api.client.get("/v1/sessions?limit=2").json()
    second = api.client.get(f"/v1/sessions?limit=2&after={first['next']}").json()
    listed = [item["session_id"] for item in first["items"] + second["items"]]
    assert listed[:3] == opened[::-1]


def test_an_export_that_does_not_fit_its_format_says_which_does(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(_snapshot: Path, _target: object, destination: Path) -> NoReturn:
        destination.write_bytes(b"PK")
        raise TooLargeForFormat("the table has 20,000 columns and XLSX holds 16,384")

    monkeypatch.setattr(api.service.tables, "export", half)
    session_id = api.session_with_table()
    before = api.files()
    response = api.get(session_id, "/nodes/current/export?format=xlsx")
    assert_problem(response, 422, "too-large-for-format")
    assert api.files() == before


def test_the_exact_bytes_of_an_upload_are_kept(api: Api) -> None:
    session_id = api.session_with_table(CSV)
    digest = api.get(session_id).json()["dataset"]["file_digest"]
    assert (api.directory / "objects" / "uploads" / digest).read_bytes() == CSV
    assert UUID(api.get(session_id).json()["session_id"]) == session_id
