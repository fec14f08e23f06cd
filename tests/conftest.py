"""The servers that tests share: started when the first test asks, ended with the run."""

import gc
import os
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.nsjail.cgroup_places import NoCgroups
from infrastructure.nsjail.cgroups import jail_cgroups
from tests.services.rabbitmq import RabbitMQ
from tests.services.seaweedfs import S3Settings, SeaweedFS

# On a laptop each run looks at other examples; a landing must not depend on which.
settings.register_profile("landing", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("landing")


# What is imported and collected stays: to look through it for garbage takes a quarter of the time.
gc.disable()


def pytest_collection_finish() -> None:
    """What comes now is looked through for garbage, but not what is there."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side, begin with whole deployments: what is taken from one another is then quick.

    They are all in one process's share, and started once.
    """
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: "e2e" not in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def _no_cgroups_left_behind() -> Iterator[None]:
    """A process of pytest-xdist ends without what a process does at its end."""
    yield
    with suppress(NoCgroups):
        jail_cgroups().close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One private PostgreSQL server for the whole run."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: EmbeddedPostgres) -> str:
    """The superuser's SQLAlchemy URL (``postgresql+psycopg://``) of that server."""
    return postgres.url


@pytest.fixture
def fresh_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The superuser's SQLAlchemy URL of an empty database, dropped after the test."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(_libpq(postgres.url), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield postgres.url_for("postgres", database=name)
    with psycopg.connect(_libpq(postgres.url), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    """One private broker for the whole run; a test that kills it must start it again."""
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq")) as broker:
        yield broker


@pytest.fixture(scope="session")
def amqp_url(request: pytest.FixtureRequest) -> str:
    """The URL of the broker in AMQP_URL, or else of the private one."""
    given = os.environ.get("AMQP_URL")
    if given:
        return given
    broker = request.getfixturevalue("rabbitmq")
    assert isinstance(broker, RabbitMQ)
    return broker.url


@pytest.fixture(scope="session")
def s3_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Settings]:
    """One private S3 server for the whole run, with one bucket that tests share."""
    with SeaweedFS(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server.settings


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)
