"""A request that is sent twice with one Idempotency-Key is done once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.http.api import Api, assert_problem


def test_a_repeated_message_is_one_task(api: Api) -> None:
    session_id, key = api.session_with_table(), {"Idempotency-Key": str(uuid4())}
    first = api.say(session_id, "sort by age", headers=key)
    version = api.version(session_id)
    again = api.say(session_id, "sort by age", headers=key)
    assert (again.status_code, again.json()) == (202, first.json())
    assert api.version(session_id) == version


def test_a_repeated_upload_is_one_task(api: Api) -> None:
    session_id, key = api.open_session(), {"Idempotency-Key": str(uuid4())}
    first = api.upload(session_id, headers=key)
    again = api.upload(session_id, headers=key)
    assert (again.status_code, again.json()) == (202, first.json())
    assert api.version(session_id) == 2


def test_uploads_at_the_same_time_are_one_task(api: Api) -> None:
    session_id, key = api.open_session(), {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: api.upload(session_id, headers=key), range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert api.version(session_id) == 2


def test_a_key_is_not_taken_for_another_request(api: Api) -> None:
    session_id, key = api.session_with_table(), {"Idempotency-Key": str(uuid4())}
    assert api.say(session_id, "sort by age", headers=key).status_code == 202
    before = api.version(session_id), api.files()
    for answer in (
        api.say(session_id, "sort by name", headers=key),
        api.upload(session_id, headers=key),
    ):
        assert_problem(answer, 422, "idempotency-key-reused")
    assert (api.version(session_id), api.files()) == before


def test_of_several_requests_at_once_with_one_key_one_is_taken(api: Api) -> None:
    session_id, key = api.session_with_table(), {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda age: api.say(session_id, f"drop {age}", headers=key), range(8))
        )
    assert sorted(answer.status_code for answer in answers) == [202] + [422] * 7


def test_a_key_counts_within_its_session_even_when_sessions_use_it_at_once(api: Api) -> None:
    sessions, key = [api.session_with_table() for _ in range(4)], {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(4) as threads:
        answers = list(
            threads.map(lambda each: api.say(each, "sort by age", headers=key), sessions)
        )
    assert [answer.status_code for answer in answers] == [202] * 4
    assert len({answer.json()["task_id"] for answer in answers}) == 4


def test_another_file_under_the_same_key_is_refused(api: Api) -> None:
    session_id, key = api.open_session(), {"Idempotency-Key": str(uuid4())}
    assert api.upload(session_id, headers=key).status_code == 202
    before = api.files()
    answer = api.upload(session_id, b"x,y\n1,2\n", headers=key)
    assert_problem(answer, 422, "idempotency-key-reused")
    assert api.files() == before


def test_a_key_that_is_no_uuid_is_refused(api: Api) -> None:
    session_id = api.session_with_table()
    before = api.version(session_id)
    answer = api.say(session_id, "sort by age", headers={"Idempotency-Key": "again"})
    problem = assert_problem(answer, 422, "invalid-request")
    assert problem["errors"][0]["field"] == "idempotency-key"
    assert api.version(session_id) == before
