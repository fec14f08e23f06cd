"""Tasks as clients see them: status, named progress steps, outcome."""

from typing import ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    insert,
    select,
    update,
)

from application.ports.event_log import RecordedEvent
from application.ports.read_models import TaskStatus
from infrastructure.events.typed_values import read_as
from infrastructure.postgres.projections.progress import Progress, advance, first_progress
from infrastructure.postgres.records import session_of, task_of
from infrastructure.postgres.tables import READ_MODELS

UNFINISHED = (TaskStatus.QUEUED, TaskStatus.RUNNING)


class Tasks:
    """`tasks` holds one row a task; `first_version` is the stream's version that created it."""

    name: ClassVar[str] = "tasks"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData(schema=READ_MODELS)
        self.tasks = Table(
            f"tasks{suffix}",
            self.metadata,
            Column("task_id", Uuid, primary_key=True),
            Column("session_id", Uuid, nullable=False),
            Column("first_version", BigInteger, nullable=False),
            Column("status", Text, nullable=False),
            Column("progress", JSON, nullable=False),
            Column("created_at", DateTime(timezone=True), nullable=False),
            Column("updated_at", DateTime(timezone=True), nullable=False),
        )
        Index(f"tasks{suffix}_in_order", self.tasks.c.session_id, self.tasks.c.first_version)
        Index(
            f"tasks{suffix}_unfinished",
            self.tasks.c.session_id,
            self.tasks.c.first_version,
            postgresql_where=self.tasks.c.status.in_(UNFINISHED),
        )

    def apply(self, connection: Connection, recorded: RecordedEvent) -> None:
        task_id = task_of(recorded.event)
        if task_id is None:
            return
        at = recorded.metadata.recorded_at
        created = first_progress(recorded.event, at)
        if created is not None:
            connection.execute(
                insert(self.tasks).values(
                    task_id=task_id,
                    session_id=session_of(recorded.stream_id),
                    first_version=recorded.version,
                    status=created.status,
                    progress=created,
                    created_at=at,
                    updated_at=at,
                )
            )
            return
        this_task = self.tasks.c.task_id == task_id
        stored = connection.scalar(select(self.tasks.c.progress).where(this_task))
        if stored is None:
            return
        progress = advance(read_as(Progress, stored), recorded.event, at)
        connection.execute(
            update(self.tasks)
            .where(this_task)
            .values(status=progress.status, progress=progress, updated_at=at)
        )
