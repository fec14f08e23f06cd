"""A jail's cgroup limits it, keeps the account, and leaves nothing behind."""

import fcntl
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.ports.sandbox import SandboxUnavailable
from infrastructure.nsjail.cgroup_places import (
    NoCgroups,
    Places,
    enable,
    find_places,
    hierarchies,
)
from infrastructure.nsjail.cgroups import Cgroups, JailCgroup

MIB = 1 << 20
JOINED = """
import sys
for path in sys.argv[2:]:
    open(path, "w").write("0")
exec(sys.argv[1])
"""


@pytest.fixture
def places() -> Iterator[Places | None]:
    """A place of the test's own. An ordinary user may well have none on this machine."""
    try:
        found = find_places()
    except NoCgroups:
        yield None
        return
    name = f"datatrail-test-{secrets.token_hex(6)}"
    own = tuple(place / name for place in found.directories)
    for directory in own:
        directory.mkdir()
        if found.version == 2:
            enable(directory)
    yield Places(version=found.version, directories=own)
    for directory in own:
        directory.rmdir()


@pytest.fixture
def cgroups(places: Places | None) -> Iterator[Cgroups | None]:
    """The real ones of this machine; gone afterwards."""
    if places is None:
        yield None
        return
    made = Cgroups(places)
    yield made
    made.close()
    assert leftovers(places) == set()


def leftovers(places: Places) -> set[Path]:
    return {left for place in places.directories for left in place.glob("datatrail-jails-*")}


