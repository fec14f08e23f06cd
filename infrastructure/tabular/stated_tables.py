"""Tables that are written as JSON, as Parquet files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from application.evaluation.cases import CaseUnreadable, Cell, StatedTable
from domain.table import ColumnType

_ARROW = {
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.TEXT: pa.large_string(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATETIME: pa.timestamp("us"),
}


def write_stated_table(table: StatedTable, destination: Path) -> None:
    """Write the table to a new Parquet file. Raises CaseUnreadable.

    A column whose type is not stated has the one that all of its cells share: whole numbers and
    fractions are numbers, and nothing at all is text.
    """
    arrays = {}
    for place, name in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        arrays[name] = _array(name, cells, table.types.get(name) or _type_of(cells))
    if len(arrays) != len(table.columns):
        raise CaseUnreadable("a table", "two of its columns have one name.")
    pq.write_table(pa.table(arrays), destination)


def _array(name: str, cells: Sequence[Cell], kind: ColumnType) -> pa.Array:
    try:
        if kind is ColumnType.DATETIME:
            moments = [
                None if cell is None else datetime.fromisoformat(str(cell)) for cell in cells
            ]
            return pa.array(moments, _ARROW[kind])
        return pa.array(cells, _ARROW[kind])
    except (KeyError, ValueError, TypeError, pa.ArrowException) as error:
        what = f"not every cell of the column {name!r} is a {kind.value}."
        raise CaseUnreadable("a table", what) from error


def _type_of(cells: Sequence[Cell]) -> ColumnType:
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {bool}:
        return ColumnType.BOOLEAN
    if kinds == {int}:
        return ColumnType.INTEGER
    return ColumnType.NUMBER if kinds and kinds <= {int, float} else ColumnType.TEXT
