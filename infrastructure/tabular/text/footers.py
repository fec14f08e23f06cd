"""Where the rows of a table end, and what comes after them."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from infrastructure.tabular.text.cell_shapes import (
    TYPED,
    ColumnShapes,
    Shape,
    are_clauses,
    shape_of_cell,
)
from infrastructure.tabular.text.dialect_candidates import DELIMITERS
from infrastructure.tabular.text.splitting import Record
from infrastructure.tabular.text.total_rows import TOTAL, first_total

_MOST_NOTES, _MOST_ABOVE = 40, 10
_NOTE = re.compile(
    r"(?:sources?|notes?|nb|n\.b\.|footnotes?|quelle|hinweis|anmerkung|remarques?|fuente|nota|fonte"
    r"|copyright|last updated?|generated|exported|downloaded|end of (?:file|report)|disclaimer)\b"
    r"|[*†‡©¹²³]|\(\d\)|\[\d\]",
    re.IGNORECASE,
)
# A comma may divide such a note, so that it looks like a row.
_SOURCE = re.compile(
    r"(?:sources?|notes?|footnotes?|quelle|hinweis|anmerkung|remarques?|fuente|nota|fonte)\s*:",
    re.IGNORECASE,
)
_ROWS = r"\d[\d,]* (?:row|record)(?:s|\(s\))?"
_COUNT = re.compile(
    rf" ?(?:\({_ROWS}(?: affected)?\)"
    rf"|{_ROWS} (?:selected|affected|returned|fetched|produced|in set)\b.{{0,40}}) ?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Footer:
    """The records from `first` on are none of the table: `kind` says what they are."""

    first: int
    kind: str


def footer_of(
    records: Sequence[Record], names: Sequence[str], width: int, shapes: ColumnShapes
) -> Footer | None:
    """What comes after the table among the records, empty ones among them, that follow its header.

    In the order of being looked for: another table, notes, totals, rows of empty cells.
    """
    last, kind = len(records), None
    second = _second_table(records, names, width, shapes)
    if second is not None:
        last, kind = second, "second_table"
    notes = _before_notes(records[:last], width, shapes)
    if notes < last:
        last, kind = notes, kind or "notes"
    totals = _before_totals(records[:last], shapes)
    if totals < last:
        last, kind = totals, kind or "totals"
    if (
        kind is None
        and width > 1
        and any(record.cells for record in records[_before_blank(records, last) :])
    ):
        last, kind = _before_blank(records, last), "empty_rows"
    return None if kind is None else Footer(last, kind)


def _second_table(
    records: Sequence[Record], names: Sequence[str], width: int, shapes: ColumnShapes
) -> int | None:
    """Where another table begins: names again, or after an empty line, or of another width."""
    words, typed_of_all = [name.strip() for name in names], shapes.typed()
    for index, record in enumerate(records):
        if not record.cells:
            continue
        again = [cell.strip() for cell in record.cells]
        if names and len(again) > 1 and again == words:
            if _is_copy(records, index):
                return _before_blank(records, index)
            continue
        after_blank = index > 0 and not records[index - 1].cells
        if len(again) == width and not after_blank:
            continue
        rest = [other for other in records[index:] if other.cells]
        typed = typed_of_all
        if len(again) == width and not set(again) & set(words):
            above = (other.cells for other in records[:index] if len(other.cells) == width)
            typed = ColumnShapes(itertools.islice(above, _MOST_ABOVE), width).typed()
        if _is_another(rest, width, typed, after_blank=after_blank):
            return _before_blank(records, index)
    return None


def _is_copy(records: Sequence[Record], index: int) -> bool:
    """Whether the rows below names that come again are all rows above them once more."""
    below = [record.cells for record in records[index + 1 :] if record.cells]
    above = [record.cells for record in records[:index] if record.cells]
    return bool(below) and below == above


def _is_another(
    records: Sequence[Record], width: int, typed: Sequence[int], *, after_blank: bool
) -> bool:
    first = records[0].cells
    if len(records) < 3 or len(first) < 2 or any(shape_of_cell(cell) in TYPED for cell in first):
        return False
    values = any(shape_of_cell(cell) in TYPED for cell in records[1].cells)
    if len(first) == width:
        named = bool(typed) and all(first[index].strip() for index in typed)
        return after_blank and values and named
    same = sum(len(record.cells) == len(first) for record in records)
    return same > 0.9 * len(records) and (after_blank or values)


def _before_blank(records: Sequence[Record], index: int) -> int:
    while index > 0 and not any(cell.strip() for cell in records[index - 1].cells):
        index -= 1
    return index


def _before_notes(records: Sequence[Record], width: int, shapes: ColumnShapes) -> int:
    """The end of the table when lines of text stand after it."""
    if width < 2:
        return len(records)
    end = _before_blank(records, len(records))
    index, found = end, end
    while index > 0:
        record = records[index - 1]
        if not record.cells:
            found = index - 1 if found < end else found
        elif _is_divided_otherwise(record.cells, width, shapes):
            break
        elif _is_note(record.cells, width) or (found < end and _is_line(record.cells)):
            found = index - 1
        elif len(record.cells) == width or end - index > _MOST_NOTES:
            break
        index -= 1
    blank = next(
        (i for i in range(end - 1, max(0, end - _MOST_NOTES), -1) if _parts(records[i], width)), 0
    )
    below = [record.cells for record in records[blank + 1 : end]]
    if (
        blank
        and all(
            _is_narrow(cells, width) or (are_clauses(cells) and _SOURCE.match(cells[0].lstrip()))
            for cells in below
        )
        and (not records[blank].cells or _tell(below))
    ):
        found = min(found, blank)
    return _before_blank(records, found) if found < end else len(records)


def _parts(record: Record, width: int) -> bool:
    """Whether a line without any text, or delimiters alone in a wider table, parts two others."""
    return not record.cells or (width > 2 and not any(map(str.strip, record.cells)))


def _tell(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are words, one of them several, rather than rows that lack their other cells."""
    texts = [cell.strip() for cells in rows for cell in cells if cell.strip()]
    return not any(shape_of_cell(text) in TYPED for text in texts) and any(
        " " in text or _NOTE.match(text) for text in texts
    )


