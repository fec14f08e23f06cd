"""What happens when processes are killed, messages doubled, people race, and snippets attack."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from application.ports.job_queue import Job
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.queue.brokers import QuorumBroker
from infrastructure.queue.jobs import DramatiqJobQueue
from tests.e2e.conftest import distributed_environment
from tests.e2e.conversation import Conversation
from tests.e2e.deployments import Deployment, embedded
from tests.e2e.followers import followed
from tests.e2e.real_files import vega
from tests.e2e.scripted_crew import ScriptedCrew
from tests.model_server import ModelServer
from tests.services.rabbitmq import RabbitMQ
from tests.services.seaweedfs import S3Settings
from tests.waiting import wait_until

QUEUE = "faults"


@dataclass(frozen=True)
class Service:
    """A distributed deployment of the test's own, with a scripted model."""

    deployment: Deployment
    crew: ScriptedCrew

    def talk(self) -> Conversation:
        talk = Conversation(self.deployment.client)
        assert talk.upload("cars.json", vega("cars.json"))["status"] == "succeeded"
        return talk

    def kill_worker(self) -> None:
        self.deployment.processes["worker"].kill()

    def start_worker(self) -> None:
        self.deployment.start("worker")


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: EmbeddedPostgres,
    rabbitmq: RabbitMQ,
    s3_settings: S3Settings,
) -> Iterator[Service]:
    # A process may come back to this file, and start its service anew.
    name = f"faults_{uuid4().hex}"
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = postgres.url_for("postgres", database=name)
    with ModelServer() as server:
        crew = ScriptedCrew(server)
        env = {
            **distributed_environment(database, rabbitmq.url, s3_settings),
            "DATATRAIL_AMQP_QUEUE": QUEUE,
            "DATATRAIL_MODEL_BASE_URL": crew.url,
            "DATATRAIL_MODEL_NAME": "scripted",
            "DATATRAIL_JAIL_WALL_SECONDS": "6",
            "DATATRAIL_JAIL_MEMORY_MB": "1024",
        }
        verbs = {"serve": "serve --port 0", "worker": "worker", "relay": "relay"}
        deployment = Deployment(tmp_path_factory.mktemp("faults"), env, verbs)
        yield Service(deployment, crew)
        deployment.stop()


def turns_of(talk: Conversation) -> Counter[str]:
    """How often each thing is recorded."""
    return Counter(event["type"] for event in talk.events())


def test_a_worker_killed_in_the_middle_of_a_turn_is_followed_by_another(service: Service) -> None:
    role = "Engineer"
    talk = service.talk()
    code = f"df['by'] = {role!r}"
    with service.crew.held(role):
        task = talk.post(code)
        wait_until(lambda: service.crew.asked[role, code] == 1)
        service.kill_worker()
        service.start_worker()
        wait_until(lambda: service.crew.asked[role, code] == 2)
    assert talk.finished(task)["status"] == "succeeded"
    assert talk.rows(limit=1)[0]["by"] == role
    recorded = turns_of(talk)
    assert recorded["NodeCommitted"] == 2
    for kind in ("PlanMade", "SnippetWritten", "SnippetExecuted", "TurnCompleted"):
        assert recorded[kind] == 1
    others = {"Strategist", "Engineer", "Tester"} - {role}
    assert all(service.crew.asked[other, code] == 1 for other in others), "paid for twice"


@pytest.mark.soak
def test_workers_killed_at_random_lose_and_double_nothing(service: Service) -> None:
    talk = service.talk()
    tasks = [talk.post(f"df['n{number}'] = {number}") for number in range(6)]
    chance = random.Random(7)  # noqa: S311  # only a pace, the same each time
    for _ in range(5):
        time.sleep(chance.uniform(0.2, 1.5))
        service.kill_worker()
        service.start_worker()
    for task in tasks:
        assert talk.finished(task, 90)["status"] == "succeeded"
    assert list(talk.rows(limit=1)[0])[-6:] == [f"n{number}" for number in range(6)]
    recorded = turns_of(talk)
    assert recorded["NodeCommitted"] == 7
    assert recorded["TurnCompleted"] == 6
    assert len({node["branch"] for node in talk.nodes()}) == 1


def test_a_doubled_queue_message_makes_one_turn(service: Service, rabbitmq: RabbitMQ) -> None:
    talk = service.talk()
    broker = QuorumBroker(rabbitmq.url)
    queue = DramatiqJobQueue(broker, QUEUE)
    code = "df['once'] = 1"
    with service.crew.held("Engineer"):
        task = talk.post(code)
        wait_until(lambda: service.crew.asked["Engineer", code] == 1)
        job = Job(session_id=UUID(talk.session_id), task_id=UUID(task))
        queue.enqueue([job] * 10)
        time.sleep(1)
    assert talk.finished(task)["status"] == "succeeded"
    queue.enqueue([job] * 10)
    time.sleep(1)
    broker.close()
    recorded = turns_of(talk)
    assert recorded["NodeCommitted"] == 2
    assert recorded["SnippetWritten"] == recorded["TurnCompleted"] == 1
    assert service.crew.asked["Engineer", code] == 1


