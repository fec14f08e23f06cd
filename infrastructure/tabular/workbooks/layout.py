"""Where the table stands in a sheet: what is above it, its header, and what is below it."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from infrastructure.tabular.text.cell_shapes import Shape, shape_of_cell
from infrastructure.tabular.text.header_rows import (
    filled_names,
    holds_an_address,
    is_data,
    is_underline,
)
from infrastructure.tabular.workbooks.cell_texts import as_text
from infrastructure.tabular.workbooks.sheets import Area, Block, Row

_TITLE_ROWS = 50
_HEADER_ROWS = 6
_SAMPLE_ROWS = 1000
_FEWEST_BELOW = 3
_WORDS_OF_PROSE, _MOST_ON_A_COVER, _ROWS_TO_A_GAP = 5, 20, 4
_YEARS = range(1900, 2101)
_TOTAL = re.compile(
    r"((grand|overall|sub)[ -]?)?totals?|totals?:? .{1,20}|sums?|(gesamt)?summe|(ins)?gesamt|somme"
    r"|suma|totale|totaal|总计|合计|合計|итого|всего|razem|összesen|summa|yhteensä|celkem|toplam"
    r"|gesamtergebnis|total général|totale complessivo|eindtotaal|suma końcowa|общий итог|総計"
    r"|총합계|totalt|totalsumma|celkový součet|végösszeg|genel toplam",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(sources?|notes?|footnotes?|remarks?|quellen?|hinweis|anmerkung|fuente|nota)\b.*|[*†©¹(].*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Rows above the header, rows of names, and rows from the last one of the table to the end."""

    preamble_lines: int
    header_rows: int
    footer_lines: int


def layout_of(
    first: Block,
    last: Block,
    *,
    preamble_lines: int | None = None,
    header_rows: int | None = None,
    footer_lines: int | None = None,
) -> Layout:
    """The layout of a sheet by its first and last rows; what is given is kept."""
    rows = list(filled(first))
    if preamble_lines is None:
        preamble_lines = _header_row(rows, first)
        if header_rows is None and _stand_below_groups(rows, preamble_lines, first.merged):
            preamble_lines -= 1
    if header_rows is None:
        header_rows = _header_rows(rows, first.merged, preamble_lines)
    if footer_lines is None:
        footer_lines = _footer_lines(last, preamble_lines + header_rows)
    return Layout(preamble_lines=preamble_lines, header_rows=header_rows, footer_lines=footer_lines)


def holds_a_table(block: Block) -> bool:
    """Whether there is more than one row, and not only lines of text, as a cover has.

    Those are sentences, or a few with room between them.
    """
    rows = [[cell for cell in row if cell != ""] for row in block.rows if not is_blank(row)]
    room = len(block.rows) - len(rows)
    spaced = len(rows) <= min(_MOST_ON_A_COVER, _ROWS_TO_A_GAP * room)
    prose = all(map(_is_alone, rows)) and any(
        spaced or len(str(row[0]).split()) >= _WORDS_OF_PROSE for row in rows
    )
    return len(rows) > 1 and not prose


def names_of(rows: Sequence[Row]) -> list[str]:
    """The names of the columns: the cells of a column in several rows joined, each but once."""
    names = []
    for cells in zip(*rows, strict=True):
        parts = [as_text(cell).strip() for cell in cells if cell != ""]
        names.append(" ".join(part for part in dict.fromkeys(parts) if part))
    return names


def unmerged_names_of(rows: Sequence[Row]) -> list[str]:
    """The names of columns in several rows without merged cells: a gap takes what stands left."""
    texts = [[as_text(cell).strip() for cell in row] for row in rows]
    return filled_names([row for row in texts if not is_underline(list(filter(None, row)))])


def filled(block: Block) -> Iterator[Row]:
    """The rows from the first of the sheet on, with merged cells in each place that they take."""
    width = block.column + max(map(len, block.rows), default=0)
    rows = [[""] * width for _ in range(block.row)]
    before = [""] * block.column
    rows += [before + row + [""] * (width - len(before) - len(row)) for row in block.rows]
    for (top, left), (bottom, right) in block.merged:
        if top < len(rows) and left < width and rows[top][left] != "":
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [rows[top][left]] * (min(right + 1, width) - left)
    yield from rows


def is_blank(row: Row) -> bool:
    """Whether no cell of the row holds anything."""
    return not any(cell != "" for cell in row)


