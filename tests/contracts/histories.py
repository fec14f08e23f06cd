"""Sessions as lists of events, with metadata of no account."""

import hashlib
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from application.ports.event_log import Metadata, NewEvent, RecordedEvent
from application.views.past_event import PastEvent
from domain.actions import DropMissing
from domain.dataset import Dataset, FileKind, ParseOptions
from domain.execution import Usage
from domain.plan import Intent, ModelCall, Plan, Review, Step
from domain.session.events import (
    DatasetUploaded,
    MessagePosted,
    NodeCommitted,
    PlanMade,
    PointerCause,
    PointerMoved,
    SessionEvent,
    SessionStarted,
    Snapshot,
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
    TurnStarted,
)
from domain.table import Column, ColumnType, TableShape
from infrastructure.events.codec import encode_metadata

START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)

CALL = ModelCall(model="built-in planner", prompt_digest="d" * 64, prompt_bytes=10)

DATASET = Dataset(
    file_digest="e" * 64,
    file_name="penguins.csv",
    size_bytes=100,
    parse=ParseOptions(kind=FileKind.CSV, encoding="utf-8", delimiter=","),
)


def snapshot(rows: int) -> Snapshot:
    column = Column(name="sex", type=ColumnType.TEXT, nulls=0, distinct=2)
    return Snapshot(
        address="manifest:" + "a" * 64,
        table_digest=f"td2:{rows:064x}",
        shape=TableShape(rows=rows, columns=(column,)),
    )


def new(event: SessionEvent, *, at: datetime = START, event_id: UUID | None = None) -> NewEvent:
    return NewEvent(
        event=event,
        metadata=Metadata(
            event_id=event_id or uuid4(), actor="ann", recorded_at=at, correlation_id=uuid4()
        ),
    )


def message(text: str = "drop rows with missing sex") -> NewEvent:
    return new(MessagePosted(task_id=uuid4(), text=text))


def second_by_second(events: Sequence[SessionEvent]) -> list[NewEvent]:
    return [new(event, at=START + timedelta(seconds=i)) for i, event in enumerate(events)]


def past(session_id: UUID, events: Sequence[SessionEvent]) -> list[PastEvent]:
    """The session's events as views are folded from them."""
    return [
        PastEvent(
            session_id=session_id,
            version=version,
            task_id=getattr(event, "task_id", None),
            at=START + timedelta(seconds=version - 1),
            event=event,
        )
        for version, event in enumerate(events, 1)
    ]


def ingested(session_id: UUID, task_id: UUID, node_id: UUID) -> list[SessionEvent]:
    """A session with its dataset as node 0."""
    return [
        SessionStarted(session_id=session_id, title="Penguins", subject_id=session_id),
        DatasetUploaded(task_id=task_id, dataset=DATASET),
        NodeCommitted(
            task_id=task_id, node_id=node_id, parent_id=None, branch="main", snapshot=snapshot(9)
        ),
        PointerMoved(node_id=node_id, cause=PointerCause.COMMIT, task_id=task_id),
    ]


def turn(task_id: UUID, base_id: UUID, node_id: UUID) -> list[SessionEvent]:
    """A turn of two steps whose first snippet is rejected, then fails, then runs."""
    steps = (
        Step(description="drop rows", actions=(DropMissing(columns=("sex",)),)),
        Step(description="sort"),
    )
    plan = Plan(intent=Intent.TRANSFORM, summary="Drop, then sort.", columns=("sex",), steps=steps)
    return [
        MessagePosted(task_id=task_id, text="drop rows, then sort"),
        TurnStarted(task_id=task_id, base_node_id=base_id),
        PlanMade(task_id=task_id, plan=plan, call=CALL),
        SnippetWritten(task_id=task_id, step=0, attempt=1, code="df = None"),
        SnippetReviewed(
            task_id=task_id,
            step=0,
            attempt=1,
            review=Review(approved=False, findings=("It drops all.",)),
        ),
        SnippetWritten(task_id=task_id, step=0, attempt=2, code="df = df.dropna()"),
        SnippetReviewed(task_id=task_id, step=0, attempt=2, review=Review(approved=True)),
        SnippetFailed(
            task_id=task_id,
            step=0,
            attempt=2,
            outcome="timeout",
            detail="It ran too long.",
            usage=Usage(wall_seconds=20.0),
        ),
        SnippetWritten(task_id=task_id, step=0, attempt=3, code="df = df.dropna()"),
        SnippetReviewed(task_id=task_id, step=0, attempt=3, review=Review(approved=True)),
        SnippetExecuted(
            task_id=task_id, step=0, attempt=3, snapshot=snapshot(8), usage=Usage(wall_seconds=0.5)
        ),
        SnippetWritten(task_id=task_id, step=1, attempt=1, code="df = df.sort_values('sex')"),
        SnippetReviewed(task_id=task_id, step=1, attempt=1, review=Review(approved=True)),
        SnippetExecuted(
            task_id=task_id, step=1, attempt=1, snapshot=snapshot(8), usage=Usage(wall_seconds=0.25)
        ),
        NodeCommitted(
            task_id=task_id,
            node_id=node_id,
            parent_id=base_id,
            branch="main",
            snapshot=snapshot(8),
            snippets=("df = df.dropna()", "df = df.sort_values('sex')"),
        ),
        PointerMoved(node_id=node_id, cause=PointerCause.COMMIT, task_id=task_id),
        TurnCompleted(task_id=task_id, node_id=node_id, answer="Done: rows 9 → 8."),
    ]


def broken_links(records: Sequence[RecordedEvent]) -> list[int]:
    """The versions whose hash is not what the specification in `chain` says, written out anew."""
    previous, broken = bytes(32), []
    for record in records:
        hashed = previous
        for field in (
            record.stream_id.encode("utf-8"),
            b"%d" % record.version,
            record.type.encode("utf-8"),
            b"%d" % record.schema_version,
            record.metadata.event_id.bytes,
            encode_metadata(record.metadata),
        ):
            hashed += struct.pack(">Q", len(field)) + field
        hashed += hashlib.sha256(record.payload).digest()
        if record.hash != hashlib.sha256(hashed).digest():
            broken.append(record.version)
        previous = record.hash
    return broken
