"""Queries over the live projections, and over the events that their rows point to.

Projections hold no text of a person's: what was written is read from the events each time, through
the codec, which knows what was erased.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row, Select, case, func, select, true, tuple_

from application.ports.read_models import (
    ExecutionView,
    ModelCallView,
    NodeView,
    ProposalView,
    SessionView,
    TaskKind,
    TaskStatus,
    TaskView,
    TranscriptEntry,
)
from application.views.executions import EXECUTION_TYPES, execution_views
from application.views.model_calls import MODEL_CALL_TYPES, model_call_views
from application.views.proposals import PROPOSAL_TYPES, proposal_views
from application.views.tasks import PROGRESS_TYPES, replayed_so_far, task_histories
from application.views.transcript import ENTRY_TYPES, transcript_entry
from domain.session.events import (
    BranchNamed,
    DatasetUploaded,
    DisclosureAllowed,
    MessagePosted,
    NodeCommitted,
    ProposalApproved,
    SessionEvent,
    SessionStarted,
)
from infrastructure.events.codec import EventCodec
from infrastructure.events.json_values import canonical_bytes, parse
from infrastructure.postgres.archived_bytes import Archive, NoArchive
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.engine import by_statement
from infrastructure.postgres.past_events import PastEvents, Place
from infrastructure.postgres.projections import SessionTree, Tasks
from infrastructure.postgres.tables import leases

_tree = SessionTree()
_sessions, _nodes = _tree.sessions, _tree.nodes
_tasks = Tasks().tasks

_KNOWN_SIZES = 10_000


class PostgresReadModels:
    """See the port `ReadModels`. Raises UnreadableEvent where an event cannot be read."""

    def __init__(
        self,
        engine: Engine,
        codec: EventCodec,
        *,
        archive: Archive | None = None,
    ) -> None:
        self._engine = by_statement(engine)
        self._events = PastEvents(self._engine, codec, archive or NoArchive())
        # A node never changes.
        self._known_rows = lru_cache(_KNOWN_SIZES)(self._read_rows)

    def sessions(self, *, limit: int, after: UUID | None = None) -> Sequence[SessionView]:
        place = tuple_(_sessions.c.created_at, _sessions.c.session_id)
        query = _select_sessions().order_by(
            _sessions.c.created_at.desc(), _sessions.c.session_id.desc()
        )
        if after is not None:
            last = select(_sessions.c.created_at, _sessions.c.session_id).where(
                _sessions.c.session_id == after
            )
            query = query.where(place < last.scalar_subquery())
        return self._session_views(query.limit(limit))

    def session(self, session_id: UUID) -> SessionView | None:
        query = _select_sessions().where(_sessions.c.session_id == session_id)
        return next(iter(self._session_views(query)), None)

    def sessions_of(self, subject_id: UUID) -> Sequence[UUID]:
        query = (
            select(_sessions.c.session_id)
            .where(_sessions.c.subject_id == subject_id)
            .order_by(_sessions.c.created_at, _sessions.c.session_id)
        )
        return [row.session_id for row in self._all(query)]

    def erased_subjects(self) -> Sequence[UUID]:
        query = (
            select(_sessions.c.subject_id)
            .where(_sessions.c.erased_version.is_not(None))
            .order_by(_sessions.c.subject_id)
            .distinct()
        )
        return [row.subject_id for row in self._all(query)]

    def nodes(self, session_id: UUID) -> Sequence[NodeView]:
        return self._node_views(_select_nodes(session_id))

    def node(self, session_id: UUID, node_id: UUID) -> NodeView | None:
        return next(iter(self._node_views(_select_nodes(session_id, node_id))), None)

    def branch_names(self, session_id: UUID) -> Mapping[str, str]:
        named = (past.event for past in self._events.of_session(session_id, [BranchNamed.__name__]))
        return {each.branch: each.name for each in named if isinstance(each, BranchNamed)}

    def task(self, task_id: UUID) -> TaskView | None:
        return next(reversed(self.task_history(task_id)), None)

    def task_history(self, task_id: UUID) -> Sequence[TaskView]:
        events = self._events.of_task(task_id, PROGRESS_TYPES)
        histories = task_histories(events, self._known_rows)
        if not histories:
            return ()
        (*past, now) = histories[0]
        return (*past, *self._with_proposals([self._with_progress(now)]))

    def tasks(self, session_id: UUID) -> Sequence[TaskView]:
        events = self._events.of_session(session_id, PROGRESS_TYPES)
        histories = task_histories(events, self._known_rows)
        return self._with_proposals([self._with_progress(history[-1]) for history in histories])

    def executions(self, task_id: UUID) -> Sequence[ExecutionView]:
        return execution_views(self._events.of_task(task_id, EXECUTION_TYPES))

    def model_calls(self, task_id: UUID) -> Sequence[ModelCallView]:
        return model_call_views(self._events.of_task(task_id, MODEL_CALL_TYPES))

    def proposals(self, session_id: UUID) -> Sequence[ProposalView]:
        return proposal_views(self._events.of_session(session_id, PROPOSAL_TYPES))

    def transcript(
        self, session_id: UUID, *, after_version: int = 0, limit: int = 500
    ) -> Sequence[TranscriptEntry]:
        entries: list[TranscriptEntry] = []
        while len(entries) < limit:
            wanted = limit - len(entries)
            events = self._events.of_session(
                session_id, ENTRY_TYPES, after_version=after_version, limit=wanted
            )
            entries += map(_in_json, filter(None, map(transcript_entry, events)))
            if len(events) < wanted:
                break
            after_version = events[-1].version
        return entries

    def _session_views(self, query: Select[Any]) -> Sequence[SessionView]:
        rows = self._all(query)
        found = self._events.at(
            (row.session_id, version)
            for row in rows
            for version in (1, row.dataset_version, row.consent_version)
        )
        return [_session_view(row, found) for row in rows]

    def _node_views(self, query: Select[Any]) -> Sequence[NodeView]:
        rows = self._all(query)
        found = self._events.at(
            place
            for row in rows
            for place in ((row.session_id, row.version), (row.session_id, row.asked_version))
        )
        messages = self._proposed_for(found.values())
        return [_node_view(row, found, messages) for row in rows]

    def _proposed_for(self, found: Iterable[SessionEvent]) -> Mapping[UUID, str]:
        """The messages that led to the proposals which were approved, by the approvals' tasks."""
        approvals = [each for each in found if isinstance(each, ProposalApproved)]
        if not approvals:
            return {}
        ids = {each.proposal_id for each in approvals}
        asked = self._all(
            select(_tasks.c.session_id, _tasks.c.first_version).where(_tasks.c.task_id.in_(ids))
        )
        posted = self._events.at((row.session_id, row.first_version) for row in asked).values()
        texts = {each.task_id: each.text for each in posted if isinstance(each, MessagePosted)}
        return {each.task_id: texts[each.proposal_id] for each in approvals}

    def _with_proposals(self, views: Sequence[TaskView]) -> Sequence[TaskView]:
        """The tasks of a session, those that proposed with where their proposals stand now."""
        if all(view.proposal is None for view in views):
            return views
        status = {each.proposal_id: each.status for each in self.proposals(views[0].session_id)}
        return [replace(view, proposal=status.get(view.task_id)) for view in views]

    def _with_progress(self, view: TaskView) -> TaskView:
        """A replay that runs, with what its worker said last of how far it is."""
        if view.kind is not TaskKind.REPLAY or view.status is not TaskStatus.RUNNING:
            return view
        said = self._all(
            select(leases.c.done, leases.c.total).where(
                leases.c.session_id == view.session_id,
                leases.c.task_id == view.task_id,
                leases.c.done.is_not(None),
            )
        )
        return replayed_so_far(view, said[0].done, said[0].total) if said else view

    def _read_rows(self, session_id: UUID, node_id: UUID) -> int | None:
        query = select(_nodes.c.version).where(
            _nodes.c.session_id == session_id, _nodes.c.node_id == node_id
        )
        found = self._events.at((session_id, row.version) for row in self._all(query))
        for committed in found.values():
            if isinstance(committed, NodeCommitted):
                return committed.snapshot.shape.rows
        return None

    def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with reaching_the_log(), self._engine.connect() as connection:
            return connection.execute(query).all()


