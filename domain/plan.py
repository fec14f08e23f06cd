"""What the crew decides about a message: the plan, its steps, and the review of a snippet."""

from dataclasses import dataclass
from enum import StrEnum

from domain.actions import Action


class Intent(StrEnum):
    """What a message asks for."""

    TRANSFORM = "transform"
    UNDO = "undo"
    REDO = "redo"
    ANSWER = "answer"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a plan. Its typed actions say it whole; without any, the Engineer writes code."""

    description: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The Strategist's technical plan.

    TRANSFORM has at least one step and no reply. ANSWER has a `reply` (a question back, or what
    can be done instead) and no steps. UNDO and REDO have neither.
    """

    intent: Intent
    summary: str
    columns: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    reply: str | None = None


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
    """

    model: str
    prompt_digest: str
    prompt_bytes: int
    disclosed_columns: tuple[str, ...] = ()
    sample_rows: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    latency_seconds: float = 0.0
