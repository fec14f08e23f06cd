"""What writers write: sessions that read models can be made of, one event after another.

Nothing in them asks for work, so that they can be written beside a running service.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from application.ports.event_log import Metadata, NewEvent
from domain.session.events import (
    NodeCommitted,
    PointerCause,
    PointerMoved,
    SessionEvent,
    SessionStarted,
    SnippetWritten,
)
from infrastructure.events.codec import EncodedEvent, encode_metadata
from infrastructure.events.json_values import canonical_bytes
from infrastructure.postgres.appends import Append, Entry
from tests.contracts.histories import snapshot

_ROOT = 2
_TURN = 10
"""Events from one node to the next."""

_SCHEMA_VERSIONS: dict[type[SessionEvent], int] = {SessionStarted: 2}


def append_to(session_id: UUID, after: int, event_ids: Sequence[UUID]) -> Append:
    """The events that follow version `after`, under the given ids, as the log's function takes
    them."""
    return Append(
        session_id=session_id,
        subject_id=session_id,
        expected_version=after,
        entries=[
            _entry(event_at(session_id, version), event_id)
            for version, event_id in enumerate(event_ids, start=after + 1)
        ],
    )


def event_at(session_id: UUID, version: int) -> SessionEvent:
    """The event of that version, always the same."""
    turn, step = divmod(version - _ROOT, _TURN)
    task_id, node_id = uuid5(session_id, f"task {turn}"), uuid5(session_id, f"node {turn}")
    if version < _ROOT:
        return SessionStarted(session_id=session_id, subject_id=session_id, title="Gaps")
    if step == 0:
        return NodeCommitted(
            task_id=task_id,
            node_id=node_id,
            parent_id=uuid5(session_id, f"node {turn - 1}") if turn else None,
            branch="main",
            snapshot=snapshot(turn),
        )
    if step == 1:
        return PointerMoved(node_id=node_id, cause=PointerCause.COMMIT, task_id=task_id)
    return SnippetWritten(task_id=task_id, step=0, attempt=step, code="df = df.dropna()")


def _entry(event: SessionEvent, event_id: UUID) -> Entry:
    metadata = Metadata(
        event_id=event_id, actor="gaps", recorded_at=datetime.now(UTC), correlation_id=event_id
    )
    return Entry(
        new=NewEvent(event=event, metadata=metadata),
        # Unsealed, so that whoever follows needs no keys.
        encoded=EncodedEvent(
            type=type(event).__name__,
            schema_version=_SCHEMA_VERSIONS.get(type(event), 1),
            payload=canonical_bytes(event),
        ),
        metadata_bytes=encode_metadata(metadata),
        metadata=metadata,
    )
