"""What the log names, read without knowing what its events mean."""

from pathlib import Path
from uuid import uuid4

import pytest

from application.archive import Archiver
from application.artifacts import Artifacts
from application.ports.event_log import session_stream
from domain.session.events import SessionClosed, SessionEvent, SessionStarted
from infrastructure.archive.parquet_files import ParquetArchiveFiles
from infrastructure.postgres.archivable_log import PostgresArchivableLog
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.named_objects import PostgresNamedObjects
from infrastructure.storage.object_store import ObstoreObjectStore
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import second_by_second
from tests.fakes import CODEC
from tests.golden.events.examples import EXAMPLES


@pytest.mark.parametrize("archived", [False, True])
def test_the_log_names_what_its_events_say_also_when_they_are_archived(
    log_database: LogDatabase, tmp_path: Path, archived: bool
) -> None:
    session_id, artifacts = uuid4(), Artifacts(ObstoreObjectStore.local(tmp_path / "objects"))
    archive = ArchivedBytes(log_database.engine, artifacts)
    log = PostgresEventLog(log_database.engine, CODEC, archive=archive)
    events: list[SessionEvent] = [
        SessionStarted(session_id=session_id, title="t", subject_id=session_id),
        EXAMPLES["DatasetUploaded", 2],
        EXAMPLES["SnippetExecuted", 3],
        EXAMPLES["NodeCommitted", 1],
        SessionClosed(),
    ]
    log.append(session_stream(session_id), second_by_second(events), expected_version=0)
    if archived:
        owner = make_engine(log_database.owner_url, pool_size=2)
        Archiver(PostgresArchivableLog(owner), ParquetArchiveFiles(), artifacts).archive(session_id)
        owner.dispose()
    found = set(PostgresNamedObjects(log_database.engine, archive).digests())
    assert {("1" * 64, False), ("2" * 64, True)} <= found, "what was printed, and the answer"
    assert {("a" * 64, True), ("a" * 64, False), ("e" * 64, False), ("c" * 64, False)} <= found
