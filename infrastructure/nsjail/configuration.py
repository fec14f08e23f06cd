"""The configuration of one jail, in the text format of nsjail's config.proto."""

import math
import os
from pathlib import Path

from infrastructure.nsjail.limits import MIB, JailLimits
from infrastructure.nsjail.runtime import (
    JAIL_UID,
    Mount,
    hidden_directories,
    runtime_mounts,
    seccomp_policy,
)


def jail_configuration(limits: JailLimits) -> str:
    """The whole configuration: the fixed policy, who the jail is, what it sees and may use.

    Raises SandboxUnavailable when the machine lacks something that a jail is made of.
    """
    fixed = Path(__file__).with_name("jail.cfg").read_text(encoding="utf-8")
    mounts = [_bind(mount) for mount in runtime_mounts()]
    mounts += [_empty(path, MIB) for path in hidden_directories()]
    mounts += [_empty("/tmp", limits.temporary_bytes, writable=True)]  # noqa: S108 - the jail's own
    return "\n".join([fixed, *_identity(), *_limits(limits), *mounts, ""])


def _identity() -> list[str]:
    """Root enters without a user namespace, so that a private home is no obstacle to mounts."""
    privileged = os.geteuid() == 0
    outside = str(JAIL_UID) if privileged else ""
    mapping = f'{{ inside_id: "{JAIL_UID}" outside_id: "{outside}" count: 1 }}'
    return [
        f"clone_newuser: {_boolean(not privileged)}",
        f"uidmap {mapping}",
        f"gidmap {mapping}",
    ]


def _limits(limits: JailLimits) -> list[str]:
    # The host keeps the clock; nsjail's own limit is for a host that died in the meantime.
    longest = math.ceil(limits.start_seconds + limits.waiting_seconds + limits.wall_seconds) + 5
    return [
        f"time_limit: {longest}",
        f"rlimit_as: {math.ceil(limits.memory_bytes / MIB)}",
        f"rlimit_cpu: {longest + limits.cpu_seconds}",
        f"rlimit_fsize: {math.ceil(limits.result_bytes / MIB)}",
        f"rlimit_nofile: {limits.open_files}",
        f"seccomp_policy_file: {_quoted(str(seccomp_policy()))}",
    ]


def _bind(mount: Mount) -> str:
    return (
        f"mount {{ src: {_quoted(str(mount.source))} dst: {_quoted(mount.target)} "
        f"is_bind: true mandatory: true rw: {_boolean(mount.writable)} nosuid: true nodev: true }}"
    )


def _empty(target: str, size: int, *, writable: bool = False) -> str:
    return (
        f'mount {{ dst: {_quoted(target)} fstype: "tmpfs" '
        f'options: "size={size},nr_inodes=4096,mode=0777" mandatory: true rw: {_boolean(writable)} '
        "nosuid: true nodev: true noexec: true }"
    )


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    """`text` as a protobuf string: octal escapes keep every path literal."""
    return '"' + "".join(_escaped(byte) for byte in os.fsencode(text)) + '"'


def _escaped(byte: int) -> str:
    plain = 0x20 <= byte < 0x7F and chr(byte) not in "\"'\\"
    return chr(byte) if plain else f"\\{byte:03o}"
