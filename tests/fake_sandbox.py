"""A sandbox without a jail: what becomes of a snippet is for the test to say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from application.ports.sandbox import Execution, Sandbox, SnippetJob


class FakeSandbox:
    """The port `Sandbox`: `run` does what a jail would, `check` what is done to see that one can
    be built."""

    def __init__(
        self, run: Callable[[SnippetJob], Execution], check: Callable[[], None] = lambda: None
    ) -> None:
        self._run = run
        self._check = check

    def execute(self, job: SnippetJob) -> Execution:
        return self._run(job)

    @contextmanager
    def one_jail(self) -> Iterator[Sandbox]:
        yield self

    def check(self) -> None:
        self._check()
