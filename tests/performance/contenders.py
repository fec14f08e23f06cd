"""Datatrail's log as its writers open it. Each is a process with one connection."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from psycopg import Connection
from sqlalchemy import PoolProxiedConnection

from infrastructure.postgres.appends import Answer, Outcome, append_all
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog, appending_engine
from tests.performance.server import Database
from tests.performance.workload import STREAMS, Stream, made_beforehand
from tests.performance.writers import Write


@dataclass(frozen=True)
class Store:
    """The log's function, given bytes, on a connection that is held."""

    database: Database
    batch: int = 1

    @contextmanager
    def __call__(self, _number: int) -> Iterator[Write]:
        engine = make_engine(self.database.service, pool_size=1, autocommit=True)
        streams = cycle(opened_streams(self.database, STREAMS))
        appends = made_beforehand((each.next_append(self.batch) for each in streams), self.batch)
        with closing(engine.raw_connection()) as pooled:
            connection = driver_of(pooled)

            def write() -> int:
                expect_appended(append_all(connection, [next(appends)]))
                return self.batch

            yield write
        engine.dispose()


@dataclass(frozen=True)
class Port:
    """`PostgresEventLog.append`, given events."""

    database: Database
    batch: int = 1

    @contextmanager
    def __call__(self, _number: int) -> Iterator[Write]:
        engine = make_engine(self.database.service, pool_size=1)
        appending = appending_engine(self.database.service)
        log = PostgresEventLog(engine, self.database.codec(), appending=appending)
        streams = cycle(opened_streams(self.database, STREAMS))

        def write() -> int:
            stream = next(streams)
            version = stream.version
            events = stream.next_events(self.batch)
            log.append(stream.stream_id, events, expected_version=version)
            return self.batch

        yield write
        engine.dispose()


def opened_streams(database: Database, count: int) -> Sequence[Stream]:
    """New sessions, ready for work."""
    engine = make_engine(database.service, pool_size=1)
    log = PostgresEventLog(engine, database.codec())
    streams = [Stream() for _ in range(count)]
    for stream in streams:
        log.append(stream.stream_id, stream.opening(), expected_version=0)
    engine.dispose()
    return streams


def driver_of(pooled: PoolProxiedConnection) -> Connection[tuple[Any, ...]]:
    """The psycopg connection in the pool's."""
    driver = pooled.driver_connection
    if not isinstance(driver, Connection):
        raise TypeError(f"expected a psycopg connection, not {type(driver).__name__}")
    return driver


def expect_appended(answers: Sequence[Answer]) -> None:
    """Raise RuntimeError unless all were appended: a refusal would look fast."""
    for answer in answers:
        if answer.outcome is not Outcome.APPENDED:
            raise RuntimeError(f"an append ended as {answer.outcome}")
