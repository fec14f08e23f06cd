"""A snippet that wants too much ends, is told apart, and harms no other."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from application.ports.sandbox import Execution, Outcome, Output, SnippetJob
from infrastructure.nsjail import JailLimits, NsjailSandbox
from infrastructure.nsjail.cgroup_places import NoCgroups
from infrastructure.nsjail.cgroups import jail_cgroups
from infrastructure.nsjail.ending import Ended
from infrastructure.nsjail.jail import Heard, Silence
from infrastructure.nsjail.judgement import judge
from interfaces.composition import parts
from interfaces.settings import Settings
from tests.sandbox.conftest import MIB


def test_files_in_memory_count_as_memory_where_the_machine_has_cgroups(
    limits: JailLimits, table: Path, tmp_path: Path
) -> None:
    """RLIMIT_AS does not see them, and the process that the kernel kills cannot tell of it."""
    roomy = replace(
        limits,
        memory_bytes=1024 * MIB,
        temporary_bytes=800 * MIB,
        result_bytes=800 * MIB,
        cpu_seconds=20,
    )
    sandbox = NsjailSandbox(roomy, tmp_path, enforce_policy=False)

    def run(snippet: str) -> Execution:
        (tmp_path / "out").unlink(missing_ok=True)
        return sandbox.execute(
            SnippetJob(snippet=snippet, table=table, result=tmp_path / "out", seed=0)
        )

    greedy = run(
        "file = open('/tmp/x', 'wb')\nfor _ in range(700): file.write(bytes(1 << 20))\n"
        "held = np.ones(400 << 17)"
    )
    if has_cgroups():
        assert greedy.outcome is Outcome.MEMORY, greedy
        assert greedy.peak_memory_bytes > 900 * MIB
    else:
        assert greedy.outcome is Outcome.OK, greedy
    assert run("df").outcome is Outcome.OK


def test_limits_that_an_operator_raises_raise_those_that_would_be_reached_before_them() -> None:
    as_by_default = parts.sandbox(Settings(jail_memory_mb=4096, jail_wall_seconds=60))
    assert as_by_default.limits == JailLimits()
    raised = parts.sandbox(Settings(jail_memory_mb=16_384, jail_wall_seconds=600)).limits
    assert raised.memory_bytes == raised.table_bytes == 4 * raised.result_bytes == 16_384 * MIB
    assert raised.wall_seconds == 2 * raised.cpu_seconds == 600


def has_cgroups() -> bool:
    """Whether jails get cgroups on this machine, for this user."""
    try:
        jail_cgroups()
    except NoCgroups:
        return False
    return True


def test_a_kill_is_told_by_the_kernels_account(
    limits: JailLimits,
) -> None:
    """The kernel's account is believed; without one, much memory before a kill is a sign."""

    def judged(killed_for_memory: bool | None, cpu_seconds: float = 0.1) -> Execution:
        heard = Heard(
            reply=Silence.GONE,
            output=Output(),
            wall_seconds=3.0,
            cpu_seconds=cpu_seconds,
            peak_memory_bytes=limits.memory_bytes,
        )
        ended = Ended(
            log="[STANDALONE MODE]) terminated with signal: SIGKILL (9)",
            stderr="",
            cpu_seconds=cpu_seconds,
            peak_memory_bytes=limits.memory_bytes,
            killed_for_memory=killed_for_memory,
        )
        return judge(heard, ended, "df", [], limits)

    def outcome(killed_for_memory: bool | None, cpu_seconds: float = 0.1) -> Outcome:
        return judged(killed_for_memory, cpu_seconds).outcome

    assert outcome(True) is Outcome.MEMORY
    assert outcome(False) is Outcome.CRASHED
    assert "or from outside" in str(judged(False).detail), "nobody knows who did it"
    assert outcome(None) is Outcome.MEMORY
    # The kernel's ticks came to the limit of 2 s, the exact account did not quite.
    assert outcome(False, cpu_seconds=1.9) is Outcome.CPU
    assert outcome(True, cpu_seconds=1.9) is Outcome.MEMORY


def test_nothing_of_a_jail_outlives_its_time_limit(
    limits: JailLimits, table: Path, tmp_path: Path
) -> None:
    mark = int.from_bytes(os.urandom(6))
    impatient = NsjailSandbox(replace(limits, wall_seconds=0.5), tmp_path, enforce_policy=False)
    begun = time.monotonic()
    execution = impatient.execute(
        SnippetJob(
            snippet="import time; time.sleep(120)", table=table, result=tmp_path / "out", seed=mark
        )
    )
    assert execution.outcome is Outcome.TIMEOUT
    assert time.monotonic() - begun < 60
    assert processes_with(f'"seed": {mark}') == []


def test_a_snippet_is_gone_within_a_second_of_its_cancellation(
    limits: JailLimits, table: Path, tmp_path: Path
) -> None:
    sandbox = NsjailSandbox(replace(limits, wall_seconds=60, cpu_seconds=60), tmp_path)

    def seconds(attempt: int) -> float:
        cancelled, since = threading.Event(), time.monotonic() + 2
        threading.Timer(2, cancelled.set).start()
        execution = sandbox.execute(
            SnippetJob(
                snippet="while True: df.size",
                table=table,
                result=tmp_path / f"{attempt}.parquet",
                seed=0,
                cancelled=cancelled,
            )
        )
        assert execution.outcome is Outcome.CANCELLED
        return time.monotonic() - since

    # A busy machine only ever adds to it.
    assert any(seconds(attempt) < 1 for attempt in range(5))


def test_time_counts_from_the_start_of_the_snippet(
    limits: JailLimits, table: Path, tmp_path: Path
) -> None:
    """An import that takes long on a loaded machine is not the snippet's fault."""
    tight = replace(limits, wall_seconds=0.25, start_seconds=30)
    sandbox = NsjailSandbox(tight, tmp_path)
    ended = (
        sandbox.execute(
            SnippetJob(snippet="df", table=table, result=tmp_path / f"{n}.parquet", seed=0)
        )
        for n in range(8)
    )
    # None could be, if the imports counted.
    assert any(execution.outcome is Outcome.OK for execution in ended)


def test_a_limit_must_be_positive() -> None:
    with pytest.raises(ValueError, match="cpu_seconds"):
        JailLimits(cpu_seconds=0)


def processes_with(argument: str) -> list[int]:
    """The processes of this machine whose command line holds `argument`."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            command = Path("/proc", entry, "cmdline").read_bytes() if entry.isdigit() else b""
        except OSError:
            continue  # it ended while we looked
        if argument.encode() in command:
            found.append(int(entry))
    return found


def test_the_search_for_leftover_processes_does_find_one() -> None:
    """The control of the test above."""
    code = "print(flush=True); input()"
    command = [sys.executable, "-c", code, "a-mark"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the kernel shows a command line only once it is in place
        assert process.pid in processes_with("a-mark")
        process.communicate(b"\n")
