"""What became of a table's cells, in counts; and a sample of them to try code on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from application.ports.row_origins import RowOrigins
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class CellChanges:
    """What became of some columns of rows that are still there.

    `cells` counts by column those that became others; where none did, `shifted_rows` counts the
    rows that are put together from cells of several.
    """

    cells: Mapping[str, int] = field(default_factory=dict)
    shifted_rows: int = 0


class TableChanges(Protocol):
    """Looks at the tables of Parquet files. Nothing that it tells holds a cell."""

    def shape(self, table: Path) -> TableShape:
        """Schema and counts, without `duplicate_rows`, which take long to count."""

    def sample(self, table: Path, destination: Path, *, rows: int) -> None:
        """Write at most so many rows of `table` to the new file `destination`, in their order.

        They are always the same: spread evenly, and some of those in which a cell is missing.
        """

    def cells(
        self, before: Path, after: Path, columns: Collection[str], origins: RowOrigins | None
    ) -> CellChanges:
        """What became of these columns, which both tables have.

        Where `origins` does not tell which row before each row is, they are those in the same
        places, if these say the same, or else those that do.
        """
