"""Tasks: what goes on after a 202, and what came of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from application.ports.read_models import FINAL, TaskView
from application.told_answers import told
from domain.session.commands import CancelTask
from interfaces.http.addresses import task_path
from interfaces.http.dependencies import (
    OriginOf,
    PageLimit,
    ServiceOf,
    SessionOf,
    TaskId,
    page_of,
)
from interfaces.http.problem_kinds import (
    INVALID_REQUEST,
    SESSION_BUSY,
    SESSION_UNKNOWN,
    TASK_DONE,
    TASK_UNKNOWN,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.http.task_schemas import TaskPage, TaskResource
from interfaces.service import Service

RETRY_SHARE = 0.25
FIRST_RETRY_SECONDS = 1
LAST_RETRY_SECONDS = 15

router = APIRouter(tags=["tasks"])


@router.get(
    "/tasks/{task_id}",
    summary="Look at a task",
    responses=documented(TASK_UNKNOWN, UNAVAILABLE),
)
def get_task(task_id: TaskId, service: ServiceOf, response: Response) -> TaskResource:
    """Its status, its phase in people's words and its named steps, as it is now.

    `Retry-After` says when to ask again while it is unfinished: the longer a phase lasts already,
    the later. `GET /v1/tasks/{task_id}/events` tells of every change by itself.
    """
    return _looked_at(service, existing_task(service, task_id), response)


@router.post(
    "/tasks/{task_id}/cancel",
    status_code=202,
    summary="Cancel a task",
    responses=documented(TASK_UNKNOWN, TASK_DONE, SESSION_BUSY, UNAVAILABLE),
)
def cancel_task(
    task_id: TaskId, service: ServiceOf, origin: OriginOf, response: Response
) -> TaskResource:
    """Lets the task come to nothing: the table and the pointer stay as they are.

    It is `cancelled` at once, or within a second if a snippet runs for it, which is stopped first.
    Asking twice does no harm. A task that is done cannot be cancelled; what it made can be undone.
    """
    session_id = existing_task(service, task_id).session_id
    service.handler.handle(session_id, CancelTask(task_id=task_id), origin)
    return accepted(service, task_id, response)


@router.get(
    "/sessions/{session_id}/tasks",
    summary="List a session's tasks",
    responses=documented(SESSION_UNKNOWN, TASK_UNKNOWN, INVALID_REQUEST, UNAVAILABLE),
)
def list_tasks(
    session: SessionOf,
    service: ServiceOf,
    limit: PageLimit = 100,
    after: Annotated[
        UUID | None, Query(description="The last task of the page before: its `next`.")
    ] = None,
) -> TaskPage:
    """The tasks of the session, oldest first."""
    session_id, read = session.session_id, service.read_models
    if after is not None and existing_task(service, after).session_id != session_id:
        raise unknown_task(after)
    views, last = page_of(read.tasks(session_id, limit=limit + 1, after=after), limit)
    return TaskPage(
        items=[TaskResource.of(view) for view in views], next=last.task_id if last else None
    )


def accepted(service: Service, task_id: UUID, response: Response) -> TaskResource:
    """The answer to a request that a task follows from: where it is and when to look."""
    response.headers["Location"] = task_path(task_id)
    return _looked_at(service, existing_task(service, task_id), response)


def existing_task(service: Service, task_id: UUID) -> TaskView:
    """The task. Refuses one that is unknown."""
    view = service.read_models.task(task_id)
    if view is None:
        raise unknown_task(task_id)
    return view


def unknown_task(task_id: UUID) -> Refusal:
    """The refusal of a task that there is not."""
    return Refusal(
        TASK_UNKNOWN, f"There is no task {task_id}. List a session's tasks to see its own."
    )


def _looked_at(service: Service, view: TaskView, response: Response) -> TaskResource:
    if view.status not in FINAL:
        response.headers["Retry-After"] = str(_seconds_to_wait(view, service.clock.now()))
    return TaskResource.of(told(service.artifacts, view))


def _seconds_to_wait(view: TaskView, now: datetime) -> int:
    """A fraction of how long the phase lasts already: most are over at once, some take minutes."""
    since = view.steps[-1].started_at if view.steps else view.created_at
    lasted = (now - since).total_seconds()
    return round(min(max(lasted * RETRY_SHARE, FIRST_RETRY_SECONDS), LAST_RETRY_SECONDS))
