"""What this machine offers to jails, for `datatrail doctor`."""

import os
from dataclasses import dataclass

from application.ports.sandbox import SandboxUnavailable
from infrastructure.nsjail.binary import locate_nsjail
from infrastructure.nsjail.cgroup_places import NoCgroups
from infrastructure.nsjail.cgroups import jail_cgroups
from infrastructure.nsjail.limits import JailLimits
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
    limits = _limits(sandbox.limits)
    return [_binary(), _privileges(), _runtime(), *limits, _jail(sandbox)]


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
    sentence = f"{len(mounts)} read-only mounts, system calls by the allow-list {policy.name}"
    return Finding(name="runtime", ok=True, sentence=sentence)


def _limits(limits: JailLimits) -> list[Finding]:
    """Each limit, how large it is, and by which mechanism of this machine it is kept."""
    sentences = {
        "memory": _memory(limits),
        "processes": _processes(limits),
        "time": (
            f"{limits.cpu_seconds} s of processor time by RLIMIT_CPU, {limits.wall_seconds:g} s on "
            "the clock by this service, and by nsjail should the service be gone"
        ),
        "files": (
            f"results of {_mib(limits.result_bytes)} by RLIMIT_FSIZE, "
            f"{_mib(limits.temporary_bytes)} in /tmp by its size, "
            f"{limits.open_files} open at once by RLIMIT_NOFILE"
        ),
        "output": (
            f"the first {limits.output_bytes >> 10} KiB of each of standard output and error "
            "are kept; who writes on is not stopped, and not heard"
        ),
        "network": "none: a namespace of its own, whose only device is a loopback that is down",
    }
    return [Finding(name=name, ok=True, sentence=said) for name, said in sentences.items()]


def _memory(limits: JailLimits) -> str:
    most = _mib(limits.memory_bytes)
    try:
        mechanism = jail_cgroups().mechanism
    except NoCgroups as reason:
        return (
            f"{most} by RLIMIT_AS alone, to which {_mib(limits.temporary_bytes)} of files in /tmp "
            f"may come. Stronger would be a cgroup, but {reason}"
        )
    return f"{most} by {mechanism}, files in /tmp included, and by RLIMIT_AS"


def _processes(limits: JailLimits) -> str:
    refused = f"refused by the system call filter; {limits.threads} threads"
    # In a user namespace of its own, each jail has an account of its own.
    shared = ", which counts all jails together" if os.geteuid() == 0 else ""
    try:
        version = jail_cgroups().version
    except NoCgroups:
        return f"{refused} by RLIMIT_NPROC alone{shared}"
    return f"{refused} by cgroup v{version} and by RLIMIT_NPROC{shared}"


def _mib(size: int) -> str:
    return f"{size >> 20:,} MiB"


def _jail(sandbox: NsjailSandbox) -> Finding:
    try:
        sandbox.check()
    except SandboxUnavailable as missing:
        return Finding(name="jail", ok=False, sentence=str(missing))
    return Finding(name="jail", ok=True, sentence="a jail was entered and imported pandas")
