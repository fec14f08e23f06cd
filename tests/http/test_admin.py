"""Administration is the operator's, works in the background, and says how it goes."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from application.ports.progress import OnProgress, quietly
from application.ports.projections import Build, RebuildStalled
from application.ports.subscription import Batch
from application.projection_work import ProjectionWork
from infrastructure.postgres.projection_builds import PostgresProjections
from infrastructure.postgres.sequencing import PostgresSequencing
from infrastructure.postgres.subscription import PostgresSubscription
from infrastructure.system_clock import SystemClock
from interfaces.http.app import create_app
from interfaces.http.problem_kinds import TYPE_PREFIX
from interfaces.http.server import serving
from interfaces.service import Administration, Service
from tests.http.api import Api

TOKEN = "the operator's very own token"
PATHS = (
    ("GET", "/v1/admin/projections"),
    ("GET", "/v1/admin/projections/tasks"),
    ("POST", "/v1/admin/projections/tasks/rebuild"),
    ("POST", "/v1/admin/projections/tasks/verify"),
    ("POST", "/v1/admin/projections/tasks/rollback"),
    ("GET", "/v1/admin/sequencer"),
)


class HeldProjections(PostgresProjections):
    """Projections whose rebuild waits in the middle until it is let go, and may fail then."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.reached, self.released = Event(), Event()
        self.error: Exception | None = None

    def verify(self, name: str, on_progress: OnProgress = quietly) -> Build:
        on_progress(name, 1000, 5000)
        on_progress(name, 2000, 5000)
        self.reached.set()
        assert self.released.wait(20)
        if self.error is not None:
            raise self.error
        return super().verify(name, quietly)


@pytest.fixture
def projections(http_engine: Engine) -> HeldProjections:
    return HeldProjections(http_engine)


@pytest.fixture
def operator(
    service: Service, projections: HeldProjections, http_engine: Engine
) -> Iterator[TestClient]:
    """A client with the token."""
    clock = SystemClock()
    administration = Administration(
        token=TOKEN,
        work=ProjectionWork(projections, clock),
        sequencing=PostgresSequencing(http_engine),
        clock=clock,
    )
    with TestClient(create_app(replace(service, administration=administration))) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client
        projections.released.set()
        for name in projections.names():
            ended(client, name)


