"""Reading the whole log from its beginning, beside a reader of `eventsourcing` notifications."""

import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import ApplicationRecorder, Mapper
from sqlalchemy import Engine

from domain.session.events import SnippetWritten
from infrastructure.events.codec import EventCodec
from infrastructure.postgres.archived_bytes import NoArchive
from infrastructure.postgres.engine import by_statement, make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.lazy_events import made_for, readable
from infrastructure.postgres.log_reads import LogReader
from infrastructure.postgres.prepared import BIGINT, Prepared, driver_of
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.subscription import PostgresSubscription
from tests.performance.contenders import opened_streams
from tests.performance.domain_events import DomainStream, make_mapper
from tests.performance.measuring import Plan, Result, compare, in_turn
from tests.performance.peers import Recorder
from tests.performance.server import Database, Server
from tests.performance.workload import PAYLOAD_BYTES, Stream

_EVENTS = 50_000
_PAGE = 2000
_STREAMS = 20
_SECONDS = 1.0
_NOBODY = UUID(int=0)
_WRITERS = 8
READ, NOTIFIED = "events", "eventsourcing"
MIXED = f"events of {_WRITERS} writers"
DECODED, MAPPED = "events, decoding", "eventsourcing, decoding"
FOLLOWED = "subscription, decoding"
ROWS = "rows alone"

Read = Callable[[], int]
"""Reads the log from its beginning to its end; how many events that was."""


def catch_up(server: Server, plan: Plan) -> Result:
    """One reader, pages of two thousand."""
    count = plan.scaled(_EVENTS)
    with ExitStack() as stack:
        engine, codec = stack.enter_context(_written(server, count, writers=1))
        mixed, mixed_codec = stack.enter_context(_written(server, count, writers=_WRITERS))
        theirs = stack.enter_context(server.database())
        recorder = stack.enter_context(Recorder(theirs).opened(connections=1))
        _write_theirs(recorder, count)
        _vacuum(theirs)
        mapper = make_mapper()
        ways: dict[str, Read] = {
            READ: lambda: _read(engine, codec, decoding=False),
            MIXED: lambda: _read(mixed, mixed_codec, decoding=False),
            DECODED: lambda: _read(engine, codec, decoding=True),
            FOLLOWED: lambda: _follow(engine, codec),
            ROWS: lambda: _read_rows(engine),
            NOTIFIED: lambda: _read_notifications(recorder),
            MAPPED: lambda: _map_notifications(recorder, mapper),
        }

        def measure(name: str) -> float:
            server.settle()
            # Nobody pays for what another has left behind.
            gc.collect()
            return _events_a_second(ways[name])

        figures = in_turn(plan.rounds, "events/s", ways, measure)
    return Result(
        name="catch-up",
        how=f"One reader takes {count:,} events in pages of {_PAGE:,} over a connection that is "
        "open, from the beginning again and again for a second. An event is "
        f"{PAYLOAD_BYTES} recorded bytes on both sides, encrypted under a key of its own stream "
        "here and of the application there; ours brings about 200 bytes of metadata and its hash "
        f"besides. “{READ}” is how a subscription reads: events that have "
        "their bytes and decode them when they are asked what they say. Its like is "
        f"“{NOTIFIED}”, the recorder's notifications, which hold bytes. The log was written by one "
        f"writer; “{MIXED}” at once leave ids that do not follow the positions, and the server "
        f"joins the two. “{DECODED}” also opens and decodes each event and its metadata into "
        f"today's types; its like is “{MAPPED}”, which puts each notification through the "
        f"library's mapper. “{FOLLOWED}” is all that `PostgresSubscription` does, and saves its "
        f"position after each page. “{ROWS}” takes the same bytes by their key alone, without "
        "positions, and makes no events of them.",
        notes=[
            "Bounded by the driver and by PostgreSQL, which take about as long for an event each: "
            "one reader can do no better than to keep both busy at once."
        ],
        figures=figures,
        comparisons=[
            compare(figures, "catch-up read", READ, NOTIFIED, 3),
            compare(figures, "catch-up read, were it rows alone", ROWS, NOTIFIED),
            compare(figures, f"catch-up read, of {_WRITERS} writers", MIXED, NOTIFIED),
            compare(figures, "catch-up read, decoding", DECODED, MAPPED),
            compare(figures, "catch-up read, decoding and saving", FOLLOWED, MAPPED),
        ],
    )


def _events_a_second(read: Read) -> float:
    """Read again and again: once takes some of them too short a time to tell them apart."""
    begin, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - begin) < _SECONDS:
        count += read()
    return count / passed


