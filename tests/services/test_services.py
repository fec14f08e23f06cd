"""The private servers serve, on this machine only, and remember what they were told."""

from dataclasses import replace

import obstore
import pika
import pytest

from tests.services.rabbitmq import RabbitMQ
from tests.services.seaweedfs import S3Settings, s3_client


def test_a_killed_broker_comes_back_with_its_quorum_queues(rabbitmq: RabbitMQ) -> None:
    queue = "survives-a-kill"
    with pika.BlockingConnection(pika.URLParameters(rabbitmq.url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", queue, b"still here", pika.BasicProperties(delivery_mode=2))

    rabbitmq.settle(queue)
    rabbitmq.kill()
    rabbitmq.start()

    with pika.BlockingConnection(pika.URLParameters(rabbitmq.url)) as connection:
        channel = connection.channel()
        _, _, body = channel.basic_get(queue, auto_ack=True)
        channel.queue_delete(queue)
    assert body == b"still here"


def test_the_s3_server_keeps_objects_for_whoever_has_the_keys(s3_settings: S3Settings) -> None:
    obstore.put(s3_client(s3_settings), "kept/object", b"bytes", mode="create")
    assert obstore.get(s3_client(s3_settings), "kept/object").bytes() == b"bytes"


def test_the_s3_server_refuses_whoever_has_not(s3_settings: S3Settings) -> None:
    stranger = replace(s3_settings, secret_key="guessed")
    with pytest.raises(obstore.exceptions.BaseError):
        obstore.list(s3_client(stranger)).collect()
