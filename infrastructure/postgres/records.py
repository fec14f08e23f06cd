"""Rows of `events` as recorded events, and the order in which they are settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, String, cast, func, literal, select, tuple_

from application.ports.event_log import RecordedEvent, session_stream
from domain.session.events import SessionEvent
from infrastructure.events.codec import EventCodec, decode_metadata
from infrastructure.postgres.tables import Xid8, events, log_order

RECORDED = events.outerjoin(log_order, log_order.c.id == events.c.id)
"""Events beside their positions, as far as they have been given one."""

RECORD = (
    log_order.c.position,
    events.c.session_id,
    events.c.version,
    events.c.type,
    events.c.schema_version,
    events.c.payload,
    events.c.metadata,
    events.c.hash,
)
_TRANSACTION = cast(events.c.xid, String).label("transaction")
_STREAM_PREFIX = "session-"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A place in the settled order: the writing transaction, then the event's id."""

    transaction: int = 0
    position: int = 0


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


def to_record(row: Row[*tuple[Any, ...]], codec: EventCodec) -> RecordedEvent:
    """A row of the RECORD columns of RECORDED. Raises UnreadableEvent."""
    metadata = decode_metadata(row.metadata)
    return RecordedEvent(
        position=row.position,
        stream_id=session_stream(row.session_id),
        version=row.version,
        type=row.type,
        schema_version=row.schema_version,
        event=codec.decode(
            row.type,
            row.schema_version,
            row.payload,
            event_id=metadata.event_id,
            session_id=row.session_id,
        ),
        metadata=metadata,
        payload=row.payload,
        hash=row.hash,
    )


def is_settled() -> ColumnElement[bool]:
    """True for events whose transaction, and every one before it, has ended: nothing that sorts
    before them by (xid, id) can appear any more."""
    return events.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=Xid8)


def is_after(checkpoint: Checkpoint) -> ColumnElement[bool]:
    """True for events that sort after the checkpoint."""
    place = tuple_(cast(literal(str(checkpoint.transaction), String), Xid8), checkpoint.position)
    return tuple_(events.c.xid, events.c.id) > place


def read_after(
    connection: Connection,
    checkpoint: Checkpoint,
    *,
    limit: int | None,
    codec: EventCodec,
    settled: bool = True,
) -> tuple[Sequence[RecordedEvent], Checkpoint]:
    """At most `limit` events after the checkpoint by (xid, id), and the checkpoint after
    them. Unless only `settled` ones are read, nobody may be appending."""
    query = (
        select(*RECORD, _TRANSACTION, events.c.id).select_from(RECORDED).where(is_after(checkpoint))
    )
    if settled:
        query = query.where(is_settled())
    rows = connection.execute(query.order_by(events.c.xid, events.c.id).limit(limit)).all()
    if not rows:
        return (), checkpoint
    last = rows[-1]
    return (
        tuple(to_record(row, codec) for row in rows),
        Checkpoint(transaction=int(last.transaction), position=last.id),
    )
