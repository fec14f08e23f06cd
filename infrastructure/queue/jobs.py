"""Jobs as Dramatiq messages: sent by the relay, received by worker threads."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import dramatiq
import pika.exceptions
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from application.ports.job_queue import Job, QueueUnavailable

ACTOR = "work_on_session"


class DramatiqJobQueue:
    """A JobQueue over a Dramatiq broker; each thread has a connection of its own.

    `queue` keeps services apart that share a broker.
    """

    def __init__(self, broker: dramatiq.Broker, queue: str) -> None:
        self._broker = broker
        self._queue = queue
        self._broker.declare_queue(queue)

    def enqueue(self, jobs: Sequence[Job]) -> None:
        """Send the jobs' ids, each confirmed by the broker. Raises QueueUnavailable."""
        try:
            for job in jobs:
                self._broker.enqueue(_message(self._queue, job))
        except (dramatiq.errors.BrokerError, pika.exceptions.AMQPError, OSError) as error:
            raise _unavailable(error) from error

    def check(self) -> None:
        """Raise QueueUnavailable unless the broker confirms what a new connection publishes.

        Under an alarm it lets one open, and takes nothing.
        """
        if not isinstance(self._broker, RabbitmqBroker):
            return
        try:
            with pika.BlockingConnection(self._broker.parameters) as connection:
                channel = connection.channel()
                channel.confirm_delivery()
                # To a queue that there is not: it is confirmed, and goes nowhere.
                channel.basic_publish("", f"{self._queue}.nowhere", b"")
        except (pika.exceptions.AMQPError, OSError) as error:
            raise _unavailable(error) from error


class JobConsumer:
    """Worker threads that take jobs from the broker until they are stopped."""

    def __init__(
        self,
        broker: dramatiq.Broker,
        queue: str,
        work: Callable[[Job], None],
        *,
        threads: int,
    ) -> None:
        def work_on_session(session_id: str, task_id: str) -> None:
            work(Job(session_id=UUID(session_id), task_id=UUID(task_id)))

        dramatiq.actor(actor_name=ACTOR, queue_name=queue, broker=broker)(work_on_session)
        self._worker = dramatiq.Worker(broker, worker_threads=threads, worker_timeout=100)
        # A job that waits in a busy process could be done by an idle one.
        self._worker.queue_prefetch = threads

    def start(self) -> None:
        """Begin to take jobs."""
        self._worker.start()

    def stop(self, *, timeout_seconds: float) -> None:
        """Finish the jobs in hand, for at most `timeout_seconds`, and give back the others."""
        self._worker.stop(timeout=int(timeout_seconds * 1000))


def _message(queue: str, job: Job) -> dramatiq.Message[Any]:
    return dramatiq.Message(
        queue_name=queue,
        actor_name=ACTOR,
        args=(),
        kwargs={"session_id": str(job.session_id), "task_id": str(job.task_id)},
        options={},
    )


def _unavailable(error: Exception) -> QueueUnavailable:
    return QueueUnavailable(
        f"The message broker cannot be reached ({type(error).__name__}). "
        "Check DATATRAIL_AMQP_URL, and that RabbitMQ runs and is under no alarm for memory or disk."
    )
