"""What was anchored can be checked by anyone, and a log that is another one is told."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, text

from application.ports.object_store import ObjectStoreUnavailable
from application.ports.transparency import NotSequencedYet
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.sequencer import Sequencer, SequencerPolicy, sequence_settled
from infrastructure.postgres.sequencing import PostgresSequencing
from infrastructure.postgres.signed_checkpoints import Anchoring, SignedCheckpoints
from infrastructure.postgres.tables import SERVICE_ROLE
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.transparency.keys import SigningKey
from infrastructure.transparency.merkle import leaf_hash
from infrastructure.transparency.notes import verified_note
from tests.contracts.conftest import LogDatabase
from tests.contracts.open_appends import append_now
from tests.transparency import rfc6962
from tests.waiting import wait_until

KEY = SigningKey("datatrail", bytes(range(32)))


class Store(ObstoreObjectStore):
    """A directory of objects that can be away."""

    away = False

    def put(self, key: str, source: Path) -> None:
        if self.away:
            raise ObjectStoreUnavailable("the store is away")
        super().put(key, source)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.local(tmp_path / "objects")
    assert isinstance(made, Store)
    return made


@pytest.fixture
def engine(log_database: LogDatabase) -> Engine:
    return log_database.engine


@pytest.fixture
def checkpoints(engine: Engine, store: Store) -> SignedCheckpoints:
    return SignedCheckpoints(engine, store, KEY)


def grow(engine: Engine, count: int) -> None:
    append_now(engine, count=count)
    assert sequence_settled(engine) == count


def hashes(engine: Engine) -> list[bytes]:
    query = text("SELECT e.hash FROM log_order o JOIN events e USING (id) ORDER BY o.position")
    with engine.connect() as connection:
        return list(connection.scalars(query))


def alarms(engine: Engine) -> list[str]:
    """What was told, the newest first."""
    return [alarm.message for alarm in PostgresSequencing(engine).report().alarms]


@contextmanager
def copies(postgres: EmbeddedPostgres, engine: Engine, count: int = 1) -> Iterator[list[Engine]]:
    """Databases as the log is now: what a backup brings back."""
    source, made = str(engine.url.database), [f"copy_{uuid4().hex}" for _ in range(count)]
    engine.dispose()
    with (
        psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as owner,
        ExitStack() as stack,
    ):
        engines = []
        for name in made:
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            owner.execute(copy.format(sql.Identifier(name), sql.Identifier(source)))
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            stack.callback(owner.execute, drop)
            engines.append(make_engine(postgres.url_for(SERVICE_ROLE, database=name)))
            stack.callback(engines[-1].dispose)
        yield engines


def test_a_checkpoint_is_signed_anchored_recorded_and_true(
    engine: Engine, store: Store, checkpoints: SignedCheckpoints, tmp_path: Path
) -> None:
    grow(engine, 700)
    signed = checkpoints.sign()
    assert signed is not None
    assert (signed.origin, signed.epoch, signed.size) == ("datatrail", 1, 700)
    assert signed.root == rfc6962.tree_hash(hashes(engine))
    head = verified_note(signed.note, KEY.verifier)
    assert (head.epoch, head.size, head.root) == (1, 700, signed.root)
    store.get("checkpoints/1/00000000000000000700", tmp_path / "note")
    assert (tmp_path / "note").read_text() == signed.note
    anchor = PostgresSequencing(engine).report().anchor
    assert anchor is not None
    assert (anchor.epoch, anchor.size) == (1, 700)
    assert checkpoints.public_key == KEY.verifier.line


def test_a_log_of_nothing_is_not_signed(checkpoints: SignedCheckpoints, store: Store) -> None:
    assert checkpoints.sign() is None
    assert list(store.keys("checkpoints")) == []


def test_a_log_that_did_not_grow_is_not_signed_again(
    engine: Engine, store: Store, checkpoints: SignedCheckpoints
) -> None:
    grow(engine, 3)
    first = checkpoints.sign()
    assert checkpoints.sign() == SignedCheckpoints(engine, store, KEY).sign() == first
    assert len(list(store.keys("checkpoints"))) == 1


def test_paths_lead_to_the_signed_root(engine: Engine, checkpoints: SignedCheckpoints) -> None:
    grow(engine, 300)
    old = checkpoints.sign()
    grow(engine, 333)
    new = checkpoints.sign()
    assert old is not None
    assert new is not None
    positions, leaves = [1, 256, 257, 633], hashes(engine)
    for position, path in zip(
        positions, checkpoints.inclusion_paths(positions, size=633), strict=True
    ):
        leaf = leaf_hash(leaves[position - 1])
        assert rfc6962.root_from_path(leaf, position - 1, 633, path) == new.root
    proof = checkpoints.consistency_path(300, 633)
    assert rfc6962.roots_from_proof(300, 633, old.root, proof) == (old.root, new.root)


def test_a_checkpoint_that_covers_an_event_is_made_when_it_is_asked_for(
    engine: Engine, checkpoints: SignedCheckpoints
) -> None:
    with pytest.raises(NotSequencedYet, match="up to position 0"):
        checkpoints.checkpoint(covering=1)
    grow(engine, 5)
    assert checkpoints.checkpoint(covering=5).size == 5
    grow(engine, 5)
    assert checkpoints.checkpoint(covering=4).size == 5
    assert checkpoints.checkpoint(covering=6).size == 10
    with pytest.raises(NotSequencedYet, match="up to position 10, not yet up to 11"):
        checkpoints.checkpoint(covering=11)


def test_a_log_cut_short_is_told_from_what_was_anchored_and_goes_on(
    engine: Engine,
    store: Store,
    checkpoints: SignedCheckpoints,
    postgres: EmbeddedPostgres,
    caplog: pytest.LogCaptureFixture,
) -> None:
    grow(engine, 5)
    assert checkpoints.sign()
    with copies(postgres, engine) as (restored,):
        grow(engine, 4)
        assert checkpoints.sign()
        again = SignedCheckpoints(restored, store, KEY)
        signed = again.sign()
        assert signed is not None
        assert (signed.epoch, signed.size) == (2, 5)
        (alarm,) = alarms(restored)
        assert "ends at position 5, and a checkpoint of 9 events" in alarm
        assert [each.levelno for each in caplog.records] == [logging.ERROR]
        grow(restored, 3)
        signed = again.sign()
        assert signed is not None
        assert (signed.epoch, signed.size) == (2, 8)
        assert len(alarms(restored)) == 1
        assert SignedCheckpoints(restored, store, KEY).sign() == signed
        assert len(alarms(restored)) == 1


def test_a_log_that_grew_otherwise_is_told_from_what_was_anchored(
    engine: Engine, store: Store, checkpoints: SignedCheckpoints, postgres: EmbeddedPostgres
) -> None:
    grow(engine, 5)
    with copies(postgres, engine) as (restored,):
        grow(engine, 4)
        assert checkpoints.sign()
        grow(restored, 6)
        signed = SignedCheckpoints(restored, store, KEY).sign()
        assert signed is not None
        assert (signed.epoch, signed.size) == (2, 11)
        assert "first 9 events are not those that were anchored" in alarms(restored)[0]


def test_a_log_that_is_changed_while_it_is_watched_is_told(
    log_database: LogDatabase, checkpoints: SignedCheckpoints
) -> None:
    engine = log_database.engine
    grow(engine, 9)
    assert checkpoints.sign()
    with psycopg.connect(log_database.owner_url.replace("+psycopg", "")) as owner:
        owner.execute("ALTER TABLE log_order DISABLE TRIGGER ALL")
        owner.execute("DELETE FROM log_order WHERE position > 7")
        owner.execute(
            "UPDATE sequencer s SET (size, epoch, xid, id) = (SELECT 7, e.epoch, e.xid, e.id"
            " FROM events e JOIN log_order o USING (id) WHERE o.position = 7)"
        )
        owner.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        owner.execute("DELETE FROM events WHERE id NOT IN (SELECT id FROM log_order)")
    signed = checkpoints.sign()
    assert signed is not None
    assert (signed.epoch, signed.size) == (2, 7)
    assert len(alarms(engine)) == 1
    grow(engine, 4)
    assert checkpoints.checkpoint(covering=11).epoch == 2


def test_what_another_process_anchored_counts_when_one_signs_on_demand(
    engine: Engine, store: Store, postgres: EmbeddedPostgres
) -> None:
    grow(engine, 5)
    with copies(postgres, engine) as (restored,):
        exporter = SignedCheckpoints(restored, store, KEY)
        assert exporter.checkpoint(covering=5).epoch == 1
        grow(engine, 4)
        assert SignedCheckpoints(engine, store, KEY).sign()
        grow(restored, 2)
        assert exporter.checkpoint(covering=7).epoch == 2
        assert "a checkpoint of 9 events" in alarms(restored)[0]


def test_a_leader_that_returns_compares_with_what_others_anchored_meanwhile(
    engine: Engine, store: Store, postgres: EmbeddedPostgres
) -> None:
    grow(engine, 5)
    with copies(postgres, engine) as (restored,):
        sequencer, stop = Sequencer(restored, SequencerPolicy()), threading.Event()
        parts = (
            sequencer,
            Anchoring(
                SignedCheckpoints(restored, store, KEY), sequencer, timedelta(milliseconds=20)
            ),
        )
        threads = [threading.Thread(target=part.run, args=(stop,)) for part in parts]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(list(store.keys("checkpoints"))) == 1)
        grow(engine, 4)
        assert SignedCheckpoints(engine, store, KEY).sign()
        with restored.connect() as connection:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            ours = (
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            connection.execute(text(ended + ours))
        wait_until(lambda: alarms(restored) != [])
        stop.set()
        for thread in threads:
            thread.join(10)
            assert not thread.is_alive()
        assert "ends at position 5, and a checkpoint of 9 events" in alarms(restored)[0]


def test_a_tree_that_was_rewritten_is_told(
    log_database: LogDatabase, checkpoints: SignedCheckpoints
) -> None:
    grow(log_database.engine, 9)
    assert checkpoints.sign()
    with psycopg.connect(log_database.owner_url.replace("+psycopg", "")) as owner:
        owner.execute("UPDATE merkle_tiles SET hashes = set_byte(hashes, 40, 7)")
    checkpoints.sign()
    assert "some were altered" in alarms(log_database.engine)[0]


def test_two_logs_that_anchor_at_one_place_never_share_an_epoch(
    engine: Engine, store: Store, postgres: EmbeddedPostgres
) -> None:
    grow(engine, 5)
    SignedCheckpoints(engine, store, KEY).sign()
    with copies(postgres, engine, 2) as (one, other):
        first, second = (SignedCheckpoints(each, store, KEY) for each in (one, other))
        assert first.sign() == second.sign()
        grow(one, 2)
        grow(other, 2)
        for log in (first, second):
            signed = log.sign()
            assert signed is not None
            assert signed.size == 7
        assert alarms(one) == []
        assert "first 7 events are not those" in alarms(other)[0]
    assert sorted(key.removeprefix("checkpoints/") for key in store.keys("checkpoints")) == [
        "1/00000000000000000005",
        "1/00000000000000000007",
        "2/00000000000000000007",
    ]


def test_another_key_or_name_is_no_alarm(
    engine: Engine, store: Store, checkpoints: SignedCheckpoints
) -> None:
    grow(engine, 5)
    checkpoints.sign()
    later = SignedCheckpoints(engine, store, SigningKey("renamed", bytes(32)))
    again = later.sign()
    assert again is not None
    grow(engine, 2)
    signed = later.checkpoint(covering=7)
    assert (signed.origin, signed.epoch, signed.size) == ("renamed", 1, 7)
    assert alarms(engine) == []


def test_checkpoints_that_a_forger_recorded_do_not_hide_what_was_anchored(
    log_database: LogDatabase,
    store: Store,
    checkpoints: SignedCheckpoints,
    postgres: EmbeddedPostgres,
) -> None:
    grow(log_database.engine, 5)
    with copies(postgres, log_database.engine) as (restored,):
        grow(log_database.engine, 2)
        checkpoints.sign()
        with restored.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO signed_checkpoints (epoch, size, root, note)"
                    " VALUES (1, 1000000, sha256(''), 'no note')"
                )
            )
        SignedCheckpoints(restored, store, KEY).sign()
        assert "ends at position 5, and a checkpoint of 7 events" in alarms(restored)[0]


def test_an_object_that_is_no_checkpoint_is_told_and_stops_nothing(
    engine: Engine,
    store: Store,
    checkpoints: SignedCheckpoints,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "garbage").write_bytes(b"\xff no note")
    store.put("checkpoints/1/00000000000000000900", tmp_path / "garbage")
    grow(engine, 5)
    assert checkpoints.sign()
    assert "holds what is no checkpoint" in caplog.text


@pytest.mark.parametrize("hidden_behind", ["garbage", "the note of an earlier size"])
def test_objects_that_were_added_do_not_hide_what_was_anchored(
    log_database: LogDatabase,
    postgres: EmbeddedPostgres,
    checkpoints: SignedCheckpoints,
    store: Store,
    tmp_path: Path,
    hidden_behind: str,
) -> None:
    grow(log_database.engine, 5)
    earlier = checkpoints.sign()
    assert earlier is not None
    with copies(postgres, log_database.engine) as (restored,):
        grow(log_database.engine, 2)
        checkpoints.sign()
        hiding = tmp_path / "hiding"
        hiding.write_text("no note" if hidden_behind == "garbage" else earlier.note)
        store.put("checkpoints/1/00000000000000000900", hiding)
        SignedCheckpoints(restored, store, KEY).sign()
        assert "ends at position 5, and a checkpoint of 7 events" in alarms(restored)[0]


def test_anchoring_outlives_an_outage_of_storage_and_only_the_leader_anchors(
    engine: Engine, store: Store, checkpoints: SignedCheckpoints
) -> None:
    sequencer = Sequencer(engine, SequencerPolicy(candidacy=timedelta(milliseconds=10)))
    anchoring = Anchoring(checkpoints, sequencer, every=timedelta(milliseconds=20))
    store.away, stop = True, threading.Event()
    append_now(engine, count=3)
    anchor = threading.Thread(target=anchoring.run, args=(stop,))
    anchor.start()
    time.sleep(0.1)
    lead = threading.Thread(target=sequencer.run, args=(stop,))
    lead.start()
    time.sleep(0.3)
    assert list(store.keys("checkpoints")) == []
    store.away = False
    wait_until(lambda: list(store.keys("checkpoints")) != [])
    stop.set()
    anchor.join(10)
    lead.join(10)
    assert not anchor.is_alive()
    assert not lead.is_alive()
    assert list(store.keys("checkpoints")) == ["checkpoints/1/00000000000000000003"]
