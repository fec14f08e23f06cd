"""How files are read: said at the upload, reported, and asked for in another way."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.http.api import Api, assert_problem

AMBIGUOUS = b"when;amount\n01/02/2024;1,5\n03/04/2024;2,25\n"


def read_again(api: Api, session_id: UUID, parse: dict[str, Any], **more: Any) -> Any:
    return api.client.post(f"/v1/sessions/{session_id}/reparse", json=parse, **more)


def parse_of(api: Api, session_id: UUID, node: str = "current") -> dict[str, Any]:
    found: dict[str, Any] = api.get(session_id, f"/nodes/{node}/parse").json()
    return found


def test_what_is_given_with_an_upload_is_obeyed(api: Api) -> None:
    session_id = api.open_session()
    given = json.dumps({"delimiter": "", "header_rows": 1, "types": {"a,b": "text"}})
    answer = api.upload(session_id, b"a,b\n1,2\n", data={"parse": given})
    assert answer.status_code == 202, answer.text
    api.ingest(session_id)
    assert api.get(session_id, "/nodes/current/rows").json()["columns"] == ["a,b"]
    parse = parse_of(api, session_id)["parse"]
    assert parse["delimiter"] is None
    assert parse["interpretation"]["types"] == {"a,b": "text"}


@pytest.mark.parametrize(
    ("parse", "place"),
    [
        ("[]", "parse"),
        ('{"delimeter": ";"}', "parse.delimeter"),
        ('{"encoding": "klingon"}', "parse.encoding"),
        ('{"encoding": "zip"}', "parse.encoding"),
        ('{"delimiter": "\\n"}', "parse.delimiter"),
        ('{"quote": ",", "delimiter": ","}', "parse"),
        ('{"preamble_lines": -1}', "parse.preamble_lines"),
        ('{"decimal": ";"}', "parse.decimal"),
        ('{"types": {"a": "colour"}}', "parse.types.a"),
    ],
)
def test_what_cannot_be_given_is_a_problem_that_names_its_place(
    api: Api, parse: str, place: str
) -> None:
    session_id = api.open_session()
    problem = assert_problem(api.upload(session_id, data={"parse": parse}), 422, "invalid-request")
    if place == "parse.delimeter":
        assert problem["detail"].endswith("There is no such member. Is 'delimiter' meant?")
    assert place in json.dumps(problem).replace('", "', ".")
    assert api.get(session_id).json()["dataset"] is None


def test_a_parse_that_is_no_json_is_a_problem(api: Api) -> None:
    answer = api.upload(api.open_session(), data={"parse": "{"})
    problem = assert_problem(answer, 400, "malformed-json")
    assert problem["detail"].startswith("The form's field 'parse' is not JSON: ")
    assert "character" not in problem["detail"]


def test_a_form_s_field_that_nobody_knows_is_a_problem(api: Api) -> None:
    session_id = api.open_session()
    answer = api.upload(session_id, data={"delimiter": ";"})
    assert "'delimiter'" in assert_problem(answer, 400, "malformed-form")["detail"]
    assert api.get(session_id).json()["dataset"] is None


def test_letters_that_look_as_though_encoded_twice_are_kept_when_the_file_is_read_again(
    api: Api,
) -> None:
    session_id = api.session_with_table("name,n\nM\u00c3\u00bcller,1\n".encode())
    repairs = parse_of(api, session_id)["report"]["repairs"]
    assert "mend_letters = false" in repairs[0]["message"]
    assert read_again(api, session_id, {"mend_letters": False}).status_code == 202
    api.ingest(session_id)
    reading = parse_of(api, session_id)
    assert (reading["parse"]["mend_letters"], reading["report"]["repairs"]) == (False, [])
    rows = api.get(session_id, "/nodes/current/rows").json()["rows"]
    assert rows[0][0] == "M\u00c3\u00bcller"


def test_a_root_node_has_a_report_without_cells(api: Api) -> None:
    session_id = api.session_with_table(AMBIGUOUS)
    reading = parse_of(api, session_id)
    assert reading["parse"]["delimiter"] == ";"
    assert reading["report"]["rows"] == 2
    assert [column["name"] for column in reading["report"]["columns"]] == ["when", "amount"]
    assert "2,25" not in json.dumps(reading)


def test_a_file_is_read_in_another_way_into_a_new_root(api: Api) -> None:
    session_id = api.session_with_table(b"a,b\n1,2\n")
    first = api.get(session_id).json()["pointer"]
    answer = read_again(api, session_id, {"header_rows": 0})
    assert answer.status_code == 202, answer.text
    api.ingest(session_id)
    second = api.get(session_id).json()["pointer"]
    nodes = {node["node_id"]: node for node in api.get(session_id, "/nodes").json()["items"]}
    assert set(nodes) == {first, second}
    assert nodes[second]["parent_id"] is None
    assert nodes[second]["branch"] != nodes[first]["branch"]
    assert api.get(session_id, "/nodes/current/rows").json()["total"] == 2
    assert parse_of(api, session_id, first)["parse"]["header_rows"] == 1
    assert parse_of(api, session_id, second)["parse"]["header_rows"] == 0
    assert api.get(session_id).json()["dataset"]["parse"]["header_rows"] == 0


def test_reading_again_with_the_same_key_happens_once(api: Api) -> None:
    session_id = api.session_with_table()
    key = {"Idempotency-Key": str(uuid4())}
    first = read_again(api, session_id, {"header_rows": 0}, headers=key)
    again = read_again(api, session_id, {"header_rows": 0}, headers=key)
    assert first.json()["task_id"] == again.json()["task_id"]
    other = read_again(api, session_id, {"header_rows": 2}, headers=key)
    assert_problem(other, 422, "idempotency-key-reused")


def test_a_file_is_not_read_again_while_the_session_is_at_work(api: Api) -> None:
    session_id = api.session_with_table()
    api.say(session_id, "sort by age")
    assert_problem(read_again(api, session_id, {}), 409, "work-unfinished")


def test_without_a_file_there_is_nothing_to_read_again(api: Api) -> None:
    assert_problem(read_again(api, api.open_session(), {}), 409, "dataset-missing")