def _select_sessions() -> Select[Any]:
    """Sessions that were started, each with the version of the dataset that stands."""
    stands = _sessions.c.dataset_version > func.coalesce(_sessions.c.unread_version, 0)
    return select(
        _sessions.c.session_id,
        _sessions.c.subject_id,
        _sessions.c.version,
        _sessions.c.pointer,
        _sessions.c.consent_version,
        _sessions.c.closed_version,
        _sessions.c.erased_version,
        _sessions.c.created_at,
        _sessions.c.updated_at,
        case((stands, _sessions.c.dataset_version)).label("dataset_version"),
    ).where(_sessions.c.subject_id.is_not(None))


def _select_nodes(session_id: UUID, node_id: UUID | None = None) -> Select[Any]:
    """Nodes by number, or only one, each with the version of the message that it was made for."""
    number = (func.row_number().over(order_by=_nodes.c.version) - 1).label("number")
    nodes = select(_nodes, number).where(_nodes.c.session_id == session_id).subquery()
    asks = _tasks.c.kind.in_([TaskKind.TURN, TaskKind.APPROVAL])
    asked = case((asks, _tasks.c.first_version))
    chosen = true() if node_id is None else nodes.c.node_id == node_id
    return (
        select(nodes, asked.label("asked_version"), _sessions.c.pointer)
        .outerjoin(_tasks, _tasks.c.task_id == nodes.c.task_id)
        .outerjoin(_sessions, _sessions.c.session_id == nodes.c.session_id)
        .where(chosen)
        .order_by(nodes.c.version)
    )


