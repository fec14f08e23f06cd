"""Closing a session and erasing a subject, over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from application.ports.subject_keys import SubjectKeysUnavailable
from tests.fakes import KEYS
from tests.http.api import Api, assert_problem

FILE = "Ann Other's list.csv"
MESSAGE = "drop the row of Ann Other"
SECRETS = ("Ann Other", "Annual title")


def a_told_session(api: Api, subject_id: UUID) -> UUID:
    """A session about the subject, with a table, a node and a message that waits."""
    body = {"title": "Annual title", "subject_id": str(subject_id)}
    opened = api.client.post("/v1/sessions", json=body)
    assert opened.status_code == 201, opened.text
    assert opened.json()["subject_id"] == str(subject_id)
    session_id = UUID(opened.json()["session_id"])
    api.give_table(session_id, name=FILE)
    api.commit_node(session_id, MESSAGE)
    unanswered = UUID(api.say(session_id, MESSAGE).json()["task_id"])
    api.work_off(session_id, unanswered, detail=f"No answer to: {MESSAGE}")
    api.say(session_id, MESSAGE)
    return session_id


def everything(api: Api, session_id: UUID) -> str:
    """All that can be asked about a session."""
    tasks = api.get(session_id, "/tasks").json()["items"]
    nodes = api.get(session_id, "/nodes").json()["items"]
    answers = [
        api.client.get("/v1/sessions", params={"limit": 500}),
        *(api.get(session_id, path) for path in ("", "/history", "/nodes", "/tasks", "/events")),
        *(api.client.get(f"/v1/tasks/{task['task_id']}") for task in tasks),
        *(api.client.get(f"/v1/tasks/{task['task_id']}/executions") for task in tasks),
        *(api.get(session_id, f"/nodes/{node['node_id']}") for node in nodes),
        api.get(session_id, "/nodes/current/export", params={"format": "csv"}),
    ]
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(f"{dict(answer.headers)}\n{answer.text}" for answer in answers)


def erase(api: Api, subject_id: UUID) -> Any:
    answer = api.client.delete(f"/v1/subjects/{subject_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_session_without_a_subject_is_a_subject_of_its_own(api: Api) -> None:
    session_id = api.open_session()
    session = api.get(session_id).json()
    assert session["subject_id"] == str(session_id)
    assert (session["closed"], session["erased"]) == (False, False)


def test_no_text_of_an_erased_subject_is_answered_any_more(api: Api) -> None:
    subject_id = uuid4()
    sessions = [a_told_session(api, subject_id), a_told_session(api, subject_id)]
    assert all(secret in everything(api, sessions[0]) for secret in SECRETS)
    erased = erase(api, subject_id)
    assert erased == {"subject_id": str(subject_id), "sessions": [str(each) for each in sessions]}
    for session_id in sessions:
        said = everything(api, session_id)
        assert not any(secret in said for secret in SECRETS)
        session = api.get(session_id).json()
        assert (session["title"], session["erased"]) == ("erased", True)
        assert session["dataset"]["file_name"] == "erased"


def test_the_work_that_waited_has_failed_and_says_why(api: Api) -> None:
    session_id = a_told_session(api, uuid4())
    erase(api, UUID(api.get(session_id).json()["subject_id"]))
    last = api.get(session_id, "/tasks").json()["items"][-1]
    assert (last["status"], last["reason"]) == ("failed", "personal_data_erased")
    assert "was erased" in last["detail"]


def test_the_tables_of_an_erased_subject_can_still_be_used(api: Api) -> None:
    subject_id = uuid4()
    session_id = a_told_session(api, subject_id)
    erase(api, subject_id)
    root, child = (node["node_id"] for node in api.get(session_id, "/nodes").json()["items"])
    path = f"/v1/sessions/{session_id}"
    assert api.client.post(f"{path}/undo").json()["pointer"] == root
    assert api.client.post(f"{path}/redo").json()["pointer"] == child
    moved = api.client.post(f"{path}/rollback", json={"node_id": root})
    assert moved.json()["pointer"] == root
    exported = api.get(session_id, "/nodes/current/export", params={"format": "csv"})
    assert exported.text.startswith("name,age")
    assert "erased" in exported.headers["content-disposition"]


def test_an_erased_session_takes_no_message_and_no_file(api: Api) -> None:
    subject_id, other = uuid4(), uuid4()
    session_id = a_told_session(api, subject_id)
    empty = UUID(
        api.client.post("/v1/sessions", json={"subject_id": str(other)}).json()["session_id"]
    )
    erase(api, subject_id)
    erase(api, other)
    files = api.files()
    assert_problem(api.say(session_id, "more"), 409, "session-erased")
    assert_problem(api.upload(empty, b"a,b\n1,2\n"), 409, "session-erased")
    assert api.files() == files


def test_a_new_session_is_not_opened_about_an_erased_subject(api: Api) -> None:
    subject_id = uuid4()
    a_told_session(api, subject_id)
    erase(api, subject_id)
    again = api.client.post("/v1/sessions", json={"subject_id": str(subject_id)})
    assert_problem(again, 409, "subject-erased")


def test_erasing_twice_answers_the_same_and_appends_nothing(api: Api) -> None:
    subject_id = uuid4()
    session_id = a_told_session(api, subject_id)
    first = erase(api, subject_id)
    version = api.version(session_id)
    assert erase(api, subject_id) == first
    assert api.version(session_id) == version


@pytest.mark.parametrize("subject", ["0197a3f1-9c1e-7b02-8d53-2a4f6b7c8d9e", "Ann Other"])
def test_a_subject_that_nobody_knows_is_not_erased(api: Api, subject: str) -> None:
    problem = assert_problem(api.client.delete(f"/v1/subjects/{subject}"), 404, "subject-unknown")
    assert "subject_id" in problem["detail"]


@pytest.mark.parametrize("subject", ["Ann Other", 7, "", ["x"]])
def test_a_subject_that_is_no_id_is_refused(api: Api, subject: object) -> None:
    answer = api.client.post("/v1/sessions", json={"subject_id": subject})
    problem = assert_problem(answer, 422, "invalid-request")
    assert problem["errors"][0]["field"] == "subject_id"
    assert "Ann Other" not in answer.text


def test_a_request_repeated_after_the_erasure_returns_its_task_without_its_text(api: Api) -> None:
    session_id, message, upload = api.open_session(), uuid4(), uuid4()
    uploaded = api.upload(session_id, name=FILE, headers={"Idempotency-Key": str(upload)})
    asked = api.say(session_id, MESSAGE, headers={"Idempotency-Key": str(message)})
    erase(api, session_id)
    version = api.version(session_id)
    for first, again in (
        (uploaded, api.upload(session_id, name=FILE, headers={"Idempotency-Key": str(upload)})),
        (asked, api.say(session_id, MESSAGE, headers={"Idempotency-Key": str(message)})),
    ):
        assert again.status_code == 202
        assert again.json()["task_id"] == first.json()["task_id"]
        assert again.json()["reason"] == "personal_data_erased"
        assert "Ann" not in again.text
    assert api.version(session_id) == version


def test_keys_out_of_reach_are_said_to_be_so_and_nothing_reads_as_erased(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unreachable(_subject_id: UUID) -> bytes:
        raise SubjectKeysUnavailable("the key directory /secret/place does not serve")

    session_id = a_told_session(api, uuid4())
    for name in ("find", "obtain", "is_destroyed", "destroy"):
        monkeypatch.setattr(KEYS, name, unreachable)
    for answer in (
        api.get(session_id),
        api.get(session_id, "/history"),
        api.say(session_id, "Ann Other again"),
        api.client.post("/v1/sessions", json={"title": "Ann Other"}),
        api.client.delete(f"/v1/subjects/{session_id}"),
    ):
        problem = assert_problem(answer, 503, "unavailable")
        assert "erased" not in answer.text
        assert "secret" not in answer.text
        assert problem["detail"]
    assert "Ann Other" not in caplog.text
    monkeypatch.undo()
    assert api.get(session_id).json()["title"] == "Annual title"


def test_a_closed_session_is_read_and_exported_but_never_changed(api: Api) -> None:
    session_id = api.session_with_table()
    path = f"/v1/sessions/{session_id}"
    node_id = api.get(session_id).json()["pointer"]
    assert api.client.post(f"{path}/close").json()["closed"] is True
    version = api.version(session_id)
    assert api.client.post(f"{path}/close").json()["version"] == version
    for refused in (
        api.say(session_id, "more"),
        api.upload(session_id),
        api.client.post(f"{path}/undo"),
        api.client.post(f"{path}/redo"),
        api.client.post(f"{path}/rollback", json={"node_id": node_id}),
    ):
        assert_problem(refused, 409, "session-closed")
    assert api.version(session_id) == version
    assert api.get(session_id, "/nodes/current/rows").status_code == 200


def test_a_session_with_unfinished_work_is_not_closed(api: Api) -> None:
    session_id = api.session_with_table()
    api.say(session_id, "sort by age")
    problem = assert_problem(
        api.client.post(f"/v1/sessions/{session_id}/close"), 409, "work-unfinished"
    )
    assert "1 of the session's tasks" in problem["detail"]


def test_a_session_that_is_not_there_is_not_closed(api: Api) -> None:
    assert_problem(api.client.post(f"/v1/sessions/{uuid4()}/close"), 404, "session-unknown")


def test_a_closed_session_can_be_erased(api: Api) -> None:
    session_id = api.session_with_table(name=FILE)
    api.client.post(f"/v1/sessions/{session_id}/close")
    erase(api, session_id)
    session = api.get(session_id).json()
    assert (session["closed"], session["erased"]) == (True, True)
    assert session["dataset"]["file_name"] == "erased"
