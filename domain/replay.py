"""What came of making a session's tables again, and how a person is told.

It holds names of columns, as every recorded table does, and no cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Verdict(StrEnum):
    """What came of making a table again.

    It is the recorded one; or another; or there is none, as the step failed this time; or nobody
    can say: the texts that it was made by are not to be read, or what it was made of is not here.
    """

    REPRODUCED = "reproduced"
    DIVERGED = "diverged"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """A step that did not give the recorded table: it gave another, or failed for `detail`.

    `version` is that of the event that recorded it; `step` counts from 0 within its turn, None is
    the reading of an upload. `what` differs from the stored table, if that is there, which
    `stored` says: in `column`, if in one, and first in `row`, from 0, if in its cells.
    """

    node_id: UUID
    version: int
    step: int | None
    verdict: Verdict
    stored: bool
    detail: str | None = None
    column: str | None = None
    row: int | None = None
    what: str | None = None


@dataclass(frozen=True, kw_only=True)
class OtherRuntime:
    """A part of what runs snippets, in another version than the `recorded` one."""

    name: str
    recorded: str
    now: str


@dataclass(frozen=True, kw_only=True)
class ReplayOutcome:
    """How many nodes and steps there are, and how many nodes came to what.

    `unreadable` and `missing` could not be judged, `why_missing` says why of the first such.
    `from_stored` counts the steps that were run on a stored table, as the one before was not made
    again; `erased` is whether texts of the session were.
    """

    nodes: int
    steps: int
    reproduced: int
    diverged: int = 0
    unreadable: int = 0
    missing: int = 0
    why_missing: str | None = None
    from_stored: int = 0
    erased: bool = False
    first_divergence: Divergence | None = None
    other_runtimes: tuple[OtherRuntime, ...] = ()


def described(outcome: ReplayOutcome) -> Iterator[str]:
    """The outcome for a person, line by line."""
    yield f"{outcome.reproduced:,} of {_counted(outcome.nodes, 'node')} reproduced."
    if outcome.from_stored:
        these = _counted(outcome.from_stored, "step")
        yield f"Run on the stored table, as the one before was not made again: {these}."
    if outcome.first_divergence is not None:
        yield from _described(outcome.first_divergence, outcome)
    if outcome.unreadable:
        why = "was erased" if outcome.erased else "is sealed"
        yield f"{_counted(outcome.unreadable, 'node')} not judged: what made them {why}."
    if outcome.missing:
        nodes = _counted(outcome.missing, "node")
        yield f"{nodes} not judged, or not from the beginning: {outcome.why_missing}"
    for each in outcome.other_runtimes:
        yield f"The runtime differs: {each.name} {each.now}, where {each.recorded} ran."


def _described(first: Divergence, outcome: ReplayOutcome) -> Iterator[str]:
    name = "the reading" if first.step is None else f"step {first.step + 1}"
    where = f"First divergence: {name} of node {first.node_id} (event {first.version})"
    yield f"{where}: {_what(first)}"
    if first.step is None:
        yield "  Which versions read the file then, the log does not say."
    elif not outcome.other_runtimes:
        yield "  The runtime is the recorded one."
    if outcome.diverged > 1:
        yield f"  {_counted(outcome.diverged - 1, 'later node')} diverged as well."


def _what(first: Divergence) -> str:
    if first.verdict is Verdict.FAILED:
        return f"it gave no table. {first.detail or ''}"
    if first.what is None and first.stored:
        return "it gave the table that is stored, and the event names another."
    if first.what is None:
        return "it gave another table. Which cells differ only the stored one could tell."
    what = "the table" if first.column is None else f"column {first.column!r}"
    row = "" if first.row is None else f"; first unlike in row {first.row:,} (counted from 0)"
    return f"{what} {first.what}{row}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
