"""What writers write: sessions that read models can be made of, one event after another.

Nothing in them asks for work, so that they can be written beside a running service.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
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
from infrastructure.postgres.appends import Append, Row
from tests.contracts.histories import snapshot

_ROOT = 2
_TURN = 10
"""Events from one node to the next."""

_SNIPPETS = 2
"""The first step of a turn that writes a snippet."""


_NOBODY = UUID(int=0)


def append_to(session_id: UUID, after: int, event_ids: Sequence[UUID]) -> Append:
    """The events that follow version `after`, under the given ids, as the log's function takes
    them."""
    metadata = Metadata(
        event_id=_NOBODY,
        actor="gaps",
        recorded_at=datetime.now(UTC),
        correlation_id=session_id,
    )
    template = encode_metadata(metadata)
    return Append(
        session_id=session_id,
        subject_id=session_id,
        expected_version=after,
        rows=[
            _row(
                _recorded(session_id, *divmod(version - _ROOT, _TURN)),
                replace(metadata, event_id=event_id),
                template.replace(str(_NOBODY).encode(), str(event_id).encode()),
            )
            for version, event_id in enumerate(event_ids, start=after + 1)
        ],
    )


def _row(
    recorded: tuple[SessionEvent, EncodedEvent], metadata: Metadata, metadata_bytes: bytes
) -> Row:
    event, encoded = recorded
    return Row.of(NewEvent(event=event, metadata=metadata), encoded, metadata_bytes)


def _recorded(session_id: UUID, turn: int, step: int) -> tuple[SessionEvent, EncodedEvent]:
    return _encoded(session_id, turn, min(step, _SNIPPETS))


@lru_cache(10_000)
def _encoded(session_id: UUID, turn: int, step: int) -> tuple[SessionEvent, EncodedEvent]:
    """Encoding takes longer than all else, and most events of a turn are the same."""
    event = _event(session_id, turn, step)
    # Unsealed, so that whoever follows needs no keys.
    return event, EncodedEvent(
        type=type(event).__name__,
        schema_version=2 if isinstance(event, SessionStarted) else 1,
        payload=canonical_bytes(event),
    )


def _event(session_id: UUID, turn: int, step: int) -> SessionEvent:
    """Turn -1 is the beginning; each other is a node, the pointer's move to it, and snippets."""
    task_id, node_id = uuid5(session_id, f"task {turn}"), uuid5(session_id, f"node {turn}")
    if turn < 0:
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
    return SnippetWritten(task_id=task_id, step=0, attempt=1, code="df = df.dropna()")
