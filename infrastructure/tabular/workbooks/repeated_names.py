"""Rows of names that come again amid the rows of a sheet, as on each page of a printed list."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from infrastructure.tabular.workbooks.cells import Chunk, chunk_of
from infrastructure.tabular.workbooks.sheets import Row


def places_of_names(chunks: Sequence[Chunk], names: Sequence[Row]) -> list[int]:
    """The rows, from 0, whose cells are those of one of the rows `names`, column by column.

    A row of names is told from one of values by two names or more.
    """
    found: set[int] = set()
    for row in names:
        cells = row + [""] * (len(chunks) - len(row))
        held = [place for place, name in enumerate(cells) if name != ""]
        words = [place for place in held[: len(chunks)] if isinstance(cells[place], str)]
        if len(held) > 1 and words and held[-1] < len(chunks):
            # Where words stand amid numbers there are few to compare.
            place = next((p for p in words if not isinstance(chunks[p], pa.Array)), words[0])
            same = _places_of(chunks[place], cells[place])
            found.update(i for i in same if _cells_at(chunks, i) == cells)
    return sorted(found)


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
