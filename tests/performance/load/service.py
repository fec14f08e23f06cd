"""The service as in production: API, relay and worker, over PostgreSQL and RabbitMQ."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.tables import SERVICE_ROLE
from interfaces.settings import Settings
from tests.e2e.deployments import Deployment
from tests.services.rabbitmq import RabbitMQ

_VERBS = {"serve": "serve --port 0", "relay": "relay", "worker": "worker"}


@contextmanager
def running(directory: Path) -> Iterator[Deployment]:
    """All of it in `directory`; files are kept there too."""
    rabbitmq, logs = directory / "rabbitmq", directory / "logs"
    for each in (rabbitmq, logs):
        each.mkdir()
    with EmbeddedPostgres(directory / "postgres") as postgres, RabbitMQ(rabbitmq) as broker:
        migrate(postgres.url)
        deployment = Deployment(
            logs,
            {
                "DATATRAIL_HOME": str(directory / "home"),
                "DATATRAIL_DATABASE_URL": postgres.url_for(SERVICE_ROLE),
                "DATATRAIL_AMQP_URL": broker.url,
                "DATATRAIL_JAILS_WAITING": str(Settings.model_fields["jails_waiting"].default),
                "DATATRAIL_SIGNING_KEY": b64encode(bytes(range(32))).decode(),
            },
            _VERBS,
        )
        try:
            yield deployment
        finally:
            deployment.stop()
