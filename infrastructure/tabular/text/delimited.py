"""Delimited text: finding its layout, and reading all of its cells as text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from domain.parse_report import Doubt, Finding, Repair
from infrastructure.tabular.text.dialect_vote import sniffed
from infrastructure.tabular.text.doubtful_tables import (
    doubts_of_cells,
    doubts_of_facts,
    doubts_of_first_rows,
    doubts_of_subtotals,
)
from infrastructure.tabular.text.empty_rows import empty_lines_at_end
from infrastructure.tabular.text.encodings import decoding, find_encoding
from infrastructure.tabular.text.fixed_widths import places_of
from infrastructure.tabular.text.header_rows import unique_names
from infrastructure.tabular.text.layout_report import (
    doubts_of,
    doubts_of_a_table_above,
    doubts_of_a_title,
    doubts_of_encoding,
    doubts_of_fewer_names,
    doubts_of_more_names,
    doubts_of_names,
    doubts_of_no_rows,
    doubts_of_numbers,
    doubts_of_other_names,
    doubts_of_remarks,
    doubts_of_spaces,
    findings_of,
)
from infrastructure.tabular.text.layouts import (
    Columns,
    Layout,
    columns_of,
    comment_mark,
    dialect_of,
    find_layout,
    header_of,
    splitter_of,
)
from infrastructure.tabular.text.other_texts import other_text
from infrastructure.tabular.text.presumed_text import (
    IrregularText,
    require_presumable,
    scan_presumed,
)
from infrastructure.tabular.text.regular_files import (
    Part,
    is_direct,
    is_regular_part,
    quick_grammar,
    scan,
)
from infrastructure.tabular.text.repeated_names import repeated_lines, without_names
from infrastructure.tabular.text.row_repairs import RepairLog, RowFitter, repairs_of_names
from infrastructure.tabular.text.splitting import Record
from infrastructure.tabular.text.text_files import (
    Sample,
    in_utf8,
    offset_before_last,
    offset_of_line,
    returns_only,
    sample_of,
)
from infrastructure.tabular.text.total_rows import ends_in_a_doubtful_total, first_total

_MOST_SUMMED = 500_000
_MOST_DOUBTED = 50


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """A table whose cells are all text, and how it was come by.

    ``text`` may be scanned again and again, in the order of the file; its names are unique, while
    ``header`` holds the names as they are written, none when the file has none. An empty cell is
    empty text; a cell that a short row lacks is null.
    """

    text: pl.LazyFrame
    header: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def inspect_delimited(source: Path, given: GivenOptions | None = None) -> ParseOptions:
    """How a text file is laid out. Raises UnreadableTable when it is blank."""
    given = given or GivenOptions()
    encoding = given.encoding or find_encoding(source, mixed=True)
    with decoding(encoding):
        return _inspected(source, encoding, given)


def _inspected(source: Path, encoding: str, given: GivenOptions) -> ParseOptions:
    sample = sample_of(source, encoding)
    if not any(line.strip() for line in sample.head):
        raise UnreadableTable("empty", "The file is empty: it holds only white space.")
    other = other_text(sample.head) if given.delimiter is None else None
    if other is not None:
        raise UnreadableTable(
            "not_a_table",
            f"This is not a table: it looks like {other}. "
            'Give its delimiter to read it as one; delimiter = "" reads each line as a cell.',
        )
    layout = find_layout(sample, given, lambda: sniffed(sample.head))
    options = ParseOptions(
        kind=FileKind.CSV,
        encoding=encoding,
        delimiter=layout.choice.dialect.delimiter,
        quote=layout.choice.dialect.quote,
        escape=layout.choice.dialect.escape,
        preamble_lines=layout.preamble_lines,
        header_rows=layout.header_rows,
        footer_lines=layout.footer_lines,
        mend_letters=given.mend_letters is not False,
        interpretation=given.interpretation,
    )
    if given.footer_lines is None and not sample.complete:
        return replace(options, footer_lines=_footer_of_many_rows(source, sample, options, layout))
    return options


def _footer_of_many_rows(
    source: Path, sample: Sample, options: ParseOptions, layout: Layout
) -> int:
    """How many last lines of a large text are no rows, of which `layout` saw the sample's tail."""
    if layout.footer == "empty_rows" and layout.footer_lines == len(sample.tail):
        empty = empty_lines_at_end(source, options.encoding or "utf-8", options.delimiter or "")
        return max(empty, layout.footer_lines)
    return layout.footer_lines or _totals_of_many_rows(source, sample, options)


