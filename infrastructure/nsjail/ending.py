"""How a jail ended."""

import re
from dataclasses import dataclass
from typing import Final

_ENDED: Final = re.compile(
    r"\[STANDALONE MODE\]\) (?:exited with status: (?P<status>\d+)"
    r"|terminated with signal: \S+ \((?P<signal>\d+)\))"
)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What nsjail's log says of the end, and the kernel's account of the jail's whole life.

    Neither `status` nor `signal` is there when nsjail itself was ended, or could not begin.
    `killed_for_memory` tells whether the kernel ended it for want of memory; None when the jail had
    no cgroup, where the kernel keeps account of that.
    """

    log: str
    stderr: str
    cpu_seconds: float
    peak_memory_bytes: int
    killed_for_memory: bool | None

    @property
    def status(self) -> int | None:
        """What the jailed process exited with, if it did."""
        return self._found("status")

    @property
    def signal(self) -> int | None:
        """What ended the jailed process, if something did."""
        return self._found("signal")

    def _found(self, name: str) -> int | None:
        found = _ENDED.search(self.log)
        return int(found[name]) if found and found[name] else None
