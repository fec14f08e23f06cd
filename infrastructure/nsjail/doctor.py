"""What this machine offers to jails, for `datatrail doctor`."""

import os
from dataclasses import dataclass
from pathlib import Path

from application.ports.sandbox import SandboxUnavailable
from infrastructure.nsjail.binary import locate_nsjail
from infrastructure.nsjail.runtime import runtime_mounts, seccomp_policy
from infrastructure.nsjail.sandbox import NsjailSandbox
from infrastructure.nsjail.unavailable import namespace_obstacle


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a jail needs or can use, whether it is there, and a sentence about it."""

    name: str
    ok: bool
    sentence: str


def probe(sandbox: NsjailSandbox) -> list[Finding]:
    """Look for each part of a jail, then enter one. Never raises for what is missing."""
    return [_binary(), _privileges(), _runtime(), _limits(), _jail(sandbox)]


def _binary() -> Finding:
    try:
        return Finding(name="nsjail", ok=True, sentence=f"binary {locate_nsjail()}")
    except SandboxUnavailable as missing:
        return Finding(name="nsjail", ok=False, sentence=str(missing))


def _privileges() -> Finding:
    obstacle = namespace_obstacle()
    if obstacle is not None:
        return Finding(name="namespaces", ok=False, sentence=obstacle)
    if os.geteuid() == 0:
        mode = "as root, without a user namespace; the jail runs as user 65534"
    else:
        mode = f"as user {os.geteuid()}, in a user namespace; the jail sees itself as user 65534"
    return Finding(name="namespaces", ok=True, sentence=mode)


def _runtime() -> Finding:
    try:
        policy, mounts = seccomp_policy(), runtime_mounts()
    except SandboxUnavailable as missing:
        return Finding(name="runtime", ok=False, sentence=str(missing))
    sentence = f"{len(mounts)} read-only mounts, system calls by {policy.name}"
    return Finding(name="runtime", ok=True, sentence=sentence)


def _limits() -> Finding:
    available = [
        name
        for name, path in (
            ("cgroup v2", "/sys/fs/cgroup/cgroup.controllers"),
            ("cgroup v1", "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        )
        if Path(path).exists()
    ]
    beside = f" ({', '.join(available)} is there, but not used)" if available else ""
    return Finding(
        name="limits",
        ok=True,
        sentence=f"memory, processor time, threads and files by rlimits{beside}",
    )


def _jail(sandbox: NsjailSandbox) -> Finding:
    try:
        sandbox.check()
    except SandboxUnavailable as missing:
        return Finding(name="jail", ok=False, sentence=str(missing))
    return Finding(name="jail", ok=True, sentence="a jail was entered and imported pandas")
