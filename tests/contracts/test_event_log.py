"""The contract of the event log, in PostgreSQL and in memory, and what only PostgreSQL promises."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from application.ports.event_log import (
    EventLog,
    IdempotencyConflict,
    LogUnavailable,
    NewEvent,
    RecordedEvent,
    WrongVersion,
    session_stream,
)
from domain.session.events import MessagePosted, SessionStarted
from infrastructure.events.errors import UnencodableEvent, UnreadableEvent
from infrastructure.postgres import event_log
from infrastructure.postgres.appends import Answer, Append, Outcome, append_all
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.errors import ProjectionFailed
from infrastructure.postgres.event_log import PostgresEventLog, appending_engine
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.records import NotASessionStream
from tests.contracts.conftest import LogDatabase, schema_is_current
from tests.contracts.histories import START, broken_links, message, new
from tests.fakes import CODEC, InMemoryEventLog


@pytest.fixture(params=["PostgreSQL", "in memory"])
def log(request: pytest.FixtureRequest) -> EventLog:
    if request.param == "in memory":
        return InMemoryEventLog()
    database = request.getfixturevalue("shared_log_database")
    assert isinstance(database, LogDatabase)
    return PostgresEventLog(database.engine, CODEC)


@pytest.fixture
def stream() -> str:
    return session_stream(uuid4())


@pytest.fixture
def postgres_log(log_database: LogDatabase) -> PostgresEventLog:
    """Over a database of the test's own, which it may damage."""
    return PostgresEventLog(log_database.engine, CODEC)


@pytest.fixture
def shared_log(shared_log_database: LogDatabase) -> PostgresEventLog:
    return PostgresEventLog(shared_log_database.engine, CODEC)


def test_events_are_read_as_they_were_appended(log: EventLog, stream: str) -> None:
    events = [message("first"), message("second ☃ \x00 \U0001f427"), message("")]
    appended = log.append(stream, events, expected_version=0)
    assert list(log.read(stream)) == list(appended)
    assert [r.event for r in appended] == [e.event for e in events]
    assert [r.metadata for r in appended] == [e.metadata for e in events]
    assert [r.version for r in appended] == [1, 2, 3]
    assert [r.type for r in appended] == ["MessagePosted"] * 3
    assert [r.position for r in appended] == [None] * 3


def test_a_stream_goes_on_where_it_ended(log: EventLog, stream: str) -> None:
    log.append(stream, [message(), message()], expected_version=0)
    (third,) = log.append(stream, [message()], expected_version=2)
    assert third.version == 3


def test_an_empty_stream_reads_as_nothing(log: EventLog, stream: str) -> None:
    assert list(log.read(stream)) == []


def test_a_part_of_a_stream_can_be_read(log: EventLog, stream: str) -> None:
    log.append(stream, [message() for _ in range(5)], expected_version=0)
    assert [r.version for r in log.read(stream, after_version=2)] == [3, 4, 5]
    assert [r.version for r in log.read(stream, after_version=1, limit=2)] == [2, 3]
    assert list(log.read(stream, after_version=5)) == []


def test_streams_do_not_mix(log: EventLog, stream: str) -> None:
    other = session_stream(uuid4())
    log.append(stream, [message()], expected_version=0)
    (recorded,) = log.append(other, [message()], expected_version=0)
    assert recorded.version == 1
    assert list(log.read(other)) == [recorded]


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_a_wrong_version_is_refused_with_the_actual_one(
    log: EventLog, stream: str, expected: int
) -> None:
    log.append(stream, [message(), message()], expected_version=0)
    with pytest.raises(WrongVersion) as refusal:
        log.append(stream, [message()], expected_version=expected)
    assert (refusal.value.expected, refusal.value.actual) == (expected, 2)
    assert len(log.read(stream)) == 2


def test_the_same_append_again_returns_the_original_records(log: EventLog, stream: str) -> None:
    events = [message(), message()]
    first = log.append(stream, events, expected_version=0)
    log.append(stream, [message()], expected_version=2)
    assert list(log.append(stream, events, expected_version=0)) == list(first)
    assert len(log.read(stream)) == 3


