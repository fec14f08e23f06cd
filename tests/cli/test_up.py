"""`datatrail up`, and the verbs that work beside it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.command_line import CommandLine
from tests.e2e.conversation import Conversation
from tests.e2e.deployments import DatatrailProcess

TABLE = b"name,age\n Ann ,31\nBob,\n"
EVENTS = ["SessionStarted", "DatasetUploaded", "DatasetRead", "NodeCommitted", "PointerMoved"]


class RunningHome:
    """A home with a service over it, and a session of two nodes in its log."""

    def __init__(self, directory: Path) -> None:
        self.home = directory / "home"
        self._directory = directory
        self._starts = 0
        # Files in the making may have a disk of their own, on which a killed process left some.
        self.left_over = directory / "disk" / "datatrail-left"
        self.left_over.mkdir(parents=True)
        self.home.mkdir()
        (self.home / "scratch").symlink_to(self.left_over.parent)
        self.start()
        with httpx.Client(base_url=self.url, timeout=60) as client:
            conversation = Conversation(client, "People")
            conversation.upload("people.csv", TABLE)
            conversation.say("drop rows with missing age")
            self.session_id = conversation.session_id

    def start(self) -> None:
        """Start the service, and wait until it says where it listens."""
        self._starts += 1
        self.process = DatatrailProcess(
            "up",
            "--port",
            "0",
            env={"DATATRAIL_HOME": str(self.home)},
            log=self._directory / f"up-{self._starts}.log",
        )
        self.url = self.process.url()

    def read_models(self) -> list[Any]:
        """All that the projections say of the session."""
        path = f"{self.url}/v1/sessions/{self.session_id}"
        parts = ("", "/nodes", "/history", "/tasks")
        responses = [httpx.get(path + part) for part in parts]
        assert all(response.is_success for response in responses)
        return [response.json() for response in responses]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHome]:
    running = RunningHome(tmp_path_factory.mktemp("up"))
    yield running
    running.process.stop()


@pytest.fixture
def beside(datatrail: CommandLine, running: RunningHome) -> CommandLine:
    """`datatrail`, with the home of the service that is running."""
    datatrail.set(home=str(running.home))
    return datatrail


def test_it_is_ready_at_the_url_that_it_prints(running: RunningHome) -> None:
    response = httpx.get(f"{running.url}/health/ready")

    assert response.status_code == 200
    parts = ("database", "queue", "storage", "keys", "scratch")
    assert response.json()["checks"] == dict.fromkeys(parts, "ok")


def test_what_a_killed_process_left_on_the_scratch_disk_is_gone(running: RunningHome) -> None:
    assert (running.home / "scratch").is_symlink()
    assert not running.left_over.exists()


def test_a_second_one_over_the_same_home_is_refused(beside: CommandLine) -> None:
    ended = beside("up", "--port", "0")

    assert ended.code == 1
    assert "another Datatrail is using" in ended.err


def test_a_port_that_is_taken_is_refused_and_nothing_is_left_running(
    datatrail: CommandLine, running: RunningHome, tmp_path: Path
) -> None:
    ended = datatrail("up", "--port", running.url.rpartition(":")[2])

    assert ended.code == 1
    assert "Cannot listen on 127.0.0.1" in ended.err
    assert "--port" in ended.err
    assert not (tmp_path / "home" / "postgres" / "data" / "postmaster.pid").exists()


def test_events_are_listed_in_order_beside_the_service(
    beside: CommandLine, running: RunningHome
) -> None:
    ended = beside("events", running.session_id)

    assert ended.code == 0
    places = [ended.out.index(f" {name} ") for name in [*EVENTS, "MessagePosted", "TurnCompleted"]]
    assert places == sorted(places)
    assert "drop rows with missing age" in ended.out


def test_events_can_be_read_on_a_terminal_of_eighty_columns(
    beside: CommandLine, running: RunningHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    listed = beside("events", running.session_id).out.splitlines()

    assert max(map(len, listed)) <= 80
    versions = [line.split()[0] for line in listed if line[:8].strip().isdecimal()]
    assert versions == [str(number) for number in range(1, len(versions) + 1)]
    assert len(versions) >= 10
    assert any("to node" in line for line in listed), "what happened"


def test_events_as_json_are_what_the_api_gives(beside: CommandLine, running: RunningHome) -> None:
    ended = beside("events", running.session_id, "--json")

    events = httpx.get(f"{running.url}/v1/sessions/{running.session_id}/events?limit=500").json()
    assert [json.loads(line) for line in ended.out.splitlines()] == events["items"]


@pytest.mark.parametrize("session", ["0190b2a4-0000-7000-8000-00000000c0de", "yesterday"])
def test_a_session_that_is_not_there_is_an_error_that_names_those_that_are(
    beside: CommandLine, running: RunningHome, session: str
) -> None:
    ended = beside("events", session)

    assert ended.code == 1
    assert session in ended.err
    assert f"{running.session_id}  People" in ended.err


def test_projections_are_rebuilt_beside_the_service(
    beside: CommandLine, running: RunningHome
) -> None:
    before = running.read_models()

    ended = beside("projections", "rebuild")

    assert ended.code == 0, ended.err
    assert "Rebuilt session_tree; the live one was what the log says." in ended.out
    assert running.read_models() == before


def test_one_projection_can_be_rebuilt_and_an_unknown_one_is_refused(beside: CommandLine) -> None:
    ended = beside("projections", "rebuild", "tasks", "tasks")
    assert (ended.code, ended.out.count("Rebuilt")) == (0, 1)

    refused = beside("projections", "rebuild", "tasks", "trees")
    assert refused.code == 1
    assert "'trees'" in refused.err
    assert "session_tree" in refused.err


def test_the_doctor_finds_the_database_running(beside: CommandLine) -> None:
    ended = beside("doctor")

    assert ended.code == 0, ended.out
    assert "running now" in ended.out


def test_sigterm_ends_it_in_order_and_the_data_is_there_again(
    datatrail: CommandLine, running: RunningHome
) -> None:
    began = time.monotonic()
    assert running.process.stop() == 0
    assert time.monotonic() - began < 40
    assert not (running.home / "postgres" / "data" / "postmaster.pid").exists()

    datatrail.set(home=str(running.home))
    assert "TurnCompleted" in datatrail("events", running.session_id).out

    running.start()
    nodes = httpx.get(f"{running.url}/v1/sessions/{running.session_id}/nodes").json()["items"]
    assert [node["rows"] for node in nodes] == [2, 1]
