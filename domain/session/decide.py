"""What each command makes happen in a session, or why it is refused.

A command that asks for what has already happened makes nothing happen: that is what lets a worker
be killed, a queue message be doubled and a request be sent twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain.dataset import Dataset
from domain.plan import Intent
from domain.session.commands import (
    BeginReplay,
    CancelTask,
    CloseSession,
    CommitRoot,
    CompleteReplay,
    CompleteTurn,
    ErasePersonalData,
    FailTask,
    PostMessage,
    Progress,
    ReadAgain,
    Record,
    Redo,
    RequestReplay,
    RollBack,
    SessionCommand,
    StartSession,
    StartTurn,
    Undo,
    UploadDataset,
)
from domain.session.decide_endings import cancel_task, erase_session, fail_task
from domain.session.decide_replay import decide_replay
from domain.session.errors import (
    DatasetMissing,
    DatasetPresent,
    MessageEmpty,
    MessageTooLong,
    NothingToRedo,
    NothingToUndo,
    QueueFull,
    SessionExists,
    SessionIsClosed,
    SubjectErased,
    TaskUnknown,
    WorkUnfinished,
)
from domain.session.events import (
    DatasetRead,
    DatasetUploaded,
    MessagePosted,
    NodeCommitted,
    PlanMade,
    PointerCause,
    PointerMoved,
    SessionClosed,
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
from domain.session.outcome import (
    POINTER_STAYS,
    TABLE_STAYS,
    describe_answer,
    describe_commit,
    describe_move,
)
from domain.session.state import Session, Turn

MESSAGE_LIMIT = 10_000
WAITING_LIMIT = 50

Events = Sequence[SessionEvent]


def decide(session: Session, command: SessionCommand) -> Events:
    """The events that `command` makes happen. Raises a SessionError when it is refused."""
    match command:
        case StartSession():
            return _start(session, command)
        case UploadDataset():
            return _upload(session, command)
        case ReadAgain():
            return _read_again(session, command)
        case CommitRoot():
            return _commit_root(session, command)
        case PostMessage():
            return _post(session, command)
        case RollBack() | Undo() | Redo():
            return _navigate(session, command)
        case FailTask():
            return fail_task(session, command)
        case RequestReplay() | BeginReplay() | CompleteReplay():
            return decide_replay(session, command)
        case CancelTask():
            return cancel_task(session, command.task_id)
        case CloseSession():
            return _close(session)
        case ErasePersonalData():
            return erase_session(session)
        case _:
            task_id = command.event.task_id if isinstance(command, Record) else command.task_id
            turn = _turn_in_hand(session, task_id)
            return () if turn is None else _advance(session, turn, command)


def _start(session: Session, command: StartSession) -> Events:
    if session.session_id is not None:
        raise SessionExists(session.session_id)
    return (
        SessionStarted(
            session_id=command.session_id,
            title=command.title,
            subject_id=command.subject_id or command.session_id,
        ),
    )


def require_room_for_dataset(session: Session) -> None:
    """Raise SessionIsClosed, SubjectErased or DatasetPresent unless a file can be uploaded."""
    _refuse_new_texts(session)
    if session.dataset is not None or session.upload is not None:
        raise DatasetPresent


def _upload(session: Session, command: UploadDataset) -> Events:
    if session.knows_task(command.task_id):
        return ()
    require_room_for_dataset(session)
    return (DatasetUploaded(task_id=command.task_id, dataset=command.dataset),)


def dataset_to_read_again(session: Session) -> Dataset:
    """The session's dataset, which nothing works on now. Raises a SessionError."""
    _refuse_new_texts(session)
    if session.unfinished:
        raise WorkUnfinished(session.unfinished)
    if session.dataset is None:
        raise DatasetMissing
    return session.dataset


def _read_again(session: Session, command: ReadAgain) -> Events:
    if session.knows_task(command.task_id):
        return ()
    dataset = replace(dataset_to_read_again(session), parse=command.parse)
    return (DatasetUploaded(task_id=command.task_id, dataset=dataset, again=True),)


def _commit_root(session: Session, command: CommitRoot) -> Events:
    if command.task_id in session.finished:
        return ()
    if session.upload is None or session.upload.task_id != command.task_id:
        raise TaskUnknown(command.task_id)
    return (
        DatasetRead(task_id=command.task_id, report=command.report),
        NodeCommitted(
            task_id=command.task_id,
            node_id=command.node_id,
            parent_id=None,
            branch=session.tree.branch_for_child_of(None),
            snapshot=command.snapshot,
        ),
        PointerMoved(node_id=command.node_id, cause=PointerCause.COMMIT, task_id=command.task_id),
    )


def _post(session: Session, command: PostMessage) -> Events:
    if session.knows_task(command.task_id):
        return ()
    _refuse_new_texts(session)
    if not command.text.strip():
        raise MessageEmpty
    if len(command.text) > MESSAGE_LIMIT:
        raise MessageTooLong(len(command.text), MESSAGE_LIMIT)
    if session.dataset is None and session.upload is None:
        raise DatasetMissing
    if len(session.turns) >= WAITING_LIMIT:
        raise QueueFull(WAITING_LIMIT)
    return (MessagePosted(task_id=command.task_id, text=command.text),)


