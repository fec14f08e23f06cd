"""The servers that tests share: started when the first test asks, ended with the run."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from infrastructure.embedded.postgres import EmbeddedPostgres


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


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)
