"""What goes wrong on our side: the client learns what to do, the operator's log why."""

import errno
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from application.handle import SessionBusy
from application.ports.event_log import LogUnavailable
from application.ports.object_store import ObjectStoreUnavailable
from domain.session.errors import SessionError
from infrastructure.events.errors import UnknownEventType
from interfaces.http.app import create_app
from interfaces.http.problem_kinds import CATALOGUE
from interfaces.http.problems import KINDS
from tests.http.api import Api, assert_problem

SECRET = "postgres at 10.1.2.3 refused password hunter2"


def _subclasses(cls: type[Exception]) -> Iterator[type[Exception]]:
    for each in cls.__subclasses__():
        yield each
        yield from _subclasses(each)


@pytest.mark.parametrize("error_class", list(_subclasses(SessionError)))
def test_every_refusal_of_a_session_has_a_problem(error_class: type[Exception]) -> None:
    assert error_class in KINDS


def test_types_of_problems_are_distinct_and_listed(api: Api) -> None:
    listed = api.client.get("/v1/problems").json()["items"]
    types = [item["type"] for item in listed]
    assert len(set(types)) == len(types) == len(CATALOGUE)
    assert all(item["title"] and item["advice"] for item in listed)


@pytest.mark.parametrize("where", ["form", "copy"])
def test_an_upload_that_finds_no_room_can_be_sent_again(
    api: Api, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = "starlette.requests.Request.form" if where == "form" else "shutil.copyfileobj"
    session_id = api.open_session()
    with monkeypatch.context() as patched:
        patched.setattr(target, full)
        assert_problem(api.upload(session_id), 503, "unavailable")
    assert api.upload(session_id).status_code == 202


def test_an_unexpected_failure_tells_the_client_an_id_and_the_log_the_cause(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(api.service.read_models, "session", fail)
    with caplog.at_level(logging.ERROR):
        response = api.client.get(f"/v1/sessions/{uuid4()}")
    problem = assert_problem(response, 500, "internal")
    assert "hunter2" not in response.text
    assert problem["correlation_id"] in problem["detail"]
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.exc_info is not None
    assert SECRET in str(record.exc_info[1])
    assert vars(record)["correlation_id"] == problem["correlation_id"]


def test_an_outage_says_when_to_come_back_and_names_no_hosts(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise LogUnavailable(SECRET)

    monkeypatch.setattr(api.service.log, "read", fail)
    response = api.client.post(f"/v1/sessions/{uuid4()}/undo")
    assert_problem(response, 503, "unavailable")
    assert int(response.headers["retry-after"]) > 0
    assert "hunter2" not in response.text


def test_an_event_of_a_newer_version_is_told_apart_from_a_defect(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise UnknownEventType("DreamDreamt", 1)

    monkeypatch.setattr(api.service.log, "read", fail)
    for answer in (
        api.get(session_id := uuid4(), "/events"),
        api.client.post(f"/v1/sessions/{session_id}/undo"),
    ):
        problem = assert_problem(answer, 500, "log-unreadable")
        assert "'DreamDreamt' of version 1" in problem["detail"]
        assert "update Datatrail" in problem["detail"]


def test_a_session_that_others_keep_changing_is_busy(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = api.session_with_table()

    def fail(*_: object, **__: object) -> NoReturn:
        raise SessionBusy(session_id)

    monkeypatch.setattr(api.service.handler, "handle", fail)
    response = api.say(session_id, "sort by age")
    assert_problem(response, 503, "session-busy")
    assert response.headers["retry-after"]


def test_storage_that_fails_during_an_upload_leaves_nothing_behind(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = api.open_session()

    def fail(*_: object, **__: object) -> NoReturn:
        raise ObjectStoreUnavailable(SECRET)

    monkeypatch.setattr(api.service.artifacts, "keep", fail)
    assert_problem(api.upload(session_id), 503, "unavailable")
    assert api.version(session_id) == 1
    assert api.files() == []


@pytest.mark.parametrize("harm", ["unlink", "write"])
@pytest.mark.parametrize("kind", ["manifests", "columns"])
@pytest.mark.parametrize("path", ["rows", "rows?sort=age", "export?format=csv"])
def test_a_lost_or_damaged_snapshot_is_named_and_never_served(
    api: Api, harm: str, kind: str, path: str
) -> None:
    session_id = api.session_with_table()
    (snapshot,) = (api.directory / "objects" / kind).iterdir()
    _harm(snapshot, harm)
    before = api.files()
    response = api.get(session_id, f"/nodes/current/{path}")
    problem = assert_problem(response, 500, "artifact-lost")
    assert snapshot.name in problem["detail"]
    assert api.files() == before


def _harm(file: Path, harm: str) -> None:
    if harm == "unlink":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"!")


def test_readiness_names_the_parts_that_do_not_answer(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    assert api.client.get("/health/ready").json() == {
        "status": "ok",
        "checks": {"database": "ok", "storage": "ok"},
    }

    def fail() -> NoReturn:
        raise ObjectStoreUnavailable("the bucket does not serve")

    service = replace(api.service, checks={**api.service.checks, "storage": fail})
    client = TestClient(create_app(service))
    problem = assert_problem(client.get("/health/ready"), 503, "not-ready")
    assert problem["checks"] == {"database": "ok", "storage": "the bucket does not serve"}
    assert "storage" in problem["detail"]
    assert client.get("/health/live").status_code == 200
    # Probes come every few seconds: an outage is a line of the log, and not the way to it.
    (told,) = [each for each in caplog.records if "readiness" in each.message]
    assert (told.exc_info, vars(told)["outage"]) == (None, "the bucket does not serve")


def test_info_tells_versions_parts_and_limits(api: Api) -> None:
    info = api.client.get("/v1/info").json()
    assert info["name"] == "datatrail"
    assert (info["model"], info["broker"], info["storage"]) == (
        "built-in planner",
        "in-process",
        "local",
    )
    assert info["limits"]["upload_bytes"] == api.service.max_upload_bytes
    assert info["limits"]["message_characters"] == 10_000
