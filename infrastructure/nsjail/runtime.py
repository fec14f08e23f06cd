"""What the jail needs of this machine: an interpreter and a few libraries, at paths of its own."""

import functools
import os
import platform
import re
import sys
import sysconfig
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from application.ports.sandbox import SandboxUnavailable

DISTRIBUTIONS = ("pandas", "pyarrow", "scikit-learn", "skops", "tzdata")
TIME_ZONES = Path("/usr/share/zoneinfo")
PYTHON = "/python/bin/python3"
JAIL_UID = 65534


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A file or directory of the host, and where the jail sees it."""

    source: Path
    target: str
    writable: bool = False


@functools.cache
def runtime_mounts() -> tuple[Mount, ...]:
    """The read-only mounts of every jail. Raises SandboxUnavailable when something is missing."""
    mounts = (
        *_system_libraries(),
        *_interpreter(),
        *_libraries(),
        *_programs(),
    )
    for mount in mounts:
        _require_readable(mount.source)
    return mounts


@functools.cache
def hidden_directories() -> tuple[str, ...]:
    """Directories inside the mounts that hold other people's packages: covered by emptiness."""
    standard_library = _standard_library()
    return tuple(
        f"/python/lib/{standard_library.name}/{name}"
        for name in ("site-packages", "dist-packages")
        if (standard_library / name).is_dir()
    )


def seccomp_policy() -> Path:
    """The file of allowed system calls for this machine's architecture."""
    policy = Path(__file__).with_name(f"seccomp.{platform.machine()}.kafel")
    if not policy.is_file():
        raise SandboxUnavailable(
            f"there is no system call policy for {platform.machine()} machines; "
            "run Datatrail on x86_64"
        )
    return policy


def _system_libraries() -> list[Mount]:
    """The C library, the loader and the time zones, each at its own path."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"
    narrow = [Path("/lib") / multiarch, Path("/usr/lib") / multiarch, Path("/lib64")]
    wide = [Path("/lib"), Path("/lib64"), Path("/usr/lib"), Path("/usr/lib64")]
    chosen = narrow if narrow[0].is_dir() or narrow[1].is_dir() else wide
    return [Mount(source=path, target=str(path)) for path in (*chosen, TIME_ZONES) if path.is_dir()]


def _standard_library() -> Path:
    return Path(os.__file__).resolve().parent


def _interpreter() -> list[Mount]:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix)
    binary = base / "bin" / f"python{version}"
    if not binary.exists():
        raise SandboxUnavailable(f"the base interpreter {binary} is missing; reinstall Python")
    standard_library = _standard_library()
    shared = [
        Mount(source=path, target=f"/python/lib/{path.name}")
        for path in sorted((base / "lib").glob("libpython*.so*"))
    ]
    return [
        Mount(source=binary, target=PYTHON),
        Mount(source=standard_library, target=f"/python/lib/{standard_library.name}"),
        *shared,
    ]


def _libraries() -> list[Mount]:
    """Each top-level file and directory of the allowed distributions and of what they require."""
    pending, seen, sources = list(DISTRIBUTIONS), set(), {}
    while pending:
        name = re.sub(r"[-_.]+", "-", pending.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            if name in DISTRIBUTIONS:
                raise SandboxUnavailable(f"the library {name} is not installed") from None
            continue  # required on another platform or Python only
        pending.extend(_requirements(distribution))
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in {"..", "__pycache__"} and not os.path.isabs(top):
                sources[top] = Path(str(distribution.locate_file(top)))
    return [
        Mount(source=source, target=f"/site/{top}")
        for top, source in sorted(sources.items())
        if source.exists()
    ]


def _requirements(distribution: metadata.Distribution) -> list[str]:
    """The names that a distribution requires always; extras are not for the jail."""
    required = []
    for requirement in distribution.requires or ():
        specification, _, marker = requirement.partition(";")
        name = re.match(r"[A-Za-z0-9._-]+", specification.strip())
        if name and "extra" not in marker:
            required.append(name[0])
    return required


def _programs() -> list[Mount]:
    """The files of ours that run inside; the jail sees no other."""
    ours = Path(__file__).parents[1]
    inside = (
        "nsjail/answer_values.py",
        "nsjail/answers.py",
        "nsjail/charts.py",
        "nsjail/frames.py",
        "nsjail/models.py",
        "nsjail/row_numbers.py",
        "nsjail/runner.py",
        "nsjail/unchanged_columns.py",
        "tabular/plain_types.py",
    )
    return [Mount(source=ours / name, target=f"/job/infrastructure/{name}") for name in inside]


def _require_readable(path: Path) -> None:
    if os.geteuid() == 0:
        readable = os.stat(path).st_mode & 0o004
        remedy = f"let user id {JAIL_UID} read it (chmod -R o+rX)"
    else:
        readable = os.access(path, os.R_OK)
        remedy = "install it where this user can read it"
    if not readable:
        raise SandboxUnavailable(f"the jail needs {path}, which it cannot read: {remedy}")
