"""Bringing a database to the schema that this code needs."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url, text

from application.ports.event_log import LogUnavailable
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.builds import (
    as_service,
    every_event_is_known,
    learn_events,
    outdated_projections,
)
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.errors import MigrationRefused
from infrastructure.postgres.locks import Lock, hold_for_transaction, key_of
from infrastructure.postgres.rebuild import rebuild
from infrastructure.postgres.service_role import ensure_service_role
from infrastructure.postgres.tables import SERVICE_ROLE

_SCHEMA = Path(__file__).parent / "schema"
_NEWER = (
    "the database is at schema {revision}, which this Datatrail does not know: a newer one has "
    "migrated it. Run that one, or restore the backup from before"
)


def migrate(
    owner_url: str,
    *,
    service_url: str | None = None,
    service_password: str | None = None,
) -> None:
    """Bring the database to the newest schema, with every projection built; harmless to repeat.

    `owner_url` names the role that is to own the log; it must be able to create the service's
    role, unless that exists. `service_password` becomes that role's password; without one it is
    left as it is. `service_url` is that role's URL of the same database, by default the owner's
    with the role's name and password. Raises MigrationRefused or LogUnavailable.
    """
    engine = _engine(owner_url)
    try:
        with reaching_the_log(), engine.connect() as guard:
            # Held by the connection, not by a transaction, which would hold up the log's readers.
            guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key_of(Lock.MIGRATIONS)})
            guard.commit()
            with engine.begin() as connection:
                if (revision := _of_a_newer_one(connection)) is not None:
                    raise MigrationRefused(_NEWER.format(revision=revision))
                ensure_service_role(connection, password=service_password)
                command.upgrade(_alembic(connection), "head")
            _update_projections(service_url or _as_service_role(owner_url, service_password))
    finally:
        engine.dispose()


def require_current_schema(connection: Connection) -> None:
    """Raise LogUnavailable unless the database has the schema and the projections of this code."""
    if (revision := _of_a_newer_one(connection)) is not None:
        raise LogUnavailable(_NEWER.format(revision=revision))
    if not _is_current(connection):
        raise LogUnavailable(
            "the database is not at the schema that this Datatrail needs; run: datatrail migrate"
        )


def _is_current(connection: Connection) -> bool:
    return (
        _revision(connection) == _head()
        and not outdated_projections(connection)
        and every_event_is_known(connection)
    )


def _revision(connection: Connection) -> str | None:
    """Which schema the database has; None before its first migration."""
    exists = "SELECT to_regclass('alembic_version') IS NOT NULL"
    if not connection.scalar(text(exists)):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _of_a_newer_one(connection: Connection) -> str | None:
    """The database's schema if it is none that this code knows."""
    revision = _revision(connection)
    return None if revision is None or revision in _known() else revision


def _update_projections(service_url: str) -> None:
    """As the service, and not as an owner who takes its role on: a trigger or a function of the
    read models would give that back, and whoever stole the service's role can replace them."""
    engine = _engine(service_url)
    try:
        with engine.connect() as connection:
            outdated = outdated_projections(connection)
        for name in outdated:
            rebuild(engine, name)
        with engine.connect() as connection, as_service(connection):
            hold_for_transaction(connection, Lock.APPENDS)
            learn_events(connection)
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    """A migration takes as long as it takes."""
    return make_engine(url, statement_timeout=timedelta(0), lock_timeout=timedelta(0), pool_size=2)


def _as_service_role(owner_url: str, password: str | None) -> str:
    url = make_url(owner_url)._replace(username=SERVICE_ROLE, password=password)
    return url.render_as_string(hide_password=False)


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_alembic()).get_current_head()


@cache
def _known() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(_alembic()).walk_revisions()
    return frozenset(script.revision for script in scripts)


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCHEMA).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
