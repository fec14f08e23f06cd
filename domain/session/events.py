"""Everything that can happen in a session, in the past tense.

Payloads hold ids, digests, code, plans and messages; never a cell of a dataset.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.assertions import Assertion
from domain.dataset import Dataset
from domain.difference import Effect
from domain.execution import Printed, StoredAnswer, Usage
from domain.parse_report import ParseReport
from domain.plan import ModelCall, Plan, Review, Step, StepEdit
from domain.rehearsal import Rehearsal
from domain.replay import ReplayOutcome
from domain.session.mode import Mode
from domain.table import TableShape, TableSize


class PointerCause(StrEnum):
    """Why the pointer moved."""

    COMMIT = "commit"
    ROLLBACK = "rollback"
    UNDO = "undo"
    REDO = "redo"
    BRANCH = "branch"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A node's table in object storage.

    `address` is ``manifest:<sha256>``: the manifest names the file that holds each column, and its
    profile. Of what earlier versions stored it is ``parquet:<sha256>``: one file holds the whole
    table, and `profile_digest` names the profile.
    """

    address: str
    table_digest: str
    shape: TableShape
    profile_digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class SessionStarted:
    """A person opened a session. `subject_id` is whom its texts are about: their key seals them."""

    session_id: UUID
    title: str
    subject_id: UUID


@dataclass(frozen=True, kw_only=True)
class DatasetUploaded:
    """A file was stored durably; the task `task_id` is to make a root node of it.

    `again`: it was there before, and is to be read in another way.
    """

    task_id: UUID
    dataset: Dataset
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class DatasetRead:
    """The file was read as a table; the root node that the task makes comes next."""

    task_id: UUID
    report: ParseReport


@dataclass(frozen=True, kw_only=True)
class IngestFailed:
    """The uploaded file could not be made into a node. `reason` is a stable word."""

    task_id: UUID
    reason: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class MessagePosted:
    """A person wrote a message; the task `task_id` is the turn that works on it.

    Who sent typed actions in the place of words gave its `steps`, and `text` says them: no model
    plans it.
    """

    task_id: UUID
    text: str
    mode: Mode = Mode.AUTO
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SuggestionsChosen:
    """The message right before was made by us of suggestions that a person chose, for the table of
    the node `base_node_id`. Its steps are known, so no model plans them.

    `suggestions` are their ids.
    """

    task_id: UUID
    base_node_id: UUID
    suggestions: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class TurnStarted:
    """Work on a message began, on the node where the pointer stood."""

    task_id: UUID
    base_node_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlanMade:
    """The Strategist made the turn's plan."""

    task_id: UUID
    plan: Plan
    call: ModelCall


@dataclass(frozen=True, kw_only=True)
class SnippetWritten:
    """The Engineer wrote the code of step `step` (0-based), for the `attempt`-th time (1-based).

    `call` is None when no model did: the code was compiled from the step's typed actions, or came
    with the approval of a proposal.
    """

    task_id: UUID
    step: int
    attempt: int
    code: str
    call: ModelCall | None = None


@dataclass(frozen=True, kw_only=True)
class SnippetRehearsed:
    """A snippet that a model wrote was tried on a sample, and did nothing there that it may not."""

    task_id: UUID
    step: int
    attempt: int
    rehearsal: Rehearsal
    usage: Usage


