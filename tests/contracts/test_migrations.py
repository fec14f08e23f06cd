"""Migrating as an owner who is no superuser, as in production."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from application.ports.event_log import session_stream
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.errors import MigrationRefused
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.migrations import migrate, schema_is_current
from infrastructure.postgres.tables import SERVICE_ROLE
from tests.contracts.histories import message

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def administrator(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Connection]:
    """A superuser, on a cluster where the service's role exists."""
    assert migrated_template
    with psycopg.connect(postgres.url.replace("+psycopg", "", 1), autocommit=True) as connection:
        yield connection


@pytest.fixture
def owned(administrator: Connection) -> Iterator[str]:
    """The name of a database, and of the ordinary role that owns it."""
    name = f"owner_{uuid4().hex}"
    administrator.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    administrator.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))
    yield name
    administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    administrator.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_an_owner_who_may_not_set_up_the_role_is_told_what_to_run(
    postgres: EmbeddedPostgres, owned: str
) -> None:
    url = postgres.url_for(owned, database=owned)
    with pytest.raises(MigrationRefused, match=f"GRANT {SERVICE_ROLE} TO {owned}"):
        migrate(url)
    engine = make_engine(url)
    assert not schema_is_current(engine)
    engine.dispose()


def test_an_ordinary_owner_migrates_and_the_service_appends(
    postgres: EmbeddedPostgres, administrator: Connection, owned: str
) -> None:
    administrator.execute(
        sql.SQL("GRANT {} TO {}").format(sql.Identifier(SERVICE_ROLE), sql.Identifier(owned))
    )
    migrate(postgres.url_for(owned, database=owned))
    engine = make_engine(postgres.url_for(SERVICE_ROLE, database=owned))
    log, stream = PostgresEventLog(engine), session_stream(uuid4())
    log.check()
    recorded = log.append(stream, [message()], expected_version=0)
    assert list(log.read(stream)) == list(recorded)
    engine.dispose()


def test_the_service_password_is_stored_salted_and_kept_by_later_migrations(
    administrator: Connection, fresh_database: str
) -> None:
    def stored() -> str:
        query = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
        (password,) = administrator.execute(query, [SERVICE_ROLE]).fetchone() or (None,)
        return str(password)

    migrate(fresh_database, service_password="it's ${ecret}")
    first = stored()
    assert first.startswith("SCRAM-SHA-256$")
    assert "ecret" not in first
    migrate(fresh_database)
    assert stored() == first
