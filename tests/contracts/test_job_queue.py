"""Both brokers deliver what they confirmed, at least once."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import dramatiq
import pika
import pytest

from application.ports.job_queue import Job, QueueUnavailable
from infrastructure.queue.brokers import DELIVERY_LIMIT, QuorumBroker, in_process_broker
from infrastructure.queue.jobs import DramatiqJobQueue, JobConsumer
from tests.services.rabbitmq import RabbitMQ
from tests.waiting import wait_until


def a_job() -> Job:
    return Job(session_id=uuid4(), task_id=uuid4())


@pytest.fixture
def queue_name() -> str:
    """A queue of the test's own, for the broker is shared."""
    return f"sessions-{uuid4().hex}"


@pytest.fixture(params=["in-process", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Iterator[dramatiq.Broker]:
    if request.param == "in-process":
        yield in_process_broker()
        return
    quorum = QuorumBroker(request.getfixturevalue("amqp_url"))
    yield quorum
    quorum.close()


def test_every_confirmed_job_reaches_a_worker(broker: dramatiq.Broker, queue_name: str) -> None:
    done: list[Job] = []
    consumer = JobConsumer(broker, queue_name, done.append, threads=2)
    sent = [a_job() for _ in range(50)]
    DramatiqJobQueue(broker, queue_name).enqueue(sent)
    consumer.start()
    wait_until(lambda: len(done) >= len(sent))
    consumer.stop(timeout_seconds=5)
    assert Counter(done) == Counter(sent)


def test_a_job_that_raises_does_not_stop_the_others(
    broker: dramatiq.Broker, queue_name: str
) -> None:
    done: list[Job] = []
    bad, good = a_job(), a_job()

    def work(job: Job) -> None:
        if job == bad:
            raise RuntimeError("this job cannot be done")
        done.append(job)

    consumer = JobConsumer(broker, queue_name, work, threads=1)
    consumer.start()
    DramatiqJobQueue(broker, queue_name).enqueue([bad, good])
    wait_until(lambda: done == [good])
    consumer.stop(timeout_seconds=5)


def test_a_queue_that_answers_passes_its_check(broker: dramatiq.Broker, queue_name: str) -> None:
    DramatiqJobQueue(broker, queue_name).check()


def test_a_broker_that_is_away_is_a_typed_error() -> None:
    queue = DramatiqJobQueue(QuorumBroker("amqp://127.0.0.1:1"), "sessions")
    with pytest.raises(QueueUnavailable, match="DATATRAIL_AMQP_URL"):
        queue.check()
    with pytest.raises(QueueUnavailable):
        queue.enqueue([a_job()])


def test_a_broker_under_an_alarm_fails_its_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.queue.brokers.BLOCKED_TIMEOUT_SECONDS", 0.5)
    with RabbitMQ(tmp_path, disk_free_limit="1000000GB") as full:
        queue = DramatiqJobQueue(QuorumBroker(full.url), "full")
        with pytest.raises(QueueUnavailable, match="no alarm for memory or disk"):
            queue.check()


def test_confirmed_jobs_survive_a_broker_that_is_killed(
    rabbitmq: RabbitMQ, queue_name: str
) -> None:
    sent = [a_job() for _ in range(20)]
    before = QuorumBroker(rabbitmq.url)
    DramatiqJobQueue(before, queue_name).enqueue(sent)
    rabbitmq.settle(queue_name)
    rabbitmq.kill()
    rabbitmq.start()

    done: list[Job] = []
    after = QuorumBroker(rabbitmq.url)
    consumer = JobConsumer(after, queue_name, done.append, threads=2)
    consumer.start()
    wait_until(lambda: set(done) >= set(sent))
    consumer.stop(timeout_seconds=5)
    after.close()


def test_workers_come_back_to_a_broker_that_was_restarted(
    rabbitmq: RabbitMQ, queue_name: str
) -> None:
    done: list[Job] = []
    broker = QuorumBroker(rabbitmq.url)
    consumer = JobConsumer(broker, queue_name, done.append, threads=1)
    consumer.start()
    first, second = a_job(), a_job()
    queue = DramatiqJobQueue(broker, queue_name)
    queue.enqueue([first])
    wait_until(lambda: first in done)
    rabbitmq.settle(queue_name)
    rabbitmq.kill()
    rabbitmq.start()
    queue.enqueue([second])
    wait_until(lambda: second in done)
    consumer.stop(timeout_seconds=5)
    broker.close()


def test_a_message_that_kills_its_worker_is_set_aside_after_the_delivery_limit(
    amqp_url: str, queue_name: str
) -> None:
    broker = QuorumBroker(amqp_url)
    DramatiqJobQueue(broker, queue_name).enqueue([a_job()])
    deliveries = 0

    def is_set_aside() -> bool:
        nonlocal deliveries
        connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
        channel = connection.channel()
        for method, _, _ in channel.consume(queue_name, inactivity_timeout=0.5):
            deliveries += method is not None
            break
        connection.close()  # unacknowledged, as when the process dies
        counts: tuple[int, int, int] = broker.get_queue_message_counts(queue_name)
        return counts == (0, 0, 1)

    wait_until(is_set_aside)
    assert deliveries == DELIVERY_LIMIT + 1
    broker.close()


def test_stopping_finishes_the_job_in_hand(broker: dramatiq.Broker, queue_name: str) -> None:
    begun, finished = threading.Event(), threading.Event()

    def work(_: Job) -> None:
        begun.set()
        time.sleep(0.3)
        finished.set()

    consumer = JobConsumer(broker, queue_name, work, threads=1)
    consumer.start()
    DramatiqJobQueue(broker, queue_name).enqueue([a_job()])
    assert begun.wait(90)
    consumer.stop(timeout_seconds=5)
    assert finished.is_set()