def _totals_of_many_rows(source: Path, sample: Sample, options: ParseOptions) -> int:
    """How many last lines of a large text are totals, by the sums of all of its rows."""
    columns = columns_of(
        sample.head, dialect_of(options), options.preamble_lines, options.header_rows
    )
    last = list(splitter_of(dialect_of(options), columns.width).records(sample.tail))
    if not ends_in_a_doubtful_total(last, columns.shapes):
        return 0
    with TemporaryDirectory() as scratch:
        text = read_text(source, options, Path(scratch)).text
        cells = text.head(_MOST_SUMMED + 1).fill_null("").collect()
    if cells.height > _MOST_SUMMED:
        return 0
    rows = cells.rows()
    records = [Record(number, list(row)) for number, row in enumerate(rows)]
    totals = len(records) - first_total(records, columns.shapes)
    return len(sample.tail) - last[-totals].line if totals else 0


def read_text(
    source: Path, options: ParseOptions, scratch: Path, *, presumed: bool = False
) -> TextTable:
    """The table in a text file, laid out as the options say.

    `scratch` is a private directory for what does not fit in memory. A row longer than the header
    gets columns of its own. A column without a name and without a value, as a delimiter at the end
    of each line makes, is left out. Raises UnreadableTable.

    A large file may be `presumed` to be regular, which spares passing over it once more than it is
    scanned. Then IrregularText is raised here or by whoever scans the text, unless it is.
    """
    encoding = options.encoding or find_encoding(source, mixed=True)
    with decoding(encoding):
        return _read(source, encoding, options, scratch, presumed=presumed)


def _read(
    source: Path, encoding: str, options: ParseOptions, scratch: Path, *, presumed: bool
) -> TextTable:
    log = RepairLog()
    if presumed:
        require_presumable(source, encoding)
    text = source
    if not presumed:
        text = in_utf8(source, encoding, scratch, log, mend_letters=options.mend_letters)
    sample = sample_of(text, "utf-8")
    footer = sample.tail[max(0, len(sample.tail) - options.footer_lines) :]
    left_out = len(footer) if sample.complete else options.footer_lines
    head = sample.head[: len(sample.head) - len(footer)] if sample.complete else sample.head
    columns = columns_of(head, dialect_of(options), options.preamble_lines, options.header_rows)
    if columns.width == 0:
        raise UnreadableTable("empty", "The file is empty after the lines that were left out.")
    start = offset_of_line(text, columns.first_row_line)
    part = Part(
        text,
        start,
        max(start, offset_before_last(text, options.footer_lines, start)),
        columns.first_row_line,
    )
    written, names = header_of(columns, log)
    comments = comment_mark(head[: options.preamble_lines])
    line = _line_of_names(head, columns)
    if presumed:
        frame = _presumed_rows(part, options, columns, line)
    else:
        frame = _rows(part, options, columns, len(names), log, scratch, comments)
        frame = _without_names(frame, repeated_lines(part, line), columns, log)
    frame, header = _named(frame, written, names)
    beyond = _log_made_up(frame.collect_schema().names(), header, columns, log)
    no_rows = bool(names) and part.start >= part.end
    original = sample_of(source, encoding)
    return TextTable(
        text=frame,
        header=header,
        findings=findings_of(source, original, options),
        repairs=log.repairs(),
        doubts=(
            *doubts_of_encoding(original, encoding),
            *doubts_of_names(columns),
            *doubts_of_more_names(columns, names),
            *doubts_of_fewer_names(beyond),
            *doubts_of_a_title(line, dialect_of(options), columns),
            *(doubts_of_no_rows(columns) if no_rows else doubts_of_numbers(columns)),
            *doubts_of_a_table_above(head[: options.preamble_lines], dialect_of(options)),
            *doubts_of_remarks(head[: options.preamble_lines], dialect_of(options), columns),
            *doubts_of_other_names(log.other_names),
            *doubts_of(footer, left_out, dialect_of(options), columns),
            *_doubtful_totals(sample, columns, options),
            *_doubtful_cells(head, options, columns),
        ),
    )


def _log_made_up(
    names: Sequence[str], header: Sequence[str], columns: Columns, log: RepairLog
) -> Sequence[str]:
    """Tell of names that are not as they are written; longer rows are told of by themselves.

    Those are given back that the written names do not reach.
    """
    lacking = min(columns.width, len(names)) - len(header) if header else 0
    for kind in repairs_of_names([*header, *[""] * lacking]):
        log.add(kind, columns.names_line)
    return names[len(header) : len(header) + max(0, lacking)]


def _line_of_names(head: list[str], columns: Columns) -> str:
    """The one line of names that may come again, empty when there is none of several names."""
    one = len(columns.names) == 1 and len(columns.names[0]) > 1
    return head[columns.names_line] if one else ""


