"""What becomes of a turn: it begins, its steps are recorded, and it ends with what they came to."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain.actions import Inquiry
from domain.plan import Intent, Plan
from domain.session.commands import (
    Branch,
    CompleteTurn,
    MakeProposal,
    Progress,
    Record,
    Redo,
    RollBack,
    StartTurn,
    Undo,
)
from domain.session.decide_moves import navigate
from domain.session.done_steps import DoneStep
from domain.session.errors import (
    DatasetMissing,
    NodeUnknown,
    NothingToRedo,
    NothingToUndo,
    TaskUnknown,
)
from domain.session.events import (
    NodeCommitted,
    PlanMade,
    PointerCause,
    PointerMoved,
    ProposalMade,
    SessionEvent,
    Snapshot,
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
    TurnStarted,
)
from domain.session.explain import explain
from domain.session.mode import Mode
from domain.session.outcome import (
    POINTER_STAYS,
    TABLE_STAYS,
    describe_answer,
    describe_commit,
    describe_move,
    describe_proposal,
    describe_restraint,
    describe_stay,
)
from domain.session.state import Session, Turn

Events = Sequence[SessionEvent]


def turn_in_hand(session: Session, task_id: UUID) -> Turn | None:
    """The first turn, if it is this task; None when the task is done. Raises TaskUnknown."""
    if task_id in session.finished:
        return None
    if not session.turns or session.turns[0].task_id != task_id:
        raise TaskUnknown(task_id)
    return session.turns[0]


def advance(
    session: Session, turn: Turn, command: StartTurn | Record | CompleteTurn | MakeProposal
) -> Events:
    """The next event of the turn in hand, or its end. Raises a SessionError."""
    match command:
        case StartTurn() | CompleteTurn() | MakeProposal() if turn.task_id in session.cancelled:
            return ()
        case StartTurn():
            if turn.base_node_id is not None or session.is_stale(turn):
                return ()
            if session.tree.pointer is None:
                raise DatasetMissing
            return (TurnStarted(task_id=turn.task_id, base_node_id=session.tree.pointer),)
        case Record():
            return _record(session, turn, command.event)
        case CompleteTurn():
            return _complete(session, turn, command)
        case MakeProposal():
            return _propose(session, turn, command)


def _record(session: Session, turn: Turn, event: Progress) -> Events:
    """The event, if it is due. Raises NodeUnknown for a plan about a node that there is not."""
    if not _is_due(turn, event):
        return ()
    if isinstance(event, PlanMade) and event.plan.target is not None:
        session.tree.node(event.plan.target)
    return (event,)


def _is_due(turn: Turn, event: Progress) -> bool:
    """Whether this comes next in the turn. If not, it is recorded already, or came too late."""
    if isinstance(event, PlanMade):
        return turn.base_node_id is not None and turn.plan is None
    if not turn.steps_left or (event.step, event.attempt) != (turn.step, turn.attempt):
        return False
    match event:
        case SnippetWritten():
            return turn.draft is None
        case SnippetRehearsed():
            return turn.draft is not None and turn.draft.rehearsal is None
        case SnippetReviewed():
            return turn.draft is not None and turn.draft.review is None
        case SnippetFailed():
            # On a sample, or on the whole table.
            return turn.draft is not None and bool(turn.draft.review or not turn.draft.rehearsal)
        case SnippetExecuted():
            return turn.draft is not None and turn.draft.review is not None


def _complete(session: Session, turn: Turn, command: CompleteTurn) -> Events:
    plan = turn.plan
    if plan is None or turn.steps_left or turn.plan_erased:
        raise TaskUnknown(command.task_id)
    events = _as_planned(session, turn, plan, command.node_id)
    if turn.mode is Mode.AUTO or all(_changes_nothing(event) for event in events):
        return tuple(_remarked(event, plan) for event in events)
    return (_restrained(session, turn),)


def _changes_nothing(event: SessionEvent) -> bool:
    return isinstance(event, TurnCompleted) and event.node_id is None


def _remarked(event: SessionEvent, plan: Plan) -> SessionEvent:
    """The end of the turn with what the plan remarks on it; where it is no remark, as it is."""
    says = plan.intent in {Intent.ANSWER, Intent.CLARIFY}
    if says or plan.reply is None or not isinstance(event, TurnCompleted):
        return event
    return replace(event, answer=f"{event.answer} {plan.reply}")


def _restrained(session: Session, turn: Turn) -> TurnCompleted:
    """The end of a turn that did more than its message allows: only what it answers is kept."""
    said = describe_restraint(
        turn.mode,
        before=_base(session, turn),
        after=turn.results[-1] if turn.results else None,
        answer=_answer(turn),
    )
    return TurnCompleted(task_id=turn.task_id, answer=said, result=turn.answer)


def _propose(session: Session, turn: Turn, command: MakeProposal) -> Events:
    """The proposal, and with it the end of the turn. Raises TaskUnknown if it is not due."""
    before = _base(session, turn)
    due = turn.mode is Mode.PROPOSE and turn.results and not turn.steps_left
    if not due or before is None or turn.base_node_id is None:
        raise TaskUnknown(command.task_id)
    after = turn.results[-1]
    made = ProposalMade(
        task_id=turn.task_id,
        base_node_id=turn.base_node_id,
        parent_id=turn.origin or turn.base_node_id,
        snapshot=after,
        effect=command.effect,
        snippets=turn.snippets,
    )
    said = describe_proposal(_done_steps(turn, before), answer=_answer(turn))
    ended = TurnCompleted(task_id=turn.task_id, answer=said, result=turn.answer)
    return (made, _remarked(ended, turn.plan) if turn.plan else ended)


def _as_planned(session: Session, turn: Turn, plan: Plan, node_id: UUID) -> Events:
    """What the turn comes to if its message may change everything."""
    match plan.intent:
        case Intent.TRANSFORM:
            return _end_of_steps(session, turn, node_id)
        case Intent.UNDO | Intent.REDO | Intent.ROLLBACK | Intent.BRANCH:
            return _navigate_by_message(session, turn, plan)
        case Intent.EXPLAIN:
            return (TurnCompleted(task_id=turn.task_id, answer=explain(session, plan)),)
        case Intent.CLARIFY | Intent.ANSWER:
            return (TurnCompleted(task_id=turn.task_id, answer=plan.reply or plan.summary),)


def _navigate_by_message(session: Session, turn: Turn, plan: Plan) -> Events:
    """The move, if the pointer still stands where the turn began: it was asked for from there."""
    tree = session.tree
    if tree.pointer is None or tree.pointer != turn.base_node_id:
        return (TurnCompleted(task_id=turn.task_id, answer=POINTER_STAYS),)
    try:
        moves = navigate(session, _move(plan, tree.pointer), turn.task_id)
    except (NothingToUndo, NothingToRedo, NodeUnknown) as refusal:
        return (TurnCompleted(task_id=turn.task_id, answer=str(refusal)),)
    if not moves:
        return (TurnCompleted(task_id=turn.task_id, answer=describe_stay(tree.node(tree.pointer))),)
    (moved,) = moves
    answer = describe_move(moved.cause, tree.node(moved.node_id))
    return (moved, TurnCompleted(task_id=turn.task_id, node_id=moved.node_id, answer=answer))


def _move(plan: Plan, pointer: UUID) -> Undo | Redo | RollBack | Branch:
    match plan.intent:
        case Intent.UNDO:
            return Undo(node_id=plan.target)
        case Intent.REDO:
            return Redo()
        case Intent.ROLLBACK:
            return RollBack(node_id=plan.target or pointer)
        case _:
            return Branch(node_id=plan.target or pointer)


def _end_of_steps(session: Session, turn: Turn, node_id: UUID) -> Events:
    """A node, unless the steps were there to answer: a question makes no version of the table."""
    base, answer = _base(session, turn), _answer(turn)
    if answer and base and base.table_digest == turn.results[-1].table_digest:
        said = f"{answer} {TABLE_STAYS}"
        return (TurnCompleted(task_id=turn.task_id, answer=said, result=turn.answer),)
    return _commit(session, turn, node_id, base, answer)


def _base(session: Session, turn: Turn) -> Snapshot | None:
    """The table that the turn's steps began with."""
    return session.tree.node(turn.origin).snapshot if turn.origin else None


