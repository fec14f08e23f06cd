"""Trying a jail as a user without rights, from a process of root's."""

import os
import subprocess
import sys
from pathlib import Path

from interfaces.composition.parts import sandbox
from interfaces.settings import Settings

_NOBODY = 65534
_SECONDS = 60


def jail_as_ordinary_user() -> str | None:
    """Why an ordinary user cannot build jails with this installation; None when one can."""
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(
            command,
            user=_NOBODY,
            group=_NOBODY,
            extra_groups=[],
            cwd="/",
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except PermissionError:
        place = Path(sys.executable).resolve()
        return f"not tried: ordinary users may not run {place}, whose directory is closed to them"
    except subprocess.TimeoutExpired:
        return f"the try did not end within {_SECONDS} seconds"
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines() or ["it gave no reason"]
    return f"it failed: {said[-1]}"


def _main() -> None:
    try:
        sandbox(Settings()).check()
    except Exception as error:  # noqa: BLE001 - the outermost edge of this process
        sys.exit(str(error).replace("\n", " ") or type(error).__name__)


if __name__ == "__main__":
    _main()
