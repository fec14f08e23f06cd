"""What can be asked of a session. Ids come in with the command; nothing here makes them up."""

from dataclasses import dataclass
from uuid import UUID

from domain.actions import Action
from domain.dataset import Dataset, ParseOptions
from domain.difference import Effect
from domain.parse_report import ParseReport
from domain.plan import ModelCall, Step, StepEdit
from domain.replay import ReplayOutcome
from domain.session.events import (
    PlanMade,
    Snapshot,
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    SnippetReviewed,
    SnippetWritten,
)
from domain.session.mode import Mode
from domain.session.next_step import NextStep


@dataclass(frozen=True, kw_only=True)
class StartSession:
    """Open a session about a subject; without one, it is a subject of its own."""

    session_id: UUID
    title: str
    subject_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class UploadDataset:
    """Give the session its dataset; its bytes are stored already."""

    task_id: UUID
    dataset: Dataset


@dataclass(frozen=True, kw_only=True)
class ReadAgain:
    """Read the session's dataset in another way, into a new root node."""

    task_id: UUID
    parse: ParseOptions


@dataclass(frozen=True, kw_only=True)
class CommitRoot:
    """Record that the dataset was read: a root node."""

    task_id: UUID
    node_id: UUID
    snapshot: Snapshot
    report: ParseReport


@dataclass(frozen=True, kw_only=True)
class PostMessage:
    """Say what should happen to the table."""

    task_id: UUID
    text: str
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, kw_only=True)
class PostActions:
    """Say in typed actions what should happen to the table, one after another."""

    task_id: UUID
    actions: tuple[Action, ...]
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, kw_only=True)
class ChooseSuggestions:
    """Have what was suggested for a node done, as one message says it that needs no planning."""

    task_id: UUID
    node_id: UUID
    suggestions: tuple[str, ...]
    text: str
    steps: tuple[Step, ...]
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, kw_only=True)
class StartTurn:
    """Begin work on the oldest message that waits."""

    task_id: UUID


Progress = (
    PlanMade | SnippetWritten | SnippetRehearsed | SnippetReviewed | SnippetExecuted | SnippetFailed
)


@dataclass(frozen=True)
class Record:
    """Record what was done for the turn in hand: the event says all of it."""

    event: Progress


@dataclass(frozen=True, kw_only=True)
class CompleteTurn:
    """End a turn whose steps are done; `node_id` names the node, if one is made."""

    task_id: UUID
    node_id: UUID


@dataclass(frozen=True, kw_only=True)
class MakeProposal:
    """End a turn whose steps are done with a proposal to commit what they made."""

    task_id: UUID
    effect: Effect


@dataclass(frozen=True, kw_only=True)
class ApproveProposal:
    """Have a proposal done, as it is or edited."""

    task_id: UUID
    proposal_id: UUID
    edits: tuple[StepEdit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RejectProposal:
    """Let a proposal come to nothing."""

    proposal_id: UUID
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class FailTask:
    """End the task in hand without a result, for `step` cannot be done.

    `call` is the question to a model that came to nothing.
    """

    step: NextStep
    reason: str
    detail: str
    call: ModelCall | None = None


@dataclass(frozen=True, kw_only=True)
class RequestReplay:
    """Have every table made again, and compared with what is recorded."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class BeginReplay:
    """Begin with the replay that was asked for."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class CompleteReplay:
    """Record what came of the replay."""

    task_id: UUID
    outcome: ReplayOutcome


@dataclass(frozen=True, kw_only=True)
class CancelTask:
    """Let a task come to nothing."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class RollBack:
    """Move the pointer to a node."""

    node_id: UUID


@dataclass(frozen=True, kw_only=True)
class Branch:
    """Move the pointer to a node, where the next version begins a new line."""

    node_id: UUID


@dataclass(frozen=True, kw_only=True)
class NameBranch:
    """Give a branch a name that says what it is for."""

    branch: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Undo:
    """Move the pointer to the parent of its node, or back to an earlier one on the way to it."""

    node_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Redo:
    """Take back the last undo."""


@dataclass(frozen=True, kw_only=True)
class AllowDisclosure:
    """Let a language model see cells: up to `rows` sample rows, personal data masked."""

    rows: int


@dataclass(frozen=True, kw_only=True)
class WithdrawDisclosure:
    """Let it see none any more."""


@dataclass(frozen=True, kw_only=True)
class CloseSession:
    """Let nothing change any more."""


@dataclass(frozen=True, kw_only=True)
class ErasePersonalData:
    """Forget every text, and end the work that needs one; the subject's key is destroyed."""


SessionCommand = (
    StartSession
    | UploadDataset
    | ReadAgain
    | CommitRoot
    | PostMessage
    | PostActions
    | ChooseSuggestions
    | StartTurn
    | Record
    | CompleteTurn
    | MakeProposal
    | ApproveProposal
    | RejectProposal
    | FailTask
    | RequestReplay
    | BeginReplay
    | CompleteReplay
    | CancelTask
    | RollBack
    | Branch
    | NameBranch
    | Undo
    | Redo
    | AllowDisclosure
    | WithdrawDisclosure
    | CloseSession
    | ErasePersonalData
)
