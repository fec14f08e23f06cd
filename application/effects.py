"""What is recorded of a difference between tables: names of columns and numbers, never a cell."""

from application.ports.snapshots import Difference
from domain.difference import ColumnChange, Effect, TouchedColumn


def effect_of(difference: Difference) -> Effect:
    """The difference without what it says of cells."""
    rows = difference.rows
    return Effect(
        rows_before=rows.before,
        rows_after=rows.after,
        changed_rows=rows.changed,
        removed_rows=rows.only_before,
        added_rows=rows.only_after,
        matching=rows.matching,
        columns=tuple(
            TouchedColumn(
                name=column.name, was=column.was, change=column.change, cells=column.changed_cells
            )
            for column in difference.columns
            if column.change is not ColumnChange.UNCHANGED
        ),
        columns_reordered=difference.columns_reordered,
    )
