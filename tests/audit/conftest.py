"""A real log with two sessions, and what exports one of them."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from application.artifacts import ArtifactKind, Artifacts
from application.audit import AuditExporter, BundleOptions
from application.ports.event_log import session_stream
from domain.session.events import (
    MessagePosted,
    NodeCommitted,
    PointerCause,
    PointerMoved,
    SessionEvent,
    SessionStarted,
)
from infrastructure.events.codec import EventCodec
from infrastructure.keys.session_keys import DerivedSessionKeys
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.raw_events import PostgresRawEvents
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.signed_checkpoints import SignedCheckpoints
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.transparency.keys import SigningKey
from infrastructure.transparency.statements import StatementSigner
from tests.audit.bundles import Verdict, judged
from tests.contracts.conftest import LogDatabase, log_database, migrated_template
from tests.contracts.histories import second_by_second, snapshot
from tests.fakes import InMemorySubjectKeys

__all__ = ["log_database", "migrated_template"]

KEY = SigningKey("datatrail", bytes(range(32)))


@dataclass(frozen=True, kw_only=True)
class AuditedLog:
    """A log of two sessions whose events were appended in turn."""

    database: LogDatabase
    directory: Path
    artifacts: Artifacts
    log: PostgresEventLog
    keys: InMemorySubjectKeys
    session_id: UUID = field(default_factory=uuid4)
    other_id: UUID = field(default_factory=uuid4)

    @property
    def sessions(self) -> tuple[UUID, UUID]:
        """Both sessions."""
        return self.session_id, self.other_id

    def append(self, session_id: UUID, *events: SessionEvent) -> None:
        """Append behind the session's last event, and give all their positions."""
        stream = session_stream(session_id)
        version = len(self.log.read(stream))
        self.log.append(stream, second_by_second(events), expected_version=version)

    def settle(self) -> None:
        """Give every event its position."""
        sequence_settled(self.database.engine)

    def export(
        self,
        name: str = "bundle.zip",
        options: BundleOptions | None = None,
        *,
        of: UUID | None = None,
    ) -> Path:
        """The session's bundle."""
        bundle = self.directory / name
        bundle.unlink(missing_ok=True)
        self.exporter().export(of or self.session_id, bundle, options)
        return bundle

    def verdict(self, *, anchor: Path | None = None) -> Verdict:
        """What the verifier says of a fresh export."""
        return judged(self.export(), public_key=KEY.verifier.line, anchor=anchor)

    def tamper(self, *statements: str) -> None:
        """Change the database as its owner, who lets no trigger stop him.

        MINE in a statement stands for the condition that a row is of the session.
        """
        conninfo = self.database.owner_url.replace("+psycopg", "", 1)
        with psycopg.connect(conninfo) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in ("events", "log_order"):
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                written = statement.replace("MINE", "session_id = %(session)s")
                done = connection.execute(
                    written.encode(), {"session": self.session_id, "other": self.other_id}
                )
                assert done.rowcount != 0, statement

    def exporter(
        self, key: SigningKey = KEY, patience: timedelta = timedelta(seconds=5)
    ) -> AuditExporter:
        """What a process exports with that was just started."""
        engine = self.database.engine
        return AuditExporter(
            PostgresRawEvents(engine, ArchivedBytes(engine, self.artifacts)),
            SignedCheckpoints(engine, ObstoreObjectStore.local(self.directory / "objects"), key),
            StatementSigner(key),
            DerivedSessionKeys(self.keys),
            self.artifacts,
            patience=patience,
        )


@pytest.fixture
def audited(log_database: LogDatabase, tmp_path: Path) -> AuditedLog:
    """Nine events of each of two sessions, in turn; their tables are in storage."""
    keys = InMemorySubjectKeys()
    audited = AuditedLog(
        database=log_database,
        directory=tmp_path,
        artifacts=Artifacts(ObstoreObjectStore.local(tmp_path / "objects")),
        log=PostgresEventLog(log_database.engine, EventCodec(keys)),
        keys=keys,
    )
    table = tmp_path / "table.parquet"
    table.write_bytes(b"PAR1 a table PAR1")
    digest = audited.artifacts.keep(ArtifactKind.SNAPSHOT, table)
    histories = [_history(each, f"parquet:{digest}") for each in audited.sessions]
    for events in zip(*histories, strict=True):
        for session_id, event in zip(audited.sessions, events, strict=True):
            audited.append(session_id, event)
    audited.settle()
    return audited


def _history(session_id: UUID, address: str) -> list[SessionEvent]:
    """A session with two nodes, and messages."""
    stored = replace(snapshot(9), address=address)
    events: list[SessionEvent] = [
        SessionStarted(session_id=session_id, title="Ann's", subject_id=session_id)
    ]
    parent_id = None
    for _ in range(2):
        node_id, task_id = uuid4(), uuid4()
        events += [
            NodeCommitted(
                task_id=task_id,
                node_id=node_id,
                parent_id=parent_id,
                branch="main",
                snapshot=stored,
            ),
            PointerMoved(node_id=node_id, cause=PointerCause.COMMIT, task_id=task_id),
            MessagePosted(task_id=uuid4(), text="Ann's words"),
            MessagePosted(task_id=uuid4(), text="More of Ann's words"),
        ]
        parent_id = node_id
    return events
