"""A subscription delivers every event once it has its position, in order, and skips none."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, select, text

from application.ports.event_log import LogUnavailable, RecordedEvent, session_stream
from infrastructure.events.codec import CURRENT_VERSIONS, EventCodec
from infrastructure.events.errors import UnknownEventType
from infrastructure.postgres.archived_bytes import NoArchive
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.lazy_events import made_for, readable
from infrastructure.postgres.log_reads import LogReader
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.subscription import PostgresSubscription
from infrastructure.postgres.tables import events
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import message
from tests.contracts.open_appends import append_now, append_on, slow_append
from tests.fakes import CODEC, InMemorySubjectKeys


@pytest.fixture
def engine(log_database: LogDatabase) -> Engine:
    return log_database.engine


@pytest.fixture
def subscription(engine: Engine) -> PostgresSubscription:
    return PostgresSubscription(engine, "reader", CODEC)


def ids(records: Sequence[RecordedEvent]) -> list[UUID]:
    return [record.metadata.event_id for record in records]


class NaiveTail:
    """Follows the order of writing: what subscriptions must not do."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last = 0
        self.seen: list[UUID] = []

    def follow(self) -> None:
        query = select(events.c.id, events.c.event_id).order_by(events.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(events.c.id > self._last)).all()
        self.seen += [row.event_id for row in rows]
        self._last = max([self._last, *(row.id for row in rows)])


def follow(engine: Engine, subscription: PostgresSubscription, limit: int = 100) -> list[UUID]:
    """Take and acknowledge everything that is settled now."""
    sequence_settled(engine)
    seen: list[UUID] = []
    while (batch := subscription.pending(limit)).events:
        seen += ids(batch.events)
        subscription.acknowledge(batch)
    return seen


def test_events_come_in_order_and_once_each_with_dense_positions(
    engine: Engine, subscription: PostgresSubscription
) -> None:
    appended = append_now(engine, count=3) + append_now(engine, count=4)
    sequence_settled(engine)
    assert [event.position for event in subscription.pending(10).events] == [1, 2, 3, 4, 5, 6, 7]
    assert follow(engine, subscription, limit=2) == appended
    assert follow(engine, subscription) == []
    more = append_now(engine)
    assert follow(engine, subscription) == more


def test_what_is_delivered_is_what_was_appended(
    engine: Engine, subscription: PostgresSubscription
) -> None:
    log, stream = PostgresEventLog(engine, CODEC), session_stream(uuid4())
    log.append(stream, [message("first"), message("second")], expected_version=0)
    sequence_settled(engine)
    assert list(subscription.pending(10).events) == list(log.read(stream))


def test_nothing_pending_is_an_empty_batch_that_can_be_acknowledged(
    subscription: PostgresSubscription,
) -> None:
    batch = subscription.pending(10)
    assert (list(batch.events), batch.position) == ([], 0)
    subscription.acknowledge(batch)
    assert subscription.pending(10) == batch


def test_an_event_without_a_position_is_not_delivered(
    engine: Engine, subscription: PostgresSubscription
) -> None:
    append_now(engine)
    assert list(subscription.pending(10).events) == []


def test_what_was_not_acknowledged_comes_again(
    engine: Engine, subscription: PostgresSubscription
) -> None:
    append_now(engine, count=2)
    sequence_settled(engine)
    assert subscription.pending(10) == PostgresSubscription(engine, "reader", CODEC).pending(10)


def test_readers_of_other_names_do_not_share_a_position(engine: Engine) -> None:
    appended = append_now(engine, count=2)
    assert follow(engine, PostgresSubscription(engine, "one", CODEC)) == appended
    assert follow(engine, PostgresSubscription(engine, "other", CODEC)) == appended


def test_a_position_never_moves_back(engine: Engine, subscription: PostgresSubscription) -> None:
    append_now(engine, count=3)
    sequence_settled(engine)
    early = subscription.pending(1)
    follow(engine, PostgresSubscription(engine, "reader", CODEC))
    subscription.acknowledge(early)
    assert list(subscription.pending(10).events) == []


