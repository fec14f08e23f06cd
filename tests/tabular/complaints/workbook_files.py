"""Small workbooks, made by other programs' libraries or by hand."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Rows = Sequence[Sequence[Any]]


def xlsx(
    *rows: Sequence[Any],
    since_1904: bool = False,
    change: Callable[[Any, Worksheet], None] | None = None,
) -> bytes:
    """A workbook of one sheet; `change` gets the workbook and the sheet before they are closed."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "date_1904": since_1904}) as workbook:
        sheet = workbook.add_worksheet("Data")
        _write(workbook, sheet, rows)
        if change is not None:
            change(workbook, sheet)
    return content.getvalue()


def xlsx_of_sheets(sheets: Mapping[str, Rows], hidden: Sequence[str] = ()) -> bytes:
    """A workbook of several sheets, some of them hidden; the first that is not is active."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            _write(workbook, sheet, rows)
            if name in hidden:
                sheet.hide()
        next(s for s in workbook.worksheets() if s.get_name() not in hidden).activate()
    return content.getvalue()


def _write(workbook: Any, sheet: Worksheet, rows: Rows) -> None:
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    clock = workbook.add_format({"num_format": "hh:mm:ss"})
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            match cell:
                case dt.datetime():
                    sheet.write_datetime(row, column, cell, moment)
                case dt.date():
                    sheet.write_datetime(row, column, cell, day)
                case dt.time():
                    sheet.write_datetime(row, column, cell, clock)
                case str():
                    sheet.write_string(row, column, cell)
                case None:
                    pass
                case _:
                    sheet.write(row, column, cell)


def ods(*rows: Sequence[str | float | None]) -> bytes:
    """An OpenDocument spreadsheet of one sheet."""
    body = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows
    )
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    document = (
        f'<?xml version="1.0"?><office:document-content{names} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Data">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", document)
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest="
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return content.getvalue()


def _ods_cell(cell: str | float | None) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        shown = f"<text:p>{escape(cell)}</text:p>"
        return f'<table:table-cell office:value-type="string">{shown}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
