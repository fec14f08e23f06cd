"""One cgroup for each jail: the kernel limits its memory and tasks, and keeps the account."""

import atexit
import errno
import fcntl
import functools
import os
import secrets
import signal
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from application.ports.sandbox import SandboxUnavailable
from infrastructure.nsjail.cgroup_places import NoCgroups, Places, enable, find_places

_PREFIX = "datatrail-jails-"
_PATIENCE = 2.0
_FINDING = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class _Files:
    """What the files of one version are called, and what they say."""

    memory: str
    swap: str
    swap_is_part: bool
    peak: str
    events: str


_FILES = {
    2: _Files(
        memory="memory.max",
        swap="memory.swap.max",
        swap_is_part=False,
        peak="memory.peak",
        events="memory.events",
    ),
    1: _Files(
        memory="memory.limit_in_bytes",
        swap="memory.memsw.limit_in_bytes",
        swap_is_part=True,
        peak="memory.max_usage_in_bytes",
        events="memory.oom_control",
    ),
}


class JailCgroup:
    """The cgroup of one jail, and what the kernel says of it. Made by `Cgroups`."""

    def __init__(
        self, directories: Sequence[Path], files: _Files, unremoved: "deque[JailCgroup]"
    ) -> None:
        self._directories = directories
        self._files = files
        self._unremoved = unremoved
        self.join = tuple(directory / "cgroup.procs" for directory in directories)
        """To be in the cgroup, a process writes its id into each of these files."""

    def killed_for_memory(self) -> bool | None:
        """Whether the kernel ended a process in here because there was no memory for it.

        None if somebody else removed the cgroup.
        """
        text = self._read(self._files.events)
        told = dict(line.split() for line in (text or "").splitlines())
        return int(told["oom_kill"]) > 0 if told else None

    def peak_bytes(self) -> int | None:
        """The most memory that was in use in here at once: of processes, in their files in
        memory, and of what the kernel keeps for them. None before Linux 5.19 with cgroup v2.
        """
        text = self._read(self._files.peak)
        return None if text is None else int(text)

    def _read(self, name: str) -> str | None:
        try:
            return (self._directories[0] / name).read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    def limit(self, memory_bytes: int, pids: int) -> None:
        """Set the limits. Swap is no way around them. Raises OSError."""
        first, last = self._directories[0], self._directories[-1]
        _write(first / self._files.memory, memory_bytes)
        swap = first / self._files.swap
        if swap.exists():  # not where the kernel keeps no account of swap
            _write(swap, memory_bytes if self._files.swap_is_part else 0)
        _write(last / "pids.max", pids)

    def remove(self) -> None:
        """Remove it when its jail has ended; if a last process is still ending, a bit later."""
        if not all(_removed(directory) for directory in self._directories):
            self._unremoved.append(self)


class Cgroups:
    """The cgroups of one service's jails, of `version` 1 or 2. `mechanism` says where, too."""

    def __init__(self, places: Places) -> None:
        """Use `places`, and remove what services that are gone left there. Raises NoCgroups."""
        self.version = places.version
        where = " and ".join(map(str, places.directories))
        self.mechanism = f"cgroup v{places.version} in {where}"
        self._files = _FILES[places.version]
        self._numbers = count(1)
        self._maker = os.getpid()
        self._unremoved: deque[JailCgroup] = deque()
        self._own: list[tuple[Path, int]] = []
        try:
            for place in places.directories:
                _sweep(place)
                self._own.append(_claimed(place))
                if places.version == 2:
                    enable(self._own[-1][0])
        except OSError as error:
            self.close()
            raise NoCgroups(f"cannot make cgroups: {error}") from error

    def make(self, *, memory_bytes: int, pids: int) -> JailCgroup:
        """A cgroup with these limits. Raises SandboxUnavailable: a jail without it must not be."""
        if not self._own:
            raise SandboxUnavailable("nothing was executed, because this process is ending")
        self._remove_unremoved()
        # A child of this process that goes on with them has numbers of its own.
        name = f"{os.getpid()}.{next(self._numbers)}"
        directories = [directory / name for directory, _ in self._own]
        made = JailCgroup(directories, self._files, self._unremoved)
        try:
            for directory in directories:
                directory.mkdir()
            made.limit(memory_bytes, pids)
        except OSError as error:
            made.remove()
            raise SandboxUnavailable(
                f"nothing was executed, because the jail's cgroup cannot be made: {error}"
            ) from error
        return made

    def close(self) -> None:
        """Kill what is still in these cgroups and remove them. For who made them to do."""
        if os.getpid() != self._maker:
            return
        for directory, lock in self._own:
            _emptied(directory)
            os.close(lock)
        self._own.clear()

    def _remove_unremoved(self) -> None:
        for _ in range(len(self._unremoved)):
            with suppress(IndexError):  # another thread was quicker
                self._unremoved.popleft().remove()


def jail_cgroups() -> Cgroups:
    """Those of all jails of this process, from the first call on to its end. Raises NoCgroups."""
    with _FINDING:
        found = _found()
    if isinstance(found, NoCgroups):
        raise found
    return found


@functools.cache
def _found() -> Cgroups | NoCgroups:
    try:
        cgroups = Cgroups(find_places())
    except NoCgroups as reason:
        return reason
    atexit.register(cgroups.close)
    return cgroups


def _claimed(place: Path) -> tuple[Path, int]:
    """A new directory in `place`, and a lock on it, which ends with this process however it ends.

    One who sweeps may be quicker than the lock; then there is another name.
    """
    while True:
        directory = place / f"{_PREFIX}{secrets.token_hex(6)}"
        directory.mkdir()
        lock = _locked(directory)
        if lock is not None:
            return directory, lock


def _locked(directory: Path) -> int | None:
    """A lock on `directory`; None if it is somebody else's, or gone."""
    try:
        lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), os.stat(directory)):
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(lock)
    return None


def _sweep(place: Path) -> None:
    """Remove what services left here that no longer live: nobody holds the lock on it."""
    for directory in place.glob(f"{_PREFIX}*"):
        lock = _locked(directory)
        if lock is not None:
            with suppress(PermissionError):  # another user's, for whom it stays
                _emptied(directory)
            os.close(lock)


def _emptied(directory: Path) -> None:
    """Kill what is in the cgroups of `directory` and remove them; what resists stays."""
    patience = time.monotonic() + _PATIENCE
    while not _removed_with_jails(directory) and time.monotonic() < patience:
        time.sleep(0.01)


def _removed_with_jails(directory: Path) -> bool:
    for jail in directory.glob("*/"):
        if not _removed(jail):
            _kill(jail)
    return _removed(directory)


def _kill(cgroup: Path) -> None:
    with suppress(FileNotFoundError):
        for pid in (cgroup / "cgroup.procs").read_text(encoding="ascii").split():
            # A process of another pid namespace is shown as 0, which would mean ourselves.
            if pid != "0":
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)


def _removed(directory: Path) -> bool:
    """Remove a cgroup. False if something is in it; another error is raised."""
    try:
        directory.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno not in {errno.EBUSY, errno.ENOTEMPTY}:
            raise
        return False
    return True


def _write(file: Path, value: int) -> None:
    file.write_text(str(value), encoding="ascii")
