"""What a task has done so far, folded from its events.

An ingest has no event that says it began, and nothing of its session comes before it: it counts
as running, in the step ``reading``, from when the upload was recorded.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from application.ports.read_models import ProgressStep, TaskKind, TaskStatus
from domain.plan import Intent, Plan
from domain.session.events import (
    DatasetUploaded,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PlanMade,
    SessionEvent,
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)

READING = "reading"
THINKING = "thinking"
WRITING = "writing code"
REVIEWING = "reviewing"
RUNNING = "running"
FINISHING = "finishing"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A task's status, its steps with their times, and its end."""

    kind: TaskKind
    status: TaskStatus
    message: str | None = None
    plan_steps: int = 0
    steps: tuple[ProgressStep, ...] = ()
    node_id: UUID | None = None
    answer: str | None = None
    reason: str | None = None
    detail: str | None = None


def first_progress(event: SessionEvent, at: datetime) -> Progress | None:
    """The progress of the task that the event creates, if it creates one."""
    match event:
        case DatasetUploaded():
            started = Progress(kind=TaskKind.INGEST, status=TaskStatus.RUNNING)
            return _enter(started, READING, at)
        case MessagePosted():
            return Progress(kind=TaskKind.TURN, status=TaskStatus.QUEUED, message=event.text)
        case _:
            return None


def advance(progress: Progress, event: SessionEvent, at: datetime) -> Progress:
    """The progress after one more event of the task."""
    match event:
        case TurnStarted():
            return _enter(replace(progress, status=TaskStatus.RUNNING), THINKING, at)
        case PlanMade():
            return _planned(progress, event.plan, at)
        case SnippetWritten():
            return _enter(progress, REVIEWING, at, event.step)
        case SnippetReviewed():
            name = RUNNING if event.review.approved else WRITING
            return _enter(progress, name, at, event.step)
        case SnippetFailed():
            return _enter(progress, WRITING, at, event.step)
        case SnippetExecuted():
            return _enter_plan_step(progress, event.step + 1, at)
        case NodeCommitted() if progress.kind is TaskKind.INGEST:
            return _end(replace(progress, node_id=event.node_id), TaskStatus.SUCCEEDED, at)
        case TurnCompleted():
            ended = replace(progress, node_id=event.node_id, answer=event.answer)
            return _end(ended, TaskStatus.SUCCEEDED, at)
        case TurnFailed() | IngestFailed():
            ended = replace(progress, reason=event.reason, detail=event.detail)
            return _end(ended, TaskStatus.FAILED, at)
        case _:
            return progress


def _planned(progress: Progress, plan: Plan, at: datetime) -> Progress:
    steps = len(plan.steps) if plan.intent is Intent.TRANSFORM else 0
    return _enter_plan_step(replace(progress, plan_steps=steps), 0, at)


def _enter_plan_step(progress: Progress, step: int, at: datetime) -> Progress:
    """Begin the 0-based step of the plan, or the end of the turn when there is none left."""
    if step >= progress.plan_steps:
        return _enter(progress, FINISHING, at)
    return _enter(progress, WRITING, at, step)


def _enter(progress: Progress, name: str, at: datetime, step: int | None = None) -> Progress:
    begun = ProgressStep(
        name=name,
        started_at=at,
        number=None if step is None else step + 1,
        of=None if step is None else progress.plan_steps,
    )
    return replace(progress, steps=(*_ended(progress, at), begun))


def _end(progress: Progress, status: TaskStatus, at: datetime) -> Progress:
    return replace(progress, status=status, steps=_ended(progress, at))


def _ended(progress: Progress, at: datetime) -> tuple[ProgressStep, ...]:
    """The steps, the one in hand ended."""
    if not progress.steps or progress.steps[-1].ended_at is not None:
        return progress.steps
    return (*progress.steps[:-1], replace(progress.steps[-1], ended_at=at))
