"""Prepared statements: what is sent arrives as it was, and a failure leaves a usable connection."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.pq import TransactionStatus

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.prepared import (
    BIGINT,
    BYTEA,
    INTEGER,
    TEXT,
    TIMESTAMPTZ,
    UUID_,
    Kind,
    Prepared,
    driver_of,
)

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def connection(postgres: EmbeddedPostgres) -> Iterator[Connection]:
    with connect(postgres) as connected:
        yield connected


def connect(postgres: EmbeddedPostgres, *, autocommit: bool = True) -> Connection:
    connected = psycopg.connect(postgres.url.replace("+psycopg", "", 1), autocommit=autocommit)
    connected.execute("SET TimeZone = 'UTC'")
    return connected


KINDS: dict[Kind, st.SearchStrategy[Any]] = {
    UUID_: st.uuids(),
    BIGINT: st.integers(-(2**63), 2**63 - 1),
    INTEGER: st.integers(-(2**31), 2**31 - 1),
    TEXT: st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    BYTEA: st.binary(),
    TIMESTAMPTZ: st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
}
_SENT_BACK = {
    kind: Prepared(f"back_{kind.name}", f"SELECT $1::{kind.name}, $2::{kind.name}[]")
    for kind in KINDS
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_value_and_an_array_come_back_as_they_were_sent(
    connection: Connection, kind: Kind, data: st.DataObject
) -> None:
    one = data.draw(st.none() | KINDS[kind])
    several = data.draw(st.lists(st.none() | KINDS[kind])) or [one] * data.draw(st.integers(0, 3))
    sent = [None if one is None else kind.send(one), kind.array(several)]
    assert _SENT_BACK[kind].rows(connection, sent) == [(one, several)]


@pytest.mark.parametrize("value", [b"", b"\0\xff" * 40, None])
def test_the_first_value_is_what_the_server_sends(
    connection: Connection, value: bytes | None
) -> None:
    sent = [value, BYTEA.array([value])]
    assert _SENT_BACK[BYTEA].first_value(connection, sent) == value


def test_a_moment_of_another_time_zone_is_the_same_moment(connection: Connection) -> None:
    kathmandu = datetime.fromisoformat("2026-11-21T05:45:00.000001+05:45")
    sent = [TIMESTAMPTZ.send(kathmandu), TIMESTAMPTZ.array([kathmandu])]
    ((one, several),) = _SENT_BACK[TIMESTAMPTZ].rows(connection, sent)
    assert one == several[0] == kathmandu
    assert one.utcoffset() == timedelta(0)


_COUNT = Prepared("count_to", "SELECT n FROM generate_series(1, $1::integer) AS n")
_DIVIDE = Prepared("divide", "SELECT 1 / (600 - n) FROM generate_series(1, $1::integer) AS n")


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 1000])
def test_rows_that_are_taken_as_they_come_are_all_there_in_their_order(
    connection: Connection, count: int
) -> None:
    taken = _COUNT.taken(connection, [INTEGER.send(count)], lambda row: row[0])
    assert taken == list(range(1, count + 1))


def test_a_failure_among_the_rows_is_raised_and_the_connection_serves_on(
    connection: Connection,
) -> None:
    for _ in range(2):
        with pytest.raises(psycopg.errors.DivisionByZero):
            _DIVIDE.taken(connection, [INTEGER.send(1000)], tuple)
        with pytest.raises(psycopg.errors.DivisionByZero):
            _DIVIDE.rows(connection, [INTEGER.send(1000)])
    assert connection.info.transaction_status is TransactionStatus.IDLE
    assert _COUNT.rows(connection, [INTEGER.send(2)]) == [(1,), (2,)]


def test_what_is_asked_is_answered_when_it_is_waited_for(connection: Connection) -> None:
    for _ in range(2):
        answer = _COUNT.asked(connection, [INTEGER.send(2)])
        assert connection.info.transaction_status is TransactionStatus.ACTIVE
        assert answer() == [(1,), (2,)]
        failure = _DIVIDE.asked(connection, [INTEGER.send(1000)])
        with pytest.raises(psycopg.errors.DivisionByZero):
            failure()
    assert connection.info.transaction_status is TransactionStatus.IDLE


def test_a_statement_that_cannot_be_prepared_is_tried_anew_the_next_time(
    connection: Connection,
) -> None:
    name = f"late_{uuid4().hex}"
    late = Prepared(name, f"SELECT count(*) FROM {name}")  # noqa: S608 - a name of our own
    with pytest.raises(psycopg.errors.UndefinedTable):
        late.rows(connection, [])
    connection.execute(f"CREATE TEMP TABLE {name} ()")
    assert late.rows(connection, []) == [(0,)]


def test_each_connection_prepares_for_itself(postgres: EmbeddedPostgres) -> None:
    for _ in range(3):
        with connect(postgres) as another:
            assert _COUNT.rows(another, [INTEGER.send(1)]) == [(1,)]


@pytest.mark.parametrize("autocommit", [True, False])
def test_it_runs_in_the_transaction_that_is_open(
    postgres: EmbeddedPostgres, autocommit: bool
) -> None:
    insert = Prepared(f"insert_{autocommit}", "INSERT INTO kept VALUES ($1::uuid) RETURNING id")
    with connect(postgres, autocommit=autocommit) as connected:
        connected.execute("CREATE TEMP TABLE kept (id uuid)")
        connected.commit()
        with connected.transaction(force_rollback=True):
            assert insert.rows(connected, [UUID_.send(UUID(int=1))]) == [(UUID(int=1),)]
        insert.rows(connected, [UUID_.send(UUID(int=2))])
        assert connected.execute("SELECT id FROM kept").fetchall() == [(UUID(int=2),)]


@pytest.mark.parametrize("autocommit", [True, False])
def test_without_autocommit_it_begins_a_transaction_as_a_cursor_does(
    postgres: EmbeddedPostgres, autocommit: bool
) -> None:
    with connect(postgres, autocommit=autocommit) as connected:
        _COUNT.rows(connected, [INTEGER.send(1)])
        status = TransactionStatus.IDLE if autocommit else TransactionStatus.INTRANS
        assert connected.info.transaction_status is status


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_a_connection_that_was_left_amid_an_answer_is_used_by_nobody(
    postgres: EmbeddedPostgres, stop: type[BaseException]
) -> None:
    engine = make_engine(postgres.url, pool_size=1)

    def take(row: Sequence[int]) -> int:
        if row[0] == 300:
            raise stop
        return row[0]

    for _ in range(2):
        with pytest.raises(stop), engine.begin() as connection, driver_of(connection) as driver:
            _COUNT.taken(driver, [INTEGER.send(100_000)], take)
        with engine.connect() as connection, driver_of(connection) as driver:
            assert _COUNT.rows(driver, [INTEGER.send(1)]) == [(1,)]
    engine.dispose()


def test_what_a_connection_has_lost_is_prepared_anew(postgres: EmbeddedPostgres) -> None:
    with connect(postgres) as connected:
        for _ in range(2):
            connected.execute("DEALLOCATE ALL")
            assert _COUNT.rows(connected, [INTEGER.send(1)]) == [(1,)]
            connected.execute("DEALLOCATE ALL")
            assert _COUNT.taken(connected, [INTEGER.send(1)], tuple) == [(1,)]


def test_in_a_transaction_nothing_is_sent_again(postgres: EmbeddedPostgres) -> None:
    """It has failed as a whole."""
    with connect(postgres) as connected:
        _COUNT.rows(connected, [INTEGER.send(1)])
        connected.execute("DEALLOCATE ALL")
        with pytest.raises(psycopg.errors.InvalidSqlStatementName), connected.transaction():
            _COUNT.rows(connected, [INTEGER.send(1)])
        assert _COUNT.rows(connected, [INTEGER.send(1)]) == [(1,)]


def test_a_rollback_that_gives_up_what_was_prepared_does_no_harm(
    postgres: EmbeddedPostgres,
) -> None:
    """As a pool does with a connection that comes back."""
    with connect(postgres, autocommit=False) as connected:
        for _ in range(3):
            connected.execute("SELECT 1", prepare=True)
            assert _COUNT.rows(connected, [INTEGER.send(1)]) == [(1,)]
            assert _COUNT.taken(connected, [INTEGER.send(1)], tuple) == [(1,)]
            connected.rollback()


@pytest.mark.parametrize("way", ["rows", "taken"])
def test_a_connection_that_is_lost_is_an_operational_error_and_is_known_to_be_closed(
    postgres: EmbeddedPostgres, way: str
) -> None:
    sleep = Prepared(f"lose_{way}", "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)")
    with connect(postgres) as connected:
        with pytest.raises(psycopg.OperationalError):
            sleep.rows(connected, []) if way == "rows" else sleep.taken(connected, [], tuple)
        assert connected.closed
        with pytest.raises(psycopg.OperationalError):
            _COUNT.rows(connected, [INTEGER.send(1)])
