"""Events: the session's audit trail, straight from the log."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic_core import to_json

from application.ports.event_log import RecordedEvent, session_stream
from domain.session.errors import SessionUnknown
from interfaces.http.addresses import session_path
from interfaces.http.dependencies import (
    AfterVersion,
    LastEventId,
    PageLimit,
    ServiceOf,
    SessionId,
    WatchOf,
    accepted_type,
)
from interfaces.http.event_documents import event_document
from interfaces.http.event_streams import (
    NDJSON,
    SERVER_SENT_EVENTS,
    EventStream,
    lines,
    server_sent_events,
)
from interfaces.http.problem_kinds import (
    EVENT_UNKNOWN,
    INVALID_REQUEST,
    LOG_UNREADABLE,
    NOT_ACCEPTABLE,
    SESSION_UNKNOWN,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.http.schemas import EventPage
from interfaces.service import Service

JSON = "application/json"
OFFERED = (JSON, NDJSON, SERVER_SENT_EVENTS)

_EXAMPLE = {
    "position": 4711,
    "version": 2,
    "type": "MessagePosted",
    "schema_version": 1,
    "event_id": "0197a3f2-3f57-7cc4-8f0e-6d0f9f6f2b55",
    "recorded_at": "2026-01-01T12:00:00Z",
    "actor": "client",
    "correlation_id": "0197a3f2-3f50-7d1b-b3a5-2f1c4b8a9e10",
    "causation_id": None,
    "trace_id": None,
    "hash": "5f" * 32,
    "payload": {
        "task_id": "0197a3f2-3f57-7cc4-8f0e-6d0f9f6f2b56",
        "text": "drop rows with missing values in sex",
    },
}
_LINE = json.dumps(_EXAMPLE)
_MEDIA_TYPES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A page of events, or a stream of them: what the header `Accept` asks for.",
        "headers": {
            "Link": {
                "description": 'Of a page: `<…>; rel="next"` while there are more events.',
                "schema": {"type": "string"},
            }
        },
        "content": {
            JSON: {"example": {"items": [_EXAMPLE], "next": 2}},
            NDJSON: {
                "schema": {
                    "type": "string",
                    "description": "An EventResource a line, to the end of the session.",
                },
                "example": f"{_LINE}\n",
            },
            SERVER_SENT_EVENTS: {
                "schema": {
                    "type": "string",
                    "description": "`id` is the version, `event` the type, `data` an "
                    "EventResource. The stream stays open and goes on with new events; a comment "
                    "comes about every 15 seconds.",
                },
                "example": f"id: 2\nevent: MessagePosted\ndata: {_LINE}\n\n: still here\n\n",
            },
        },
    }
}

router = APIRouter(prefix="/sessions/{session_id}", tags=["events"])


@router.get(
    "/events",
    summary="Read or follow a session's events",
    response_model=EventPage,
    responses={
        **documented(
            SESSION_UNKNOWN,
            NOT_ACCEPTABLE,
            EVENT_UNKNOWN,
            INVALID_REQUEST,
            LOG_UNREADABLE,
            UNAVAILABLE,
        ),
        **_MEDIA_TYPES,
    },
)
def get_events(
    session_id: SessionId,
    service: ServiceOf,
    media_type: Annotated[str, Depends(accepted_type(*OFFERED))],
    watch: WatchOf,
    after: AfterVersion = 0,
    limit: PageLimit = 100,
    last_event_id: LastEventId = None,
) -> Response:
    """Every event, in the order in which they were appended; none is ever changed.

    - `application/json`: a page of at most `limit` events; `next` and the header `Link` lead on.
    - `application/x-ndjson`: all events after `after`, one JSON object a line.
    - `text/event-stream`: all events after `after`, then each new one within about a second of its
      commit, for as long as the client stays.

    This reads the log itself, so it is right even while projections are rebuilt. `position` is
    null until the event has its final place in the order of all sessions, moments after it was
    appended.
    """
    if media_type == JSON:
        return _page(service, session_id, after, limit)
    _require_known(service, session_id)
    read = partial(_read, service, session_id)
    if media_type == NDJSON:
        return EventStream(lines(watch, read, after), media_type=NDJSON)
    start = after if last_event_id is None else last_event_id
    _require_event(service, session_id, start)
    return EventStream(
        server_sent_events(watch, read, session_id, start), media_type=SERVER_SENT_EVENTS
    )


def _page(service: Service, session_id: UUID, after: int, limit: int) -> Response:
    recorded = _read(service, session_id, after, limit + 1)
    if not recorded:
        _require_known(service, session_id)
    page = recorded[:limit]
    following = page[-1].version if len(recorded) > limit else None
    items = b",".join(event_document(each) for each in page)
    headers = {"Vary": "Accept"}
    if following is not None:
        address = f"{session_path(session_id)}/events?after={following}&limit={limit}"
        headers["Link"] = f'<{address}>; rel="next"'
    body = b'{"items":[' + items + b'],"next":' + to_json(following) + b"}"
    return Response(body, media_type=JSON, headers=headers)


def _require_known(service: Service, session_id: UUID) -> None:
    if not _read(service, session_id, 0, 1):
        raise SessionUnknown(session_id)


def _require_event(service: Service, session_id: UUID, version: int) -> None:
    """Refuse to follow what is not there: what came in its place would be passed over unseen."""
    if version > 0 and not _read(service, session_id, version - 1, 1):
        raise Refusal(
            EVENT_UNKNOWN,
            f"The session has no event of version {version}, so nothing can follow it. "
            f"{EVENT_UNKNOWN.advice}",
        )


def _read(service: Service, session_id: UUID, after: int, limit: int) -> Sequence[RecordedEvent]:
    return service.log.read(session_stream(session_id), after_version=after, limit=limit)
