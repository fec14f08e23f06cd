"""What a table is to the domain: named, typed columns and counts, never cells."""

from dataclasses import dataclass
from enum import StrEnum


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
