"""Where this process may make cgroups for its jails, if anywhere."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

CONTROLLERS = ("memory", "pids")
_MARKS = ("user.delegate", "trusted.delegate")
_ATTEMPTS = 10


class NoCgroups(Exception):
    """This process cannot put its jails into cgroups; the message says why and what would help."""


@dataclass(frozen=True, kw_only=True)
class Mounted:
    """A mounted hierarchy: its version, its controllers (version 1), its top, and our own cgroup
    in it, if it is shown.
    """

    version: int
    controllers: frozenset[str]
    top: Path
    own: Path | None


@dataclass(frozen=True, kw_only=True)
class Places:
    """One directory for both controllers (version 2), or one for each (version 1)."""

    version: int
    directories: tuple[Path, ...]


def find_places(process: Path = Path("/proc/self")) -> Places:
    """Where jails can have cgroups that limit memory and tasks. Raises NoCgroups.

    In a cgroup that was delegated to this service, its processes may have to move one level down,
    because version 2 lets no cgroup have both processes and children with limits.
    """
    try:
        mounted = hierarchies(
            (process / "mountinfo").read_text(encoding="utf-8", errors="surrogateescape"),
            (process / "cgroup").read_text(encoding="utf-8", errors="surrogateescape"),
        )
    except OSError as error:
        raise NoCgroups(f"nothing tells of any cgroups here: {error}") from error
    for one in mounted:
        if one.version == 2 and _offers(one.top, "cgroup.controllers"):
            return Places(version=2, directories=(_delegated(one),))
    limiting = [one for name in CONTROLLERS for one in mounted if name in one.controllers]
    if len(limiting) < len(CONTROLLERS):
        raise NoCgroups(f"no cgroup file system with {' and '.join(CONTROLLERS)} is mounted here")
    # Both controllers may be mounted together.
    return Places(version=1, directories=tuple(dict.fromkeys(map(_own, limiting))))


def hierarchies(mountinfo: str, own: str) -> list[Mounted]:
    """The cgroup mounts that `mountinfo` tells of, and where a process is by its `own` cgroups."""
    paths: dict[str, str] = {}
    for line in own.splitlines():
        _, names, path = line.split(":", 2)
        paths.update(dict.fromkeys(names.split(","), path))
    found = []
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        root, top = map(_unescaped, before.split(" ")[3:5])
        kind, _, options = after.split(" ", 2)
        if kind not in {"cgroup", "cgroup2"}:
            continue
        # Version 2 is the hierarchy without a list of controllers.
        controllers = set(options.split(",")) & paths.keys() if kind == "cgroup" else {""}
        found.append(
            Mounted(
                version=1 if kind == "cgroup" else 2,
                controllers=frozenset(controllers),
                top=Path(top),
                own=_below(Path(top), root, [paths[name] for name in controllers & paths.keys()]),
            )
        )
    return found


def _below(top: Path, root: str, paths: Sequence[str]) -> Path | None:
    """The directory of the one cgroup in `paths`, when the cgroup `root` is mounted at `top`."""
    for path in paths:
        with suppress(ValueError):
            below = PurePosixPath(path).relative_to(root)
            # What is outside of a cgroup namespace is written with dots.
            return None if ".." in below.parts else top / below
    return None


def _own(hierarchy: Mounted) -> Path:
    """Version 1: our own cgroup, whose limits then hold for the jails together, too."""
    own = hierarchy.own
    if own is None or not own.is_dir():
        raise NoCgroups(f"this process's own cgroup is not shown below {hierarchy.top}")
    if not _writable(own):
        raise NoCgroups(f"user {os.geteuid()} may not make cgroups in {own} (cgroup v1)")
    return own


def _delegated(hierarchy: Mounted) -> Path:
    """Version 2: the nearest directory that is ours to divide."""
    for place in _candidates(hierarchy):
        if not _writable(place) or not os.access(place / "cgroup.procs", os.W_OK):
            continue
        given = _is_given(place, hierarchy)
        if _offers(place, "cgroup.subtree_control") and (given or _owned(place)):
            return place
        if given and _offers(place, "cgroup.controllers") and _enabled(place):
            return place
    raise NoCgroups(
        "no cgroup is delegated to this process (cgroup v2); outside of containers, set "
        "Delegate=yes in its systemd unit, or start it with systemd-run --scope -p Delegate=yes"
    )


def _candidates(hierarchy: Mounted) -> Iterator[Path]:
    if hierarchy.own is not None and hierarchy.own != hierarchy.top:
        yield hierarchy.own
        if hierarchy.own.parent != hierarchy.top:
            yield hierarchy.own.parent
    yield hierarchy.top


def _is_given(place: Path, hierarchy: Mounted) -> bool:
    """Whether `place` may be divided: a service manager says so, or it is the top of what we see.

    Only root, or root of a container of its own, can write to the top.
    """
    if place == hierarchy.top:
        return True
    for mark in _MARKS:
        with suppress(OSError):
            if os.getxattr(place, mark) == b"1":
                return True
    return False


def _owned(place: Path) -> bool:
    return os.geteuid() == place.stat().st_uid != 0


def _offers(place: Path, file: str) -> bool:
    try:
        return set(CONTROLLERS) <= set((place / file).read_text(encoding="ascii").split())
    except OSError:
        return False


def _writable(place: Path) -> bool:
    return os.access(place, os.W_OK | os.X_OK)


def _enabled(place: Path) -> bool:
    """Let children of `place` be limited, if need be by moving its processes into one of them."""
    for _ in range(_ATTEMPTS):
        try:
            enable(place)
        except OSError:
            # Only the top of all cgroups has no type: in it are the processes of the machine.
            if not (place / "cgroup.type").exists() or not _vacated(place):
                return False
        else:
            return True
    return False


def enable(place: Path) -> None:
    """Let children of `place` have limits of memory and tasks. Raises OSError."""
    orders = " ".join(f"+{name}" for name in CONTROLLERS)
    (place / "cgroup.subtree_control").write_text(orders, encoding="ascii")


def _vacated(place: Path) -> bool:
    """Move the processes in `place` into a child of it. False if that cannot be done."""
    inner = place / "datatrail-service"
    try:
        inner.mkdir(exist_ok=True)
        for pid in _processes(place):
            with suppress(ProcessLookupError):
                (inner / "cgroup.procs").write_text(pid, encoding="ascii")
    except OSError:
        return False
    return True


def _processes(place: Path) -> Sequence[str]:
    return (place / "cgroup.procs").read_text(encoding="ascii").split()


def _unescaped(field: str) -> str:
    r"""A field of mountinfo: blanks and such are written as ``\040``."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
