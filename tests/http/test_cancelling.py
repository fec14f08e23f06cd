"""Cancelling a task over HTTP."""

from uuid import UUID, uuid4

from tests.http.api import Api, assert_problem


def cancel(api: Api, task_id: str) -> dict[str, object]:
    """The task that was cancelled, as the answer shows it."""
    response = api.client.post(f"/v1/tasks/{task_id}/cancel")
    assert response.status_code == 202, response.text
    assert response.headers["location"] == f"/v1/tasks/{task_id}"
    task: dict[str, object] = response.json()
    assert task == api.client.get(f"/v1/tasks/{task_id}").json()
    return task


def test_a_message_that_waits_is_cancelled_at_once_and_twice_is_no_more(api: Api) -> None:
    session_id = api.session_with_table()
    before = api.get(session_id).json()["pointer"]
    task_id = api.say(session_id, "drop everything").json()["task_id"]
    task = cancel(api, task_id)
    assert (task["status"], task["reason"]) == ("cancelled", "cancelled")
    version = api.version(session_id)
    assert cancel(api, task_id) == task
    assert api.version(session_id) == version
    assert api.get(session_id).json()["pointer"] == before
    assert "retry-after" not in api.client.post(f"/v1/tasks/{task_id}/cancel").headers


def test_an_upload_that_is_cancelled_leaves_room_for_another(api: Api) -> None:
    session_id = api.open_session()
    task = cancel(api, api.upload(session_id).json()["task_id"])
    assert (task["kind"], task["status"]) == ("ingest", "cancelled")
    assert api.get(session_id).json()["dataset"] is None
    api.give_table(session_id)
    assert len(api.get(session_id, "/nodes").json()["items"]) == 1


def test_what_is_done_is_not_cancelled(api: Api) -> None:
    session_id = api.session_with_table()
    task_id = UUID(api.say(session_id, "leave it").json()["task_id"])
    api.work_off(session_id, task_id)
    assert_problem(api.client.post(f"/v1/tasks/{task_id}/cancel"), 409, "task-done")


def test_a_task_that_is_not_there_is_not_cancelled(api: Api) -> None:
    assert_problem(api.client.post(f"/v1/tasks/{uuid4()}/cancel"), 404, "task-unknown")
    assert_problem(api.client.post("/v1/tasks/nonsense/cancel"), 404, "task-unknown")
