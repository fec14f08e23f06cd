"""What is reported of how a delimited text was understood."""

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

from domain.dataset import GivenOptions, ParseOptions
from domain.parse_report import Doubt, Finding
from infrastructure.tabular.text.alphabets import (
    KNOWN_PAGES,
    all_readings,
    is_odd,
    is_of_windows,
    of_same_languages,
    readings_by_letters,
    signs_in,
)
from infrastructure.tabular.text.dialect_candidates import Dialect
from infrastructure.tabular.text.fixed_widths import places_of
from infrastructure.tabular.text.footers import kind_of_footer
from infrastructure.tabular.text.header_rows import has_names, is_value, unique_names
from infrastructure.tabular.text.layouts import (
    Columns,
    Layout,
    comment_mark,
    find_layout,
    splitter_of,
)
from infrastructure.tabular.text.splitting import DRAWN, RUN_OF_SPACES, Record
from infrastructure.tabular.text.text_files import Sample

_OTHERWISE = "The options say so; the first lines of the file alone would suggest another."
_NAMED = "They differ from the rows below as names differ from values."
_HARDLY_NAMED = (
    "No column of values tells the first row from the others; if it is one, give header_rows = 0."
)
_NAMES = {"\t": "tab", " ": "space", " +": "spaces", None: "none"} | dict.fromkeys(DRAWN, "bars")
_FEW_RAGGED, _FEWEST_WORDS, _TELLING = 0.1, 3, 64 * 1024
# Not those that are names as well, as in "node from to" or "team 2023 2024".
_WITHIN_TITLES = re.compile(
    r"of|the|for|by|and|de|des|du|les|von|der|die|das|und|f\u00fcr|del|el|los|las|por|para|di|dei|dos",
    re.IGNORECASE,
)
_FEWEST_LINES, _WORDS_OF_A_NAME = 3, 4
_LEFT_OUT = {
    "second_table": "Another table follows the first one",
    "notes": "Lines of text follow the last row",
    "empty_rows": "Rows of empty cells follow the last row",
    "totals": "The last rows are totals of those above",
}


def findings_of(source: Path, sample: Sample, options: ParseOptions) -> tuple[Finding, ...]:
    """How the file was understood under the options, and where its first lines suggest another."""
    found = find_layout(sample, GivenOptions())
    dialect, choice = found.choice.dialect, found.choice
    return (
        _encoding_finding(source, sample, options.encoding or ""),
        _finding(
            "delimiter",
            _NAMES.get(options.delimiter, options.delimiter or ""),
            choice.confidence if dialect.delimiter == options.delimiter else None,
            choice.evidence,
        ),
        _finding(
            "quote",
            options.quote,
            choice.confidence if dialect.quote == options.quote else None,
            "Cells in these quotes make regular rows.",
        ),
        _finding(
            "escape",
            options.escape or "doubled",
            choice.confidence if dialect.escape == options.escape else None,
            "So quotes are written within quoted cells, or none are.",
        ),
        *_bounds(found, options),
    )


def _bounds(found: Layout, options: ParseOptions) -> tuple[Finding, ...]:
    told = found.named or found.header_rows != 1
    return (
        _finding(
            "preamble_lines",
            str(options.preamble_lines),
            0.9 if found.preamble_lines == options.preamble_lines else None,
            "The table begins with the first rows that are divided as the others are.",
        ),
        _finding(
            "header_rows",
            str(options.header_rows),
            None if found.header_rows != options.header_rows else 0.9 if told else 0.6,
            _NAMED if told else _HARDLY_NAMED,
        ),
        _finding(
            "footer_lines",
            str(options.footer_lines),
            0.9 if found.footer_lines == options.footer_lines else None,
            "What stands last was compared with the rows.",
        ),
    )


def _finding(what: str, found: str, confidence: float | None, evidence: str) -> Finding:
    """None as the confidence means that the first lines alone suggest another."""
    if confidence is None:
        return Finding(what=what, found=found, confidence=0.5, evidence=_OTHERWISE)
    return Finding(what=what, found=found, confidence=confidence, evidence=evidence)


def _encoding_finding(source: Path, sample: Sample, encoding: str) -> Finding:
    with source.open("rb") as opened:
        head = opened.read(4)
    name = codecs.lookup(encoding).name if encoding else ""
    marked = head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if marked and name.startswith("utf"):
        return _finding("encoding", encoding, 1.0, "The file begins with a byte order mark.")
    if name.startswith("utf"):
        return _finding(
            "encoding",
            encoding,
            0.99,
            "All of the file is valid in it, but for bytes that a repair tells of, if any.",
        )
    beyond = "".join(line for line in sample.head if not line.isascii())
    readings = readings_by_letters(beyond.encode(encoding or "utf-8", "replace"))
    others = [codec for codec in readings if codec != encoding]
    if len(readings) > 1:
        evidence = f"It is no UTF-8. Its few letters beyond ASCII may also be those of {others[0]}."
        return _finding("encoding", encoding, 0.5, evidence)
    return _finding("encoding", encoding, 0.8, "It is no UTF-8, and its letters fit this best.")


