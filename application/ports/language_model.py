"""The one port through which the crew asks a language model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from domain.plan import ModelCall, Plan, Review, Step
from domain.table import TableShape

T = TypeVar("T")


class ModelUnavailable(Exception):
    """The model did not answer: unreachable, refused, or out of time. Nothing was decided."""


class ModelMisbehaved(Exception):
    """The model answered, but never in the form that was asked for."""


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One earlier line of the conversation, oldest first."""

    speaker: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What the Strategist knows: the message, the table's shape without cells, the conversation."""

    message: str
    shape: TableShape
    conversation: Sequence[Utterance] = ()
    can_undo: bool = False
    can_redo: bool = False


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What the Engineer knows: the step, the table's shape, and why snippets were refused."""

    message: str
    step: Step
    shape: TableShape
    refusals: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What the Tester knows: the step and the snippet that is to do it."""

    message: str
    step: Step
    shape: TableShape
    snippet: str


@dataclass(frozen=True, kw_only=True)
class Reply(Generic[T]):
    """A model's validated answer and the record of the call."""

    value: T
    call: ModelCall


class LanguageModel(Protocol):
    """Anything that can plan, write and review. Never sees a cell of the table.

    Every method raises ModelUnavailable or ModelMisbehaved.
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
