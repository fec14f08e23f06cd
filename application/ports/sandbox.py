"""Running a snippet that nobody trusts."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from application.ports.cancellation import Cancellation
from application.ports.row_origins import RowOrigins
from domain.execution import AnswerKind


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
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class SnippetJob:
    """A snippet, run with ``df`` read from the Parquet file `table`, and the files it may leave.

    On OK, and only then, `result` is a new Parquet file holding ``df`` as the snippet left it.
    If ``df`` then still tells which row of `table` each of its rows is, so does the execution,
    by the new file `rows` if they are others or in other places. If it left an answer in
    ``result``, `answer` is a file of the kind that the execution tells.
    With `changes_only`, a column of Arrow's type null may stand in `result` for the one of
    `table` of that name: it has the same cells in the same rows, of which there are as many.
    Once `cancelled` is set, the jail is gone within a second.
    """

    snippet: str
    table: Path
    result: Path
    seed: int
    rows: Path | None = None
    answer: Path | None = None
    changes_only: bool = False
    cancelled: Cancellation | None = None


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a snippet printed: the first bytes of each stream, and how many there were.

    Anything may have been printed, cells too: never to be logged, nor recorded in an event.
    """

    stdout: bytes = b""
    stderr: bytes = b""
    stdout_bytes: int = 0
    stderr_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Execution:
    """The end of one execution.

    `detail` is a sentence for a person: what went wrong, where, and what to do; on OK, why what
    was left in ``result`` could not be kept, or not as it was. It is safe to record: it quotes the
    snippet, column names and exception types, never a cell of the table and never a path of the
    host. `line` is the snippet's own 1-based line. `runtime` fingerprints what ran it, for example
    ``{"python": "3.11.7", "pandas": "3.1.1"}``.

    `cpu_seconds` and `peak_memory_bytes` are as the kernel counted them for the process that ran
    the snippet; of memory, what its imports took is part. `before` and `after` are rows and columns
    of the table that the snippet was given and of the one it left. `origins` tells where the rows
    of that come from, if it is known. `answer` is of what kind the file is that holds what it left
    in ``result``.
    """

    outcome: Outcome
    detail: str | None = None
    exception: str | None = None
    line: int | None = None
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    before: tuple[int, int] | None = None
    after: tuple[int, int] | None = None
    origins: RowOrigins | None = None
    runtime: dict[str, str] | None = None
    output: Output | None = None
    answer: AnswerKind | None = None


class SandboxUnavailable(Exception):
    """This machine cannot build the jail, so nothing ran; the message says what is missing."""


class Sandbox(Protocol):
    """Executes a snippet against a table, and lets nothing else happen."""

    def execute(self, job: SnippetJob) -> Execution:
        """Run the job's snippet. Raises SandboxUnavailable when no jail can be built."""

    def one_jail(self) -> AbstractContextManager["Sandbox"]:
        """A sandbox whose snippets, all of one session, share one jail as long as none breaks it.

        What a snippet changes in the interpreter, the ones after it may see.
        """

    def check(self) -> None:
        """Raise SandboxUnavailable unless a jail can be built and entered now."""
