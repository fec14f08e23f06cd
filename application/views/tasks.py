"""What a task has done so far, folded from its events.

An ingest has no event that says it began, and nothing of its session comes before it: it counts
as running, in the step ``reading``, from when the upload was recorded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from application.ports.read_models import (
    ProgressStep,
    ProposalStatus,
    TaskKind,
    TaskResult,
    TaskStatus,
    TaskView,
)
from application.views.past_event import PastEvent
from domain.plan import Choice, Intent, Plan
from domain.replay import ReplayOutcome, described
from domain.session.cancellation import CANCELLED_REASON
from domain.session.events import (
    CancellationRequested,
    DatasetUploaded,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PlanMade,
    ProposalApproved,
    ProposalMade,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
    SessionEvent,
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
    SuggestionsChosen,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)

PROGRESS_TYPES = tuple(
    each.__name__
    for each in (
        *(DatasetUploaded, IngestFailed, MessagePosted, NodeCommitted, PlanMade, SnippetExecuted),
        *(SnippetFailed, SnippetReviewed, SnippetWritten, TurnCompleted, TurnFailed, TurnStarted),
        *(ProposalApproved, ProposalMade, SuggestionsChosen),
        *(CancellationRequested, ReplayCompleted, ReplayFailed, ReplayRequested, ReplayStarted),
    )
)
"""The types of the events that a task is created by and gets on by."""

READING = "reading"
THINKING = "thinking"
WRITING = "writing code"
REVIEWING = "reviewing"
RUNNING = "running"
FINISHING = "finishing"
CANCELLING = "cancelling"
REPLAYING = "replaying"

RowsOf = Callable[[UUID, UUID], int | None]
"""How many rows the table of a session's node has, if that is known."""


@dataclass(frozen=True, kw_only=True)
class _Progress:
    """A task's status, its steps with their times, and its end."""

    kind: TaskKind
    status: TaskStatus
    cancelled: bool = False
    plan_steps: int = 0
    executions: int = 0
    rows: int | None = None
    steps: tuple[ProgressStep, ...] = ()
    node_id: UUID | None = None
    answer: str | None = None
    choices: tuple[Choice, ...] = ()
    result: TaskResult | None = None
    proposal: ProposalStatus | None = None
    replay: ReplayOutcome | None = None
    reason: str | None = None
    detail: str | None = None


def task_histories(history: Sequence[PastEvent], rows_of: RowsOf) -> Sequence[Sequence[TaskView]]:
    """Each task as it was after each event that changed what is seen of it, oldest first.

    The tasks are in the order in which they were created. `rows_of` is asked for what the events
    do not tell. Events of which the first creates no task are passed over.
    """
    by_task: dict[UUID, list[PastEvent]] = {}
    committed: dict[UUID, int] = {}
    for past in history:
        if isinstance(past.event, NodeCommitted):
            committed[past.event.node_id] = past.event.snapshot.shape.rows
        if past.task_id is not None:
            by_task.setdefault(past.task_id, []).append(past)

    def known_rows(session_id: UUID, node_id: UUID) -> int | None:
        return committed[node_id] if node_id in committed else rows_of(session_id, node_id)

    found = (_task_views(task_id, of_it, known_rows) for task_id, of_it in by_task.items())
    return [views for views in found if views]


def _task_views(task_id: UUID, history: Sequence[PastEvent], rows_of: RowsOf) -> Sequence[TaskView]:
    first, *following = history
    progress = _first_progress(first.event, first.at)
    if progress is None:
        return ()
    created = TaskView(
        task_id=task_id,
        session_id=first.session_id,
        kind=progress.kind,
        status=progress.status,
        version=first.version,
        steps=progress.steps,
        created_at=first.at,
        updated_at=first.at,
    )
    views = [created]
    for past in following:
        before = progress
        progress = _advance(_counted(progress, past, rows_of), past.event, past.at)
        if (progress.status, progress.steps) != (before.status, before.steps):
            views.append(_view(created, progress, past))
    return views


def _view(created: TaskView, progress: _Progress, past: PastEvent) -> TaskView:
    return replace(
        created,
        status=progress.status,
        version=past.version,
        steps=progress.steps,
        updated_at=past.at,
        node_id=progress.node_id,
        answer=progress.answer,
        choices=progress.choices if progress.answer is not None else (),
        result=progress.result,
        proposal=progress.proposal,
        replay=progress.replay,
        reason=progress.reason,
        detail=progress.detail,
    )


def _counted(progress: _Progress, past: PastEvent, rows_of: RowsOf) -> _Progress:
    """With how many executions there were, and how many rows the next one has to do with."""
    match past.event:
        case TurnStarted(base_node_id=node_id):
            return replace(progress, rows=rows_of(past.session_id, node_id))
        case SnippetExecuted(snapshot=snapshot):
            return replace(progress, rows=snapshot.shape.rows, executions=progress.executions + 1)
        case SnippetFailed():
            return replace(progress, executions=progress.executions + 1)
        case _:
            return progress


