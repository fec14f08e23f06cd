"""Following a task: every change of it, over server-sent events, a WebSocket, or at once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Response, WebSocket

from application.ports.event_log import session_stream
from application.ports.read_models import FINAL, TaskView
from application.told_answers import told
from interfaces.http.dependencies import (
    AfterVersion,
    LastEventId,
    ServiceOf,
    TaskId,
    WatchOf,
    accepted_type,
)
from interfaces.http.event_streams import SERVER_SENT_EVENTS, EventStream
from interfaces.http.problem_kinds import (
    EVENT_UNKNOWN,
    INVALID_REQUEST,
    NOT_ACCEPTABLE,
    ORIGIN_REFUSED,
    TASK_UNKNOWN,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.http.task_schemas import TaskHistory, TaskResource
from interfaces.http.task_streams import ENDED, as_server_sent_events, changes, over_websocket
from interfaces.http.tasks import unknown_task
from interfaces.service import Service

JSON = "application/json"
NO_MORE = 204
_VERSIONS = 2**53

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The task's changes, or a stream of them: what the header `Accept` asks "
        "for.",
        "content": {
            SERVER_SENT_EVENTS: {
                "schema": {
                    "type": "string",
                    "description": "`id` is the version, `event` is `progress`, and `done` for the "
                    "last, after which a client closes; `data` is a TaskResource. A comment comes "
                    "about every 15 seconds.",
                },
                "example": 'id: 7\nevent: progress\ndata: {"phase": "Thinking", …}\n\n'
                'id: 13\nevent: done\ndata: {"phase": "Done", …}\n\n',
            }
        },
    },
    NO_MORE: {"description": "The client has seen the end: nothing is to follow."},
}

router = APIRouter(tags=["tasks"])


@router.get(
    "/tasks/{task_id}/events",
    summary="Follow a task",
    response_model=TaskHistory,
    responses={
        **documented(TASK_UNKNOWN, NOT_ACCEPTABLE, EVENT_UNKNOWN, INVALID_REQUEST, UNAVAILABLE),
        **_STREAM,
    },
)
def get_task_events(
    task_id: TaskId,
    service: ServiceOf,
    media_type: Annotated[str, Depends(accepted_type(JSON, SERVER_SENT_EVENTS))],
    watch: WatchOf,
    after: AfterVersion = 0,
    last_event_id: LastEventId = None,
) -> TaskHistory | Response:
    """The task as it was after each event that changed it, and as it changes, up to its end.

    - `application/json`: all of it so far.
    - `text/event-stream`: each from `after` on, as it happens; the last one is named `done`, and
      comes also when the task had ended before. A client that comes again after it is told by 204
      to stay away, and a browser does.
    - A WebSocket at the same address: the same documents, a message each. It is closed with 1000
      after the last, and with 1012 when the service stops: then come again with `?after=` the
      `version` that came last. A browser is let in only from a page of the same host.

    How far a replay is comes in between, without an `id` and with the `version` before.
    """
    start = after if last_event_id is None else last_event_id
    history = _history(service, task_id, start)
    if media_type == JSON:
        later = [TaskResource.of(view) for view in history if view.version > start]
        return TaskHistory(items=later)
    if _is_over(history, start):
        return Response(status_code=NO_MORE)
    views = changes(watch, _reading(service, task_id), history[-1].session_id, start)
    return EventStream(as_server_sent_events(views), media_type=SERVER_SENT_EVENTS)


@router.websocket("/tasks/{task_id}/events")
async def follow_task(
    socket: WebSocket, service: ServiceOf, watch: WatchOf, task_id: str, after: str = "0"
) -> None:
    """The same over a WebSocket."""
    _require_own_page(socket)
    task, start = _uuid(task_id), _version(after)
    history = await watch.in_thread(_history, service, task, start)
    await socket.accept()
    if _is_over(history, start):
        await socket.close(ENDED)
        return
    views = changes(watch, _reading(service, task), history[-1].session_id, start)
    await over_websocket(socket, views)


def _history(service: Service, task_id: UUID, after: int) -> Sequence[TaskView]:
    """The task's views. Refuses one that is unknown, and to follow what its session has lost."""
    history = _told_history(service, task_id)
    if not history:
        raise unknown_task(task_id)
    if after > history[-1].version:
        _require_event(service, history[-1].session_id, after)
    return history


def _require_event(service: Service, session_id: UUID, version: int) -> None:
    stream = session_stream(session_id)
    if not service.log.read(stream, after_version=version - 1, limit=1):
        raise Refusal(
            EVENT_UNKNOWN,
            f"The task's session has no event of version {version}, so nothing can follow it. "
            f"{EVENT_UNKNOWN.advice}",
        )


def _reading(service: Service, task_id: UUID) -> Callable[[], Sequence[TaskView]]:
    return partial(_told_history, service, task_id)


def _told_history(service: Service, task_id: UUID) -> Sequence[TaskView]:
    return [told(service.artifacts, view) for view in service.read_models.task_history(task_id)]


def _is_over(history: Sequence[TaskView], after: int) -> bool:
    return history[-1].status in FINAL and history[-1].version <= after


def _require_own_page(socket: WebSocket) -> None:
    """Refuse a page of another host: browsers let it open sockets, and read from them, anywhere.

    Only browsers send an origin. Its scheme is not looked at, for a proxy may end TLS.
    """
    origin = socket.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != socket.headers.get("host"):
        raise Refusal(ORIGIN_REFUSED, ORIGIN_REFUSED.advice)


def _uuid(task_id: str) -> UUID:
    try:
        return UUID(task_id)
    except ValueError:
        raise Refusal(TASK_UNKNOWN, "The address names it in a wrong form.") from None


def _version(after: str) -> int:
    if not (after.isascii() and after.isdigit() and int(after) < _VERSIONS):
        raise Refusal(INVALID_REQUEST, "after: it is the `version` of what came last.")
    return int(after)