def test_a_slow_writer_is_waited_for_where_a_naive_tail_skips_it(
    engine: Engine, subscription: PostgresSubscription
) -> None:
    naive, seen = NaiveTail(engine), list[UUID]()
    first = append_now(engine)
    seen += follow(engine, subscription)
    naive.follow()
    with slow_append(engine) as slow:
        fast = append_now(engine, count=2)
        seen += follow(engine, subscription)
        naive.follow()
        assert seen == first
    last = append_now(engine)
    seen += follow(engine, subscription)
    naive.follow()
    assert seen == [*first, slow, *fast, *last]
    assert naive.seen == [*first, *fast, *last]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_positions_that_do_not_follow_the_order_of_writing_are_read_in_order(
    engine: Engine, subscription: PostgresSubscription, limit: int
) -> None:
    first = append_now(engine, count=2)
    with engine.connect() as earlier, engine.connect() as aborted:
        earlier.execute(text("SELECT pg_current_xact_id()"))
        append_on(aborted)
        aborted.rollback()
        later = append_now(engine, count=2)
        written_last = append_on(earlier)
        earlier.commit()
    last = append_now(engine, count=2)
    assert follow(engine, subscription, limit) == [*first, *written_last, *later, *last]
    sequence_settled(engine)
    again = PostgresSubscription(engine, "again", CODEC).pending(limit).events
    assert [event.position for event in again] == list(range(1, min(limit, 7) + 1))


@pytest.mark.parametrize("limit", [1, 3])
def test_what_is_sequenced_while_pages_are_read_comes_after_them(
    engine: Engine, subscription: PostgresSubscription, limit: int
) -> None:
    appended, seen = append_now(engine, count=30), list[UUID]()
    for _ in range(10):
        sequence_settled(engine)
        with slow_append(engine) as slow:
            fast = append_now(engine, count=2)
            batch = subscription.pending(limit)
            assert len(batch.events) == limit
            seen += ids(batch.events)
            subscription.acknowledge(batch)
        appended += [slow, *fast]
    assert seen + follow(engine, subscription, limit) == appended


def test_a_reader_that_comes_to_another_database_reads_what_lies_there(
    log_database: LogDatabase, engine: Engine
) -> None:
    appended = append_now(engine, count=9)
    sequence_settled(engine)
    reader = LogReader(made_for(CODEC))

    def page(connection: Connection, after: int) -> list[UUID]:
        stored = reader.page(connection, after=after, limit=3)
        return ids(readable(stored, CODEC, NoArchive()))

    with engine.connect() as before, engine.connect() as elsewhere:
        assert page(before, 0) == appended[:3]
        before.rollback()
        with make_engine(log_database.owner_url).begin() as owner:
            # As a dump that ended there, after which others were written.
            owner.execute(text("ALTER TABLE log_order DISABLE TRIGGER ALL"))
            owner.execute(text("UPDATE log_order SET id = -id WHERE position > 3"))
            owner.execute(text("UPDATE log_order SET id = 13 + id WHERE position > 3"))
        assert page(elsewhere, 3) == appended[:5:-1]


def test_an_aborted_writer_holds_nothing_up(
    engine: Engine, subscription: PostgresSubscription
) -> None:
    first = append_now(engine)
    with engine.connect() as connection:
        append_on(connection)
        later = append_now(engine)
        connection.rollback()
    assert follow(engine, subscription) == first + later


