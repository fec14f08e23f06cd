"""Consent over HTTP: given, looked at and withdrawn; without it, none."""

from uuid import uuid4

import pytest

from tests.http.api import Api, assert_problem


def test_consent_is_given_shown_and_withdrawn(api: Api) -> None:
    session = api.open_session()
    path = f"/v1/sessions/{session}/consent"
    assert api.client.get(path).json() == {"sample_rows": 0}
    assert api.get(session).json()["sample_rows"] == 0
    assert api.client.put(path, json={"sample_rows": 7}).json() == {"sample_rows": 7}
    assert api.get(session).json()["sample_rows"] == 7
    assert api.client.get("/v1/sessions").json()["items"][0]["sample_rows"] == 7
    assert api.client.delete(path).json() == {"sample_rows": 0}
    assert api.client.get(path).json() == {"sample_rows": 0}
    told = [e for e in api.get(session, "/history").json()["items"] if e["kind"] == "consent"]
    assert [entry["body"]["sample_rows"] for entry in told] == [7, 0]


def test_putting_0_withdraws_and_repeating_does_no_harm(api: Api) -> None:
    session = api.open_session()
    path = f"/v1/sessions/{session}/consent"
    api.client.put(path, json={"sample_rows": 20})
    for _ in range(2):
        assert api.client.put(path, json={"sample_rows": 0}).json() == {"sample_rows": 0}
        assert api.client.delete(path).status_code == 200
    assert api.version(session) == 3


@pytest.mark.parametrize("rows", [-1, 21, "many", "5", 5.5, True, None])
def test_a_sample_has_at_most_20_rows(api: Api, rows: object) -> None:
    session = api.open_session()
    refused = api.client.put(f"/v1/sessions/{session}/consent", json={"sample_rows": rows})
    assert_problem(refused, 422, "invalid-request")
    assert api.get(session).json()["sample_rows"] == 0


def test_a_whole_number_with_a_decimal_point_is_a_number_of_rows(api: Api) -> None:
    session = api.open_session()
    allowed = api.client.put(f"/v1/sessions/{session}/consent", json={"sample_rows": 5.0})
    assert allowed.json() == {"sample_rows": 5}


def test_a_closed_session_has_no_consent(api: Api) -> None:
    session = api.open_session()
    path = f"/v1/sessions/{session}/consent"
    api.client.put(path, json={"sample_rows": 3})
    api.client.post(f"/v1/sessions/{session}/close")
    assert api.client.get(path).json() == {"sample_rows": 0}
    assert_problem(api.client.put(path, json={"sample_rows": 3}), 409, "session-closed")


def test_there_is_no_consent_without_a_session(api: Api) -> None:
    path = f"/v1/sessions/{uuid4()}/consent"
    for answer in (
        api.client.get(path),
        api.client.delete(path),
        api.client.put(path, json={"sample_rows": 3}),
    ):
        assert_problem(answer, 404, "session-unknown")
