"""Rows of names that come again amid the rows of a sheet, as on each page of a printed list."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from infrastructure.tabular.workbooks.cells import Chunk, chunk_of
from infrastructure.tabular.workbooks.sheets import Row

_FEW_NAMES = _FEW_NUMBERS = 2
_YEARS = (1900, 2100)


def are_numbers_of_a_row(row: Row) -> bool:
    """Whether numbers stand among the cells of a row that do not count up, as years would."""
    numbers = [cell for cell in row if isinstance(cell, (int, float))]
    if len(numbers) < _FEW_NUMBERS:
        return not all(_YEARS[0] <= number <= _YEARS[1] for number in numbers)
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return len(steps) > 1 or steps == {0}


def stand_elsewhere(names: Row, columns: Mapping[int, Sequence[Chunk]], rows: int) -> bool:
    """Whether each word of `names` stands in its column in more rows than `rows`."""
    return all(
        sum(len(_places_of(chunk, word)) for chunk in columns.get(place, ())) > rows
        for place, word in enumerate(names)
        if isinstance(word, str) and word
    )


def places_of_names(chunks: Sequence[Chunk], row: Row) -> list[int]:
    """The rows, from 0, whose cells are those of a row of names, column by column.

    A row of names is told from one of values by two names or more.
    """
    cells = row + [""] * (len(chunks) - len(row))
    held = [place for place, name in enumerate(cells) if name != ""]
    words = [place for place in held[: len(chunks)] if isinstance(cells[place], str)]
    if len(held) < _FEW_NAMES or not words or held[-1] >= len(chunks):
        return []
    # Where words stand amid numbers there are few to compare.
    place = next((p for p in words if not isinstance(chunks[p], pa.Array)), words[0])
    return [i for i in _places_of(chunks[place], cells[place]) if _cells_at(chunks, i) == cells]


def without(chunk: Chunk, places: Sequence[int]) -> Chunk:
    """The chunk but for the rows at `places`."""
    left_out = set(places)
    cells = chunk.to_pylist() if isinstance(chunk, pa.Array) else chunk
    kept = [cell for place, cell in enumerate(cells) if place not in left_out]
    if isinstance(chunk, pa.Array):
        return pa.array(kept, chunk.type)
    return chunk_of(kept) if kept else pa.nulls(0, pa.large_string())


def _places_of(chunk: Chunk, name: str) -> list[int]:
    if isinstance(chunk, pa.Array):
        if not pa.types.is_large_string(chunk.type):
            return []
        chunk = chunk.to_pylist()
    return [place for place, cell in enumerate(chunk) if cell == name]


def _cells_at(chunks: Sequence[Chunk], place: int) -> list[Any]:
    cells = (
        chunk[place].as_py() if isinstance(chunk, pa.Array) else chunk[place] for chunk in chunks
    )
    return ["" if cell is None else cell for cell in cells]
