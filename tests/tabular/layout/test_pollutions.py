"""A table comes out the same in whatever way of the Pollock benchmark it is written wrongly.

Two of its columns are always quoted, and hold delimiters and quotes; no other cell is quoted.
"""

from collections.abc import Iterator

import pytest

from tests.tabular.layout.reading import Cells, Reading, read

NAMES = ["DAY", "TIME", "Qty", "CODE", "Price", "Kind", "Remark", "Link", "Note"]
REMARKS = (
    "Boils a litre, quietly, in two minutes.",
    'Says "hello"; then leaves.',
    "Light, warm | and dry. It won't let you down.",
    'A wheel of 24" for roads, or 5\'6" riders.',
)
ROWS: list[Cells] = [
    [
        f"{n + 3:02}/04/2021",
        f"{n:02}:15",
        str(n % 4),
        f"KT-10{n:02}",
        f"${n * 3 + 7}.{n:02}",
        ("Kettle", "Boots", "Hat", "Lamp", "Shoes")[n % 5],
        REMARKS[n % 4],
        f"https://www.example.org/of/KT_10{n:02}.html",
        "" if n % 3 else "sold",
    ]
    for n in range(12)
]
TABLE: list[Cells] = [[*NAMES], *ROWS]
QUOTED = (6, 7)
# The names, the first row, one that ends in an empty cell, and the last.
LINES = (0, 1, 6, 12)


def _cells(row: Cells, quote: str = '"', escape: str = '"') -> list[str]:
    """The cells of a row as they are written."""
    written = [cell or "" for cell in row]
    for index in QUOTED:
        written[index] = quote + written[index].replace(quote, escape + quote) + quote
    return written


def _lines(delimiter: str = ",", quote: str = '"', escape: str = '"') -> list[str]:
    return [delimiter.join(_cells(row, quote, escape)) for row in TABLE]


def _with(line: int, cells: list[str], delimiter: str = ",") -> str:
    """The table with one line of it written otherwise."""
    lines = _lines()
    lines[line] = delimiter.join(cells)
    return "\n".join(lines) + "\n"


def _is_right(reading: Reading) -> bool:
    return (reading.names, reading.rows) == (NAMES, ROWS)


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", ", "])
def test_dialects_and_ends_of_lines(delimiter: str, quote: str) -> None:
    for escape in (quote, "\\"):
        lines = _lines(delimiter, quote, escape)
        for end, last in (("\n", ""), ("\n", "\n\n"), ("\r\n", "\r\n"), ("\r", "\r")):
            reading = read(end.join(lines) + last)
            assert _is_right(reading), (escape, end, last)
            assert reading.options.delimiter == delimiter


@pytest.mark.parametrize("above", ["", "TITLE\n", "TITLE,,,,,,,,\n,,,,,,,,\n", "One line.\n\n"])
@pytest.mark.parametrize("below", ["", ",,,,,,,,\n", "\nSource: the shop\n", "\na,b\n1,2\n3,4\n"])
def test_what_stands_around_the_table(above: str, below: str) -> None:
    reading = read(above + "\n".join(_lines()) + "\n" + below)
    assert _is_right(reading)
    assert reading.options.preamble_lines == above.count("\n")
    assert reading.options.footer_lines == below.count("\n")


def test_names_without_rows_and_rows_without_names() -> None:
    names, *rows = _lines()
    nameless, bare = read("\n".join(rows)), read(names)
    assert (nameless.options.header_rows, nameless.rows) == (0, ROWS)
    assert (bare.names, bare.rows) == (NAMES, [])
    assert read(f"{names}\n{rows[0]}").rows == ROWS[:1]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", " "])
def test_one_line_that_another_delimiter_divides(delimiter: str) -> None:
    for line in LINES:
        cells = _cells(TABLE[line])
        assert _is_right(read(_with(line, cells, delimiter))), line


def _one_line_otherwise() -> Iterator[tuple[int, int, list[str]]]:
    for line in LINES:
        for place in range(len(NAMES)):
            yield line, place, _cells(TABLE[line])


def test_one_delimiter_too_many() -> None:
    for line, place, cells in _one_line_otherwise():
        if ROWS[line - 1][-1] and place == len(NAMES) - 1:
            continue  # It may be a column of its own.
        assert _is_right(read(_with(line, [*cells[:place], "", *cells[place:]]))), (line, place)


def test_one_quote_too_many() -> None:
    for line, place, cells in _one_line_otherwise():
        right = [list(row) for row in TABLE]
        right[line][place] = '"' + (right[line][place] or "")
        cells[place] = '"' + cells[place]
        reading = read(_with(line, cells))
        assert [reading.names, *reading.rows] == right, (line, place)


def test_one_delimiter_too_few() -> None:
    for line, place, cells in _one_line_otherwise():
        if line == 0 or place + 1 in (*QUOTED, *(n + 1 for n in QUOTED), len(NAMES)):
            continue
        joined = [*cells[:place], cells[place] + cells[place + 1], *cells[place + 2 :]]
        right: Cells = [*ROWS[line - 1], None]
        right[place : place + 2] = [joined[place]]
        reading = read(_with(line, joined))
        assert reading.names == NAMES
        assert reading.rows == [*ROWS[: line - 1], right, *ROWS[line:]], (line, place)
        assert reading.repairs == {"short_row": (line + 1,)}
