"""Reading the whole log from its beginning, beside a reader of `eventsourcing` notifications."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, Row, select

from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.records import RECORD
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.subscription import PostgresSubscription
from infrastructure.postgres.tables import events, log_order
from tests.performance.contenders import opened_streams
from tests.performance.measuring import Plan, Result, compare, in_turn
from tests.performance.peers import Recorder, RecorderStream
from tests.performance.server import Database, Server

_EVENTS = 50_000
_PAGE = 1000
RECORDS, ROWS, NOTIFICATIONS = "subscription", "its rows alone", "eventsourcing"


def catch_up(server: Server, plan: Plan) -> Result:
    """One reader, pages of a thousand."""
    count = plan.events(_EVENTS)
    with server.migrated() as ours, server.database() as theirs:
        _write(ours, count)
        _write_theirs(theirs, count)
        ways: dict[str, Callable[[], int]] = {
            RECORDS: lambda: _read_records(ours),
            ROWS: lambda: _read_rows(ours),
            NOTIFICATIONS: lambda: _read_notifications(theirs),
        }

        def measure(name: str) -> float:
            server.settle()
            begin = time.perf_counter()
            read = ways[name]()
            return read / (time.perf_counter() - begin)

        figures = in_turn(plan.rounds, "events/s", ways, measure)
    return Result(
        name="catch-up",
        how=f"One reader takes {count:,} events in pages of {_PAGE:,}. “{ROWS}” is the query of a "
        "subscription, whose rows hold an event's bytes, as a notification of eventsourcing does. "
        f"“{RECORDS}” also opens what is sealed, decodes every event and its metadata into "
        "today's types, and saves its position after each page.",
        figures=figures,
        comparisons=[
            compare(figures, "catch-up read", ROWS, NOTIFICATIONS, 3),
            compare(figures, "catch-up read, decoding", RECORDS, NOTIFICATIONS),
        ],
    )


def _write(database: Database, count: int) -> None:
    engine = make_engine(database.service)
    log = PostgresEventLog(engine, database.codec())
    streams = opened_streams(database, 20)
    for number in range(count // 100):
        stream = streams[number % len(streams)]
        version = stream.version
        log.append(stream.stream_id, stream.next_events(100), expected_version=version)
    sequence_settled(engine)
    engine.dispose()


def _write_theirs(database: Database, count: int) -> None:
    with Recorder(database).opened(connections=1) as recorder:
        streams = [RecorderStream() for _ in range(20)]
        for number in range(count // 100):
            recorder.insert_events(streams[number % len(streams)].next_events(100))


def _read_records(database: Database) -> int:
    engine = make_engine(database.service)
    subscription = PostgresSubscription(engine, f"bench {time.monotonic_ns()}", database.codec())
    read = 0
    while (batch := subscription.pending(_PAGE)).events:
        subscription.acknowledge(batch)
        read += len(batch.events)
    engine.dispose()
    return read


def _read_rows(database: Database) -> int:
    engine = make_engine(database.service)
    read = position = 0
    while page := _page(engine, position):
        read += len(page)
        position = page[-1].position
    engine.dispose()
    return read


def _page(engine: Engine, after: int) -> list[Row[Any]]:
    query = (
        select(*RECORD)
        .select_from(log_order.join(events, events.c.id == log_order.c.id))
        .where(log_order.c.position > after)
        .order_by(log_order.c.position)
        .limit(_PAGE)
    )
    with engine.connect() as connection:
        return list(connection.execute(query))


def _read_notifications(database: Database) -> int:
    with Recorder(database).opened(connections=1) as recorder:
        read = position = 0
        while page := recorder.select_notifications(position, _PAGE, inclusive_of_start=False):
            read += len(page)
            position = page[-1].id
        return read
