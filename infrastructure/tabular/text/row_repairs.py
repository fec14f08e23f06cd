"""Rows that do not have the cells of their table: repaired on good evidence, and counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from domain.parse_report import LINES_TOLD, Repair
from infrastructure.tabular.text.cell_shapes import TYPED, ColumnShapes, Shape, shape_of_cell
from infrastructure.tabular.text.dialect_candidates import DELIMITERS, Dialect
from infrastructure.tabular.text.splitting import Splitter

_MOST_EXTRA = 3
_CLEARLY = 2.0
MESSAGES = {
    "missing_name": "Columns without a name are called by their place.",
    "repeated_name": "Names that come several times were numbered.",
    "repeated_names": "The line of names came again amid the rows, and was left out there.",
    "frame": "Lines that only draw the frame of the table were left out.",
    "comment": "Lines that are comments, as those above the table are, were left out.",
    "blank_line": "Lines without any text were left out.",
    "short_row": "Rows had fewer cells than the table has columns; the last ones are missing.",
    "long_row": "Rows had more cells than the table has columns; these got columns of their own.",
    "trailing_delimiter": "Rows ended in delimiters beyond the last column, which were left out.",
    "extra_delimiter": "Rows had an empty cell too many, which was left out where the others fit.",
    "other_delimiter": "Rows were divided by another delimiter than the rest.",
    "unescaped_quote": "Quotes within cells were not escaped; they were taken as they stand.",
    "unclosed_quote": "Quotes were never closed; they were taken as they stand.",
    "mixed_encoding": "Bytes that are no UTF-8 were read as cp1252; \ufffd stands for a letter "
    "amid which the file ends.",
    "byte_order_mark": "Byte order marks amid the file, as joining leaves them, were left out.",
    "control_character": "Control characters were read as the signs that they stand for; cp1252 "
    "had been taken for Latin-1. Give mend_letters = false to keep them as they are.",
    "encoded_twice": "Letters that had been encoded twice, as \u00e9 is in \u00c3\u00a9, were read "
    "as they were meant. Give mend_letters = false to keep them as they are written.",
    "page_break": "Form feeds at the begin of lines, as printers take them, were left out.",
    "filling": "NULs or end-of-file signs after the text were left out.",
}


@dataclass
class RepairLog:
    """How many rows were repaired in which way, and on which of the first lines.

    `other_names` are the lines, from 0, that look like names of another table amid the rows.
    """

    other_names: list[int] = field(default_factory=list)
    _rows: Counter[str] = field(default_factory=Counter)
    _lines: dict[str, list[int]] = field(default_factory=dict)

    def add(self, kind: str, line: int) -> None:
        """Count a row on the physical line, from 0."""
        self._rows[kind] += 1
        lines = self._lines.setdefault(kind, [])
        if len(lines) < LINES_TOLD:
            lines.append(line + 1)

    def add_lines(self, kind: str, lines: Sequence[int]) -> None:
        """Count a row on each of the physical lines, from 0."""
        for line in lines:
            self.add(kind, line)

    def repairs(self) -> tuple[Repair, ...]:
        """What was repaired, the most frequent first."""
        return tuple(
            Repair(kind=kind, rows=rows, lines=tuple(self._lines[kind]), message=MESSAGES[kind])
            for kind, rows in self._rows.most_common()
        )


def repairs_of_names(names: Sequence[str]) -> Iterator[str]:
    """The kinds of repairs that make names unique: some are missing, or come several times."""
    wanted = [" ".join(name.split()) for name in names]
    if "" in wanted:
        yield "missing_name"
    filled = [name for name in wanted if name]
    if len(set(filled)) < len(filled):
        yield "repeated_name"


class RowFitter:
    """Gives rows the usual number of cells.

    `widest` is how many cells a row may have before it is too long: the number of names, when that
    is more than the usual.
    """

    def __init__(self, dialect: Dialect, width: int, widest: int, shapes: ColumnShapes) -> None:
        self.width = width
        self._widest = widest
        self._shapes = shapes
        self._others = [
            Splitter(other, quote=dialect.quote, escape=dialect.escape, width=width)
            for other in (*DELIMITERS, " ")
            if other != dialect.delimiter and dialect.delimiter is not None and width > 2
        ]

    def fitted(self, cells: list[str], line: str) -> tuple[list[str], str | None]:
        """The cells of a row, which was written as `line`, and the kind of its repair, if any."""
        count = len(cells)
        if count == self.width:
            return cells, None
        if count < self.width:
            return self._longer(cells, line)
        if count <= self._widest:
            return cells, None
        return self._shorter(cells)

    def is_row(self, cells: Sequence[str]) -> bool:
        """Whether cells look like a row: where columns hold values, so do they."""
        return self._shapes.is_row(cells)

    def names_others(self, cells: Sequence[str]) -> bool:
        """Whether cells look like names of other columns: words, though columns hold values."""
        wordless = TYPED | {Shape.EMPTY}
        words = all(shape_of_cell(cell) not in wordless for cell in cells)
        return words and len(cells) > 1 and self._shapes.hold_values()

    def _longer(self, cells: list[str], line: str) -> tuple[list[str], str | None]:
        if len(cells) * 2 <= self.width:
            for splitter in self._others:
                found = self._by(splitter, line)
                if found is not None:
                    return found, "other_delimiter"
        return cells, "short_row"

    def _by(self, splitter: Splitter, line: str) -> list[str] | None:
        records = [record for record in splitter.records([line]) if record.cells]
        if len(records) != 1 or len(records[0].cells) != self.width:
            return None
        return records[0].cells if self._fit(records[0].cells) > -_CLEARLY * self.width else None

    def _shorter(self, cells: list[str]) -> tuple[list[str], str | None]:
        """The row without as many empty cells as it has too many, where the rest then fits.

        These are the last ones, unless it fits clearly better without others.
        """
        extra = len(cells) - self.width
        best, most = cells, self._fit(cells[: self.width]) + _CLEARLY
        for _ in range(extra if extra <= _MOST_EXTRA else 0):
            found = self._without_one(best)
            if found is None:
                break
            best = found
        if len(best) == self.width and self._fit(best) > most:
            return best, "extra_delimiter"
        if not any(cell.strip() for cell in cells[self._widest :]):
            return cells[: self._widest], "trailing_delimiter"
        return cells, "long_row"

    def _without_one(self, cells: list[str]) -> list[str] | None:
        """The row without that one of its empty cells without which it fits best."""
        empty = [index for index, cell in enumerate(cells) if not cell.strip()]
        if not empty:
            return None
        fit, width = self._shapes.fit, self.width
        # before[n] is how well the first n cells fit, after[n] those from n on, one to the left.
        before = [0.0, *accumulate(map(fit, range(width), cells))]
        after = [*accumulate(map(fit, range(width)[::-1], cells[width:0:-1]), initial=0.0)][::-1]
        best = max(empty, key=lambda n: before[min(n, width)] + after[min(n, width)])
        return cells[:best] + cells[best + 1 :]

    def _fit(self, cells: Sequence[str]) -> float:
        return sum(self._shapes.fit(index, cell) for index, cell in enumerate(cells))
