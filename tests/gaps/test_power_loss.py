"""What was acknowledged survives the loss of all that was not synced. `power` says how near it is.

Negative controls lose a part of the synced log, or let the server acknowledge before it syncs.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Engine, event

from application.ports.event_log import session_stream
from infrastructure.embedded.errors import PostgresDidNotStart
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres.appends import append_all
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.projection_builds import PostgresProjections
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.tables import SERVICE_ROLE
from tests.contracts.histories import message
from tests.fakes import CODEC
from tests.gaps.followers import Subscriber
from tests.gaps.power import Machine, ask, flushed
from tests.gaps.stories import append_to
from tests.gaps.torn_pages import tear
from tests.gaps.whole_log import faults_of_log, faults_of_tree
from tests.gaps.witness import Witness
from tests.waiting import wait_until

APPENDS, BYTES = 30, 40
SYNCED = 5
"""So many appends came before the checkpoint that synced them."""


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """An append that its caller was told of, and how far the log was flushed when it was."""

    session_id: UUID
    version: int
    hash: bytes
    flushed: int


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which a server ran, with the schema; copy it, do not use it."""
    directory = tmp_path_factory.mktemp("installed")
    with EmbeddedPostgres(directory) as postgres:
        migrate(postgres.url)
    return directory


@pytest.fixture
def machine(installed: Path, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, installed)
    yield machine
    machine.close()


def append(
    postgres: EmbeddedPostgres, count: int, session_id: UUID, *, unsynced: bool = False
) -> list[Acknowledged]:
    """One append after another to one session, of one to three events."""
    with engine_of(postgres) as engine:
        if unsynced:
            event.listen(engine, "connect", acknowledge_unsynced)
        log = PostgresEventLog(engine, CODEC)
        version, done = len(log.read(session_stream(session_id))), list[Acknowledged]()
        for number in range(count):
            events = [message("x" * 3000) for _ in range(1 + number % 3)]
            recorded = log.append(session_stream(session_id), events, expected_version=version)
            place = flushed(postgres)
            version = recorded[-1].version
            done += [
                Acknowledged(
                    session_id=session_id, version=each.version, hash=each.hash, flushed=place
                )
                for each in recorded
            ]
    return done


def delivered(postgres: EmbeddedPostgres, reader: str) -> Witness:
    """What a new reader is given, by position."""
    witness = Witness(0, dense=True)
    with engine_of(postgres) as engine:
        sequence_settled(engine)
        Subscriber(engine, witness, codec=CODEC, name=reader).follow()
    return witness


