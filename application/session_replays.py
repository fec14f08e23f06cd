"""Replaying a session of the log, as a step of a task."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.ports.cancellation import Cancellation
from application.ports.event_log import RecordedEvent, session_stream
from application.ports.progress import OnProgress
from application.recorded_nodes import recorded_nodes
from application.replay import ReplayCancelled, Replayer
from domain.session.cancellation import CANCELLED_DETAIL, CANCELLED_REASON
from domain.session.commands import CompleteReplay, FailTask
from domain.session.errors import TaskUnknown
from domain.session.next_step import ReplayNodes
from domain.session.state import Session


@dataclass(frozen=True, kw_only=True)
class SessionReplays:
    """Replays the nodes that a session has now. What it makes is thrown away.

    `read` gives the events of a stream, as an EventLog reads them.
    """

    read: Callable[[str], Sequence[RecordedEvent]]
    replayer: Replayer

    def perform(
        self,
        session: Session,
        step: ReplayNodes,
        cancelled: Cancellation,
        on_progress: OnProgress,
    ) -> CompleteReplay | FailTask:
        """What came of it. Raises SandboxUnavailable, ObjectStoreUnavailable, LogUnavailable."""
        if session.session_id is None:
            raise TaskUnknown(step.task_id)
        recorded = self.read(session_stream(session.session_id))
        try:
            replay = self.replayer.replay(
                recorded_nodes(each.event for each in recorded), on_progress, cancelled=cancelled
            )
        except ReplayCancelled:
            return FailTask(step=step, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL)
        return CompleteReplay(task_id=step.task_id, outcome=replay.outcome)