def test_two_rollbacks_race_a_turn_and_the_log_tells_who_was_last(service: Service) -> None:
    talk = service.talk()
    root = talk.pointer()
    first = talk.say("df['a'] = 1")["node_id"]
    second = talk.say("df['b'] = 2")["node_id"]
    code = "df['c'] = 3"
    with service.crew.held("Tester"), ThreadPoolExecutor(2) as people:
        task = talk.post(code)
        wait_until(lambda: service.crew.asked["Tester", code] == 1)
        moves = [people.submit(talk.move, "rollback", node_id=each) for each in (root, first)]
        assert {move.result()["pointer"] for move in moves} <= {root, first}
    ended = talk.finished(task)
    assert ended["status"] == "succeeded"
    moved = [event for event in talk.events() if event["type"] == "PointerMoved"]
    assert talk.pointer() == moved[-1]["payload"]["node_id"]
    assert talk.pointer() in {root, first}, "the person's rollback is the last word"
    node = next(each for each in talk.nodes() if each["node_id"] == ended["node_id"])
    assert node["parent_id"] == second, "the turn's work is kept where it was begun"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("while len(df): pass", {"timeout", "cpu"}),
        ("df['x'] = [bytearray(1 << 40)]", {"memory"}),
        ("import os\nwhile len(df): os.fork()", {"policy", "review"}),
        ("df['x'] = open('/etc/passwd').read()", {"policy", "review"}),
        ("import socket\ndf['x'] = socket.gethostname()", {"policy", "review"}),
        ("df = df['no such column']", {"error"}),
        ("df = 7", {"error"}),
    ],
)
def test_a_snippet_that_fails_leaves_the_pointer_and_stands_in_the_log(
    service: Service, code: str, outcome: set[str]
) -> None:
    talk = service.talk()
    before = talk.pointer()
    task = talk.finished(talk.post(code))
    assert task["status"] == "failed"
    assert task["detail"]
    assert talk.pointer() == before
    failures = {
        event["payload"]["outcome"] for event in talk.events() if event["type"] == "SnippetFailed"
    }
    refusals = any(
        not event["payload"]["review"]["approved"]
        for event in talk.events()
        if event["type"] == "SnippetReviewed"
    )
    assert failures <= outcome
    assert failures or (refusals and "review" in outcome)
    assert talk.say("df['fine'] = 1")["node_id"], "the next message works as ever"


def test_a_broker_that_is_killed_loses_no_message(service: Service, rabbitmq: RabbitMQ) -> None:
    talk = service.talk()
    talk.say("df['before'] = 1")
    rabbitmq.settle(QUEUE)
    rabbitmq.kill()
    task = talk.post("df['during'] = 1")
    with followed(lambda: service.deployment.client.base_url, task):
        assert talk.task(task)["status"] == "queued"
        rabbitmq.start()
        assert talk.finished(task, 90)["status"] == "succeeded"
    assert talk.say("df['after'] = 1")["node_id"]
    assert turns_of(talk)["NodeCommitted"] == 4


@pytest.mark.soak
def test_the_whole_embedded_service_killed_in_a_turn_finishes_it_after_a_restart(
    tmp_path: Path,
) -> None:
    with ModelServer() as server:
        crew = ScriptedCrew(server)
        deployment = embedded(
            tmp_path, DATATRAIL_MODEL_BASE_URL=crew.url, DATATRAIL_MODEL_NAME="scripted"
        )
        try:
            talk = Conversation(deployment.client)
            talk.upload("cars.json", vega("cars.json"))
            code = "df['lived'] = 1"
            with crew.held("Engineer"):
                task = talk.post(code)
                wait_until(lambda: crew.asked["Engineer", code] == 1)
                waiting = talk.post("df['waited'] = 2")
                deployment.processes["up"].kill()
                left_over = tmp_path / "home" / "scratch" / "datatrail-of-the-killed"
                left_over.mkdir()
                deployment.restart_entry()
                talk.client = deployment.client
                wait_until(lambda: crew.asked["Engineer", code] == 2)
            for each in (task, waiting):
                assert talk.finished(each)["status"] == "succeeded"
            assert crew.asked["Strategist", code] == 1
            assert not list((tmp_path / "home" / "scratch").iterdir()), "a table is left over"
            assert turns_of(talk)["NodeCommitted"] == 3
        finally:
            deployment.stop()


@pytest.mark.soak
def test_many_people_post_at_once_and_every_message_becomes_one_node(service: Service) -> None:
    talks = [service.talk() for _ in range(4)]
    errors: list[BaseException] = []

    def post(talk: Conversation, number: int) -> None:
        try:
            assert talk.say(f"df['m{number}'] = {number}")["node_id"]
        except BaseException as error:  # noqa: BLE001  # reported by the test
            errors.append(error)

    threads = [
        threading.Thread(target=post, args=(talk, number)) for talk in talks for number in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    for talk in talks:
        assert turns_of(talk)["NodeCommitted"] == 4
        assert {"m0", "m1", "m2"} <= set(talk.rows(limit=1)[0])