def test_an_id_with_other_content_is_a_conflict(log: EventLog, stream: str) -> None:
    event_id = uuid4()
    log.append(
        stream,
        [new(MessagePosted(task_id=uuid4(), text="one"), event_id=event_id)],
        expected_version=0,
    )
    other = new(MessagePosted(task_id=uuid4(), text="two"), event_id=event_id)
    for expected in (0, 1):
        with pytest.raises(IdempotencyConflict) as refusal:
            log.append(stream, [other], expected_version=expected)
        assert refusal.value.event_id == event_id
    assert len(log.read(stream)) == 1


def test_an_id_with_other_metadata_is_a_conflict(log: EventLog, stream: str) -> None:
    event, event_id = MessagePosted(task_id=uuid4(), text="one"), uuid4()
    log.append(stream, [new(event, event_id=event_id)], expected_version=0)
    later = new(event, event_id=event_id, at=START + timedelta(seconds=1))
    with pytest.raises(IdempotencyConflict):
        log.append(stream, [later], expected_version=0)


def test_an_id_in_another_place_is_a_conflict(log: EventLog, stream: str) -> None:
    events = [message()]
    log.append(stream, events, expected_version=0)
    with pytest.raises(IdempotencyConflict):
        log.append(session_stream(uuid4()), events, expected_version=0)
    with pytest.raises(IdempotencyConflict):
        log.append(stream, events, expected_version=1)


def test_a_batch_that_is_in_the_log_in_part_is_a_conflict(log: EventLog, stream: str) -> None:
    known = message()
    log.append(stream, [known], expected_version=0)
    with pytest.raises(IdempotencyConflict):
        log.append(stream, [known, message()], expected_version=0)
    assert len(log.read(stream)) == 1


def test_an_id_twice_in_one_batch_is_a_conflict(log: EventLog, stream: str) -> None:
    twice = message()
    with pytest.raises(IdempotencyConflict):
        log.append(stream, [twice, twice], expected_version=0)
    assert list(log.read(stream)) == []


def test_an_event_that_cannot_be_recorded_leaves_nothing_behind(log: EventLog, stream: str) -> None:
    with pytest.raises(UnencodableEvent):
        log.append(stream, [message(), message("\ud800")], expected_version=0)
    assert list(log.read(stream)) == []


def test_the_hash_chain_follows_its_specification(log: EventLog, stream: str) -> None:
    log.append(stream, [message(), message()], expected_version=0)
    log.append(stream, [message()], expected_version=2)
    assert broken_links(log.read(stream)) == []


def test_of_many_writers_exactly_one_wins_each_version(log: EventLog, stream: str) -> None:
    writers = 8
    start = Barrier(writers)
    losses: list[tuple[int, int]] = []

    def write(writer: int) -> int:
        start.wait()
        wins = 0
        while True:
            version = len(log.read(stream))
            if version >= 30:
                return wins
            try:
                log.append(stream, [message(f"writer {writer}")], expected_version=version)
                wins += 1
            except WrongVersion as refusal:
                losses.append((version, refusal.actual))

    with ThreadPoolExecutor(writers) as pool:
        wins = sum(pool.map(write, range(writers)))
    assert all(actual > read for read, actual in losses)
    records = log.read(stream)
    assert [r.version for r in records] == list(range(1, wins + 1))
    assert broken_links(records) == []


def test_the_same_append_from_many_writers_happens_once(log: EventLog, stream: str) -> None:
    writers = 8
    start = Barrier(writers)
    events = [message(), message()]

    def write(_writer: int) -> list[RecordedEvent]:
        start.wait()
        return list(log.append(stream, events, expected_version=0))

    with ThreadPoolExecutor(writers) as pool:
        outcomes = list(pool.map(write, range(writers)))
    assert all(outcome == list(log.read(stream)) for outcome in outcomes)


def test_writers_of_one_stream_that_expect_the_same_version_lose_but_one(
    log: EventLog, stream: str
) -> None:
    writers = 8
    start = Barrier(writers)

    def write(_writer: int) -> tuple[int, int] | None:
        start.wait()
        try:
            log.append(stream, [message()], expected_version=0)
        except WrongVersion as refusal:
            return refusal.expected, refusal.actual
        return None

    with ThreadPoolExecutor(writers) as pool:
        outcomes = list(pool.map(write, range(writers)))
    assert sorted(outcomes, key=str) == [(0, 1)] * (writers - 1) + [None]


# What only PostgreSQL promises


def owner(database: LogDatabase) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(database.owner_url.replace("+psycopg", "", 1), autocommit=True)


