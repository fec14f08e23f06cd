"""The sandbox: one cold nsjail for one snippet, which then is gone."""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from application.ports.sandbox import (
    Cancellation,
    Execution,
    Outcome,
    Sandbox,
    SandboxUnavailable,
)
from domain.snippet_policy import InvalidSnippet, violations
from infrastructure.nsjail import explanation
from infrastructure.nsjail.binary import locate_nsjail
from infrastructure.nsjail.configuration import jail_configuration
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.process import Ended, run_jail
from infrastructure.nsjail.report import Report, last_report, runtime_of
from infrastructure.nsjail.result import NotATable, TableTooLarge, carried_rows, check_result
from infrastructure.nsjail.runtime import PYTHON, Mount
from infrastructure.nsjail.unavailable import why_it_did_not_start


@dataclass(frozen=True, kw_only=True)
class _Job:
    """The private files of one execution; what the jail writes, by the open files' descriptors."""

    directory: Path
    configuration: Path
    result: int
    rows: int


class NsjailSandbox:
    """Runs snippets under the limits given.

    `scratch` is where the files of a running job live (default: the system's temporary directory).
    `enforce_policy` off sends every snippet into the jail as it is, without the friendly check.
    """

    def __init__(
        self,
        limits: JailLimits | None = None,
        scratch: Path | None = None,
        *,
        enforce_policy: bool = True,
        binary: Path | None = None,
    ) -> None:
        self._limits = limits or JailLimits()
        self._scratch = scratch
        self._enforce_policy = enforce_policy
        self._binary = binary

    def check(self) -> None:
        """Raise SandboxUnavailable unless a jail can be built and can import pandas now."""
        with self._job("", None) as job:
            ended = self._run(job, seed=0, check=True)
            if ended.status != 0:
                raise SandboxUnavailable(why_it_did_not_start(ended))

    @contextmanager
    def one_jail(self) -> Iterator[Sandbox]:
        """See the port."""
        yield self

    def execute(
        self,
        snippet: str,
        *,
        table: Path,
        result: Path,
        seed: int,
        rows: Path | None = None,
        answer: Path | None = None,  # noqa: ARG002 - no snippet can answer yet
        cancelled: Cancellation | None = None,
    ) -> Execution:
        """See the port. `result` must not exist yet; its directory must."""
        if cancelled is not None and cancelled.is_set():
            return Execution(outcome=Outcome.CANCELLED, detail="It was cancelled before it began.")
        if self._enforce_policy:
            refusal = self._refuse(snippet)
            if refusal is not None:
                return refusal
        given = pq.read_metadata(table)
        columns = given.schema.to_arrow_schema().names
        with self._job(snippet, table) as job:
            ended = self._run(job, seed=seed, check=False)
            execution = self._judge(ended, snippet, columns)
            if execution.outcome is Outcome.OK:
                execution = self._accept(execution, job, result)
            if execution.outcome is Outcome.OK and rows is not None:
                self._accept_rows(job, given.num_rows, result, rows)
        return replace(execution, wall_seconds=ended.wall_seconds, runtime=runtime_of(ended.report))

    def _refuse(self, snippet: str) -> Execution | None:
        if len(snippet.encode(errors="replace")) > self._limits.snippet_bytes:
            return Execution(
                outcome=Outcome.POLICY,
                detail=f"The snippet is longer than {self._limits.snippet_bytes:,} bytes.",
            )
        try:
            found = violations(snippet)
        except InvalidSnippet as error:
            line = explanation.valid_line(error.line, snippet)
            return Execution(
                outcome=Outcome.SYNTAX,
                detail=explanation.explain_syntax(line, snippet),
                exception="SyntaxError",
                line=line,
            )
        if not found:
            return None
        return Execution(
            outcome=Outcome.POLICY,
            detail=" ".join(f"Line {one.line}: {one.sentence}" for one in found[:5]),
            line=found[0].line,
        )

    @contextmanager
    def _job(self, snippet: str, table: Path | None) -> Iterator[_Job]:
        """A private directory with what one jail reads and writes; gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="datatrail-jail-", dir=self._scratch) as name:
            directory = Path(name)
            code = directory / "snippet.py"
            code.write_text(snippet, encoding="utf-8", errors="surrogatepass", newline="")
            code.chmod(0o444)
            result, rows = directory / "result.parquet", directory / "rows.parquet"
            with _open_to_the_jail(result) as left, _open_to_the_jail(rows) as numbers:
                mounts = [
                    Mount(source=code, target="/job/snippet.py"),
                    Mount(source=result, target="/job/result.parquet", writable=True),
                    Mount(source=rows, target="/job/rows.parquet", writable=True),
                ]
                if table is not None:
                    source = _readable_in_jail(table, directory)
                    mounts.append(Mount(source=source, target="/job/table.parquet"))
                configuration = directory / "jail.cfg"
                configuration.write_text(jail_configuration(self._limits, mounts), encoding="ascii")
                yield _Job(
                    directory=directory, configuration=configuration, result=left, rows=numbers
                )

    def _run(self, job: _Job, *, seed: int, check: bool) -> Ended:
        def command(report_fd: int) -> Sequence[str]:
            order = {
                "report_fd": report_fd,
                "check": check,
                "seed": seed,
                "cpu_seconds": self._limits.cpu_seconds,
                "threads": self._limits.threads,
                "result_bytes": self._limits.result_bytes,
                "columns": self._limits.columns,
            }
            return PYTHON, "-sSPB", "-m", "infrastructure.nsjail.runner", json.dumps(order)

        ended = run_jail(
            self._binary or locate_nsjail(),
            job.configuration,
            command,
            start_seconds=self._limits.start_seconds,
            wall_seconds=self._limits.wall_seconds,
        )
        if not ended.started:
            raise SandboxUnavailable(why_it_did_not_start(ended))
        return ended

    def _judge(self, ended: Ended, snippet: str, columns: Sequence[str]) -> Execution:
        """The outcome: what the kernel and nsjail saw first, what the jail says of itself last."""
        limits = self._limits
        if ended.overdue:
            return Execution(
                outcome=Outcome.TIMEOUT,
                detail=f"The snippet took longer than {limits.wall_seconds:g} seconds.",
            )
        if ended.signal == signal.SIGKILL and ended.cpu_seconds >= limits.cpu_seconds:
            return Execution(
                outcome=Outcome.CPU,
                detail=f"The snippet used more than {limits.cpu_seconds} s of processor time.",
            )
        if ended.signal is not None and ended.peak_memory_bytes > 0.7 * limits.memory_bytes:
            return _out_of_memory(limits)
        claim = None if ended.talkative else last_report(ended.report)
        if ended.status != 0 or claim is None:
            return Execution(
                outcome=Outcome.CRASHED,
                detail="The snippet ended the Python process that ran it instead of leaving df.",
            )
        return _told(claim, snippet, columns, limits)

    def _accept(self, execution: Execution, job: _Job, result: Path) -> Execution:
        try:
            check_result(job.result, self._limits)
        except TableTooLarge:
            return _too_large(self._limits)
        except NotATable:
            return Execution(
                outcome=Outcome.CRASHED,
                detail="The snippet's result is not a table that can be read back.",
            )
        with (
            open(job.result, "rb", closefd=False) as checked,
            open(result, "xb") as accepted,
        ):
            checked.seek(0)
            try:
                shutil.copyfileobj(checked, accepted, 1 << 20)
            except BaseException:
                result.unlink()
                raise
        return execution

    def _accept_rows(self, job: _Job, before: int, result: Path, rows: Path) -> None:
        """Write where the rows come from, if the jail says so in a way that can be so."""
        found = carried_rows(job.rows, self._limits, before, pq.read_metadata(result).num_rows)
        if found is not None:
            pq.write_table(found, rows)


@contextmanager
def _open_to_the_jail(path: Path) -> Iterator[int]:
    """A new file that the jail may write, open for reading: its name is never looked up again."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, 0o666)
        yield descriptor
    finally:
        os.close(descriptor)


