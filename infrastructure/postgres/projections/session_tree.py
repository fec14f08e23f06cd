"""Sessions, their nodes and their pointers."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    update,
)

from application.ports.event_log import RecordedEvent
from domain.session.events import (
    DatasetUploaded,
    IngestFailed,
    NodeCommitted,
    PointerMoved,
    SessionStarted,
    Snapshot,
)
from infrastructure.postgres.records import session_of
from infrastructure.postgres.tables import READ_MODELS


@dataclass(frozen=True, kw_only=True)
class NodeFacts:
    """What made a node, and its table."""

    snippets: tuple[str, ...]
    snapshot: Snapshot


class SessionTree:
    """`sessions` holds one row a session, `nodes` one a node.

    What a person wrote stands in JSON: unlike text, that holds any character, NUL included.
    """

    name: ClassVar[str] = "session_tree"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData(schema=READ_MODELS)
        self.sessions = Table(
            f"sessions{suffix}",
            self.metadata,
            Column("session_id", Uuid, primary_key=True),
            Column("title", JSON, nullable=False),
            Column("dataset", JSON(none_as_null=True)),
            Column("pointer", Uuid),
            Column("version", BigInteger, nullable=False),
            Column("created_at", DateTime(timezone=True), nullable=False),
            Column("updated_at", DateTime(timezone=True), nullable=False),
            Index(f"sessions{suffix}_newest", "created_at", "session_id"),
        )
        self.nodes = Table(
            f"nodes{suffix}",
            self.metadata,
            Column("session_id", Uuid, primary_key=True),
            Column("node_id", Uuid, primary_key=True),
            Column("number", Integer, nullable=False),
            Column("parent_id", Uuid),
            Column("branch", Text, nullable=False),
            Column("task_id", Uuid, nullable=False),
            Column("facts", JSON, nullable=False),
            Column("created_at", DateTime(timezone=True), nullable=False),
        )

    def apply(self, connection: Connection, recorded: RecordedEvent) -> None:
        match recorded.event:
            case SessionStarted(title=title):
                self._start(connection, recorded, title)
            case DatasetUploaded(dataset=dataset):
                self._touch(connection, recorded, dataset=dataset)
            case IngestFailed():
                self._touch(connection, recorded, dataset=None)
            case NodeCommitted() as committed:
                self._commit(connection, recorded, committed)
                self._touch(connection, recorded)
            case PointerMoved(node_id=node_id):
                self._touch(connection, recorded, pointer=node_id)
            case _:
                self._touch(connection, recorded)

    def _start(self, connection: Connection, recorded: RecordedEvent, title: str) -> None:
        connection.execute(
            insert(self.sessions).values(
                session_id=session_of(recorded.stream_id),
                title=title,
                dataset=None,
                version=recorded.version,
                created_at=recorded.metadata.recorded_at,
                updated_at=recorded.metadata.recorded_at,
            )
        )

    def _touch(self, connection: Connection, recorded: RecordedEvent, **changes: object) -> None:
        connection.execute(
            update(self.sessions)
            .where(self.sessions.c.session_id == session_of(recorded.stream_id))
            .values(version=recorded.version, updated_at=recorded.metadata.recorded_at, **changes)
        )

    def _commit(
        self, connection: Connection, recorded: RecordedEvent, committed: NodeCommitted
    ) -> None:
        session_id = session_of(recorded.stream_id)
        before = select(func.count()).where(self.nodes.c.session_id == session_id)
        connection.execute(
            insert(self.nodes).values(
                session_id=session_id,
                node_id=committed.node_id,
                number=before.scalar_subquery(),
                parent_id=committed.parent_id,
                branch=committed.branch,
                task_id=committed.task_id,
                facts=NodeFacts(snippets=committed.snippets, snapshot=committed.snapshot),
                created_at=recorded.metadata.recorded_at,
            )
        )
