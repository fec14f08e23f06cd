"""What the steps of a turn made of the table, in words and numbers: never a cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actions import Inquiry
from domain.plan import Step
from domain.session.events import Snapshot
from domain.table import TableShape, TableSize

_MOST_TOLD = 12
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class DoneStep:
    """A step, the table before it and after it, and how many cells it changed, if that is known."""

    step: Step
    before: Snapshot
    after: Snapshot
    changed_cells: int | None = None


def describe_steps(done: Sequence[DoneStep]) -> str:
    """Each step with what it came to, such as ``Trim white space around name (12 cells changed)``.

    Of those that only answered, nothing: their answer is told.
    """
    told = [each for each in done if not _only_answered(each)] or done
    words = [_described(each) for each in told[:_MOST_TOLD]]
    more = len(told) - len(words)
    return "; ".join(words) + (f"; and {more} more step{'s' * (more != 1)}" if more else "")


def describe_difference(before: Snapshot, after: Snapshot) -> str:
    """Rows, columns and missing cells before and after."""
    if before.table_digest == after.table_digest:
        return "Done; nothing in the table had to change."
    changes = changes_between(before, after)
    if not changes:
        return f"Done; {counted(after.shape.size)} as before."
    return f"Done: {', '.join(changes)}."


def changes_between(before: Snapshot, after: Snapshot) -> list[str]:
    """What became of rows, columns and missing cells; nothing of what stayed the same."""
    changes = [
        f"{noun} {old:,} → {new:,}"
        for noun, old, new in (
            ("rows", before.shape.rows, after.shape.rows),
            ("columns", len(before.shape.columns), len(after.shape.columns)),
            ("missing cells", _missing(before), _missing(after)),
        )
        if old != new
    ]
    return changes + _lost_values(before.shape, after.shape)


def counted(size: TableSize) -> str:
    """Rows and columns in words."""
    rows, columns = size.rows, size.columns
    return f"{rows:,} row{'s' * (rows != 1)} and {columns:,} column{'s' * (columns != 1)}"


def _only_answered(done: DoneStep) -> bool:
    same = done.before.table_digest == done.after.table_digest
    actions = done.step.actions
    return same and bool(actions) and all(isinstance(action, Inquiry) for action in actions)


def _described(done: DoneStep) -> str:
    words = done.step.description
    if len(words) > _LONGEST:
        words = f"{words[:_LONGEST]}…"
    effects = ", ".join(_effects(done))
    return f"{words} ({effects})" if effects else words


def _effects(done: DoneStep) -> list[str]:
    if done.before.table_digest == done.after.table_digest:
        return ["nothing had to change"]
    cells = done.changed_cells
    changed = [f"{cells:,} cell{'s' * (cells != 1)} changed"] if cells else []
    return changed + changes_between(done.before, done.after)


def _lost_values(before: TableShape, after: TableShape) -> list[str]:
    """Columns in which fewer values are present, though no row is gone: those became missing."""
    if before.rows != after.rows:
        return []
    nulls = {column.name: column.nulls for column in before.columns}
    return [
        f"{column.nulls - nulls[column.name]:,} of {before.rows - nulls[column.name]:,} values of "
        f"'{column.name}' became missing"
        for column in after.columns
        if column.nulls > nulls.get(column.name, column.nulls)
    ]


def _missing(snapshot: Snapshot) -> int:
    return sum(column.nulls for column in snapshot.shape.columns)
