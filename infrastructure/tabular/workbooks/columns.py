"""The rows of a sheet, piece by piece, to a table of typed columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from infrastructure.tabular.text.header_rows import unique_names
from infrastructure.tabular.workbooks.cells import (
    Chunk,
    chunk_of,
    column_of,
    hold_long_numbers,
    strays_among,
)
from infrastructure.tabular.workbooks.durations import (
    durations_of,
    holds_times,
    times_beside_days,
    with_times_below_zero,
)
from infrastructure.tabular.workbooks.layout import (
    Layout,
    filled,
    is_blank,
    names_of,
    unmerged_names_of,
)
from infrastructure.tabular.workbooks.repeated_names import (
    are_numbers_of_a_row,
    places_of_names,
    stand_elsewhere,
    without,
)
from infrastructure.tabular.workbooks.second_tables import second_table
from infrastructure.tabular.workbooks.sheets import Area, Block, Row

_END_ROWS = 1100


@dataclass(kw_only=True)
class SheetTable:
    """A table that was read from a sheet; rows of the sheet are counted from 1.

    `long_numbers` are columns of text with numbers of more digits than are kept, `beside_blanks`
    those after a blank column, `strays` those of text though nearly all of it is something else, as
    `strays_among` says. Another table begins in the row `second_table`, and has
    `second_table_lines` with what is below it.
    """

    table: pa.Table
    missing_words: dict[str, list[str]] = field(default_factory=dict)
    error_rows: list[int] = field(default_factory=list)
    uncalculated: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    long_numbers: list[str] = field(default_factory=list)
    beside_blanks: list[str] = field(default_factory=list)
    strays: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    second_table: int | None = None
    second_table_lines: int = 0
    durations: list[str] = field(default_factory=list)
    times_beside_days: list[str] = field(default_factory=list)
    blank_rows: list[int] = field(default_factory=list)
    rows_of_names: list[int] = field(default_factory=list)
    merged_areas: int = 0


@dataclass(kw_only=True)
class Piece:
    """The columns of a block: of its rows below the header that are not blank.

    `column` and `start` (from 0) are the first of these columns and rows, and `end` is after the
    last; `blank_rows` are those among them, `rows_of_names` those that were left out as names that
    come again, and the others those of the block, all from 1.
    `top` and `bottom` are the first and last rows of the sheet, in the pieces that hold them.
    """

    column: int
    start: int
    end: int
    chunks: list[Chunk]
    blank_rows: list[int]
    error_rows: list[int]
    uncalculated: list[int]
    hidden_rows: list[int]
    hidden_columns: list[range]
    merged: list[Area]
    header: list[tuple[int, Row]]
    top: Block | None
    bottom: Block | None
    rows_of_names: list[int] = field(default_factory=list)


def piece_of(block: Block, layout: Layout) -> Piece:
    """The block as columns. A row is not blank when one of its cells is an error."""
    body = layout.preamble_lines + layout.header_rows
    failed = set(block.error_rows)
    rows = block.rows
    while rows and is_blank(rows[-1]) and block.row + len(rows) not in failed:
        rows.pop()
    names = rows[max(0, layout.preamble_lines - block.row) : max(0, body - block.row)]
    first = max(block.row, layout.preamble_lines)
    start = max(block.row, body)
    held = rows[start - block.row :]
    blank = [
        number
        for number, row in enumerate(held, start=start + 1)
        if row[0] == "" and is_blank(row) and number not in failed
    ]
    dropped = set(blank)
    if dropped:
        held = [row for number, row in enumerate(held, start + 1) if number not in dropped]
    chunks = [chunk_of(cells) for cells in zip(*held, strict=True)]
    if any(map(holds_times, chunks)) and block.numbers and (numbers := block.numbers()):
        below = numbers[start - block.row : start - block.row + len(held) + len(blank)]
        kept = [row for number, row in enumerate(below, start + 1) if number not in dropped]
        chunks = list(map(with_times_below_zero, chunks, zip(*kept, strict=True)))
    return Piece(
        column=block.column,
        start=start,
        end=block.end if rows else 0,
        chunks=chunks,
        blank_rows=blank,
        error_rows=block.error_rows,
        uncalculated=block.uncalculated,
        hidden_rows=block.hidden_rows,
        hidden_columns=block.hidden_columns,
        merged=block.merged,
        header=[(first + i, [""] * block.column + row) for i, row in enumerate(names)],
        top=_end(block, rows[:_END_ROWS], block.row) if block.first else None,
        bottom=_end(block, rows[-_END_ROWS:], block.end - len(rows[-_END_ROWS:]))
        if block.last
        else None,
    )


def table_of(pieces: Sequence[Piece], layout: Layout, missing: Collection[str]) -> SheetTable:
    """The table in a sheet, read as `layout` says; rows without a cell are left out.

    So are rows of names that come again amid the others. `missing` are words that are missing
    values beside values of another type.
    """
    body = layout.preamble_lines + layout.header_rows
    last = max((piece.end for piece in pieces), default=0)
    end = max(0, last - layout.footer_lines)
    header = [line for piece in pieces for line in piece.header if line[0] < end]
    merged = [area for piece in pieces for area in piece.merged]
    columns = _Columns()
    for piece in _without_names(pieces, [row for _, row in header]):
        columns.add(piece, end)
    second = columns.second_table()
    table, words = columns.table(_names(header, merged, layout), missing)
    errors = [row for piece in pieces for row in piece.error_rows]
    uncalculated = [row for piece in pieces for row in piece.uncalculated]
    hidden = {row for piece in pieces for row in piece.hidden_rows if body < row <= end}
    return SheetTable(
        table=table,
        missing_words=words,
        error_rows=[row for row in errors if body < row <= end],
        uncalculated=[row for row in uncalculated if body < row <= end],
        hidden_rows=sorted(hidden - {*columns.blank_rows, *columns.rows_of_names}),
        hidden_columns=columns.named([places for p in pieces for places in p.hidden_columns]),
        long_numbers=columns.long_numbers,
        beside_blanks=columns.beside_blanks,
        strays=columns.strays,
        second_table=second,
        second_table_lines=last - second + 1 if second else 0,
        durations=columns.durations,
        times_beside_days=columns.times_beside_days,
        blank_rows=columns.blank_rows,
        rows_of_names=columns.rows_of_names,
        merged_areas=sum(body <= top and bottom < end for (top, _), (bottom, _) in merged),
    )


def _without_names(pieces: Sequence[Piece], names: list[Row]) -> Sequence[Piece]:
    """The pieces but for rows that are names, unless the names may be values themselves."""
    for row in names:
        if are_numbers_of_a_row(row):
            continue
        found = [places_of_names(piece.chunks, _within(piece, row)) for piece in pieces]
        if not any(found):
            continue
        chunks: dict[int, list[Chunk]] = {}
        for piece in pieces:
            for place, chunk in enumerate(piece.chunks, start=piece.column):
                chunks.setdefault(place, []).append(chunk)
        if not stand_elsewhere(row, chunks, sum(map(len, found))):
            pieces = [_without(*each) for each in zip(pieces, found, strict=True)]
    return pieces


def _within(piece: Piece, row: Row) -> Row:
    """The cells of the row in the columns of the piece, none when there are others."""
    return row[piece.column :] if is_blank(row[: piece.column]) else []


def _without(piece: Piece, places: list[int]) -> Piece:
    if not places:
        return piece
    left_out = {*piece.blank_rows, *piece.rows_of_names}
    held = [row for row in range(piece.start + 1, piece.end + 1) if row not in left_out]
    return replace(
        piece,
        chunks=[without(chunk, places) for chunk in piece.chunks],
        rows_of_names=sorted([*piece.rows_of_names, *(held[place] for place in places)]),
    )


def _end(block: Block, rows: list[Row], row: int) -> Block:
    return Block(row=row, column=block.column, rows=rows, merged=block.merged)


def _names(header: list[tuple[int, Row]], merged: list[Area], layout: Layout) -> list[str]:
    if not header:
        return []
    width = max(len(row) for _, row in header)
    rows = [row + [""] * (width - len(row)) for _, row in header]
    first, last = header[0][0], header[-1][0]
    if len(rows) > 1 and not any(first <= top <= last for (top, _), _ in merged):
        return unmerged_names_of(rows)
    block = Block(row=header[0][0], column=0, rows=rows, merged=merged)
    return names_of(list(filled(block))[layout.preamble_lines :])


class _Columns:
    """Columns by their place in the sheet, in chunks of the same rows."""

    def __init__(self) -> None:
        self.blank_rows: list[int] = []
        self.rows_of_names: list[int] = []
        self.durations: list[str] = []
        self.times_beside_days: list[str] = []
        self.long_numbers: list[str] = []
        self.beside_blanks: list[str] = []
        self.strays: dict[str, tuple[str, int, int]] = {}
        self._start = 0
        self._names: dict[int, str] = {}
        self._sizes: list[int] = []
        self._chunks: dict[int, list[Chunk]] = {}
        self._end: int | None = None

    def add(self, piece: Piece, end: int) -> None:
        """The rows of a piece that are before the row `end` of the sheet, from 0."""
        last = min(piece.end, end)
        if piece.start >= last:
            return
        if self._end is None:
            self._start = piece.start
        else:
            # Rows between two pieces have no cell at all.
            self.blank_rows += range(self._end + 1, piece.start + 1)
        self._end = last
        blank = [row for row in piece.blank_rows if row <= last]
        self.blank_rows += blank
        names = [row for row in piece.rows_of_names if row <= last]
        self.rows_of_names += names
        size = last - piece.start - len(blank) - len(names)
        for place, chunk in enumerate(piece.chunks, start=piece.column):
            before = self._chunks.setdefault(place, [])
            before += [_nulls(size) for size in self._sizes[len(before) :]]
            before.append(_first(chunk, size))
        self._sizes.append(size)

    def table(
        self, names: list[str], missing: Collection[str]
    ) -> tuple[pa.Table, dict[str, list[str]]]:
        """The columns that have a name or a value, and the missing words in them."""
        width = max(len(names), max(self._chunks, default=-1) + 1)
        unique = unique_names(names, width)
        columns: dict[str, pa.ChunkedArray] = {}
        words: dict[str, list[str]] = {}
        for place, name in enumerate(unique):
            chunks = self._chunks.pop(place, [])
            chunks += [_nulls(size) for size in self._sizes[len(chunks) :]]
            spans = durations_of(chunks)
            if spans is not None:
                self.durations.append(name)
            elif times_beside_days(chunks):
                self.times_beside_days.append(name)
            column, found = (spans, set()) if spans is not None else column_of(chunks, missing)
            if column.null_count < len(column) or (place < len(names) and names[place].strip()):
                if pa.types.is_large_string(column.type) and hold_long_numbers(chunks):
                    self.long_numbers.append(name)
                strays = strays_among(chunks) if pa.types.is_large_string(column.type) else None
                if strays is not None and name not in self.times_beside_days:
                    self.strays[name] = strays
                if self._names and place - 1 not in self._names:
                    self.beside_blanks.append(name)
                columns[name] = column
                self._names[place] = name
                words[name] = sorted(found)
        return pa.table(columns), words

    def second_table(self) -> int | None:
        """The row of the sheet, from 1, in which another table begins below a blank row."""
        blank = set(self.blank_rows)
        left_out = sorted({*self.blank_rows, *self.rows_of_names})
        below = {
            row - self._start - before: row + 1
            for before, row in enumerate(left_out, start=1)
            if row in blank
        }
        if not below:
            return None
        columns = [
            [*chunks, *map(_nulls, self._sizes[len(chunks) :])] for chunks in self._chunks.values()
        ]
        found = second_table(columns, below)
        return None if found is None else below[found]

    def named(self, ranges: Collection[range]) -> list[str]:
        """The names of the table's columns that are in these places, which may be far more."""
        return [
            name for place, name in self._names.items() if any(place in places for places in ranges)
        ]


def _first(chunk: Chunk, size: int) -> Chunk:
    if len(chunk) == size:
        return chunk
    return chunk.slice(0, size) if isinstance(chunk, pa.Array) else chunk_of(chunk[:size])


def _nulls(size: int) -> pa.Array:
    return pa.nulls(size, pa.large_string())
