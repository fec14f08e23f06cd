"""Cells of a workbook, as calamine gives them, to Arrow columns."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

import pyarrow as pa

from infrastructure.tabular.text.cell_shapes import Shape, shape_of_cell
from infrastructure.tabular.workbooks.cell_texts import as_text

_MIDNIGHT = dt.time()
_MOST_KEPT, _LONGEST_WHOLE = 1e15, 1e21
_FEW = 0.1
_MOMENTS = pa.timestamp("us")
_TIMES = pa.time64("us")

# Some rows of a column: in one type, or the cells as they are where these are of several kinds.
Chunk: TypeAlias = pa.Array | Sequence[Any]


def chunk_of(cells: Sequence[Any]) -> Chunk:
    """Cells that stand below each other; a blank one (an empty text) becomes null."""
    if type(cells[0]) is str and (texts := _texts_at_once(cells)) is not None:
        return texts
    kinds = set(map(type, cells))
    if str in kinds and len(kinds) > 1 and cells.count("") == _texts(cells):
        kinds.remove(str)
        cells = [None if cell == "" else cell for cell in cells]
    kind = _arrow_type(kinds)
    if kind is None:
        return cells
    try:
        return _moments(cells) if kind == _MOMENTS else pa.array(cells, kind)
    except pa.ArrowInvalid:
        return cells


def column_of(
    chunks: Sequence[Chunk], missing: Collection[str]
) -> tuple[pa.ChunkedArray, set[str]]:
    """The chunks as one column that holds every value, and the words in it that were missing ones.

    Words of `missing` beside values of one other kind are missing values; values of several kinds
    become text. Numbers are floating-point ones, as Excel has them.
    """
    if any(not isinstance(chunk, pa.Array) for chunk in chunks):
        without, words = _without_words(chunks, missing)
        kinds = {chunk.type for chunk in without if chunk.null_count < len(chunk)}
        if len(kinds) == 1 and not any(map(pa.types.is_large_string, kinds)):
            return _typed(without, kinds.pop()), words
        return _text(chunks), set()
    arrays = [chunk for chunk in chunks if isinstance(chunk, pa.Array)]
    kinds = {array.type for array in arrays if array.null_count < len(array)}
    if len(kinds) > 1:
        return _text(chunks), set()
    return _typed(arrays, kinds.pop() if kinds else pa.large_string()), set()


def hold_long_numbers(chunks: Sequence[Chunk]) -> bool:
    """Whether whole numbers of more than the 15 digits that a spreadsheet keeps are among them."""
    return any(
        type(cell) in (int, float) and _MOST_KEPT <= abs(cell) < _LONGEST_WHOLE and cell % 1 == 0
        for chunk in chunks
        if not isinstance(chunk, pa.Array) or pa.types.is_floating(chunk.type)
        for cell in (chunk.to_pylist() if isinstance(chunk, pa.Array) else chunk)
    )


def strays_among(chunks: Sequence[Chunk]) -> tuple[str, int, int] | None:
    """What nearly all cells are, numbers or dates, how many are not, and how many there are.

    None when all are of one kind or many of another, unless these are dates as text beside days;
    and for numbers beside texts of digits, as codes are kept.
    """
    kinds: Counter[str] = Counter()
    for chunk in chunks:
        if isinstance(chunk, pa.Array):
            kinds[_kind_of(chunk.type)] += len(chunk) - chunk.null_count
        else:
            for kind, count in Counter(map(type, _held(chunk))).items():
                kinds[_kind_of(_arrow_type({kind}))] += count
    values = kinds.total()
    what, count = kinds.most_common(1)[0] if kinds else ("", 0)
    cells = [cell for chunk in chunks for cell in _held(chunk) if isinstance(cell, str)]
    days = kinds["dates"]
    if 0 < days == values - len(cells) < values and all(map(_is_date, cells)):
        return "dates", len(cells), values
    if what not in {"numbers", "dates"} or not 0 < values - count <= values * _FEW:
        return None
    return (
        None if any(cell.strip().isdecimal() for cell in cells) else (what, values - count, values)
    )


def _is_date(text: str) -> bool:
    return shape_of_cell(text) is Shape.DATE


def _held(chunk: Chunk) -> list[Any]:
    cells = chunk.to_pylist() if isinstance(chunk, pa.Array) else chunk
    return [cell for cell in cells if cell is not None and cell != ""]


def _kind_of(type_: pa.DataType | None) -> str:
    return {pa.float64(): "numbers", _MOMENTS: "dates"}.get(type_, "")


def _texts_at_once(cells: Sequence[Any]) -> pa.Array | None:
    """The cells, if all of them are texts."""
    try:
        texts = pa.array(cells, pa.large_string())
    except pa.ArrowTypeError:
        return None
    return pa.array([cell or None for cell in cells], texts.type) if "" in cells else texts


def _texts(cells: Sequence[Any]) -> int:
    return list(map(type, cells)).count(str)


def _arrow_type(kinds: Collection[type]) -> pa.DataType | None:
    of_values = set(kinds) - {type(None)}
    if not of_values:
        return pa.large_string()
    for python, arrow in (
        ({float, int}, pa.float64()),
        ({bool}, pa.bool_()),
        ({dt.date, dt.datetime}, _MOMENTS),
        ({dt.time}, _TIMES),
        ({dt.timedelta}, pa.duration("us")),
    ):
        if of_values <= python:
            return arrow
    return None


def _moments(cells: Sequence[Any]) -> pa.Array:
    """Days and moments as moments; calamine gives a moment at midnight as a day."""
    kinds = set(map(type, cells))
    if dt.date not in kinds:
        return pa.array(cells, _MOMENTS)
    if dt.datetime not in kinds:
        return pa.array(cells, pa.date32()).cast(_MOMENTS)
    return pa.array(
        [dt.datetime.combine(c, _MIDNIGHT) if type(c) is dt.date else c for c in cells], _MOMENTS
    )


def _without_words(
    chunks: Sequence[Chunk], missing: Collection[str]
) -> tuple[list[pa.Array], set[str]]:
    """The chunks with null for each word, as far as they are of one kind then, and the words."""
    found: list[pa.Array] = []
    words: set[str] = set()
    for chunk in chunks:
        if isinstance(chunk, pa.Array):
            found.append(chunk)
            continue
        kept = [None if isinstance(c, str) and _is_missing(c, missing) else c for c in chunk]
        words |= {cell.strip() for cell in chunk if isinstance(cell, str)}
        array = chunk_of(kept)
        found.append(array if isinstance(array, pa.Array) else _array_of_text(chunk))
    return found, words - {""}


def _is_missing(text: str, missing: Collection[str]) -> bool:
    bare = text.strip()
    return not bare or bare in missing


def _typed(arrays: Sequence[pa.Array], kind: pa.DataType) -> pa.ChunkedArray:
    column = pa.chunked_array(
        [a if a.type == kind else pa.nulls(len(a), kind) for a in arrays], kind
    )
    if pa.types.is_time(kind):
        return _text(column.chunks)
    return column


def _text(chunks: Sequence[Chunk]) -> pa.ChunkedArray:
    return pa.chunked_array([_array_of_text(chunk) for chunk in chunks], pa.large_string())


def _array_of_text(chunk: Chunk) -> pa.Array:
    if isinstance(chunk, pa.Array):
        if pa.types.is_large_string(chunk.type):
            return chunk
        chunk = chunk.to_pylist()
    texts = [None if cell is None or cell == "" else as_text(cell) for cell in chunk]
    return pa.array(texts, pa.large_string())
