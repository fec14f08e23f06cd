"""The two brokers. Neither has middleware: retries and limits are the log's and the lease's."""

from typing import Any

import pika
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.common import xq_name

# A message whose worker dies this often is set aside in the dead-letter queue; its task is not
# lost, for the log knows that it is unfinished.
DELIVERY_LIMIT = 5
DEAD_LETTER_TTL_MS = 7 * 24 * 3600 * 1000
# A broker under its memory or disk alarm stops reading; a publisher must not hang on it. Dramatiq
# tries six times before it says so.
BLOCKED_TIMEOUT_SECONDS = 4
SOCKET_TIMEOUT_SECONDS = 20
HEARTBEAT_SECONDS = 30


class QuorumBroker(RabbitmqBroker):
    """Dramatiq's RabbitMQ broker with quorum queues, publisher confirms and a delivery limit."""

    def __init__(self, url: str) -> None:
        super().__init__(confirm_delivery=True, middleware=[])
        parameters = pika.URLParameters(url)
        parameters.blocked_connection_timeout = BLOCKED_TIMEOUT_SECONDS
        parameters.socket_timeout = SOCKET_TIMEOUT_SECONDS
        parameters.heartbeat = HEARTBEAT_SECONDS
        self.parameters = parameters

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        return {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": xq_name(queue_name),
        }

    def _declare_xq_queue(self, queue_name: str) -> Any:  # noqa: ANN401  # pika is untyped
        return self.channel.queue_declare(
            queue=xq_name(queue_name),
            durable=True,
            arguments={"x-queue-type": "quorum", "x-message-ttl": DEAD_LETTER_TTL_MS},
        )


def in_process_broker() -> StubBroker:
    """A broker whose queue is this process's memory; after a restart the log fills it again."""
    return StubBroker(middleware=[])
