"""`datatrail archive`, beside a service that runs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.cli.command_line import CommandLine
from tests.e2e.conversation import Conversation
from tests.e2e.deployments import DatatrailProcess

TABLE = b"name,age\nAnn,31\nBob,\n"


class Service:
    """A running service over `home`, with a session that is closed and one that is not."""

    def __init__(self, directory: Path) -> None:
        self.home = directory / "home"
        environment = {"DATATRAIL_HOME": str(self.home)}
        self.process = DatatrailProcess(
            "up", "--port", "0", env=environment, log=directory / "up.log"
        )
        self.client = httpx.Client(base_url=self.process.url(), timeout=60)
        self.open = self._conversation("Open")
        self.closed = self._conversation("Closed")
        assert self.client.post(f"{self.closed.path}/close").is_success

    def everything(self) -> list[Any]:
        """All that the API says of the closed session."""
        parts = ("", "/events?limit=500", "/nodes", "/history", "/tasks", "/nodes/current/rows")
        answers = [self.client.get(self.closed.path + part) for part in parts]
        assert all(answer.is_success for answer in answers)
        return [self.client.get("/v1/sessions").json(), *(answer.json() for answer in answers)]

    def _conversation(self, title: str) -> Conversation:
        conversation = Conversation(self.client, title)
        conversation.upload("people.csv", TABLE)
        conversation.say("drop rows with missing age")
        return conversation


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("archive"))
    yield service
    service.client.close()
    service.process.stop()


@pytest.fixture
def beside(datatrail: CommandLine, service: Service) -> CommandLine:
    """`datatrail`, with the home of the service that is running."""
    datatrail.set(home=str(service.home))
    return datatrail


def test_a_session_that_is_open_or_unknown_or_no_session_is_refused(
    beside: CommandLine, service: Service
) -> None:
    for session in (service.open.session_id, str(uuid4()), "yesterday"):
        ended = beside("archive", session)
        assert (ended.code, session in ended.out + ended.err) == (1, True), ended
    assert beside("archive").code != 0
    assert not (service.home / "objects" / "archives").exists()


def test_what_no_event_names_is_collected_beside_the_running_service(
    beside: CommandLine, service: Service
) -> None:
    left = service.home / "objects" / "columns" / ("0" * 64)
    left.write_bytes(b"left by a crash")
    os.utime(left, (1, 1))
    before = service.everything()

    assert "Found 1 object" in beside("collect").out
    assert left.exists()
    assert "Removed 1 object" in beside("collect", "--delete").out
    assert not left.exists()
    assert beside("collect", "--older-than", "0.5").code != 0
    assert service.everything() == before


def test_archived_sessions_are_served_as_before(beside: CommandLine, service: Service) -> None:
    before = service.everything()

    nothing = beside("archive", "--closed-before", "2020-01-01")
    assert "Archived 0 sessions" in nothing.out
    ended = beside("archive", "--closed-before", "2100-01-01")

    assert ended.code == 0, ended.err
    (file,) = (service.home / "objects" / "archives").iterdir()
    assert f"{service.closed.session_id}: " in ended.out
    assert file.name in ended.out
    assert "Archived 1 session, " in ended.out
    assert service.everything() == before
    events = beside("events", service.closed.session_id, "--json")
    assert [json.loads(line) for line in events.out.splitlines()] == before[2]["items"]
    assert "archived already" in beside("archive", service.closed.session_id).out


def test_a_session_that_cannot_be_archived_keeps_no_other_from_it(
    beside: CommandLine, service: Service
) -> None:
    ended = beside("archive", service.open.session_id, service.closed.session_id)

    assert ended.code == 1
    assert f"{service.open.session_id}: not archived: session" in ended.out
    assert "close it with POST" in ended.out
    assert f"\n{service.closed.session_id}: " in ended.out
    assert "1 session could not be archived" in ended.err


def test_projections_are_rebuilt_over_archived_sessions(
    beside: CommandLine, service: Service
) -> None:
    assert beside("archive", service.closed.session_id).code == 0
    before = service.everything()
    assert beside("projections", "rebuild").code == 0
    assert service.everything() == before


def test_a_bundle_of_an_archived_session_is_proven(
    beside: CommandLine, service: Service, tmp_path: Path
) -> None:
    assert beside("archive", service.closed.session_id).code == 0
    bundle = tmp_path / "bundle.zip"
    exported = beside("audit", "export", service.closed.session_id, "-o", bundle)
    assert exported.code == 0, exported.err
    key = beside("keys", "show").out.strip()
    assert beside("audit", "verify", bundle, "--public-key", key).code == 0


def test_it_stops_at_once_though_clients_follow_its_sessions(service: Service) -> None:
    path = f"{service.open.path}/events"
    with service.client.stream("GET", path, headers={"Accept": "text/event-stream"}) as stream:
        lines = stream.iter_lines()
        assert any(line.startswith("data: ") for line in lines)
        assert service.process.stop() == 0
        # Whoever it had to cut off after its patience would not come to an end in order.
        for line in lines:
            assert not line.startswith("event: error")
