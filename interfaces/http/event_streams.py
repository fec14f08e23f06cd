"""Events as a stream of bytes: a whole session at once, or as it grows."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from typing import TypeAlias, TypeVar
from uuid import UUID

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from application.ports.event_log import LogUnavailable, RecordedEvent
from interfaces.http.event_documents import event_document
from interfaces.http.session_watch import Following, SessionWatch

NDJSON = "application/x-ndjson"
SERVER_SENT_EVENTS = "text/event-stream"
# What a stream holds of its session at any moment, however slowly its client takes it.
EVENTS_AT_ONCE = 100
HEARTBEAT_SECONDS = 15.0
RETRY_SECONDS = 1.0
# Also tells proxies and clients at once that the stream is open.
OPENING = b"retry: %d\n\n" % (RETRY_SECONDS * 1000)
HEARTBEAT = b": still here\n\n"

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
    yield OPENING
    with watch.following(session_id, after) as following:
        while following.is_open:
            page = await patiently(watch, following, partial(read, after, EVENTS_AT_ONCE)) or ()
            for recorded in page:
                document = event_document(recorded)
                yield framed(document, event=recorded.type, identity=recorded.version)
                after = recorded.version
            if len(page) < EVENTS_AT_ONCE:
                grown = await following.goes_beyond(after, seconds=HEARTBEAT_SECONDS)
                if not grown and following.is_open:
                    yield HEARTBEAT


async def patiently(watch: SessionWatch, following: Following, call: Callable[[], T]) -> T | None:
    """What the call gives, once the log can be reached; None when the stream ended meanwhile."""
    while following.is_open:
        try:
            return await watch.in_thread(call)
        except LogUnavailable as outage:
            watch.tell(outage)
            await asyncio.sleep(RETRY_SECONDS)
    return None


def framed(document: bytes, *, event: str, identity: int | None = None) -> bytes:
    """A JSON document on one line in the format of server-sent events."""
    head = "" if identity is None else f"id: {identity}\n"
    return f"{head}event: {event}\ndata: ".encode() + document + b"\n\n"
