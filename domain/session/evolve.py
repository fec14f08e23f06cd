"""What each event makes of the session's state."""

from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from domain.plan import ModelCall, plan_of_steps
from domain.rehearsal import Rehearsal
from domain.sentences import ended
from domain.session.erasure import forget
from domain.session.events import (
    BranchNamed,
    CancellationRequested,
    DatasetRead,
    DatasetUploaded,
    DisclosureAllowed,
    DisclosureWithdrawn,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PersonalDataErased,
    PlanMade,
    PointerMoved,
    ProposalApproved,
    ProposalMade,
    ProposalRejected,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
    SessionClosed,
    SessionEvent,
    SessionStarted,
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    SnippetReviewed,
    SnippetWritten,
    SuggestionsChosen,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from domain.session.evolve_proposals import (
    waiting_again,
    with_approval,
    with_proposal,
    with_rejection,
)
from domain.session.new_names import NewNames
from domain.session.state import (
    REMEMBERED,
    Draft,
    Exchange,
    Replaying,
    Session,
    Turn,
    Upload,
)
from domain.session.tree import grow, move, named
from domain.table import TableShape


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
            return _with_message(session, event)
        case SuggestionsChosen():
            return _with_chosen_steps(session, event)
        case NodeCommitted():
            return _with_node(session, event)
        case PointerMoved():
            return replace(session, tree=move(session.tree, event))
        case BranchNamed():
            return replace(session, tree=named(session.tree, event))
        case TurnCompleted():
            return _without_turn(session, event.task_id, event.answer or "Done.", event.node_id)
        case TurnFailed():
            session = _with_proposal_back(session, event)
            session = replace(session, spent=session.spent.plus(event.call))
            return _without_turn(session, event.task_id, event.detail, None)
        case ProposalMade():
            return with_proposal(session, event)
        case ProposalApproved():
            return with_approval(session, event)
        case ProposalRejected():
            return with_rejection(session, event)
        case ReplayRequested():
            return replace(session, replaying=Replaying(task_id=event.task_id))
        case ReplayStarted():
            return replace(session, replaying=Replaying(task_id=event.task_id, begun=True))
        case ReplayCompleted() | ReplayFailed():
            return replace(session, replaying=None, finished=session.finished | {event.task_id})
        case CancellationRequested():
            return replace(session, cancelled=session.cancelled | {event.task_id})
        case DisclosureAllowed():
            return replace(session, sample_rows=event.rows)
        case DisclosureWithdrawn():
            return replace(session, sample_rows=0)
        case SessionClosed():
            return replace(session, closed=True)
        case PersonalDataErased():
            return forget(session)
        case _:
            new_names = _new_names(session, event)
            turn = _advance(session.turns[0], event)
            if _shows_cells(event):
                turn = replace(turn, cells_shown=True)
            call = _call(event)
            turn = replace(turn, spent=turn.spent.plus(call))
            return replace(
                session,
                spent=session.spent.plus(call),
                turns=(turn, *session.turns[1:]),
                cells_shown=session.cells_shown or turn.cells_shown,
                new_names=(*session.new_names, *new_names) if new_names else session.new_names,
            )


def _with_report(session: Session, event: DatasetRead) -> Session:
    if session.upload is None:
        return session
    return replace(session, upload=replace(session.upload, report=event.report))


def _with_message(session: Session, event: MessagePosted) -> Session:
    plan = plan_of_steps(event.text, event.steps) if event.steps else None
    turn = Turn(task_id=event.task_id, text=event.text, mode=event.mode, plan=plan)
    return replace(session, turns=(*session.turns, turn), said=(*session.said, event.text))


def _with_chosen_steps(session: Session, event: SuggestionsChosen) -> Session:
    *others, turn = session.turns
    plan = plan_of_steps(turn.text, event.steps)
    chosen = replace(turn, plan=plan, meant_for=event.base_node_id)
    # We wrote the message: the names in it are no person's word.
    return replace(session, turns=(*others, chosen), said=session.said[:-1])


def _with_node(session: Session, event: NodeCommitted) -> Session:
    turn = next((each for each in session.turns if each.task_id == event.task_id), None)
    message, plan = (turn.text, turn.plan) if turn else (None, None)
    tree = grow(session.tree, event, message, plan.steps if plan else ())
    session = replace(session, tree=tree)
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


def _with_proposal_back(session: Session, event: TurnFailed) -> Session:
    """A proposal whose approval came to nothing waits again."""
    (turn,) = (each for each in session.turns if each.task_id == event.task_id)
    return session if turn.approves is None else waiting_again(session, turn.approves)


def _without_turn(session: Session, task_id: UUID, reply: str, node_id: UUID | None) -> Session:
    (turn,) = (each for each in session.turns if each.task_id == task_id)
    return replace(
        session,
        turns=tuple(each for each in session.turns if each is not turn),
        finished=session.finished | {task_id},
        conversation=(
            *session.conversation[1 - REMEMBERED :],
            Exchange(
                message=_said(turn),
                reply=reply,
                plan=turn.plan,
                node_id=node_id,
                snippets=turn.snippets,
            ),
        ),
    )


def _said(turn: Turn) -> str:
    return turn.text if turn.approves is None else f"I approve what you proposed for '{turn.text}'"


TurnProgress = (
    TurnStarted
    | PlanMade
    | SnippetWritten
    | SnippetRehearsed
    | SnippetReviewed
    | SnippetExecuted
    | SnippetFailed
)


def _advance(turn: Turn, event: TurnProgress) -> Turn:
    match event:
        case TurnStarted():
            return replace(turn, base_node_id=event.base_node_id)
        case PlanMade():
            return replace(turn, plan=event.plan)
        case SnippetWritten():
            return replace(turn, draft=Draft(code=event.code))
        case SnippetRehearsed():
            draft = turn.draft and replace(turn.draft, rehearsal=event.rehearsal)
            return replace(turn, draft=draft)
        case SnippetReviewed() if event.review.approved and turn.draft is not None:
            return replace(turn, draft=replace(turn.draft, review=event.review))
        case SnippetReviewed():
            found = event.review.findings
            return _rejected(turn, " ".join([*map(ended, found[:-1]), *found[-1:]]))
        case SnippetFailed():
            return _rejected(turn, event.detail)
        case SnippetExecuted():
            code = turn.draft.code if turn.draft else ""
            return replace(
                turn,
                results=(*turn.results, event.snapshot),
                changed_cells=(*turn.changed_cells, event.changed_cells),
                snippets=(*turn.snippets, code),
                answer=event.answer,
                remark=event.detail,
                draft=None,
                rejected=(),
                refusals=(),
            )


def _call(event: TurnProgress) -> ModelCall | None:
    match event:
        case PlanMade() | SnippetWritten() | SnippetReviewed():
            return event.call
        case _:
            return None


def _shows_cells(event: TurnProgress) -> bool:
    """Whether this came of a model that was shown cells."""
    call = _call(event)
    return call is not None and call.sample_rows > 0


def _new_names(session: Session, event: TurnProgress) -> tuple[NewNames, ...]:
    """The names that the snippet in hand gave to columns, of a sample or of the whole table."""
    match event:
        case SnippetExecuted():
            after = event.snapshot.shape
        case SnippetRehearsed(rehearsal=Rehearsal(after=TableShape() as after)):
            pass
        case _:
            return ()
    turn = session.turns[0]
    begun = session.tree.nodes.get(turn.origin) if turn.origin else None
    if turn.draft is None or begun is None:
        return ()
    before = (turn.results[-1] if turn.results else begun.snapshot).shape
    known = set(before.column_names)
    names = tuple(name for name in after.column_names if name not in known)
    if not names:
        return ()
    made = NewNames(
        names=names,
        before=before,
        code=turn.draft.code,
        actions=turn.plan.steps[turn.step].actions if turn.plan and turn.steps_left else (),
        cells_shown=turn.cells_shown or (turn.approves is not None and session.cells_shown),
    )
    return (made,)


def _rejected(turn: Turn, reason: str) -> Turn:
    code = turn.draft.code if turn.draft else ""
    return replace(
        turn,
        draft=None,
        rejected=(*turn.rejected, code),
        refusals=(*turn.refusals, reason),
    )
