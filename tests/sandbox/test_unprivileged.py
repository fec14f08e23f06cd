"""An ordinary user gets the same jail, in a user namespace."""

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ORDINARY_USER = "65533"
PROGRAM = """
import os
import pandas as pd
from infrastructure.nsjail import JailLimits, NsjailSandbox, probe
from infrastructure.nsjail.transformation import execute_safe_transformation

assert os.geteuid() != 0
for finding in probe(NsjailSandbox()):
    print(finding)
    assert finding.ok, finding
frame = pd.DataFrame({"id": ["007", None]})
code = "import os; df['uid'] = os.getuid(); df['seen'] = str(sorted(os.listdir('/')))"
assert list(execute_safe_transformation("df['n'] = 1", frame)["id"])[0] == "007"
import tempfile, pathlib
from application.ports.sandbox import SnippetJob
import pyarrow.parquet as pq
from tests.sandbox.inside import OPEN_FILES
place = pathlib.Path(tempfile.mkdtemp())
frame.to_parquet(place / "t")
os.chmod(place / "t", 0o400)
jail = NsjailSandbox(JailLimits(wall_seconds=30, cpu_seconds=1), place, enforce_policy=False)
def run(code):
    (place / "r").unlink(missing_ok=True)
    return jail.execute(
        SnippetJob(snippet=code, table=place / "t", result=place / "r", seed=0)
    )
assert run(code).outcome == "ok"
print(pq.read_table(place / "r").to_pydict())
before = os.stat(place / "t")
for attack in (
    OPEN_FILES + "os.fchmod(TABLE, 0)",
    OPEN_FILES + "os.utime(TABLE)",
    OPEN_FILES + "os.write(TABLE, b'x')",
    "open('/etc/passwd')",
    "import socket; socket.socket()",
    "import os; os.setuid(0)",
):
    assert run(attack).outcome == "error", attack
assert os.stat(place / "t").st_mtime_ns == before.st_mtime_ns
assert os.stat(place / "t").st_mode == before.st_mode
assert run("import os\\nwhile True: os.fork()").outcome == "processes"
threads = "import threading, time\\nthreading.stack_size(32768)\\n"
threads += "while True: threading.Thread(target=time.sleep, args=(60,)).start()"
assert run(threads).outcome == "processes"
assert run("while True: pass").outcome == "cpu"
assert run("np.ones(10**11)").outcome == "memory"
assert run("df").outcome == "ok"
print("all is well")
"""


@pytest.fixture
def public_place() -> Iterator[Path]:
    """A directory that every user can enter; pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="datatrail-unprivileged-") as name:
        place = Path(name)
        place.chmod(0o755)
        yield place


def test_an_ordinary_user_has_the_same_jail(public_place: Path) -> None:
    if os.geteuid() == 0:
        command = as_an_ordinary_user(public_place)
    else:
        command = [sys.executable, "-c", PROGRAM]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=REPOSITORY, check=False
    )
    assert "all is well" in ended.stdout, ended.stdout + ended.stderr
    assert "'uid': [65534, 65534]" in ended.stdout


def as_an_ordinary_user(place: Path) -> list[str]:
    """A command that becomes an ordinary user, for whom this Python is mounted at `place`.

    Interpreter and libraries may lie under root's private home. A private mount namespace shows
    them elsewhere, so that nothing is copied and nobody's permissions change.
    """
    sources = {
        "python": sys.base_prefix,
        "site": sysconfig.get_path("purelib"),
        "repository": str(REPOSITORY),
    }
    steps = ["set -e"]
    for name, source in sources.items():
        (place / name).mkdir()
        steps.append(f"mount --bind {shlex.quote(source)} {shlex.quote(str(place / name))}")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    run = [
        *("setpriv", "--reuid", ORDINARY_USER, "--regid", ORDINARY_USER, "--clear-groups", "--"),
        *("env", "-i", "PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1"),
        f"LD_LIBRARY_PATH={place}/python/lib",
        f"PYTHONPATH={place}/repository:{place}/site",
        *(f"{place}/python/bin/{version}", "-c", PROGRAM),
    ]
    steps.append("cd /")
    steps.append("exec " + shlex.join(run))
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", "\n".join(steps)]
