"""The PostgreSQL under measurement: the embedded one, as durable as it comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.events.codec import EventCodec
from infrastructure.keys.cache import CachedSubjectKeys
from infrastructure.keys.directory import KeyDirectory
from infrastructure.keys.subject_keys import StoredSubjectKeys
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.tables import SERVICE_ROLE

_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_TOLD = (
    *("server_version", *_DURABLE, "wal_sync_method", "shared_buffers", "max_wal_size"),
    *("wal_level", "jit", "track_io_timing"),
)

# As the migration leaves it before the first projection is built.
_PROJECT_NOTHING = """
CREATE OR REPLACE FUNCTION read_models.project(session_ids uuid[]) RETURNS void
    LANGUAGE plpgsql AS 'BEGIN END'
"""


@dataclass(frozen=True, kw_only=True)
class Database:
    """A database of its own. `owner` and `service` are SQLAlchemy URLs, `conninfo` is libpq's.

    The keys of its subjects are in the directory `keys`.
    """

    name: str
    owner: str
    service: str
    keys: Path

    @property
    def conninfo(self) -> str:
        return self.owner.replace("+psycopg", "", 1)

    def codec(self) -> EventCodec:
        """As the service has it, sealing under the database's keys."""
        return EventCodec(CachedSubjectKeys(StoredSubjectKeys(KeyDirectory(self.keys))))


class Server:
    """A running server, and databases on it that last as long as a bench."""

    def __init__(self, postgres: EmbeddedPostgres, directory: Path) -> None:
        self._postgres = postgres
        self._directory = directory
        settings = self.settings()
        weak = {name for name, value in _DURABLE.items() if settings[name] != value}
        if weak:
            raise RuntimeError(f"PostgreSQL is not durable here, so nothing is measured: {weak}")

    def settings(self) -> dict[str, str]:
        """The settings that a figure depends on."""
        with psycopg.connect(_libpq(self._postgres.url)) as connection:
            rows = connection.execute(
                "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS n (name)",
                [list(_TOLD)],
            ).fetchall()
        return dict(rows)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """An empty database."""
        name = f"bench_{uuid4().hex}"
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Database(
                name=name,
                owner=self._postgres.url_for("postgres", database=name),
                service=self._postgres.url_for(SERVICE_ROLE, database=name),
                keys=self._directory / name,
            )
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def migrated(self) -> Iterator[Database]:
        """A database with Datatrail's schema, empty."""
        with self.database() as database:
            migrate(database.owner)
            yield database

    @contextmanager
    def without_projections(self) -> Iterator[Database]:
        """The same, with nothing projected in an append's transaction."""
        with self.migrated() as database:
            with psycopg.connect(database.conninfo) as connection:
                connection.execute(_PROJECT_NOTHING)
            yield database

    def settle(self) -> None:
        """Let nobody pay for what another wrote: a checkpoint before each window."""
        self._run(sql.SQL("CHECKPOINT"))

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(_libpq(self._postgres.url), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running(directory: Path) -> Iterator[Server]:
    """The embedded server, all in `directory`, which must not be in memory."""
    with EmbeddedPostgres(directory / "postgres") as postgres:
        yield Server(postgres, directory / "keys")


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)
