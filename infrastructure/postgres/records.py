"""Events and the columns of theirs that queries join on."""

from uuid import UUID

from application.ports.event_log import session_stream
from domain.session.events import SessionEvent
from infrastructure.postgres.tables import events, log_order

RECORDED = events.outerjoin(log_order, log_order.c.id == events.c.id)
"""Events beside their positions, as far as they have been given one."""

_STREAM_PREFIX = "session-"


class NotASessionStream(ValueError):
    """The log keeps streams of sessions only, named ``session-<uuid>``."""

    def __init__(self, stream_id: str) -> None:
        super().__init__(f"{stream_id!r} is not the stream of a session, session-<uuid>")
        self.stream_id = stream_id


def session_of(stream_id: str) -> UUID:
    """The session whose stream this is. Raises NotASessionStream."""
    try:
        session_id = UUID(stream_id.removeprefix(_STREAM_PREFIX))
    except ValueError:
        raise NotASessionStream(stream_id) from None
    if stream_id != session_stream(session_id):
        raise NotASessionStream(stream_id)
    return session_id


def task_of(event: SessionEvent) -> UUID | None:
    """The task that the event is about, if it is about one."""
    return getattr(event, "task_id", None)


def node_of(event: SessionEvent) -> UUID | None:
    """The node that the event is about, if it is about one."""
    return getattr(event, "node_id", None)


def parent_of(event: SessionEvent) -> UUID | None:
    """The node that the event's node was made from, if it was."""
    return getattr(event, "parent_id", None)


def branch_of(event: SessionEvent) -> str | None:
    """The branch that the event is about, if it is about one."""
    return getattr(event, "branch", None)
