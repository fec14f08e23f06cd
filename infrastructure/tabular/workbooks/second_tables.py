"""Another table below a blank row of a sheet, which is read as rows of the first one."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from infrastructure.tabular.workbooks.cells import Chunk

_MOST_PLACES = 100
_MOST_ABOVE = 1000


def second_table(columns: Sequence[Sequence[Chunk]], below_blanks: Iterable[int]) -> int | None:
    """The first row of another table, from 0 among those that were read; None for none.

    `below_blanks` are the rows right below blank ones. There, or below a title, stand names: texts
    only, at least one of them between values that are none.
    """
    cells = [_Cells(chunks) for chunks in columns]
    rows = min(map(len, cells), default=0)
    for row in itertools.islice(below_blanks, _MOST_PLACES):
        names = row
        if names < rows and sum(column[names] is not None for column in cells) == 1:
            names += 1
        if row > 0 and names + 1 < rows and _are_names(cells, names, row):
            return row
    return None


def _are_names(columns: "Sequence[_Cells]", names: int, above: int) -> bool:
    filled = [column for column in columns if column[names] is not None]
    return (
        len(filled) > 1
        and all(isinstance(column[names], str) for column in filled)
        and any(_stand_between_values(column, names, above) for column in filled)
    )


def _stand_between_values(column: "_Cells", names: int, above: int) -> bool:
    if column[names + 1] is None or isinstance(column[names + 1], str):
        return False
    before = (column[row] for row in range(max(0, above - _MOST_ABOVE), above))
    held = [cell for cell in before if cell is not None]
    return bool(held) and not any(isinstance(cell, str) for cell in held)


class _Cells:
    """The cells of a column by their place, None where one is blank."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks
        self._ends = list(itertools.accumulate(map(len, chunks)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, row: int) -> Any:  # noqa: ANN401 a cell is whatever calamine makes of it
        for chunk, end in zip(self._chunks, self._ends, strict=True):
            if row < end:
                cell = chunk[row - end + len(chunk)]
                cell = cell.as_py() if isinstance(cell, pa.Scalar) else cell
                return None if cell == "" else cell
        raise IndexError(row)
