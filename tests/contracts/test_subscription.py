"""A subscription delivers every event once settled, in order, and skips none."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from threading import Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, select, text

from application.ports.event_log import RecordedEvent, session_stream
from application.ports.subscription import Batch
from infrastructure.events.codec import EventCodec
from infrastructure.events.errors import UnknownEventType
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.subscription import PostgresSubscription
from infrastructure.postgres.tables import events
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import message
from tests.fakes import CODEC


@pytest.fixture
def engine(log_database: LogDatabase) -> Engine:
    return log_database.engine


@pytest.fixture
def log(engine: Engine) -> PostgresEventLog:
    return PostgresEventLog(engine, CODEC)


def append(log: PostgresEventLog, count: int = 1) -> list[UUID]:
    """Events in a stream of their own; their ids."""
    new = [message() for _ in range(count)]
    return ids(log.append(session_stream(uuid4()), new, expected_version=0))


def ids(records: Sequence[RecordedEvent]) -> list[UUID]:
    return [record.metadata.event_id for record in records]


@contextmanager
def slow_append(engine: Engine) -> Iterator[UUID]:
    """An append whose transaction stays open until the block ends, then commits; its event's id."""
    with engine.connect() as connection:
        event_id = insert_copy_of_first(connection)
        yield event_id
        connection.commit()


def insert_copy_of_first(connection: Connection) -> UUID:
    event_id, session_id = uuid4(), uuid4()
    connection.execute(
        text(
            "INSERT INTO events (stream_id, version, event_id, type, schema_version, payload,"
            " metadata, hash, recorded_at, session_id)"
            " SELECT :stream, 1, :id, type, 1, payload, convert_to(replace(convert_from("
            " metadata, 'UTF8'), event_id::text, CAST(:id AS text)), 'UTF8'), hash, recorded_at,"
            " :session FROM events ORDER BY position LIMIT 1"
        ),
        {"stream": session_stream(session_id), "session": session_id, "id": event_id},
    )
    return event_id


class NaiveTail:
    """Follows positions: what subscriptions must not do."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._position = 0
        self.seen: list[UUID] = []

    def follow(self) -> None:
        query = select(events.c.position, events.c.event_id).order_by(events.c.position)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(events.c.position > self._position)).all()
        self.seen += [row.event_id for row in rows]
        self._position = max([self._position, *(row.position for row in rows)])


def follow(subscription: PostgresSubscription, limit: int = 100) -> list[UUID]:
    """Take and acknowledge everything that is settled now."""
    seen: list[UUID] = []
    while (batch := subscription.pending(limit)).events:
        seen += ids(batch.events)
        subscription.acknowledge(batch)
    return seen


def test_events_come_in_order_and_once_each(engine: Engine, log: PostgresEventLog) -> None:
    appended = append(log, 3) + append(log, 4)
    subscription = PostgresSubscription(engine, "reader", CODEC)
    assert follow(subscription, limit=2) == appended
    assert follow(subscription) == []
    more = append(log)
    assert follow(subscription) == more


def test_nothing_pending_is_an_empty_batch_that_can_be_acknowledged(engine: Engine) -> None:
    subscription = PostgresSubscription(engine, "reader", CODEC)
    batch = subscription.pending(10)
    assert list(batch.events) == []
    subscription.acknowledge(batch)
    assert subscription.pending(10) == batch


def test_what_was_not_acknowledged_comes_again(engine: Engine, log: PostgresEventLog) -> None:
    append(log, 2)
    assert PostgresSubscription(engine, "reader", CODEC).pending(10) == PostgresSubscription(
        engine, "reader", CODEC
    ).pending(10)


def test_readers_of_other_names_do_not_share_a_checkpoint(
    engine: Engine, log: PostgresEventLog
) -> None:
    appended = append(log, 2)
    assert follow(PostgresSubscription(engine, "one", CODEC)) == appended
    assert follow(PostgresSubscription(engine, "other", CODEC)) == appended


def test_a_checkpoint_never_moves_back(engine: Engine, log: PostgresEventLog) -> None:
    append(log, 3)
    slow, fast = (PostgresSubscription(engine, "reader", CODEC) for _ in range(2))
    early: Batch = slow.pending(1)
    follow(fast)
    slow.acknowledge(early)
    assert list(fast.pending(10).events) == []


def test_transactions_are_compared_as_numbers(engine: Engine, log: PostgresEventLog) -> None:
    append(log)
    subscription = PostgresSubscription(engine, "reader", CODEC)
    batch = subscription.pending(1)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO checkpoints VALUES ('reader', '9', 1)"))
    # As text, 9 would sort after any transaction of a new cluster, which has three digits.
    assert batch.checkpoint.transaction > 9
    assert ids(subscription.pending(1).events) == ids(batch.events)
    subscription.acknowledge(batch)
    assert list(subscription.pending(1).events) == []


def test_a_slow_writer_is_waited_for_where_a_naive_tail_skips_it(
    engine: Engine, log: PostgresEventLog
) -> None:
    subscription, naive = PostgresSubscription(engine, "reader", CODEC), NaiveTail(engine)
    seen = []
    first = append(log)
    seen += follow(subscription)
    naive.follow()
    with slow_append(engine) as slow:
        fast = append(log, 2)
        seen += follow(subscription)
        naive.follow()
        assert seen == first
    last = append(log)
    seen += follow(subscription)
    naive.follow()
    assert seen == [*first, slow, *fast, *last]
    assert naive.seen == [*first, *fast, *last]


def test_an_aborted_writer_holds_nothing_up(engine: Engine, log: PostgresEventLog) -> None:
    first = append(log)
    with engine.connect() as connection:
        insert_copy_of_first(connection)
        later = append(log)
        connection.rollback()
    assert follow(PostgresSubscription(engine, "reader", CODEC)) == first + later


def test_nothing_is_lost_or_doubled_while_writers_are_slow_and_fail(
    engine: Engine, log: PostgresEventLog
) -> None:
    append(log)
    done = Event()
    subscription, seen = PostgresSubscription(engine, "reader", CODEC), list[UUID]()

    def read() -> None:
        while not done.is_set():
            seen.extend(follow(subscription, limit=7))

    def write(writer: int) -> None:
        random = Random(writer)  # noqa: S311 - reproducible, no secret
        for _ in range(40):
            with engine.connect() as connection:
                insert_copy_of_first(connection)
                connection.execute(text(f"SELECT pg_sleep({random.random() / 100})"))
                if random.random() < 0.2:
                    connection.rollback()
                else:
                    connection.commit()

    with ThreadPoolExecutor(7) as pool:
        reader = pool.submit(read)
        list(pool.map(write, range(6)))
        done.set()
        reader.result()
    seen.extend(follow(subscription))
    with engine.connect() as connection:
        stored = connection.scalars(select(events.c.event_id)).all()
    assert len(stored) > 100
    assert len(seen) == len(set(seen))
    assert set(seen) == set(stored)


def test_an_event_that_cannot_be_read_is_not_passed_over(
    engine: Engine, log: PostgresEventLog
) -> None:
    append(log)
    older = PostgresSubscription(engine, "reader", EventCodec(versions={"SessionStarted": 1}))
    for _ in range(2):
        with pytest.raises(UnknownEventType, match="MessagePosted"):
            older.pending(10)
