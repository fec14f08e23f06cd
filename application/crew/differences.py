"""The difference that a snippet made to a table, as far as its step says what may become of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from application.ports.row_origins import RowOrigins
from application.ports.table_changes import CellChanges, TableChanges
from domain.actions import RowEffect
from domain.difference_review import TableDifference, keys_of
from domain.expectations import Expectations
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A table in a Parquet file, and its shape."""

    file: Path
    shape: TableShape


def difference_between(
    before: Seen,
    after: Seen,
    expected: Expectations,
    changes: TableChanges,
    *,
    origins: RowOrigins | None,
    same: Callable[[], frozenset[str]],
    whole: TableShape,
) -> TableDifference:
    """What became of the table. Nothing became of the columns that `same` looks up.

    `origins` tells which row before each row after is, if it is known. Both may be of a sample of
    the table `whole`.
    """
    found = _changes(before, after, expected, changes, origins, same)
    return TableDifference(
        before=before.shape,
        after=after.shape,
        keys=keys_of(whole),
        changed_cells=found.cells,
        shifted_rows=found.shifted_rows,
        sampled=whole.rows > before.shape.rows,
    )


def _changes(
    before: Seen,
    after: Seen,
    expected: Expectations,
    changes: TableChanges,
    origins: RowOrigins | None,
    same: Callable[[], frozenset[str]],
) -> CellChanges:
    """What became of cells to which nothing was to happen."""
    there = set(after.shape.column_names)
    untouched = [name for name in expected.untouched(before.shape) if name in there]
    # Rows that are made anew have no cells from before. Which rows go or move by typed actions is
    # our own code's doing, and reading both tables for it would take longer than doing it.
    ours = expected.columns is not None and expected.rows is not RowEffect.KEPT
    if expected.rows is RowEffect.REMADE or ours:
        return CellChanges()
    known = same() if untouched else frozenset[str]()
    unsure = [name for name in untouched if name not in known]
    found = CellChanges()
    if unsure:
        found = changes.cells(before.file, after.file, unsure, origins)
    nothing = dict.fromkeys((name for name in untouched if name in known), 0)
    return CellChanges(cells={**nothing, **found.cells}, shifted_rows=found.shifted_rows)