@dataclass(frozen=True, kw_only=True)
class SnippetReviewed:
    """The Tester judged a snippet before it was executed on the whole table.

    `assertions` are of the difference that it made to a sample, if it was tried on one.
    """

    task_id: UUID
    step: int
    attempt: int
    review: Review
    call: ModelCall | None = None
    assertions: tuple[Assertion, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SnippetExecuted:
    """A snippet ran in the jail to its end.

    `snapshot` is the table it made, `before` the size of the one that it was given, `answer` what
    it left in ``result``; where that could not be kept, or not as it was, `detail` says so. It
    holds no cell. `assertions` are of the difference that it made, and `changed_cells` how many
    cells became others, of columns that both tables have; None where rows went, came or moved.
    """

    task_id: UUID
    step: int
    attempt: int
    snapshot: Snapshot
    usage: Usage
    before: TableSize | None = None
    runtime: dict[str, str] = field(default_factory=dict)
    stdout: Printed | None = None
    stderr: Printed | None = None
    answer: StoredAnswer | None = None
    detail: str | None = None
    assertions: tuple[Assertion, ...] = ()
    changed_cells: int | None = None


@dataclass(frozen=True, kw_only=True)
class SnippetFailed:
    """A snippet ended badly in the jail, or did what it may not.

    `outcome` is a stable word, `detail` holds no cell.
    `exception` is the name of one that Python or a library has, `line` the snippet's own, from 1.
    `before` is the size of the table that it was given, or of the sample of it. `assertions` are of
    the difference that it made, if it came to that: one of them did not hold.
    """

    task_id: UUID
    step: int
    attempt: int
    outcome: str
    detail: str
    usage: Usage
    exception: str | None = None
    line: int | None = None
    before: TableSize | None = None
    runtime: dict[str, str] = field(default_factory=dict)
    stdout: Printed | None = None
    stderr: Printed | None = None
    assertions: tuple[Assertion, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NodeCommitted:
    """A new version of the table stands in the session tree, on `branch`."""

    task_id: UUID
    node_id: UUID
    parent_id: UUID | None
    branch: str
    snapshot: Snapshot
    snippets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PointerMoved:
    """The node that the next message builds on changed. `task_id` is set when a turn moved it.

    `BRANCH` moves it to begin a new line there; then the node may be the one that it was on.
    """

    node_id: UUID
    cause: PointerCause
    task_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class BranchNamed:
    """A person named a branch, in the place of the name that it had, if any."""

    branch: str
    name: str


@dataclass(frozen=True, kw_only=True)
class TurnCompleted:
    """A turn ended well: with a node, an answer, or a move of the pointer.

    `answer` is a sentence about it; `result` what the last snippet of the turn left as such.
    """

    task_id: UUID
    node_id: UUID | None = None
    answer: str | None = None
    result: StoredAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class TurnFailed:
    """A turn ended without a node; the pointer stayed. `detail` says what to do.

    `call` is the question to a model that it ended with, if it was one.
    """

    task_id: UUID
    reason: str
    detail: str
    call: ModelCall | None = None


@dataclass(frozen=True, kw_only=True)
class ProposalMade:
    """The steps of the turn `task_id`, which names the proposal, were executed and not committed.

    `snapshot` is the table that they made of the node `parent_id`, by the code `snippets`; the
    pointer stood on `base_node_id`.
    """

    task_id: UUID
    base_node_id: UUID
    parent_id: UUID
    snapshot: Snapshot
    effect: Effect
    snippets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProposalApproved:
    """A person wants the proposal to be done; the task `task_id` does it.

    Without `edits`, the table that was proposed is committed. Steps are executed again from the
    first that is edited on.
    """

    task_id: UUID
    proposal_id: UUID
    edits: tuple[StepEdit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProposalRejected:
    """A person does not want the proposal to be done."""

    proposal_id: UUID
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReplayRequested:
    """Somebody wants every table made again and compared; the task `task_id` is to do it."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReplayStarted:
    """Making the tables again began, with the nodes that there were."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReplayCompleted:
    """Every table was made again, as far as it could be; nothing in the session changed by it."""

    task_id: UUID
    outcome: ReplayOutcome


@dataclass(frozen=True, kw_only=True)
class ReplayFailed:
    """The replay came to no outcome. `reason` is a stable word."""

    task_id: UUID
    reason: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class CancellationRequested:
    """A person wants the task `task_id` no more; it ends with that reason, at once or soon."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class DisclosureAllowed:
    """A person allowed that a language model sees cells: up to `rows` sample rows, and values."""

    rows: int


@dataclass(frozen=True, kw_only=True)
class DisclosureWithdrawn:
    """A person allowed it no more: from the next call on, a model sees no cell."""


@dataclass(frozen=True, kw_only=True)
class SessionClosed:
    """Nothing is to change any more."""


@dataclass(frozen=True, kw_only=True)
class PersonalDataErased:
    """The subject's key was destroyed: no text of the session can be read any more."""

    subject_id: UUID


SessionEvent = (
    SessionStarted
    | DatasetUploaded
    | DatasetRead
    | IngestFailed
    | MessagePosted
    | SuggestionsChosen
    | TurnStarted
    | PlanMade
    | SnippetWritten
    | SnippetRehearsed
    | SnippetReviewed
    | SnippetExecuted
    | SnippetFailed
    | NodeCommitted
    | PointerMoved
    | BranchNamed
    | TurnCompleted
    | TurnFailed
    | ProposalMade
    | ProposalApproved
    | ProposalRejected
    | ReplayRequested
    | ReplayStarted
    | ReplayCompleted
    | ReplayFailed
    | CancellationRequested
    | DisclosureAllowed
    | DisclosureWithdrawn
    | SessionClosed
    | PersonalDataErased
)