def _readable_in_jail(table: Path, directory: Path) -> Path:
    """`table`, or a copy of it when the jail's user could not open it."""
    table = table.resolve(strict=True)
    if os.geteuid() != 0 or table.stat().st_mode & 0o004:
        return table
    copy = directory / "table.parquet"
    shutil.copyfile(table, copy)
    copy.chmod(0o444)
    return copy


def _told(claim: Report, snippet: str, columns: Sequence[str], limits: JailLimits) -> Execution:
    match claim.outcome:
        case Outcome.OK:
            return Execution(outcome=Outcome.OK)
        case Outcome.MEMORY:
            return _out_of_memory(limits)
        case Outcome.OUTPUT_TOO_LARGE:
            return _too_large(limits)
    line = explanation.valid_line(claim.line, snippet)
    if claim.refused is not None:
        detail = explanation.explain_refusal(claim, snippet, columns)
        refused = Outcome.OUTPUT_TOO_LARGE if claim.refused == "too_many_columns" else claim.outcome
        return Execution(outcome=refused, detail=detail)
    if claim.outcome is Outcome.SYNTAX:
        detail = explanation.explain_syntax(line, snippet)
    elif claim.outcome is Outcome.PROCESSES:
        detail = "The snippet tried to start processes or too many threads; work in one thread."
    else:
        detail = explanation.explain_error(claim, snippet, columns)
    exception = explanation.known_exception(claim.exception)
    return Execution(outcome=claim.outcome, detail=detail, exception=exception, line=line)


def _out_of_memory(limits: JailLimits) -> Execution:
    return Execution(
        outcome=Outcome.MEMORY,
        detail=f"The snippet needed more than {limits.memory_bytes >> 20:,} MiB of memory.",
    )


def _too_large(limits: JailLimits) -> Execution:
    return Execution(
        outcome=Outcome.OUTPUT_TOO_LARGE,
        detail=(
            f"The snippet's result is larger than allowed: {limits.result_bytes >> 20:,} MiB as a "
            f"file, {limits.table_bytes >> 20:,} MiB in memory."
        ),
    )
