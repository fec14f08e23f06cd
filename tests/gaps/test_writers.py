"""Many writers at once and a subscriber behind the real sequencer, each in a thread of its own."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import psycopg
from sqlalchemy import Engine, text

from infrastructure.postgres.projection_builds import PostgresProjections
from infrastructure.postgres.sequencer import Sequencer, SequencerPolicy
from tests.contracts.conftest import LogDatabase
from tests.gaps.followers import Subscriber
from tests.gaps.ledger import Fate, Ledger
from tests.gaps.whole_log import faults_of_log, faults_of_tree
from tests.gaps.witness import Witness
from tests.gaps.writers import Habits, Writer
from tests.waiting import wait_until

SECONDS = 4.0
WRITERS = 6


def test_each_committed_event_comes_once_and_in_order_while_writers_are_slow_and_fail(
    log_database: LogDatabase,
) -> None:
    run = Random().getrandbits(32)  # noqa: S311 - a name
    engine, ledger, stop = log_database.engine, Ledger(run), threading.Event()
    witness = Witness(run, dense=True)
    with ThreadPoolExecutor(2) as threads:
        threads.submit(Sequencer(engine, SequencerPolicy(batch=5)).run, stop)
        reader = threads.submit(follow, Subscriber(engine, witness), stop)
        try:
            write(log_database, ledger)
            wait_until(lambda: len(witness.hashes) >= ledger.events(Fate.COMMITTED))
        finally:
            stop.set()
        reader.result()

    assert witness.faults(ledger) == {}, f"seed {run}"
    assert witness.redelivered == 0
    assert len(witness.hashes) == ledger.events(Fate.COMMITTED) == count(engine)
    assert ledger.count(Fate.COMMITTED) > 100
    assert ledger.count(Fate.ABORTED) > 10
    assert ledger.count(Fate.UNKNOWN) == 0
    owner = log_database.owner_url.replace("+psycopg", "")
    assert faults_of_log(owner) == []
    assert faults_of_tree(engine, owner) == []
    projections = PostgresProjections(engine)
    for name in projections.names():
        assert projections.verify(name).differences == ()


def write(database: LogDatabase, ledger: Ledger) -> None:
    """For some seconds; meanwhile a transaction that wrote long ago stays open."""
    conninfo = database.service_url.replace("+psycopg", "")
    sessions = [uuid4() for _ in range(12)]
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(WRITERS) as threads, psycopg.connect(conninfo) as idle:
        idle.execute("SELECT pg_current_xact_id()")
        writers = [
            Writer(conninfo, ledger, sessions, number=number, seed=ledger.run, habits=Habits())
            for number in range(WRITERS)
        ]
        done = [threads.submit(writer.run, lambda: time.monotonic() < end) for writer in writers]
        time.sleep(SECONDS / 2)
        idle.rollback()
        for each in done:
            each.result()


def follow(subscriber: Subscriber, stop: threading.Event) -> None:
    while not stop.wait(0.01):
        subscriber.follow()


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM events")).scalar_one())
