"""Queries over the live projections, and over the events that their rows point to.

Projections hold no text of a person's: what was written is read from the events each time, through
the codec, which knows what was erased.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row, Select, select, tuple_

from application.ports.read_models import (
    BranchView,
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
from infrastructure.postgres.selections import (
    NODES,
    SESSIONS,
    TASKS,
    proposing,
    select_branches,
    select_nodes,
    select_sessions,
    select_tasks,
)
from infrastructure.postgres.tables import leases

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
        place = tuple_(SESSIONS.c.created_at, SESSIONS.c.session_id)
        query = select_sessions().order_by(
            SESSIONS.c.created_at.desc(), SESSIONS.c.session_id.desc()
        )
        if after is not None:
            last = select(SESSIONS.c.created_at, SESSIONS.c.session_id).where(
                SESSIONS.c.session_id == after
            )
            query = query.where(place < last.scalar_subquery())
        return self._session_views(query.limit(limit))

    def session(self, session_id: UUID) -> SessionView | None:
        query = select_sessions().where(SESSIONS.c.session_id == session_id)
        return next(iter(self._session_views(query)), None)

    def sessions_of(self, subject_id: UUID) -> Sequence[UUID]:
        query = (
            select(SESSIONS.c.session_id)
            .where(SESSIONS.c.subject_id == subject_id)
            .order_by(SESSIONS.c.created_at, SESSIONS.c.session_id)
        )
        return [row.session_id for row in self._all(query)]

    def erased_subjects(self) -> Sequence[UUID]:
        query = (
            select(SESSIONS.c.subject_id)
            .where(SESSIONS.c.erased_version.is_not(None))
            .order_by(SESSIONS.c.subject_id)
            .distinct()
        )
        return [row.subject_id for row in self._all(query)]

    def nodes(
        self, session_id: UUID, *, limit: int, after: UUID | None = None
    ) -> Sequence[NodeView]:
        return self._node_views(select_nodes(session_id, after=after).limit(limit))

    def node(self, session_id: UUID, node_id: UUID) -> NodeView | None:
        return next(iter(self._node_views(select_nodes(session_id, node_id))), None)

    def branches(
        self, session_id: UUID, *, limit: int, after: str | None = None
    ) -> Sequence[BranchView]:
        query = select_branches(session_id, after=after).limit(limit)
        return self._branch_views(session_id, query)

    def branch(self, session_id: UUID, branch: str) -> BranchView | None:
        query = select_branches(session_id, branch)
        return next(iter(self._branch_views(session_id, query)), None)

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

    def tasks(
        self, session_id: UUID, *, limit: int, after: UUID | None = None
    ) -> Sequence[TaskView]:
        page = select_tasks(session_id, after).limit(limit)
        events = self._events.of_session(session_id, PROGRESS_TYPES, tasks=page)
        histories = task_histories(events, self._known_rows)
        return self._with_proposals([self._with_progress(history[-1]) for history in histories])

    def executions(self, task_id: UUID) -> Sequence[ExecutionView]:
        return execution_views(self._events.of_task(task_id, EXECUTION_TYPES))

    def model_calls(self, task_id: UUID) -> Sequence[ModelCallView]:
        return model_call_views(self._events.of_task(task_id, MODEL_CALL_TYPES))

    def proposals(
        self, session_id: UUID, *, limit: int, after: UUID | None = None
    ) -> Sequence[ProposalView]:
        known = self._proposals(session_id)
        start = 0 if after is None else list(known).index(after) + 1
        return list(known.values())[start : start + limit]

    def proposal(self, session_id: UUID, proposal_id: UUID) -> ProposalView | None:
        return self._proposals(session_id).get(proposal_id)

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
            select(TASKS.c.session_id, TASKS.c.first_version).where(TASKS.c.task_id.in_(ids))
        )
        posted = self._events.at((row.session_id, row.first_version) for row in asked).values()
        texts = {each.task_id: each.text for each in posted if isinstance(each, MessagePosted)}
        return {each.task_id: texts[each.proposal_id] for each in approvals}

    def _branch_views(self, session_id: UUID, query: Select[Any]) -> Sequence[BranchView]:
        rows = self._all(query)
        names = self.branch_names(session_id) if rows else {}
        return [
            BranchView(
                branch=row.branch,
                name=names.get(row.branch),
                nodes=row.nodes,
                newest_node_id=row.node_id,
                is_pointer=row.is_pointer,
            )
            for row in rows
        ]

    def _proposals(self, session_id: UUID) -> Mapping[UUID, ProposalView]:
        """All of the session's, by id, the oldest first."""
        events = self._events.of_session(session_id, PROPOSAL_TYPES, tasks=proposing(session_id))
        return {view.proposal_id: view for view in proposal_views(events)}

    def _with_proposals(self, views: Sequence[TaskView]) -> Sequence[TaskView]:
        """The tasks of a session, those that proposed with where their proposals stand now."""
        if all(view.proposal is None for view in views):
            return views
        known = self._proposals(views[0].session_id)
        status = {each.proposal_id: each.status for each in known.values()}
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
        query = select(NODES.c.version).where(
            NODES.c.session_id == session_id, NODES.c.node_id == node_id
        )
        found = self._events.at((session_id, row.version) for row in self._all(query))
        for committed in found.values():
            if isinstance(committed, NodeCommitted):
                return committed.snapshot.shape.rows
        return None

    def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with reaching_the_log(), self._engine.connect() as connection:
            return connection.execute(query).all()


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
