"""Tasks that come to nothing: failed, cancelled, or ended by an erasure."""

from collections.abc import Sequence
from uuid import UUID

from domain.plan import ModelCall
from domain.session.cancellation import CANCELLED_DETAIL, CANCELLED_REASON
from domain.session.commands import FailTask
from domain.session.erasure import ERASURE_DETAIL, ERASURE_REASON
from domain.session.errors import TaskIsDone, TaskUnknown
from domain.session.events import (
    CancellationRequested,
    IngestFailed,
    PersonalDataErased,
    ReplayFailed,
    SessionEvent,
    TurnFailed,
)
from domain.session.next_step import ExecuteSnippet, RehearseSnippet, next_step, step_of_replay
from domain.session.state import Session

Events = Sequence[SessionEvent]


def fail_task(session: Session, command: FailTask) -> Events:
    """The task's end, unless its step is not the next one any more: then another worker did it."""
    task_id = command.step.task_id
    if not session.knows_task(task_id):
        raise TaskUnknown(task_id)
    if command.step not in (next_step(session), step_of_replay(session)):
        return ()
    return (_failed(session, task_id, command.reason, command.detail, command.call),)


def _failed(
    session: Session, task_id: UUID, reason: str, detail: str, call: ModelCall | None = None
) -> IngestFailed | TurnFailed | ReplayFailed:
    """The end of an unfinished task that comes to nothing."""
    if session.upload is not None and session.upload.task_id == task_id:
        return IngestFailed(task_id=task_id, reason=reason, detail=detail)
    if session.replaying is not None and session.replaying.task_id == task_id:
        return ReplayFailed(task_id=task_id, reason=reason, detail=detail)
    return TurnFailed(task_id=task_id, reason=reason, detail=detail, call=call)


def cancel_task(session: Session, task_id: UUID) -> Events:
    """The wish, and with it the task's end, unless a snippet may be running for it.

    Then whoever runs that stops it first, says how it ended, and ends the task. Whatever else is
    being done for the task is thrown away when it comes.
    """
    if task_id in session.cancelled:
        return ()
    if task_id in session.finished:
        raise TaskIsDone(task_id)
    if not session.knows_task(task_id):
        raise TaskUnknown(task_id)
    requested = CancellationRequested(task_id=task_id)
    if _may_run_snippets(session, task_id):
        return (requested,)
    return (requested, _failed(session, task_id, CANCELLED_REASON, CANCELLED_DETAIL))


def _may_run_snippets(session: Session, task_id: UUID) -> bool:
    if session.replaying is not None and session.replaying.task_id == task_id:
        return session.replaying.begun
    due = next_step(session)
    return isinstance(due, RehearseSnippet | ExecuteSnippet) and due.task_id == task_id


def erase_session(session: Session) -> Events:
    """The end of every task, for its text is gone, and the erasure; also of a closed session."""
    if session.subject_id is None or session.erased:
        return ()
    unfinished = [each for each in (session.upload, *session.turns, session.replaying) if each]
    return (
        *(_failed(session, task.task_id, ERASURE_REASON, ERASURE_DETAIL) for task in unfinished),
        PersonalDataErased(subject_id=session.subject_id),
    )
