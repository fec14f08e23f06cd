"""Datatrail as it is deployed: real processes, started from the command line."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

START_SECONDS = 120


class DatatrailProcess:
    """One `datatrail` verb as a process of its own, its output kept in a file."""

    def __init__(self, verb: str, *arguments: str, env: Mapping[str, str], log: Path) -> None:
        self.log = log
        self._stream = log.open("ab")
        self.process = subprocess.Popen(
            [str(Path(sys.executable).with_name("datatrail")), verb, *arguments],
            env={**_clean_environment(), **env},
            stdout=self._stream,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
        )

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self) -> int:
        """End it as an operator would, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(90)
        finally:
            self.process.kill()
            self._stream.close()

    def url(self) -> str:
        """The URL that it says it listens on."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            found = re.search(r"listens on (http://\S+)", self.log.read_text())
            if found:
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"datatrail did not start:\n{self.log.read_text()[-4000:]}")


class Deployment:
    """A running service: its processes by name, and how to start each again."""

    def __init__(self, directory: Path, env: Mapping[str, str], verbs: Mapping[str, str]) -> None:
        self._directory = directory
        # Each is started anew for each job; those that a kill finds waiting are for nothing.
        self._env = {"DATATRAIL_JAILS_WAITING": "1", **env}
        self._verbs = verbs
        self.processes: dict[str, DatatrailProcess] = {}
        for name in verbs:
            self.start(name)
        self._entry = next(iter(verbs))
        self.client = self._client()

    def start(self, name: str) -> None:
        """Start the process `name`."""
        verb, *arguments = self._verbs[name].split()
        self.processes[name] = DatatrailProcess(
            verb, *arguments, env=self._env, log=self._directory / f"{name}.log"
        )

    def restart_entry(self) -> None:
        """Start the process that serves HTTP again, on an address of its choice."""
        self.client.close()
        (self._directory / f"{self._entry}.log").write_text("")
        self.start(self._entry)
        self.client = self._client()

    def stop(self) -> None:
        """End all processes."""
        self.client.close()
        for process in reversed(self.processes.values()):
            process.stop()

    def logs(self) -> str:
        """What all processes said."""
        return "\n".join(process.log.read_text() for process in self.processes.values())

    def _client(self) -> httpx.Client:
        url = self.processes[self._entry].url()
        return httpx.Client(base_url=url, timeout=60)


def embedded(directory: Path, **env: str) -> Deployment:
    """Everything in one process, as `make up` runs it."""
    settings = {"DATATRAIL_HOME": str(directory / "home"), **env}
    return Deployment(directory, settings, {"up": "up --port 0"})


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "DATATRAIL" not in name}
