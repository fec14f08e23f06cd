"""A session's history, one line for each event that a person would want to read about."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    insert,
)

from application.ports.event_log import RecordedEvent
from domain.session.events import (
    DatasetUploaded,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PlanMade,
    PointerMoved,
    SessionEvent,
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
    TurnFailed,
)
from infrastructure.postgres.records import session_of, task_of
from infrastructure.postgres.tables import READ_MODELS

Entry = tuple[str, Mapping[str, Any]]


class Transcript:
    """`transcript` holds one row an entry; `body` is its facts as JSON."""

    name: ClassVar[str] = "transcript"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData(schema=READ_MODELS)
        self.entries = Table(
            f"transcript{suffix}",
            self.metadata,
            Column("session_id", Uuid, primary_key=True),
            Column("version", BigInteger, primary_key=True),
            Column("at", DateTime(timezone=True), nullable=False),
            Column("kind", Text, nullable=False),
            Column("task_id", Uuid),
            Column("body", JSON, nullable=False),
        )

    def apply(self, connection: Connection, recorded: RecordedEvent) -> None:
        entry = entry_of(recorded.event)
        if entry is None:
            return
        kind, body = entry
        connection.execute(
            insert(self.entries).values(
                session_id=session_of(recorded.stream_id),
                version=recorded.version,
                at=recorded.metadata.recorded_at,
                kind=kind,
                task_id=task_of(recorded.event),
                body=body,
            )
        )


def entry_of(event: SessionEvent) -> Entry | None:
    """The kind and facts of the event's line in the history; None when it has none."""
    match event:
        case DatasetUploaded(dataset=dataset):
            return "upload", {
                "file_name": dataset.file_name,
                "file_digest": dataset.file_digest,
                "size_bytes": dataset.size_bytes,
                "parse": dataset.parse,
            }
        case MessagePosted():
            return "message", {"text": event.text}
        case PlanMade() | SnippetWritten() | SnippetReviewed():
            return _crew_entry(event)
        case SnippetExecuted() | SnippetFailed():
            return "execution", _execution(event)
        case NodeCommitted():
            return "node", {
                "node_id": event.node_id,
                "parent_id": event.parent_id,
                "branch": event.branch,
                "rows": event.snapshot.shape.rows,
                "columns": event.snapshot.shape.column_names,
            }
        case PointerMoved():
            return "pointer", {"node_id": event.node_id, "cause": event.cause}
        case TurnCompleted(answer=str(answer)):
            return "answer", {"text": answer}
        case TurnFailed() | IngestFailed():
            return "failure", {"reason": event.reason, "detail": event.detail}
        case _:
            return None


def _crew_entry(event: PlanMade | SnippetWritten | SnippetReviewed) -> Entry:
    match event:
        case PlanMade(plan=plan):
            return "plan", {
                "intent": plan.intent,
                "summary": plan.summary,
                "steps": [step.description for step in plan.steps],
                "columns": plan.columns,
                "model": event.call.model,
            }
        case SnippetWritten():
            return "snippet", {"step": event.step, "attempt": event.attempt, "code": event.code}
        case SnippetReviewed():
            return "review", {
                "step": event.step,
                "attempt": event.attempt,
                "approved": event.review.approved,
                "findings": event.review.findings,
            }


def _execution(event: SnippetExecuted | SnippetFailed) -> Mapping[str, Any]:
    step = {"step": event.step, "attempt": event.attempt, "wall_seconds": event.wall_seconds}
    match event:
        case SnippetExecuted(snapshot=snapshot):
            return {**step, "outcome": "ok", "detail": None, "rows": snapshot.shape.rows}
        case SnippetFailed():
            return {**step, "outcome": event.outcome, "detail": event.detail, "rows": None}
