"""How a piece of delimited text is laid out: delimiter, escapes, lines before the header."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from infrastructure.tabular.header_rows import is_value
from infrastructure.tabular.splitting import Record, Splitter

DELIMITERS = (",", ";", "\t", "|")
_ENOUGH = 0.3
_ESCAPED_QUOTE = re.compile(r"""\\"(?!\s*(?:[,;\t|"]|$))""")
_DECLARED = re.compile(r"\s*\"?sep=(.)\"?\s*")


@dataclass(frozen=True)
class Dialect:
    """`delimiter` is None when each line is one cell; `preamble_lines` counts physical lines."""

    delimiter: str | None
    preamble_lines: int


@dataclass(frozen=True)
class _Reading:
    dialect: Dialect
    score: float


def find_dialect(lines: Sequence[str]) -> Dialect:
    """The layout of the text that begins with the physical `lines`."""
    if lines and (declared := _DECLARED.fullmatch(lines[0])):
        return Dialect(declared[1], 1)
    backslash = escapes_by_backslash(lines)
    readings = [
        reading
        for delimiter in DELIMITERS
        if (reading := _try(delimiter, lines, backslash=backslash)) is not None
    ]
    best = max(readings, key=lambda reading: reading.score, default=None)
    if best is None or best.score < _ENOUGH:
        first = next((index for index, line in enumerate(lines) if line.strip()), 0)
        return Dialect(None, first)
    return best.dialect


def escapes_by_backslash(lines: Sequence[str]) -> bool:
    """Whether quotes inside quoted cells are written ``\\"`` rather than doubled.

    Where quotes are doubled, a quote after a backslash is followed by another or ends its cell.
    """
    return any(_ESCAPED_QUOTE.search(line) for line in lines)


def _try(delimiter: str, lines: Sequence[str], *, backslash: bool) -> _Reading | None:
    if not any(delimiter in line for line in lines):
        return None
    records = list(Splitter(delimiter, backslash=backslash).records(lines))
    header = _header_index(records, lines)
    if len(records[header].cells) < 2:
        return None
    table = records[header:]
    width = _usual_width(table)
    regular = sum(len(record.cells) == width for record in table) / len(table)
    split = sum(len(record.cells) > 1 for record in table) / len(table)
    cells = [cell for record in table for cell in record.cells]
    clean = sum(_is_clean(cell) for cell in cells) / len(cells)
    score = split * (0.3 + 0.7 * regular) * (0.4 + 0.6 * clean)
    return _Reading(Dialect(delimiter, records[header].line), score)


def _header_index(records: Sequence[Record], lines: Sequence[str]) -> int:
    """The index of the first record that belongs to the table."""
    width = _usual_width(records)
    candidate = next(
        (index for index, record in enumerate(records) if len(record.cells) >= width), 0
    )
    if candidate == 0 or width < 2:
        return 0
    return candidate if _is_preamble(records, candidate, lines) else 0


def _is_preamble(records: Sequence[Record], header: int, lines: Sequence[str]) -> bool:
    before = records[:header]
    if all(record.cells[0].lstrip().startswith("#") for record in before):
        return True
    physical = lines[before[0].line : records[header].line]
    if any(not line.strip(' \t\r\n,;|"') for line in physical):
        return True
    names = records[header].cells
    if any(is_value(name) or not name.strip() for name in names):
        return False
    body = [record.cells for record in records[header + 1 :] if len(record.cells) == len(names)]
    return any(
        body and all(is_value(row[index]) or not row[index].strip() for row in body)
        for index in range(len(names))
    )


def _usual_width(records: Sequence[Record]) -> int:
    counts = Counter(len(record.cells) for record in records)
    wide = {width: count for width, count in counts.items() if width > 1} or counts
    return max(wide, key=lambda width: (wide[width], width))


def _is_clean(cell: str) -> bool:
    """Whether a cell holds one thing: a value, nothing, or text without another delimiter."""
    return is_value(cell) or not any(mark in cell for mark in ";\t|")
