"""The sandbox: a jail for one snippet, which then is gone."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from application.ports.sandbox import Execution, Sandbox, SnippetJob
from infrastructure.nsjail.binary import locate_nsjail
from infrastructure.nsjail.cgroup_places import NoCgroups
from infrastructure.nsjail.cgroups import JailCgroup, jail_cgroups
from infrastructure.nsjail.configuration import jail_configuration
from infrastructure.nsjail.jail import Jail
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.one_jail import OneJail
from infrastructure.nsjail.pool import JailPool

# nsjail itself, and some room for how it starts.
_OTHER_TASKS: Final = 8


class NsjailSandbox:
    """Runs snippets under the limits given.

    `scratch` is where the files of a running job live (default: the system's temporary directory).
    `waiting` jails are kept that have imported all already, from the first use on until `close`.
    `enforce_policy` off sends every snippet into the jail as it is, without the friendly
    check.
    """

    def __init__(
        self,
        limits: JailLimits | None = None,
        scratch: Path | None = None,
        *,
        waiting: int = 0,
        enforce_policy: bool = True,
        binary: Path | None = None,
    ) -> None:
        self.limits = limits or JailLimits()
        self._scratch = scratch
        self._enforce_policy = enforce_policy
        self._binary = binary
        self._configuration: str | None = None
        self._pool = JailPool(self._start, waiting, oldest_seconds=self.limits.waiting_seconds)

    def check(self) -> None:
        """Raise SandboxUnavailable unless a jail can be built and can import pandas now."""
        self._pool.leave(self._pool.take())

    def close(self) -> None:
        """End the jails that wait. A snippet after that gets one of its own."""
        self._pool.close()

    def execute(self, job: SnippetJob) -> Execution:
        """See the port. `result` must not exist yet; its directory must."""
        with closing(self._jail(more=False)) as jail:
            return jail.execute(job)

    @contextmanager
    def one_jail(self) -> Iterator[Sandbox]:
        """See the port."""
        with closing(self._jail(more=True)) as jail:
            yield jail

    def _jail(self, *, more: bool) -> OneJail:
        return OneJail(
            self._pool.take,
            self._pool.leave,
            self.limits,
            self._scratch,
            enforce_policy=self._enforce_policy,
            more=more,
        )

    def _start(self) -> Jail:
        binary = self._binary or locate_nsjail()
        if self._configuration is None:
            self._configuration = jail_configuration(self.limits)
        cgroup = self._cgroup()
        try:
            return Jail(binary, self._configuration, self.limits, cgroup)
        except BaseException:
            if cgroup is not None:
                cgroup.remove()
            raise

    def _cgroup(self) -> JailCgroup | None:
        """One for the next jail; None where there are none and other limits must do."""
        try:
            cgroups = jail_cgroups()
        except NoCgroups:
            return None
        return cgroups.make(
            memory_bytes=self.limits.memory_bytes, pids=self.limits.threads + _OTHER_TASKS
        )
