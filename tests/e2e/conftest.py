"""The two ways that Datatrail is deployed, each running while its tests do."""

from base64 import b64encode
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres.migrations import migrate
from tests.e2e.deployments import Deployment, embedded
from tests.services.seaweedfs import S3Settings


@pytest.fixture(scope="package")
def embedded_deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    deployment = embedded(tmp_path_factory.mktemp("embedded"))
    yield deployment
    deployment.stop()


@pytest.fixture(scope="package")
def distributed_database(postgres: EmbeddedPostgres) -> str:
    """The superuser's URL of an empty database for the deployment.

    A process may come back to these tests, and start their deployment anew.
    """
    name = f"distributed_{uuid4().hex}"
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.url_for("postgres", database=name)


@pytest.fixture(scope="package")
def distributed_deployment(
    tmp_path_factory: pytest.TempPathFactory,
    distributed_database: str,
    amqp_url: str,
    s3_settings: S3Settings,
) -> Iterator[Deployment]:
    """API, worker and relay as processes of their own on PostgreSQL, RabbitMQ and S3."""
    deployment = Deployment(
        tmp_path_factory.mktemp("distributed"),
        {
            **distributed_environment(distributed_database, amqp_url, s3_settings),
            "DATATRAIL_AMQP_QUEUE": f"distributed-{uuid4().hex}",
        },
        {"serve": "serve --port 0", "worker": "worker", "relay": "relay"},
    )
    yield deployment
    deployment.stop()


@pytest.fixture(params=["embedded_deployment", "distributed_deployment"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    chosen = request.getfixturevalue(request.param)
    assert isinstance(chosen, Deployment)
    return chosen


def distributed_environment(database: str, amqp_url: str, s3: S3Settings) -> dict[str, str]:
    """The settings of processes that meet at PostgreSQL, RabbitMQ and S3."""
    migrate(database)
    return {
        "DATATRAIL_DATABASE_URL": database.replace("//postgres@", "//datatrail_service@"),
        "DATATRAIL_AMQP_URL": amqp_url,
        "DATATRAIL_S3_BUCKET": s3.bucket,
        "DATATRAIL_KEYS_BUCKET": s3.keys_bucket,
        "DATATRAIL_S3_ENDPOINT": s3.endpoint,
        "DATATRAIL_S3_REGION": s3.region,
        "DATATRAIL_S3_ACCESS_KEY": s3.access_key,
        "DATATRAIL_S3_SECRET_KEY": s3.secret_key,
        "DATATRAIL_S3_ALLOW_HTTP": "true",
        "DATATRAIL_SIGNING_KEY": b64encode(bytes(range(32))).decode(),
        "DATATRAIL_LEASE_SECONDS": "3",
    }
