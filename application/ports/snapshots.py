"""Snapshots of nodes: keeping tables, and reading of them only what is asked for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from application.ports.row_origins import RowOrigins
from domain.difference import ColumnChange, Matching
from domain.session.events import Snapshot
from domain.table import ColumnType


class QueryRefused(Exception):
    """A question about a table that it cannot answer; the message says what can be asked.

    `parameter` is the part of the question that is wrong. The message holds no cell.
    """

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of a snapshot as JSON-ready values, in order. Missing cells are None."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    offset: int
    total: int


@dataclass(frozen=True, kw_only=True)
class RowQuery:
    """Which rows, in which order, and which columns of them; all as a person writes it.

    `columns` are names, or several with commas between. `sort` are names likewise, a ``-`` before
    one to begin with the largest; missing cells come last, rows that are alike stay in order.
    `where` are conditions ``column:operator:value`` that must all hold; a missing cell fulfils
    none but ``isnull``. NaN counts as missing. `numbers` are the only rows to take, whatever else
    is asked for.
    """

    offset: int
    limit: int
    columns: Sequence[str] = ()
    sort: Sequence[str] = ()
    where: Sequence[str] = ()
    numbers: Sequence[int] | None = None


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """A column's cells in a few numbers. The last three are JSON-ready values of cells, or None."""

    type: ColumnType
    nulls: int
    distinct: int
    min: Any = None
    max: Any = None
    mean: Any = None


@dataclass(frozen=True, kw_only=True)
class ColumnDifference:
    """A column in one table or both. `was` is its name before.

    `changed_cells` counts cells of matched rows that differ; where the type changed, cells are
    compared as text. None where the column is in one table only.
    """

    name: str
    was: str | None
    change: ColumnChange
    changed_cells: int | None
    before: ColumnFacts | None
    after: ColumnFacts | None


@dataclass(frozen=True, kw_only=True)
class RowDifference:
    """What became of the rows; numbers of rows count from 0.

    `matched` rows are in both tables, `changed` of them with another cell. The others are in one
    only, as far as one can tell; the first of those are named.
    """

    before: int
    after: int
    matching: Matching
    note: str
    matched: int
    changed: int
    only_before: int
    only_after: int
    first_only_before: Sequence[int]
    first_only_after: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class ChangedRow:
    """A matched row with other cells: of each changed column the cell before and after."""

    row_before: int
    row_after: int
    key: Mapping[str, Any]
    cells: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What makes one table the other. It holds cells: never log or record it."""

    same: bool
    columns_reordered: bool
    columns: Sequence[ColumnDifference]
    rows: RowDifference
    sample: Sequence[ChangedRow]


@dataclass(frozen=True, kw_only=True)
class CarriedRows:
    """Where a table's rows come from: of which table, and of which of its rows."""

    table: Snapshot
    origins: RowOrigins


@dataclass(frozen=True, kw_only=True)
class GivenTable:
    """The table that a snippet was given: as it is kept, and whole in a Parquet file."""

    table: Snapshot
    file: Path


class Snapshots(Protocol):
    """Where the tables of nodes are. Every method raises ObjectMissing and ArtifactCorrupt."""

    def keep(
        self,
        table: Path,
        like: Sequence[Snapshot] = (),
        carried: CarriedRows | None = None,
        given: GivenTable | None = None,
    ) -> Snapshot:
        """Store the table of a Parquet file durably, and where its rows come from if it is known.

        Of columns that one of the snapshots `like` has, nothing is stored and nothing computed;
        which those are is found out from the cells. With `given`, a column of Arrow's type null
        is that table's of its name, as Sandbox leaves it.
        """

    def at(self, address: str) -> Snapshot:
        """The table whose manifest is there."""

    def assemble(self, snapshot: Snapshot, destination: Path) -> Path:
        """Write the whole table to the new Parquet file `destination`, and return that."""

    def unchanged(self, before: Snapshot, after: Snapshot) -> frozenset[str]:
        """The columns that both tables have under one name with the same cells in the same rows,
        as far as that is known without reading them."""

    def page(self, snapshot: Snapshot, query: RowQuery) -> Page:
        """Some rows. Raises QueryRefused."""

    def profile(
        self, snapshot: Snapshot, columns: Sequence[str] | None = None
    ) -> Mapping[str, Any]:
        """JSON-ready statistics of each column, or of some, as if the table had only those.

        They hold cell values: never log or record them.
        """

    def columns_holding(
        self, snapshot: Snapshot, texts: Collection[str]
    ) -> Mapping[str, Mapping[str, bool]]:
        """Of each text the text columns in which it is a cell, whatever its case; in order.

        True where no such cell is in another case than it is given. All text columns are read.
        """

    def diff(
        self, before: Snapshot, after: Snapshot, *, key: Sequence[str] = (), sample: int = 20
    ) -> Difference:
        """What makes `before` into `after`. Columns of equal content are not read.

        Rows are matched by the columns `key`, else by where they come from, else as well as one
        can tell. Raises QueryRefused.
        """