def service(database: LogDatabase) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(database.service_url.replace("+psycopg", "", 1), autocommit=True)


CHANGES = (
    "UPDATE events SET type = 'Other'",
    "UPDATE events SET type = 'Other' WHERE false",
    "DELETE FROM events",
    "TRUNCATE events",
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_service_has_no_right_to_change_the_log(
    shared_log: PostgresEventLog, shared_log_database: LogDatabase, stream: str, change: str
) -> None:
    recorded = shared_log.append(stream, [message()], expected_version=0)
    with (
        service(shared_log_database) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(change.encode())
    assert list(shared_log.read(stream)) == list(recorded)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("triggers", ["origin", "replica"])
def test_the_owner_is_refused_too(
    shared_log: PostgresEventLog,
    shared_log_database: LogDatabase,
    stream: str,
    change: str,
    triggers: str,
) -> None:
    recorded = shared_log.append(stream, [message()], expected_version=0)
    with owner(shared_log_database) as connection:
        connection.execute(
            sql.SQL("SET session_replication_role = {}").format(sql.Literal(triggers))
        )
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            connection.execute(change.encode())
    assert list(shared_log.read(stream)) == list(recorded)


@pytest.mark.parametrize(
    "trick",
    [
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TABLE events",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS ''",
        "CREATE TABLE public.mine ()",
        "INSERT INTO events OVERRIDING SYSTEM VALUE SELECT * FROM events",
        "INSERT INTO events (event_id) VALUES ('00000000-0000-0000-0000-000000000000')",
        "UPDATE streams SET version = 0",
        "INSERT INTO streams SELECT * FROM streams",
        "DELETE FROM streams",
        "UPDATE epochs SET system_identifier = 0",
        "INSERT INTO epochs VALUES (9, 9)",
        "CREATE OR REPLACE FUNCTION append_events() RETURNS void LANGUAGE sql AS ''",
        "DELETE FROM log_order",
        "UPDATE log_order SET position = position + 1",
    ],
)
def test_the_service_cannot_get_round_the_trigger(
    shared_log_database: LogDatabase, trick: str
) -> None:
    with (
        service(shared_log_database) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(trick.encode())


RawConnection = psycopg.Connection[tuple[object, ...]]


def append_directly(connection: RawConnection, session_id: UUID, *, expected: int) -> object:
    """Append one event with the service's bare rights; its hash or None."""
    row = connection.execute(
        "SELECT append_event("
        " %s, %s, %s, %s, 'MessagePosted', 1, %s, %s, now(), %s, NULL, NULL, NULL)",
        [session_id, session_id, expected, uuid4(), b"{}", b"{}", uuid4()],
    ).fetchone()
    return row[0] if row else None


def test_nobody_but_the_service_may_append(
    shared_log_database: LogDatabase,
) -> None:
    """PostgreSQL lets everyone execute a new function, unless that is taken back."""
    with owner(shared_log_database) as connection, connection.transaction(force_rollback=True):
        connection.execute("CREATE ROLE stranger")
        allowed = connection.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = 'public' AND p.prosecdef"
            " AND has_function_privilege('stranger', p.oid, 'EXECUTE')"
        ).fetchall()
        assert allowed == []


def test_appending_uses_nothing_that_its_caller_put_in_the_way(
    shared_log: PostgresEventLog, shared_log_database: LogDatabase
) -> None:
    """It runs with the rights of the log's owner: a trap of the caller's would run so too."""
    session_id = uuid4()
    shared_log.append(session_stream(session_id), [message()], expected_version=0)
    with service(shared_log_database) as connection, connection.transaction(force_rollback=True):
        connection.execute(
            "CREATE FUNCTION read_models.trap(bigint, bigint) RETURNS boolean"
            " LANGUAGE plpgsql AS $$ BEGIN RAISE 'sprung'; END $$"
        )
        connection.execute(
            "CREATE OPERATOR read_models.="
            " (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = read_models.trap)"
        )
        connection.execute("CREATE TEMPORARY TABLE streams (session_id uuid)")
        connection.execute("SET LOCAL search_path = pg_temp, read_models, pg_catalog, public")
        with (
            pytest.raises(psycopg.errors.RaiseException, match="sprung"),
            connection.transaction(),
        ):
            connection.execute("SELECT 1::bigint = 1::bigint")
        assert append_directly(connection, session_id, expected=1) is not None


def test_an_older_transaction_does_not_write_behind_a_younger_one(
    shared_log: PostgresEventLog, shared_log_database: LogDatabase
) -> None:
    """Followers see transactions in their order: the older one's event would come first."""
    session_id, other = uuid4(), uuid4()
    for each in (session_id, other):
        shared_log.append(session_stream(each), [message()], expected_version=0)
    with service(shared_log_database) as older:
        older.execute("BEGIN")
        append_directly(older, other, expected=1)
        shared_log.append(session_stream(session_id), [message()], expected_version=1)
        assert append_directly(older, session_id, expected=2) is None
        with pytest.raises(psycopg.errors.SerializationFailure, match="younger"):
            older.execute(
                "SELECT * FROM append_events(ARRAY[%s], ARRAY[%s], ARRAY[2], ARRAY[1], ARRAY[%s],"
                " ARRAY['MessagePosted'], ARRAY[1], ARRAY['{}'::bytea], ARRAY['{}'::bytea],"
                " ARRAY[now()], ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid],"
                " ARRAY[NULL::text])",
                [session_id, session_id, uuid4()],
            )
        older.execute("ROLLBACK")
        assert append_directly(older, session_id, expected=2) is not None
    assert len(shared_log.read(session_stream(other))) == 1


def test_a_log_that_was_restored_into_another_cluster_goes_on_in_a_new_epoch(
    postgres_log: PostgresEventLog, log_database: LogDatabase, stream: str
) -> None:
    """Its streams were last written by transactions that this cluster will not see for long."""
    postgres_log.append(stream, [message()], expected_version=0)
    with owner(log_database) as connection:
        connection.execute("UPDATE epochs SET system_identifier = 1, server_started_at = 'epoch'")
        connection.execute("UPDATE streams SET xid = '9000000000'")
    with ThreadPoolExecutor(4) as pool:
        others = [session_stream(uuid4()) for _ in range(8)]
        list(pool.map(lambda s: postgres_log.append(s, [message()], expected_version=0), others))
    postgres_log.append(stream, [message()], expected_version=1)
    postgres_log.append(stream, [message(), message()], expected_version=2)
    assert broken_links(postgres_log.read(stream)) == []
    with owner(log_database) as connection:
        rows = connection.execute(
            "SELECT version, epoch FROM events WHERE session_id = %s ORDER BY version",
            [stream.removeprefix("session-")],
        ).fetchall()
        assert rows == [(1, 1), (2, 2), (3, 2), (4, 2)]
        assert connection.execute("SELECT max(epoch) FROM epochs").fetchone() == (2,)


def test_a_log_whose_server_was_restarted_goes_on_in_its_epoch(
    postgres_log: PostgresEventLog, log_database: LogDatabase, stream: str
) -> None:
    """The identifier is compared anew, by each append until the sequencer has noted it."""
    with owner(log_database) as connection:
        connection.execute("UPDATE epochs SET server_started_at = 'epoch'")
    postgres_log.append(stream, [message()], expected_version=0)
    postgres_log.append(stream, [message()], expected_version=1)
    with service(log_database) as connection:
        assert connection.execute("SELECT begin_epoch(0)").fetchone() == (1,)
    postgres_log.append(stream, [message()], expected_version=2)
    with owner(log_database) as connection:
        query = "SELECT epoch, server_started_at = pg_postmaster_start_time() FROM epochs"
        assert connection.execute(query).fetchall() == [(1, True)]
    assert broken_links(postgres_log.read(stream)) == []


def test_metadata_that_could_not_be_read_back_is_not_appended(
    shared_log: PostgresEventLog, stream: str
) -> None:
    shared_log.append(stream, [message()], expected_version=0)
    sound, other = message(), message()
    wrong = replace(other, metadata=replace(other.metadata, actor=["not", "a", "name"]))  # type: ignore[arg-type]  # that is the fault
    with pytest.raises(UnreadableEvent):
        shared_log.append(stream, [sound, wrong], expected_version=1)
    assert len(shared_log.read(stream)) == 1


def test_an_append_that_was_stopped_takes_its_connection_along(
    log_database: LogDatabase, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be stopped between the server's preparing and its own knowing of it."""
    appending = appending_engine(log_database.service_url)
    log = PostgresEventLog(log_database.engine, CODEC, appending=appending)
    used: list[RawConnection] = []

    def stopped(connection: RawConnection, appends: Sequence[Append]) -> Sequence[Answer]:
        answers = append_all(connection, appends)
        used.append(connection)
        if len(used) <= 2:
            raise KeyboardInterrupt
        return answers

    monkeypatch.setattr(event_log, "append_all", stopped)
    event = message()
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            log.append(stream, [event], expected_version=0)
    assert len(log.append(stream, [event], expected_version=0)) == 1
    assert [connection.closed for connection in used] == [True, True, False]
    appending.dispose()


def test_an_append_whose_connection_was_lost_on_the_way_back_happens_once(
    log_database: LogDatabase, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server committed, and nobody heard of it: the same append again tells."""
    losses: list[str] = []

    def append_and_lose_the_answer(
        connection: RawConnection, appends: Sequence[Append]
    ) -> Sequence[Answer]:
        answers = append_all(connection, appends)
        if losses:
            return answers
        losses.append(answers[0].outcome)
        connection.commit()
        connection.close()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(event_log, "append_all", append_and_lose_the_answer)
    log = PostgresEventLog(log_database.engine, CODEC)
    events = [message("a"), message("b")]
    recorded = log.append(stream, events, expected_version=0)
    assert losses == [Outcome.APPENDED]
    assert list(log.read(stream)) == list(recorded)
    assert [each.event for each in recorded] == [each.event for each in events]


def test_a_failing_projection_undoes_the_append_loudly(
    postgres_log: PostgresEventLog, log_database: LogDatabase, stream: str
) -> None:
    with owner(log_database) as connection:
        connection.execute("ALTER TABLE read_models.tasks ADD CHECK (false)")
    with pytest.raises(ProjectionFailed, match=r"projection tasks .* event 2 \(MessagePosted\)"):
        postgres_log.append(
            stream,
            [
                new(SessionStarted(session_id=uuid4(), title="t", subject_id=uuid4())),
                message("a secret"),
            ],
            expected_version=0,
        )
    assert list(postgres_log.read(stream)) == []
    with owner(log_database) as connection:
        assert connection.execute("SELECT * FROM read_models.sessions").fetchall() == []


def test_a_stream_of_anything_but_a_session_is_refused(shared_log: PostgresEventLog) -> None:
    for name in ("session-", "orders-1", f"session-{uuid4()}x", f"session-{uuid4().hex}"):
        with pytest.raises(NotASessionStream):
            shared_log.append(name, [message()], expected_version=0)


def test_a_server_that_is_gone_is_said_to_be_unavailable(stream: str) -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/nothing")
    log = PostgresEventLog(engine, CODEC)
    attempts: list[Callable[[], object]] = [
        log.check,
        lambda: log.read(stream),
        lambda: log.append(stream, [message()], expected_version=0),
    ]
    for attempt in attempts:
        with pytest.raises(LogUnavailable, match="cannot serve"):
            attempt()


def test_the_log_comes_back_after_its_connections_were_cut(
    postgres_log: PostgresEventLog, log_database: LogDatabase, stream: str
) -> None:
    postgres_log.append(stream, [message()], expected_version=0)
    with owner(log_database) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert len(postgres_log.append(stream, [message()], expected_version=1)) == 1


def test_a_writer_that_waits_too_long_is_told_so(
    shared_log_database: LogDatabase, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "_PATIENCE", timedelta(seconds=0.3))
    engine = appending_engine(shared_log_database.service_url)
    with owner(shared_log_database) as connection, connection.transaction():
        connection.execute("LOCK TABLE events")
        with pytest.raises(LogUnavailable, match="another transaction"):
            PostgresEventLog(engine, CODEC).append(stream, [message()], expected_version=0)
    engine.dispose()


def test_a_host_that_is_gone_is_noticed_within_half_a_minute(
    shared_log_database: LogDatabase,
) -> None:
    with shared_log_database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        asked = driver.info.get_parameters()
    unanswered = int(asked["keepalives_interval"]) * int(asked["keepalives_count"])
    assert int(asked["keepalives_idle"]) + unanswered <= 30
    assert int(asked["tcp_user_timeout"]) <= 30_000


def test_what_a_person_wrote_is_not_in_a_database_error(
    postgres_log: PostgresEventLog, log_database: LogDatabase, stream: str
) -> None:
    with owner(log_database) as connection:
        connection.execute("ALTER TABLE events ADD CHECK (version < 2)")
    events: list[NewEvent] = [message("a secret"), message("a secret")]
    with pytest.raises(Exception, match="check constraint") as failure:
        postgres_log.append(stream, events, expected_version=0)
    assert "a secret" not in str(failure.value)


def test_an_empty_database_is_not_current_until_migrated(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    assert not schema_is_current(engine)
    with pytest.raises(LogUnavailable, match="datatrail migrate"):
        PostgresEventLog(engine, CODEC).check()
    with pytest.raises(LogUnavailable, match="datatrail migrate"):
        PostgresEventLog(engine, CODEC).read(session_stream(uuid4()))
    migrate(fresh_database)
    assert schema_is_current(engine)
    PostgresEventLog(engine, CODEC).check()
    migrate(fresh_database)
    engine.dispose()


def test_migrations_that_run_at_once_wait_for_each_other(fresh_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [fresh_database] * 4))
    engine = make_engine(fresh_database)
    assert schema_is_current(engine)
    engine.dispose()


def test_a_projection_of_other_code_is_built_anew_by_the_migration(
    log_database: LogDatabase, postgres_log: PostgresEventLog
) -> None:
    with owner(log_database) as connection:
        connection.execute(
            "UPDATE read_models.builds SET definition = '' WHERE projection = 'tasks'"
        )
    with pytest.raises(LogUnavailable, match="datatrail migrate"):
        postgres_log.check()
    migrate(log_database.owner_url)
    postgres_log.check()


def test_a_stream_that_is_being_written_holds_up_no_other(
    log_database: LogDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer elsewhere has stopped in its transaction: a debugger, a lost network."""
    monkeypatch.setattr(event_log, "_PATIENCE", timedelta(seconds=100))
    appending = appending_engine(log_database.service_url)
    log = PostgresEventLog(log_database.engine, CODEC, appending=appending)
    stuck, *others = [uuid4() for _ in range(7)]
    for session_id in (stuck, *others):
        log.append(session_stream(session_id), [message()], expected_version=0)
    with service(log_database) as elsewhere, ThreadPoolExecutor(24) as pool:
        elsewhere.execute("BEGIN")
        append_directly(elsewhere, stuck, expected=1)

        def append(session_id: UUID) -> None:
            log.append(session_stream(session_id), [message()], expected_version=1)

        waiting = [pool.submit(append, stuck) for _ in range(3)]
        time.sleep(0.2)
        list(pool.map(append, others))
        assert not any(each.done() for each in waiting)
        elsewhere.execute("ROLLBACK")
        ended = Counter(type(each.exception(90)) for each in waiting)
        assert ended == {type(None): 1, WrongVersion: 2}
        monkeypatch.setattr(event_log, "_PATIENCE", timedelta(seconds=1))
        elsewhere.execute("BEGIN")
        append_directly(elsewhere, stuck, expected=2)
        with pytest.raises(LogUnavailable, match="another transaction"):
            log.append(session_stream(stuck), [message()], expected_version=2)
    appending.dispose()


@pytest.mark.parametrize("count", [0, -3])
def test_an_append_of_less_than_one_event_is_refused(
    shared_log: PostgresEventLog, shared_log_database: LogDatabase, stream: str, count: int
) -> None:
    shared_log.append(stream, [message() for _ in range(5)], expected_version=0)
    session_id = UUID(stream.removeprefix("session-"))
    with (
        service(shared_log_database) as connection,
        pytest.raises(psycopg.DataError, match="least"),
    ):
        connection.execute(
            "SELECT * FROM append_events(ARRAY[%s], ARRAY[%s], ARRAY[5], ARRAY[%s], '{}', '{}',"
            " '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
            [session_id, session_id, count],
        )
    shared_log.append(stream, [message()], expected_version=5)


def test_a_snapshot_that_may_be_older_than_the_epoch_appends_nothing(
    shared_log: PostgresEventLog, shared_log_database: LogDatabase, stream: str
) -> None:
    shared_log.append(stream, [message()], expected_version=0)
    with service(shared_log_database) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.errors.InvalidTransactionState, match="READ COMMITTED"):
            append_directly(connection, UUID(stream.removeprefix("session-")), expected=1)


def test_nobody_uses_up_the_epochs(shared_log_database: LogDatabase) -> None:
    with service(shared_log_database) as connection, pytest.raises(psycopg.DataError, match="far"):
        connection.execute("SELECT begin_epoch(2147483647)")
