"""A task's changes as they happen: the same views over server-sent events and WebSockets."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from uuid import UUID

from fastapi import WebSocket, WebSocketDisconnect

from application.ports.read_models import FINAL, TaskKind, TaskStatus, TaskView
from interfaces.http.event_streams import (
    HEARTBEAT,
    HEARTBEAT_SECONDS,
    OPENING,
    framed,
    patiently,
)
from interfaces.http.session_watch import SessionWatch
from interfaces.http.task_schemas import TaskResource

REPLAY_SECONDS = 0.5
ENDED, COME_AGAIN = 1000, 1012
"""Why a WebSocket is closed: the task has ended, or the service stops."""

Changes = AsyncGenerator[tuple[TaskView, bool] | None, None]
"""Each view, and whether an event made it; None where nothing has happened for a while."""


async def changes(
    watch: SessionWatch, read: Callable[[], Sequence[TaskView]], session_id: UUID, after: int
) -> Changes:
    """The task after each of its events after version `after`, until it has ended.

    How far a replay is, no event tells: such a view has the version of the one before. It also ends
    when the server stops.
    """
    shown: TaskView | None = None
    quiet = 0.0
    with watch.following(session_id, after) as following:
        while following.is_open:
            known = following.version
            history = await patiently(watch, following, read)
            if history is None:
                return
            new = [view for view in history if view.version > max(after, _version(shown))]
            for view in new:
                yield view, True
            now = history[-1]
            if not new and shown is not None and shown != now:
                yield now, False
                new = [now]
            shown = now
            if now.status in FINAL:
                return
            quiet = 0.0 if new else quiet
            pause = REPLAY_SECONDS if _is_replaying(now) else HEARTBEAT_SECONDS
            if not await following.goes_beyond(known, seconds=pause):
                quiet += pause
                if quiet >= HEARTBEAT_SECONDS and following.is_open:
                    quiet = 0.0
                    yield None


async def as_server_sent_events(views: Changes) -> AsyncGenerator[bytes, None]:
    """The views as documents, with the version that a client can go on after as their id."""
    yield OPENING
    async with aclosing(views):
        async for change in views:
            if change is None:
                yield HEARTBEAT
                continue
            view, is_recorded = change
            name = "done" if view.status in FINAL else "progress"
            yield framed(
                _document(view).encode(),
                event=name,
                identity=view.version if is_recorded else None,
            )


async def over_websocket(socket: WebSocket, views: Changes) -> None:
    """Send the views as documents, a message each, and close the socket after the last.

    What the client says is not listened to; it ends when the client leaves.
    """
    sending = asyncio.create_task(_send(socket, views))
    leaving = asyncio.create_task(_left(socket))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sending.cancel()
        leaving.cancel()
        results = await asyncio.gather(sending, leaving, return_exceptions=True)
        await views.aclose()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            raise result


async def _send(socket: WebSocket, views: Changes) -> None:
    ended = False
    async for change in views:
        # The server pings by itself.
        if change is not None:
            view, _ = change
            ended = view.status in FINAL
            await socket.send_text(_document(view))
    await socket.close(ENDED if ended else COME_AGAIN)


async def _left(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


def _document(view: TaskView) -> str:
    return TaskResource.of(view).model_dump_json()


def _version(shown: TaskView | None) -> int:
    return 0 if shown is None else shown.version


def _is_replaying(view: TaskView) -> bool:
    return view.kind is TaskKind.REPLAY and view.status is TaskStatus.RUNNING