def _doubtful_totals(sample: Sample, columns: Columns, options: ParseOptions) -> tuple[Doubt, ...]:
    """What is said of a last row that is kept though it has the name of a total."""
    begin = columns.first_row_line if sample.complete else 0
    lines = sample.tail[begin : max(begin, len(sample.tail) - options.footer_lines)]
    records = list(splitter_of(dialect_of(options), columns.width).records(lines))
    if not ends_in_a_doubtful_total(records, columns.shapes):
        return ()
    message = (
        "The last row is called as a total is, or has no name as the others do, but its numbers do "
        "not sum up the rows above that were compared; it was kept. Give footer_lines to leave it "
        "out."
    )
    return (Doubt(kind="total_kept", names=(), message=message),)


def _doubtful_cells(
    head: Sequence[str], options: ParseOptions, columns: Columns
) -> tuple[Doubt, ...]:
    """What is said of the table's first cells when nobody may have meant them as such."""
    dialect = dialect_of(options)
    above = head[: options.preamble_lines]
    lines = head[options.preamble_lines : options.preamble_lines + _MOST_DOUBTED]
    rows = [record.cells for record in splitter_of(dialect).records(lines) if record.cells]
    return (
        *doubts_of_cells(rows, dialect),
        *doubts_of_first_rows(rows[options.header_rows :]),
        *doubts_of_subtotals(rows[options.header_rows :]),
        *doubts_of_facts([] if comment_mark(above) else above, dialect, columns.width),
        *doubts_of_spaces(rows[options.header_rows :], dialect, columns.width),
    )


def _presumed_rows(part: Part, options: ParseOptions, columns: Columns, line: str) -> pl.LazyFrame:
    """The rows, in columns named by their number from 0, if they are regular."""
    dialect = dialect_of(options)
    grammar = quick_grammar(dialect, columns.width, returns_only=returns_only(part.source))
    if grammar is None or not is_direct(dialect):
        raise IrregularText
    return scan_presumed(part, grammar, line, mend_letters=options.mend_letters)


def _rows(
    part: Part,
    options: ParseOptions,
    columns: Columns,
    named: int,
    log: RepairLog,
    scratch: Path,
    comments: str,
) -> pl.LazyFrame:
    """The rows, in columns named by their number from 0."""
    dialect = dialect_of(options)
    if part.start >= part.end:
        empty = {str(index): pl.String for index in range(max(columns.width, named))}
        return pl.LazyFrame(schema=empty)
    grammar = None
    if not places_of(dialect.delimiter):
        grammar = quick_grammar(dialect, columns.width, returns_only=returns_only(part.source))
    if grammar is not None and is_direct(dialect) and is_regular_part(part, grammar):
        return scan(part, grammar)
    fitter = RowFitter(dialect, columns.width, max(named, columns.width), columns.shapes)
    # What writes them takes longer to import than a small regular file to read.
    from infrastructure.tabular.text.spool import Spool  # noqa: PLC0415
    from infrastructure.tabular.text.tolerant_text import TolerantReader  # noqa: PLC0415

    with Spool(scratch) as spool:
        TolerantReader(part, dialect, grammar, fitter, log, comments).read_into(spool)
    if spool.rows == 0:
        empty = {str(index): pl.String for index in range(max(columns.width, named))}
        return pl.LazyFrame(schema=empty)
    return spool.scan()


def _without_names(
    rows: pl.LazyFrame, again: list[int], columns: Columns, log: RepairLog
) -> pl.LazyFrame:
    """The rows but for those that are the names, which stand on the lines `again`."""
    if not again:
        return rows
    kept, dropped = without_names(rows, columns.names[-1])
    log.add_lines("repeated_names", again[:dropped])
    return kept


def _named(
    rows: pl.LazyFrame, written: list[str], names: list[str]
) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """The rows under unique names, without columns that hold nothing and lack a name of all."""
    found = rows.collect_schema().names()
    width = max(len(found), len(names))
    lacking = [pl.lit(None, pl.String).alias(str(index)) for index in range(len(found), width)]
    rows = rows.with_columns(lacking) if lacking else rows
    nameless = [i for i in range(width) if i >= len(names) or not names[i].strip()]
    empty = set(_empty_ones(rows, nameless)) if names else set()
    if len(empty) == width:
        empty = set()
    unique = unique_names(names, width)
    kept = [index for index in range(width) if index not in empty]
    header = tuple(written[index] for index in kept if index < len(written))
    return rows.select(pl.col(str(index)).alias(unique[index]) for index in kept), header


def _empty_ones(rows: pl.LazyFrame, columns: list[int]) -> list[int]:
    """Those of the columns whose cells hold white space at most."""
    if not columns:
        return []
    filled = [pl.col(str(index)).str.contains(r"\S").any().fill_null(False) for index in columns]
    answers = rows.select(filled).collect(engine="streaming").row(0)
    return [index for index, answer in zip(columns, answers, strict=True) if not answer]
