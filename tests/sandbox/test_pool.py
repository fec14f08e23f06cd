"""Jails are ready before they are needed, are used once, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from application.ports.sandbox import Outcome, SandboxUnavailable, SnippetJob
from infrastructure.nsjail import JailLimits, NsjailSandbox, pool
from infrastructure.nsjail.binary import locate_nsjail
from tests.waiting import wait_until

PAGE = os.sysconf("SC_PAGE_SIZE")
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def pooled(limits: JailLimits, tmp_path: Path) -> Iterator[NsjailSandbox]:
    """A sandbox with two jails waiting."""
    sandbox = NsjailSandbox(limits, tmp_path, waiting=2, enforce_policy=False)
    sandbox.check()
    yield sandbox
    sandbox.close()
    assert jails() == set()


@pytest.fixture
def ran(table: Path, tmp_path: Path) -> Callable[..., object]:
    """Execute a snippet that must end well; the first cell of the column ``said``."""

    def run(sandbox: NsjailSandbox, snippet: str) -> object:
        result = tmp_path / f"{time.monotonic_ns()}.parquet"
        execution = sandbox.execute(SnippetJob(snippet=snippet, table=table, result=result, seed=1))
        assert execution.outcome is Outcome.OK, execution
        return pq.read_table(result).column("said")[0].as_py()

    return run


def jails(of: int | None = None) -> set[int]:
    """The jailed interpreters of a process, this one by default, that have imported all.

    Those of a service that it started are not its own.
    """
    own = {each for each in children(of or os.getpid()) if _read(each, "comm") == b"nsjail\n"}
    return {
        pid
        for pid in own.union(*(descendants(each) for each in own))
        if b"nsjail.runner" in _read(pid, "cmdline")
        and int((_read(pid, "statm").split() or [b"0", b"0"])[1]) * PAGE > 100 << 20
    }


def two_have_waited() -> bool:
    before = jails()
    time.sleep(0.5)
    return len(before) == 2 and jails() == before


def children(pid: int) -> set[int]:
    threads = [path.name for path in Path(f"/proc/{pid}/task").glob("*")]
    return {int(n) for each in threads for n in _read(pid, f"task/{each}/children").split()}


def descendants(pid: int) -> set[int]:
    below = children(pid)
    return below.union(*(descendants(child) for child in below))


def _read(pid: int, name: str) -> bytes:
    """A file of the kernel's about a process; empty when that has gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def test_a_jail_that_waited_serves_one_snippet(
    pooled: NsjailSandbox, ran: Callable[..., object]
) -> None:
    mark = (
        "import os\n"
        "df['said'] = 'new' if not os.path.exists('/tmp/mark') else 'used'\n"
        "open('/tmp/mark', 'w')\n"
        "pd.mark = getattr(pd, 'mark', 0) + 1\n"
        "assert pd.mark == 1"
    )
    for _ in range(4):
        wait_until(lambda: len(jails()) == 2)
        assert ran(pooled, mark) == "new"


def test_more_snippets_than_jails_wait_are_all_served(
    pooled: NsjailSandbox, ran: Callable[..., object]
) -> None:
    said: list[object] = []
    threads = [
        threading.Thread(
            target=lambda n: said.append(ran(pooled, f"df['said'] = {n}")), args=(each,)
        )
        for each in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, said)) == ["0", "1", "2", "3", "4", "5"]


def test_a_jail_that_dies_while_it_waits_is_no_snippets_fault(
    pooled: NsjailSandbox, ran: Callable[..., object]
) -> None:
    wait_until(lambda: len(jails()) == 2)
    for jail in jails():
        os.kill(jail, signal.SIGKILL)
    assert ran(pooled, "df['said'] = 'served'") == "served"


