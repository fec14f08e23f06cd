"""What the crew decides about a message: the plan, its steps, and the review of a snippet."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.actions import Action, RowEffect


class Intent(StrEnum):
    """What a message asks for."""

    TRANSFORM = "transform"
    UNDO = "undo"
    REDO = "redo"
    ROLLBACK = "rollback"
    BRANCH = "branch"
    EXPLAIN = "explain"
    CLARIFY = "clarify"
    ANSWER = "answer"


class Topic(StrEnum):
    """What of the steps an explanation tells."""

    STEPS = "steps"
    CODE = "code"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a plan. Its typed actions say it whole; without any, the Engineer writes code.

    For code, `changes` are the columns whose cells may change or that may go, and `rows` what may
    become of the rows; None where the plan does not say. ``*`` among `changes` is every column.
    """

    description: str
    actions: tuple[Action, ...] = ()
    changes: tuple[str, ...] | None = None
    rows: RowEffect | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of the answers to a question back: `label` names it, `message` says it in full."""

    label: str
    message: str


@dataclass(frozen=True, kw_only=True)
class StepEdit:
    """What a person wants a plan's step to do instead: other actions, or other code.

    `step` counts from 0. One of the two is given.
    """

    step: int
    actions: tuple[Action, ...] = ()
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The Strategist's technical plan.

    TRANSFORM has at least one step; its steps begin at the node `target` where one is
    given, instead of where the pointer stands. ROLLBACK and BRANCH go to `target`, as UNDO does
    where it takes back more than one step; BRANCH without one begins a line where the pointer is.
    EXPLAIN tells `topic` of the node `target`, or of all that led to the pointer; where `columns`
    are given, only what was done to those. CLARIFY asks back with its `reply`, and `choices` are
    the answers that it knows. ANSWER says its `reply`. Only TRANSFORM has steps. What is done for
    the other intents may have a `reply` too: a remark that is made on it in the end.
    """

    intent: Intent
    summary: str
    columns: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    reply: str | None = None
    target: UUID | None = None
    choices: tuple[Choice, ...] = ()
    topic: Topic | None = None


def plan_of_steps(message: str, steps: tuple[Step, ...]) -> Plan:
    """The plan of a message that came with its steps: no Strategist made it."""
    return Plan(intent=Intent.TRANSFORM, summary=message, steps=steps)


@dataclass(frozen=True, kw_only=True)
class Review:
    """The Tester's word on a snippet: approved, or the findings that the Engineer must mend."""

    approved: bool
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelCall:
    """One question to a language model, as recorded: never the text, always what it disclosed.

    `prompt_digest` is the SHA-256 of the rendered prompt, `disclosed_columns` the columns whose
    names and counts it held, `sample_rows` how many rows of cells it held.

    `attempts` are the replies that it took, of which all but the last could not be used; tokens
    and time are of all of them. The built-in planner takes none. `estimated_cost` is by the prices
    that were set, in their currency; None without any. `repair`: earlier work had been refused.
    """

    model: str
    prompt_digest: str
    prompt_bytes: int
    disclosed_columns: tuple[str, ...] = ()
    sample_rows: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    latency_seconds: float = 0.0
    attempts: int = 1
    estimated_cost: float | None = None
    repair: bool = False
