"""Replaying a session as a task of it: asked for, begun, and ended, once each.

A replay changes nothing that it could be refused for: it is made of a closed session and of an
erased one, too. One of a session at a time will do, for the next would say the same.
"""

from collections.abc import Sequence
from uuid import UUID

from domain.session.commands import BeginReplay, CompleteReplay, RequestReplay
from domain.session.errors import DatasetMissing, ReplayUnfinished, TaskUnknown
from domain.session.events import ReplayCompleted, ReplayRequested, ReplayStarted, SessionEvent
from domain.session.state import Replaying, Session


def decide_replay(
    session: Session, command: RequestReplay | BeginReplay | CompleteReplay
) -> Sequence[SessionEvent]:
    """The events that `command` makes happen. Raises a SessionError when it is refused."""
    task_id = command.task_id
    if isinstance(command, RequestReplay):
        return _request(session, task_id)
    replaying = _in_hand(session, task_id)
    if replaying is None or task_id in session.cancelled:
        return ()
    match command:
        case BeginReplay():
            return () if replaying.begun else (ReplayStarted(task_id=task_id),)
        case CompleteReplay():
            return (ReplayCompleted(task_id=task_id, outcome=command.outcome),)


def _request(session: Session, task_id: UUID) -> Sequence[SessionEvent]:
    if session.knows_task(task_id):
        return ()
    if not session.tree.nodes:
        raise DatasetMissing
    if session.replaying is not None:
        raise ReplayUnfinished(session.replaying.task_id)
    return (ReplayRequested(task_id=task_id),)


def _in_hand(session: Session, task_id: UUID) -> Replaying | None:
    """The replay of this task; None when it is done. Raises TaskUnknown."""
    if task_id in session.finished:
        return None
    if session.replaying is None or session.replaying.task_id != task_id:
        raise TaskUnknown(task_id)
    return session.replaying
