"""Archived sessions: out of the database, and still every event readable and proven."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pyarrow.parquet as pq
import pytest

from application.archive import ArchiveDiffers, Archiver
from application.artifacts import ArtifactKind, Artifacts
from application.ports.archive import (
    ArchiveDamaged,
    ArchivedMeanwhile,
    ChainBroken,
    NotClosed,
)
from application.ports.event_log import (
    IdempotencyConflict,
    LogUnavailable,
    NewEvent,
    RecordedEvent,
    session_stream,
)
from application.ports.object_store import ObjectStoreUnavailable
from domain.session.errors import SessionUnknown
from domain.session.events import PersonalDataErased, SessionClosed, SessionEvent
from infrastructure.archive import parquet_files
from infrastructure.archive.parquet_files import ParquetArchiveFiles
from infrastructure.postgres.archivable_log import PostgresArchivableLog
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.read_models import PostgresReadModels
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.subscription import PostgresSubscription
from infrastructure.storage.object_store import ObstoreObjectStore
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import ingested, message, second_by_second, turn
from tests.fakes import CODEC


class Archived:
    """A log, its owner, and a directory of objects; `session_id` is closed and long."""

    def __init__(self, database: LogDatabase, directory: Path) -> None:
        self.database = database
        self.objects = directory / "objects"
        self.artifacts = Artifacts(ObstoreObjectStore.local(self.objects))
        self.owner = make_engine(database.owner_url, pool_size=2)
        self.log = self.fresh_log()
        self.session_id = uuid4()
        self.append(self.session_id, *self._history(), SessionClosed())

    def fresh_log(self, artifacts: Artifacts | None = None) -> PostgresEventLog:
        """A log that has brought back nothing yet."""
        archive = ArchivedBytes(self.database.engine, artifacts or self.artifacts)
        return PostgresEventLog(self.database.engine, CODEC, archive=archive)

    def append(self, session_id: UUID, *events: SessionEvent) -> Sequence[RecordedEvent]:
        """Append to the session's end."""
        stream = session_stream(session_id)
        version = len(self.log.read(stream))
        return self.log.append(
            stream,
            second_by_second(events),
            expected_version=version,
        )

    def read(self, session_id: UUID | None = None) -> Sequence[RecordedEvent]:
        """All of a session's events, by a log that has brought back nothing yet."""
        return self.fresh_log().read(session_stream(session_id or self.session_id))

    def archive(self, session_id: UUID | None = None) -> object:
        """Archive a session."""
        archiver = Archiver(
            PostgresArchivableLog(self.owner), ParquetArchiveFiles(), self.artifacts
        )
        return archiver.archive(session_id or self.session_id)

    def file(self) -> Path:
        """The one file in the archive."""
        (file,) = (self.objects / "archives").iterdir()
        return file

    def bytes_here(self) -> int:
        """How many events of the session have bytes in the database."""
        query = "SELECT count(payload) FROM events WHERE session_id = %s"
        return int(self.sql(query, self.session_id)[0][0])

    def sql(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run it as the owner."""
        url = self.database.owner_url.replace("+psycopg", "", 1)
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def _history(self) -> list[SessionEvent]:
        base = uuid4()
        history: list[SessionEvent] = [*ingested(self.session_id, uuid4(), base)]
        for _ in range(3):
            node = uuid4()
            history += turn(uuid4(), base, node)
            base = node
        return history


@pytest.fixture
def archived(log_database: LogDatabase, tmp_path: Path) -> Iterator[Archived]:
    found = Archived(log_database, tmp_path)
    yield found
    found.owner.dispose()


def test_an_archived_session_reads_as_before(archived: Archived) -> None:
    before = archived.read()
    archived.archive()
    assert archived.bytes_here() == 2, "what a list of sessions shows"
    assert archived.read() == before
    log = archived.fresh_log()
    stream = session_stream(archived.session_id)
    for after in range(0, len(before), 7):
        assert list(log.read(stream, after_version=after, limit=5)) == list(
            before[after : after + 5]
        )


def test_groups_of_a_large_archive_are_read_one_by_one(
    archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "EVENTS_PER_GROUP", 4)
    before = archived.read()
    archived.archive()
    assert pq.ParquetFile(archived.file()).num_row_groups == -(-len(before) // 4)
    assert archived.read() == before
    stream = session_stream(archived.session_id)
    for after in range(len(before)):
        assert archived.fresh_log().read(stream, after_version=after, limit=1) == (before[after],)


def test_projections_and_subscriptions_serve_an_archived_session(archived: Archived) -> None:
    engine = archived.database.engine
    archive = ArchivedBytes(engine, archived.artifacts)
    views = PostgresReadModels(engine, CODEC, archive=archive)

    def seen() -> list[object]:
        sequence_settled(engine)
        subscription = PostgresSubscription(engine, "anew", CODEC, archive=archive)
        return [
            views.sessions(limit=10),
            views.session(archived.session_id),
            views.nodes(archived.session_id, limit=9),
            views.tasks(archived.session_id, limit=9),
            views.transcript(archived.session_id),
            subscription.pending(1000),
        ]

    before = seen()
    archived.archive()
    assert seen() == before


def test_a_list_of_sessions_asks_nothing_of_the_archive(archived: Archived) -> None:
    archived.archive()
    views = PostgresReadModels(archived.database.engine, CODEC)
    (session,) = views.sessions(limit=10)
    assert (session.title, session.dataset is not None) == ("Penguins", True)


def test_the_file_is_readable_without_datatrail(archived: Archived) -> None:
    before = archived.read()
    archived.archive()
    table = pq.read_table(archived.file())
    assert table["version"].to_pylist() == list(range(1, len(before) + 1))
    assert table["hash"].to_pylist() == [each.hash for each in before]
    assert table["payload"].to_pylist() == [each.payload for each in before]


def test_what_comes_after_the_archive_is_archived_beside_it(archived: Archived) -> None:
    archived.archive()
    archived.append(archived.session_id, PersonalDataErased(subject_id=archived.session_id))
    before = archived.read()
    assert isinstance(before[-1].event, PersonalDataErased)
    archived.archive()
    assert len(list((archived.objects / "archives").iterdir())) == 2
    assert archived.read() == before
    assert archived.archive() is None, "nothing is left"


def test_a_session_that_is_open_or_unknown_is_not_archived(archived: Archived) -> None:
    open_session = uuid4()
    archived.append(open_session, *ingested(open_session, uuid4(), uuid4()))
    with pytest.raises(NotClosed, match=str(open_session)):
        archived.archive(open_session)
    with pytest.raises(SessionUnknown):
        archived.archive(uuid4())
    assert not (archived.objects / "archives").exists()


def test_sessions_are_found_by_when_they_were_closed(archived: Archived) -> None:
    log = PostgresArchivableLog(archived.owner)
    closed_at = archived.read()[-1].metadata.recorded_at
    later = closed_at + timedelta(seconds=1)
    assert log.closed_before(closed_at) == []
    assert log.closed_before(later) == [archived.session_id]
    archived.archive()
    assert log.closed_before(later) == []


def test_archived_events_appended_again_are_known(archived: Archived) -> None:
    session_id = uuid4()
    stream = session_stream(session_id)
    events = second_by_second([*ingested(session_id, uuid4(), uuid4()), SessionClosed()])
    archived.log.append(stream, events, expected_version=0)
    before = archived.read(session_id)
    archived.archive(session_id)
    again = archived.log.append(stream, events, expected_version=0)
    assert [each.hash for each in again] == [each.hash for each in before]
    other = NewEvent(event=message().event, metadata=events[2].metadata)
    with pytest.raises(IdempotencyConflict):
        archived.log.append(stream, [other], expected_version=2)


STEPS = [
    *(f"{side}:{number}" for number in range(1, 9) for side in ("before", "after")),
    "within",
]


@pytest.mark.parametrize("moment", STEPS)
def test_whenever_it_is_killed_every_event_can_be_read_and_it_can_be_done_again(
    archived: Archived, moment: str
) -> None:
    before = archived.read()
    arguments = [archived.database.owner_url, str(archived.objects), str(archived.session_id)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.contracts.archiving", *arguments, moment],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0, "it was killed"
    assert archived.read() == before
    archived.archive()
    assert archived.bytes_here() == 2
    assert archived.read() == before


def test_two_runs_at_once_archive_it_once(archived: Archived) -> None:
    log = PostgresArchivableLog(archived.owner)
    before = archived.read()

    class Slow(ParquetArchiveFiles):
        """While it writes, another run does it all."""

        def write(self, *arguments: object) -> None:
            super().write(*arguments)  # type: ignore[arg-type]  # passed on
            archived.archive()

    with pytest.raises(ArchivedMeanwhile):
        Archiver(log, Slow(), archived.artifacts).archive(archived.session_id)
    assert archived.read() == before


def test_a_store_that_brings_back_something_else_leaves_the_database_as_it_is(
    archived: Archived,
) -> None:
    here = archived.bytes_here()

    class Forgetful(ParquetArchiveFiles):
        """Loses the last event."""

        def write(self, events: object, recorded: Iterator[object], destination: Path) -> None:
            super().write(events, iter(list(recorded)[:-1]), destination)  # type: ignore[arg-type]  # passed on

    with pytest.raises(ArchiveDiffers):
        Archiver(PostgresArchivableLog(archived.owner), Forgetful(), archived.artifacts).archive(
            archived.session_id
        )
    assert archived.bytes_here() == here


def test_a_stream_that_was_tampered_with_is_not_archived(archived: Archived) -> None:
    archived.sql("ALTER TABLE events DISABLE TRIGGER ALL")
    archived.sql(
        "UPDATE events SET payload = payload || ' ' WHERE session_id = %s AND version = 5",
        archived.session_id,
    )
    with pytest.raises(ChainBroken, match="event 5"):
        archived.archive()


def test_an_altered_archive_is_told(archived: Archived) -> None:
    archived.archive()
    data = bytearray(archived.file().read_bytes())
    data[len(data) // 2] ^= 1
    archived.file().write_bytes(data)
    with pytest.raises(ArchiveDamaged, match="does not have the digest"):
        archived.read()


def test_an_archive_forged_with_its_digest_is_told_by_the_chain(
    archived: Archived, tmp_path: Path
) -> None:
    archived.archive()
    table = pq.read_table(archived.file())
    payloads = table["payload"].to_pylist()
    payloads[7] = payloads[7].replace(b"task_id", b"task_di")
    forged = table.set_column(
        table.schema.get_field_index("payload"), table.schema.field("payload"), [payloads]
    )
    pq.write_table(forged, tmp_path / "forged.parquet")
    digest = archived.artifacts.keep(ArtifactKind.ARCHIVE, tmp_path / "forged.parquet")
    archived.sql("ALTER TABLE archives DISABLE TRIGGER ALL")
    archived.sql("UPDATE archives SET digest = %s", digest)
    with pytest.raises(ArchiveDamaged, match=r"event 8 .* holds other bytes"):
        archived.read()


def test_an_archive_that_is_gone_or_away_is_said_so(archived: Archived) -> None:
    archived.archive()

    class Away(ObstoreObjectStore):
        """Does not serve."""

        def get(self, key: str, destination: Path) -> None:
            raise ObjectStoreUnavailable("the bucket does not serve")

    away = ObstoreObjectStore.local(archived.objects)
    away.__class__ = Away
    with pytest.raises(LogUnavailable, match="archived, and the bucket does not serve"):
        archived.fresh_log(Artifacts(away)).read(session_stream(archived.session_id))
    archived.file().unlink()
    with pytest.raises(ArchiveDamaged, match="holds no object"):
        archived.read()


def test_bytes_that_nobody_holds_are_missed(archived: Archived) -> None:
    archived.sql("ALTER TABLE events DISABLE TRIGGER ALL")
    archived.sql("UPDATE events SET payload = NULL, metadata = NULL WHERE version = 6")
    with pytest.raises(ArchiveDamaged, match=r"event 6 .* no archive holds it"):
        archived.read()
    with pytest.raises(ArchiveDamaged, match="no object storage"):
        PostgresEventLog(archived.database.engine, CODEC).read(session_stream(archived.session_id))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET payload = NULL, metadata = NULL",
        "UPDATE events SET payload = NULL",
        "UPDATE events SET payload = ''",
        "UPDATE events SET metadata = ''",
        "DELETE FROM archives",
        "UPDATE archives SET digest = repeat('0', 64)",
        "TRUNCATE archives",
        "SELECT archive_events(session_id, 1, 3, repeat('0', 64), 1) FROM streams",
        "SELECT archive_events(session_id, 2, version, repeat('0', 64), 1) FROM streams",
        "SELECT archive_events(session_id, 1, version + 1, repeat('0', 64), 1) FROM streams",
        "SELECT archive_events(gen_random_uuid(), 1, 3, repeat('0', 64), 1)",
    ],
)
def test_the_owner_cannot_let_go_of_bytes_in_any_other_way(archived: Archived, change: str) -> None:
    before = archived.read()
    archived.sql("INSERT INTO archives VALUES (%s, 1, 1, repeat('0', 64), 1)", uuid4())
    with pytest.raises(psycopg.errors.RestrictViolation):
        archived.sql(change)
    assert archived.read() == before


def test_archived_events_keep_all_but_their_bytes(archived: Archived) -> None:
    archived.archive()
    for change in (
        "UPDATE events SET payload = '' WHERE payload IS NULL",
        "UPDATE events SET hash = hash",
        "UPDATE events SET type = 'Other' WHERE payload IS NULL",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            archived.sql(change)


@pytest.mark.parametrize(
    "trick",
    [
        "SELECT archive_events(gen_random_uuid(), 1, 1, repeat('0', 64), 1)",
        "INSERT INTO archives VALUES (gen_random_uuid(), 1, 1, repeat('0', 64), 1)",
        "UPDATE events SET payload = NULL, metadata = NULL",
        "DELETE FROM archives",
    ],
)
def test_the_service_may_not_archive(archived: Archived, trick: str) -> None:
    url = archived.database.service_url.replace("+psycopg", "", 1)
    with (
        psycopg.connect(url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(trick.encode())
