"""The one port through which the crew asks a language model."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from application.ports.cancellation import Cancellation
from domain.plan import ModelCall, Plan, Review, Step
from domain.rehearsal import Rehearsal
from domain.session.mode import Mode
from domain.session.state import Exchange
from domain.session.tree import SessionTree
from domain.stand_ins import StandIns
from domain.table import Column, TableShape

T = TypeVar("T")


class ModelFailure(Exception):
    """The model was of no use. `call` is the record of the question, if one got through to it."""

    def __init__(self, message: str, call: ModelCall | None = None) -> None:
        super().__init__(message)
        self.call = call


class ModelUnavailable(ModelFailure):
    """The model did not answer: unreachable, refused, or out of time. Nothing was decided."""


class ModelMisbehaved(ModelFailure):
    """The model answered, but never in the form that was asked for."""


Message: TypeAlias = Mapping[str, str]
"""One message to a model: ``role`` and ``content``."""


@dataclass(frozen=True, kw_only=True)
class VisibleTable:
    """What a model outside of Datatrail may see of a table.

    `columns` are those that are told, `left_out` how many are not. `profile` are lines with
    statistics of them. `sample` are rows of cells, as JSON has them, of the `sample_columns`: none
    without consent, and personal data masked. All of them have `stand_ins` for the names that are
    not told, and so has all else that is asked beside the table.
    """

    columns: tuple[Column, ...]
    left_out: int = 0
    profile: Sequence[str] = ()
    sample_columns: tuple[str, ...] = ()
    sample: tuple[tuple[Any, ...], ...] = ()
    stand_ins: StandIns = field(default_factory=StandIns)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is about to be sent to a model, word for word.

    `digest` is the SHA-256 of `messages` as canonical JSON (RFC 8785). `again` says that the
    messages before were sent, and what came back was of no use.
    """

    model: str
    messages: tuple[Message, ...]
    digest: str
    disclosed_columns: tuple[str, ...]
    sample_rows: int
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class Disclosing:
    """What a model outside may be told of the table, which is looked up when it is asked, and who
    hears of each question before it is sent: what `on_asking` raises lets nothing be sent."""

    table: Callable[[], VisibleTable]
    on_asking: Callable[[Question], None]


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One earlier line of the conversation, oldest first."""

    speaker: str
    text: str


ColumnsHolding: TypeAlias = Callable[[Collection[str]], Mapping[str, Mapping[str, bool]]]
"""See `Snapshots.columns_holding`."""


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What the Strategist knows: the message, the table's shape without cells, the conversation.

    `exchanges` are the last messages with their plans, oldest first, and `tree` is how the table
    came about: what a message may refer to.
    A model outside may be told what `disclosing` says; without it, the schema alone.
    `columns_holding` looks texts of the message up in the table (see Snapshots): for a planner
    that tells nobody.
    """

    message: str
    shape: TableShape
    mode: Mode = Mode.AUTO
    conversation: Sequence[Utterance] = ()
    can_undo: bool = False
    can_redo: bool = False
    exchanges: Sequence[Exchange] = ()
    tree: SessionTree = field(default_factory=SessionTree)
    columns_holding: ColumnsHolding | None = None
    disclosing: Disclosing | None = None
    cancelled: Cancellation | None = None


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What the Engineer knows: the step, the table's shape, and why snippets were refused."""

    message: str
    step: Step
    shape: TableShape
    refusals: Sequence[str] = ()
    disclosing: Disclosing | None = None
    cancelled: Cancellation | None = None


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What the Tester knows: the step, the snippet that is to do it, and how that did on a sample,
    if it was tried."""

    message: str
    step: Step
    shape: TableShape
    snippet: str
    rehearsal: Rehearsal | None = None
    disclosing: Disclosing | None = None
    cancelled: Cancellation | None = None


@dataclass(frozen=True, kw_only=True)
class Reply(Generic[T]):
    """A model's validated answer and the record of the call."""

    value: T
    call: ModelCall


class LanguageModel(Protocol):
    """Anything that can plan, write and review. Without consent, it never sees a cell.

    Every method raises ModelUnavailable or ModelMisbehaved, and ends within a second once what it
    was asked is `cancelled`.
    """

    @property
    def name(self) -> str:
        """The model as it is named in the log, for example ``built-in planner`` or ``gpt-5``."""

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        """Turn a message into a plan."""

    def write(self, assignment: Assignment) -> Reply[str]:
        """Write the pandas snippet of a step: it changes or rebinds ``df``."""

    def review(self, submission: Submission) -> Reply[Review]:
        """Judge a snippet against its step."""

    def check(self) -> None:
        """Raise ModelUnavailable unless the model can be asked now."""