@pytest.mark.usefixtures("pooled")
def test_jails_that_died_while_they_waited_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_PAUSE_SECONDS", 0.1)
    wait_until(lambda: len(jails()) == 2)
    dead = jails()
    for jail in jails():
        os.kill(jail, signal.SIGKILL)
    wait_until(lambda: len(jails() - dead) == 2)


def test_another_jail_is_started_at_once_only_when_none_waits(
    pooled: NsjailSandbox, ran: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes of a snippet wants the processor as well."""
    wait_until(two_have_waited)
    monkeypatch.setattr(pool, "_REST_SECONDS", 600.0)
    waiting = jails()
    assert ran(pooled, "df['said'] = 'first'") == "first"
    time.sleep(1.0)
    assert len(jails() & waiting) == len(jails()) == 1
    assert ran(pooled, "df['said'] = 'second'") == "second"
    wait_until(lambda: len(jails() - waiting) == 2)


def test_a_jail_that_waited_too_long_is_replaced(limits: JailLimits, tmp_path: Path) -> None:
    sandbox = NsjailSandbox(replace(limits, waiting_seconds=8.0), tmp_path, waiting=1)
    sandbox.check()
    wait_until(lambda: len(jails()) == 1)
    first = jails()
    wait_until(lambda: bool(jails() - first))
    sandbox.close()
    assert jails() == set()


def test_a_jail_that_waited_longer_than_it_may_take_to_start_is_ready(
    limits: JailLimits, tmp_path: Path, ran: Callable[..., object]
) -> None:
    binary = tmp_path / "nsjail"
    binary.symlink_to(locate_nsjail())
    limits = replace(limits, start_seconds=2.5)
    sandbox = NsjailSandbox(limits, tmp_path, waiting=1, enforce_policy=False, binary=binary)
    with suppress(SandboxUnavailable):  # on a busy machine the first may not be ready in time
        sandbox.check()
    wait_until(lambda: len(jails()) == 1)
    time.sleep(limits.start_seconds)
    binary.unlink()  # so that no other can be started instead
    assert ran(sandbox, "df['said'] = 'served'") == "served"
    sandbox.close()


def test_a_machine_short_of_memory_keeps_no_jail_waiting(
    limits: JailLimits,
    tmp_path: Path,
    ran: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "LEAST_FREE_BYTES", 1 << 60)
    sandbox = NsjailSandbox(limits, tmp_path, waiting=2)
    assert ran(sandbox, "df['said'] = 'cold'") == "cold"
    wait_until(lambda: jails() == set())
    sandbox.close()


def test_a_pool_on_a_machine_without_jails_says_so_each_time(
    limits: JailLimits, table: Path, tmp_path: Path
) -> None:
    sandbox = NsjailSandbox(limits, tmp_path, waiting=2, binary=tmp_path / "nowhere")
    for _ in range(3):
        with pytest.raises(SandboxUnavailable, match="nowhere"):
            sandbox.execute(SnippetJob(snippet="df", table=table, result=tmp_path / "out", seed=0))
    sandbox.close()


def test_a_closed_pool_still_runs_snippets(
    pooled: NsjailSandbox, ran: Callable[..., object]
) -> None:
    pooled.close()
    assert jails() == set()
    assert ran(pooled, "df['said'] = 'cold'") == "cold"


PROGRAM = """
import pathlib, sys, time
from infrastructure.nsjail import NsjailSandbox
sandbox = NsjailSandbox(waiting=2)
sandbox.check()
print("open", flush=True)
time.sleep(600)
"""


def test_jails_that_wait_die_with_a_service_that_is_killed() -> None:
    service = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=REPOSITORY, stdout=subprocess.PIPE
    )
    assert service.stdout is not None
    with service.stdout:
        assert service.stdout.readline() == b"open\n"
    wait_until(lambda: len(jails(service.pid)) == 2)
    orphans = descendants(service.pid)
    os.kill(service.pid, signal.SIGKILL)
    service.wait()
    wait_until(lambda: not any(_read(orphan, "cmdline") for orphan in orphans))
