"""Running snippets, one after another, in one jail."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from application.ports.cancellation import Cancellation
from application.ports.row_origins import RowOrigins
from application.ports.sandbox import Execution, Outcome, Sandbox, SandboxUnavailable, SnippetJob
from infrastructure.nsjail.answer_check import NotAnAnswer, check_answer
from infrastructure.nsjail.jail import Heard, Jail, NeverBegun, Silence
from infrastructure.nsjail.judgement import (
    judge,
    not_a_table,
    refused_by_policy,
    too_large,
    too_long,
)
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.result import NotATable, TableTooLarge, carried_rows, check_result

_SENT_AT_ONCE: Final = 1 << 26
_MOST_JAILS_TRIED: Final = 4
_ROOM: Final = 1 << 20


class OneJail:
    """A sandbox that stays in the jail that it was given by `take` until it breaks, then takes
    another. Each goes back by `leave`, which sees it dead. Unless `more` snippets may come, it
    serves one: a jail that has answered is left before its answer is even looked at.
    """

    def __init__(
        self,
        take: Callable[[], Jail],
        leave: Callable[[Jail], None],
        limits: JailLimits,
        scratch: Path | None,
        *,
        enforce_policy: bool,
        more: bool,
    ) -> None:
        self._take = take
        self._leave = leave
        self._limits = limits
        self._scratch = scratch
        self._enforce_policy = enforce_policy
        self._more = more
        self._jail: Jail | None = None

    def close(self) -> None:
        """Leave the jail."""
        if self._jail is not None:
            self._leave(self._jail)
            self._jail = None

    def check(self) -> None:
        """See the port."""
        self._ready_jail()

    def one_jail(self) -> nullcontext[Sandbox]:
        """See the port: it is one already."""
        return nullcontext(self)

    def execute(self, job: SnippetJob) -> Execution:
        """See the port. `result` must not exist yet; its directory must.

        Raises OSError when the disk does not take what the jail leaves.
        """
        code = job.snippet.encode("utf-8", "surrogatepass")
        if len(code) > self._limits.snippet_bytes:
            return too_long(self._limits)
        refusal = refused_by_policy(job.snippet) if self._enforce_policy else None
        if refusal is not None:
            return refusal
        given = pq.read_metadata(job.table)
        columns = given.schema.to_arrow_schema().names
        with (
            open(job.table, "rb") as source,
            self._new_file() as left,
            self._new_file() as numbers,
            self._new_file() as said,
        ):
            files = [file.fileno() for file in (source, left, numbers, said)]
            asked = {"seed": job.seed, "more": self._more, "changes_only": job.changes_only}
            jail, heard = self._ask(asked, code, files, job.cancelled)
            ended = jail.end(kill=False) if heard.reply is Silence.GONE else None
            if not self._more or isinstance(heard.reply, Silence):
                self.close()
            execution = judge(heard, ended, job.snippet, columns, self._limits)
            if execution.exception == OSError.__name__:
                _require_room(left)
            if execution.outcome is Outcome.OK:
                replaced = given if job.changes_only else None
                execution = self._accepted(execution, left, job.result, replaced)
            if execution.after is not None:
                execution = self._with_origins(execution, numbers, given.num_rows, job.rows)
                execution = self._with_answer(execution, said, job.answer)
        return replace(
            _measured(execution, heard),
            before=(given.num_rows, given.num_columns),
            runtime=jail.wait_until_ready(),
        )

    def _ask(
        self,
        job: Mapping[str, object],
        code: bytes,
        files: Sequence[int],
        cancelled: Cancellation | None,
    ) -> tuple[Jail, Heard]:
        """What a jail has to say, and which. One that dies before it begins is no fault of `code`.

        Raises SandboxUnavailable when that comes again and again.
        """
        for _ in range(_MOST_JAILS_TRIED):
            jail = self._ready_jail()
            try:
                return jail, jail.ask(job, code, files, cancelled)
            except NeverBegun:
                # What an earlier snippet left running there may have taken the job, and written.
                jail.end()
                self.close()
                for file in files[1:]:
                    os.ftruncate(file, 0)
                    os.lseek(file, 0, os.SEEK_SET)
        raise SandboxUnavailable(
            f"{_MOST_JAILS_TRIED} jails were ended by something else before they began; "
            "is the machine out of memory?"
        )

    def _ready_jail(self) -> Jail:
        jail = self._jail
        old = jail is not None and jail.age_seconds > self._limits.waiting_seconds
        if jail is None or old or not jail.alive():
            self.close()
            jail = self._jail = self._take()
        return jail

    def _new_file(self) -> IO[bytes]:
        """A file without a name, for the jail to write."""
        return tempfile.TemporaryFile(dir=self._scratch)

    def _accepted(
        self, execution: Execution, left: IO[bytes], result: Path, given: pq.FileMetaData | None
    ) -> Execution:
        """`execution` with `result` as its table, or why that cannot be accepted."""
        limits = self._limits
        try:
            with _copied(left, limits.result_bytes, result) as copy:
                after = check_result(copy.fileno(), limits, given)
        except TableTooLarge:
            return too_large(limits)
        except NotATable:
            return not_a_table()
        return replace(execution, after=after)

    def _with_origins(
        self, execution: Execution, numbers: IO[bytes], before: int, rows: Path | None
    ) -> Execution:
        """`execution` with where the rows come from, if the jail says what can be so."""
        after = 0 if execution.after is None else execution.after[0]
        if execution.origins is not None and before == after:
            return execution
        found = None if rows is None else self._numbers(numbers, before, after)
        if rows is None or found is None:
            return replace(execution, origins=None)
        pq.write_table(found, rows)
        return replace(execution, origins=RowOrigins(numbers=rows))

    def _numbers(self, numbers: IO[bytes], before: int, after: int) -> pa.Table | None:
        with self._new_file() as copy:
            try:
                _copy(numbers, copy, self._limits.result_bytes)
            except TableTooLarge:
                return None
            return carried_rows(copy.fileno(), self._limits, before, after)

    def _with_answer(self, execution: Execution, said: IO[bytes], answer: Path | None) -> Execution:
        """`execution` with `answer` as its answer, or with why what was in ``result`` is none."""
        if execution.answer is None or answer is None:
            return replace(execution, answer=None)
        limits = replace(
            self._limits,
            result_bytes=self._limits.answer_bytes,
            table_bytes=4 * self._limits.answer_bytes,
        )
        try:
            with _copied(said, limits.answer_bytes, answer) as copy:
                check_answer(execution.answer, copy.fileno(), limits)
        except TableTooLarge:
            detail = (
                f"What it left in result is larger than {limits.answer_bytes >> 20} MiB; leave a "
                "part of it, or a summary."
            )
        except NotAnAnswer as reason:
            detail = str(reason)
        else:
            return execution
        return replace(execution, answer=None, detail=detail)


def _require_room(left: IO[bytes]) -> None:
    """Raise OSError where no more can be written there: a full disk is no fault of the snippet.

    The jail is not asked, for a snippet may raise whatever it likes.
    """
    os.posix_fallocate(left.fileno(), os.fstat(left.fileno()).st_size, _ROOM)


def _measured(execution: Execution, heard: Heard) -> Execution:
    return replace(
        execution,
        wall_seconds=heard.wall_seconds,
        cpu_seconds=heard.cpu_seconds,
        peak_memory_bytes=heard.peak_memory_bytes,
        output=heard.output,
    )


@contextmanager
def _copied(source: IO[bytes], most_bytes: int, path: Path) -> Iterator[IO[bytes]]:
    """A new file at `path` with what `source` holds; none, if what is done with it raises.

    The jail may hold `source` for as long as it lives, so nothing is ever read from there twice.
    """
    with open(path, "x+b") as copy:
        try:
            _copy(source, copy, most_bytes)
            yield copy
        except BaseException:
            path.unlink()
            raise


def _copy(source: IO[bytes], copy: IO[bytes], most_bytes: int) -> None:
    """Raises TableTooLarge."""
    copied = 0
    while copied <= most_bytes:
        sent = os.sendfile(copy.fileno(), source.fileno(), copied, _SENT_AT_ONCE)
        if not sent:
            return
        copied += sent
    raise TableTooLarge