def _in_json(entry: TranscriptEntry) -> TranscriptEntry:
    """The entry with its facts as JSON values."""
    return replace(entry, body=parse(canonical_bytes(entry.body)))


def _session_view(row: Row[Any], found: Mapping[Place, SessionEvent]) -> SessionView:
    started = found[row.session_id, 1]
    uploaded = found.get((row.session_id, row.dataset_version))
    consent = found.get((row.session_id, row.consent_version))
    ended = row.closed_version is not None or row.erased_version is not None
    allowed = consent.rows if isinstance(consent, DisclosureAllowed) and not ended else 0
    return SessionView(
        session_id=row.session_id,
        subject_id=row.subject_id,
        title=started.title if isinstance(started, SessionStarted) else "",
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        pointer=row.pointer,
        dataset=uploaded.dataset if isinstance(uploaded, DatasetUploaded) else None,
        sample_rows=allowed,
        closed=row.closed_version is not None,
        erased=row.erased_version is not None,
    )


def _node_view(
    row: Row[Any], found: Mapping[Place, SessionEvent], proposed_for: Mapping[UUID, str]
) -> NodeView:
    committed = found[row.session_id, row.version]
    if not isinstance(committed, NodeCommitted):
        raise TypeError(
            f"event {row.version} of session {row.session_id} commits no node; the projections "
            "are damaged: run datatrail projections rebuild"
        )
    asked = found.get((row.session_id, row.asked_version))
    return NodeView(
        session_id=row.session_id,
        node_id=row.node_id,
        number=row.number,
        parent_id=row.parent_id,
        branch=row.branch,
        task_id=row.task_id,
        message=asked.text if isinstance(asked, MessagePosted) else proposed_for.get(row.task_id),
        snippets=committed.snippets,
        snapshot=committed.snapshot,
        created_at=row.created_at,
        is_pointer=row.pointer == row.node_id,
    )
