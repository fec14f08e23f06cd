"""Work in a process of its own: how long it took, and how much memory it held at its peak."""

import importlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What a piece of work took; imports are not in the seconds, but are in the memory."""

    seconds: float
    peak_mib: float


def spent_by(module: str, function: str, *arguments: str | Path) -> Spent:
    """What ``module.function(*arguments)``, given text, takes in a new process.

    Raises RuntimeError when the work fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, module, function, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{module}.{function} failed:\n{done.stderr[-2000:]}")
    return Spent(**json.loads(done.stdout.splitlines()[-1]))


def _work() -> None:
    module, function, *arguments = sys.argv[1:]
    work = getattr(importlib.import_module(module), function)
    begin = time.perf_counter()
    work(*arguments)
    seconds = time.perf_counter() - begin
    sys.stdout.write("\n" + json.dumps({"seconds": seconds, "peak_mib": _peak_mib()}))


def _peak_mib() -> float:
    # Not ru_maxrss: a process that was started by a larger one begins with the peak of that one.
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0]) / 1024
    raise RuntimeError("the kernel does not say how much memory this process held")


if __name__ == "__main__":
    _work()
