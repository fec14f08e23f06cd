"""Interleavings that lose or misorder events wherever anything less than the real log is at work.

The negative controls go through the very same steps, and must fail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import psycopg
import pytest

from infrastructure.postgres import sequencer
from tests.contracts.conftest import LogDatabase
from tests.gaps.followers import NaiveTail, Subscriber
from tests.gaps.ledger import Fate, Ledger
from tests.gaps.schedules import OVERTAKEN, Player, Step, any_schedule, younger_first
from tests.gaps.whole_log import faults_of_log, faults_of_tree
from tests.gaps.without_guard import GuardMissing, remove_guard
from tests.gaps.witness import Fault, Witness

STEPS, STREAMS = 600, 8


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of some steps: who followed how, what the writers know, how many were refused."""

    ledger: Ledger
    subscriber: Witness
    naive: Witness
    refused: int


def play(database: LogDatabase, steps: Sequence[Step]) -> Played:
    run = Random().getrandbits(32)  # noqa: S311 - a name
    ledger = Ledger(run)
    subscriber = Subscriber(database.engine, Witness(run, dense=True), batch=50)
    naive = NaiveTail(database.engine, Witness(run, dense=False))
    player = Player(database.engine, ledger, [subscriber, naive])
    player.play(steps)
    return Played(
        ledger=ledger,
        subscriber=subscriber.witness,
        naive=naive.witness,
        refused=player.refused,
    )


def owner(database: LogDatabase) -> str:
    return database.owner_url.replace("+psycopg", "")


@pytest.mark.parametrize("seed", range(2))
def test_whatever_the_interleaving_each_committed_event_comes_once_and_in_order(
    log_database: LogDatabase, seed: int
) -> None:
    played = play(log_database, list(any_schedule(seed, STEPS, STREAMS)))
    assert played.subscriber.faults(played.ledger) == {}
    assert played.ledger.count(Fate.COMMITTED) > 50
    assert played.ledger.count(Fate.ABORTED) > 20
    assert played.refused > 0
    assert faults_of_log(owner(log_database)) == []
    assert faults_of_tree(log_database.engine, owner(log_database)) == []
    # The same steps are a trap for who does not wait.
    assert Fault.LOST in played.naive.faults(played.ledger)


def test_a_naive_tail_loses_the_event_that_was_overtaken(log_database: LogDatabase) -> None:
    played = play(log_database, OVERTAKEN)
    assert played.subscriber.faults(played.ledger) == {}
    assert len(played.subscriber.hashes) == 2
    assert list(played.naive.faults(played.ledger)) == [Fault.LOST]
    assert len(played.naive.hashes) == 1


def test_a_sequencer_that_does_not_wait_loses_it_too(
    log_database: LogDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled, youngest = "pg_snapshot_xmin(pg_current_snapshot())", "'9223372036854775807'::xid8"
    assert settled in sequencer._SETTLED
    monkeypatch.setattr(sequencer, "_SETTLED", sequencer._SETTLED.replace(settled, youngest))
    played = play(log_database, OVERTAKEN)
    assert list(played.subscriber.faults(played.ledger)) == [Fault.LOST]


@pytest.mark.parametrize("events", [1, 3])
def test_a_transaction_that_is_older_than_the_streams_last_writer_is_refused(
    log_database: LogDatabase, events: int
) -> None:
    played = play(log_database, younger_first(events))
    assert played.refused == 1
    assert played.subscriber.faults(played.ledger) == {}
    assert len(played.subscriber.hashes) == 1


@pytest.mark.parametrize("events", [1, 3])
def test_without_the_guard_a_stream_is_delivered_out_of_order(
    log_database: LogDatabase, events: int
) -> None:
    remove_guard(owner(log_database))
    played = play(log_database, younger_first(events))
    assert played.refused == 0
    assert list(played.subscriber.faults(played.ledger)) == [Fault.MISORDERED]
    assert faults_of_log(owner(log_database)) != []


@pytest.mark.parametrize(("function", "events"), [("append_event", 1), ("append_events", 3)])
def test_each_of_the_guards_is_needed(
    log_database: LogDatabase, function: str, events: int
) -> None:
    assert len(remove_guard(owner(log_database), of=function)) == 1
    played = play(log_database, younger_first(events))
    assert list(played.subscriber.faults(played.ledger)) == [Fault.MISORDERED]


def test_without_the_guard_any_interleaving_is_a_trap(log_database: LogDatabase) -> None:
    remove_guard(owner(log_database))
    played = play(log_database, list(any_schedule(0, STEPS, STREAMS)))
    assert list(played.subscriber.faults(played.ledger)) == [Fault.MISORDERED]


def test_each_function_that_writes_events_has_the_guard(log_database: LogDatabase) -> None:
    removed = remove_guard(owner(log_database))
    assert any(name.startswith("append_events(") for name in removed)
    with pytest.raises(GuardMissing):
        remove_guard(owner(log_database))


def test_the_database_is_seen_to_be_damaged(log_database: LogDatabase) -> None:
    """The checks of the whole log are as awake as the witness."""
    play(log_database, OVERTAKEN)
    with psycopg.connect(owner(log_database), autocommit=True) as connection:
        connection.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        connection.execute("UPDATE events SET payload = '{}' WHERE id = 1")
        connection.execute("UPDATE events SET hash = sha256('') WHERE id = 2")
    assert len(faults_of_log(owner(log_database))) == 3
    assert len(faults_of_tree(log_database.engine, owner(log_database))) == 1
