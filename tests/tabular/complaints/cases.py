"""A complaint as data: a file, and the table that a careful analyst reads in it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.dataset import GivenOptions
from domain.table import ColumnType

Cell = int | float | str | bool | dt.datetime | None
Content = bytes | str | Callable[[], bytes]


@dataclass(frozen=True)
class Cells:
    """What a column holds: its logical type and each of its values, None where one is missing."""

    type: ColumnType
    values: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A file and what is read in it.

    ``content`` that is text is encoded as UTF-8. ``found`` are findings of the report by what they
    are of; ``repaired``, ``doubted`` the kinds of repairs and doubts that the report must hold, and
    ``silent`` says that it must hold none; ``units`` and ``formats`` are those of columns.
    """

    name: str
    content: Content
    columns: Mapping[str, Cells]
    file_name: str = "table.csv"
    given: GivenOptions = field(default_factory=GivenOptions)
    found: Mapping[str, str] = field(default_factory=dict)
    repaired: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A file in which no table can be read without making something up, and why."""

    name: str
    content: Content
    reason: str
    file_name: str = "table.csv"


def bytes_of(content: Content) -> bytes:
    """The file itself."""
    if callable(content):
        return content()
    return content.encode() if isinstance(content, str) else content


def integers(*values: int | None) -> Cells:
    return Cells(ColumnType.INTEGER, values)


def numbers(*values: float | None) -> Cells:
    return Cells(ColumnType.NUMBER, values)


def text(*values: str | None) -> Cells:
    return Cells(ColumnType.TEXT, values)


def truths(*values: bool | None) -> Cells:
    return Cells(ColumnType.BOOLEAN, values)


def moments(*values: str | None) -> Cells:
    """Days or moments, as ISO writes them."""
    return Cells(
        ColumnType.DATETIME,
        tuple(None if value is None else dt.datetime.fromisoformat(value) for value in values),
    )


def column(*cells: str, name: str = "value") -> str:
    """A file with a column of numbers and the column `name`, whose cells are written as they are.

    Commas part the columns, or semicolons when a cell holds a comma.
    """
    mark = ";" if any("," in cell for cell in cells) else ","
    lines = [f"{n}{mark}{cell}" for n, cell in enumerate(cells, start=1)]
    return "\n".join([f"n{mark}{name}", *lines, ""])


def in_column(cells: Cells, name: str = "value") -> dict[str, Cells]:
    """What `column` writes, as it is read."""
    return {"n": integers(*range(1, len(cells.values) + 1)), name: cells}
