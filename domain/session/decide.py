"""What each command makes happen in a session, or why it is refused.

A command that asks for what has already happened makes nothing happen: that is what lets a worker
be killed, a queue message be doubled and a request be sent twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain.dataset import Dataset
from domain.session.commands import (
    AllowDisclosure,
    ApproveProposal,
    BeginReplay,
    Branch,
    CancelTask,
    ChooseSuggestions,
    CloseSession,
    CommitRoot,
    CompleteReplay,
    CompleteTurn,
    ErasePersonalData,
    FailTask,
    MakeProposal,
    NameBranch,
    PostActions,
    PostMessage,
    ReadAgain,
    Record,
    Redo,
    RejectProposal,
    RequestReplay,
    RollBack,
    SessionCommand,
    StartSession,
    StartTurn,
    Undo,
    UploadDataset,
    WithdrawDisclosure,
)
from domain.session.consent import decide_consent
from domain.session.decide_endings import cancel_task, erase_session, fail_task
from domain.session.decide_moves import navigate
from domain.session.decide_proposals import decide_proposal
from domain.session.decide_replay import decide_replay
from domain.session.decide_turns import advance, turn_in_hand
from domain.session.errors import (
    BranchNameTaken,
    BranchUnknown,
    DatasetMissing,
    DatasetPresent,
    MessageEmpty,
    MessageTooLong,
    QueueFull,
    SessionExists,
    SessionIsClosed,
    SubjectErased,
    SuggestionsStale,
    TaskUnknown,
    WorkUnfinished,
)
from domain.session.events import (
    BranchNamed,
    DatasetRead,
    DatasetUploaded,
    MessagePosted,
    NodeCommitted,
    PointerCause,
    PointerMoved,
    SessionClosed,
    SessionEvent,
    SessionStarted,
    SuggestionsChosen,
)
from domain.session.posted_actions import steps_of
from domain.session.state import Session

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
        case PostActions():
            return _post_actions(session, command)
        case ChooseSuggestions():
            return _choose(session, command)
        case RollBack() | Branch() | Undo() | Redo():
            return navigate(session, command)
        case NameBranch():
            return _name_branch(session, command)
        case FailTask():
            return fail_task(session, command)
        case ApproveProposal() | RejectProposal():
            return _decide_proposal(session, command)
        case RequestReplay() | BeginReplay() | CompleteReplay():
            return decide_replay(session, command)
        case CancelTask():
            return cancel_task(session, command.task_id)
        case AllowDisclosure() | WithdrawDisclosure():
            return decide_consent(session, command)
        case CloseSession():
            return _close(session)
        case ErasePersonalData():
            return erase_session(session)
        case Record():
            return _advance(session, command.event.task_id, command)
        case StartTurn() | CompleteTurn() | MakeProposal():
            return _advance(session, command.task_id, command)


def _advance(
    session: Session, task_id: UUID, command: StartTurn | Record | CompleteTurn | MakeProposal
) -> Events:
    """What comes of the turn in hand; nothing if the task is done."""
    turn = turn_in_hand(session, task_id)
    return () if turn is None else advance(session, turn, command)


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
    _require_open_for_messages(session)
    if not command.text.strip():
        raise MessageEmpty
    if len(command.text) > MESSAGE_LIMIT:
        raise MessageTooLong(len(command.text), MESSAGE_LIMIT)
    return (MessagePosted(task_id=command.task_id, text=command.text, mode=command.mode),)


def _post_actions(session: Session, command: PostActions) -> Events:
    """What the actions will meet is known only if nothing is to be done before them; else they are
    checked when their turn has come."""
    if session.knows_task(command.task_id):
        return ()
    _require_open_for_messages(session)
    pointer = None if session.unfinished else session.tree.pointer
    meets = None if pointer is None else session.tree.node(pointer).snapshot.shape
    steps = steps_of(command.actions, meets)
    said = "; ".join(step.description for step in steps)
    text = said if len(said) <= MESSAGE_LIMIT else f"Do {len(steps)} actions"
    return (MessagePosted(task_id=command.task_id, text=text, mode=command.mode, steps=steps),)


def _require_open_for_messages(session: Session) -> None:
    """Raise a SessionError unless another message can be taken."""
    _refuse_new_texts(session)
    if session.dataset is None and session.upload is None:
        raise DatasetMissing
    _require_room(session)


def _choose(session: Session, command: ChooseSuggestions) -> Events:
    if session.knows_task(command.task_id):
        return ()
    if command.node_id != session.tree.pointer:
        raise SuggestionsStale
    said = PostMessage(task_id=command.task_id, text=command.text, mode=command.mode)
    chosen = SuggestionsChosen(
        task_id=command.task_id,
        base_node_id=command.node_id,
        suggestions=command.suggestions,
        steps=command.steps,
    )
    return (*_post(session, said), chosen)


def _name_branch(session: Session, command: NameBranch) -> Events:
    """Nothing if it has that name already."""
    _refuse_new_texts(session)
    if command.branch not in session.tree.tips:
        raise BranchUnknown
    if session.tree.is_taken(command.name, command.branch):
        raise BranchNameTaken
    if session.tree.names.get(command.branch) == command.name:
        return ()
    return (BranchNamed(branch=command.branch, name=command.name),)


def _decide_proposal(session: Session, command: ApproveProposal | RejectProposal) -> Events:
    if isinstance(command, ApproveProposal):
        if session.knows_task(command.task_id):
            return ()
        _require_room(session)
    return decide_proposal(session, command)


def _require_room(session: Session) -> None:
    if len(session.turns) >= WAITING_LIMIT:
        raise QueueFull(WAITING_LIMIT)


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
