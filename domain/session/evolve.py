"""What each event makes of the session's state."""

from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from domain.session.erasure import forget
from domain.session.events import (
    CancellationRequested,
    DatasetRead,
    DatasetUploaded,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PersonalDataErased,
    PlanMade,
    PointerMoved,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
    SessionClosed,
    SessionEvent,
    SessionStarted,
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from domain.session.state import Draft, Line, Replaying, Session, Turn, Upload
from domain.session.tree import grow, move


def evolve(session: Session, event: SessionEvent) -> Session:
    """The state after one more event. Total: it never refuses what has happened."""
    match event:
        case SessionStarted():
            return replace(session, session_id=event.session_id, subject_id=event.subject_id)
        case DatasetUploaded():
            return replace(session, upload=Upload(task_id=event.task_id, dataset=event.dataset))
        case DatasetRead():
            return _with_report(session, event)
        case IngestFailed():
            return replace(session, upload=None, finished=session.finished | {event.task_id})
        case MessagePosted():
            return replace(
                session,
                turns=(*session.turns, Turn(task_id=event.task_id, text=event.text)),
            )
        case NodeCommitted():
            return _with_node(session, event)
        case PointerMoved():
            return replace(session, tree=move(session.tree, event))
        case TurnCompleted():
            return _without_turn(session, event.task_id, event.answer or "Done.")
        case TurnFailed():
            return _without_turn(session, event.task_id, event.detail)
        case ReplayRequested():
            return replace(session, replaying=Replaying(task_id=event.task_id))
        case ReplayStarted():
            return replace(session, replaying=Replaying(task_id=event.task_id, begun=True))
        case ReplayCompleted() | ReplayFailed():
            return replace(session, replaying=None, finished=session.finished | {event.task_id})
        case CancellationRequested():
            return replace(session, cancelled=session.cancelled | {event.task_id})
        case SessionClosed():
            return replace(session, closed=True)
        case PersonalDataErased():
            return forget(session)
        case _:
            return replace(session, turns=(_advance(session.turns[0], event), *session.turns[1:]))


def _with_report(session: Session, event: DatasetRead) -> Session:
    if session.upload is None:
        return session
    return replace(session, upload=replace(session.upload, report=event.report))


def _with_node(session: Session, event: NodeCommitted) -> Session:
    session = replace(session, tree=grow(session.tree, event))
    upload = session.upload
    if upload is None or upload.task_id != event.task_id:
        return session
    return replace(
        session,
        dataset=upload.dataset,
        upload=None,
        readings=MappingProxyType({**session.readings, event.node_id: upload}),
        finished=session.finished | {event.task_id},
    )


def _without_turn(session: Session, task_id: UUID, reply: str) -> Session:
    (turn,) = (each for each in session.turns if each.task_id == task_id)
    return replace(
        session,
        turns=tuple(each for each in session.turns if each is not turn),
        finished=session.finished | {task_id},
        conversation=(
            *session.conversation,
            Line(speaker="person", text=turn.text),
            Line(speaker="crew", text=reply),
        ),
    )


TurnProgress = (
    TurnStarted | PlanMade | SnippetWritten | SnippetReviewed | SnippetExecuted | SnippetFailed
)


def _advance(turn: Turn, event: TurnProgress) -> Turn:
    match event:
        case TurnStarted():
            return replace(turn, base_node_id=event.base_node_id)
        case PlanMade():
            return replace(turn, plan=event.plan)
        case SnippetWritten():
            return replace(turn, draft=Draft(code=event.code))
        case SnippetReviewed() if event.review.approved and turn.draft is not None:
            return replace(turn, draft=replace(turn.draft, review=event.review))
        case SnippetReviewed():
            return _rejected(turn, "; ".join(event.review.findings))
        case SnippetFailed():
            return _rejected(turn, event.detail)
        case SnippetExecuted():
            code = turn.draft.code if turn.draft else ""
            return replace(
                turn,
                results=(*turn.results, event.snapshot),
                snippets=(*turn.snippets, code),
                answer=event.answer,
                unanswered=event.detail,
                draft=None,
                rejected=(),
                refusals=(),
            )


def _rejected(turn: Turn, reason: str) -> Turn:
    code = turn.draft.code if turn.draft else ""
    return replace(
        turn,
        draft=None,
        rejected=(*turn.rejected, code),
        refusals=(*turn.refusals, reason),
    )
