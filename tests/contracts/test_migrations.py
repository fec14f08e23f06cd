"""Migrating as an owner who is no superuser, as in production."""

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql

from application.ports.event_log import LogUnavailable, NewEvent, session_stream
from domain.session.events import NodeCommitted
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.events.chain import GENESIS, chain_hash
from infrastructure.events.codec import encode_metadata
from infrastructure.events.json_values import canonical_bytes
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.errors import MigrationRefused
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.service_role import ensure_service_role
from infrastructure.postgres.tables import SERVICE_ROLE
from tests.contracts.conftest import LogDatabase, schema_is_current
from tests.contracts.histories import broken_links, message, new, snapshot
from tests.fakes import CODEC

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
    log, stream = PostgresEventLog(engine, CODEC), session_stream(uuid4())
    log.check()
    recorded = log.append(stream, [message()], expected_version=0)
    assert list(log.read(stream)) == list(recorded)
    engine.dispose()


def test_the_schema_of_a_newer_version_is_left_alone_and_told(fresh_database: str) -> None:
    migrate(fresh_database)
    engine = make_engine(fresh_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationRefused, match=r"schema 9999.*a newer one"):
        migrate(fresh_database)
    with pytest.raises(LogUnavailable, match=r"schema 9999.*a newer one"):
        PostgresEventLog(engine, CODEC).check()
    engine.dispose()


def test_a_sequencer_without_a_schema_says_what_to_run(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with pytest.raises(LogUnavailable, match="run: datatrail migrate"):
        sequence_settled(engine)
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


def upgrade_to(url: str, revision: str) -> None:
    """Bring an empty database to an older schema, as the code of that time did."""
    engine = make_engine(url)
    with engine.begin() as connection:
        ensure_service_role(connection, password=None)
        config = Config()
        config.set_main_option("script_location", "infrastructure/postgres/schema")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def insert_as_in_0001(url: str, session_id: UUID, events: Sequence[NewEvent]) -> None:
    """What the first version's appends left: unsealed JSON, inserted by the client."""
    previous = GENESIS
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        for version, each in enumerate(events, start=1):
            payload, metadata = canonical_bytes(each.event), encode_metadata(each.metadata)
            previous = chain_hash(
                previous,
                stream_id=session_stream(session_id),
                version=version,
                event_type=type(each.event).__name__,
                schema_version=1,
                event_id=each.metadata.event_id,
                metadata=metadata,
                payload=payload,
            )
            connection.execute(
                "INSERT INTO events (stream_id, session_id, version, event_id, type,"
                " schema_version, payload, metadata, hash, recorded_at, task_id, node_id)"
                " VALUES (%s, %s, %s, %s, %s, 1, %s, %s, %s, %s, %s, %s)",
                [
                    *(session_stream(session_id), session_id, version, each.metadata.event_id),
                    *(type(each.event).__name__, payload, metadata, previous),
                    *(each.metadata.recorded_at, getattr(each.event, "task_id", None)),
                    getattr(each.event, "node_id", None),
                ],
            )


def test_a_log_of_the_first_schema_goes_on_where_it_was(fresh_database: str) -> None:
    upgrade_to(fresh_database, "0001")
    parent_id, session_id = uuid4(), uuid4()
    committed = NodeCommitted(
        task_id=uuid4(), node_id=uuid4(), parent_id=parent_id, branch="main", snapshot=snapshot(3)
    )
    events = [message("first"), new(committed)]
    insert_as_in_0001(fresh_database, session_id, events)
    migrate(fresh_database)

    engine = make_engine(fresh_database)
    log, stream = PostgresEventLog(engine, CODEC), session_stream(session_id)
    before = log.read(stream)
    assert [each.event for each in before] == [each.event for each in events]
    log.append(stream, [message("second")], expected_version=2)
    records = log.read(stream)
    assert records[:2] == before
    assert broken_links(records) == []
    engine.dispose()
    with psycopg.connect(fresh_database.replace("+psycopg", "", 1)) as connection:
        assert connection.execute(
            "SELECT parent_id, branch FROM events WHERE type = 'NodeCommitted'"
        ).fetchone() == (parent_id, "main")
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("DELETE FROM events")


def test_a_migration_executes_nothing_of_the_services_with_the_rights_of_the_owner(
    log_database: LogDatabase,
) -> None:
    """Whoever stole the service's role can replace what belongs to it, and waits for the owner."""
    with psycopg.connect(log_database.service_url.replace("+psycopg", "", 1)) as thief:
        thief.execute("CREATE TABLE read_models.witnessed (who text)")
        thief.execute(
            "CREATE FUNCTION read_models.become_owner() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RESET ROLE; INSERT INTO read_models.witnessed VALUES (current_user);"
            " RETURN NEW; END $$"
        )
        thief.execute(
            "CREATE TRIGGER become_owner BEFORE UPDATE ON read_models.builds"
            " FOR EACH ROW EXECUTE FUNCTION read_models.become_owner()"
        )
    migrate(log_database.owner_url)
    with psycopg.connect(log_database.owner_url.replace("+psycopg", "", 1)) as connection:
        witnessed = connection.execute("SELECT DISTINCT who FROM read_models.witnessed")
        assert witnessed.fetchall() == [(SERVICE_ROLE,)]
