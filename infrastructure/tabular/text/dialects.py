"""How a piece of delimited text is laid out: delimiter, quote, escape.

Each dialect that the text suggests is tried on a sample and scored by how regular the rows are
that it makes, and how much the cells of each column look alike and like values. The idea of
weighing the pattern of rows with the types of cells is that of van den Burg, Nazábal and Sutton,
"Wrangling messy CSV files by detecting row and type patterns" (2019).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise

from infrastructure.tabular.text.cell_shapes import TYPED, ColumnShapes, Shape, shape_of_cell
from infrastructure.tabular.text.dialect_candidates import (
    DELIMITERS,
    Dialect,
    drawn_dialect,
    escape_of,
    suggested,
)
from infrastructure.tabular.text.fixed_widths import places_of, ruled_widths
from infrastructure.tabular.text.splitting import RUN_OF_SPACES, Splitter
from infrastructure.tabular.text.table_bounds import body_of, lists_fields

_ENOUGH = 0.3
_CLOSE = 0.08
_REGULAR = 0.9
_TRIED_LINES = 250
_TRIED_CHARACTERS = 128 * 1024
_UNUSUAL = 0.9
_LIKELIHOOD = {":": 0.55, " ": 0.6, RUN_OF_SPACES: 0.7, "*": 0.85, "&": 0.7, "#": 0.7}
# More than spaces, as long as they divide the lines otherwise; less than any real delimiter.
_LINED_UP = 0.75
_SHAPE_WORTH = {
    Shape.EMPTY: 0.5,
    Shape.CODE: 0.9,
    Shape.NESTED: 0.95,
    Shape.BOOLEAN: 0.9,
    Shape.WORD: 0.8,
    Shape.TEXT: 0.65,
} | dict.fromkeys(TYPED, 1.0)
_MARKS = "~^!:#&*@|;,"
_UNMISTAKABLE = (Shape.DATE, Shape.TIME)
_LONG_CELL = 50
# Quotes amid a quoted cell are doubled.
_OPENS = re.compile(r'(?:^|[,;|\t])[ ]*"[^"]*+(?:""[^"]*+)*+$')
_CLOSES = re.compile(r'[^"]*+(?:""[^"]*+)*+"[ ]*(?:[,;|\t\r\n]|$)')
_CLOCKS = re.compile(r"\d(?::\d\d)+|://")
_NESTED = re.compile(r"[;\t|~^\x01\x1c-\x1f\u00ac\u00a6]")
_BRACKETS = ("()", "[]", "{}")
_UNDIVIDED = 0.6


@dataclass(frozen=True)
class Choice:
    """A dialect, how surely it is the right one, from 0 to 1, and a sentence that says why."""

    dialect: Dialect
    confidence: float
    evidence: str


@dataclass(frozen=True)
class _Reading:
    dialect: Dialect
    score: float
    width: int
    rows: int
    regular: float
    named: bool


def find_dialect(
    lines: Sequence[str],
    *,
    delimiters: Sequence[str] | None = None,
    quotes: Sequence[str] | None = None,
    escapes: Sequence[str] | None = None,
    vote: Callable[[], Dialect | None] | None = None,
) -> Choice:
    """The layout of the text that begins with the physical `lines`.

    `delimiters`, `quotes` and `escapes` are all that are tried, where they are given; `vote` is
    asked for another opinion when two dialects are about as likely.
    """
    tried = _some(lines)
    drawn = drawn_dialect(tried) if delimiters is None and quotes is None else None
    if drawn is not None:
        return Choice(drawn, 0.95, "Bars and lines draw a frame around the cells.")
    ruled = ruled_widths(tried) if delimiters is None else None
    if ruled is not None:
        return Choice(Dialect(ruled), 0.95, "Dashes below the names show where columns begin.")
    dialects = suggested(tried, delimiters, quotes, escapes)
    readings = [reading for dialect in dialects if (reading := _try(dialect, tried)) is not None]
    readings.sort(key=lambda reading: -reading.score)
    best = _named_as_well(readings) if readings else None
    doubted = delimiters is None and best is not None
    if best is None or (
        doubted and (best.score < _enough(tried, best) or _are_values(tried, best))
    ):
        return _one_column(tried, delimiters, quotes, escapes)
    if best is readings[0] and len(readings) > 1 and vote is not None:
        close = best.score - readings[1].score < _CLOSE
        best = _settled(readings, vote()) if close else best
    others = [r for r in readings if r.dialect.delimiter != best.dialect.delimiter]
    second = max((reading.score for reading in others), default=0.0)
    return Choice(
        best.dialect,
        round(min(1.0, best.score) * (1 - 0.5 * min(1.0, second / best.score)), 2),
        f"{best.regular:.0%} of {best.rows} rows that were tried have {best.width} cells.",
    )


def _enough(lines: Sequence[str], reading: _Reading) -> float:
    """The score that makes a reading likelier than that each line is one cell."""
    quote, delimiter = reading.dialect.quote, reading.dialect.delimiter or ""
    between = sum(f"{quote}{delimiter}{quote}" in line for line in lines) if quote else 0
    sure = (reading.named and reading.width > 2) or between * 2 > len(lines)
    return _ENOUGH / 2 if sure else _ENOUGH


def _are_values(lines: Sequence[str], best: _Reading) -> bool:
    """Whether each line is one value, such as a moment, though the best reading divides it."""
    filled = [line.strip() for line in lines if line.strip()]
    if len(filled) < 2:
        return False
    shapes = Counter(shape_of_cell(line) for line in filled[1:])
    delimiter, whole = best.dialect.delimiter or "", 0
    divided = delimiter in filled[0]
    # A name that holds a comma, above moments that do, is two names, of a time and of a number.
    if not divided or delimiter not in DELIMITERS or shape_of_cell(filled[0]) in _UNMISTAKABLE:
        whole = sum(shapes[shape] for shape in _UNMISTAKABLE)
    if not divided:
        whole += shapes[Shape.NUMBER] + shapes[Shape.ADDRESS]
    return whole >= 0.9 * len(filled[1:])


def _named_as_well(readings: Sequence[_Reading]) -> _Reading:
    """The best reading, but for whether a backslash escapes delimiters outside quotes too.

    It does where that alone gives each column its name, or makes the rows more regular.
    """
    best = readings[0]
    alike = {
        reading.dialect.escape: reading
        for reading in reversed(readings)
        if replace(reading.dialect, escape=best.dialect.escape) == best.dialect
    }
    plain, escaped = alike.get(""), alike.get("\\")
    if plain is None or escaped is None:
        return best
    if escaped.named != plain.named:
        return escaped if escaped.named and escaped.regular >= plain.regular else plain
    return escaped if escaped.regular > plain.regular else plain


def _settled(readings: Sequence[_Reading], named: Dialect | None) -> _Reading:
    """The best reading, or one about as good that the vote is for."""
    best = readings[0]
    if named is None:
        return best
    close = [reading for reading in readings if best.score - reading.score < _CLOSE / 2]
    # It knows no delimiters with spaces around them.
    return next(
        (r for r in close if named.delimiter in {r.dialect.delimiter, _bare(r.dialect)}), best
    )


def _bare(dialect: Dialect) -> str:
    return (dialect.delimiter or "").strip(" ")


def _one_column(
    lines: Sequence[str],
    delimiters: Sequence[str] | None,
    quotes: Sequence[str] | None,
    escapes: Sequence[str] | None,
) -> Choice:
    delimiter = (delimiters[0] if delimiters else "") or None
    quote = quotes[0] if quotes else _quote_around(lines)
    escape = escapes[0] if escapes else escape_of("".join(lines), quote)
    evidence = "No character divides the lines into cells of a table."
    return Choice(Dialect(delimiter, quote, escape), 0.6, evidence)


def _quote_around(lines: Sequence[str]) -> str:
    filled = [line.strip() for line in lines if line.strip()]
    quoted = [line for line in filled if len(line) > 1 and line[0] == line[-1] == "'"]
    return "'" if len(quoted) > 0.9 * len(filled) else '"'


def _some(lines: Sequence[str]) -> list[str]:
    kept, size = [], 0
    for line in islice(_without_long_cells(lines), _TRIED_LINES):
        kept.append(line)
        size += len(line)
        if size > _TRIED_CHARACTERS:
            break
    return kept


def _without_long_cells(lines: Sequence[str]) -> Iterator[str]:
    """The lines, few of those amid a quoted cell of many lines, which tell nothing of the table."""
    # A line with doubled quotes only goes on as the one before it.
    turning = [number for number, line in enumerate(lines) if line.count('"') % 2]
    done = 0
    for opening, closing in pairwise(turning):
        is_long = closing - opening > _LONG_CELL and opening >= done
        if is_long and _OPENS.search(lines[opening]) and _CLOSES.match(lines[closing]):
            yield from lines[done : opening + 2]
            done = closing
    yield from lines[done:]


def _try(dialect: Dialect, lines: Sequence[str]) -> _Reading | None:
    """The reading of the text by the dialect; None when it divides nothing."""
    if not any(_divides(dialect.delimiter or "", line) for line in lines):
        return None
    if dialect.delimiter == ":" and not any(":" in _CLOCKS.sub("", line) for line in lines[:3]):
        return None
    reading, named = _read(dialect, lines, None)
    if reading is None or reading.regular > _REGULAR or not dialect.quote:
        return reading
    # Quotes that are not escaped can be understood when it is known how many cells there are.
    again = _read(dialect, lines, named)[0] if named > 1 else None
    return max((found for found in (reading, again) if found), key=lambda found: found.score)


def _read(dialect: Dialect, lines: Sequence[str], width: int | None) -> tuple[_Reading | None, int]:
    """The reading with records of about `width` cells, and how many cells the first row has."""
    splitter = Splitter(dialect.delimiter, quote=dialect.quote, escape=dialect.escape, width=width)
    records = [record for record in splitter.records(lines) if record.cells]
    bounds = body_of(records)
    table = records[bounds.first : bounds.last]
    if bounds.width < 2 or not _names_are_divided(table[0].cells, bounds.width, dialect):
        return None, 0
    rows = [record.cells for record in table if len(record.cells) == bounds.width]
    if not rows:
        return None, 0
    cells = len(rows) * bounds.width
    regular = len(rows) / len(table)
    shapes = ColumnShapes(rows[1:] or rows, bounds.width)
    alike = sum(_worth(shapes, index) for index in range(bounds.width)) / bounds.width
    # Many are the same.
    several = Counter(chain.from_iterable(rows))
    broken = sum(count * _is_broken(cell, dialect) for cell, count in several.items())
    clean = 1 - broken / cells
    score = (
        (1 - 0.8 * bounds.first / len(records))
        * (sum(len(record.cells) > 1 for record in table) / len(table))
        * (0.3 + 0.7 * regular)
        * (0.4 + 0.6 * clean)
        * (0.3 + 0.7 * alike)
        * (1 - 0.5 * sum(record.repair is not None for record in table) / len(table))
        * (1 - 0.1 / bounds.width)
        * _likelihood(dialect)
        * (_UNDIVIDED if _tabs_divide(rows, dialect) else 1.0)
    )
    named = len(table[0].cells)
    reading = _Reading(
        dialect,
        score,
        bounds.width,
        len(table),
        regular,
        named == bounds.width and not bounds.first,
    )
    return reading, named


def _tabs_divide(rows: Sequence[Sequence[str]], dialect: Dialect) -> bool:
    """Whether tabs, which no cell is written with, divide each of several rows evenly."""
    if len(rows) < 2 or dialect.delimiter == "\t":
        return False
    tabs = {sum(cell.strip().count("\t") for cell in cells) for cells in rows}
    return len(tabs) == 1 and tabs != {0}


def _names_are_divided(cells: Sequence[str], width: int, dialect: Dialect) -> bool:
    """Whether the first row of a table is divided, as the others are or by another delimiter."""
    return len(cells) > 1 or (
        width > 2
        and dialect.delimiter in DELIMITERS
        and (
            lists_fields(cells, width)
            or len(cells[0].split()) == width
            or any(cells[0].count(other) == width - 1 for other in DELIMITERS)
        )
    )


def _divides(delimiter: str, line: str) -> bool:
    if places_of(delimiter):
        return True
    return (" " if delimiter == RUN_OF_SPACES else delimiter) in line


def _likelihood(dialect: Dialect) -> float:
    delimiter = dialect.delimiter or ""
    if places_of(delimiter):
        return _LINED_UP
    usual = delimiter in DELIMITERS or delimiter.strip() in DELIMITERS
    return _LIKELIHOOD.get(delimiter, 1.0 if usual or len(delimiter) > 1 else _UNUSUAL)


def _worth(shapes: ColumnShapes, index: int) -> float:
    shape, share = shapes.main(index)
    return _SHAPE_WORTH[shape] * (0.4 + 0.6 * share)


def _is_broken(cell: str, dialect: Dialect) -> float:
    """How little a cell looks like one thing: torn quotes, another delimiter, outer spaces."""
    text = cell.strip(" ")
    if dialect.escape and dialect.delimiter:
        text = text.replace(dialect.delimiter, "")
    quoted = not places_of(dialect.delimiter)
    if quoted and (text[:1] in {'"', dialect.quote} or text[-1:] in {'"', dialect.quote}):
        inches = text[-1:] == '"' and text[:1] != '"'
        if text and not inches:
            return 1.0
    if len(text) > 1 and text[0] == text[-1] == "'":
        return 1.0
    if any(text.count(pair[0]) != text.count(pair[1]) for pair in _BRACKETS):
        return 0.6
    if _NESTED.search(text) or (text and not text.strip(_MARKS)):
        return 1.0
    if text[:1] in _MARKS or text[-1:] in _MARKS:
        return 0.4 if text else 0.3 * bool(cell)
    return 0.3 if cell != text else 0.0
