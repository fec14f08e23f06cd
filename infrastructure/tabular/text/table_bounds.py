"""Where a table begins and ends among the records of a text."""

import itertools
import re
from collections import Counter
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
from infrastructure.tabular.text.header_rows import has_names, is_data, is_value
from infrastructure.tabular.text.splitting import Record
from infrastructure.tabular.text.total_rows import TOTAL, first_total

_MOST_NOTES = 40
_MOST_ABOVE = 10
_FEWEST_ROWS = 3
_MOST_FACTS = 30
_DIVIDED = re.compile(r"[\x00-\x1f;|~^#*\u00ac]|,\S|::|@@|:\S.*:\S")
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
# Not a value that begins with the sign, as a colour or a tag does.
_REMARK = re.compile(r"#+(?:\s.*|\w+:.*)?|#fields", re.DOTALL | re.IGNORECASE)
_ROWS = r"\d[\d,]* (?:row|record)(?:s|\(s\))?"
_COUNT = re.compile(
    rf" ?(?:\({_ROWS}(?: affected)?\)"
    rf"|{_ROWS} (?:selected|affected|returned|fetched|produced|in set)\b.{{0,40}}) ?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Body:
    """The records ``[first, last)`` are the header and the rows; `width` is their usual one."""

    first: int
    last: int
    width: int


def body_of(records: Sequence[Record]) -> Body:
    """The table among the records, empty ones left out."""
    two = _first_of_two(records) or _below_a_gap(records)
    if two is not None:
        return two
    width = usual_width(records)
    first = _first_of(records, width)
    return Body(first, len(records), width)


def _first_of_two(records: Sequence[Record]) -> Body | None:
    """The first of two tables, which an empty line parts and whose rows differ in width.

    Lines of names and what they stand for, above a table, are no table: they have no header.
    """
    begins = [0]
    for index in range(1, len(records)):
        before = records[index - 1]
        if before.line + before.lines < records[index].line:
            begins.append(index)
    ends = [*begins[1:], len(records)]
    for begin, end, after in zip(begins, ends, ends[1:], strict=False):
        block = [record.cells for record in records[begin:end]]
        width = len(block[0])
        if all(len(cells) < 2 for cells in block):
            continue
        other = len(records[end].cells)
        is_table = (
            len(block) >= _FEWEST_ROWS
            and all(len(cells) == width for cells in block)
            and (width > 2 or len(block) * 4 >= after - end)
            and _has_a_header(block)
        )
        return Body(begin, end, width) if is_table and 1 < other != width else None
    return None


def _below_a_gap(records: Sequence[Record]) -> Body | None:
    """The table that an empty line parts from facts about it, such as names and what they mean.

    Its first row is names above values. What stands above is narrower, or is no row of it.
    """
    begins = [
        index
        for index in range(1, min(len(records) - 1, _MOST_FACTS))
        if _is_empty(records[index - 1])
        or records[index - 1].line + records[index - 1].lines < records[index].line
    ]
    for begin in reversed(begins):
        names = records[begin].cells
        rows = [record.cells for record in records[begin + 1 :] if not _is_empty(record)]
        above = [record.cells for record in records[:begin] if not _is_empty(record)]
        width = len(names)
        alike = [cells for cells in rows if len(cells) == width]
        is_table = (
            width > 1
            and len(alike) >= 0.8 * len(rows) > 0
            and sum(bool(cell.strip()) for cell in names) > 1
            and _name_all_that_hold_something(names, alike)
            and _are_names(names, alike)
        )
        if is_table and above and _are_facts(above, ColumnShapes(alike, width), width):
            return Body(begin, len(records), width)
    return None


def _name_all_that_hold_something(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether nothing stands below an empty name, as in the columns around a table of a sheet."""
    nameless = [index for index, name in enumerate(names) if not name.strip()]
    return not any(row[index].strip() for row in rows for index in nameless)


def _are_names(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row is words above values, or a word and numbers that no row could hold."""
    if not any(shape_of_cell(cell) in TYPED for cell in first):
        return has_names([first, *rows])
    filled = [cell for cell in first if cell.strip()]
    return len(filled) > 2 and not is_value(filled[0]) and not is_data(first, rows)


def _are_facts(above: Sequence[Sequence[str]], shapes: ColumnShapes, width: int) -> bool:
    """Whether what stands above a table is none of its rows, nor a table with names of its own."""
    if all(_filled_width(cells) < width for cells in above):
        return True
    block = list(itertools.dropwhile(lambda cells: _filled_width(cells) < 2, above))
    alike = len({len(cells) for cells in block}) == 1 and len(block) > 2
    # Facts of two columns, each a name and what it is, look like a table, but have a title.
    if alike and (len(block) == len(above) or len(block[0]) > 2) and _has_a_header(block):
        return False
    first = above[0]
    names = len(first) == width and not any(shape_of_cell(cell) in TYPED for cell in first)
    return not names and not any(len(cells) >= width and shapes.is_row(cells) for cells in above)


def _filled_width(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that holds something."""
    return max((index + 1 for index, cell in enumerate(cells) if cell.strip()), default=0)


def _has_a_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether names stand above a column all of whose cells are values of one kind."""
    if any(shape_of_cell(cell) in TYPED or not cell.strip() for cell in rows[0]):
        return False
    if any(row[0].rstrip().endswith(":") for row in rows):
        return False
    shapes = [{shape_of_cell(cell) for cell in column} for column in zip(*rows[1:], strict=True)]
    return any(len(kinds) == 1 and kinds <= TYPED for kinds in shapes)


def usual_width(records: Sequence[Record]) -> int:
    """How many cells most records have, records of one cell aside when there are others."""
    counts = Counter(len(record.cells) for record in records)
    wide = {width: count for width, count in counts.items() if width > 1} or counts
    return max(wide, key=lambda width: (wide[width], width), default=0)


def _below_remarks(records: Sequence[Record], width: int) -> int | None:
    """The first row below several remarks, of which the last may be the names.

    What begins as a remark does may be a row: it has values where the columns have.
    """
    rows = [record.cells for record in records if len(record.cells) == width]
    shapes = ColumnShapes([cells for cells in rows if not _REMARK.fullmatch(cells[0])], width)
    remarks = sum(
        1
        for _ in itertools.takewhile(
            lambda r: (
                _REMARK.fullmatch(r.cells[0])
                and not (len(r.cells) == width and shapes.is_row(r.cells))
            ),
            records,
        )
    )
    if width < 2 or not 1 < remarks < len(records):
        return None
    below = [record.cells for record in records[remarks:] if len(record.cells) == width]
    last = records[remarks - 1].cells
    named = len(last) in {width, width + 1} or lists_fields(last, width)
    return remarks - 1 if named and not (below and has_names(below)) else remarks


def lists_fields(cells: Sequence[str], width: int) -> bool:
    """Whether a line names the columns, though its spaces do not divide them, as CloudFront's."""
    mark, *names = cells[0].split() or [""]
    return len(cells) == 1 and mark.lower() == "#fields:" and len(names) == width


def _first_of(records: Sequence[Record], width: int) -> int:
    below = _below_remarks(records, width)
    if below is not None:
        return below
    candidate = next(
        (
            index
            for index, record in enumerate(records)
            if len(record.cells) >= width and not _is_title_row(record.cells, width)
        ),
        0,
    )
    above = records[:_MOST_ABOVE]
    if width == 2:
        empty = next((index for index, record in enumerate(above) if _is_empty(record)), 0)
        if all(sum(map(bool, record.cells)) <= 1 for record in above[:empty]):
            candidate = max(candidate, empty + 1 if 0 < empty < len(records) - 1 else 0)
    if width < 2:
        return 0
    if candidate == 0:
        return _below_a_sentence(records, width)
    if _lacks_a_name(records, candidate, width) or _spaces_divide(records, candidate, width):
        candidate -= 1
        return candidate if candidate and _is_preamble(records, candidate) else 0
    return candidate if _is_preamble(records, candidate) else 0


def _lacks_a_name(records: Sequence[Record], candidate: int, width: int) -> bool:
    """Whether right above the first full row, which holds values, stand names, but one too few."""
    above, row = records[candidate - 1], records[candidate]
    return (
        width > 2
        and len(above.cells) == width - 1
        and above.line + above.lines == row.line
        and all(cell.strip() and shape_of_cell(cell) not in TYPED for cell in above.cells)
        and any(shape_of_cell(cell) in TYPED for cell in row.cells)
    )


def _spaces_divide(records: Sequence[Record], candidate: int, width: int) -> bool:
    """Whether right above the first full row, which is data, spaces divide as many words."""
    above, row = records[candidate - 1], records[candidate]
    words = above.cells[0].split()
    return (
        len(above.cells) == 1
        and width > 2
        and len(words) == width
        and above.line + above.lines == row.line
        and not any(shape_of_cell(word) in {Shape.EMPTY, *TYPED} for word in words)
        and is_data(row.cells, [record.cells for record in records[candidate + 1 :]])
    )


def _below_a_sentence(records: Sequence[Record], width: int) -> int:
    """1 when the first row is text that happens to be divided, above names and their values.

    It is of another width than they are, as facts about the file may be; or a space follows each
    delimiter in it only.
    """
    if len(records) < 3 or len(records[1].cells) != width:
        return 0
    first = records[0].cells
    rows = [record.cells for record in records[1:] if len(record.cells) == width]
    words = any(shape_of_cell(cell) in {Shape.TEXT, *TYPED} for cell in first)
    if len(first) == width and (not are_clauses(first) or any(map(are_clauses, rows))):
        return 0
    return int(words and len(rows) > 2 and has_names(rows))


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
    words = [name.strip() for name in names]
    typed = shapes.typed()
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
    if len(first) == width:
        return after_blank and bool(typed) and all(first[index].strip() for index in typed)
    same = sum(len(record.cells) == len(first) for record in records)
    values = any(shape_of_cell(cell) in TYPED for cell in records[1].cells)
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
        (i for i in range(end - 1, max(0, end - _MOST_NOTES), -1) if not records[i].cells), 0
    )
    if blank and all(
        _is_narrow(record.cells, width)
        or (are_clauses(record.cells) and _SOURCE.match(record.cells[0].lstrip()))
        for record in records[blank + 1 : end]
    ):
        found = min(found, blank)
    return _before_blank(records, found) if found < end else len(records)


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


def is_sparse(cells: Sequence[str], width: int) -> bool:
    """Whether a row of a wider table holds no more than a title does."""
    return width > 2 and sum(bool(cell.strip()) for cell in cells) <= 1


def _is_title_row(cells: Sequence[str], width: int) -> bool:
    """Whether a row holds no more than a title; one wider than two columns ends in delimiters."""
    lone = sum(bool(cell.strip()) for cell in cells) <= 1
    return is_sparse(cells, width) or (width == 2 and len(cells) > width and lone)


def _is_preamble(records: Sequence[Record], header: int) -> bool:
    before, rest = records[:header], records[header:]
    if all(record.cells[0].lstrip().startswith("#") for record in before):
        return True
    between = zip(before, records[1 : header + 1], strict=True)
    gaps = any(after.line > record.line + record.lines for record, after in between)
    if gaps or any(map(_is_empty, before)):
        return True
    names = rest[0].cells
    if all(_is_label(record.cells, len(names)) for record in before):
        return not any(map(is_value, names))
    if all(_is_title(record.cells) for record in before) and len(rest) > 1:
        same = [len(record.cells) == len(names) for record in rest]
        return sum(same) >= 0.8 * len(same) or (len(same) < 5 and all(same[:2]))
    body = [record.cells for record in rest[1:] if len(record.cells) == len(names)]
    named = names[: _filled_width(names)]
    if any(is_value(name) or not name.strip() for name in named) or len(named) < 2:
        return False
    if not _name_all_that_hold_something(names, body):
        return False
    return any(
        body and all(is_value(row[index]) or not row[index].strip() for row in body)
        for index in range(len(names))
    )


def _is_label(cells: Sequence[str], width: int) -> bool:
    """Whether a row holds something in its first cell only, though it is as wide as the table."""
    return width > 2 and len(cells) == width and bool(cells[0].strip()) and is_sparse(cells, width)


def _is_title(cells: Sequence[str]) -> bool:
    """Whether a row is words that stand above a table, rather than the name of a column."""
    filled = [cell for cell in cells if cell.strip()]
    return (
        len(filled) == 1
        and shape_of_cell(filled[0]) is Shape.TEXT
        and " " in filled[0].strip()
        and not _DIVIDED.search(filled[0])
    )


def _is_empty(record: Record) -> bool:
    return len(record.cells) > 1 and not any(cell.strip() for cell in record.cells)


def kind_of_footer(rows: Sequence[Sequence[str]], width: int) -> str:
    """What rows after a table are: ``totals``, ``notes``, ``second_table`` or ``empty_rows``."""
    if not any(cell.strip() for row in rows for cell in row):
        return "empty_rows"
    if len(rows) > 2 and sum(len(row) > 1 for row in rows) * 2 > len(rows):
        return "second_table"
    first = next((cell.strip() for row in rows for cell in row if cell.strip()), "")
    return "totals" if TOTAL.fullmatch(first) and len(rows[0]) == width else "notes"
