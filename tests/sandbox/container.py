"""Shows that a container without privileges can build jails: ``make container``.

podman is needed, but no image: the root of the container is this machine's /usr and Python,
read-only. With arguments, pytest runs with them inside: ``make container ARGS=tests/sandbox``.
"""

import resource
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]
PROFILE: Final = REPOSITORY / "deploy" / "nsjail" / "seccomp.json"
ALLOWED: Final = (f"--security-opt=seccomp={PROFILE}",)
UNMASKED: Final = "--security-opt=unmask=ALL"
HYBRID: Final = Path("/sys/fs/cgroup/unified")

CONFINEMENT: Final = """
import os, re
status = open("/proc/self/status").read()
found = dict(re.findall(r"^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):\\s*(\\S+)", status, re.M))
print(*(f"{name} {value}" for name, value in found.items()), sep=", ")
assert found == {
    "Uid": "10001",
    "CapEff": "0" * 16,
    "CapBnd": "0" * 16,
    "NoNewPrivs": "1",
    "Seccomp": "2",
}
"""
DOCTOR: Final = """
import sys
from interfaces.cli.main import main
sys.argv[1:] = ["doctor"]
main()
"""
SNIPPET: Final = """
import pandas as pd
from application.ports.sandbox import SandboxUnavailable
from infrastructure.nsjail.transformation import execute_safe_transformation
try:
    print(execute_safe_transformation("df['n'] = df['x'] * 2", pd.DataFrame({"x": [1, 2]})))
except SandboxUnavailable as refusal:
    print(refusal)
    raise SystemExit(3)
"""


def main(arguments: Sequence[str]) -> int:
    """Try what must work and what must not; 0 if all is as it should be."""
    if shutil.which("podman") is None:
        _say("This needs podman: apt-get install --no-install-recommends podman crun")
        return 1
    with tempfile.TemporaryDirectory(prefix="datatrail-container-") as name:
        tried = [
            _try("a snippet under the usual profile is refused", SNIPPET, place=name, ends=3),
            _try("there is no privilege", CONFINEMENT, *ALLOWED, place=name),
            _try("a snippet under ours is executed", SNIPPET, *ALLOWED, place=name),
            _try("also with /proc unmasked", SNIPPET, *ALLOWED, UNMASKED, place=name),
            _try("the doctor finds all", DOCTOR, *ALLOWED, place=name),
        ]
        if arguments:
            tests = f"import pytest; raise SystemExit(pytest.main({list(arguments)!r}))"
            tried.append(_try("the tests pass", tests, *ALLOWED, place=name))
    return 0 if all(tried) else 1


def _try(title: str, program: str, *options: str, place: str, ends: int = 0) -> bool:
    """Run `program` in a container. True if it ended with the status `ends`."""
    _say(f"== {title}")
    status = subprocess.run(_contained(program, options, Path(place)), check=False).returncode
    if status != ends:
        _say(f"!! ended with status {status}, not {ends}")
    return status == ends


def _contained(program: str, options: Sequence[str], place: Path) -> list[str]:
    """A command that runs `program` as the image is meant to run: as nobody in particular."""
    # Root may lack the right to give a container as many as podman would.
    files = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65_536)
    mounts = {
        "/usr": "/usr",
        "/etc/ld.so.cache": "/etc/ld.so.cache",
        sys.base_prefix: "/opt/python",
        sysconfig.get_path("purelib"): "/opt/site",
        str(REPOSITORY): "/opt/datatrail",
    }
    environment = {
        "PYTHONPATH": "/opt/datatrail:/opt/site",
        "LD_LIBRARY_PATH": "/opt/python/lib",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/tmp",
        "COLUMNS": "100",
    }
    podman = [
        *("podman", "--root", f"{place}/podman", "--runroot", f"{place}/run"),
        *("--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none"),
        *("run", "--rm", "--cgroups", "disabled", "--network", "none", "--log-driver", "none"),
        *("--ulimit", f"nofile={files}:{files}", "--ulimit", "nproc=4096:4096"),
        *("--user", "10001:10001", "--cap-drop", "all", "--security-opt", "no-new-privileges"),
        *("--read-only", "--tmpfs", "/tmp:mode=1777", "--workdir", "/opt/datatrail"),
        *options,
        *(f"--volume={source}:{target}:ro" for source, target in mounts.items()),
        *(f"--env={name}={value}" for name, value in environment.items()),
        *("--rootfs", str(_root(place))),
        f"/opt/python/bin/python{sys.version_info.major}.{sys.version_info.minor}",
        *("-c", program),
    ]
    if not HYBRID.is_dir():
        return podman
    # crun refuses to work where cgroups of both versions are mounted; hide the second ones.
    hidden = f"umount {HYBRID} && exec {shlex.join(podman)}"
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", hidden]


def _root(place: Path) -> Path:
    """A root directory to mount things into."""
    root = place / "root"
    for name in ("usr", "etc", "dev", "proc", "sys", "tmp", "run"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in ("python", "site", "datatrail"):
        (root / "opt" / name).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        if not (root / name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
    return root


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
