"""Whether a table, or an answer, is what was expected: by content, numbers nearly."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from application.evaluation.cases import ANY_NAME, Cell, StatedTable
from domain.table import ColumnType

_RELATIVE, _ABSOLUTE = 1e-6, 1e-9
# A number in a sentence is rounded.
_TOLD = 5e-3
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class FoundTable:
    """A table as it is: names, types and JSON-ready cells."""

    columns: Sequence[str]
    types: Sequence[ColumnType]
    rows: Sequence[Sequence[Any]]


def is_as_expected(found: FoundTable, expected: StatedTable) -> bool:
    """Whether the table has the columns and the cells that are expected."""
    order = _order(found.columns, expected)
    if order is None or len(found.rows) != len(expected.rows):
        return False
    types = [found.types[place] for place in order]
    for name, kind in zip(expected.columns, types, strict=True):
        stated = expected.types.get(name)
        if stated is not None and stated is not kind:
            return False
        if stated is None and name != ANY_NAME and kind is ColumnType.DATETIME:
            return False
    hidden = [name in expected.hidden for name in expected.columns]
    rows = [[row[place] for place in order] for row in found.rows]
    return _same_rows(rows, expected, types, hidden)


def answers_as_expected(found: FoundTable, expected: StatedTable | Cell) -> bool:
    """Whether a table that answers holds the cells; whatever its columns are called."""
    if not isinstance(expected, StatedTable):
        return len(found.rows) == 1 == len(found.columns) and same_cell(
            found.rows[0][0], expected, is_date=found.types[0] is ColumnType.DATETIME
        )
    if len(found.columns) != len(expected.columns) or len(found.rows) != len(expected.rows):
        return False
    return _same_rows(found.rows, expected, found.types, [False] * len(found.columns))


def tells(sentence: str, expected: StatedTable | Cell) -> bool:
    """Whether a sentence holds the answer, if that is a number."""
    if isinstance(expected, StatedTable | str | bool) or expected is None:
        return False
    numbers = (float(found.replace(",", "")) for found in _NUMBER.findall(sentence))
    return any(math.isclose(n, expected, rel_tol=1e-4, abs_tol=_TOLD) for n in numbers)


def same_cell(found: Any, expected: Cell, *, is_date: bool) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a cell is the expected one; a date by the moment, a number nearly."""
    if found is None or expected is None:
        return found is expected
    if is_date:
        return _moment(found) == _moment(expected) is not None
    if isinstance(found, str) or isinstance(expected, str):
        return bool(found == expected)
    if not isinstance(found, int | float):
        return False
    return math.isclose(found, expected, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)


def _order(columns: Sequence[str], expected: StatedTable) -> list[int] | None:
    """The places of the expected columns in the table; None where they are not its columns."""
    if len(columns) != len(expected.columns):
        return None
    if "columns" not in expected.any_order:
        pairs = zip(columns, expected.columns, strict=True)
        same = all(wanted in (name, ANY_NAME) for name, wanted in pairs)
        return list(range(len(columns))) if same else None
    named = {name for name in expected.columns if name != ANY_NAME}
    others = iter([place for place, name in enumerate(columns) if name not in named])
    if not named <= set(columns):
        return None
    return [next(others) if n == ANY_NAME else list(columns).index(n) for n in expected.columns]


def _same_rows(
    rows: Sequence[Sequence[Any]],
    expected: StatedTable,
    types: Sequence[ColumnType],
    hidden: Sequence[bool],
) -> bool:
    dates = [kind is ColumnType.DATETIME for kind in types]

    def same(row: Sequence[Any], wanted: Sequence[Cell]) -> bool:
        return all(
            _is_hidden(cell, told) if hide else same_cell(cell, told, is_date=date)
            for cell, told, hide, date in zip(row, wanted, hidden, dates, strict=True)
        )

    if "rows" not in expected.any_order:
        return all(map(same, rows, expected.rows))
    left = list(expected.rows)
    for row in rows:
        place = next((i for i, wanted in enumerate(left) if same(row, wanted)), None)
        if place is None:
            return False
        del left[place]
    return True


def _is_hidden(cell: Any, written: Cell) -> bool:  # noqa: ANN401 - any JSON value
    return written is None or cell != written


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None
