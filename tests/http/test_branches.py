"""Branches over HTTP: listed with what is on them, named, and shown by their names."""

from uuid import uuid4

import pytest

from tests.http.api import Api, assert_problem


def test_a_branch_is_listed_and_shown_in_the_tree_by_its_name(api: Api) -> None:
    session_id = api.session_with_table()
    root = api.get(session_id, "/nodes/current").json()["node_id"]
    first = api.commit_node(session_id)
    api.client.post(f"/v1/sessions/{session_id}/branch", json={"node_id": root})
    second = api.commit_node(session_id)
    path = f"/v1/sessions/{session_id}/branches"

    named = api.client.put(f"{path}/branch-2", json={"name": " ohne Ausreißer "})

    assert named.json() == {
        "branch": "branch-2",
        "name": "ohne Ausreißer",
        "nodes": 1,
        "newest_node_id": str(second),
        "is_pointer": True,
    }
    trunk, other = api.client.get(path).json()["items"]
    assert other == named.json()
    assert (trunk["branch"], trunk["name"], trunk["nodes"]) == ("main", None, 2)
    assert (trunk["newest_node_id"], trunk["is_pointer"]) == (str(first), False)
    nodes = api.get(session_id, "/nodes").json()["items"]
    assert [each["branch_name"] for each in nodes] == [None, None, "ohne Ausreißer"]
    assert api.get(session_id, f"/nodes/{second}").json()["branch_name"] == "ohne Ausreißer"
    (told,) = (
        each for each in api.get(session_id, "/history").json()["items"] if each["kind"] == "branch"
    )
    assert told["body"] == {"branch": "branch-2", "name": "ohne Ausreißer"}


def test_two_branches_have_two_names(api: Api) -> None:
    session_id = api.session_with_table()
    root = api.get(session_id, "/nodes/current").json()["node_id"]
    api.client.post(f"/v1/sessions/{session_id}/branch", json={"node_id": root})
    api.commit_node(session_id)
    path = f"/v1/sessions/{session_id}/branches"
    assert api.client.put(f"{path}/main", json={"name": "all"}).status_code == 200
    for taken in ("all", "main", "branch-3"):
        refused = api.client.put(f"{path}/branch-2", json={"name": taken})
        assert_problem(refused, 409, "branch-name-taken")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "two\nlines", None, 3])
def test_a_name_is_one_line_that_says_something(api: Api, name: object) -> None:
    path = f"/v1/sessions/{api.session_with_table()}/branches/main"
    assert_problem(api.client.put(path, json={"name": name}), 422, "invalid-request")


def test_only_a_branch_that_there_is_can_be_named(api: Api) -> None:
    for session_id, kind in ((api.open_session(), "branch-unknown"), (uuid4(), "session-unknown")):
        path = f"/v1/sessions/{session_id}/branches"
        assert_problem(api.client.put(f"{path}/main", json={"name": "x"}), 404, kind)


def test_after_an_erasure_a_branch_has_no_name_that_could_be_read(api: Api) -> None:
    session_id = api.session_with_table()
    path = f"/v1/sessions/{session_id}/branches"
    api.client.put(f"{path}/main", json={"name": "without Ann"})
    api.client.delete(f"/v1/subjects/{api.get(session_id).json()['subject_id']}")
    assert api.client.get(path).json()["items"][0]["name"] == "erased"
    refused = api.client.put(f"{path}/main", json={"name": "without Ann"})
    assert_problem(refused, 409, "session-erased")