def inside(cgroup: JailCgroup, code: str) -> "subprocess.Popen[str]":
    """A process that runs `code` in `cgroup`."""
    command = [sys.executable, "-c", JOINED, code, *map(str, cgroup.join)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


TOO_MUCH = {
    "bytes": "b'x' * (200 << 20)",
    "a mapping": "import mmap; mmap.mmap(-1, 200 << 20).write(bytes(200 << 20))",
    "a file in memory": (
        "import os\nfile = os.memfd_create('x')\nwhile True: os.write(file, bytes(1 << 20))"
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_who_takes_too_much_memory_is_killed_and_told(name: str, cgroups: Cgroups | None) -> None:
    if cgroups is None:
        return
    cgroup = cgroups.make(memory_bytes=64 * MIB, pids=8)
    with inside(cgroup, TOO_MUCH[name]) as process:
        assert process.wait() == -9
    assert cgroup.killed_for_memory()
    peak = cgroup.peak_bytes()
    assert peak is None or 48 * MIB < peak <= 64 * MIB
    cgroup.remove()


def test_who_keeps_to_the_limits_is_left_alone(cgroups: Cgroups | None) -> None:
    if cgroups is None:
        return
    cgroup = cgroups.make(memory_bytes=64 * MIB, pids=8)
    with inside(cgroup, "print(len(b'x' * (20 << 20)))") as process:
        assert process.communicate()[0] == f"{20 * MIB}\n"
    assert not cgroup.killed_for_memory()
    peak = cgroup.peak_bytes()
    assert peak is None or 20 * MIB < peak < 64 * MIB
    cgroup.remove()


def test_a_kill_that_is_not_for_memory_is_not_told_as_one(cgroups: Cgroups | None) -> None:
    if cgroups is None:
        return
    cgroup = cgroups.make(memory_bytes=64 * MIB, pids=8)
    with inside(cgroup, "import os; os.kill(os.getpid(), 9)") as process:
        assert process.wait() == -9
    assert not cgroup.killed_for_memory()
    cgroup.remove()


def test_tasks_are_limited(cgroups: Cgroups | None) -> None:
    if cgroups is None:
        return
    cgroup = cgroups.make(memory_bytes=64 * MIB, pids=5)
    code = """
import threading, time
begun = 1
try:
    while True:
        threading.Thread(target=time.sleep, args=(60,)).start()
        begun += 1
except RuntimeError:
    print(begun, flush=True)
    import os; os._exit(0)
"""
    with inside(cgroup, code) as process:
        assert process.communicate()[0] == "5\n"
    cgroup.remove()


def test_jails_have_cgroups_apart(cgroups: Cgroups | None) -> None:
    if cgroups is None:
        return
    greedy = cgroups.make(memory_bytes=64 * MIB, pids=8)
    modest = cgroups.make(memory_bytes=64 * MIB, pids=8)
    with inside(modest, "1"), inside(greedy, "b'x' * (200 << 20)") as process:
        process.wait()
    assert greedy.killed_for_memory()
    assert not modest.killed_for_memory()
    for cgroup in (greedy, modest):
        cgroup.remove()


def test_many_threads_may_make_and_remove(cgroups: Cgroups | None) -> None:
    if cgroups is None:
        return
    made: list[JailCgroup] = []

    def work() -> None:
        for _ in range(20):
            cgroup = cgroups.make(memory_bytes=64 * MIB, pids=8)
            made.append(cgroup)
            cgroup.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({cgroup.join for cgroup in made}) == 80
    assert not any(path.parent.exists() for cgroup in made for path in cgroup.join)


def test_one_that_is_still_in_use_is_removed_later(cgroups: Cgroups | None) -> None:
    if cgroups is None:
        return
    cgroup = cgroups.make(memory_bytes=64 * MIB, pids=8)
    with inside(cgroup, "print(flush=True); __import__('signal').pause()") as process:
        assert process.stdout
        process.stdout.readline()
        cgroup.remove()
        assert all(path.exists() for path in cgroup.join)
        process.kill()
    cgroups.make(memory_bytes=64 * MIB, pids=8).remove()
    assert not any(path.parent.exists() for path in cgroup.join)


def test_what_a_killed_service_left_is_swept_and_what_a_live_one_has_is_not(
    places: Places | None,
) -> None:
    if places is None:
        return
    service = """
import os, signal, subprocess, sys
from pathlib import Path
from infrastructure.nsjail.cgroup_places import Places
from infrastructure.nsjail.cgroups import Cgroups
version, *directories = sys.argv[1:]
cgroups = Cgroups(Places(version=int(version), directories=tuple(map(Path, directories))))
cgroup = cgroups.make(memory_bytes=64 << 20, pids=8)
join = f"for f; do echo $$ > $f; done; echo $$; exec sleep 300"
subprocess.Popen(["/bin/sh", "-c", join, "sh", *map(str, cgroup.join)])
signal.pause()
"""
    where = [str(places.version), *map(str, places.directories)]
    command = [sys.executable, "-c", service, *where]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as crashing:
        assert crashing.stdout
        jailed = int(crashing.stdout.readline())
        before = leftovers(places)
        assert len(before) == len(places.directories)
        Cgroups(places).close()
        assert leftovers(places) == before
        os.kill(jailed, 0)
        crashing.kill()
        crashing.wait()
        assert leftovers(places) == before
        Cgroups(places).close()
        assert leftovers(places) == set()
        assert crashing.stdout.read() == b""  # the other end is closed: the jail ended, too


def test_a_cgroup_that_cannot_be_made_means_no_jail(cgroups: Cgroups | None) -> None:
    if cgroups is None:
        return
    with pytest.raises(SandboxUnavailable, match="cannot be made"):
        cgroups.make(memory_bytes=-5, pids=8)
    assert cgroups.make(memory_bytes=64 * MIB, pids=8).peak_bytes() in {0, None}


def test_once_closed_there_are_no_more_of_them(tmp_path: Path) -> None:
    closed = Cgroups(Places(version=1, directories=(tmp_path,)))
    closed.close()
    with pytest.raises(SandboxUnavailable, match="ending"):
        closed.make(memory_bytes=64 * MIB, pids=8)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_without_controllers_is_no_place(tmp_path: Path) -> None:
    """Whatever looks like a place but lets nothing be limited: it is said, and tidied up."""
    with pytest.raises(NoCgroups, match="cannot make cgroups"):
        Cgroups(Places(version=2, directories=(tmp_path / "missing",)))


def test_a_lock_that_somebody_else_holds_is_respected(tmp_path: Path) -> None:
    theirs = tmp_path / "datatrail-jails-0123456789ab"
    theirs.mkdir()
    lock = os.open(theirs, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    Cgroups(Places(version=1, directories=(tmp_path,))).close()
    assert theirs.is_dir()
    os.close(lock)
    Cgroups(Places(version=1, directories=(tmp_path,))).close()
    assert list(tmp_path.iterdir()) == []


def test_a_machine_that_tells_of_no_cgroups_has_none(tmp_path: Path) -> None:
    with pytest.raises(NoCgroups, match="nothing tells of any cgroups"):
        find_places(tmp_path)
    (tmp_path / "cgroup").write_text("0::/\n")
    (tmp_path / "mountinfo").write_text("24 30 0:22 / /proc rw - proc proc rw\n")
    with pytest.raises(NoCgroups, match="no cgroup file system"):
        find_places(tmp_path)


SYSTEMD = """\
24 30 0:22 / /proc rw,nosuid,nodev,noexec - proc proc rw
31 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
"""
HYBRID = """\
40 30 0:30 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
41 30 0:31 / /sys/fs/cgroup/pids\\040here rw shared:9 master:3 - cgroup cgroup rw,pids
42 30 0:32 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
43 30 0:33 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
"""
DOCKER = """\
50 30 0:30 /docker/abc /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory
51 30 0:31 /docker/abc /sys/fs/cgroup/pids ro,nosuid - cgroup cgroup rw,pids
"""


def own_directories(mountinfo: str, own: str) -> dict[str, Path | None]:
    return {",".join(sorted(one.controllers)): one.own for one in hierarchies(mountinfo, own)}


def test_the_own_cgroup_is_found_where_the_mounts_show_it() -> None:
    assert own_directories(SYSTEMD, "0::/system.slice/datatrail.service\n") == {
        "": Path("/sys/fs/cgroup/system.slice/datatrail.service")
    }
    own = "4:memory:/a\n8:pids:/b/c\n2:name=systemd:/d\n0::/\n"
    assert own_directories(HYBRID, own) == {
        "memory": Path("/sys/fs/cgroup/memory/a"),
        "pids": Path("/sys/fs/cgroup/pids here/b/c"),
        "": Path("/sys/fs/cgroup/unified"),
        "name=systemd": Path("/sys/fs/cgroup/systemd/d"),
    }
    own = "4:memory:/docker/abc\n8:pids:/docker/abc/x\n"
    assert own_directories(DOCKER, own) == {
        "memory": Path("/sys/fs/cgroup/memory"),
        "pids": Path("/sys/fs/cgroup/pids/x"),
    }


@pytest.mark.parametrize("own", ["/docker/other", "/../sibling", "/docker/abc/../.."])
def test_a_cgroup_that_is_not_shown_is_not_taken_for_another(own: str) -> None:
    found = own_directories(DOCKER, f"4:memory:{own}\n8:pids:{own}\n")
    assert found == {"memory": None, "pids": None}
