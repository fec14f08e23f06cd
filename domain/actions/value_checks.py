"""Whether a person's value can be compared with, or stored in, a column of some type."""

import math
import re
from collections.abc import Iterable
from datetime import datetime

from domain.actions.conditions import Scalar
from domain.actions.errors import PLURALS, UnusableValue, WrongType
from domain.table import Column, ColumnType

ORDERED = frozenset({*ColumnType} - {ColumnType.BOOLEAN, ColumnType.OTHER})
NUMERIC = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})
# The log's canonical JSON writes no whole number past this: others would read it differently.
_LARGEST_WHOLE_NUMBER = 2**53 - 1
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?", re.ASCII)


def check_value(value: Scalar, column: Column) -> None:
    """Raise UnusableValue or WrongType unless the value is of the column's kind."""
    if isinstance(value, float) and not math.isfinite(value):
        raise UnusableValue(f"{value} is not a number that can be used. Give a finite one.")
    if isinstance(value, int) and abs(value) > _LARGEST_WHOLE_NUMBER:
        raise UnusableValue(
            f"{value} is too long for a number. Cast {column.name!r} to text first, "
            "then put the value in quotes."
        )
    if column.type is ColumnType.OTHER:
        raise WrongType(
            column.name, column.type, "which cannot be compared", "Cast it to text first."
        )
    if not _suits(value, column.type):
        raise WrongType(
            column.name, column.type, f"so {value!r} does not fit it", _remedy(value, column.type)
        )


def demand(columns: Iterable[Column], types: Iterable[ColumnType], needs: str, remedy: str) -> None:
    """Raise WrongType, which says what is needed and what to do, unless all are of the types."""
    for column in columns:
        if column.type not in types:
            raise WrongType(column.name, column.type, needs, remedy)


def is_iso_date(text: str) -> bool:
    """Whether the text is a date, or a date and time, as ISO 8601 writes it: 2024-03-04 10:30."""
    if not _ISO_DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _suits(value: Scalar, column_type: ColumnType) -> bool:
    match column_type:
        case ColumnType.BOOLEAN:
            return isinstance(value, bool)
        case ColumnType.INTEGER | ColumnType.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ColumnType.DATETIME:
            return isinstance(value, str) and is_iso_date(value)
        case _:
            return isinstance(value, str)


def _remedy(value: Scalar, column_type: ColumnType) -> str:
    if column_type is ColumnType.DATETIME:
        return "Write dates like 2024-03-04."
    if column_type is ColumnType.BOOLEAN:
        return "Use true or false."
    wanted = "text" if isinstance(value, str) else "number"
    if column_type is ColumnType.TEXT and wanted == "number":
        return f"Cast it to number first, or put the value in quotes: '{value}'."
    return f"{PLURALS[column_type].capitalize()} are needed, or cast it to {wanted} first."
