"""The merged cells of an ODS sheet, of which calamine does not tell."""

import html
import re
import zipfile
from pathlib import Path

_SHEET = rb"<table:table [^>]*table:name=%s[^>]*>(.*?)</table:table>"
_PLACE = re.compile(rb"<table:(table-row|table-cell|covered-table-cell)(?![\w-])([^>]*)>")
_NUMBER = rb'table:number-%s="(\d+)"'
_ROWS_REPEATED, _COLUMNS_REPEATED, _ROWS_SPANNED, _COLUMNS_SPANNED = (
    re.compile(_NUMBER % name)
    for name in (b"rows-repeated", b"columns-repeated", b"rows-spanned", b"columns-spanned")
)


def sheet_in_ods(content: bytes, sheet: str) -> bytes:
    """The XML of a sheet's rows, empty where the sheet is not found in the usual way."""
    name = html.escape(sheet, quote=True).replace("&#x27;", "'").encode()
    found = re.search(_SHEET % re.escape(b'"' + name + b'"'), content, re.DOTALL)
    return found[1] if found else b""


def merged_in_ods(source: Path, sheet: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """First row and column, last row and column, from 0, of each area of merged cells."""
    with zipfile.ZipFile(source) as archive:
        content = archive.read("content.xml")
    areas = []
    row = column = next_row = 0
    if b"-spanned=" not in content:
        return []
    for place in _PLACE.finditer(sheet_in_ods(content, sheet)):
        kind, told = place.groups()
        if kind == b"table-row":
            row, column = next_row, 0
            next_row = row + _number(_ROWS_REPEATED, told)
            continue
        rows, columns = _number(_ROWS_SPANNED, told), _number(_COLUMNS_SPANNED, told)
        if rows > 1 or columns > 1:
            areas.append(((row, column), (row + rows - 1, column + columns - 1)))
        column += _number(_COLUMNS_REPEATED, told)
    return areas


def repeated(what: bytes, told: bytes) -> int:
    """How often a row or a column stands there, of which its tag has `told`."""
    return _number(_ROWS_REPEATED if what == b"row" else _COLUMNS_REPEATED, told)


def _number(pattern: re.Pattern[bytes], told: bytes) -> int:
    found = pattern.search(told)
    return int(found[1]) if found else 1
