"""What the log is measured against, each as its documentation says or as one would write it."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from typing import Any, TypeAlias
from uuid import uuid4

import psycopg
from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict

from tests.performance.server import Database
from tests.performance.workload import PAYLOAD_BYTES, STREAMS, made_beforehand, next_event_id
from tests.performance.writers import Write

PlainRow: TypeAlias = tuple[object, ...]
"""An event, as the columns of the plain tables."""


@dataclass(frozen=True)
class Recorder:
    """The PostgreSQL recorder of `eventsourcing`, made by its factory from its documented settings.

    `functions` turns on the functions in the database that release 9.5 offers.
    """

    database: Database
    batch: int = 1
    functions: bool = False

    @contextmanager
    def __call__(self, _number: int) -> Iterator[Write]:
        with self.opened(connections=1, made=True) as recorder:
            streams = cycle([RecorderStream() for _ in range(STREAMS)])
            written = (each.next_events(self.batch) for each in streams)
            batches = made_beforehand(written, self.batch)

            def write() -> int:
                recorder.insert_events(next(batches))
                return self.batch

            yield write

    def make_table(self) -> None:
        """Writers that start at once would meet one another in this."""
        with self.opened(connections=1):
            pass

    @contextmanager
    def opened(self, *, connections: int, made: bool = False) -> Iterator[Any]:
        """The recorder over a pool of so many connections; `made` if its table is there."""
        settings = {**self._settings(connections), "CREATE_TABLE": "n" if made else "y"}
        factory = InfrastructureFactory.construct(Environment("bench", settings))
        yield factory.application_recorder()
        factory.close()

    def _settings(self, connections: int) -> Mapping[str, str]:
        place = conninfo_to_dict(self.database.conninfo)
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": self.database.name,
            "POSTGRES_HOST": str(place["host"]),
            "POSTGRES_PORT": str(place["port"]),
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "trusted",
            "POSTGRES_POOL_SIZE": str(connections),
            "POSTGRES_MAX_OVERFLOW": "0",
            "POSTGRES_ENABLE_DB_FUNCTIONS": "y" if self.functions else "n",
        }


class RecorderStream:
    def __init__(self) -> None:
        self._id = uuid4()
        self._version = 0

    def next_events(self, count: int) -> list[StoredEvent]:
        first = self._version + 1
        self._version += count
        return [
            StoredEvent(
                originator_id=self._id,
                originator_version=version,
                topic="datatrail.session:SnippetWritten",
                state=_STATE,
            )
            for version in range(first, self._version + 1)
        ]


@dataclass(frozen=True)
class PlainInsert:
    """One autocommitted INSERT of all columns an event, prepared, through psycopg alone.

    The table is like `events`: the same columns, constraints and unique indexes, no others.
    """

    database: Database

    @contextmanager
    def __call__(self, _number: int) -> Iterator[Write]:
        with psycopg.connect(self.database.conninfo, autocommit=True) as connection:
            streams = cycle([PlainSession() for _ in range(STREAMS)])
            rows = made_beforehand((each.row() for each in streams), 1)
            connection.execute("SET TimeZone = 'UTC'")

            def write() -> int:
                connection.execute(_INSERT, next(rows), prepare=True)
                return 1

            yield write


@dataclass(frozen=True)
class PlainBatch:
    """`batch` such rows by one autocommitted COPY, which is quicker than any INSERT.

    `hashed`: the server hashes each row's payload, and with that its metadata.
    """

    database: Database
    batch: int
    hashed: bool = False

    @contextmanager
    def __call__(self, _number: int) -> Iterator[Write]:
        with psycopg.connect(self.database.conninfo, autocommit=True) as connection:
            streams = cycle([PlainSession() for _ in range(STREAMS)])
            written = ([each.row() for _ in range(self.batch)] for each in streams)
            batches = made_beforehand(written, self.batch)

            def write() -> int:
                copy_rows(connection, next(batches), hashed=self.hashed)
                return self.batch

            yield write


def copy_rows(
    connection: psycopg.Connection[Any], rows: Iterable[PlainRow], *, hashed: bool
) -> None:
    """One COPY of rows of `PlainSession` into the table of `PlainBatch`."""
    command = _COPY.format("hashed" if hashed else "plain").encode()
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types(_COPIED_TYPES)
        for row in rows:
            copy.write_row(row)


def make_plain_tables(database: Database) -> None:
    """The tables of PlainInsert and PlainBatch, in a migrated database."""
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE plain (LIKE events INCLUDING ALL)")
        connection.execute(
            "ALTER TABLE plain ALTER epoch SET DEFAULT 1, "
            "ALTER xid SET DEFAULT pg_current_xact_id()"
        )
        rows = connection.execute(
            "SELECT indexrelid::regclass::text FROM pg_index "
            "WHERE indrelid = 'plain'::regclass AND NOT indisunique"
        ).fetchall()
        for (index,) in rows:
            connection.execute(f"DROP INDEX {index}".encode())
        connection.execute("CREATE TABLE hashed (LIKE plain INCLUDING ALL)")
        connection.execute(
            "ALTER TABLE hashed ADD COLUMN chained bytea "
            "GENERATED ALWAYS AS (sha256(metadata || sha256(payload))) STORED"
        )


class PlainSession:
    """A session of the plain tables."""

    def __init__(self) -> None:
        self._id, self._task = uuid4(), uuid4()
        self._version = 0

    def row(self) -> PlainRow:
        """Its next event."""
        self._version += 1
        return (
            *(self._id, self._version, next_event_id(), "SnippetWritten", 1),
            *(_STATE, _METADATA, _HASH, _NOW, self._task),
        )


_STATE = b"x" * PAYLOAD_BYTES
_METADATA = b"m" * 180
_HASH = os.urandom(32)
_NOW = datetime.now(UTC)
_COLUMNS = """
session_id, version, event_id, type, schema_version, payload, metadata, hash, recorded_at, task_id
"""
_INSERT = f"INSERT INTO plain ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 - constants only
_COPY = f"COPY {{}} ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_COPIED_TYPES = (
    *("uuid", "int8", "uuid", "text", "int4", "bytea", "bytea", "bytea", "timestamptz", "uuid"),
)


def apply_event_by_event(database: Database, count: int) -> float:
    """Project the session tree of the first events one by one; the seconds that took.

    Prepared upserts into tables like the live ones, a thousand events a transaction.
    """
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute(_UPSERT_TABLES)
        rows = connection.execute(_TO_UPSERT, [count]).fetchall()
        begin = time.perf_counter()
        for start in range(0, len(rows), 1000):
            with connection.transaction():
                for row in rows[start : start + 1000]:
                    _upsert(connection, row)
        return time.perf_counter() - begin


def _upsert(connection: psycopg.Connection[Any], row: tuple[Any, ...]) -> None:
    session, version, kind, task, node, parent, branch, subject, at = row
    match kind:
        case "SessionStarted":
            connection.execute(_BEGIN_SESSION, [session, subject, version, at, at])
            return
        case "NodeCommitted":
            connection.execute(_ADD_NODE, [session, node, version, parent, branch, task, at])
        case "PointerMoved":
            connection.execute(_MOVE_POINTER, [node, version, version, at, session])
            return
        case "DatasetUploaded":
            connection.execute(_ADD_DATASET, [version, version, at, session])
            return
    connection.execute(_TOUCH, [version, at, session])


_UPSERT_TABLES = """
DROP TABLE IF EXISTS upserted_sessions, upserted_nodes;
CREATE TABLE upserted_sessions (LIKE read_models.sessions INCLUDING ALL);
CREATE TABLE upserted_nodes (LIKE read_models.nodes INCLUDING ALL);
"""
_TO_UPSERT = """
SELECT session_id, version, type, task_id, node_id, parent_id, branch, subject_id, recorded_at
FROM events ORDER BY id LIMIT %s
"""
_BEGIN_SESSION = """
INSERT INTO upserted_sessions (session_id, subject_id, version, created_at, updated_at)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT (session_id) DO NOTHING
"""
_ADD_NODE = """
INSERT INTO upserted_nodes (session_id, node_id, version, parent_id, branch, task_id, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (session_id, node_id) DO NOTHING
"""
_MOVE_POINTER = """
UPDATE upserted_sessions SET pointer = %s, pointer_version = %s, version = %s, updated_at = %s
WHERE session_id = %s
"""
_ADD_DATASET = """
UPDATE upserted_sessions SET dataset_version = %s, version = %s, updated_at = %s
WHERE session_id = %s
"""
_TOUCH = "UPDATE upserted_sessions SET version = %s, updated_at = %s WHERE session_id = %s"