def lost(postgres: EmbeddedPostgres, acknowledged: Sequence[Acknowledged]) -> list[Acknowledged]:
    """What is not in the log as it was acknowledged."""
    with psycopg.connect(postgres.url.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT session_id, version, hash FROM events").fetchall()
    found = {(session_id, version): hash_ for session_id, version, hash_ in rows}
    return [
        each for each in acknowledged if found.get((each.session_id, each.version)) != each.hash
    ]


def acknowledge_unsynced(connection: psycopg.Connection, _record: object) -> None:
    """Take back what our engines insist on."""
    connection.execute("SET synchronous_commit = off")
    connection.commit()


@contextmanager
def engine_of(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    engine = make_engine(postgres.url_for(SERVICE_ROLE))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def restarted(disk: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(disk) as postgres:
        assert "redo starts at" in postgres.log.read_text()
        yield postgres


def assert_whole(postgres: EmbeddedPostgres) -> None:
    conninfo = postgres.url.replace("+psycopg", "")
    assert faults_of_log(conninfo) == []
    with engine_of(postgres) as engine:
        assert faults_of_tree(engine, conninfo) == []
        projections = PostgresProjections(engine)
        for name in projections.names():
            assert projections.verify(name).differences == ()


def test_what_was_acknowledged_survives_a_power_cut_at_any_acknowledgement(
    machine: Machine,
) -> None:
    session_id = uuid4()
    acknowledged = append(machine.postgres, SYNCED, session_id)
    machine.sync()
    acknowledged += append(machine.postgres, APPENDS, session_id)
    before = delivered(machine.postgres, "before the cut")
    acknowledged += append(machine.postgres, APPENDS, session_id)
    conninfo = machine.postgres.url_for(SERVICE_ROLE).replace("+psycopg", "")
    with closing(psycopg.connect(conninfo)) as under_way:
        append_all(under_way, [append_to(uuid4(), 0, [uuid4(), uuid4()])])
        machine.cut()

    moments = sorted({each.flushed for each in acknowledged})
    for moment in (moments[-1], moments[-2], moments[SYNCED + APPENDS // 2]):
        told = [each for each in acknowledged if each.flushed <= moment]
        with restarted(machine.disk_at(moment)) as postgres:
            assert lost(postgres, told) == []
            # Positions need not be synced: they are computed anew, the same.
            after = delivered(postgres, "after the cut").hashes
            assert after == [each.hash for each in told]
            assert after[: len(before.hashes)] == before.hashes[: len(after)]
            append(postgres, 2, session_id)
            delivered(postgres, "later")
            assert_whole(postgres)


def test_only_the_log_brings_back_what_was_appended_since_the_checkpoint(machine: Machine) -> None:
    """Or the data files of the harness would hold it already, and it would prove nothing."""
    machine.sync()
    synced = flushed(machine.postgres)
    acknowledged = append(machine.postgres, APPENDS, uuid4())
    machine.cut()
    with EmbeddedPostgres(machine.disk_at(synced)) as postgres:
        assert lost(postgres, acknowledged) == acknowledged


def test_a_log_that_lost_its_last_bytes_is_seen_to_have_lost_the_last_append(
    machine: Machine,
) -> None:
    machine.sync()
    acknowledged = append(machine.postgres, APPENDS, uuid4())
    machine.cut()
    last_but_one, last = sorted({each.flushed for each in acknowledged})[-2:]
    assert last - last_but_one > BYTES
    # Into its records, so that their end, the commit, is not there.
    with restarted(machine.disk_at(last_but_one + BYTES)) as postgres:
        assert lost(postgres, acknowledged) == [
            each for each in acknowledged if each.flushed == last
        ]


def test_a_server_that_acknowledges_before_it_syncs_is_found_out(machine: Machine) -> None:
    machine.sync()
    machine.never_flush_by_itself()
    acknowledged = append(machine.postgres, APPENDS, uuid4(), unsynced=True)
    machine.cut()
    with EmbeddedPostgres(machine.disk_at(acknowledged[-1].flushed)) as postgres:
        assert acknowledged[-1] in lost(postgres, acknowledged)


def test_the_server_syncs_its_log_for_each_acknowledgement(machine: Machine) -> None:
    before = machine.log_syncs()
    append(machine.postgres, APPENDS, uuid4())
    # A connection's counts are told when it ends.
    wait_until(lambda: machine.log_syncs() >= before + APPENDS)


def test_pages_that_were_written_by_half_are_mended_from_the_log(machine: Machine) -> None:
    machine.write_early()
    session_id = uuid4()
    acknowledged = append(machine.postgres, SYNCED, session_id)
    machine.sync()
    acknowledged += append(machine.postgres, APPENDS, session_id)
    machine.cut()
    moment = acknowledged[-1].flushed
    disk = machine.disk_at(moment)
    assert tear(machine.data, disk / "data", moment) > APPENDS
    with restarted(disk) as postgres:
        assert lost(postgres, acknowledged) == []
        delivered(postgres, "later")
        assert_whole(postgres)


def test_half_written_pages_are_found_out_where_the_log_has_no_images_of_them(
    machine: Machine,
) -> None:
    machine.write_early()
    ask(machine.postgres, "ALTER SYSTEM SET full_page_writes = off")
    session_id = uuid4()
    append(machine.postgres, SYNCED, session_id)
    machine.sync()
    acknowledged = append(machine.postgres, APPENDS, session_id)
    machine.cut()
    moment = acknowledged[-1].flushed
    disk = machine.disk_at(moment)
    assert tear(machine.data, disk / "data", moment) > APPENDS
    with pytest.raises(PostgresDidNotStart, match="invalid page"):
        EmbeddedPostgres(disk).start()
