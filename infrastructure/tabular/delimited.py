"""Delimited text: finding its layout, and reading all of its cells as text."""

import itertools
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from domain.parse_report import Doubt, Finding, Repair
from infrastructure.tabular.dialects import escapes_by_backslash, find_dialect
from infrastructure.tabular.encodings import codec_of, find_encoding
from infrastructure.tabular.header_rows import is_data, unique_names
from infrastructure.tabular.splitting import Splitter

_SAMPLE_LINES, _SAMPLE_CHARACTERS = 2000, 512 * 1024
_BATCH = 20_000


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """A table whose cells are all text, and how it was come by.

    ``text`` may be scanned again and again, in the order of the file; its names are unique, while
    ``header`` holds the names as they are written. A cell that a short row lacks is null.
    """

    text: pl.LazyFrame
    rows: int
    header: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def inspect_delimited(source: Path, given: GivenOptions | None = None) -> ParseOptions:
    """How a text file is laid out. Raises UnreadableTable when it is blank."""
    encoding = (given.encoding if given else None) or find_encoding(source)
    lines = _sample(source, encoding)
    if not any(line.strip() for line in lines):
        raise UnreadableTable("empty", "The file is empty: it holds only white space.")
    dialect = find_dialect(lines)
    return ParseOptions(
        kind=FileKind.CSV,
        encoding=encoding,
        delimiter=dialect.delimiter,
        preamble_lines=dialect.preamble_lines,
    )


def read_text(source: Path, options: ParseOptions, scratch: Path) -> TextTable:
    """The table in a text file; `scratch` is a directory for what does not fit in memory."""
    frame = read_delimited(source, options)
    frame.write_ipc(scratch / "text.arrow")
    return TextTable(
        text=pl.scan_ipc(scratch / "text.arrow"),
        rows=frame.height,
        header=tuple(frame.columns),
    )


def read_delimited(source: Path, options: ParseOptions) -> pl.DataFrame:
    """Every cell as text; a cell that a short row lacks is null.

    A row longer than the header gets columns of its own. A column without a name and without a
    value, as a delimiter at the end of each line makes, is left out.
    """
    encoding = options.encoding or find_encoding(source)
    try:
        names, text = _read(source, encoding, options)
    except (UnicodeError, LookupError):
        raise UnreadableTable(
            "malformed", f"The file is not text in the encoding {encoding}; give the right one."
        ) from None
    nameless = {index for index, name in enumerate(names) if not name.strip()}
    empty = {
        index
        for index in range(text.width)
        if (index in nameless or index >= len(names)) and _is_empty(text.to_series(index))
    }
    unique = unique_names(names, text.width)
    kept = [text.to_series(i).rename(unique[i]) for i in range(text.width) if i not in empty]
    return pl.DataFrame(kept)


def _read(source: Path, encoding: str, options: ParseOptions) -> tuple[list[str], pl.DataFrame]:
    sample = _sample(source, encoding)
    splitter = Splitter(options.delimiter, backslash=escapes_by_backslash(sample))
    first = list(splitter.records(sample[options.preamble_lines :]))
    if not first:
        raise UnreadableTable("empty", "The file is empty after the lines that were left out.")
    names = first[0].cells
    headless = is_data(names, [record.cells for record in first[1:]])
    table = _regular(source, encoding, options, len(names))
    if table is None:
        table = _irregular(source, encoding, options.preamble_lines, splitter)
    text = pl.DataFrame(table)
    return ([], text) if headless else (names, text.slice(1))


def _is_empty(cells: pl.Series) -> bool:
    return bool((cells.is_null() | (cells.str.strip_chars(" \t") == "")).all())


def _sample(source: Path, encoding: str) -> list[str]:
    lines, size = [], 0
    with _opened(source, encoding) as text:
        for line in text:
            lines.append(line)
            size += len(line)
            if len(lines) >= _SAMPLE_LINES or size >= _SAMPLE_CHARACTERS:
                break
    return lines


@contextmanager
def _opened(source: Path, encoding: str) -> Iterator[TextIO]:
    # newline="" splits at \n, \r and \r\n alike and leaves line breaks inside quotes as they are.
    with source.open(encoding=codec_of(encoding), newline="") as text:
        yield text


def _regular(source: Path, encoding: str, options: ParseOptions, width: int) -> pa.Table | None:
    """The quick way, for UTF-8 without any quote and with as many cells in each line."""
    if encoding != "utf-8" or options.delimiter is None or len(options.delimiter) != 1:
        return None
    if _has_quotes(source):
        return None
    try:
        return arrow_csv.read_csv(
            source,
            read_options=arrow_csv.ReadOptions(
                skip_rows=options.preamble_lines,
                column_names=[str(index) for index in range(width)],
                block_size=8 * 1024 * 1024,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=options.delimiter, quote_char=False, double_quote=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={str(index): pa.large_string() for index in range(width)},
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _has_quotes(source: Path) -> bool:
    with (
        source.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return data.find(b'"') >= 0


def _irregular(source: Path, encoding: str, skipped: int, splitter: Splitter) -> pa.Table:
    batches: list[list[pa.Array]] = []
    with _opened(source, encoding) as text:
        records = splitter.records(itertools.islice(text, skipped, None))
        while batch := [record.cells for record in itertools.islice(records, _BATCH)]:
            columns = itertools.zip_longest(*batch)
            batches.append([pa.array(column, pa.large_string()) for column in columns])
    width = max(map(len, batches))
    return pa.table(
        {
            str(index): pa.chunked_array(
                [
                    batch[index]
                    if index < len(batch)
                    else pa.nulls(len(batch[0]), pa.large_string())
                    for batch in batches
                ]
            )
            for index in range(width)
        }
    )
