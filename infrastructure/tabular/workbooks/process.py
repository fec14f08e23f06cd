"""The process that opens workbooks: a request as JSON comes in, an Arrow file and an answer go out.

Run as ``python -m infrastructure.tabular.workbooks.process``; see ``reader``. It neither imports
Polars, which takes long to start, nor collects garbage: cells make none that is circular.
"""

import gc
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from infrastructure.tabular.workbooks.columns import SheetTable, table_of
from infrastructure.tabular.workbooks.errors import is_encrypted
from infrastructure.tabular.workbooks.layout import Layout, holds_a_table, layout_of
from infrastructure.tabular.workbooks.parts import NotSplittable
from infrastructure.tabular.workbooks.sheets import Block, Workbook

_MEMORY_BYTES = 8 * 1024**3
_LINES_TOLD, _END_ROWS = 20, 1100


def main() -> None:
    """Answer one request from standard input on standard output."""
    gc.disable()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        book = Workbook(
            Path(request["source"]), kind=request["kind"], scratch=Path(request["scratch"])
        )
        return _read(book, request) if request["table"] else _inspect(book, request)
    except calamine.PasswordError:
        return {"error": "encrypted", "message": ""}
    except calamine.WorksheetNotFound:
        return _error("malformed", f"The workbook has no sheet named {request['sheet']!r}.")
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError):
        if is_encrypted(Path(request["source"]), request["kind"]):
            return {"error": "encrypted", "message": ""}
        return _error("malformed", "The workbook is damaged: its sheets cannot be read.")


def _error(reason: str, message: str) -> dict[str, Any]:
    return {"error": reason, "message": message}


def _inspect(book: Workbook, request: dict[str, Any]) -> dict[str, Any]:
    chosen = _sheet(book, request["sheet"])
    if chosen is None:
        return _error("empty", "The workbook is empty: no visible sheet holds a cell.")
    sheet, first, last = chosen
    layout = layout_of(first, last, **request["layout"])
    return {"sheet": sheet, "layout": asdict(layout)}


def _sheet(book: Workbook, wanted: str | None) -> tuple[str, Block, Block] | None:
    """The wanted sheet, or the first visible one that holds a table; None when there is none.

    A cover with a lone title holds none; it is taken when no other sheet has more than one row.
    """
    cover: tuple[str, Block, Block] | None = None
    for sheet in book.visible if wanted is None else [wanted]:
        first, last = book.ends(sheet)
        if holds_a_table(first):
            return sheet, first, last
        if cover is None and any(cell != "" for row in first.rows for cell in row):
            cover = (sheet, first, last)
    return cover


def _read(book: Workbook, request: dict[str, Any]) -> dict[str, Any]:
    sheet, layout = request["sheet"], Layout(**request["layout"])
    try:
        ends, read = _table(book.blocks(sheet), layout, request["missing"])
    except NotSplittable:
        ends, read = _table([book.whole(sheet)], layout, request["missing"])
    with (
        pa.OSFile(request["table"], "wb") as target,
        pa.ipc.new_file(target, read.table.schema) as writer,
    ):
        writer.write_table(read.table)
    found = asdict(layout_of(*ends))
    return {"visible": book.visible, "hidden": book.hidden, "layout": found, **_told(read)}


def _table(
    blocks: Iterable[Block], layout: Layout, missing: list[str]
) -> tuple[tuple[Block, Block], SheetTable]:
    """The table, and the first and last rows of the sheet, by which its layout was found."""
    ends: list[Block] = []
    read = table_of(_noting_ends(blocks, ends), layout, missing)
    return (ends[0], ends[-1]), read


def _noting_ends(blocks: Iterable[Block], ends: list[Block]) -> Iterator[Block]:
    for block in blocks:
        first, last = block.rows[:_END_ROWS], block.rows[-_END_ROWS:]
        if not ends:
            ends.append(Block(row=block.row, column=block.column, rows=first))
        ends[0].merged += block.merged
        ends[1:] = [Block(row=block.end - len(last), column=block.column, rows=last)]
        yield block


def _told(read: SheetTable) -> dict[str, Any]:
    return {
        "missing_words": read.missing_words,
        "merged_areas": read.merged_areas,
        "errors": len(read.error_rows),
        "error_row_count": len(set(read.error_rows)),
        "error_rows": sorted(set(read.error_rows))[:_LINES_TOLD],
        "blank": len(read.blank_rows),
        "blank_rows": read.blank_rows[:_LINES_TOLD],
    }


if __name__ == "__main__":
    main()
