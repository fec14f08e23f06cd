"""Where the pointer goes, when a person or a message moves it."""

from uuid import UUID

from domain.session.commands import Branch, Redo, RollBack, Undo
from domain.session.errors import DatasetMissing, SessionIsClosed
from domain.session.events import PointerCause, PointerMoved
from domain.session.state import Session


def navigate(
    session: Session, command: RollBack | Branch | Undo | Redo, task_id: UUID | None = None
) -> tuple[PointerMoved, ...]:
    """The move; nothing if the pointer is there already. Raises a SessionError."""
    if session.closed:
        raise SessionIsClosed
    if session.tree.pointer is None:
        raise DatasetMissing
    match command:
        case RollBack():
            target, cause = session.tree.node(command.node_id).node_id, PointerCause.ROLLBACK
        case Branch():
            target, cause = session.tree.node(command.node_id).node_id, PointerCause.BRANCH
        case Undo():
            target, cause = session.tree.undo_target(command.node_id), PointerCause.UNDO
        case Redo():
            target, cause = session.tree.redo_target(), PointerCause.REDO
    forks = cause is PointerCause.BRANCH and not session.tree.forking
    if target == session.tree.pointer and not forks:
        return ()
    return (PointerMoved(node_id=target, cause=cause, task_id=task_id),)