def _header_row(rows: Sequence[Row], block: Block) -> int:
    """The first row as full as the usual one; a title above the table is less full."""
    titles = _titles(block)
    counts = [
        min(1, full) if index in titles else full
        for index, full in enumerate(sum(c != "" for c in row) for row in rows[: _TITLE_ROWS * 2])
    ]
    held = [index for index, count in enumerate(counts) if count]
    banners = titles & {top for (top, left), (_, right) in block.merged if left < right}
    first = next((index for index in held if index not in banners), held[0] if held else 0)
    fullest = max(counts, default=0)
    if fullest < 3:
        above = itertools.takewhile(lambda count: 0 < count < fullest, counts[first:])
        end = first + sum(1 for _ in above)
        if not first < end < len(counts):
            return first
        if not counts[end]:
            return end + 1
        return end if _names_values(rows[end], rows[end + 1 :]) else first
    for index in range(first, min(len(counts), first + _TITLE_ROWS)):
        if counts[index] * 2 > fullest and counts[index] > 1:
            below = _below_a_gap(counts, index, fullest)
            return index if _are_names_of_groups(rows, block, index, below) else below
    return first


def table_above(first: Block, preamble_lines: int) -> tuple[int, int] | None:
    """The rows above the table, from 0, the last one within, that are names and rows themselves."""
    rows = first.rows[: max(0, preamble_lines - first.row)]
    for start, row in enumerate(rows):
        body = list(itertools.takewhile(lambda below: not is_blank(below), rows[start + 1 :]))
        held = [cell for cell in row if cell != ""]
        if len(set(held)) == len(held) > 1 and _names_values(row, body):
            return first.row + start, first.row + start + len(body)
    return None


def _names_values(row: Row, body: Sequence[Row]) -> bool:
    """Whether a row is words, and below one of them stand several values and no words."""
    words = all(isinstance(cell, str) for cell in row)
    return words and _has_a_word_above_values(row, body)


def _has_a_word_above_values(row: Row, body: Sequence[Row]) -> bool:
    below = ([other[index] for other in body if other[index] != ""] for index in range(len(row)))
    return any(
        len(cells) > 1 and not any(isinstance(cell, str) for cell in cells)
        for name, cells in zip(row, below, strict=True)
        if _is_word(name)
    )


def _below_a_gap(counts: Sequence[int], start: int, fullest: int) -> int:
    """The first row after a blank one, when the rows from `start` to there are less full."""
    end = start
    while end < len(counts) and 0 < counts[end] < fullest:
        end += 1
    if end == start or end == len(counts) or counts[end]:
        return start
    below = next((index for index in range(end, len(counts)) if counts[index]), start)
    return below if counts[below] > max(counts[start:end]) else start


def _are_names_of_groups(rows: Sequence[Row], block: Block, start: int, below: int) -> bool:
    """Whether names below merged ones stand from `start` on, and values `below` a blank row."""
    names = [row for row in rows[start:below] if not is_blank(row)]
    grouped = any(start <= top < below and left < right for (top, left), (_, right) in block.merged)
    return grouped and all(map(_may_be_names, names)) and not _may_be_names(rows[below])


def _titles(block: Block) -> set[int]:
    """Rows with a single cell, unless it is merged over some columns as the name of a group is."""
    groups = {top for (top, left), (_, right) in block.merged if block.column < left < right}
    single = (
        block.row + index
        for index, row in enumerate(block.rows[: _TITLE_ROWS * 2])
        if sum(cell != "" for cell in row) == 1
    )
    return set(single) - groups


def _header_rows(rows: Sequence[Row], merged: Sequence[Area], start: int) -> int:
    header, body = rows[start : start + 1], rows[start + 1 :]
    if not header:
        return 0
    width = max(sum(cell != "" for cell in row) for row in rows[start : start + _TITLE_ROWS])
    end = start
    while end < start + _HEADER_ROWS:
        reach = max(
            (_reach(area, width) for area in merged if start <= area[0][0] <= end), default=0
        )
        if reach <= end or not all(_may_be_names(row) for row in rows[start : reach + 1]):
            break
        end = reach
    if end > start and end + 1 < len(rows):
        return end - start + 1
    names = names_of(header)
    if holds_an_address(names):
        return 0
    holds_values = any(not isinstance(cell, str) for cell in header[0])
    as_cells = [[as_text(cell) for cell in row] for row in body[:_SAMPLE_ROWS] if not is_blank(row)]
    if holds_values and not _has_a_word_above_values(header[0], body) and is_data(names, as_cells):
        return 0
    if _stand_below_groups(rows, start + 1, merged):
        return 2
    return 1 + _rows_that_go_on(body[:_SAMPLE_ROWS])


def _stand_below_groups(rows: Sequence[Row], index: int, merged: Sequence[Area]) -> bool:
    """Whether a row names columns again and again, each time below another name of a group."""
    if not 0 < index < len(rows) - 1 or any(top < index for (top, _), _ in merged):
        return False
    groups, names = rows[index - 1], [cell for cell in rows[index] if cell != ""]
    places = [place for place, cell in enumerate(groups) if cell != ""]
    filled = [groups[place] for place in places]
    return (
        1 < len(filled) < len(names)
        # None stands above the further columns of a group. Without, the names may be a first row.
        and (
            len(filled) <= places[-1] - places[0]
            or _are_words_above_values(rows[index], rows[index + 1 : index + 1 + _SAMPLE_ROWS])
        )
        and groups[0] == ""
        and _may_be_names(groups)
        and _may_be_names(rows[index])
        and len(set(filled)) == len(filled)
        and len(set(names)) < len(names)
    )


