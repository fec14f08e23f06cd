"""Running a snippet that nobody trusts."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Outcome(StrEnum):
    """How an execution ended."""

    OK = "ok"
    POLICY = "policy"
    SYNTAX = "syntax"
    ERROR = "error"
    TIMEOUT = "timeout"
    CPU = "cpu"
    MEMORY = "memory"
    OUTPUT_TOO_LARGE = "output_too_large"
    PROCESSES = "processes"
    CRASHED = "crashed"


@dataclass(frozen=True, kw_only=True)
class Execution:
    """The end of one execution.

    `detail` is a sentence for a person: what went wrong, where, and what to do. It is safe to
    record: it quotes the snippet, column names and exception types, never a cell of the table and
    never a path of the host. `line` is the snippet's own 1-based line. `runtime` fingerprints what
    ran it, for example ``{"python": "3.11.7", "pandas": "3.1.1"}``.
    """

    outcome: Outcome
    detail: str | None = None
    exception: str | None = None
    line: int | None = None
    wall_seconds: float = 0.0
    runtime: dict[str, str] | None = None


class SandboxUnavailable(Exception):
    """This machine cannot build the jail, so nothing ran; the message says what is missing."""


class Sandbox(Protocol):
    """Executes a snippet against a table, and lets nothing else happen."""

    def execute(
        self, snippet: str, *, table: Path, result: Path, seed: int, rows: Path | None = None
    ) -> Execution:
        """Run `snippet` with ``df`` read from the Parquet file `table`.

        On OK, and only then, `result` is a new Parquet file holding ``df`` as the snippet left it.
        If ``df`` then still tells which row of `table` each of its rows is, `rows` is another: in
        int64 ``row`` their numbers from 0, each once at most, and null for a new row.
        Raises SandboxUnavailable when no jail can be built.
        """

    def check(self) -> None:
        """Raise SandboxUnavailable unless a jail can be built and entered now."""
