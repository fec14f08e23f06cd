"""Sessions: open, list, look at, read their history, and move their pointer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from application.handle import Origin
from domain.session import SessionCommand
from domain.session.commands import Branch, CloseSession, Redo, RollBack, StartSession, Undo
from domain.session.errors import DatasetMissing
from interfaces.http.addresses import session_path
from interfaces.http.dependencies import (
    AfterVersion,
    OriginOf,
    PageLimit,
    ServiceOf,
    SessionId,
    SessionOf,
    existing_session,
    page_of,
)
from interfaces.http.problem_kinds import (
    BODY_TOO_LARGE,
    DATASET_MISSING,
    INVALID_REQUEST,
    MALFORMED_JSON,
    NODE_UNKNOWN,
    NOTHING_TO_REDO,
    NOTHING_TO_UNDO,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_UNKNOWN,
    SUBJECT_ERASED,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
    WORK_UNFINISHED,
)
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import (
    UNTITLED,
    HistoryEntry,
    HistoryPage,
    NewBranch,
    NewSession,
    Rollback,
    SessionPage,
    SessionResource,
)
from interfaces.service import Service

DOCUMENT_KINDS = (
    MALFORMED_JSON,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_REQUEST,
    UNAVAILABLE,
)
MOVE_KINDS = (SESSION_UNKNOWN, DATASET_MISSING, SESSION_CLOSED, SESSION_BUSY, UNAVAILABLE)

router = APIRouter(prefix="/sessions", tags=["sessions"])


@router.post(
    "",
    status_code=201,
    summary="Open a session",
    responses=documented(*DOCUMENT_KINDS, SUBJECT_ERASED),
)
def open_session(
    service: ServiceOf,
    origin: OriginOf,
    response: Response,
    body: Annotated[NewSession | None, Body()] = None,
) -> SessionResource:
    """Opens an empty session; its address is in the header `Location`. Upload a file next."""
    session_id = service.ids.new()
    title = (body.title if body else "") or UNTITLED
    subject_id = body.subject_id if body else None
    service.erasure.open_session(
        StartSession(session_id=session_id, title=title, subject_id=subject_id), origin
    )
    response.headers["Location"] = session_path(session_id)
    return SessionResource.of(existing_session(session_id, service))


@router.get(
    "",
    summary="List sessions",
    responses=documented(SESSION_UNKNOWN, INVALID_REQUEST, UNAVAILABLE),
)
def list_sessions(
    service: ServiceOf,
    limit: PageLimit = 50,
    after: Annotated[
        UUID | None, Query(description="The last session of the page before: its `next`.")
    ] = None,
) -> SessionPage:
    """Sessions, newest first."""
    if after is not None:
        existing_session(after, service)
    views, last = page_of(service.read_models.sessions(limit=limit + 1, after=after), limit)
    return SessionPage(
        items=[SessionResource.of(view) for view in views],
        next=last.session_id if last else None,
    )


@router.get(
    "/{session_id}",
    summary="Look at a session",
    responses=documented(SESSION_UNKNOWN, UNAVAILABLE),
)
def get_session(session: SessionOf) -> SessionResource:
    """The session with its dataset and its pointer."""
    return SessionResource.of(session)


@router.get(
    "/{session_id}/history",
    summary="Read a session's history",
    responses=documented(SESSION_UNKNOWN, INVALID_REQUEST, UNAVAILABLE),
)
def get_history(
    session: SessionOf, service: ServiceOf, after: AfterVersion = 0, limit: PageLimit = 100
) -> HistoryPage:
    """The conversation with plans, code, reviews, versions and failures, in order."""
    found = service.read_models.transcript(session.session_id, after_version=after, limit=limit + 1)
    entries, last = page_of(found, limit)
    return HistoryPage(
        items=[HistoryEntry.of(entry) for entry in entries],
        next=last.version if last else None,
    )


@router.post(
    "/{session_id}/rollback",
    summary="Go back to a version",
    responses=documented(*DOCUMENT_KINDS, *MOVE_KINDS[:-1], NODE_UNKNOWN),
)
def roll_back(
    session_id: SessionId, body: Rollback, service: ServiceOf, origin: OriginOf
) -> SessionResource:
    """Moves the pointer to any node. The next message branches there; nothing is lost."""
    return _changed(service, session_id, RollBack(node_id=body.node_id), origin)


@router.post(
    "/{session_id}/branch",
    summary="Begin a branch",
    responses=documented(*DOCUMENT_KINDS, *MOVE_KINDS[:-1], NODE_UNKNOWN),
)
def begin_branch(
    session: SessionOf,
    service: ServiceOf,
    origin: OriginOf,
    body: Annotated[NewBranch | None, Body()] = None,
) -> SessionResource:
    """Moves the pointer to a node, where the next version begins a branch.

    After a rollback that happens by itself, unless the node is the newest of its branch: this
    begins one there too, so that the branch stays as it is.
    """
    node_id = (body.node_id if body else None) or session.pointer
    if node_id is None:
        raise DatasetMissing
    return _changed(service, session.session_id, Branch(node_id=node_id), origin)


@router.post(
    "/{session_id}/undo",
    summary="Undo",
    responses=documented(*MOVE_KINDS, NOTHING_TO_UNDO),
)
def undo(session_id: SessionId, service: ServiceOf, origin: OriginOf) -> SessionResource:
    """Moves the pointer to the parent of its node."""
    return _changed(service, session_id, Undo(), origin)


@router.post(
    "/{session_id}/redo",
    summary="Redo",
    responses=documented(*MOVE_KINDS, NOTHING_TO_REDO),
)
def redo(session_id: SessionId, service: ServiceOf, origin: OriginOf) -> SessionResource:
    """Takes back the undo that came right before."""
    return _changed(service, session_id, Redo(), origin)


@router.post(
    "/{session_id}/close",
    summary="Close a session",
    responses=documented(SESSION_UNKNOWN, WORK_UNFINISHED, SESSION_BUSY, UNAVAILABLE),
)
def close_session(session_id: SessionId, service: ServiceOf, origin: OriginOf) -> SessionResource:
    """Lets nothing change in the session any more; closing it twice does no harm.

    Its versions can still be looked at and exported, and its personal data be erased.
    """
    return _changed(service, session_id, CloseSession(), origin)


def _changed(
    service: Service, session_id: UUID, command: SessionCommand, origin: Origin
) -> SessionResource:
    """The session once the command has happened."""
    service.handler.handle(session_id, command, origin)
    return SessionResource.of(existing_session(session_id, service))