@contextmanager
def _written(server: Server, count: int, *, writers: int) -> Iterator[tuple[Engine, EventCodec]]:
    """A log of so many events, and what reads it."""
    with server.migrated() as database:
        engine = make_engine(database.service)
        _write(engine, database, count, writers=writers)
        _vacuum(database)
        yield engine, database.codec()
        engine.dispose()


def _write(engine: Engine, database: Database, count: int, *, writers: int) -> None:
    log = PostgresEventLog(engine, database.codec())
    event = _of_recorded_size(database.codec())

    def write(stream: Stream) -> None:
        for _ in range(max(1, count // _STREAMS // 100)):
            version = stream.version
            events = [replace(new, event=event) for new in stream.next_events(100)]
            log.append(stream.stream_id, events, expected_version=version)

    with ThreadPoolExecutor(writers) as threads:
        # What a thread raised is raised by its result.
        list(threads.map(write, opened_streams(database, _STREAMS)))
    sequence_settled(engine)


def _vacuum(database: Database) -> None:
    """As the server does by itself soon: it knows the tables, and nobody is first at a row."""
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _of_recorded_size(codec: EventCodec) -> SnippetWritten:
    """An event that is recorded, sealed as it is, in as many bytes as those of the peer."""

    def recorded(code: str) -> bytes:
        event = SnippetWritten(task_id=uuid4(), step=0, attempt=1, code=code)
        about = uuid4()
        return codec.encode(event, event_id=about, session_id=about, subject_id=_NOBODY).payload

    # Base64 grows by four: the last that fits.
    length = max(n for n in range(1, PAYLOAD_BYTES) if len(recorded("x" * n)) <= PAYLOAD_BYTES)
    return SnippetWritten(task_id=uuid4(), step=0, attempt=1, code="x" * length)


def _write_theirs(recorder: ApplicationRecorder, count: int) -> None:
    mapper = make_mapper()
    streams = [DomainStream(mapper, PAYLOAD_BYTES) for _ in range(_STREAMS)]
    for number in range(count // 100):
        recorder.insert_events(streams[number % _STREAMS].next_events(100))


def _read(engine: Engine, codec: EventCodec, *, decoding: bool) -> int:
    reader = LogReader(made_for(codec))
    with by_statement(engine).connect() as connection:

        def page(after: int) -> int:
            stored = reader.page(connection, after=after, limit=_PAGE)
            events = readable(stored, codec, NoArchive())
            for event in events:
                if decoding:
                    _take(event.metadata, event.event)
                else:
                    _take(event.stream_id, event.version, event.type, event.payload)
            return after + len(events)

        return _to_the_end(page)


def _read_rows(engine: Engine) -> int:
    with by_statement(engine).connect() as connection, driver_of(connection) as driver:

        def page(after: int) -> int:
            sent = [BIGINT.send(after), BIGINT.send(after + _PAGE)]
            rows = _ROWS.taken(driver, sent, tuple)
            for row in rows:
                _take(row[0], row[1], row[2], row[4])
            return after + len(rows)

        return _to_the_end(page)


# One writer's ids count on as positions do.
_ROWS = Prepared(
    "rows_alone",
    """
    SELECT session_id, version, type, schema_version, payload, metadata, hash FROM events
    WHERE id > $1::bigint AND id <= $2::bigint
    """,
)


def _follow(engine: Engine, codec: EventCodec) -> int:
    subscription = PostgresSubscription(engine, f"bench {uuid4()}", codec)

    def page(after: int) -> int:
        batch = subscription.pending(_PAGE)
        for event in batch.events:
            _take(event.metadata, event.event)
        subscription.acknowledge(batch)
        return after + len(batch.events)

    return _to_the_end(page)


def _read_notifications(recorder: ApplicationRecorder) -> int:
    def page(after: int) -> int:
        notifications = recorder.select_notifications(after, _PAGE, inclusive_of_start=False)
        for each in notifications:
            _take(each.originator_id, each.originator_version, each.topic, each.state)
        return after + len(notifications)

    return _to_the_end(page)


def _map_notifications(recorder: ApplicationRecorder, mapper: Mapper[UUID]) -> int:
    def page(after: int) -> int:
        notifications = recorder.select_notifications(after, _PAGE, inclusive_of_start=False)
        for each in notifications:
            _take(mapper.to_domain_event(each))
        return after + len(notifications)

    return _to_the_end(page)


def _to_the_end(page: Callable[[int], int]) -> int:
    """Page by page, each dropped before the next is read; how many events there were."""
    position = 0
    while (reached := page(position)) > position:
        position = reached
    return position


def _take(*_values: object) -> None:
    """What a reader does with what it has read."""
