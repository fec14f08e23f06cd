"""Turning what nsjail and the kernel said into what an operator can do about it."""

import os
from pathlib import Path

from infrastructure.nsjail.ending import Ended

NO_ENTRY = "the jail may not enter its cgroup"
_CAP_SYS_ADMIN = 21
_SHOWN_LINES = 3


def why_it_did_not_start(ended: Ended, *, late: bool) -> str:
    """One message: what is missing, and what the parts themselves said. `late`: we ended it."""
    said = _complaints(ended.log) or [line for line in ended.stderr.splitlines() if line.strip()]
    quoted = f" It said: {' | '.join(said[:_SHOWN_LINES])}" if said else ""
    if late:
        unready = "the jail was not ready in time, so nothing was executed"
        return f"{unready}; is the machine overloaded?{quoted}"
    return f"the jail did not start, so nothing was executed: {_missing(ended)}.{quoted}"


def _missing(ended: Ended) -> str:
    if NO_ENTRY in ended.stderr:
        return NO_ENTRY
    if "libpython" in ended.stderr or "error while loading shared libraries" in ended.stderr:
        return "the interpreter lacks a shared library inside the jail"
    if "seccomp" in ended.log.lower() and "couldn't" in ended.log.lower():
        return "this kernel does not accept the system call policy"
    obstacle = namespace_obstacle()
    if obstacle is not None:
        return obstacle
    never_executed = "Couldn't launch the child process" in ended.log
    if never_executed or (ended.status is None and ended.signal is None):
        return f"nsjail could not set up its namespaces or mounts{_confinement()}"
    return "Python could not import pandas and pyarrow inside the jail"


def namespace_obstacle() -> str | None:
    """Why this process may not create the jail's namespaces, if the kernel says so."""
    if os.geteuid() == 0:
        if not int(_status("CapEff") or "0", 16) >> _CAP_SYS_ADMIN & 1:
            return (
                "root lacks CAP_SYS_ADMIN here; run as an ordinary user with user namespaces, "
                "or give the container that capability"
            )
        return None
    switches = {
        "/proc/sys/kernel/unprivileged_userns_clone": ("0", "kernel.unprivileged_userns_clone=1"),
        "/proc/sys/user/max_user_namespaces": ("0", "user.max_user_namespaces=10000"),
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": (
            "1",
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    }
    for path, (closed, remedy) in switches.items():
        if _setting(path) == closed:
            return f"user namespaces are disabled for ordinary users: sysctl -w {remedy}"
    return None


def _confinement() -> str:
    """What holds this process back and may be why; nothing if that cannot be told."""
    found = []
    if _status("Seccomp") == "2":
        found.append(
            "a system call filter (give the container the seccomp profile "
            "deploy/nsjail/seccomp.json, which lets nsjail do that)"
        )
    profile = _setting("/proc/self/attr/apparmor/current") or "unconfined"
    if profile != "unconfined":
        found.append(f"the AppArmor profile {profile} (give it none: apparmor=unconfined)")
    return f"; this process is under {' and '.join(found)}" if found else ""


def _setting(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return None


def _status(field: str) -> str | None:
    """What the kernel says of this process under that name."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return value.strip()
    return None


def _complaints(log: str) -> list[str]:
    """nsjail's warnings and errors without their time stamps."""
    return [
        line.split("]", 2)[-1].strip()
        for line in log.splitlines()
        if line.startswith(("[E]", "[F]", "[W]"))
    ]