def _navigate(
    session: Session, command: RollBack | Undo | Redo, task_id: UUID | None = None
) -> tuple[PointerMoved, ...]:
    if session.closed:
        raise SessionIsClosed
    if session.tree.pointer is None:
        raise DatasetMissing
    match command:
        case RollBack():
            target, cause = session.tree.node(command.node_id).node_id, PointerCause.ROLLBACK
        case Undo():
            target, cause = session.tree.undo_target(), PointerCause.UNDO
        case Redo():
            target, cause = session.tree.redo_target(), PointerCause.REDO
    if target == session.tree.pointer:
        return ()
    return (PointerMoved(node_id=target, cause=cause, task_id=task_id),)


def _close(session: Session) -> Events:
    if session.closed:
        return ()
    if session.unfinished:
        raise WorkUnfinished(session.unfinished)
    return (SessionClosed(),)


def _refuse_new_texts(session: Session) -> None:
    """Raise SessionIsClosed or SubjectErased where one of them holds."""
    if session.closed:
        raise SessionIsClosed
    if session.erased:
        raise SubjectErased


def _turn_in_hand(session: Session, task_id: UUID) -> Turn | None:
    """The first turn, if it is this task; None when the task is done. Raises TaskUnknown."""
    if task_id in session.finished:
        return None
    if not session.turns or session.turns[0].task_id != task_id:
        raise TaskUnknown(task_id)
    return session.turns[0]


def _advance(session: Session, turn: Turn, command: StartTurn | Record | CompleteTurn) -> Events:
    match command:
        case StartTurn() | CompleteTurn() if turn.task_id in session.cancelled:
            return ()
        case StartTurn():
            if turn.base_node_id is not None:
                return ()
            if session.tree.pointer is None:
                raise DatasetMissing
            return (TurnStarted(task_id=turn.task_id, base_node_id=session.tree.pointer),)
        case Record():
            return (command.event,) if _is_due(turn, command.event) else ()
        case CompleteTurn():
            return _complete(session, turn, command)


def _is_due(turn: Turn, event: Progress) -> bool:
    """Whether this comes next in the turn. If not, it is recorded already, or came too late."""
    if isinstance(event, PlanMade):
        return turn.base_node_id is not None and turn.plan is None
    if not turn.steps_left or (event.step, event.attempt) != (turn.step, turn.attempt):
        return False
    match event:
        case SnippetWritten():
            return turn.draft is None
        case SnippetReviewed():
            return turn.draft is not None and turn.draft.review is None
        case SnippetExecuted() | SnippetFailed():
            return turn.draft is not None and turn.draft.review is not None


def _complete(session: Session, turn: Turn, command: CompleteTurn) -> Events:
    if turn.plan is None or turn.steps_left or turn.plan_erased:
        raise TaskUnknown(command.task_id)
    match turn.plan.intent:
        case Intent.TRANSFORM:
            return _end_of_steps(session, turn, command.node_id)
        case Intent.UNDO:
            return _navigate_by_message(session, turn, Undo())
        case Intent.REDO:
            return _navigate_by_message(session, turn, Redo())
        case Intent.ANSWER:
            answer = turn.plan.reply or turn.plan.summary
            return (TurnCompleted(task_id=turn.task_id, answer=answer),)


def _navigate_by_message(session: Session, turn: Turn, command: Undo | Redo) -> Events:
    """The move, if the pointer still stands where the turn began: it was asked for from there."""
    if session.tree.pointer != turn.base_node_id:
        return (TurnCompleted(task_id=turn.task_id, answer=POINTER_STAYS),)
    try:
        (moved,) = _navigate(session, command, turn.task_id)
    except (NothingToUndo, NothingToRedo) as refusal:
        return (TurnCompleted(task_id=turn.task_id, answer=str(refusal)),)
    answer = describe_move(moved.cause, session.tree.node(moved.node_id).snapshot)
    return (moved, TurnCompleted(task_id=turn.task_id, node_id=moved.node_id, answer=answer))


def _end_of_steps(session: Session, turn: Turn, node_id: UUID) -> Events:
    """A node, unless the steps were there to answer: a question makes no version of the table."""
    base = session.tree.node(turn.base_node_id).snapshot if turn.base_node_id else None
    answer = turn.unanswered if turn.answer is None else describe_answer(turn.answer)
    if answer and base and base.table_digest == turn.results[-1].table_digest:
        said = f"{answer} {TABLE_STAYS}"
        return (TurnCompleted(task_id=turn.task_id, answer=said, result=turn.answer),)
    return _commit(session, turn, node_id, base, answer)


def _commit(
    session: Session, turn: Turn, node_id: UUID, base: Snapshot | None, answer: str | None
) -> Events:
    """The node as a child of the turn's base. The pointer follows only if it still stands there:
    a person who moved it meanwhile meant it to be where they put it."""
    snapshot = turn.results[-1]
    branch = session.tree.branch_for_child_of(turn.base_node_id)
    follows = session.tree.pointer == turn.base_node_id
    committed = NodeCommitted(
        task_id=turn.task_id,
        node_id=node_id,
        parent_id=turn.base_node_id,
        branch=branch,
        snapshot=snapshot,
        snippets=turn.snippets,
    )
    completed = TurnCompleted(
        task_id=turn.task_id,
        node_id=node_id,
        answer=describe_commit(
            before=base or snapshot,
            after=snapshot,
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
