"""What the read models select: rows of the live projections, and tasks whose events they read."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select, true

from application.ports.read_models import TaskKind
from domain.session.events import (
    DatasetUploaded,
    MessagePosted,
    ProposalApproved,
    ProposalMade,
    ReplayRequested,
)
from infrastructure.postgres.projections import SessionTree, Tasks
from infrastructure.postgres.tables import events

SESSIONS, NODES = SessionTree().sessions, SessionTree().nodes
TASKS = Tasks().tasks

_CREATING = tuple(
    each.__name__ for each in (DatasetUploaded, MessagePosted, ProposalApproved, ReplayRequested)
)
"""The types of the events that create a task."""


def select_sessions() -> Select[Any]:
    """Sessions that were started, each with the version of the dataset that stands."""
    stands = SESSIONS.c.dataset_version > func.coalesce(SESSIONS.c.unread_version, 0)
    return select(
        SESSIONS.c.session_id,
        SESSIONS.c.subject_id,
        SESSIONS.c.version,
        SESSIONS.c.pointer,
        SESSIONS.c.consent_version,
        SESSIONS.c.closed_version,
        SESSIONS.c.erased_version,
        SESSIONS.c.created_at,
        SESSIONS.c.updated_at,
        case((stands, SESSIONS.c.dataset_version)).label("dataset_version"),
    ).where(SESSIONS.c.subject_id.is_not(None))


def select_nodes(
    session_id: UUID, node_id: UUID | None = None, *, after: UUID | None = None
) -> Select[Any]:
    """Nodes by number, or only one, each with the version of the message that it was made for."""
    number = (func.row_number().over(order_by=NODES.c.version) - 1).label("number")
    nodes = select(NODES, number).where(NODES.c.session_id == session_id).subquery()
    asks = TASKS.c.kind.in_([TaskKind.TURN, TaskKind.APPROVAL])
    asked = case((asks, TASKS.c.first_version))
    chosen = true() if node_id is None else nodes.c.node_id == node_id
    last = nodes.alias()
    begun = select(last.c.version).where(last.c.node_id == after).scalar_subquery()
    later = true() if after is None else nodes.c.version > begun
    return (
        select(nodes, asked.label("asked_version"), SESSIONS.c.pointer)
        .outerjoin(TASKS, TASKS.c.task_id == nodes.c.task_id)
        .outerjoin(SESSIONS, SESSIONS.c.session_id == nodes.c.session_id)
        .where(chosen, later)
        .order_by(nodes.c.version)
    )


def select_branches(
    session_id: UUID, branch: str | None = None, *, after: str | None = None
) -> Select[Any]:
    """Branches as they were begun, or only one."""
    lines = (
        select(
            NODES.c.branch,
            func.count().label("nodes"),
            func.min(NODES.c.version).label("begun"),
            func.max(NODES.c.version).label("newest"),
            func.bool_or(NODES.c.node_id == SESSIONS.c.pointer).label("is_pointer"),
        )
        .join(SESSIONS, SESSIONS.c.session_id == NODES.c.session_id)
        .where(NODES.c.session_id == session_id)
        .group_by(NODES.c.branch)
        .cte("lines")
    )
    last = lines.alias()
    begun = select(last.c.begun).where(last.c.branch == after).scalar_subquery()
    return (
        select(lines, NODES.c.node_id)
        .join(NODES, NODES.c.version == lines.c.newest)
        .where(
            NODES.c.session_id == session_id,
            true() if branch is None else lines.c.branch == branch,
            true() if after is None else lines.c.begun > begun,
        )
        .order_by(lines.c.begun)
    )


def select_tasks(session_id: UUID, after: UUID | None) -> Select[tuple[UUID]]:
    """The session's tasks, those after that one, in the order in which they were created."""
    # By the events, which are found by their session: tasks that have ended are not.
    query = select(events.c.task_id).where(
        events.c.session_id == session_id, events.c.type.in_(_CREATING)
    )
    if after is not None:
        begun = select(TASKS.c.first_version).where(TASKS.c.task_id == after).scalar_subquery()
        query = query.where(events.c.version > begun)
    return query.order_by(events.c.version)


def proposing(session_id: UUID) -> Select[tuple[UUID]]:
    """The tasks that made proposals, or did what was approved."""
    made = (ProposalMade.__name__, ProposalApproved.__name__)
    return select(events.c.task_id).where(
        events.c.session_id == session_id, events.c.type.in_(made)
    )