def doubts_of_encoding(sample: Sample, encoding: str) -> tuple[Doubt, ...]:
    """What is said of letters beyond ASCII that may be others in another code page.

    Words of one language, and signs alone, as in ``5 €``, are trusted where they are of Windows.
    """
    beyond = "".join(line for line in sample.head if not line.isascii())[:_TELLING]
    if codecs.lookup(encoding).name not in KNOWN_PAGES or not beyond:
        return ()
    odd = is_odd(beyond)
    if encoding == "cp1252" and not odd and not re.search(r"[^\W\d_\x00-\x7f]", beyond):
        return ()
    readings = all_readings(beyond.encode(encoding, "replace"), few=0.0)
    # Capitals of Cyrillic and Greek are signs in what old Macs had: those are no better then.
    signs = signs_in(beyond) if encoding in {"cp1251", "cp1253"} and not odd else len(beyond)
    others = (c for text, c in readings.items() if text != beyond and signs_in(text) <= signs)
    if beyond in readings and is_of_windows(beyond, encoding):
        return ()
    # So few letters may be of any language: it is the page that is doubted, unless signs look odd.
    other = next((codec for codec in others if odd or of_same_languages(encoding, codec)), None)
    if other is None and not odd:
        return ()
    why = (
        f"in {other}, its letters are those of a language, too"
        if other
        else "signs stand amid letters"
    )
    message = (
        f"The file is no UTF-8, and was read as {encoding}; {why}. If words look wrong, give the "
        f'right encoding, as in encoding = "{other or "cp850"}".'
    )
    return (Doubt(kind="other_encoding", names=(), message=message),)


def doubts_of_names(columns: Columns) -> tuple[Doubt, ...]:
    """What is said of rows that have one cell more than there are names."""
    if not columns.row_names:
        return ()
    message = (
        "The rows have one cell more than there are names: the first cells were taken for names of "
        "the rows, as R writes them. If another column lacks its name, write it into the file."
    )
    return (Doubt(kind="row_names", names=("column_1",), message=message),)


def doubts_of_more_names(columns: Columns, names: Sequence[str]) -> tuple[Doubt, ...]:
    """What is said of rows that have fewer cells than there are names."""
    beyond = tuple(unique_names(names, len(names))[columns.width :])
    if not beyond:
        return ()
    message = (
        "Most rows have fewer cells than there are names, so these columns are empty in them. If a "
        "name holds the delimiter, those after it stand too far right: quote it in the file."
    )
    return (Doubt(kind="more_names_than_cells", names=beyond, message=message),)


def doubts_of_fewer_names(beyond: Sequence[str]) -> tuple[Doubt, ...]:
    """What is said of columns, called by their place, that the line of names does not reach."""
    if not beyond:
        return ()
    message = (
        "Most rows have more cells than there are names, so these columns have none. If a cell "
        "holds the delimiter, as 1,234 may, those after it stand too far right: quote it in the "
        "file."
    )
    return (Doubt(kind="more_cells_than_names", names=tuple(beyond), message=message),)


def doubts_of_a_title(line: str, dialect: Dialect, columns: Columns) -> tuple[Doubt, ...]:
    """What is said of names that only spaces divide, though something else does the rows."""
    delimiter = dialect.delimiter or " "
    if delimiter.strip(" +") == "":
        return _doubts_of_a_title_amid_spaces(columns)
    if len(columns.names) != 1 or delimiter in line or places_of(delimiter):
        return ()
    names = columns.names[0]
    if len(names) < 2 or line.split() != names or delimiter == RUN_OF_SPACES:
        return ()
    message = (
        "The words of a line that is not divided as the rows are were taken for the names of the "
        f"columns. If they are a title, give preamble_lines = {columns.names_line + 1} and "
        "header_rows = 0."
    )
    return (Doubt(kind="title_or_names", names=(), message=message),)


def _doubts_of_a_title_amid_spaces(columns: Columns) -> tuple[Doubt, ...]:
    """What is said of names that spaces divide as they divide the words of a title."""
    first = columns.names[0] if columns.names else []
    if len(first) < _FEWEST_WORDS or not any(map(_WITHIN_TITLES.fullmatch, first[1:-1])):
        return ()
    message = (
        "The names of the columns hold words that a title has. If they are one, give "
        f"preamble_lines = {columns.names_line + 2 - len(columns.names)}, and header_rows = "
        f"{len(columns.names) - 1}."
    )
    return (Doubt(kind="title_or_names", names=(), message=message),)


