"""A session's history, one line for each event that a person would want to read about."""

from collections.abc import Mapping
from typing import Any

from application.ports.read_models import TranscriptEntry
from application.told_answers import pointing
from application.views.past_event import PastEvent
from domain.session.events import (
    BranchNamed,
    CancellationRequested,
    DatasetUploaded,
    DisclosureAllowed,
    DisclosureWithdrawn,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PlanMade,
    PointerMoved,
    ProposalApproved,
    ProposalMade,
    ProposalRejected,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    SessionEvent,
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
    SuggestionsChosen,
    TurnCompleted,
    TurnFailed,
)

Told = tuple[str, Mapping[str, Any]]

ENTRY_TYPES = tuple(
    each.__name__
    for each in (
        *(DatasetUploaded, IngestFailed, MessagePosted, NodeCommitted, PlanMade, PointerMoved),
        *(SnippetExecuted, SnippetFailed, SnippetReviewed, SnippetWritten, TurnCompleted),
        *(ProposalApproved, ProposalMade, ProposalRejected, SuggestionsChosen),
        *(TurnFailed, CancellationRequested, ReplayCompleted, ReplayFailed, ReplayRequested),
        *(DisclosureAllowed, DisclosureWithdrawn, BranchNamed),
    )
)
"""The types of the events that may have a line."""


def transcript_entry(past: PastEvent) -> TranscriptEntry | None:
    """The event's line in the history; None when it has none."""
    told = _told(past.event)
    if told is None:
        return None
    kind, body = told
    return TranscriptEntry(
        version=past.version, at=past.at, kind=kind, task_id=past.task_id, body=body
    )


def _told(event: SessionEvent) -> Told | None:
    """The kind of the event's line and its facts."""
    match event:
        case DatasetUploaded(dataset=dataset):
            return "upload", {
                "file_name": dataset.file_name,
                "file_digest": dataset.file_digest,
                "size_bytes": dataset.size_bytes,
                "parse": dataset.parse,
            }
        case MessagePosted():
            return "message", {"text": event.text, "mode": event.mode}
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
        case BranchNamed():
            return "branch", {"branch": event.branch, "name": event.name}
        case TurnCompleted(answer=str(answer)):
            return "answer", {"text": pointing(answer)}
        case SuggestionsChosen():
            return "suggestions", {
                "base_node_id": event.base_node_id,
                "suggestions": event.suggestions,
                "steps": [step.description for step in event.steps],
            }
        case ProposalMade():
            return "proposal", {
                "base_node_id": event.base_node_id,
                "effect": event.effect,
                "snippets": event.snippets,
            }
        case ProposalApproved():
            return "approval", {"proposal_id": event.proposal_id, "edits": event.edits}
        case ProposalRejected():
            return "rejection", {"proposal_id": event.proposal_id, "reason": event.reason}
        case CancellationRequested():
            return "cancellation", {}
        case DisclosureAllowed():
            return "consent", {"sample_rows": event.rows}
        case DisclosureWithdrawn():
            return "consent", {"sample_rows": 0}
        case ReplayRequested():
            return "replay", {"outcome": None}
        case ReplayCompleted():
            return "replay", {"outcome": event.outcome}
        case TurnFailed() | IngestFailed() | ReplayFailed():
            return "failure", {"reason": event.reason, "detail": event.detail}
        case _:
            return None


def _crew_entry(event: PlanMade | SnippetWritten | SnippetReviewed) -> Told:
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
    facts = {
        "step": event.step,
        "attempt": event.attempt,
        "wall_seconds": event.usage.wall_seconds,
        "detail": event.detail,
    }
    match event:
        case SnippetExecuted(snapshot=snapshot):
            return {**facts, "outcome": "ok", "rows": snapshot.shape.rows}
        case SnippetFailed():
            return {**facts, "outcome": event.outcome, "rows": None}
