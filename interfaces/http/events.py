"""Events: the session's audit trail, straight from the log."""

import json

from fastapi import APIRouter, Response

from application.ports.event_log import RecordedEvent, session_stream
from domain.session.errors import SessionUnknown
from interfaces.http.dependencies import AfterVersion, PageLimit, ServiceOf, SessionId
from interfaces.http.problem_kinds import INVALID_REQUEST, SESSION_UNKNOWN, UNAVAILABLE
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import EventPage

router = APIRouter(prefix="/sessions/{session_id}", tags=["events"])


@router.get(
    "/events",
    summary="Read a session's events",
    response_model=EventPage,
    responses=documented(SESSION_UNKNOWN, INVALID_REQUEST, UNAVAILABLE),
)
def get_events(
    session_id: SessionId, service: ServiceOf, after: AfterVersion = 0, limit: PageLimit = 100
) -> Response:
    """Every event, in the order in which they were appended; none is ever changed.

    This reads the log itself, so it is right even while projections are rebuilt.
    """
    stream = session_stream(session_id)
    recorded = service.log.read(stream, after_version=after, limit=limit + 1)
    if not recorded and not service.log.read(stream, limit=1):
        raise SessionUnknown(session_id)
    page = recorded[:limit]
    following = page[-1].version if len(recorded) > limit else None
    items = b",".join(event_document(each) for each in page)
    body = b'{"items":[' + items + b'],"next":' + json.dumps(following).encode() + b"}"
    return Response(body, media_type="application/json")


def event_document(recorded: RecordedEvent) -> bytes:
    """The event as one JSON object, its payload spliced in as the bytes that were hashed."""
    metadata = recorded.metadata
    head = json.dumps(
        {
            "position": recorded.position,
            "version": recorded.version,
            "type": recorded.type,
            "schema_version": recorded.schema_version,
            "event_id": str(metadata.event_id),
            "recorded_at": metadata.recorded_at.isoformat(),
            "actor": metadata.actor,
            "correlation_id": str(metadata.correlation_id),
            "causation_id": str(metadata.causation_id) if metadata.causation_id else None,
            "trace_id": metadata.trace_id,
            "hash": recorded.hash.hex(),
        }
    )
    return head[:-1].encode() + b',"payload":' + recorded.payload + b"}"
