"""What the projections say: read models for people, rebuilt from the log at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from domain.assertions import Assertion
from domain.dataset import Dataset
from domain.difference import Effect
from domain.execution import Printed, StoredAnswer, Usage
from domain.plan import Choice, ModelCall, Plan, StepEdit
from domain.replay import ReplayOutcome
from domain.session.events import Snapshot
from domain.table import TableSize


@dataclass(frozen=True, kw_only=True)
class SessionView:
    """A session at a glance; `version` is that of its newest event.

    `sample_rows` are how many rows a language model may be shown; it is 0 without consent.
    Of an erased session, every text reads as erased.
    """

    session_id: UUID
    subject_id: UUID
    title: str
    created_at: datetime
    updated_at: datetime
    version: int
    pointer: UUID | None
    dataset: Dataset | None
    sample_rows: int
    closed: bool
    erased: bool


@dataclass(frozen=True, kw_only=True)
class NodeView:
    """A node of the session tree. `number` counts commits from 0; node 0 is the dataset as read.

    `message` is what was asked for, `snippets` the code that made the node from its parent.
    """

    session_id: UUID
    node_id: UUID
    number: int
    parent_id: UUID | None
    branch: str
    task_id: UUID
    message: str | None
    snippets: Sequence[str]
    snapshot: Snapshot
    created_at: datetime
    is_pointer: bool


@dataclass(frozen=True, kw_only=True)
class BranchView:
    """A line of the session tree, with the name that a person gave it, and its newest node."""

    branch: str
    name: str | None
    nodes: int
    newest_node_id: UUID
    is_pointer: bool


class TaskKind(StrEnum):
    """What a task does."""

    INGEST = "ingest"
    TURN = "turn"
    APPROVAL = "approval"
    REPLAY = "replay"


class TaskStatus(StrEnum):
    """Where a task stands. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({TaskStatus.SUCCEEDED, TaskStatus.FAILED, TaskStatus.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class ProgressStep:
    """A named step of a task's work, such as ``thinking``, ``writing code`` or ``running``.

    `number` and `of` count the plan's steps where the name belongs to one; of a replay, how many
    steps were made again, and of how many. `rows` is how many rows of a table ``running`` works on,
    where that is known. `ended_at` is None while it is in hand.
    """

    name: str
    started_at: datetime
    ended_at: datetime | None = None
    number: int | None = None
    of: int | None = None
    rows: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExecutionView:
    """An execution of a snippet. `number` counts those of a task from 1.

    `step` is the plan's, from 0, `attempt` the writing of its code, from 1. `after` is None where
    it failed, `before` also where an earlier version recorded it. `changed_cells` are counted where
    every row is known again. `on_sample` says that it was only
    tried; of one that did well on a sample the assertions are `sample_assertions` of the next.
    """

    number: int
    step: int
    attempt: int
    code: str
    ended_at: datetime
    outcome: str
    detail: str | None
    usage: Usage
    before: TableSize | None
    runtime: Mapping[str, str]
    stdout: Printed | None
    stderr: Printed | None
    exception: str | None = None
    line: int | None = None
    after: TableSize | None = None
    changed_cells: int | None = None
    answer: StoredAnswer | None = None
    on_sample: bool = False
    assertions: Sequence[Assertion] = ()
    sample_assertions: Sequence[Assertion] = ()


@dataclass(frozen=True, kw_only=True)
class ModelCallView:
    """A question to a model as an event records it: to ``plan``, ``write`` or ``review``, or what
    the turn ``failed`` with."""

    purpose: str
    at: datetime
    call: ModelCall


@dataclass(frozen=True, kw_only=True)
class TaskResult:
    """What the execution of that number left as the answer of its task."""

    execution: int
    answer: StoredAnswer


class ProposalStatus(StrEnum):
    """Where a proposal stands. It expires with its session: when that is closed or erased."""

    WAITING = "waiting_for_approval"
    APPROVED = "approved"
    COMMITTED = "committed"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """What a message led to, for a person to decide. `proposal_id` is the message's task.

    `snapshot` is the table that `snippets` made of the node `parent_id`; the pointer stood on
    `base_node_id`. `approval` is the task that does it, with `edits`, and `node_id` what that made.
    """

    proposal_id: UUID
    session_id: UUID
    message: str
    created_at: datetime
    base_node_id: UUID
    parent_id: UUID
    snapshot: Snapshot
    effect: Effect
    plan: Plan
    snippets: Sequence[str]
    status: ProposalStatus
    decided_at: datetime | None = None
    approval: UUID | None = None
    edits: Sequence[StepEdit] = ()
    node_id: UUID | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """A task as a client sees it. `reason` and `detail` are set when it failed or was cancelled.

    `version` is that of the session's event that changed it last. `answer` is a sentence, `choices`
    the answers to the question back that it may be, `result` what was computed to answer,
    `proposal` where the proposal stands that the task ended with.
    """

    task_id: UUID
    session_id: UUID
    kind: TaskKind
    status: TaskStatus
    version: int
    steps: Sequence[ProgressStep]
    created_at: datetime
    updated_at: datetime
    node_id: UUID | None = None
    answer: str | None = None
    choices: Sequence[Choice] = ()
    result: TaskResult | None = None
    proposal: ProposalStatus | None = None
    replay: ReplayOutcome | None = None
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class TranscriptEntry:
    """One line of a session's history, in the order of the log.

    `kind` is one of ``upload``, ``message``, ``plan``, ``snippet``, ``review``, ``execution``,
    ``node``, ``pointer``, ``answer``, ``suggestions``, ``proposal``, ``approval``,
    ``rejection``, ``replay``, ``branch``, ``cancellation``, ``consent``, ``failure``; `body` holds
    the facts of that kind.
    """

    version: int
    at: datetime
    kind: str
    task_id: UUID | None
    body: Mapping[str, Any]


class ReadModels(Protocol):
    """Queries over the projections. Every method raises LogUnavailable when out of reach.

    What has a `limit` gives a page; `after` names the last one of the page before.
    """

    def sessions(self, *, limit: int, after: UUID | None = None) -> Sequence[SessionView]:
        """Sessions, newest first."""

    def session(self, session_id: UUID) -> SessionView | None:
        """One session."""

    def sessions_of(self, subject_id: UUID) -> Sequence[UUID]:
        """The sessions that are about the subject, oldest first."""

    def erased_subjects(self) -> Sequence[UUID]:
        """The subjects whose personal data was erased, by what their sessions say."""

    def nodes(
        self, session_id: UUID, *, limit: int, after: UUID | None = None
    ) -> Sequence[NodeView]:
        """The session's nodes in the order of their commits."""

    def branches(
        self, session_id: UUID, *, limit: int, after: str | None = None
    ) -> Sequence[BranchView]:
        """The session's branches in the order in which they were begun."""

    def branch(self, session_id: UUID, branch: str) -> BranchView | None:
        """One branch of the session."""

    def branch_names(self, session_id: UUID) -> Mapping[str, str]:
        """The names that people gave to the session's branches, by branch."""

    def node(self, session_id: UUID, node_id: UUID) -> NodeView | None:
        """One node of the session."""

    def task(self, task_id: UUID) -> TaskView | None:
        """One task."""

    def task_history(self, task_id: UUID) -> Sequence[TaskView]:
        """The task as it was after each event that changed it; the last as it is now.

        Nothing for a task that there is not. `version` tells the views apart.
        """

    def tasks(
        self, session_id: UUID, *, limit: int, after: UUID | None = None
    ) -> Sequence[TaskView]:
        """The session's tasks, oldest first."""

    def executions(self, task_id: UUID) -> Sequence[ExecutionView]:
        """The task's executions, in order."""

    def model_calls(self, task_id: UUID) -> Sequence[ModelCallView]:
        """The questions to models that the log records of the task, in order."""

    def proposals(
        self, session_id: UUID, *, limit: int, after: UUID | None = None
    ) -> Sequence[ProposalView]:
        """The session's proposals, oldest first."""

    def proposal(self, session_id: UUID, proposal_id: UUID) -> ProposalView | None:
        """One proposal of the session."""

    def transcript(
        self, session_id: UUID, *, after_version: int = 0, limit: int = 500
    ) -> Sequence[TranscriptEntry]:
        """The session's history after `after_version`, in order."""
