"""Running a snippet, on a sample or on the whole table, up to the event that says what came of it.

Code may do what its step does not say. What a sample does not show may come out with the whole
table, so both differences are looked at.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from application.artifacts import ArtifactKind, Artifacts
from application.crew.differences import Seen, difference_between
from application.crew.engineer import expected_of_code
from application.manifests import parsed_address
from application.outcomes import keep_answer, keep_printed
from application.ports.cancellation import Cancellation
from application.ports.row_origins import RowOrigins
from application.ports.sandbox import Execution, Outcome, Output, Sandbox, SnippetJob
from application.ports.snapshots import CarriedRows, GivenTable, Snapshots
from application.ports.table_changes import TableChanges
from application.seeds import seed_of
from domain.actions import RowEffect
from domain.assertions import Assertion, complaint
from domain.difference_review import reviewed
from domain.execution import Usage
from domain.rehearsal import Rehearsal
from domain.session.events import Snapshot, SnippetExecuted, SnippetFailed, SnippetRehearsed
from domain.session.next_step import ExecuteSnippet, RehearseSnippet
from domain.table import TableShape, TableSize

SAMPLE_ROWS = 1_000
"""A jail needs hardly longer for as many rows as for one, and what is so in one row of 200 is
missing from one in 150 such samples. Smaller tables are tried whole."""

REFUSED = "refused"
"""The outcome of code that ran to its end and did what its step may not do."""

# Code that asks for a label or a place of the whole table may find it there.
_OF_THE_SAMPLE = frozenset({"IndexError", "KeyError"})


@dataclass(frozen=True, kw_only=True)
class Executions:
    """Runs snippets."""

    artifacts: Artifacts
    snapshots: Snapshots
    sandbox: Sandbox
    changes: TableChanges

    def rehearse(
        self, step: RehearseSnippet, cancelled: Cancellation
    ) -> SnippetRehearsed | SnippetFailed:
        """Try code on a sample; neither leaves this machine. What it prints and answers is not kept
        if it does well."""
        with self.artifacts.workspace() as directory:
            left = _Left.within(directory)
            whole = self.snapshots.assemble(step.table, directory / "whole.parquet")
            self.changes.sample(whole, left.table, rows=SAMPLE_ROWS)
            execution = self._run(step, left, cancelled)
            sample = Seen(file=left.table, shape=self.changes.shape(left.table))
            rehearsal = Rehearsal(before=sample.shape, whole=step.table.shape.rows <= SAMPLE_ROWS)
            if execution.outcome is Outcome.OK:
                made = Seen(file=left.result, shape=self.changes.shape(left.result))
                assertions = self._assertions(step, sample, made, execution.origins)
                rehearsal = replace(rehearsal, after=made.shape, assertions=assertions)
            elif rehearsal.whole or execution.exception not in _OF_THE_SAMPLE:
                return self._failed(step, execution, sample.shape.size)
            else:
                rehearsal = replace(rehearsal, failure=execution.detail)
            if _broken(rehearsal.assertions):
                return self._refused(step, execution, sample.shape.size, rehearsal.assertions)
            return SnippetRehearsed(
                task_id=step.task_id,
                step=step.index,
                attempt=step.attempt,
                rehearsal=rehearsal,
                usage=_usage(execution),
            )

    def execute(
        self, step: ExecuteSnippet, newest: Sequence[Snapshot], cancelled: Cancellation
    ) -> SnippetExecuted | SnippetFailed:
        """Run code on the whole table. The new one may share columns with those of `newest`."""
        with self.artifacts.workspace() as directory:
            left = _Left.within(directory)
            self.snapshots.assemble(step.table, left.table)
            given = _given(step.table, left)
            execution = self._run(step, left, cancelled, changes_only=given is not None)
            size = step.table.shape.size
            if execution.outcome is not Outcome.OK:
                return self._failed(step, execution, size)
            origins, carried = execution.origins, None
            if origins is not None:
                carried = CarriedRows(table=step.table, origins=origins)
            made = self.snapshots.keep(left.result, [step.table, *newest], carried, given)
            same = cache(partial(self.snapshots.unchanged, step.table, made))
            assertions = self._assertions(
                step,
                Seen(file=left.table, shape=step.table.shape),
                Seen(file=left.result, shape=made.shape),
                origins,
                same=same,
            )
            if _broken(assertions):
                return self._refused(step, execution, size, assertions)
            executed = self._executed(step, execution, made, assertions, left)
            cells = self._changed_cells(step, made, left, origins, same)
            return replace(executed, changed_cells=cells)

    def _run(
        self,
        step: RehearseSnippet | ExecuteSnippet,
        left: "_Left",
        cancelled: Cancellation,
        *,
        changes_only: bool = False,
    ) -> Execution:
        return self.sandbox.execute(
            SnippetJob(
                snippet=step.code,
                table=left.table,
                result=left.result,
                seed=seed_of(step.task_id, step.index),
                rows=left.rows,
                answer=left.answer,
                changes_only=changes_only,
                cancelled=cancelled,
            )
        )

    def _assertions(
        self,
        step: RehearseSnippet | ExecuteSnippet,
        before: Seen,
        after: Seen,
        origins: RowOrigins | None,
        same: Callable[[], frozenset[str]] = frozenset,
    ) -> tuple[Assertion, ...]:
        if step.step is None:
            return ()
        whole: TableShape = step.table.shape
        expected = expected_of_code(step.code, step.step, whole)
        difference = difference_between(
            before, after, expected, self.changes, origins=origins, same=same, whole=whole
        )
        return reviewed(expected, difference)

    def _changed_cells(
        self,
        step: ExecuteSnippet,
        made: Snapshot,
        left: "_Left",
        origins: RowOrigins | None,
        same: Callable[[], frozenset[str]],
    ) -> int | None:
        """How many cells became others, if all rows are still there and it is known which."""
        before, after = step.table.shape, made.shape
        moving = step.step is not None and any(
            action.rows is not RowEffect.KEPT for action in step.step.actions
        )
        if moving or before.rows != after.rows or origins is None:
            return None
        both = set(before.column_names).intersection(after.column_names)
        unsure = both - same()
        found = self.changes.cells(left.table, left.result, unsure, origins)
        return sum(found.cells.values())

    def _executed(
        self,
        step: ExecuteSnippet,
        execution: Execution,
        made: Snapshot,
        assertions: tuple[Assertion, ...],
        left: "_Left",
    ) -> SnippetExecuted:
        stdout, stderr = keep_printed(self.artifacts, execution.output or Output())
        answer = None
        if execution.answer is not None:
            answer = keep_answer(
                self.artifacts, self.snapshots, execution.answer, left.answer, step.table
            )
        return SnippetExecuted(
            task_id=step.task_id,
            step=step.index,
            attempt=step.attempt,
            snapshot=made,
            usage=_usage(execution),
            before=step.table.shape.size,
            runtime=execution.runtime or {},
            stdout=stdout,
            stderr=stderr,
            answer=answer,
            detail=execution.detail,
            assertions=assertions,
        )

    def _failed(
        self, step: RehearseSnippet | ExecuteSnippet, execution: Execution, before: TableSize
    ) -> SnippetFailed:
        stdout, stderr = keep_printed(self.artifacts, execution.output or Output())
        return SnippetFailed(
            task_id=step.task_id,
            step=step.index,
            attempt=step.attempt,
            outcome=execution.outcome.value,
            detail=execution.detail or execution.outcome.value,
            usage=_usage(execution),
            exception=execution.exception,
            line=execution.line,
            before=before,
            runtime=execution.runtime or {},
            stdout=stdout,
            stderr=stderr,
        )

    def _refused(
        self,
        step: RehearseSnippet | ExecuteSnippet,
        execution: Execution,
        before: TableSize,
        assertions: tuple[Assertion, ...],
    ) -> SnippetFailed:
        return replace(
            self._failed(step, execution, before),
            outcome=REFUSED,
            detail=" ".join(map(complaint, _broken(assertions))),
            assertions=assertions,
        )


@dataclass(frozen=True, kw_only=True)
class _Left:
    """The files of an execution: the table that it is given, and those that it may leave."""

    table: Path
    result: Path
    rows: Path
    answer: Path

    @classmethod
    def within(cls, directory: Path) -> "_Left":
        """Files that are not there yet."""
        return cls(
            table=directory / "table.parquet",
            result=directory / "result.parquet",
            rows=directory / "rows.parquet",
            answer=directory / "answer",
        )


def _given(table: Snapshot, left: _Left) -> GivenTable | None:
    """What is kept of a new table may be kept of `table`; None if that is not kept by columns."""
    kind, _ = parsed_address(table.address)
    return GivenTable(table=table, file=left.table) if kind is ArtifactKind.MANIFEST else None


def _broken(assertions: Iterable[Assertion]) -> list[Assertion]:
    return [each for each in assertions if not each.held]


def _usage(execution: Execution) -> Usage:
    return Usage(
        wall_seconds=execution.wall_seconds,
        cpu_seconds=execution.cpu_seconds,
        peak_memory_bytes=execution.peak_memory_bytes,
    )
