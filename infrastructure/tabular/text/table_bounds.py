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
from infrastructure.tabular.text.header_rows import has_names, is_data, is_value
from infrastructure.tabular.text.splitting import Record

_MOST_ABOVE = 10
_FEWEST_ROWS, _FEWEST_FACTS = 3, 3
_MOST_FACTS = 30
_DIVIDED = re.compile(r"[\x00-\x1f;|~^#*\u00ac]|,\S|::|@@|:\S.*:\S")
# Not a value that begins with the sign, as a colour or a tag does.
_REMARK = re.compile(r"#+(?:\s.*|\w+:.*)?|#fields", re.DOTALL | re.IGNORECASE)
_ANNOTATION = re.compile(r"#[A-Za-z]+")


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
    if width > 1 and not remarks:
        return _below_annotations(records, width)
    if width < 2 or not 1 < remarks < len(records):
        return None
    below = [record.cells for record in records[remarks:] if len(record.cells) == width]
    last = records[remarks - 1].cells
    named = len(last) in {width, width + 1} or lists_fields(last, width)
    return remarks - 1 if named and not (below and has_names(below)) else remarks


def _below_annotations(records: Sequence[Record], width: int) -> int | None:
    """The names below rows of what holds for each column, as InfluxDB writes them."""
    marked = sum(1 for _ in itertools.takewhile(lambda r: r.cells[0][:1] == "#", records))
    below = [record.cells for record in records[marked:]]
    # What holds for each column has a cell before the first of them, where the names have none.
    if marked < _FEWEST_FACTS or not below or any(cells[0] for cells in below):
        return None
    above = records[:marked]
    words = {record.cells[0] for record in above if _ANNOTATION.fullmatch(record.cells[0])}
    alike = all(len(record.cells) == width for record in above)
    return marked if alike and len(words) == marked and has_names(below) else None


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
    if candidate == 0 and width == 2:
        candidate = _below_facts_of_two(records)
        if candidate:
            return candidate
    if candidate == 0:
        return _below_a_sentence(records, width)
    if _lacks_a_name(records, candidate, width) or _spaces_divide(records, candidate, width):
        candidate -= 1
        return candidate if candidate and _is_preamble(records, candidate) else 0
    return candidate if _is_preamble(records, candidate) else 0


def _below_facts_of_two(records: Sequence[Record]) -> int:
    """Where a series of two columns begins below facts of as many, 0 when none stand above it.

    No name of a fact is a value, and few of the facts are, while all cells of the series are.
    """
    facts = itertools.takewhile(lambda r: shape_of_cell(r.cells[0]) not in TYPED, records)
    count = sum(1 for _ in facts)
    series = [record.cells for record in records[count:]]
    if count < _FEWEST_FACTS or len(series) < _FEWEST_ROWS:
        return 0
    if not all(len(cells) == 2 and shape_of_cell(cells[0]) in TYPED for cells in series):
        return 0
    if any(shape_of_cell(cells[1]) not in {Shape.EMPTY, *TYPED} for cells in series):
        return 0
    facts_told = [record.cells[-1] for record in records[:count]]
    if sum(shape_of_cell(cell) in TYPED for cell in facts_told) * 2 > count:
        return 0
    last = records[count - 1].cells
    return count - 1 if len(last) == 2 and _are_names(last, series) and all(last) else count


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
        rows = [record.cells for record in rest[1:]]
        return not any(map(is_value, names)) or not (is_value(names[0]) or is_data(names, rows))
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