def _done_steps(turn: Turn, base: Snapshot) -> list[DoneStep]:
    steps = turn.plan.steps if turn.plan else ()
    befores = (base, *turn.results)
    return [
        DoneStep(step=step, before=before, after=after, changed_cells=cells)
        for step, before, after, cells in zip(
            steps, befores, turn.results, turn.changed_cells, strict=False
        )
    ]


def _answer(turn: Turn) -> str | None:
    """What the last step answered, in words without any cell, or why that could not be kept."""
    answer = None if turn.answer is None else describe_answer(turn.answer, _asked(turn))
    return " ".join(filter(None, (answer, turn.remark))) or None


def _asked(turn: Turn) -> str | None:
    """What the turn's last action tells, if it is a question."""
    actions = turn.plan.steps[-1].actions if turn.plan and turn.plan.steps else ()
    last = actions[-1] if actions else None
    return last.asked() if isinstance(last, Inquiry) else None


def _commit(
    session: Session, turn: Turn, node_id: UUID, base: Snapshot | None, answer: str | None
) -> Events:
    """The node as a child of the turn's origin. The pointer follows only if it still stands where
    the turn began: a person who moved it meanwhile meant it to be where they put it."""
    snapshot = turn.results[-1]
    branch = session.tree.branch_for_child_of(turn.origin)
    follows = session.tree.pointer == turn.base_node_id
    committed = NodeCommitted(
        task_id=turn.task_id,
        node_id=node_id,
        parent_id=turn.origin,
        branch=branch,
        snapshot=snapshot,
        snippets=turn.snippets,
    )
    completed = TurnCompleted(
        task_id=turn.task_id,
        node_id=node_id,
        answer=describe_commit(
            _done_steps(turn, base or snapshot),
            branch=branch,
            pointer_follows=follows,
            answer=answer,
        ),
        result=turn.answer,
    )
    if not follows:
        return (committed, completed)
    moved = PointerMoved(node_id=node_id, cause=PointerCause.COMMIT, task_id=turn.task_id)
    return (committed, moved, completed)
