"""Marks in the XML of a sheet of XLSX that calamine does not tell of.

Each begins with what is quick to find, as most sheets have none.
"""

import re

_ERROR = re.compile(rb'<c\s(?=[^>]*\bt="e")[^>]*?\br="[A-Z]+(\d+)"')
# A formula that came to an empty text has a value of the type `str`.
_UNCALCULATED = re.compile(
    rb'<c\s(?![^>]*\bt="(?:str|e)")(?=[^>]*?\br="[A-Z]+(\d+)")[^>]*>'
    rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"
)
_HIDDEN_ROW = re.compile(rb'<row\s(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_HIDDEN_COLUMNS = re.compile(rb'<col\s(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_FIRST, _LAST = re.compile(rb'\bmin="(\d+)"'), re.compile(rb'\bmax="(\d+)"')


def rows_with_errors(rows: bytes) -> list[int]:
    """The rows, from 1, with a cell that is an error; a row is named for each of them."""
    # An error is #DIV/0! or the like, and a lone character is found much quicker than several.
    told = b"#" in rows and b't="e"' in rows
    return [int(row) for row in _ERROR.findall(rows)] if told else []


def rows_uncalculated(rows: bytes) -> list[int]:
    """The rows with a formula whose value is not there, as `rows_with_errors`."""
    return [int(row) for row in _UNCALCULATED.findall(rows)] if b"</f>" in rows else []


def rows_hidden(rows: bytes) -> list[int]:
    """The rows, from 1, that are hidden, by hand or by a filter."""
    return [int(row) for row in _HIDDEN_ROW.findall(rows)] if b"hidden=" in rows else []


def columns_hidden(head: bytes) -> list[range]:
    """The places, from 0, of columns that are hidden, by what stands before the rows."""
    ends = ((_FIRST.search(told), _LAST.search(told)) for told in _HIDDEN_COLUMNS.findall(head))
    return [range(int(first[1]) - 1, int(last[1])) for first, last in ends if first and last]