def doubts_of_numbers(columns: Columns) -> tuple[Doubt, ...]:
    """What is said of names that are numbers which count up, as those of a row may."""
    names = columns.names[0] if len(columns.names) == 1 else []
    if len(names) < 2 or names[0] == "0" or not all(map(str.isdecimal, names)):
        return ()
    message = (
        "The first row was taken for the names of the columns, as its numbers count up. If it is a "
        "row as the others are, give header_rows = 0."
    )
    return (Doubt(kind="numbers_as_names", names=(), message=message),)


def doubts_of_no_rows(columns: Columns) -> tuple[Doubt, ...]:
    """What is said of a file without rows whose names look more like something else."""
    names = columns.names[-1]
    named = (len(name.split()) <= _WORDS_OF_A_NAME and not is_value(name) for name in names)
    if len(names) > 1 and all(named):
        return ()
    line = columns.names_line + 1
    message = (
        f"No row follows line {line}, which was taken for the names of the columns. If it is a "
        "row, give header_rows = 0."
    )
    return (Doubt(kind="no_rows", names=(), message=message),)


def doubts_of_a_table_above(preamble: Sequence[str], dialect: Dialect) -> tuple[Doubt, ...]:
    """What is said of lines above the table that are names and rows themselves."""
    run: list[Record] = []
    for record in splitter_of(dialect).records([*preamble, ""]):
        if run and len(record.cells) != len(run[-1].cells):
            if len(run) >= _FEWEST_LINES and has_names([each.cells for each in run]):
                message = (
                    f"Lines {run[0].line + 1} to {run[-1].line + 1}, above the table, look like "
                    f"another one, and were left out. To read it, give preamble_lines = "
                    f"{run[0].line}, or put it into a file of its own."
                )
                return (Doubt(kind="table_above_left_out", names=(), message=message),)
            run = []
        if len(record.cells) > 1:
            run.append(record)
    return ()


def doubts_of_remarks(
    preamble: Sequence[str], dialect: Dialect, columns: Columns
) -> tuple[Doubt, ...]:
    """What is said of lines above the table that begin as comments, and are divided as its rows.

    Nothing where columns hold values and the lines do not: so much tells them from rows.
    """
    if columns.width < 2 or not comment_mark(preamble):
        return ()
    alike = sum(
        len(record.cells) == columns.width
        and (not columns.shapes.typed() or columns.shapes.is_row(record.cells))
        for record in splitter_of(dialect).records(preamble)
    )
    if not alike:
        return ()
    message = (
        f"{'A line' if alike == 1 else f'{alike} lines'} above the table, left out as comments, "
        "may be rows: they are divided as the rows are. Give preamble_lines = 0 to read them."
    )
    return (Doubt(kind="comments_like_rows", names=(), message=message),)


def doubts_of_spaces(
    rows: Sequence[Sequence[str]], dialect: Dialect, width: int
) -> tuple[Doubt, ...]:
    """What is said of lines that spaces divide: a cell may hold some, or hold nothing else."""
    if places_of(dialect.delimiter):
        message = (
            "Spaces line the columns up. They were taken to begin at the characters that the "
            "delimiter names; where others are meant, give it with the right ones."
        )
        return (Doubt(kind="fixed_widths", names=(), message=message),)
    ragged = sum(len(cells) != width for cells in rows)
    if (dialect.delimiter or "|").strip(" +") or ragged <= _FEW_RAGGED * len(rows):
        return ()
    message = (
        "Spaces divide the lines, but not into as many cells each: where a cell holds spaces or "
        "nothing, those after it stand in other columns. If the columns begin at the same "
        'characters in each line, give them, as in delimiter = "at 7 19 30"; delimiter = "" reads '
        "each line as a cell."
    )
    return (Doubt(kind="divided_by_spaces", names=(), message=message),)


def doubts_of_other_names(lines: Sequence[int]) -> tuple[Doubt, ...]:
    """What is said of the lines, from 0, amid the rows that look like names of another table."""
    if not lines:
        return ()
    message = (
        f"After an empty line, line {lines[0] + 1} looks like names of another table; it and what "
        "follows were kept as rows. Give footer_lines to leave them out."
    )
    return (Doubt(kind="second_table_kept", names=(), message=message),)


def doubts_of(
    footer: Sequence[str], left_out: int, dialect: Dialect, columns: Columns
) -> tuple[Doubt, ...]:
    """What was left out after the table: so many lines, of which the last are `footer`."""
    records = [record.cells for record in splitter_of(dialect).records(footer) if record.cells]
    if not records:
        return ()
    lines = "line was" if left_out == 1 else f"{left_out} lines were"
    kind = kind_of_footer(records, columns.width)
    return (
        Doubt(
            kind=f"{kind}_left_out",
            names=(),
            message=f"{_LEFT_OUT[kind]}; the last {lines} left out. "
            "Give footer_lines = 0 to read them as rows.",
        ),
    )
