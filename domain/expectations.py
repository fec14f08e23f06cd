"""What a step may do to a table, by its typed actions or by what its plan says of it."""

from dataclasses import dataclass

from domain.actions import RowEffect, TypedAction
from domain.plan import Step
from domain.table import TableShape

EVERY_COLUMN = "*"
# From the mildest on.
_EFFECTS = (RowEffect.KEPT, RowEffect.REORDERED, RowEffect.FEWER, RowEffect.REMADE)


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What may become of a table.

    `changes` are the columns whose cells may change or that may go, by their names before, and
    `rows` what may become of the rows; None where that is not known. `columns` are the names that
    there must be in the end; None where code is free to add some.
    """

    changes: frozenset[str] | None = None
    rows: RowEffect | None = None
    columns: tuple[str, ...] | None = None

    def untouched(self, shape: TableShape) -> tuple[str, ...]:
        """The columns of `shape` that must be there afterwards as they are."""
        if self.changes is None:
            return ()
        return tuple(name for name in shape.column_names if name not in self.changes)


def expected_of(step: Step, shape: TableShape) -> Expectations:
    """What `step` may do to a table of `shape`."""
    if step.actions:
        return _of_actions(step.actions, shape)
    # Rows that are made anew, as by grouping, leave no column as it was.
    if step.changes is None or EVERY_COLUMN in step.changes or step.rows is RowEffect.REMADE:
        return Expectations(rows=step.rows)
    return Expectations(changes=_meant(step.changes, shape), rows=step.rows)


def _meant(names: tuple[str, ...], shape: TableShape) -> frozenset[str]:
    """The columns that the names mean; models do not always write them as they are written."""
    there = set(shape.column_names)
    loosely = {_plain(name) for name in names if name not in there}
    return frozenset(names) | {name for name in there if _plain(name) in loosely}


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _of_actions(actions: tuple[TypedAction, ...], shape: TableShape) -> Expectations:
    rows = max((action.rows for action in actions), key=_EFFECTS.index)
    changed = set[str]()
    left: TableShape | None = shape
    for action in actions:
        changed.update(action.columns_changed())
        left = left and action.shape_after(left)
    if left is None:
        return Expectations(rows=rows)
    gone = set(shape.column_names) - set(left.column_names)
    return Expectations(changes=frozenset(changed | gone), rows=rows, columns=left.column_names)
