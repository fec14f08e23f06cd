"""What can be asked of a session. Ids come in with the command; nothing here makes them up."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.dataset import Dataset
from domain.plan import ModelCall, Plan, Review
from domain.session.events import Snapshot
from domain.session.next_step import NextStep


@dataclass(frozen=True, kw_only=True)
class StartSession:
    """Open a session."""

    session_id: UUID
    title: str


@dataclass(frozen=True, kw_only=True)
class UploadDataset:
    """Give the session its dataset; its bytes are stored already."""

    task_id: UUID
    dataset: Dataset


@dataclass(frozen=True, kw_only=True)
class CommitRoot:
    """Record that the dataset was read: node 0."""

    task_id: UUID
    node_id: UUID
    snapshot: Snapshot


@dataclass(frozen=True, kw_only=True)
class PostMessage:
    """Say what should happen to the table."""

    task_id: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class StartTurn:
    """Begin work on the oldest message that waits."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordPlan:
    """Record the Strategist's plan."""

    task_id: UUID
    plan: Plan
    call: ModelCall


@dataclass(frozen=True, kw_only=True)
class RecordSnippet:
    """Record the Engineer's code for the step in hand."""

    task_id: UUID
    step: int
    attempt: int
    code: str
    call: ModelCall | None = None


@dataclass(frozen=True, kw_only=True)
class RecordReview:
    """Record the Tester's word on the snippet in hand."""

    task_id: UUID
    step: int
    attempt: int
    review: Review
    call: ModelCall | None = None


@dataclass(frozen=True, kw_only=True)
class RecordExecution:
    """Record that the snippet in hand made a table."""

    task_id: UUID
    step: int
    attempt: int
    snapshot: Snapshot
    wall_seconds: float
    runtime: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordExecutionFailure:
    """Record that the snippet in hand ended badly."""

    task_id: UUID
    step: int
    attempt: int
    outcome: str
    detail: str
    wall_seconds: float


@dataclass(frozen=True, kw_only=True)
class CompleteTurn:
    """End a turn whose steps are done; `node_id` names the node, if one is made."""

    task_id: UUID
    node_id: UUID


@dataclass(frozen=True, kw_only=True)
class FailTask:
    """End the task in hand, ingest or turn, without a node, for `step` cannot be done."""

    step: NextStep
    reason: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class RollBack:
    """Move the pointer to a node."""

    node_id: UUID


@dataclass(frozen=True, kw_only=True)
class Undo:
    """Move the pointer to the parent of its node."""


@dataclass(frozen=True, kw_only=True)
class Redo:
    """Take back the last undo."""


SessionCommand = (
    StartSession
    | UploadDataset
    | CommitRoot
    | PostMessage
    | StartTurn
    | RecordPlan
    | RecordSnippet
    | RecordReview
    | RecordExecution
    | RecordExecutionFailure
    | CompleteTurn
    | FailTask
    | RollBack
    | Undo
    | Redo
)
