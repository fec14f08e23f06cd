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


def expected_of(step: Step, named: tuple[str, ...], shape: TableShape) -> Expectations:
    """What `step` may do to a table of `shape`; `named` are the columns that its plan names."""
    if step.actions:
        return _of_actions(step.actions, shape)
    # A plan that names no column may well mean every one.
    changes = (named or None) if step.changes is None else step.changes
    if changes is None or EVERY_COLUMN in changes:
        return Expectations(rows=step.rows)
    return Expectations(changes=frozenset(changes), rows=step.rows)


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
