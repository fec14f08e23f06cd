"""Texts that were read as a table, though what their lines hold may be meant otherwise."""

import csv
from collections.abc import Sequence
from itertools import takewhile

from domain.parse_report import Doubt
from infrastructure.tabular.text.cell_shapes import TYPED, Shape, are_clauses, shape_of_cell
from infrastructure.tabular.text.dialect_candidates import DELIMITERS, Dialect
from infrastructure.tabular.text.splitting import Splitter
from infrastructure.tabular.text.total_rows import is_called_a_total

_FEWEST_ROWS = 3
_LONGEST = 10_000
_NO_PROSE = TYPED | {Shape.NESTED}
_OF_SERIES = TYPED | {Shape.CODE}
_WORDS_OF_A_CLAUSE, _WORDS_BEYOND_A_NAME = 2, 4
_EVEN, _NEARLY_ALL = 0.6, 0.8
_TYPOGRAPHIC = frozenset(
    {"\u201c\u201d", "\u201e\u201c", "\u201e\u201d", "\u00ab\u00bb", "\u00bb\u00ab", "\u2018\u2019"}
)


def doubts_of_cells(rows: Sequence[Sequence[str]], dialect: Dialect) -> tuple[Doubt, ...]:
    """What is said of the first rows, names among them, as they are divided by `dialect`."""
    if dialect.delimiter is None:
        if all(shape_of_cell(row[0]) in _NO_PROSE for row in rows):
            return ()
        return (_doubts_of_quoted_lines(rows) if dialect.quote else ()) or _doubts_of_lines(rows)
    prose = _doubts_of_prose(rows) if _may_divide_prose(rows, dialect.delimiter) else ()
    undivided = _doubts_of_undivided_cells(rows, dialect.delimiter)
    return (*prose, *undivided, *_doubts_of_typographic_quotes(rows))


def _doubts_of_undivided_cells(rows: Sequence[Sequence[str]], delimiter: str) -> tuple[Doubt, ...]:
    """What is said of a delimiter with a space that also stands without one in every row."""
    bare = delimiter.strip()
    if bare == delimiter or bare not in {",", ";"} or len(rows) < _FEWEST_ROWS:
        return ()
    if not any(all(bare in cell for cell in column) for column in zip(*rows, strict=False)):
        return ()
    message = (
        f"Cells are divided by {delimiter!r}, but {bare!r} stands in one of every row, too, that "
        f"of the names among them. If it divides them, give delimiter = {bare!r}."
    )
    return (Doubt(kind="undivided_cells", names=(), message=message),)


def _doubts_of_typographic_quotes(rows: Sequence[Sequence[str]]) -> tuple[Doubt, ...]:
    """What is said of rows that open and close with the quotes of a word processor."""
    ends = [(row[0].lstrip()[:1], row[-1].rstrip()[-1:]) for row in rows if len(row) > 1]
    quoted = sum(bool(opens) and opens + closes in _TYPOGRAPHIC for opens, closes in ends)
    if quoted < 2 or quoted < _NEARLY_ALL * len(ends):
        return ()
    message = (
        "Cells stand in typographic quotes, which were read as letters, so that a delimiter within "
        "them divides. Put plain quotes in their place, as a text editor does, and upload the file "
        "again."
    )
    return (Doubt(kind="typographic_quotes", names=(), message=message),)