def ended(client: TestClient, name: str) -> dict[str, Any]:
    """The projection, once nobody works on it."""
    deadline = time.monotonic() + 90
    while True:
        answer = client.get(f"/v1/admin/projections/{name}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        if not body["is_running"]:
            assert "Retry-After" not in answer.headers
            return body
        assert answer.headers["Retry-After"] == "1"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def states(body: dict[str, Any]) -> Sequence[str]:
    return [build["state"] for build in body["builds"]]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_without_the_setting_nobody_administers(api: Api, method: str, path: str) -> None:
    answer = api.client.request(method, path, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 403
    assert answer.json()["type"] == TYPE_PREFIX + "administration-off"
    assert "DATATRAIL_ADMIN_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize(
    "header",
    [None, "Bearer", "Bearer ", "Bearer other", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"],
)
def test_without_the_token_nobody_administers(
    operator: TestClient, method: str, path: str, header: str | None
) -> None:
    del operator.headers["Authorization"]
    headers = {} if header is None else {b"Authorization": header.encode()}
    answer = operator.request(method, path, headers=headers)
    operator.headers["Authorization"] = f"Bearer {TOKEN}"
    assert answer.status_code == 401
    assert answer.json()["type"] == TYPE_PREFIX + "administrator-unknown"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert TOKEN not in answer.text


def test_a_token_may_have_any_letters(
    service: Service, http_engine: Engine, projections: HeldProjections
) -> None:
    token, clock = "für alle Fälle", SystemClock()
    administration = Administration(
        token=token,
        work=ProjectionWork(projections, clock),
        sequencing=PostgresSequencing(http_engine),
        clock=clock,
    )
    administered = replace(service, administration=administration)
    # A test client would send UTF-8 always.
    with serving(administered, host="127.0.0.1", port=0) as url, Client(base_url=url) as client:
        # As curl sends it, and as Python's own client does.
        for encoding in ("utf-8", "latin-1"):
            headers = {b"Authorization": f"Bearer {token}".encode(encoding)}
            assert client.get("/v1/admin/sequencer", headers=headers).status_code == 200


def test_projections_are_listed_with_their_builds(operator: TestClient, api: Api) -> None:
    api.open_session()
    items = operator.get("/v1/admin/projections").json()["items"]
    assert [item["name"] for item in items] == ["session_tree", "tasks"]
    for item in items:
        assert "live" in states(item)
        assert item["total_events"] >= 1


def test_a_projection_is_rebuilt_verified_and_rolled_back(
    operator: TestClient, projections: HeldProjections, api: Api
) -> None:
    projections.released.set()
    session_id = api.open_session()
    for verb in ("rebuild", "verify", "rollback"):
        answer = operator.post(f"/v1/admin/projections/session_tree/{verb}")
        assert answer.status_code == 202, answer.text
        assert answer.headers["Location"] == "/v1/admin/projections/session_tree"
        body = ended(operator, "session_tree")
        work = body["work"]
        assert (work["kind"], work["status"], work["error"]) == (verb, "succeeded", None)
        assert work["build"] in [build["number"] for build in body["builds"]]
    assert sorted(states(body)) == ["kept", "live", "verified"]
    assert api.client.get(f"/v1/sessions/{session_id}").status_code == 200


def test_differences_are_told(
    operator: TestClient, projections: HeldProjections, api: Api, http_engine: Engine
) -> None:
    projections.released.set()
    session_id = api.open_session()
    damage = text("UPDATE read_models.sessions SET version = 7 WHERE session_id = :id")
    with http_engine.begin() as connection:
        connection.execute(damage, {"id": session_id})
    operator.post("/v1/admin/projections/session_tree/rebuild")
    body = ended(operator, "session_tree")
    (live,) = [build for build in body["builds"] if build["state"] == "live"]
    assert live["differences"] == [{"table": "sessions", "rows": 1, "examples": [str(session_id)]}]
    assert api.client.get(f"/v1/sessions/{session_id}").json()["version"] == 1


def test_work_tells_its_pace_and_is_done_by_one_at_a_time(
    operator: TestClient, projections: HeldProjections
) -> None:
    operator.post("/v1/admin/projections/tasks/verify")
    assert projections.reached.wait(20)
    time.sleep(0.05)
    body = operator.get("/v1/admin/projections/tasks").json()
    assert body["is_running"]
    work = body["work"]
    assert (work["status"], work["events"], work["total_events"]) == ("running", 2000, 5000)
    assert 0 < work["events_per_second"] <= 1000 / 0.05
    assert work["seconds_left"] == pytest.approx(3000 / work["events_per_second"])
    for verb in ("rebuild", "verify"):
        answer = operator.post(f"/v1/admin/projections/tasks/{verb}")
        assert answer.status_code == 409
        assert answer.json()["type"] == TYPE_PREFIX + "projection-busy"
    projections.released.set()
    assert ended(operator, "tasks")["work"]["status"] == "succeeded"


def test_work_that_fails_says_why(operator: TestClient, projections: HeldProjections) -> None:
    projections.error = RebuildStalled("Something holds it up.")
    projections.released.set()
    operator.post("/v1/admin/projections/tasks/verify")
    work = ended(operator, "tasks")["work"]
    assert (work["status"], work["error"]) == ("failed", "Something holds it up.")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_fails_for_a_reason_of_its_own_gives_nothing_away(
    operator: TestClient, projections: HeldProjections
) -> None:
    projections.error = ZeroDivisionError("a secret")
    projections.released.set()
    operator.post("/v1/admin/projections/tasks/verify")
    work = ended(operator, "tasks")["work"]
    assert work["status"] == "failed"
    assert "secret" not in work["error"]


def test_what_is_unknown_or_impossible_is_refused(
    operator: TestClient, http_engine: Engine
) -> None:
    for method, verb in (("GET", ""), ("POST", "/rebuild"), ("POST", "/rollback")):
        answer = operator.request(method, f"/v1/admin/projections/{uuid4()}{verb}")
        assert answer.status_code == 404
        assert answer.json()["type"] == TYPE_PREFIX + "projection-unknown"
        assert "session_tree, tasks" in answer.json()["detail"]
    with http_engine.begin() as connection:
        connection.execute(text("DELETE FROM read_models.builds WHERE state = 'kept'"))
    answer = operator.post("/v1/admin/projections/tasks/rollback")
    assert answer.status_code == 409
    assert answer.json()["type"] == TYPE_PREFIX + "nothing-to-roll-back-to"


def test_the_sequencer_is_looked_at(operator: TestClient, api: Api, http_engine: Engine) -> None:
    api.open_session()
    reader = PostgresSubscription(http_engine, "reader")
    reader.acknowledge(Batch(events=(), position=7))
    body = operator.get("/v1/admin/sequencer").json()
    assert body["size"] + body["waiting"] >= 1
    assert body["passed_over"] == 0
    assert body["held_up_by"] == []
    assert {"name": "reader", "position": 7} in body["followers"]