def _is_narrow(cells: Sequence[str], width: int) -> bool:
    return len(cells) <= max(1, width // 2) or sum(bool(cell.strip()) for cell in cells) <= 1


def _is_divided_otherwise(cells: Sequence[str], width: int, shapes: ColumnShapes) -> bool:
    """Whether a line without the delimiter is a row when another one divides it."""
    if len(cells) != 1 or width < 3:
        return False
    divided = (cells[0].split(other) for other in DELIMITERS)
    return any(len(row) == width and shapes.is_row(row) for row in divided)


def _is_line(cells: Sequence[str]) -> bool:
    """Whether a row is only drawn, as ``-----`` is."""
    return len(cells) == 1 and not any(letter.isalnum() for letter in cells[0])


def _is_note(cells: Sequence[str], width: int) -> bool:
    """Whether a row is a line of text: one cell of words where the table has several."""
    filled = [cell for cell in cells if cell.strip()]
    if _COUNT.fullmatch(" ".join(filled)):
        return True
    if len(filled) != 1 or not cells[0].strip() or len(cells) not in {1, width}:
        return False
    text = cells[0].strip()
    if len(cells) == width:
        return bool(_NOTE.match(text)) and width > 2
    return bool(_NOTE.match(text)) or (shape_of_cell(text) is Shape.TEXT and " " in text)


def _before_totals(records: Sequence[Record], shapes: ColumnShapes) -> int:
    """The end of the rows when totals of them come last."""
    first = first_total(records, shapes)
    return first if first == len(records) else _before_blank(records, first)


def kind_of_footer(rows: Sequence[Sequence[str]], width: int) -> str:
    """What rows after a table are: ``totals``, ``notes``, ``second_table`` or ``empty_rows``."""
    if not any(cell.strip() for row in rows for cell in row):
        return "empty_rows"
    if len(rows) > 2 and sum(sum(map(bool, map(str.strip, row))) > 1 for row in rows) * 2 > len(
        rows
    ):
        return "second_table"
    first = next((cell.strip() for row in rows for cell in row if cell.strip()), "")
    total = TOTAL.fullmatch(first) or shape_of_cell(first) is Shape.NUMBER
    return "totals" if total and len(rows[0]) == width else "notes"