def _may_divide_prose(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    if delimiter.strip() not in {",", ";"}:
        return False
    return delimiter.endswith(" ") or sum(map(are_clauses, rows)) >= _NEARLY_ALL * len(rows)


def _doubts_of_quoted_lines(rows: Sequence[Sequence[str]]) -> tuple[Doubt, ...]:
    divides = next((other for other in DELIMITERS if _divides(rows, other)), None)
    if divides is None:
        return ()
    message = (
        f"Each line is one cell, as it is in quotes, but {divides!r} divides each into as many "
        "parts. Split the column there, or take away the quotes around the lines and "
        "upload the file again."
    )
    return (Doubt(kind="quoted_lines", names=(), message=message),)


def _doubts_of_lines(rows: Sequence[Sequence[str]]) -> tuple[Doubt, ...]:
    """What is said of lines in each of which a delimiter stands, though not as often."""
    lines = [row[0] for row in rows if _is_a_line(row)]
    if len(lines) < _FEWEST_ROWS or len(lines) < len(rows):
        return ()
    close = (other for other in DELIMITERS if all(_stands_close(other, line) for line in lines))
    found = next(close, None)
    if found is None:
        return ()
    message = (
        f"Each line is one cell, though {found!r} stands in each, as it does not divide them into "
        f"as many cells. Give delimiter = {found!r} to divide them there."
    )
    return (Doubt(kind="undivided_lines", names=(), message=message),)


def _stands_close(delimiter: str, line: str) -> bool:
    """Whether no space follows the first delimiter in a line, as one does in prose."""
    at = line.find(delimiter)
    return 0 <= at < len(line) - 1 and line[at + 1] != " "


def _divides(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    if len(rows) < _FEWEST_ROWS or not all(map(_is_a_line, rows)):
        return False
    parts = [next(csv.reader([row[0]], delimiter=delimiter), []) for row in rows]
    return len(parts[0]) > 1 and len({*map(len, parts)}) == 1 and not all(map(are_clauses, parts))


def _is_a_line(cells: Sequence[str]) -> bool:
    """Whether a row is one cell without line breaks, which are no part of a line in quotes."""
    return len(cells) == 1 and len(cells[0]) <= _LONGEST and not {"\r", "\n"} & {*cells[0]}


def _doubts_of_prose(rows: Sequence[Sequence[str]]) -> tuple[Doubt, ...]:
    cells = [cell for row in rows for cell in row if cell.strip()]
    if len(rows) < _FEWEST_ROWS or any(shape_of_cell(cell) in _NO_PROSE for cell in cells):
        return ()
    ends = [row[-1].rstrip().endswith((".", "!", "?")) for row in rows]
    widths = [len(row) for row in rows]
    as_prose = (
        max(map(widths.count, widths)) <= _EVEN * len(rows)
        or (ends[0] and all(ends))
        or _words_of_each(rows[0]) >= _WORDS_BEYOND_A_NAME
    )
    if not as_prose or _words_of_each(cells) < _WORDS_OF_A_CLAUSE:
        return ()
    message = (
        "The lines read as sentences that commas divide, and no column tells them from prose. If "
        'they are no table, delimiter = "" reads each line as a cell.'
    )
    return (Doubt(kind="prose", names=(), message=message),)


def _words_of_each(cells: Sequence[str]) -> float:
    return sum(len(cell.split()) for cell in cells) / max(1, len(cells))


def doubts_of_facts(preamble: Sequence[str], dialect: Dialect, width: int) -> tuple[Doubt, ...]:
    """What is said of lines right above a table of two columns that are divided as its rows are."""
    records = [record.cells for record in Splitter(dialect.delimiter).records(preamble)]
    above = list(takewhile(lambda cells: len(cells) == width, reversed(records)))
    if width != 2 or len(above) < _FEWEST_ROWS - 1:
        return ()
    message = (
        f"{len(above)} lines above the table are divided as its rows are, but hold words where "
        "those hold values; they were left out. Give preamble_lines = 0 to read them."
    )
    return (Doubt(kind="facts_left_out", names=(), message=message),)


def doubts_of_first_rows(rows: Sequence[Sequence[str]]) -> tuple[Doubt, ...]:
    """What is said of first rows that hold words in several columns of values, as no other does."""
    width = len(rows[-1]) if rows else 0
    whole = [row for row in rows if len(row) == width]
    typed = [
        {index for index, cell in enumerate(row) if shape_of_cell(cell) in _OF_SERIES}
        for row in whole
    ]
    first = next((count for count, places in enumerate(typed) if places), 0)
    below = typed[first:]
    always = set.intersection(*below) if below else set()
    if not first or len(always) < 2 or len(below) < max(_FEWEST_ROWS, first):
        return ()
    words = [shape_of_cell(row[index]) for row in whole[:first] for index in always]
    if words.count(Shape.EMPTY) * 2 > len(words):
        return ()
    message = (
        f"{'The first row holds' if first == 1 else f'The first {first} rows hold'} words where "
        "all others hold values, as names or facts about the columns do. If so, give header_rows "
        "or preamble_lines."
    )
    return (Doubt(kind="first_rows_like_names", names=(), message=message),)


def doubts_of_subtotals(rows: Sequence[Sequence[str]]) -> tuple[Doubt, ...]:
    """What is said of rows amid the others that are called totals and lack cells those have."""
    count = sum(is_called_a_total(row) and not all(map(str.strip, row)) for row in rows[:-1])
    if not count or count * 2 > len(rows):
        return ()
    message = (
        f"{'A row' if count == 1 else f'{count} rows'} amid the first ones of the table, called as "
        "totals are, may sum up those above; they were kept."
    )
    return (Doubt(kind="subtotals_kept", names=(), message=message),)