def test_nothing_is_lost_or_doubled_while_writers_are_slow_and_fail(
    engine: Engine, subscription: PostgresSubscription
) -> None:
    done, seen = Event(), list[UUID]()

    def read() -> None:
        while not done.is_set():
            seen.extend(follow(engine, subscription, limit=7))

    def write(writer: int) -> list[UUID]:
        random, written = Random(writer), list[UUID]()  # noqa: S311 - reproducible, no secret
        for _ in range(40):
            with engine.connect() as connection:
                ids = append_on(connection)
                connection.execute(text(f"SELECT pg_sleep({random.random() / 100})"))
                if random.random() < 0.2:
                    connection.rollback()
                else:
                    connection.commit()
                    written += ids
        return written

    with ThreadPoolExecutor(7) as pool:
        reader = pool.submit(read)
        stored = [id_ for written in pool.map(write, range(6)) for id_ in written]
        done.set()
        reader.result()
    seen.extend(follow(engine, subscription))
    assert len(stored) > 100
    assert len(seen) == len(set(seen))
    assert set(seen) == set(stored)


def test_an_event_that_cannot_be_read_is_not_passed_over(engine: Engine) -> None:
    PostgresEventLog(engine, CODEC).append(
        session_stream(uuid4()), [message(), message()], expected_version=0
    )
    append_now(engine, count=2)
    sequence_settled(engine)
    known = {"MessagePosted": CURRENT_VERSIONS["MessagePosted"]}
    codec = EventCodec(InMemorySubjectKeys(), versions=known)
    older = PostgresSubscription(engine, "reader", codec)
    before = older.pending(10)
    assert [event.type for event in before.events] == ["MessagePosted", "MessagePosted"]
    older.acknowledge(before)
    for _ in range(2):
        with pytest.raises(UnknownEventType, match="SessionClosed"):
            older.pending(10)


@pytest.fixture
def view(log_database: LogDatabase) -> str:
    """A table that the service's role may write, as a read model of its own."""
    with log_database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE read_models.seen (event_id uuid)"))
    return "read_models.seen"


def test_a_view_and_its_position_move_together_whatever_fails(
    engine: Engine, subscription: PostgresSubscription, view: str
) -> None:
    appended = append_now(engine, count=5)
    sequence_settled(engine)
    failures = iter([True, False, True, False, False])

    def take(connection: Connection, batch: Sequence[RecordedEvent]) -> None:
        insert = text(f"INSERT INTO {view} VALUES (:id)")  # noqa: S608 - a constant
        connection.execute(insert, [{"id": id_} for id_ in ids(batch)])
        if next(failures):
            raise ValueError("the view cannot take this now")

    for _ in range(2):
        with pytest.raises(ValueError, match="cannot take"):
            subscription.project(2, take)
        assert subscription.project(2, take) == 2
    assert subscription.project(2, take) == 1
    assert subscription.project(2, take) == 0
    with engine.connect() as connection:
        seen = connection.scalars(text(f"SELECT event_id FROM {view}")).all()  # noqa: S608 - a constant
    assert seen == appended


def test_two_readers_of_one_name_take_turns_and_take_each_event_once(
    engine: Engine, view: str
) -> None:
    appended = append_now(engine, count=60)
    sequence_settled(engine)

    def take(connection: Connection, batch: Sequence[RecordedEvent]) -> None:
        insert = text(f"INSERT INTO {view} VALUES (:id)")  # noqa: S608 - a constant
        connection.execute(insert, [{"id": id_} for id_ in ids(batch)])

    def project(_reader: int) -> int:
        reader, taken = PostgresSubscription(engine, "view", CODEC), 0
        while more := reader.project(3, take):
            taken += more
        return taken

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(project, range(4))) == 60
    with engine.connect() as connection:
        seen = connection.scalars(text(f"SELECT event_id FROM {view}")).all()  # noqa: S608 - a constant
    assert sorted(seen) == sorted(appended)


def test_a_log_that_cannot_be_reached_is_unavailable() -> None:
    nowhere = make_engine("postgresql://nobody@127.0.0.1:9/none")
    with pytest.raises(LogUnavailable):
        PostgresSubscription(nowhere, "reader", CODEC).pending(1)
