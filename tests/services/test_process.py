"""No server survives the test run that started it."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.waiting import wait_until

_A_RUN_THAT_STARTS_A_SERVER = """
import sys, time
from pathlib import Path
from tests.services.process import ServerProcess
script = 'sleep 600 & echo $! > pids; echo $$ >> pids; wait'
ServerProcess(["/bin/sh", "-c", script], env={"PATH": "/bin:/usr/bin"}, log=Path(sys.argv[1]))
Path(sys.argv[1]).with_name("started").touch()
time.sleep(600)
"""


def test_a_server_and_its_children_end_with_a_killed_run(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", _A_RUN_THAT_STARTS_A_SERVER, tmp_path / "log"])
    pids, guarded = tmp_path / "pids", tmp_path / "started"
    wait_until(lambda: guarded.exists() and pids.exists() and len(pids.read_text().split()) == 2)
    started = [int(pid) for pid in pids.read_text().split()]

    run.send_signal(signal.SIGKILL)
    run.wait()

    wait_until(lambda: not any(_runs(pid) for pid in started))


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
