"""What makes one table the other, in names of columns and numbers: never a cell."""

from dataclasses import dataclass
from enum import StrEnum


class ColumnChange(StrEnum):
    """What became of a column."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"


class Matching(StrEnum):
    """How rows of one table were found again in the other."""

    KEY = "key"
    POSITION = "position"
    CONTENT = "content"
    ORIGIN = "origin"


@dataclass(frozen=True, kw_only=True)
class TouchedColumn:
    """A column that is not as it was. `was` is its name before.

    `cells` counts those of matched rows that differ; None where only one table has the column.
    """

    name: str
    was: str | None
    change: ColumnChange
    cells: int | None


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What steps do to a table. `changed_rows` are in both tables, with another cell; `removed`
    and `added` are in one of them only, as far as `matching` can tell."""

    rows_before: int
    rows_after: int
    changed_rows: int
    removed_rows: int
    added_rows: int
    matching: Matching
    columns: tuple[TouchedColumn, ...]
    columns_reordered: bool = False
