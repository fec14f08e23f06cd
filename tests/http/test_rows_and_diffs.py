"""Asking a node for some of its rows, and for what makes it another node."""

from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from tests.http.api import Api, assert_problem

PEOPLE = b"name,age\nAda,36\nGrace,\nLinus,21\nAlan,41\n"


def test_rows_are_chosen_sorted_and_cut_by_columns(api: Api) -> None:
    session_id = api.session_with_table(PEOPLE)
    page = api.get(
        session_id,
        "/nodes/current/rows",
        params={"sort": "-age", "where": ["age:notnull", "age:gt:21"], "columns": "age,name"},
    ).json()
    assert page == {
        "columns": ["age", "name"],
        "rows": [[41, "Alan"], [36, "Ada"]],
        "offset": 0,
        "total": 2,
    }


def test_a_question_that_the_table_cannot_answer_is_a_problem_that_helps(api: Api) -> None:
    session_id = api.session_with_table(PEOPLE)
    for query, field, told in (
        ("sort=agee", "sort", "'age'"),
        ("columns=x", "columns", "'name'"),
        ("where=age:above:3", "where", "isnull"),
        ("where=age:gt:young", "where", "numbers"),
        ("were=age:gt:3", "were", "'where'"),
    ):
        problem = assert_problem(
            api.get(session_id, f"/nodes/current/rows?{query}"), 422, "invalid-request"
        )
        assert problem["errors"][0]["field"] == field
        assert told in problem["errors"][0]["detail"]
        assert "young" not in problem["detail"]


def test_two_nodes_are_compared(api: Api) -> None:
    session_id = api.session_with_table(PEOPLE)
    root = api.get(session_id).json()["pointer"]
    node = api.commit_node(session_id)
    found = api.get(session_id, f"/nodes/{root}/diff/{node}").json()
    assert (found["before"], found["after"], found["same"]) == (root, str(node), True)
    assert found["rows"]["matching"] == "origin"
    assert [each["change"] for each in found["columns"]] == ["unchanged", "unchanged"]
    assert api.get(session_id, f"/nodes/{root}/diff/current").json() == found


def test_changed_cells_are_shown(api: Api) -> None:
    session_id = api.session_with_table(PEOPLE)
    root = api.get(session_id).json()["pointer"]
    table = pa.table({"name": ["Ada", "Grace", "Linus", "Alan"], "age": [36, 17, 21, 41]})
    pq.write_table(table, api.directory / "table.parquet")
    snapshot = api.service.snapshots.keep(api.directory / "table.parquet")
    node = api.commit_node(session_id, snapshot=snapshot)
    found = api.get(session_id, f"/nodes/{root}/diff/{node}?key=name").json()
    assert found["rows"]["changed"] == 1
    assert found["sample"] == [
        {"row_before": 1, "row_after": 1, "key": {"name": "Grace"}, "cells": {"age": [None, 17]}}
    ]
    assert found["columns"][1]["changed_cells"] == 1
    assert found["columns"][1]["before"]["nulls"] == 1


def test_what_cannot_be_compared_is_a_problem(api: Api) -> None:
    session_id = api.session_with_table(PEOPLE)
    assert_problem(api.get(session_id, f"/nodes/current/diff/{uuid4()}"), 404, "node-unknown")
    assert_problem(api.get(session_id, "/nodes/current/diff/x"), 404, "node-unknown")
    assert_problem(
        api.get(session_id, "/nodes/current/diff/current?key=id"), 422, "invalid-request"
    )
    assert_problem(
        api.get(session_id, "/nodes/current/diff/current?sample=-1"), 422, "invalid-request"
    )
    assert_problem(api.get(api.open_session(), "/nodes/current/diff/current"), 404, "node-unknown")
