"""The sandbox for a notebook: a dataframe in, a new dataframe out."""

import tempfile
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.parquet as pq

from application.ports.sandbox import Execution, Outcome, SnippetJob
from infrastructure.nsjail.explanation import explain_unstorable
from infrastructure.nsjail.frames import Refused, read_table, to_arrow
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.sandbox import NsjailSandbox


class TransformationFailed(Exception):
    """The snippet left no table. `execution` has the outcome, the line and a safe sentence."""

    def __init__(self, execution: Execution) -> None:
        super().__init__(execution.detail or execution.outcome.value)
        self.execution = execution


class SnippetRefused(TransformationFailed):
    """The policy does not allow what the snippet does; nothing was executed."""


class SnippetInvalid(TransformationFailed):
    """The snippet is not valid Python."""


class SnippetRaised(TransformationFailed):
    """The snippet ended in an exception, or ``df`` is not a table that can be kept."""


class SnippetTimedOut(TransformationFailed):
    """The snippet ran longer than its wall-clock limit."""


class ProcessorTimeUsedUp(TransformationFailed):
    """The snippet used more processor time than allowed."""


class MemoryUsedUp(TransformationFailed):
    """The snippet needed more memory than allowed."""


class ResultTooLarge(TransformationFailed):
    """The table that the snippet left is larger than allowed."""


class ProcessesRefused(TransformationFailed):
    """The snippet tried to start processes, or more threads than allowed."""


class SnippetCrashed(TransformationFailed):
    """The snippet ended its Python process, or left something that is not a table."""


class FrameNotStorable(ValueError):
    """The dataframe given cannot be stored as a table; nothing was executed."""


_FAILURES: Final = {
    Outcome.POLICY: SnippetRefused,
    Outcome.SYNTAX: SnippetInvalid,
    Outcome.ERROR: SnippetRaised,
    Outcome.TIMEOUT: SnippetTimedOut,
    Outcome.CPU: ProcessorTimeUsedUp,
    Outcome.MEMORY: MemoryUsedUp,
    Outcome.OUTPUT_TOO_LARGE: ResultTooLarge,
    Outcome.PROCESSES: ProcessesRefused,
    Outcome.CRASHED: SnippetCrashed,
}


def execute_safe_transformation(
    code: str, df: pd.DataFrame, *, limits: JailLimits | None = None, seed: int = 0
) -> pd.DataFrame:
    """Run `code` on a copy of `df` in a jail and return the dataframe that it leaves in ``df``.

    Types survive: integers with nulls come back as ``Int64``, booleans with nulls as ``boolean``,
    text as ``str``. An index becomes columns unless it only numbers the rows; names of several
    levels are joined by ``_``. Raises a subclass of TransformationFailed when the snippet fails,
    FrameNotStorable when `df` cannot enter the jail, SandboxUnavailable when there is no jail; `df`
    itself never changes.
    """
    limits = limits or JailLimits()
    try:
        given = to_arrow(df, limits.columns)
    except Refused as refusal:
        raise FrameNotStorable(explain_unstorable(refusal.kind, refusal.names)) from None
    with tempfile.TemporaryDirectory(prefix="datatrail-frame-") as directory:
        table, result = Path(directory) / "table.parquet", Path(directory) / "result.parquet"
        pq.write_table(given, table)
        execution = NsjailSandbox(limits).execute(
            SnippetJob(snippet=code, table=table, result=result, seed=seed)
        )
        if execution.outcome is not Outcome.OK:
            raise _FAILURES[execution.outcome](execution)
        return read_table(str(result))
