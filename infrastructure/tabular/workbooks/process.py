"""The process that opens workbooks: a request as JSON comes in, an Arrow file and an answer go out.

Run as ``python -m infrastructure.tabular.workbooks.process``; see ``reader``. It imports what takes
long to start only where it is needed, and collects no garbage: cells make none that is circular.
"""

import gc
import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import python_calamine as calamine

from infrastructure.tabular.memory_limit import limit_memory
from infrastructure.tabular.workbooks.errors import is_encrypted
from infrastructure.tabular.workbooks.layout import Layout, holds_a_table, layout_of, table_above
from infrastructure.tabular.workbooks.sheets import Block, Workbook
from infrastructure.tabular.workbooks.workers import pieces_of

if TYPE_CHECKING:
    from infrastructure.tabular.workbooks.columns import SheetTable

_MEMORY_BYTES = 8 * 1024**3
_LINES_TOLD = 20


def main() -> None:
    """Answer one request from standard input on standard output."""
    gc.disable()
    limit_memory(resource.RLIMIT_AS, _MEMORY_BYTES)
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)
    sys.stdout.flush()
    # To free each cell takes long.
    os._exit(0)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        book = Workbook(
            Path(request["source"]), kind=request["kind"], scratch=Path(request["scratch"])
        )
        return _read(book, request) if request["table"] else _inspect(book, request)
    except calamine.PasswordError:
        return {"error": "encrypted", "message": ""}
    except OverflowError:
        return _error(
            "unsupported_values",
            "A cell of the workbook is shown as a duration, and holds one of more than a thousand "
            "million days. Show it as a number in a spreadsheet program, save the workbook, and "
            "upload it again.",
        )
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
        hidden = f" It hides {', '.join(map(repr, book.hidden))}." if book.hidden else ""
        return _error("empty", f"The workbook is empty: no visible sheet holds a cell.{hidden}")
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
    # Arrow works without NumPy, which takes longer to import than itself.
    sys.modules.setdefault("numpy", cast(Any, None))

    sheet, layout = request["sheet"], Layout(**request["layout"])
    pieces = pieces_of(book, sheet, layout)

    import pyarrow as pa  # noqa: PLC0415 it takes long: imported while the sheet is inflated

    from infrastructure.tabular.workbooks.columns import table_of  # noqa: PLC0415 as above

    read = table_of(pieces, layout, request["missing"])
    with (
        pa.OSFile(request["table"], "wb") as target,
        pa.ipc.new_file(target, read.table.schema) as writer,
    ):
        writer.write_table(read.table)
    first = next(piece.top for piece in pieces if piece.top is not None)
    last = next(piece.bottom for piece in pieces if piece.bottom is not None)
    first.merged = [area for piece in pieces for area in piece.merged]
    found = layout_of(first, last)
    return {
        "visible": book.visible,
        "hidden": book.hidden,
        "layout": asdict(found),
        "table_above": table_above(first, found.preamble_lines),
        **_told(read),
    }


def _told(read: "SheetTable") -> dict[str, Any]:
    return {
        "missing_words": read.missing_words,
        "merged_areas": read.merged_areas,
        "errors": len(read.error_rows),
        "error_row_count": len(set(read.error_rows)),
        "error_rows": sorted(set(read.error_rows))[:_LINES_TOLD],
        "uncalculated": len(read.uncalculated),
        "hidden_row_count": len(read.hidden_rows),
        "hidden_rows": read.hidden_rows[:_LINES_TOLD],
        "hidden_columns": read.hidden_columns,
        "long_numbers": read.long_numbers,
        "beside_blanks": read.beside_blanks,
        "strays": read.strays,
        "second_table": read.second_table,
        "second_table_lines": read.second_table_lines,
        "durations": read.durations,
        "times_beside_days": read.times_beside_days,
        "blank": len(read.blank_rows),
        "blank_rows": read.blank_rows[:_LINES_TOLD],
        "names": len(read.rows_of_names),
        "rows_of_names": read.rows_of_names[:_LINES_TOLD],
    }


if __name__ == "__main__":
    main()
