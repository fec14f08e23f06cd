"""What a model was sent, over HTTP, where there is little to show."""

from uuid import uuid4

from tests.http.api import Api, assert_problem


def test_of_a_question_whose_text_is_not_there_what_the_log_records_is_shown(api: Api) -> None:
    session = api.open_session()
    api.give_table(session)
    api.commit_node(session)
    task = api.get(session, "/tasks").json()["items"][-1]
    shown = api.client.get(task["links"]["disclosure"]).json()
    assert (shown["task_id"], shown["erased"], shown["sample_rows"]) == (task["task_id"], False, 0)
    (call,) = shown["calls"]
    assert (call["purpose"], call["model"], call["requests"]) == ("plan", "test", [])
    assert call["verified"] is None
    assert "not among" in call["note"]


def test_the_reading_of_a_file_disclosed_nothing(api: Api) -> None:
    session = api.open_session()
    api.give_table(session)
    task = api.get(session, "/tasks").json()["items"][0]["task_id"]
    assert api.client.get(f"/v1/tasks/{task}/disclosure").json()["calls"] == []


def test_a_turn_is_found_in_its_own_session_only(api: Api) -> None:
    session, other = api.open_session(), api.open_session()
    api.give_table(session)
    task = api.get(session, "/tasks").json()["items"][0]["task_id"]
    assert api.get(session, f"/turns/{task}/disclosure").status_code == 200
    assert_problem(api.get(other, f"/turns/{task}/disclosure"), 404, "task-unknown")
    assert_problem(api.get(uuid4(), f"/turns/{task}/disclosure"), 404, "session-unknown")
    assert_problem(api.client.get(f"/v1/tasks/{uuid4()}/disclosure"), 404, "task-unknown")
