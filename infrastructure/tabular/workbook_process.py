"""The process that opens workbooks: a request as JSON comes in, an Arrow file and an answer go out.

Run as ``python -m infrastructure.tabular.workbook_process``; see ``workbooks``.
"""

import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine as calamine

from infrastructure.tabular.cell_values import as_text, column_of
from infrastructure.tabular.column_types import MISSING_WORDS
from infrastructure.tabular.header_rows import holds_an_address, is_data, unique_names

_MEMORY_BYTES = 8 * 1024**3
_EXACT = 2.0**53
_TITLE_ROWS = 50

Rows = list[list[Any]]


def main() -> None:
    """Answer one request from standard input on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        workbook = calamine.CalamineWorkbook.from_path(request["source"])
        sheet, rows = _sheet(workbook, request["sheet"])
    except calamine.PasswordError:
        return {"error": "encrypted", "message": ""}
    except calamine.WorksheetNotFound:
        return _error("malformed", f"The workbook has no sheet named {request['sheet']!r}.")
    except calamine.CalamineError:
        return _error("malformed", "The workbook is damaged: its sheets cannot be read.")
    if not rows:
        return _error("empty", "The workbook is empty: no visible sheet holds a cell.")
    preamble = request["preamble_lines"]
    if preamble is None:
        preamble = _header_row(rows)
    _table(rows[preamble:]).write_ipc(Path(request["table"]))
    return {"sheet": sheet, "preamble_lines": preamble}


def _error(reason: str, message: str) -> dict[str, Any]:
    return {"error": reason, "message": message}


def _sheet(workbook: calamine.CalamineWorkbook, wanted: str | None) -> tuple[str, Rows]:
    """The wanted sheet, or the first visible one that holds a table; no rows when there is none.

    A cover with a lone title holds none; it is taken when no other sheet has more than one row.
    """
    if wanted is not None:
        return wanted, _rows(workbook.get_sheet_by_name(wanted))
    cover: tuple[str, Rows] = ("", [])
    for sheet in workbook.sheets_metadata:
        visible = sheet.visible == calamine.SheetVisibleEnum.Visible
        if visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet:
            rows = _rows(workbook.get_sheet_by_name(sheet.name))
            if sum(any(cell is not None for cell in row) for row in rows) > 1:
                return sheet.name, rows
            if not cover[1]:
                cover = (sheet.name, rows)
    return cover


def _rows(sheet: calamine.CalamineSheet) -> Rows:
    rows = [[_value(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return rows


def _value(cell: object) -> object:
    """Excel knows only floating-point numbers; those that are whole were typed as integers."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= _EXACT:
        return int(cell)
    return None if cell == "" else cell


def _header_row(rows: Rows) -> int:
    """The first row as full as the usual one; a title above the table is less full."""
    counts = [sum(cell is not None for cell in row) for row in rows[: _TITLE_ROWS * 2]]
    first = next(index for index, count in enumerate(counts) if count)
    fullest = max(counts)
    if fullest < 3:
        blank_follows = [i for i in range(first, len(counts)) if not counts[i]]
        return blank_follows[0] + 1 if counts[first] < fullest and blank_follows else first
    for index in range(first, min(len(counts), first + _TITLE_ROWS)):
        if counts[index] * 2 > fullest and counts[index] > 1:
            return index
    return first


def _table(rows: Rows) -> pl.DataFrame:
    header, body = rows[0], [row for row in rows[1:] if any(cell is not None for cell in row)]
    as_cells = [["" if cell is None else as_text(cell) for cell in row] for row in body[:1000]]
    names = ["" if cell is None else as_text(cell) for cell in header]
    no_words = not any(isinstance(cell, str) for cell in header)
    if holds_an_address(names) or (no_words and is_data(names, as_cells)):
        body, names = [header, *body], [""] * len(header)
    columns: list[Sequence[Any]] = list(zip(*body, strict=True)) or [()] * len(header)
    kept = [
        index
        for index, name in enumerate(names)
        if name.strip() or any(value is not None for value in columns[index])
    ]
    unique = unique_names(names, len(names))
    return pl.DataFrame([_column(unique[index], columns[index]) for index in kept])


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    known = [None if isinstance(v, str) and v.strip() in MISSING_WORDS else v for v in values]
    texts = {value for value in known if isinstance(value, str)}
    codes = bool(texts) and all(len(t) == 2 and t.isalpha() and t.isupper() for t in texts)
    if codes:
        known = ["NA" if value == "NA" else kept for value, kept in zip(values, known, strict=True)]
    return column_of(name, known)


if __name__ == "__main__":
    main()
