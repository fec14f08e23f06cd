"""Workbooks as calamine reads them: their sheets, and the rows of one in blocks."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeAlias

import python_calamine as calamine

from infrastructure.tabular.workbooks.errors import error_rows
from infrastructure.tabular.workbooks.hidden import hidden_in
from infrastructure.tabular.workbooks.iso_spans import span_of_text
from infrastructure.tabular.workbooks.ods_areas import merged_in_ods
from infrastructure.tabular.workbooks.parts import (
    LargeSheet,
    NotSplittable,
    Rows,
    without_content,
)
from infrastructure.tabular.workbooks.readable_ods import readable_ods
from infrastructure.tabular.workbooks.readable_xls import readable_xls
from infrastructure.tabular.workbooks.readable_xlsx import readable_xlsx
from infrastructure.tabular.workbooks.shared_texts import Texts, texts_in, without_marks
from infrastructure.tabular.workbooks.uncalculated import rows_without_values
from infrastructure.tabular.workbooks.without_formats import without_formats

Row: TypeAlias = list[Any]
# First row and column, last row and column, from 0, both within.
Area: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
_READABLE = {
    "xlsx": readable_xlsx,
    "xlsb": readable_xlsx,
    "ods": readable_ods,
    "xls": readable_xls,
}
# Those that calamine knows.
_SUFFIXES = frozenset({".xls", ".xla", ".xlsx", ".xlsm", ".xlam", ".xlsb", ".ods"})
# Without one in what is not packed, no number is below zero.
_MINUS = b">-"


@dataclass(kw_only=True)
class Block:
    """Rows of a sheet that follow one another; `row` and `column` (from 0) are of the first cell.

    A blank cell is an empty text, and so is an error; `error_rows` tells those, from 1, and
    `uncalculated` the cells with a formula that has no value. Hidden columns are told by their
    places, from 0. `numbers` reads the same rows with days and times as numbers; it has None when
    none of them is below zero. `first` and `last` tell whether the sheet has no rows before these
    or after them.
    """

    row: int
    column: int
    rows: list[Row]
    merged: list[Area] = field(default_factory=list)
    error_rows: list[int] = field(default_factory=list)
    uncalculated: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    numbers: Callable[[], list[Row] | None] | None = None
    first: bool = True
    last: bool = True

    @property
    def end(self) -> int:
        return self.row + len(self.rows)


class Workbook:
    """A workbook in a file; parts of it are put into the directory `scratch`.

    Raises calamine's errors.
    """

    def __init__(self, source: Path, *, kind: str, scratch: Path) -> None:
        self.scratch = scratch
        self._source = _named(_READABLE[kind](source, scratch), kind, scratch)
        self._kind = kind
        self._whole: dict[str, Block] = {}
        self._large: dict[str, LargeSheet] = {}
        sheets = [
            sheet for sheet in self._sheets() if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        shown = calamine.SheetVisibleEnum.Visible
        self.visible = [sheet.name for sheet in sheets if sheet.visible == shown]
        self.hidden = [sheet.name for sheet in sheets if sheet.visible != shown]

    @cached_property
    def _book(self) -> calamine.CalamineWorkbook:
        return calamine.CalamineWorkbook.from_path(self._source)

    def _sheets(self) -> Sequence[calamine.SheetMetadata]:
        if self._kind == "xlsx":
            bare = without_content(self._source, self.scratch / "bare.xlsx")
            if bare != self._source:
                with calamine.CalamineWorkbook.from_path(bare) as book:
                    return book.sheets_metadata
        return self._book.sheets_metadata

    def ends(self, sheet: str) -> tuple[Block, Block]:
        """The first rows of a sheet and its last ones, which may overlap or be the same."""
        try:
            large = self.large(sheet)
            with tempfile.TemporaryDirectory(dir=self.scratch) as place:
                part, ends = Path(place, "part.xlsx"), large.ends()
                numbers = large.numbers_of_texts(ends)
                texts = dict(zip(numbers, _texts(large, numbers, sheet, part), strict=False))
                first, last = (_block(large, rows, sheet, part, texts) for rows in ends)
        except NotSplittable:
            whole = self._read(sheet)
            return whole, whole
        return first, last

    def large(self, sheet: str) -> LargeSheet:
        """The sheet as one to be cut. Raises NotSplittable."""
        if self._kind != "xlsx":
            raise NotSplittable
        if sheet not in self._large:
            self._large[sheet] = LargeSheet(self._source, sheet)
        return self._large[sheet]

    def shared_texts(self, sheet: str) -> Sequence[str]:
        """What stands for the marked numbers in the parts of a large sheet, in their order."""
        large = self.large(sheet)
        with tempfile.TemporaryDirectory(dir=self.scratch) as place:
            return _texts(large, large.numbers_of_texts(), sheet, Path(place, "texts.xlsx"))

    def whole(self, sheet: str) -> Block:
        """All rows of a sheet as one block."""
        block = self._read(sheet)
        block.error_rows = error_rows(self._source, self._kind, sheet)
        block.uncalculated = rows_without_values(self._source, self._kind, sheet)
        hidden = hidden_in(self._source, self._kind, sheet)
        block.hidden_rows, block.hidden_columns = hidden.rows, hidden.columns
        return block

    def _read(self, sheet: str) -> Block:
        if sheet not in self._whole:
            block = _as_block(self._book.get_sheet_by_name(sheet))
            if self._kind == "ods":
                block.rows = [list(map(_with_span, row)) for row in block.rows]
                block.merged = merged_in_ods(self._source, sheet)
            else:
                plain = self.scratch / f"numbers.{self._kind}"
                block.numbers = partial(_numbers, self._source, self._kind, sheet, plain)
            self._whole[sheet] = block
        return self._whole[sheet]


def block_in(part: Path, sheet: str) -> Block:
    """The rows that were written to the file `part`, as long as it stays, with marked numbers."""
    with calamine.CalamineWorkbook.from_path(part) as book:
        block = _as_block(book.get_sheet_by_name(sheet))
    block.numbers = partial(_numbers_in, part, sheet)
    return block


def with_texts(block: Block, texts: Texts) -> Block:
    """The block with texts in place of marked numbers. Raises NotSplittable."""
    try:
        block.rows = without_marks(block.rows, texts) if texts else block.rows
    except LookupError:
        raise NotSplittable from None
    return block


def _numbers_in(part: Path, sheet: str) -> list[Row] | None:
    if _MINUS not in part.read_bytes():
        return None
    return _numbers(part, "xlsx", sheet, part.with_suffix(".numbers.xlsx"))


def _numbers(source: Path, kind: str, sheet: str, plain: Path) -> list[Row]:
    """The rows of a sheet without their formats, which go through the file `plain`."""
    with calamine.CalamineWorkbook.from_path(without_formats(source, kind, plain)) as book:
        return _as_block(book.get_sheet_by_name(sheet)).rows


def _texts(large: LargeSheet, numbers: Sequence[int], sheet: str, path: Path) -> Sequence[str]:
    """What stands for the numbers of texts that cells share, read through the file `path`."""
    if not numbers:
        return []
    large.write_texts(numbers, path)
    return texts_in(block_in(path, sheet).rows, len(numbers))


def _block(large: LargeSheet, rows: Rows, sheet: str, part: Path, texts: Texts) -> Block:
    """The rows, read through the file `part`."""
    large.write_workbook(rows, part)
    block = with_texts(block_in(part, sheet), texts)
    block.error_rows = rows.with_errors()
    block.uncalculated = rows.uncalculated()
    block.last = rows.last
    return block


def _named(source: Path, kind: str, scratch: Path) -> Path:
    """The workbook under a name of its kind: calamine goes by such a name before the content."""
    if source.suffix.lower() not in _SUFFIXES - {f".{kind}"}:
        return source
    link = Path(tempfile.mkdtemp(dir=scratch)) / f"source.{kind}"
    link.symlink_to(source.absolute())
    return link


def _as_block(sheet: calamine.CalamineSheet) -> Block:
    row, column = sheet.start or (0, 0)
    rows = sheet.to_python() if sheet.start is not None else []
    return Block(row=row, column=column, rows=rows, merged=sheet.merged_cell_ranges or [])


def _with_span(cell: Any) -> Any:  # noqa: ANN401 a cell is whatever calamine makes of it
    span = span_of_text(cell) if isinstance(cell, str) else None
    return cell if span is None else span
