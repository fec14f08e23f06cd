"""From an append to a subscriber in another process, through the sequencer."""

import multiprocessing
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from uuid import UUID

from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.notifications import PostgresNotifications
from infrastructure.postgres.sequencer import Sequencer
from infrastructure.postgres.subscription import PostgresSubscription
from tests.performance.contenders import opened_streams
from tests.performance.measuring import Bound, Figure, Plan, Result
from tests.performance.server import Database, Server

_APPENDS = 2000
_PER_SECOND = 100.0


def latency(server: Server, plan: Plan) -> Result:
    """One append after another at a steady pace; sequencer and subscriber are other processes."""
    with (
        server.migrated() as database,
        _running(_sequence, database) as sequencer,
        _running(_subscribe, database) as subscriber,
    ):
        sequencer.recv()
        subscriber.recv()
        sent = _append(database, plan.scaled(_APPENDS))
        subscriber.send(len(sent))
        seen: dict[UUID, float] = subscriber.recv()
    delays = [(seen[event_id] - begin) * 1000 for event_id, begin in sent.items()]
    hundredths = statistics.quantiles(delays, n=100)
    return Result(
        name="latency",
        how=f"{len(sent):,} single appends, {_PER_SECOND:g} a second, each timed from before the "
        "call of `EventLog.append` until a subscriber has the decoded event in another process. "
        "The sequencer runs in a third.",
        figures={"append → subscriber": Figure(unit="ms", samples=delays)},
        bounds=[
            Bound(row="append → subscriber, p50", unit="ms", at_most=10, value=hundredths[49]),
            Bound(row="append → subscriber, p99", unit="ms", at_most=50, value=hundredths[98]),
        ],
    )


@contextmanager
def _running(
    role: Callable[[Database, Connection], None], database: Database
) -> Iterator[Connection]:
    """A process that does `role` until the pipe is closed."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=role, args=(database, theirs))
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(10)
        process.kill()


def _append(database: Database, count: int) -> dict[UUID, float]:
    """When each event's append began, by the clock that all processes share."""
    engine = make_engine(database.service)
    log = PostgresEventLog(engine, database.codec())
    (stream,) = opened_streams(database, 1)
    sent = {}
    begin = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, begin + number / _PER_SECOND - time.monotonic()))
        version = stream.version
        (new,) = stream.next_events(1)
        sent[new.metadata.event_id] = time.monotonic()
        log.append(stream.stream_id, [new], expected_version=version)
    engine.dispose()
    return sent


def _sequence(database: Database, pipe: Connection) -> None:
    stop = threading.Event()
    sequencer = Sequencer(make_engine(database.service))
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    while not sequencer.leads:
        time.sleep(0.01)
    pipe.send("leads")
    _until_closed(pipe)
    stop.set()
    thread.join()


def _subscribe(database: Database, pipe: Connection) -> None:
    engine = make_engine(database.service)
    notifications = PostgresNotifications(engine)
    subscription = PostgresSubscription(engine, "latency", database.codec())
    seen: dict[UUID, float] = {}
    wanted: int | None = None
    pipe.send("listens")
    while wanted is None or len(seen) < wanted + 2:
        batch = subscription.pending(500)
        now = time.monotonic()
        seen |= {each.metadata.event_id: now for each in batch.events}
        if batch.events:
            subscription.acknowledge(batch)
        else:
            notifications.wait(beyond=batch.position, timeout=timedelta(milliseconds=100))
        if wanted is None and pipe.poll():
            wanted = pipe.recv()
    pipe.send(seen)
    _until_closed(pipe)
    notifications.close()


def _until_closed(pipe: Connection) -> None:
    try:
        pipe.recv()
    except EOFError:
        return
