"""What a table is to the domain: named, typed columns and counts, never cells."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum

MOST_COLUMNS = 10_000
"""How many columns a table may have. Of more, as a matrix has, each step would take minutes."""


class ColumnType(StrEnum):
    """The logical type of a column, independent of how a library stores it."""

    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table: its name, logical type and counts of null and distinct values."""

    name: str
    type: ColumnType
    nulls: int
    distinct: int


@dataclass(frozen=True, kw_only=True)
class TableSize:
    """How many rows and columns a table has."""

    rows: int
    columns: int


@dataclass(frozen=True, kw_only=True)
class TableShape:
    """The schema and size of a table, without any of its cells."""

    rows: int
    columns: tuple[Column, ...]
    duplicate_rows: int = 0

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def size(self) -> TableSize:
        """Rows and columns, counted."""
        return TableSize(rows=self.rows, columns=len(self.columns))

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def changed(self, names: Collection[str], change: Callable[[Column], Column]) -> "TableShape":
        """The same with each of the named columns changed."""
        changed = (change(c) if c.name in names else c for c in self.columns)
        return replace(self, columns=tuple(changed))

    def with_column(
        self, name: str, type_: ColumnType, *, distinct: int | None = None
    ) -> "TableShape":
        """The same with a column of that name: the one that there is, or a new last one.

        As many distinct values as rows, unless so few are known.
        """
        most = self.rows if distinct is None else min(distinct, self.rows)
        column = Column(name=name, type=type_, nulls=0, distinct=most)
        if name in self.column_names:
            return self.changed((name,), lambda _: column)
        return replace(self, columns=(*self.columns, column))
