"""Tasks: what goes on after a 202, and what came of it."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from application.ports.read_models import TaskView
from domain.session.commands import CancelTask
from interfaces.http.dependencies import (
    OriginOf,
    ServiceOf,
    SessionOf,
    TaskId,
    WatchOf,
    accepted_type,
)
from interfaces.http.event_streams import FINAL, SERVER_SENT_EVENTS, EventStream, task_progress
from interfaces.http.problem_kinds import (
    NOT_ACCEPTABLE,
    SESSION_BUSY,
    SESSION_UNKNOWN,
    TASK_DONE,
    TASK_UNKNOWN,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.http.schemas import TaskList, TaskResource, task_path
from interfaces.service import Service

POLL_SECONDS = 1
JSON = "application/json"

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The task, or a stream of it: what the header `Accept` asks for.",
        "content": {
            SERVER_SENT_EVENTS: {
                "schema": {
                    "type": "string",
                    "description": "`event` is `progress`, and `done` for the last, after which a "
                    "client closes; `data` is a TaskResource. A comment comes about every 15 "
                    "seconds.",
                },
                "example": 'event: progress\ndata: {"status": "running", …}\n\n'
                'event: done\ndata: {"status": "succeeded", …}\n\n',
            }
        },
    }
}

router = APIRouter(tags=["tasks"])


@router.get(
    "/tasks/{task_id}",
    summary="Look at a task, or follow it",
    response_model=TaskResource,
    responses={**documented(TASK_UNKNOWN, NOT_ACCEPTABLE, UNAVAILABLE), **_STREAM},
)
def get_task(
    task_id: TaskId,
    service: ServiceOf,
    media_type: Annotated[str, Depends(accepted_type(JSON, SERVER_SENT_EVENTS))],
    watch: WatchOf,
    response: Response,
) -> TaskResource | Response:
    """Its status and named steps.

    - `application/json`: as it is now; `Retry-After` says when to ask again while it is unfinished.
    - `text/event-stream`: as it is now, and again whenever that has changed, until it is done.
    """
    view = existing_task(service, task_id)
    if media_type == SERVER_SENT_EVENTS:
        look = partial(existing_task, service, task_id)
        return EventStream(
            task_progress(watch, look, view.session_id), media_type=SERVER_SENT_EVENTS
        )
    response.headers["Vary"] = "Accept"
    if view.status not in FINAL:
        response.headers["Retry-After"] = str(POLL_SECONDS)
    return TaskResource.of(view)


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
    responses=documented(SESSION_UNKNOWN, UNAVAILABLE),
)
def list_tasks(session: SessionOf, service: ServiceOf) -> TaskList:
    """All tasks of the session, oldest first."""
    views = service.read_models.tasks(session.session_id)
    return TaskList(items=[TaskResource.of(view) for view in views])


def accepted(service: Service, task_id: UUID, response: Response) -> TaskResource:
    """The answer to a request that a task follows from: where it is and when to look."""
    view = existing_task(service, task_id)
    response.headers["Location"] = task_path(task_id)
    if view.status not in FINAL:
        response.headers["Retry-After"] = str(POLL_SECONDS)
    return TaskResource.of(view)


def existing_task(service: Service, task_id: UUID) -> TaskView:
    """The task. Refuses one that is unknown."""
    view = service.read_models.task(task_id)
    if view is None:
        raise Refusal(
            TASK_UNKNOWN, f"There is no task {task_id}. List a session's tasks to see its own."
        )
    return view
