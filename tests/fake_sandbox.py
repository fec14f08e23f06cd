"""A sandbox without a jail: what becomes of a snippet is for the test to say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from application.ports.cancellation import Cancellation
from application.ports.sandbox import Execution, Sandbox


@dataclass(frozen=True, kw_only=True)
class SnippetJob:
    """What the port `Sandbox` is given with a snippet."""

    snippet: str
    table: Path
    result: Path
    seed: int
    rows: Path | None = None
    answer: Path | None = None
    changes_only: bool = False
    cancelled: Cancellation | None = None


class FakeSandbox:
    """The port `Sandbox`: `run` does what a jail would, `check` what is done to see that one can
    be built."""

    def __init__(
        self, run: Callable[[SnippetJob], Execution], check: Callable[[], None] = lambda: None
    ) -> None:
        self._run = run
        self._check = check

    def execute(
        self,
        snippet: str,
        *,
        table: Path,
        result: Path,
        seed: int,
        rows: Path | None = None,
        answer: Path | None = None,
        changes_only: bool = False,
        cancelled: Cancellation | None = None,
    ) -> Execution:
        return self._run(
            SnippetJob(
                snippet=snippet,
                table=table,
                result=result,
                seed=seed,
                rows=rows,
                answer=answer,
                changes_only=changes_only,
                cancelled=cancelled,
            )
        )

    @contextmanager
    def one_jail(self) -> Iterator[Sandbox]:
        yield self

    def check(self) -> None:
        self._check()
