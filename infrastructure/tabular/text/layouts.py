"""How the parts of a delimited text lie: lines before the table, names, rows, lines after it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.dataset import GivenOptions, ParseOptions
from infrastructure.tabular.text.cell_shapes import ColumnShapes
from infrastructure.tabular.text.dialect_candidates import DELIMITERS, Dialect, declared_delimiter
from infrastructure.tabular.text.dialects import Choice, find_dialect
from infrastructure.tabular.text.fixed_widths import lines_above_a_rule
from infrastructure.tabular.text.footers import footer_of
from infrastructure.tabular.text.header_rows import (
    count_header_rows,
    filled_names,
    has_names,
    has_row_names,
    is_underline,
    joined_names,
)
from infrastructure.tabular.text.row_repairs import RepairLog
from infrastructure.tabular.text.splitting import Record, Splitter
from infrastructure.tabular.text.table_bounds import body_of, usual_width
from infrastructure.tabular.text.text_files import Sample

_SHAPED_ROWS = 500
_COMMENTS = ("#", "%", "//", "--")
# What stands before names where spaces divide them, as NumPy and logs of servers write it.
_MARK_OF_NAMES = re.compile(r"#+|%+|//|#fields:?|#types", re.IGNORECASE)
_QUOTES = ('"', "'")


@dataclass(frozen=True)
class Layout:
    """A dialect with how surely it was found; the other members mean those of `ParseOptions`.

    `footer` is the kind of what stands after the table, None when nothing does. `named` says that
    the names differ from the rows as words do from values.
    """

    choice: Choice
    preamble_lines: int
    header_rows: int
    footer_lines: int
    footer: str | None
    named: bool


@dataclass(frozen=True)
class Columns:
    """What the first rows say of the table: names as they are written, cells of a usual row.

    `first_row_line` is the physical line, from 0, on which the rows begin, `names_line` the one on
    which the last row of names does. With `row_names`, the
    first cells of the rows name them, and the first name is that of the second column.
    """

    names: list[list[str]]
    width: int
    shapes: ColumnShapes
    first_row_line: int
    names_line: int
    row_names: bool = False


def find_layout(
    sample: Sample, given: GivenOptions, vote: Callable[[], Dialect | None] | None = None
) -> Layout:
    """How the text lies, with everything as it is given that is given."""
    skipped = given.preamble_lines or 0
    lines = sample.head[skipped:]
    declared = declared_delimiter(lines[0]) if lines and not skipped else None
    if declared:
        lines, skipped = lines[1:], 1
    elif given.preamble_lines is None:
        skipped = lines_above_a_rule(lines)
        lines = lines[skipped:]
    delimiter = declared if given.delimiter is None else given.delimiter
    # What divides the cells does not quote them.
    quote = "" if given.quote is None and delimiter in _QUOTES else given.quote
    choice = find_dialect(
        lines,
        delimiters=None if delimiter is None else [delimiter],
        quotes=None if quote is None else [quote],
        escapes=None if given.escape is None else [given.escape],
        vote=vote,
    )
    records = _records(sample.head, choice.dialect, skipped, None)
    if any(record.repair is not None for record in records):
        first = body_of(records).first
        width = _likely_width(records[first:], 1)
        records = _records(sample.head, choice.dialect, skipped, width)
    if not records:
        return Layout(
            choice, skipped, given.header_rows or 0, given.footer_lines or 0, None, named=False
        )
    first = 0 if given.preamble_lines is not None else body_of(records).first
    preamble = skipped if given.preamble_lines is not None else records[first].line
    table = records[first:]
    header_rows = given.header_rows
    if header_rows is None:
        header_rows = count_header_rows([record.cells for record in table])
    found = _footer(sample, choice.dialect, preamble, header_rows)
    footer_lines, kind = found if given.footer_lines is None else (given.footer_lines, None)
    names = [record.cells for record in table[:header_rows] if not is_underline(record.cells)]
    rows = [record.cells for record in table[header_rows:]]
    named = bool(names) and has_names([names[-1], *rows])
    return Layout(choice, preamble, header_rows, footer_lines, kind, named=named)


def splitter_of(
    dialect: Dialect,
    width: int | None = None,
    is_row: Callable[[list[str]], bool] | None = None,
) -> Splitter:
    """What splits lines by the dialect into about `width` cells."""
    return Splitter(
        dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        width=width,
        is_row=is_row,
    )


def dialect_of(options: ParseOptions) -> Dialect:
    """The dialect among the options."""
    return Dialect(options.delimiter, options.quote, options.escape)


def comment_mark(preamble: Sequence[str]) -> str:
    """What every line above a table begins with as comments do, empty when they are none."""
    filled = [line.strip() for line in preamble if line.strip()]
    marks = (mark for mark in _COMMENTS if all(line.startswith(mark) for line in filled))
    return next(marks, "") if filled else ""


def columns_of(
    lines: Sequence[str], dialect: Dialect, preamble_lines: int, header_rows: int
) -> Columns:
    """The columns of the table in the text that begins with the physical `lines`."""
    records = _records(lines, dialect, preamble_lines, None)
    if any(record.repair is not None for record in records):
        # Of the ways to understand them, the one that gives the usual width is the right one.
        width = _likely_width(records, header_rows)
        records = _records(lines, dialect, preamble_lines, width)
    rows = records[header_rows:]
    width = usual_width(rows)
    header = [record for record in records[:header_rows] if not is_underline(record.cells)]
    names = [_names(record, lines, dialect, width) for record in header]
    if all(len(record.cells) <= width for record in rows):
        names = [_without_mark(cells, dialect, width) for cells in names]
    width = width or max(map(len, names), default=0)
    header_width = max(map(len, names), default=0)
    same = sum(len(record.cells) == header_width for record in rows)
    enough = 0.2 if rows and len(rows[0].cells) == header_width else 0.4
    if rows and same >= enough * len(rows):
        width = header_width
    usual = [record.cells for record in rows if len(record.cells) == width]
    regular = [cells for cells in usual if [cells] != names][:_SHAPED_ROWS]
    last = records[min(header_rows, len(records)) - 1] if header_rows and records else None
    begin = preamble_lines if last is None else last.line + last.lines
    named = len(names) == 1 and has_row_names(names[0], [record.cells for record in rows])
    names_line = header[-1].line if header else begin
    return Columns(names, width, ColumnShapes(regular, width), begin, names_line, named)


def _records(
    lines: Sequence[str], dialect: Dialect, skipped: int, width: int | None
) -> list[Record]:
    records = splitter_of(dialect, width).records(lines[skipped:], skipped)
    return [record for record in records if record.cells]


def _likely_width(records: Sequence[Record], header_rows: int) -> int:
    """How many cells most rows have, or the names are when the rows agree on nothing."""
    rows = records[header_rows:]
    width = usual_width(rows)
    agreed = sum(len(record.cells) == width for record in rows) >= 0.6 * len(rows)
    names = max((len(record.cells) for record in records[:header_rows]), default=0)
    return width if agreed or names < 2 else names


def _names(record: Record, lines: Sequence[str], dialect: Dialect, width: int) -> list[str]:
    """The cells of a header, which may be divided by another delimiter than the rows."""
    if len(record.cells) * 2 > width or width < 3 or record.lines > 1:
        return record.cells
    for other in (*DELIMITERS, " "):
        splitter = Splitter(other, quote=dialect.quote, escape=dialect.escape, width=width)
        found = [again.cells for again in splitter.records([lines[record.line]])]
        found = [_without_mark(cells, Dialect(other), width) for cells in found]
        if other != dialect.delimiter and [len(cells) for cells in found] == [width]:
            return found[0]
    return record.cells


def _without_mark(cells: list[str], dialect: Dialect, width: int) -> list[str]:
    """The names but for a mark before them, as before a comment."""
    spaced = dialect.delimiter is not None and not dialect.delimiter.strip(" +\t")
    if spaced and len(cells) == width + 1 and _MARK_OF_NAMES.fullmatch(cells[0]):
        return cells[1:]
    return cells


def header_of(columns: Columns, log: RepairLog) -> tuple[list[str], list[str]]:
    """The names as they are written, and as the columns are called; none when there are none.

    Empty names beyond the cells of the rows come from delimiters too many.
    """
    written, called = joined_names(columns.names), filled_names(columns.names)
    while len(written) > columns.width and (empty := _last_empty(called)) is not None:
        del written[empty], called[empty]
        log.add("extra_delimiter", columns.names_line)
    if columns.row_names:
        return ["", *written], ["", *called]
    return written, called


def _last_empty(names: Sequence[str]) -> int | None:
    return next((i for i in range(len(names) - 1, -1, -1) if not names[i].strip()), None)


def _footer(
    sample: Sample, dialect: Dialect, preamble_lines: int, header_rows: int
) -> tuple[int, str | None]:
    columns = columns_of(sample.head, dialect, preamble_lines, header_rows)
    begin = columns.first_row_line if sample.complete else 0
    lines = sample.tail[begin:]
    splitter = splitter_of(dialect, columns.width)
    records = list(splitter.records(lines))
    names = columns.names[-1] if columns.names else []
    footer = footer_of(records, names, columns.width, columns.shapes)
    if footer is None:
        return 0, None
    first: Record = records[footer.first]
    if not sample.complete and sum(line.count('"') for line in lines[first.line :]) % 2:
        # The tail may begin amid a quoted cell, whose end would cut it off.
        return 0, None
    return len(lines) - first.line, footer.kind
