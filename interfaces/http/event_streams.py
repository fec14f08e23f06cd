"""Events as a stream of bytes: a whole session at once, or as it grows; and a task's progress."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from typing import TypeAlias, TypeVar
from uuid import UUID

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from application.ports.event_log import LogUnavailable, RecordedEvent
from application.ports.read_models import TaskKind, TaskStatus, TaskView
from interfaces.http.event_documents import event_document
from interfaces.http.schemas import TaskResource
from interfaces.http.session_watch import Following, SessionWatch

logger = logging.getLogger(__name__)

NDJSON = "application/x-ndjson"
SERVER_SENT_EVENTS = "text/event-stream"
# What a stream holds of its session at any moment, however slowly its client takes it.
EVENTS_AT_ONCE = 100
HEARTBEAT_SECONDS = 15.0
RETRY_SECONDS = 1.0
REPLAY_SECONDS = 0.5
# Also tells proxies and clients at once that the stream is open.
_OPENING = b"retry: %d\n\n" % (RETRY_SECONDS * 1000)
_HEARTBEAT = b": still here\n\n"

FINAL = frozenset({TaskStatus.SUCCEEDED, TaskStatus.FAILED, TaskStatus.CANCELLED})

T = TypeVar("T")
ReadAfter: TypeAlias = Callable[[int, int], Sequence[RecordedEvent]]
"""Reads a session's events after a version, at most so many."""


class EventStream(StreamingResponse):
    """Sends what `chunks` makes, and ends it whatever happens."""

    def __init__(self, chunks: AsyncGenerator[bytes, None], *, media_type: str) -> None:
        super().__init__(
            chunks,
            media_type=media_type,
            # Proxies keep streams back otherwise, nginx by its own word for it.
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"},
        )
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._chunks.aclose()


async def lines(watch: SessionWatch, read: ReadAfter, after: int) -> AsyncGenerator[bytes, None]:
    """The session's events after version `after`, a line each, up to its last one now."""
    page: Sequence[RecordedEvent] | None = None
    while page is None or len(page) == EVENTS_AT_ONCE:
        page = await watch.in_thread(read, after, EVENTS_AT_ONCE)
        for recorded in page:
            yield event_document(recorded) + b"\n"
            after = recorded.version


async def server_sent_events(
    watch: SessionWatch, read: ReadAfter, session_id: UUID, after: int
) -> AsyncGenerator[bytes, None]:
    """The session's events after version `after`, and each new one once it is committed.

    It ends when the server stops. While the log cannot be reached it waits: a client could do no
    better.
    """
    yield _OPENING
    with watch.following(session_id, after) as following:
        while following.is_open:
            page = await _patiently(watch, following, partial(read, after, EVENTS_AT_ONCE)) or ()
            for recorded in page:
                document = event_document(recorded)
                yield _framed(document, event=recorded.type, identity=recorded.version)
                after = recorded.version
            if len(page) < EVENTS_AT_ONCE:
                grown = await following.goes_beyond(after, seconds=HEARTBEAT_SECONDS)
                if not grown and following.is_open:
                    yield _HEARTBEAT


async def task_progress(
    watch: SessionWatch, look: Callable[[], TaskView], session_id: UUID
) -> AsyncGenerator[bytes, None]:
    """The task as it is, whenever that has changed, until it is done."""
    yield _OPENING
    shown: TaskView | None = None
    quiet = 0.0
    with watch.following(session_id, 0) as following:
        while following.is_open and not (shown and shown.status in FINAL):
            # How far a replay is, no event tells.
            pause = REPLAY_SECONDS if shown and _is_replaying(shown) else HEARTBEAT_SECONDS
            version = following.version
            view = await _patiently(watch, following, look)
            if view is not None and view != shown:
                shown = view
                name = "done" if view.status in FINAL else "progress"
                yield _framed(TaskResource.of(view).model_dump_json().encode(), event=name)
                quiet = 0.0
            elif not await following.goes_beyond(version, seconds=pause):
                quiet += pause
                if quiet >= HEARTBEAT_SECONDS:
                    quiet = 0.0
                    yield _HEARTBEAT


def _is_replaying(view: TaskView) -> bool:
    return view.kind is TaskKind.REPLAY and view.status is TaskStatus.RUNNING


async def _patiently(watch: SessionWatch, following: Following, call: Callable[[], T]) -> T | None:
    """What the call gives, once the log can be reached; None when the stream ended meanwhile."""
    while following.is_open:
        try:
            return await watch.in_thread(call)
        except LogUnavailable as error:
            logger.warning("a stream waits for the log", extra={"reason": str(error)})
            await asyncio.sleep(RETRY_SECONDS)
    return None


def _framed(document: bytes, *, event: str, identity: int | None = None) -> bytes:
    """A JSON document on one line in the format of server-sent events."""
    head = "" if identity is None else f"id: {identity}\n"
    return f"{head}event: {event}\ndata: ".encode() + document + b"\n\n"
