"""A file that cannot be taken is refused with a word for why, and leaves no trace."""

import asyncio
from itertools import chain, repeat
from typing import Any
from uuid import uuid4

import pytest
from starlette.types import Message

from application.ports.tables import UnreadableTable
from interfaces.http.app import create_app
from interfaces.http.body_limit import FORM_OVERHEAD_BYTES
from tests.http.api import CSV, Api, assert_problem
from tests.http.conftest import MAX_UPLOAD_BYTES

MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'

BAD_UPLOADS: dict[str, tuple[dict[str, Any], int, str]] = {
    "an empty file": ({"files": {"file": ("a.csv", b"")}}, 422, "file-empty"),
    "a picture": (
        {"files": {"file": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))}},
        415,
        "file-not-a-table",
    ),
    "a wrong extension": ({"files": {"file": ("a.png", CSV)}}, 415, "file-wrong-extension"),
    "a broken workbook": (
        {"files": {"file": ("a.parquet", b"PAR1" + b"\0" * 50 + b"PAR1")}},
        422,
        "file-malformed",
    ),
    "a file that is too large": (
        {"files": {"file": ("a.csv", b"a,b\n" * (MAX_UPLOAD_BYTES // 4) + b"a")}},
        413,
        "file-too-large",
    ),
    "a body that is far too large": (
        {"files": {"file": ("a.csv", b"a,b\n" * MAX_UPLOAD_BYTES)}},
        413,
        "file-too-large",
    ),
    "another field": ({"files": {"table": ("a.csv", CSV)}}, 422, "file-missing"),
    "text in the place of a file": (
        {"data": {"file": "a,b"}, "files": {"other": ("a.csv", CSV)}},
        422,
        "file-missing",
    ),
    "no file name": (
        {"content": PART.replace(b"a.csv", b"") + CSV + b"\r\n--x--\r\n", "headers": MULTIPART},
        422,
        "file-missing",
    ),
    "a name that is a directory": ({"files": {"file": ("../..", CSV)}}, 422, "file-missing"),
    "a name with control characters": (
        {
            "content": PART.replace(b"a.csv", b"a\x01.csv") + CSV + b"\r\n--x--\r\n",
            "headers": MULTIPART,
        },
        422,
        "file-name-invalid",
    ),
    "a very long name": ({"files": {"file": ("a" * 300 + ".csv", CSV)}}, 422, "file-name-invalid"),
    "two files": (
        {"files": [("file", ("a.csv", CSV)), ("file", ("b.csv", CSV))]},
        400,
        "malformed-form",
    ),
    "no form": ({"json": {"file": "a"}}, 415, "unsupported-media-type"),
    "nothing": ({}, 415, "unsupported-media-type"),
    "a form without a boundary": (
        {"content": CSV, "headers": {"Content-Type": "multipart/form-data"}},
        400,
        "malformed-form",
    ),
    "a form that is none": ({"content": CSV, "headers": MULTIPART}, 400, "malformed-form"),
    "a name in halves of characters": (
        {
            "content": PART.replace(b"a.csv", rb"a\ud800.csv") + CSV + b"\r\n--x--\r\n",
            "headers": {"Content-Type": MULTIPART["Content-Type"] + "; charset=unicode_escape"},
        },
        422,
        "file-name-invalid",
    ),
    "a charset that no text has": (
        {
            "content": PART + CSV + b"\r\n--x--\r\n",
            "headers": {"Content-Type": MULTIPART["Content-Type"] + "; charset=undefined"},
        },
        400,
        "malformed-form",
    ),
}


@pytest.mark.parametrize(("request_", "status", "slug"), BAD_UPLOADS.values(), ids=BAD_UPLOADS)
def test_a_bad_upload_is_a_problem_and_leaves_nothing_behind(
    api: Api, request_: dict[str, Any], status: int, slug: str
) -> None:
    session_id = api.open_session()
    response = api.client.post(f"/v1/sessions/{session_id}/uploads", **request_)
    assert_problem(response, status, slug)
    assert api.version(session_id) == 1
    assert api.files() == []


def test_a_refused_file_does_not_use_up_the_session(api: Api) -> None:
    session_id = api.open_session()
    assert_problem(api.upload(session_id, b""), 422, "file-empty")
    assert api.upload(session_id).status_code == 202


def test_an_endless_upload_is_read_up_to_the_limit_and_no_further(api: Api) -> None:
    session_id, taken, answered = api.open_session(), 0, []
    parts = chain([PART], repeat(b"a,b\n" * 250))

    async def receive() -> Message:
        nonlocal taken
        body = next(parts)
        taken += len(body)
        return {"type": "http.request", "body": body, "more_body": True}

    async def send(message: Message) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/v1/sessions/{session_id}/uploads",
        "query_string": b"",
        "headers": [(b"content-type", MULTIPART["Content-Type"].encode())],
    }
    asyncio.run(create_app(api.service)(scope, receive, send))
    assert answered[0]["status"] == 413
    assert taken <= MAX_UPLOAD_BYTES + FORM_OVERHEAD_BYTES + 1000
    assert api.files() == []


def test_a_file_of_exactly_the_limit_is_taken(api: Api) -> None:
    content = b"a,b\n" + b"1,2\n" * (MAX_UPLOAD_BYTES // 4 - 1)
    assert len(content) == MAX_UPLOAD_BYTES
    assert api.upload(api.open_session(), content).status_code == 202


def test_an_unknown_session_is_refused_before_the_file_is_read(api: Api) -> None:
    assert_problem(api.upload(uuid4(), b"a" * 3 * MAX_UPLOAD_BYTES), 404, "session-unknown")
    assert api.files() == []


def test_a_second_dataset_is_refused(api: Api) -> None:
    session_id = api.session_with_table()
    before = api.version(session_id), api.files()
    assert_problem(api.upload(session_id, b"x,y\n1,2\n"), 409, "dataset-present")
    assert (api.version(session_id), api.files()) == before


def test_a_reason_that_nobody_mapped_is_still_a_problem_of_the_file(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inspect(_source: object, _file_name: str, _given: object) -> None:
        raise UnreadableTable("on_fire", "The file is on fire. Put it out.")

    monkeypatch.setattr(api.service.tables, "inspect", inspect)
    problem = assert_problem(api.upload(api.open_session()), 422, "file-unreadable")
    assert problem["reason"] == "on_fire"
    assert problem["detail"] == "The file is on fire. Put it out."


def test_a_path_in_the_file_name_is_left_out(api: Api) -> None:
    session_id = api.session_with_table(name="C:\\data\\..\\päople.csv")
    assert api.get(session_id).json()["dataset"]["file_name"] == "päople.csv"
