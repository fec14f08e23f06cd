"""A server process that never outlives the test run that started it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# The pipe's other end is the test run's: however that ends, the server's whole group is killed.
_GUARD = 'read -r _; kill -s KILL -- "-$1"'


class ServerDidNotStart(Exception):
    """A server of the tests ended or stayed silent; the message has the end of its log."""


class ServerProcess:
    """One server in a process group of its own, its output in `log`."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], log: Path) -> None:
        self._command, self._log = list(command), log
        with log.open("ab") as output:
            self._server = subprocess.Popen(
                self._command,
                env=dict(env),
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "sh", str(self._server.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Return once `ready` holds. Raises ServerDidNotStart, with the process killed."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.kill()
                tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-40:])
                raise ServerDidNotStart(
                    f"{self._command[0]} did not serve within {seconds:g} s. "
                    f"The end of {self._log}:\n{tail}"
                )
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 the server and every process of its group, and wait until it is gone."""
        if self._server.poll() is None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
        self._guard.kill()
        self._guard.communicate()
