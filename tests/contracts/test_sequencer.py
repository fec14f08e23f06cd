"""The sequencer gives each settled event one final position, whatever happens to it."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.programs import ENVIRONMENT, find_programs
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.errors import LeadershipLost, SequencerDamaged
from infrastructure.postgres.merkle_tiles import StoredTiles
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.notifications import PostgresNotifications
from infrastructure.postgres.own_connection import own_connection
from infrastructure.postgres.sequencer import (
    Sequencer,
    SequencerPolicy,
    Term,
    become_leader,
    resign,
    sequence_settled,
)
from infrastructure.postgres.sequencing import PostgresSequencing
from infrastructure.postgres.tables import SERVICE_ROLE
from infrastructure.transparency.merkle import MerkleTree, TileMissing
from tests.contracts.conftest import LogDatabase
from tests.contracts.open_appends import append_now, append_on, slow_append
from tests.transparency import rfc6962
from tests.waiting import wait_until

QUICK = SequencerPolicy(
    batch=50,
    candidacy=timedelta(milliseconds=20),
    retry=timedelta(milliseconds=20),
    lag=timedelta(milliseconds=300),
)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(log_database: LogDatabase) -> Engine:
    return log_database.engine


@contextmanager
def sequencing(engine: Engine, policy: SequencerPolicy = QUICK) -> Iterator[Sequencer]:
    """A sequencer in a thread of its own."""
    sequencer, stop = Sequencer(engine, policy), threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    try:
        yield sequencer
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def size(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT size FROM sequencer")).scalar_one())


def has_size(engine: Engine, wanted: int) -> bool:
    return size(engine) == wanted


def order(engine: Engine) -> list[tuple[int, UUID, UUID, int]]:
    """Position, event, session and version of all that have a position, by position."""
    query = text(
        "SELECT o.position, e.event_id, e.session_id, e.version FROM log_order o"
        " JOIN events e USING (id) ORDER BY o.position"
    )
    with engine.connect() as connection:
        return [
            (row.position, row.event_id, row.session_id, row.version)
            for row in connection.execute(query)
        ]


def check_order(engine: Engine, appended: int) -> None:
    """Every event has its place, once; streams are in order; the tree is that of the RFC."""
    found = order(engine)
    assert [position for position, *_ in found] == list(range(1, appended + 1))
    assert len({event_id for _, event_id, *_ in found}) == appended
    last: dict[UUID, int] = {}
    for _, _, session_id, version in found:
        assert version == last.get(session_id, 0) + 1
        last[session_id] = version
    query = text("SELECT e.hash FROM log_order o JOIN events e USING (id) ORDER BY o.position")
    with engine.connect() as connection:
        hashes = list(connection.scalars(query))
        assert MerkleTree(StoredTiles(connection)).root(appended) == rfc6962.tree_hash(hashes)


def end_backends(database: LogDatabase, holding: str) -> int:
    """Kill the server's side of the connections that hold a lock of this type; how many."""
    with psycopg.connect(database.owner_url.replace("+psycopg", ""), autocommit=True) as owner:
        killed = owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = %s AND granted AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [holding],
        )
        return len(killed.fetchall())


def test_positions_are_dense_and_streams_in_order_while_many_write(engine: Engine) -> None:
    sessions = [uuid4() for _ in range(6)]

    def write(writer: int) -> int:
        random, version = Random(writer), 0  # noqa: S311 - reproducible, no secret
        for _ in range(40):
            with engine.connect() as connection:
                count = random.randint(1, 5)
                append_on(connection, session_id=sessions[writer], after=version, count=count)
                connection.execute(text(f"SELECT pg_sleep({random.random() / 100})"))
                if random.random() < 0.2:
                    connection.rollback()
                else:
                    connection.commit()
                    version += count
        return version

    with sequencing(engine), ThreadPoolExecutor(6) as pool:
        appended = sum(pool.map(write, range(6)))
        wait_until(lambda: size(engine) == appended)
    check_order(engine, appended)


