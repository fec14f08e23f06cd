"""Workbooks as calamine reads them: their sheets, and the rows of one in blocks."""

import collections
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import python_calamine as calamine

from infrastructure.tabular.workbooks.errors import error_rows
from infrastructure.tabular.workbooks.parts import (
    LargeSheet,
    NotSplittable,
    Rows,
)

Row: TypeAlias = list[Any]
# First row and column, last row and column, from 0, both within.
Area: TypeAlias = tuple[tuple[int, int], tuple[int, int]]


@dataclass(kw_only=True)
class Block:
    """Rows of a sheet that follow one another; `row` and `column` (from 0) are of the first cell.

    A blank cell is an empty text, and so is an error; `error_rows` tells those, from 1.
    """

    row: int
    column: int
    rows: list[Row]
    merged: list[Area] = field(default_factory=list)
    error_rows: list[int] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.row + len(self.rows)


class Workbook:
    """A workbook in a file; parts of it are put into the directory `scratch`.

    Raises calamine's errors.
    """

    def __init__(self, source: Path, *, kind: str, scratch: Path) -> None:
        self._source, self._kind, self._scratch = source, kind, scratch
        self._book = calamine.CalamineWorkbook.from_path(source)
        self._whole: dict[str, Block] = {}
        sheets = [
            sheet
            for sheet in self._book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        shown = calamine.SheetVisibleEnum.Visible
        self.visible = [sheet.name for sheet in sheets if sheet.visible == shown]
        self.hidden = [sheet.name for sheet in sheets if sheet.visible != shown]

    def ends(self, sheet: str) -> tuple[Block, Block]:
        """The first rows of a sheet and its last ones, which may overlap or be the same."""
        try:
            large = self._large(sheet)
            first, last = (_block(large, rows, sheet, self._scratch) for rows in large.ends())
        except NotSplittable:
            whole = self._read(sheet)
            return whole, whole
        return first, last

    def blocks(self, sheet: str) -> Iterator[Block]:
        """All rows of a sheet. Raises NotSplittable amid them when its parts do not fit together.

        Then `whole` has them.
        """
        try:
            large = self._large(sheet)
        except NotSplittable:
            yield self.whole(sheet)
            return
        end = 0
        for block in _in_parallel(large, sheet, self._scratch):
            if block.rows and block.row < end:
                raise NotSplittable
            yield block
            end = block.end if block.rows else end

    def whole(self, sheet: str) -> Block:
        """All rows of a sheet as one block."""
        block = self._read(sheet)
        block.error_rows = error_rows(self._source, self._kind, sheet)
        return block

    def _large(self, sheet: str) -> LargeSheet:
        if self._kind != "xlsx":
            raise NotSplittable
        return LargeSheet(self._source, sheet)

    def _read(self, sheet: str) -> Block:
        if sheet not in self._whole:
            self._whole[sheet] = _as_block(self._book.get_sheet_by_name(sheet))
        return self._whole[sheet]


def _in_parallel(large: LargeSheet, sheet: str, scratch: Path) -> Iterator[Block]:
    """The blocks in their order, read ahead by as many threads as there are cores."""
    threads = min(4, os.cpu_count() or 1)
    waiting: collections.deque[Future[Block]] = collections.deque()
    with ThreadPoolExecutor(threads) as pool:
        for rows in large.rows():
            waiting.append(pool.submit(_block, large, rows, sheet, scratch))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _block(large: LargeSheet, rows: Rows, sheet: str, scratch: Path) -> Block:
    with tempfile.NamedTemporaryFile(dir=scratch, suffix=".xlsx") as part:
        large.write_workbook(rows, Path(part.name))
        book = calamine.CalamineWorkbook.from_path(part.name)
        block = _as_block(book.get_sheet_by_name(sheet))
    block.error_rows = rows.with_errors()
    return block


def _as_block(sheet: calamine.CalamineSheet) -> Block:
    row, column = sheet.start or (0, 0)
    rows = sheet.to_python() if sheet.start is not None else []
    return Block(row=row, column=column, rows=rows, merged=sheet.merged_cell_ranges or [])
