"""What a session is after its events: the tree, and the work in hand and waiting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from domain.dataset import Dataset
from domain.execution import StoredAnswer
from domain.parse_report import ParseReport
from domain.plan import Intent, Plan, Review
from domain.rehearsal import Rehearsal
from domain.session.events import Snapshot
from domain.session.mode import Mode
from domain.session.new_names import NewNames
from domain.session.tree import SessionTree
from domain.spending import Spending

REMEMBERED = 12
"""As many exchanges as a reference goes back over; what is older is found in the tree."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A dataset that is being made into a root node, and what its reader said of it."""

    task_id: UUID
    dataset: Dataset
    report: ParseReport | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The snippet in hand of the turn's current step."""

    code: str
    rehearsal: Rehearsal | None = None
    review: Review | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The work on one message, as far as it is recorded.

    `results` are the tables made by the steps done so far, `changed_cells` how many cells each of
    them changed, as far as that was counted, and `snippets` their code; `answer` is what the last
    of them answered, `remark` what to say of that, or why it could not be kept. `draft`, `rejected`
    and `refusals` belong to the current step: rejected code beside the reason for it.

    `approves` is the proposal that the turn is to do; then `given` holds the code of its steps,
    None where that is compiled from actions. `meant_for` is the node on which the pointer must
    stand for it to begin. `spent` is what its questions to models took.
    `cells_shown`: some of it was written by a model that had seen cells.
    """

    task_id: UUID
    text: str
    mode: Mode = Mode.AUTO
    approves: UUID | None = None
    meant_for: UUID | None = None
    given: tuple[str | None, ...] = ()
    base_node_id: UUID | None = None
    plan: Plan | None = None
    results: tuple[Snapshot, ...] = ()
    changed_cells: tuple[int | None, ...] = ()
    snippets: tuple[str, ...] = ()
    answer: StoredAnswer | None = None
    remark: str | None = None
    draft: Draft | None = None
    rejected: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    cells_shown: bool = False
    spent: Spending = field(default_factory=Spending)

    @property
    def step(self) -> int:
        """The 0-based index of the plan's step in hand."""
        return len(self.results)

    @property
    def attempt(self) -> int:
        """Which writing of the current step is in hand or due, from 1."""
        return len(self.rejected) + 1

    @property
    def origin(self) -> UUID | None:
        """The node that the plan's steps begin at; None before the turn has begun."""
        transforms = self.plan is not None and self.plan.intent is Intent.TRANSFORM
        return (self.plan.target if self.plan and transforms else None) or self.base_node_id

    @property
    def plan_erased(self) -> bool:
        """Whether the plan's steps were erased: a plan to transform has at least one."""
        return (
            self.plan is not None and self.plan.intent is Intent.TRANSFORM and not self.plan.steps
        )

    @property
    def steps_left(self) -> bool:
        """Whether the plan has a step that is not done."""
        return (
            self.plan is not None
            and self.plan.intent is Intent.TRANSFORM
            and self.step < len(self.plan.steps)
        )


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Steps that were executed and not committed, for a person to decide.

    The pointer stood on `base_node_id`, and the steps began at `parent_id`. `results` are the
    tables that they made and `snippets` their code; `changed_cells` is as of a turn. `approval` is
    the task that is doing it, or has done it.
    """

    message: str
    plan: Plan
    base_node_id: UUID
    parent_id: UUID
    results: tuple[Snapshot, ...]
    changed_cells: tuple[int | None, ...]
    snippets: tuple[str, ...]
    approval: UUID | None = None
    rejected: bool = False


@dataclass(frozen=True, kw_only=True)
class Replaying:
    """A replay that was asked for, and whether it began."""

    task_id: UUID
    begun: bool = False


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A message whose turn has ended, its plan and code, as far as there were any, and the reply.

    `node_id` is the node that it made or moved the pointer to.
    """

    message: str
    reply: str
    plan: Plan | None = None
    node_id: UUID | None = None
    snippets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Session:
    """The state of a session; `session_id` and `subject_id` are None before it was started.

    `turns` are the unfinished ones in the order of their messages; only the first is worked on.
    `conversation` are the last ones that have ended, at most `REMEMBERED`. `proposals` are all that
    were made, by the tasks of their messages. `readings` are the uploads that root nodes were made
    of, by the nodes' ids. `cancelled` are the tasks that were asked to end before they were done,
    also those that have ended since.
    `sample_rows` are how many rows a model may be shown; with none, it may see no cell at all.
    `spent` is what its questions to models took.
    `cells_shown`: a model that answered had seen some, so what was said and made may hold some.
    `said` is all that persons wrote, and `new_names` are those that code gave to columns, also
    where it came to no node.
    """

    session_id: UUID | None = None
    subject_id: UUID | None = None
    dataset: Dataset | None = None
    upload: Upload | None = None
    readings: Mapping[UUID, Upload] = field(default_factory=lambda: MappingProxyType({}))
    tree: SessionTree = field(default_factory=SessionTree)
    turns: tuple[Turn, ...] = ()
    proposals: Mapping[UUID, Proposal] = field(default_factory=lambda: MappingProxyType({}))
    replaying: Replaying | None = None
    finished: frozenset[UUID] = frozenset()
    cancelled: frozenset[UUID] = frozenset()
    conversation: tuple[Exchange, ...] = ()
    sample_rows: int = 0
    cells_shown: bool = False
    said: tuple[str, ...] = ()
    new_names: tuple[NewNames, ...] = ()
    spent: Spending = field(default_factory=Spending)
    closed: bool = False
    erased: bool = False

    @property
    def unfinished(self) -> int:
        """How many tasks are in hand or waiting that may change something: a replay does not."""
        return len(self.turns) + (self.upload is not None)

    def is_stale(self, turn: Turn) -> bool:
        """Whether the turn is to do what was meant for another node than the pointer's."""
        return turn.meant_for not in {None, self.tree.pointer}

    def knows_task(self, task_id: UUID) -> bool:
        """Whether the task is finished, in hand or waiting."""
        return (
            task_id in self.finished
            or (self.upload is not None and self.upload.task_id == task_id)
            or (self.replaying is not None and self.replaying.task_id == task_id)
            or any(turn.task_id == task_id for turn in self.turns)
        )

    def wants(self, task_id: UUID) -> bool:
        """Whether what comes of the task would still change anything."""
        return task_id not in self.finished and task_id not in self.cancelled
