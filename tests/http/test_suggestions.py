"""Suggestions over HTTP, from the profile of the table that is stored."""

from typing import Any
from uuid import UUID, uuid4

from httpx2 import Response

from application.handle import Origin
from domain.session.commands import StartTurn
from domain.session.next_step import WriteSnippet, next_step
from tests.http.api import Api, assert_problem

MESSY = "name,paid,city,remark\n" + "".join(
    f"{' Ann' if i % 10 == 0 else 'Bob'} {i},{'n/a' if i % 9 == 0 else 'yes'},"
    f"{'Munch' if i == 3 else 'Munich' if i % 2 else 'Hamburg'},"
    f"{'see Bob' if i % 3 == 0 else i}\n"
    for i in range(60)
)


def messy(api: Api) -> UUID:
    return api.session_with_table((MESSY + MESSY.splitlines()[5] + "\n").encode())


def suggestions(api: Api, session_id: UUID) -> dict[str, dict[str, Any]]:
    """What is suggested, by kind."""
    answer = api.get(session_id, "/suggestions")
    assert answer.status_code == 200, answer.text
    return {each["kind"]: each for each in answer.json()["items"]}


def choose(api: Api, session_id: UUID, *ids: str, mode: str = "auto", **more: Any) -> Response:
    path = f"/v1/sessions/{session_id}/suggestions/apply"
    return api.client.post(path, json={"ids": list(ids), "mode": mode}, **more)


def test_what_is_wrong_is_told_with_evidence_action_and_effect(api: Api) -> None:
    session_id = messy(api)
    found = suggestions(api, session_id)
    padded = found["padded"]
    assert (padded["columns"], padded["rows"], padded["share"]) == (["name"], 6, 6 / 61)
    assert padded["actions"] == [{"kind": "trim_text", "columns": ["name"], "collapse": False}]
    assert padded["effect"] == {"rows": 6, "cells": 6, "missing": None}
    repeated = found["duplicate_rows"]
    assert (repeated["rows"], repeated["effect"]["cells"]) == (1, 4)
    misspelt = found["near_duplicates"]
    assert [each["kind"] for each in misspelt["actions"]] == ["merge_similar"]
    assert misspelt["examples"] == [{"value": "Munch", "rows": 1, "usual": "Munich"}]
    listed = api.get(session_id, "/suggestions").json()
    assert listed["node_id"] == api.get(session_id).json()["pointer"]
    ranks = [each["importance"] for each in listed["items"]]
    assert ranks == sorted(ranks, reverse=True)
    assert suggestions(api, session_id) == found


def test_a_cast_says_how_many_values_it_cannot_read(api: Api) -> None:
    rows = "".join(f"{i},{i}.5\n" for i in range(60))
    session_id = api.session_with_table(f"n,price\n{rows}60,(7.50)\n61,n.n.\n".encode())
    assert suggestions(api, session_id)["text_of_number"]["effect"]["missing"] == 2


def test_what_is_chosen_becomes_one_plan_that_no_model_made(api: Api) -> None:
    session_id = messy(api)
    found = suggestions(api, session_id)
    ids = [found[kind]["id"] for kind in ("duplicate_rows", "padded")]
    accepted = choose(api, session_id, *ids)
    assert accepted.status_code == 202, accepted.text
    task_id = UUID(accepted.json()["task_id"])
    origin = Origin(actor="worker", correlation_id=uuid4())
    api.service.handler.handle(session_id, StartTurn(task_id=task_id), origin)
    step = next_step(api.service.handler.load(session_id).state)
    assert isinstance(step, WriteSnippet)
    assert step.step.description == "Trim white space around name"
    posted, chosen = [
        event for event in api.get(session_id, "/events").json()["items"]
        if event["type"] in {"MessagePosted", "SuggestionsChosen"}
    ]  # fmt: skip
    assert posted["payload"]["text"].startswith("Apply suggestions: Trim white space")
    assert chosen["payload"]["suggestions"] == ids
    kinds = [entry["kind"] for entry in api.get(session_id, "/history").json()["items"]]
    assert kinds[-2:] == ["message", "suggestions"]
    assert api.client.get(f"/v1/tasks/{task_id}").json()["steps"][-1]["name"] == "thinking"


def test_a_repeated_choice_is_one_also_when_the_table_has_changed(api: Api) -> None:
    session_id = messy(api)
    found = suggestions(api, session_id)
    headers = {"Idempotency-Key": str(uuid4())}
    first = choose(api, session_id, found["padded"]["id"], headers=headers).json()
    again = choose(api, session_id, found["padded"]["id"], headers=headers)
    assert again.json()["task_id"] == first["task_id"]
    other = choose(api, session_id, found["duplicate_rows"]["id"], headers=headers)
    assert_problem(other, 422, "idempotency-key-reused")
    only_proposed = choose(api, session_id, found["padded"]["id"], mode="propose", headers=headers)
    assert_problem(only_proposed, 422, "idempotency-key-reused")
    reused = api.say(session_id, "sort", headers=headers)
    assert_problem(reused, 422, "idempotency-key-reused")


def test_what_cannot_be_chosen_is_refused_and_says_why(api: Api) -> None:
    session_id = messy(api)
    found = suggestions(api, session_id)
    unknown = choose(api, session_id, "0" * 24)
    assert_problem(unknown, 409, "suggestion-unknown")
    without = next(each for each in found.values() if not each["actions"])
    assert (without["description"], without["effect"]) == (None, None)
    refused = choose(api, session_id, without["id"])
    assert without["advice"] in assert_problem(refused, 422, "suggestions-unfit")["detail"]
    assert_problem(choose(api, session_id), 422, "invalid-request")
    asked = choose(api, session_id, found["padded"]["id"], mode="ask")
    assert_problem(asked, 422, "invalid-request")
    api.commit_node(session_id)
    stale = choose(api, session_id, found["padded"]["id"])
    assert_problem(stale, 409, "suggestion-unknown")
    empty = api.get(api.open_session(), "/suggestions")
    assert_problem(empty, 404, "node-unknown")
    assert_problem(api.get(uuid4(), "/suggestions"), 404, "session-unknown")
