"""Why an action cannot be done to a table. Every message says what is wrong and what would work."""

from collections.abc import Sequence

from domain.actions.nearest import nearest_names
from domain.table import ColumnType


class InvalidAction(Exception):
    """The action does not fit the table. Holds names and the person's own values, never cells."""


class UnknownColumn(InvalidAction):
    """None of the table's `columns` has this name; `nearest` are those that may be meant, the most
    likely first."""

    def __init__(self, column: str, columns: Sequence[str]) -> None:
        self.column = column
        self.nearest = nearest_names(column, columns)
        verb = "is" if len(self.nearest) == 1 else "are"
        hint = f" The nearest {verb} {_listing(self.nearest)}." if self.nearest else ""
        super().__init__(f"There is no column {column!r}.{hint}")


class WrongType(InvalidAction):
    """The column's type does not take part in this; the message says what to do first."""

    def __init__(self, column: str, column_type: ColumnType, needs: str, remedy: str = "") -> None:
        told = f" {remedy}" if remedy else ""
        super().__init__(f"The column {column!r} holds {PLURALS[column_type]}, {needs}.{told}")
        self.column = column
        self.column_type = column_type


class UnusableValue(InvalidAction):
    """A value that cannot be compared with, or stored in, the column."""


class UnusablePattern(InvalidAction):
    """A regular expression, or a replacement for what it finds, that Python cannot read."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"{pattern!r} cannot be used in a regular expression: {reason}.")
        self.pattern = pattern


class UnusableName(InvalidAction):
    """A new column name that is empty, or already taken."""


class UnreadableExpression(InvalidAction):
    """An expression that is not understood, or does not fit the types of its columns."""


class NothingNamed(InvalidAction):
    """The action names no column, no pair, no key or no condition where it needs one."""


class NamedTwice(InvalidAction):
    """The action names a column twice."""

    def __init__(self, column: str) -> None:
        super().__init__(f"The column {column!r} is named twice.")
        self.column = column


class NoColumnLeft(InvalidAction):
    """The action would drop every column."""

    def __init__(self) -> None:
        super().__init__("That would leave no column. Keep at least one.")


PLURALS = {
    ColumnType.INTEGER: "whole numbers",
    ColumnType.NUMBER: "numbers",
    ColumnType.TEXT: "texts",
    ColumnType.BOOLEAN: "true/false values",
    ColumnType.DATETIME: "dates",
    ColumnType.OTHER: "durations, times of day, lists or the like",
}


def _listing(names: tuple[str, ...]) -> str:
    return ", ".join(repr(name) for name in names)
