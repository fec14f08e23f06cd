"""Migrated databases for the contract suites: one template, a quick copy for each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from application.ports.event_log import LogUnavailable
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.migrations import migrate, require_current_schema
from infrastructure.postgres.tables import SERVICE_ROLE


@dataclass(frozen=True, kw_only=True)
class LogDatabase:
    """A migrated database: the owner's URL, and an engine as the service's role."""

    owner_url: str
    service_url: str
    engine: Engine


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres) -> str:
    """The name of a migrated, empty database that others are copied from."""
    name = f"template_{uuid4().hex}"
    _on(postgres, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrate(postgres.url_for("postgres", database=name))
    return name


@pytest.fixture
def log_database(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[LogDatabase]:
    """A migrated, empty database of the test's own."""
    with _copy_of(migrated_template, postgres) as database:
        yield database


@pytest.fixture(scope="session")
def shared_log_database(
    postgres: EmbeddedPostgres, migrated_template: str
) -> Iterator[LogDatabase]:
    """A migrated database for tests that keep to streams of their own and damage nothing."""
    with _copy_of(migrated_template, postgres) as database:
        yield database


def schema_is_current(engine: Engine) -> bool:
    """Whether a service would serve from the database."""
    with engine.connect() as connection:
        try:
            require_current_schema(connection)
        except LogUnavailable:
            return False
    return True


@contextmanager
def _copy_of(template: str, postgres: EmbeddedPostgres) -> Iterator[LogDatabase]:
    name = f"test_{uuid4().hex}"
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _on(postgres, copy.format(sql.Identifier(name), sql.Identifier(template)))
    service_url = postgres.url_for(SERVICE_ROLE, database=name)
    engine = make_engine(service_url, pool_size=10)
    try:
        yield LogDatabase(
            owner_url=postgres.url_for("postgres", database=name),
            service_url=service_url,
            engine=engine,
        )
    finally:
        engine.dispose()
        _on(postgres, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _on(postgres: EmbeddedPostgres, statement: sql.Composed) -> None:
    conninfo = postgres.url.replace("+psycopg", "", 1)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(statement)
