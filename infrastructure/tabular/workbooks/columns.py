"""The rows of a sheet, block by block, to a table of typed columns."""

import collections
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from infrastructure.tabular.text.header_rows import unique_names
from infrastructure.tabular.workbooks.cells import Chunk, chunk_of, column_of
from infrastructure.tabular.workbooks.layout import Layout, filled, is_blank, names_of
from infrastructure.tabular.workbooks.sheets import Area, Block, Row


@dataclass(kw_only=True)
class SheetTable:
    """A table that was read from a sheet; rows of the sheet are counted from 1."""

    table: pa.Table
    missing_words: dict[str, list[str]] = field(default_factory=dict)
    error_rows: list[int] = field(default_factory=list)
    blank_rows: list[int] = field(default_factory=list)
    merged_areas: int = 0


def table_of(blocks: Iterable[Block], layout: Layout, missing: Collection[str]) -> SheetTable:
    """The table in the rows of a sheet, read as `layout` says; rows without a cell are left out.

    `missing` are words that are missing values beside values of another type.
    """
    body = layout.preamble_lines + layout.header_rows
    header: list[tuple[int, Row]] = []
    merged: list[Area] = []
    errors: list[int] = []
    columns, end = _Columns(), 0
    for block, last in _without_footer(blocks, layout.footer_lines):
        end = max(end, last)
        merged += block.merged
        errors += block.error_rows
        names = block.rows[max(0, layout.preamble_lines - block.row) : max(0, body - block.row)]
        start = max(block.row, layout.preamble_lines)
        header += [(start + i, [""] * block.column + row) for i, row in enumerate(names)]
        first = max(block.row, body)
        rows = block.rows[first - block.row : max(0, last - block.row)]
        columns.add(first, block.column, rows, set(block.error_rows))
    table, words = columns.table(_names(header, merged, layout), missing)
    return SheetTable(
        table=table,
        missing_words=words,
        error_rows=[row for row in errors if body < row <= end],
        blank_rows=columns.blank_rows,
        merged_areas=sum(body <= top and bottom < end for (top, _), (bottom, _) in merged),
    )


def _without_footer(blocks: Iterable[Block], footer_lines: int) -> Iterator[tuple[Block, int]]:
    """The blocks, each with the end of the table as far as it is known to reach.

    Blocks that may hold the footer wait until the last row is known.
    """
    waiting: collections.deque[Block] = collections.deque()
    end = 0
    for block in blocks:
        failed = set(block.error_rows)
        while block.rows and is_blank(block.rows[-1]) and block.end not in failed:
            block.rows.pop()
        waiting.append(block)
        end = block.end if block.rows else end
        while waiting and waiting[0].end <= end - footer_lines:
            yield waiting[0], waiting.popleft().end
    for block in waiting:
        yield block, max(0, min(block.end, end - footer_lines))


def _names(header: list[tuple[int, Row]], merged: list[Area], layout: Layout) -> list[str]:
    if not header:
        return []
    width = max(len(row) for _, row in header)
    rows = [row + [""] * (width - len(row)) for _, row in header]
    block = Block(row=header[0][0], column=0, rows=rows, merged=merged)
    return names_of(list(filled(block))[layout.preamble_lines :])


class _Columns:
    """Columns by their place in the sheet, in chunks of the same rows."""

    def __init__(self) -> None:
        self.blank_rows: list[int] = []
        self._sizes: list[int] = []
        self._chunks: dict[int, list[Chunk]] = {}

    def add(self, first: int, column: int, rows: list[Row], failed: Collection[int]) -> None:
        """Rows that begin at the row `first` and the column `column` of the sheet, from 0.

        A blank row is left out, unless it is one of the `failed`, from 1: its cells are errors.
        """
        blank = [
            index
            for index, row in enumerate(rows)
            if row[0] == "" and is_blank(row) and first + index + 1 not in failed
        ]
        if blank:
            self.blank_rows += [first + index + 1 for index in blank]
            dropped = set(blank)
            rows = [row for index, row in enumerate(rows) if index not in dropped]
        if not rows:
            return
        for place, cells in enumerate(zip(*rows, strict=True), start=column):
            before = self._chunks.setdefault(place, [])
            before += [_nulls(size) for size in self._sizes[len(before) :]]
            before.append(chunk_of(cells))
        self._sizes.append(len(rows))

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
            column, found = column_of(chunks, missing)
            if column.null_count < len(column) or (place < len(names) and names[place].strip()):
                columns[name] = column
                words[name] = sorted(found)
        return pa.table(columns), words


def _nulls(size: int) -> pa.Array:
    return pa.nulls(size, pa.large_string())
