"""Tasks: which there are, and where each stands."""

from collections.abc import Mapping
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from application.ports.read_models import TaskStatus
from infrastructure.postgres.tables import READ_MODELS

STATUSES = (TaskStatus.QUEUED, TaskStatus.RUNNING, TaskStatus.SUCCEEDED, TaskStatus.FAILED)
"""In the order in which a task goes through them: `progress` is an index into this. A cancelled
task has failed here; its reason, which its last event tells, is what makes the difference."""

FIRST_FINAL = STATUSES.index(TaskStatus.SUCCEEDED)


class Tasks:
    """`tasks` holds one row a task.

    `first_version` is that of the event that created it, `version` that of the newest which
    changed its status. Both are versions of its session.
    """

    name: ClassVar[str] = "tasks"

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData(schema=READ_MODELS)
        self.tasks = Table(
            f"tasks{suffix}",
            self.metadata,
            Column("task_id", Uuid, primary_key=True),
            Column("session_id", Uuid, nullable=False),
            # Null as long as the event that created it is not taken.
            Column("kind", Text),
            Column("progress", SmallInteger, nullable=False),
            Column("first_version", BigInteger),
            Column("version", BigInteger, nullable=False),
            Column("created_at", DateTime(timezone=True)),
            Column("updated_at", DateTime(timezone=True), nullable=False),
            # Room for the next version of a row on its own page.
            postgresql_with={"fillfactor": 70},
        )
        Index(
            f"tasks{suffix}_unfinished",
            self.tasks.c.session_id,
            self.tasks.c.first_version,
            postgresql_where=self.tasks.c.progress < FIRST_FINAL,
        )

    @property
    def tables(self) -> Mapping[str, Table]:
        return {"tasks": self.tasks}

    @property
    def folds(self) -> Mapping[str, str]:
        return {"tasks": _TASKS.format(tasks=self.tasks.fullname)}


# A root, the node without a parent, is what an ingest ends with. The session is the same for every
# event of a task; uuid has no max() before PostgreSQL 18.
_TASKS = """
INSERT INTO {tasks} AS known (
    task_id, session_id, kind, progress, first_version, version, created_at, updated_at
)
SELECT
    task_id,
    (array_agg(session_id))[1],
    max(CASE type
        WHEN 'DatasetUploaded' THEN 'ingest'
        WHEN 'MessagePosted' THEN 'turn'
        WHEN 'ProposalApproved' THEN 'approval'
        WHEN 'ReplayRequested' THEN 'replay' END),
    max(CASE type
        WHEN 'MessagePosted' THEN 0
        WHEN 'ProposalApproved' THEN 0
        WHEN 'ReplayRequested' THEN 0
        WHEN 'DatasetUploaded' THEN 1
        WHEN 'TurnStarted' THEN 1
        WHEN 'ReplayStarted' THEN 1
        WHEN 'NodeCommitted' THEN 2
        WHEN 'TurnCompleted' THEN 2
        WHEN 'ReplayCompleted' THEN 2
        ELSE 3 END),
    min(version) FILTER (WHERE type IN ('DatasetUploaded', 'MessagePosted', 'ProposalApproved',
                                        'ReplayRequested')),
    max(version),
    min(recorded_at) FILTER (WHERE type IN ('DatasetUploaded', 'MessagePosted', 'ProposalApproved',
                                            'ReplayRequested')),
    max(recorded_at)
FROM taken
WHERE type IN ('DatasetUploaded', 'MessagePosted', 'ProposalApproved', 'TurnStarted',
               'TurnCompleted', 'TurnFailed', 'IngestFailed', 'ReplayRequested', 'ReplayStarted',
               'ReplayCompleted', 'ReplayFailed')
    OR (type = 'NodeCommitted' AND parent_id IS NULL)
GROUP BY task_id
ON CONFLICT (task_id) DO UPDATE SET
    kind = greatest(known.kind, excluded.kind),
    progress = greatest(known.progress, excluded.progress),
    first_version = least(known.first_version, excluded.first_version),
    version = greatest(known.version, excluded.version),
    created_at = least(known.created_at, excluded.created_at),
    updated_at = greatest(known.updated_at, excluded.updated_at)
"""