def _rows_that_go_on(body: Sequence[Row]) -> int:
    """How many rows, of units or of questions, name the columns once more below their names."""
    for number, row in enumerate(body[:2]):
        if is_underline([as_text(cell) for cell in row if cell != ""]):
            return number + 1
    return int(len(body) > _FEWEST_BELOW and _are_words_above_values(body[0], body[1:]))


def _are_words_above_values(row: Row, body: Sequence[Row]) -> bool:
    values = [
        place
        for place in range(len(row))
        if (cells := [other[place] for other in body if other[place] != ""])
        and not any(isinstance(cell, str) for cell in cells)
    ]
    words = [place for place in values if _is_word(row[place])]
    return (
        all(isinstance(cell, str) for cell in row)
        and 1 < len(words) > len(values) / 2
        and not any(
            _is_word(row[place]) and _is_like(row[place], [other[place] for other in body])
            for place in range(len(row))
            if place not in values
        )
    )


def _is_like(word: str, cells: Sequence[Any]) -> bool:
    """Whether a word is of the shape that most cells of its column have, as the name of a row."""
    shapes = [shape_of_cell(cell) for cell in cells if isinstance(cell, str) and cell]
    return shapes.count(shape_of_cell(word)) > len(shapes) / 2


def _is_word(cell: Any) -> bool:  # noqa: ANN401 a cell is whatever calamine makes of it
    return isinstance(cell, str) and shape_of_cell(cell) in {Shape.WORD, Shape.TEXT, Shape.CODE}


def _reach(area: Area, width: int) -> int:
    """The last row of the header, judged by merged cells within it: names stand under a group."""
    (_, left), (bottom, right) = area
    return bottom + 1 if left < right and right - left + 1 < width else bottom


def _may_be_names(row: Row) -> bool:
    return not is_blank(row) and all(isinstance(cell, str) or _is_year(cell) for cell in row)


def _is_year(cell: Any) -> bool:  # noqa: ANN401 a cell is whatever calamine makes of it
    return _is_number(cell) and cell in _YEARS


def _footer_lines(last: Block, body: int) -> int:
    """Rows of totals and notes at the end, with the blank rows before them."""
    rows = last.rows
    end = len(rows)
    while end and is_blank(rows[end - 1]):
        end -= 1
    usual = max((sum(cell != "" for cell in row) for row in rows[-_TITLE_ROWS:]), default=0)
    cut = index = end
    while index > 0 and last.row + index - 1 > body:
        index -= 1
        row = rows[index]
        if is_blank(row):
            continue
        above_is_blank = index > 0 and is_blank(rows[index - 1])
        # In a table of two columns a lone cell may well be a row.
        evidence = above_is_blank + _is_note(row)
        if (
            _is_total(row)
            or _sums_up(row, rows[:index], body - last.row)
            or (_is_alone(row) and evidence >= (1 if usual > 2 else 2))
        ):
            cut = index
        elif usual < 3 or not _is_alone(row):
            break
    while cut < end and cut > 0 and is_blank(rows[cut - 1]):
        cut -= 1
    return end - cut


def _is_total(row: Row) -> bool:
    held = [cell for cell in row if cell != ""]
    words = isinstance(held[0], str) and _TOTAL.fullmatch(held[0].strip().rstrip(":").strip())
    return bool(words) and any(_is_number(cell) for cell in held[1:])


def _sums_up(row: Row, above: Sequence[Row], body: int) -> bool:
    """Whether a row that lacks its first cell only holds the sums of its columns, all of them."""
    held = [place for place, cell in enumerate(row) if cell != ""]
    rows = [other for other in above[max(0, body) :] if not is_blank(other)]
    if len(rows) < _FEWEST_BELOW or row[0] != "" or any(other[0] == "" for other in rows):
        return False
    # Zero sums up zeros, as any row of them does.
    return any(row[place] != 0 for place in held) and all(
        _is_number(row[place])
        and isclose(row[place], sum(other[place] for other in rows if _is_number(other[place])))
        for place in held
    )


def _is_alone(row: Row) -> bool:
    held = [cell for cell in row if cell != ""]
    return len(held) == 1 and isinstance(held[0], str)


def _is_note(row: Row) -> bool:
    return any(isinstance(cell, str) and _NOTE.fullmatch(cell.strip()) for cell in row)


def _is_number(cell: Any) -> bool:  # noqa: ANN401 a cell is whatever calamine makes of it
    return isinstance(cell, int | float) and not isinstance(cell, bool)
