"""kill -9 of every process at every step of a turn: nothing is lost, and nothing doubled.

It takes minutes, so it is for `make soak`; `test_workers.py` and `test_faults.py` always kill some.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from infrastructure.embedded.postgres import EmbeddedPostgres
from tests.e2e.conftest import distributed_environment
from tests.e2e.conversation import Conversation
from tests.e2e.deployments import Deployment
from tests.e2e.followers import followed
from tests.e2e.real_files import vega
from tests.e2e.scripted_crew import ScriptedCrew
from tests.model_server import ModelServer
from tests.services.rabbitmq import RabbitMQ
from tests.services.seaweedfs import S3Settings
from tests.waiting import wait_until

ROLES = ("Strategist", "Engineer", "Tester")
MOMENTS = ("posted", *ROLES, "executing", "executed", "completed")


@dataclass(frozen=True)
class Service:
    """A deployment with a PostgreSQL of its own, which can be killed too."""

    deployment: Deployment
    crew: ScriptedCrew
    postgres: EmbeddedPostgres

    def kill(self, victim: str) -> None:
        """End `victim` as a power cut would, and start it again."""
        if victim == "postgres":
            assert self.postgres.pid is not None
            os.kill(self.postgres.pid, signal.SIGKILL)
            self.postgres.stop()
            self.postgres.start()
            wait_until(self._is_ready)
            return
        self.deployment.processes[victim].kill()
        if victim == "serve":
            self.deployment.restart_entry()
        else:
            self.deployment.start(victim)

    def _is_ready(self) -> bool:
        try:
            return self.deployment.client.get("/health/ready").is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, rabbitmq: RabbitMQ, s3_settings: S3Settings
) -> Iterator[Service]:
    with ExitStack() as stack:
        # A short path: the socket is in it, and is to be at the same place after each start.
        directory = stack.enter_context(TemporaryDirectory(prefix="datatrail-"))
        postgres = stack.enter_context(EmbeddedPostgres(Path(directory) / "postgres"))
        crew = ScriptedCrew(stack.enter_context(ModelServer()))
        deployment = Deployment(
            tmp_path_factory.mktemp("killed"),
            {
                **distributed_environment(postgres.url, rabbitmq.url, s3_settings),
                "DATATRAIL_AMQP_QUEUE": "killed",
                "DATATRAIL_MODEL_BASE_URL": crew.url,
                "DATATRAIL_MODEL_NAME": "scripted",
            },
            {"serve": "serve --port 0", "worker": "worker", "relay": "relay"},
        )
        stack.callback(deployment.stop)
        yield Service(deployment, crew, postgres)


@pytest.mark.soak
@pytest.mark.parametrize("victim", ["postgres", "relay", "worker", "serve"])
def test_whoever_is_killed_whenever_each_message_becomes_one_node(
    service: Service, victim: str
) -> None:
    """`relay` is where the sequencer runs."""
    talk = Conversation(service.deployment.client)
    assert talk.upload("cars.json", vega("cars.json"))["status"] == "succeeded"
    for moment in MOMENTS:
        kill_at(service, talk, victim, moment)
    assert list(talk.rows(limit=1)[0])[-len(MOMENTS) :] == list(MOMENTS)

    events = talk.events()
    recorded = Counter(event["type"] for event in events)
    assert recorded["NodeCommitted"] == len(MOMENTS) + 1
    for kind in ("MessagePosted", "TurnStarted", "PlanMade", "SnippetExecuted", "TurnCompleted"):
        assert recorded[kind] == len(MOMENTS)
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    assert len({node["branch"] for node in talk.nodes()}) == 1
    wait_until(lambda: all(event["position"] for event in talk.events()))
    positions = [event["position"] for event in talk.events()]
    assert positions == sorted(set(positions))


def is_executed(talk: Conversation, task: str) -> bool:
    return any(
        event["type"] == "SnippetExecuted" and event["payload"]["task_id"] == task
        for event in talk.events()
    )


def kill_at(service: Service, talk: Conversation, victim: str, moment: str) -> None:
    """Post a message that adds a column of the moment's name, and kill `victim` at that moment."""
    crew = service.crew
    slow = "sum(range(5 * 10**7)); " if moment == "executing" else ""
    code = f"{slow}df['{moment}'] = '{victim}'"
    with ExitStack() as following:
        with crew.held(moment) if moment in ROLES else nullcontext():
            task = talk.post(code)
            following.enter_context(followed(lambda: service.deployment.client.base_url, task))
            if moment in ROLES:
                wait_until(lambda: crew.asked[moment, code] == 1)
            if moment == "executing":
                wait_until(lambda: crew.asked["Tester", code] == 1)
                time.sleep(0.7)
            if moment == "executed":
                # What is left of the turn: the snapshot's way to storage, the node, the answer.
                wait_until(lambda: is_executed(talk, task))
            if moment == "completed":
                assert talk.finished(task)["status"] == "succeeded"
            service.kill(victim)
        talk.client = service.deployment.client
        assert talk.finished(task)["status"] == "succeeded"