def test_a_position_once_given_stays(engine: Engine) -> None:
    append_now(engine, count=300)
    assert sequence_settled(engine) == 300
    before = order(engine)
    append_now(engine, count=10)
    assert sequence_settled(engine) == 10
    assert order(engine)[:300] == before
    check_order(engine, 310)


def test_who_led_for_a_moment_has_resigned_before_the_server_learns_of_its_leaving(
    engine: Engine,
) -> None:
    led: list[bool] = []
    with engine.connect() as follower:

        def lead(_connection: object) -> None:
            led.append(become_leader(follower))

        event.listen(engine, "close_detached", lead)
        sequence_settled(engine)
        event.remove(engine, "close_detached", lead)
        for _ in led:
            resign(follower)
    assert led == [True, True]


def test_a_large_backlog_moves_in_batches(engine: Engine) -> None:
    for _ in range(4):
        append_now(engine, count=500)
    with sequencing(engine):
        wait_until(lambda: size(engine) == 2000)
    check_order(engine, 2000)


def test_an_open_transaction_holds_events_up_is_told_and_then_they_go_on(
    log_database: LogDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    engine = log_database.engine
    caplog.set_level(logging.INFO, "infrastructure.postgres")
    with (
        sequencing(engine),
        psycopg.connect(log_database.service_url.replace("+psycopg", "")) as idle,
    ):
        idle.execute("SET application_name = 'a forgotten console'")
        idle.execute("SELECT pg_current_xact_id()")
        append_now(engine, count=3)
        wait_until(lambda: "events wait for a transaction" in caplog.text)
        report = PostgresSequencing(engine).report()
        assert (report.size, report.waiting, report.is_led) == (0, 3, True)
        (held_up_by,) = report.held_up_by
        assert held_up_by.pid == idle.info.backend_pid
        assert held_up_by.application == "a forgotten console"
        assert held_up_by.state == "idle in transaction"
        assert held_up_by.open_for is not None
        assert held_up_by.open_for > timedelta(milliseconds=200)
        time.sleep(1)
        warned = [each for each in caplog.records if "events wait" in each.getMessage()]
        assert len(warned) == 1
        assert vars(warned[0])["transactions"][0]["pid"] == idle.info.backend_pid
        idle.rollback()
        wait_until(lambda: size(engine) == 3)
        wait_until(lambda: "goes on" in caplog.text)
    report = PostgresSequencing(engine).report()
    assert (report.waiting, report.held_up_by, report.is_led) == (0, (), False)


def test_a_transaction_of_another_role_is_told_by_what_is_visible_of_it(
    log_database: LogDatabase,
) -> None:
    with psycopg.connect(log_database.owner_url.replace("+psycopg", "")) as owner:
        owner.execute("SELECT pg_current_xact_id()")
        append_now(log_database.engine)
        sequence_settled(log_database.engine)
        (held_up_by,) = PostgresSequencing(log_database.engine).report().held_up_by
        assert held_up_by.pid == owner.info.backend_pid
        owner.rollback()


def test_one_of_two_leads_and_the_other_takes_over_when_the_leader_is_cut_off(
    log_database: LogDatabase,
) -> None:
    engine = log_database.engine
    with sequencing(engine) as one, sequencing(engine) as other:
        for turn in range(1, 5):
            wait_until(lambda: one.leads or other.leads)
            append_now(engine, count=120)
            wait_until(partial(has_size, engine, turn * 120))
            assert one.leads != other.leads
            with pytest.raises(LeadershipLost):
                sequence_settled(engine)
            assert end_backends(log_database, "advisory") == 1
        wait_until(lambda: one.leads or other.leads)
    check_order(engine, 480)


LEAD_SLOWLY = """
import sys
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.own_connection import own_connection
from infrastructure.postgres.sequencer import Term, become_leader
engine = make_engine(sys.argv[1])
with own_connection(engine) as connection, own_connection(engine) as reading:
    while not become_leader(connection):
        pass
    term = Term(connection, reading)
    print("leads", flush=True)
    while term.advance(3):
        pass
"""


def test_a_sequencer_killed_at_any_moment_leaves_no_gap_and_no_double(
    log_database: LogDatabase,
) -> None:
    engine, chance = log_database.engine, Random(3)  # noqa: S311 - reproducible, no secret
    append_now(engine, count=3000)
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", LEAD_SLOWLY, log_database.service_url],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        ) as leader:
            assert leader.stdout is not None
            assert leader.stdout.readline() == b"leads\n"
            time.sleep(chance.uniform(0.01, 0.1))
            os.kill(leader.pid, signal.SIGKILL)
    assert 0 < size(engine) < 3000
    with sequencing(engine):
        wait_until(lambda: size(engine) == 3000)
    check_order(engine, 3000)


LEAD_UNTIL_STOPPED = """
import sys, threading
from datetime import timedelta
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.sequencer import Sequencer, SequencerPolicy
policy = SequencerPolicy(silence=timedelta(milliseconds=500))
Sequencer(make_engine(sys.argv[1]), policy).run(threading.Event())
"""


def test_a_leader_that_falls_silent_without_a_goodbye_is_replaced(
    log_database: LogDatabase,
) -> None:
    """As one whose machine is gone: its connection stays, and so would its lock."""
    engine = log_database.engine
    program = [sys.executable, "-c", LEAD_UNTIL_STOPPED, log_database.service_url]
    with subprocess.Popen(program, cwd=ROOT) as silent:
        try:
            append_now(engine, count=3)
            wait_until(lambda: size(engine) == 3)
            silent.send_signal(signal.SIGSTOP)
            with sequencing(engine) as other:
                append_now(engine, count=3)
                wait_until(lambda: size(engine) == 6)
                assert other.leads
                silent.send_signal(signal.SIGCONT)
                append_now(engine, count=3)
                wait_until(lambda: size(engine) == 9)
        finally:
            silent.kill()
    check_order(engine, 9)


@contextmanager
def leading(engine: Engine) -> Iterator[Term]:
    with own_connection(engine) as connection, own_connection(engine) as reading:
        yield Term(connection, reading)


def test_a_leader_that_was_overtaken_writes_nothing(engine: Engine) -> None:
    with leading(engine) as stale, leading(engine) as leader:
        append_now(engine, count=5)
        assert leader.advance(3) == 3
        with pytest.raises(LeadershipLost):
            stale.advance(5)
        assert leader.advance(3) == 2
    check_order(engine, 5)


def test_a_leader_that_was_overtaken_does_not_write_what_it_read_ahead(engine: Engine) -> None:
    append_now(engine, count=9)
    with leading(engine) as stale:
        assert stale.advance(3) == 3
        with leading(engine) as leader:
            assert leader.advance(2) == 2
            with pytest.raises(LeadershipLost):
                stale.advance(3)
            assert [leader.advance(2) for _ in range(3)] == [2, 2, 0]
    check_order(engine, 9)


def test_a_move_that_failed_is_made_again_and_what_was_read_ahead_follows_it(
    engine: Engine,
) -> None:
    append_now(engine, count=5)
    with own_connection(engine) as connection, own_connection(engine) as reading:
        term = Term(connection, reading)
        connection.exec_driver_sql("SET lock_timeout = '20ms'")
        with engine.begin() as other:
            other.execute(text("SELECT FROM sequencer FOR UPDATE"))
            with pytest.raises(psycopg.errors.LockNotAvailable):
                term.advance(3)
        assert [term.advance(3) for _ in range(3)] == [3, 2, 0]
    check_order(engine, 5)


def test_the_server_is_killed_and_comes_back_and_the_sequencer_goes_on(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as postgres:
        migrate(postgres.url)
        engine = make_engine(postgres.url_for(SERVICE_ROLE))
        notifications = PostgresNotifications(engine)
        with sequencing(engine):
            append_now(engine, count=5)
            wait_until(lambda: size(engine) == 5)
            assert notifications.wait(beyond=4, timeout=timedelta(seconds=90)) == 5
            assert postgres.pid is not None
            os.kill(postgres.pid, signal.SIGKILL)
            postgres.stop()
            postgres.start()
            engine.dispose()
            append_now(engine, count=5)
            wait_until(lambda: size(engine) == 10)
            assert notifications.wait(beyond=9, timeout=timedelta(seconds=90)) == 10
        check_order(engine, 10)
        notifications.close()
        engine.dispose()


def test_a_dump_restored_into_another_cluster_goes_on_in_a_new_epoch(
    log_database: LogDatabase, tmp_path: Path
) -> None:
    session_id = uuid4()
    append_now(log_database.engine, session_id=session_id, count=4)
    sequence_settled(log_database.engine)
    append_now(log_database.engine, session_id=session_id, after=4, count=3)
    with EmbeddedPostgres(tmp_path / "elsewhere") as elsewhere:
        copy_into(elsewhere, log_database.owner_url, tmp_path)
        engine = make_engine(elsewhere.url_for(SERVICE_ROLE))
        # What had no position in the dump is settled there before anyone appends.
        assert sequence_settled(engine) == 3
        append_now(engine, session_id=session_id, after=7, count=2)
        assert sequence_settled(engine) == 2
        check_order(engine, 9)
        assert PostgresSequencing(engine).report().epoch == 2
        assert order(engine)[:4] == order(log_database.engine)
        engine.dispose()


def copy_into(server: EmbeddedPostgres, owner_url: str, place: Path) -> None:
    """Dump the database and restore it in another cluster, as an operator would."""
    archive = _client(place, "pg_dump", "--format=custom", _libpq(owner_url))
    with psycopg.connect(_libpq(server.url), autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {SERVICE_ROLE} LOGIN")
    _client(place, "pg_restore", "--exit-on-error", f"--dbname={_libpq(server.url)}", given=archive)


def _client(place: Path, program: str, *arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run(
        find_programs(place).command(program, *arguments),
        env=ENVIRONMENT,
        input=given,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE sequencer SET size = 6",
        "UPDATE sequencer SET xid = pg_current_xact_id()",
        "UPDATE sequencer SET id = id + 1",
        "ALTER TABLE log_order DISABLE TRIGGER ALL; DELETE FROM log_order WHERE position > 3",
    ],
)
def test_an_order_that_does_not_fit_together_is_not_continued(
    log_database: LogDatabase, damage: str
) -> None:
    append_now(log_database.engine, count=5)
    sequence_settled(log_database.engine)
    append_now(log_database.engine)
    with psycopg.connect(_libpq(log_database.owner_url), autocommit=True) as owner:
        owner.execute(damage.encode())
    with pytest.raises(SequencerDamaged, match="one of them was altered"):
        sequence_settled(log_database.engine)


@pytest.mark.parametrize(
    ("damage", "passed_over"),
    [
        ("UPDATE sequencer s SET xid = e.xid, id = e.id FROM events e WHERE e.version = 5", 2),
        ("ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE version = 5", 1),
        ("UPDATE streams SET version = 4", -1),
    ],
)
def test_events_that_the_order_left_behind_are_told(
    log_database: LogDatabase, damage: str, passed_over: int
) -> None:
    session_id = uuid4()
    append_now(log_database.engine, session_id=session_id, count=3)
    sequence_settled(log_database.engine)
    append_now(log_database.engine, session_id=session_id, after=3, count=2)
    sequencing = PostgresSequencing(log_database.engine)
    assert sequencing.report().passed_over == 0
    with psycopg.connect(_libpq(log_database.owner_url), autocommit=True) as owner:
        owner.execute(damage.encode())
    assert sequencing.report().passed_over == passed_over


def test_no_event_seems_to_be_left_behind_while_others_are_appended(engine: Engine) -> None:
    def write() -> None:
        for _ in range(60):
            append_now(engine, count=3)

    with sequencing(engine), ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(write) for _ in range(2)]
        while not all(writer.done() for writer in writers):
            assert PostgresSequencing(engine).report().passed_over == 0


def test_a_tree_that_lacks_a_tile_is_not_continued(log_database: LogDatabase) -> None:
    append_now(log_database.engine, count=5)
    sequence_settled(log_database.engine)
    with psycopg.connect(_libpq(log_database.owner_url), autocommit=True) as owner:
        owner.execute("DELETE FROM merkle_tiles")
    with pytest.raises(TileMissing, match="tile 0 of level 0"):
        sequence_settled(log_database.engine)


def test_only_the_sequencer_wakes_readers(engine: Engine) -> None:
    notifications = PostgresNotifications(engine)
    assert notifications.wait(beyond=0, timeout=timedelta(seconds=0.2)) == 0
    append_now(engine, count=2)
    assert notifications.wait(beyond=0, timeout=timedelta(seconds=0.2)) == 0
    threading.Timer(0.1, sequence_settled, [engine]).start()
    began = time.monotonic()
    assert notifications.wait(beyond=0, timeout=timedelta(seconds=100)) == 2
    assert time.monotonic() - began < 50
    assert notifications.wait(beyond=1, timeout=timedelta(seconds=10)) == 2
    notifications.close()


def test_who_waits_is_woken_again_after_the_listening_connection_was_lost(
    log_database: LogDatabase,
) -> None:
    engine = log_database.engine
    notifications = PostgresNotifications(engine)
    notifications.wait(beyond=0, timeout=timedelta(seconds=0.3))
    with psycopg.connect(_libpq(log_database.owner_url), autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
    append_now(engine)
    sequence_settled(engine)
    assert notifications.wait(beyond=0, timeout=timedelta(seconds=90)) == 1
    notifications.close()


def test_closing_wakes_everybody(engine: Engine) -> None:
    notifications = PostgresNotifications(engine)
    with ThreadPoolExecutor(3) as pool:
        waiting = [
            pool.submit(notifications.wait, beyond=0, timeout=timedelta(minutes=5))
            for _ in range(3)
        ]
        time.sleep(0.2)
        notifications.close()
        assert [each.result(90) for each in waiting] == [0, 0, 0]


def test_an_event_reaches_its_reader_in_milliseconds(engine: Engine) -> None:
    notifications, waits = PostgresNotifications(engine), list[float]()
    with sequencing(engine, SequencerPolicy()):
        for number in range(60):
            append_now(engine)
            began = time.monotonic()
            assert notifications.wait(beyond=number, timeout=timedelta(seconds=90)) > number
            waits.append(time.monotonic() - began)
    notifications.close()
    # The figures that count are measured by `make bench`; a busy machine may delay most of them.
    assert sorted(waits)[len(waits) // 10] < 0.1


def test_the_service_cannot_change_an_order_that_was_given(engine: Engine) -> None:
    append_now(engine)
    sequence_settled(engine)
    for change in ("UPDATE log_order SET id = 9", "DELETE FROM log_order", "DELETE FROM epochs"):
        with pytest.raises(Exception, match="permission denied"), engine.begin() as connection:
            connection.execute(text(change))


def test_an_event_appended_while_a_slow_one_is_open_comes_after_it(engine: Engine) -> None:
    with slow_append(engine) as slow:
        (fast,) = append_now(engine)
        assert sequence_settled(engine) == 0
    assert sequence_settled(engine) == 2
    assert [event_id for _, event_id, *_ in order(engine)] == [slow, fast]


def test_another_default_isolation_of_the_server_changes_nothing(
    log_database: LogDatabase,
) -> None:
    engine = log_database.engine
    with psycopg.connect(_libpq(log_database.owner_url), autocommit=True) as owner:
        owner.execute(
            f"ALTER ROLE {SERVICE_ROLE} IN DATABASE {engine.url.database}"
            " SET default_transaction_isolation = 'serializable'"
        )
    engine.dispose()
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW transaction_isolation")) == "read committed"
