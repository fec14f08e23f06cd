"""What surrounds every request: its ids, headers for every answer, and the last resort."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.handle import Origin
from interfaces.http.connected import service_of
from interfaces.http.problem_kinds import INTERNAL
from interfaces.http.problem_responses import problem_response
from interfaces.http.problems import Problem

logger = logging.getLogger(__name__)

# Version 00 has exactly four fields; later ones may append more, ff is no version.
_TRACEPARENT = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})(?P<trace>[0-9a-f]{32})"
    r"-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?P<more>-.*)?"
)


_SOCKET_REFUSED = "websocket.http.response.start"
_STARTS = {"http.response.start", "websocket.accept", _SOCKET_REFUSED}


class RequestContext:
    """ASGI middleware: knows the request's chain of causes and lets no exception out.

    The header ``X-Request-ID``, when it is a UUID, becomes the correlation id of all that the
    request causes, else a fresh one does; the answer carries it. A W3C ``traceparent`` gives the
    trace id. Values that are neither are left aside: they say nothing that could be joined on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        ids = service_of(HTTPConnection(scope)).ids
        origin = Origin(
            actor="client",
            correlation_id=_uuid(headers.get("x-request-id")) or ids.new(),
            trace_id=_trace_id(headers.get("traceparent")),
        )
        state: MutableMapping[str, Any] = scope.setdefault("state", {})
        state["origin"] = origin
        started = False
        gone: OSError | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal started, gone
            if message["type"] in _STARTS:
                started = True
                answered = MutableHeaders(scope=message)
                answered["X-Request-ID"] = str(origin.correlation_id)
                answered["X-Content-Type-Options"] = "nosniff"
            if message["type"] == _SOCKET_REFUSED:
                logger.info(
                    "socket refused",
                    extra={
                        "correlation_id": str(origin.correlation_id),
                        "path": scope["path"],
                        "status": message["status"],
                    },
                )
            try:
                await send(message)
            except OSError as error:
                gone = error
                raise

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            if gone is not None:
                # The client left, which the server knows by this; nothing of ours failed.
                raise gone from None
            logger.exception(
                "request failed",
                extra={
                    "correlation_id": str(origin.correlation_id),
                    "method": scope.get("method", "WEBSOCKET"),
                    "path": scope["path"],
                },
            )
            if started or scope["type"] == "websocket":
                # Half an answer is out: only a broken connection can tell the client so.
                raise
            response = problem_response(Request(scope), _internal(origin))
            await response(scope, receive, send_with_headers)


def origin_of(request: Request) -> Origin:
    """Who asks, and in which chain of causes."""
    origin = request.state.origin
    if not isinstance(origin, Origin):
        raise TypeError("the request did not come through RequestContext")
    return origin


def _internal(origin: Origin) -> Problem:
    return Problem(
        kind=INTERNAL,
        detail="The request failed for a reason that is not yours. If it happens again, tell the "
        f"operator the correlation id {origin.correlation_id}.",
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _trace_id(text: str | None) -> str | None:
    match = _TRACEPARENT.fullmatch(text.strip()) if text else None
    if match is None or (match["version"] == "00" and match["more"]):
        return None
    return match["trace"]
