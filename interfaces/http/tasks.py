"""Tasks: what goes on after a 202, and what came of it."""

from uuid import UUID

from fastapi import APIRouter, Response

from application.ports.read_models import TaskStatus, TaskView
from interfaces.http.dependencies import ServiceOf, SessionOf, TaskId
from interfaces.http.problem_kinds import SESSION_UNKNOWN, TASK_UNKNOWN, UNAVAILABLE
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.http.schemas import TaskList, TaskResource, task_path
from interfaces.service import Service

POLL_SECONDS = 1

router = APIRouter(tags=["tasks"])


@router.get(
    "/tasks/{task_id}",
    summary="Look at a task",
    responses=documented(TASK_UNKNOWN, UNAVAILABLE),
)
def get_task(task_id: TaskId, service: ServiceOf, response: Response) -> TaskResource:
    """Its status and named steps; `Retry-After` says when to ask again while it is unfinished."""
    view = existing_task(service, task_id)
    if view.status in (TaskStatus.QUEUED, TaskStatus.RUNNING):
        response.headers["Retry-After"] = str(POLL_SECONDS)
    return TaskResource.of(view)


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
    """The answer to a request that made a task: where it is and when to look."""
    response.headers["Location"] = task_path(task_id)
    response.headers["Retry-After"] = str(POLL_SECONDS)
    return TaskResource.of(existing_task(service, task_id))


def existing_task(service: Service, task_id: UUID) -> TaskView:
    """The task. Refuses one that is unknown."""
    view = service.read_models.task(task_id)
    if view is None:
        raise Refusal(
            TASK_UNKNOWN, f"There is no task {task_id}. List a session's tasks to see its own."
        )
    return view