def replayed_so_far(view: TaskView, done: int, total: int) -> TaskView:
    """The task, a replay that is running, with how far it is."""
    return replace(view, steps=_replayed(view.steps, done, total))


def _replayed(steps: Sequence[ProgressStep], done: int, total: int) -> tuple[ProgressStep, ...]:
    return tuple(
        replace(each, number=done, of=total) if each.name == REPLAYING else each for each in steps
    )


def _first_progress(event: SessionEvent, at: datetime) -> _Progress | None:
    match event:
        case DatasetUploaded():
            started = _Progress(kind=TaskKind.INGEST, status=TaskStatus.RUNNING)
            return _enter(started, READING, at)
        case MessagePosted():
            return _Progress(
                kind=TaskKind.TURN, status=TaskStatus.QUEUED, plan_steps=len(event.steps)
            )
        case ProposalApproved():
            return _Progress(kind=TaskKind.APPROVAL, status=TaskStatus.QUEUED)
        case ReplayRequested():
            return _Progress(kind=TaskKind.REPLAY, status=TaskStatus.QUEUED)
        case _:
            return None


def _advance(progress: _Progress, event: SessionEvent, at: datetime) -> _Progress:
    match event:
        case TurnStarted():
            name = FINISHING if progress.kind is TaskKind.APPROVAL else THINKING
            return _enter(replace(progress, status=TaskStatus.RUNNING), name, at)
        case SuggestionsChosen():
            return replace(progress, plan_steps=len(event.steps))
        case ProposalMade():
            return replace(progress, proposal=ProposalStatus.WAITING)
        case PlanMade():
            return _planned(progress, event.plan, at)
        case SnippetWritten():
            return _enter(progress, REVIEWING, at, event.step)
        case SnippetReviewed():
            name = RUNNING if event.review.approved else WRITING
            return _enter(progress, name, at, event.step)
        case SnippetFailed() | SnippetExecuted() if progress.cancelled:
            return progress
        case SnippetFailed():
            return _enter(progress, WRITING, at, event.step)
        case SnippetExecuted():
            return _enter_plan_step(progress, event.step + 1, at)
        case NodeCommitted() if progress.kind is TaskKind.INGEST:
            return _end(replace(progress, node_id=event.node_id), TaskStatus.SUCCEEDED, at)
        case TurnCompleted():
            ended = replace(
                progress,
                node_id=event.node_id,
                answer=event.answer,
                result=_result(progress, event),
            )
            return _end(ended, TaskStatus.SUCCEEDED, at)
        case ReplayStarted():
            return _enter(replace(progress, status=TaskStatus.RUNNING), REPLAYING, at)
        case ReplayCompleted(outcome=outcome):
            answer = "\n".join(described(outcome))
            steps = _replayed(progress.steps, outcome.steps, outcome.steps)
            ended = replace(progress, replay=outcome, answer=answer, steps=steps)
            return _end(ended, TaskStatus.SUCCEEDED, at)
        case TurnFailed() | IngestFailed() | ReplayFailed():
            ended = replace(progress, reason=event.reason, detail=event.detail)
            cancelled = event.reason == CANCELLED_REASON
            return _end(ended, TaskStatus.CANCELLED if cancelled else TaskStatus.FAILED, at)
        case CancellationRequested():
            return _enter(replace(progress, cancelled=True), CANCELLING, at)
        case _:
            return progress


def _result(progress: _Progress, event: TurnCompleted) -> TaskResult | None:
    if event.result is None:
        return None
    return TaskResult(execution=progress.executions, answer=event.result)


def _planned(progress: _Progress, plan: Plan, at: datetime) -> _Progress:
    steps = len(plan.steps) if plan.intent is Intent.TRANSFORM else 0
    return _enter_plan_step(replace(progress, plan_steps=steps, choices=plan.choices), 0, at)


def _enter_plan_step(progress: _Progress, step: int, at: datetime) -> _Progress:
    """Begin the 0-based step of the plan, or the end of the turn when there is none left."""
    if step >= progress.plan_steps:
        return _enter(progress, FINISHING, at)
    return _enter(progress, WRITING, at, step)


def _enter(progress: _Progress, name: str, at: datetime, step: int | None = None) -> _Progress:
    begun = ProgressStep(
        name=name,
        started_at=at,
        number=None if step is None else step + 1,
        of=None if step is None else progress.plan_steps or None,
        rows=progress.rows if name == RUNNING else None,
    )
    return replace(progress, steps=(*_ended(progress, at), begun))


def _end(progress: _Progress, status: TaskStatus, at: datetime) -> _Progress:
    return replace(progress, status=status, steps=_ended(progress, at))


def _ended(progress: _Progress, at: datetime) -> tuple[ProgressStep, ...]:
    """The steps, the one in hand ended."""
    if not progress.steps or progress.steps[-1].ended_at is not None:
        return progress.steps
    return (*progress.steps[:-1], replace(progress.steps[-1], ended_at=at))
