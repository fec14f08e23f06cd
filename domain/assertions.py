"""What was to hold of the difference that a snippet made, as checked: counts and types, no cell."""

from dataclasses import dataclass
from enum import StrEnum

from domain.table import ColumnType


class AssertionName(StrEnum):
    """What an assertion is about.

    ROWS_KEPT, NO_ROWS_ADDED: the table's rows; `expected` is how many there were.
    COLUMN_KEPT, COLUMN_MADE, NO_COLUMN_ADDED: a column is there (1) or not (0).
    CELLS_KEPT: how many of a column's cells became others.
    ROWS_TOGETHER: rows in which untouched cells do not stand beside one another as before.
    TYPE_KEPT: a column's type.
    KEY_UNIQUE: different values of a column in which no two rows were alike; one for each row.
    VALUES_LEFT: values of a column that are not missing; `expected` is the least.
    """

    ROWS_KEPT = "rows_kept"
    NO_ROWS_ADDED = "no_rows_added"
    COLUMN_KEPT = "column_kept"
    COLUMN_MADE = "column_made"
    NO_COLUMN_ADDED = "no_column_added"
    CELLS_KEPT = "cells_kept"
    ROWS_TOGETHER = "rows_together"
    TYPE_KEPT = "type_kept"
    KEY_UNIQUE = "key_unique"
    VALUES_LEFT = "values_left"


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """Something that was to hold, and what was found.

    Those of columns that held stand together: `column` is None then, and `expected` and `found`
    count the columns.
    """

    name: AssertionName
    held: bool
    expected: int | ColumnType
    found: int | ColumnType
    column: str | None = None


def complaint(broken: Assertion) -> str:
    """A sentence about an assertion that did not hold, for people and for who wrote the code."""
    expected, found = broken.expected, broken.found
    column = f"the column {broken.column!r}"
    match broken.name:
        case AssertionName.ROWS_KEPT:
            return f"The step keeps every row, but of {expected:,} rows the code left {found:,}."
        case AssertionName.NO_ROWS_ADDED:
            return f"The step adds no row, but of {expected:,} rows the code made {found:,}."
        case AssertionName.COLUMN_KEPT:
            return f"The step does not speak of {column}, but the code dropped or renamed it."
        case AssertionName.COLUMN_MADE:
            return f"The step leaves {column}, but the code did not."
        case AssertionName.NO_COLUMN_ADDED:
            return f"The step does not speak of {column}, but the code made it."
        case AssertionName.CELLS_KEPT:
            return f"The step leaves {column} as it is, but the code changed {found:,} cells of it."
        case AssertionName.ROWS_TOGETHER:
            return (
                f"In {found:,} rows the code moved cells of columns that the step leaves as they "
                "are to other rows."
            )
        case AssertionName.TYPE_KEPT:
            return f"The step leaves {column} of type {expected}, but the code made it {found}."
        case AssertionName.KEY_UNIQUE:
            return (
                f"No two rows were alike in {column}, but the code left {expected:,} rows with "
                f"{found:,} different values."
            )
        case AssertionName.VALUES_LEFT:
            return f"The code left no value in {column}, which had some."
