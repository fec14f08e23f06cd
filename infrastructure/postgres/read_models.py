"""Queries over the live projections."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row, Select, select, tuple_

from application.ports.read_models import (
    NodeView,
    SessionView,
    TaskView,
    TranscriptEntry,
)
from domain.dataset import Dataset
from infrastructure.events.typed_values import read_as
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.projections import SessionTree, Tasks, Transcript
from infrastructure.postgres.projections.progress import Progress
from infrastructure.postgres.projections.session_tree import NodeFacts

_tree = SessionTree()
_sessions, _nodes = _tree.sessions, _tree.nodes
_tasks = Tasks().tasks
_entries = Transcript().entries


class PostgresReadModels:
    """See the port `ReadModels`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sessions(self, *, limit: int, after: UUID | None = None) -> Sequence[SessionView]:
        place = tuple_(_sessions.c.created_at, _sessions.c.session_id)
        query = select(_sessions).order_by(
            _sessions.c.created_at.desc(), _sessions.c.session_id.desc()
        )
        if after is not None:
            last = select(_sessions.c.created_at, _sessions.c.session_id).where(
                _sessions.c.session_id == after
            )
            query = query.where(place < last.scalar_subquery())
        return [_session_view(row) for row in self._all(query.limit(limit))]

    def session(self, session_id: UUID) -> SessionView | None:
        query = select(_sessions).where(_sessions.c.session_id == session_id)
        return next((_session_view(row) for row in self._all(query)), None)

    def nodes(self, session_id: UUID) -> Sequence[NodeView]:
        return [_node_view(row) for row in self._all(_select_nodes(session_id))]

    def node(self, session_id: UUID, node_id: UUID) -> NodeView | None:
        query = _select_nodes(session_id).where(_nodes.c.node_id == node_id)
        return next((_node_view(row) for row in self._all(query)), None)

    def task(self, task_id: UUID) -> TaskView | None:
        query = select(_tasks).where(_tasks.c.task_id == task_id)
        return next((_task_view(row) for row in self._all(query)), None)

    def tasks(self, session_id: UUID) -> Sequence[TaskView]:
        query = (
            select(_tasks).where(_tasks.c.session_id == session_id).order_by(_tasks.c.first_version)
        )
        return [_task_view(row) for row in self._all(query)]

    def transcript(
        self, session_id: UUID, *, after_version: int = 0, limit: int = 500
    ) -> Sequence[TranscriptEntry]:
        query = (
            select(_entries)
            .where(_entries.c.session_id == session_id, _entries.c.version > after_version)
            .order_by(_entries.c.version)
            .limit(limit)
        )
        return [
            TranscriptEntry(
                version=row.version, at=row.at, kind=row.kind, task_id=row.task_id, body=row.body
            )
            for row in self._all(query)
        ]

    def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with reaching_the_log(), self._engine.connect() as connection:
            return connection.execute(query).all()


def _select_nodes(session_id: UUID) -> Select[Any]:
    """Nodes, each with the progress of the task that made it, which holds the message."""
    return (
        select(_nodes, _tasks.c.progress, _sessions.c.pointer)
        .outerjoin(_tasks, _tasks.c.task_id == _nodes.c.task_id)
        .outerjoin(_sessions, _sessions.c.session_id == _nodes.c.session_id)
        .where(_nodes.c.session_id == session_id)
        .order_by(_nodes.c.number)
    )


def _session_view(row: Row[Any]) -> SessionView:
    return SessionView(
        session_id=row.session_id,
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        pointer=row.pointer,
        dataset=None if row.dataset is None else read_as(Dataset, row.dataset),
    )


def _node_view(row: Row[Any]) -> NodeView:
    facts: NodeFacts = read_as(NodeFacts, row.facts)
    return NodeView(
        session_id=row.session_id,
        node_id=row.node_id,
        number=row.number,
        parent_id=row.parent_id,
        branch=row.branch,
        task_id=row.task_id,
        message=None if row.progress is None else read_as(Progress, row.progress).message,
        snippets=facts.snippets,
        snapshot=facts.snapshot,
        created_at=row.created_at,
        is_pointer=row.pointer == row.node_id,
    )


def _task_view(row: Row[Any]) -> TaskView:
    progress: Progress = read_as(Progress, row.progress)
    return TaskView(
        task_id=row.task_id,
        session_id=row.session_id,
        kind=progress.kind,
        status=progress.status,
        steps=progress.steps,
        created_at=row.created_at,
        updated_at=row.updated_at,
        node_id=progress.node_id,
        answer=progress.answer,
        reason=progress.reason,
        detail=progress.detail,
    )
