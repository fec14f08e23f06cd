"""Whether two tables are the same, and where they first differ."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a table first differs from another, without any cell of it.

    `column` is the first of the columns that differ, by its name in the first table, or in the
    second if it is in that alone; `row` the first row in which it does, from 0, where its cells do;
    `what` goes on from the name of the column, or else of the table: what differs.
    """

    column: str | None
    row: int | None
    what: str


class TableComparison(Protocol):
    """Compares the tables of Parquet files by what they say."""

    def digest(self, table: Path, version: str) -> str:
        """The table digest of this version, ``td1`` or ``td2``.

        Raises ValueError for a version that there is not.
        """

    def first_difference(self, recorded: Path, replayed: Path) -> Place | None:
        """The first place at which the tables differ; None if they are the same."""
