"""Delimited text of any irregularity into a spool, in bounded memory.

Regular stretches are left to a quick reader; what lies between them is split line by line.
"""

import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa

from infrastructure.tabular.dialects import Dialect
from infrastructure.tabular.layouts import splitter_of
from infrastructure.tabular.regular_text import Grammar, Stretch, regular_prefix
from infrastructure.tabular.row_repairs import RepairLog, RowFitter
from infrastructure.tabular.splitting import RUN_OF_SPACES, Record
from infrastructure.tabular.spool import Spool

_READ = 8 * 1024 * 1024
_AHEAD = 4 * 1024 * 1024
_WINDOW = 64 * 1024
_CHECKED = 4 * 1024 * 1024
_WORTH_IT = 8 * 1024
_FEW_RECORDS = 8
_SLOW_BYTES = 1024 * 1024
_SLOW_RECORDS = 4096
_BATCH = 20_000
_THREADS = 2
_STAND_IN = b"\x1f"
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LINE_FEED, _RETURN = 10, 13


@dataclass(frozen=True)
class Part:
    """The bytes ``[start, end)`` of a UTF-8 file, which begin on the physical `line`, from 0."""

    source: Path
    start: int
    end: int
    line: int


def quick_grammar(dialect: Dialect, width: int, *, returns_only: bool) -> Grammar | None:
    """What a quick reader understands as the dialect, None when none does.

    A delimiter of several characters, and none at all, is read as if it were one that is not there.
    """
    delimiter = dialect.delimiter
    if delimiter == RUN_OF_SPACES or width == 0:
        return None
    direct = delimiter is not None and len(delimiter.encode()) == 1
    stands_in = _STAND_IN if not direct else (delimiter or "").encode()
    return Grammar(
        delimiter=stands_in[0],
        quote=ord(dialect.quote) if dialect.quote else None,
        newline=_RETURN if returns_only else _LINE_FEED,
        width=width,
    )


def regular_rows(part: Part, grammar: Grammar) -> int | None:
    """How many rows the part has when all of it is regular, else None. Raises UnicodeError."""
    rows = 0
    checks: deque[Future[int | None]] = deque()
    with ThreadPoolExecutor(_THREADS) as threads:
        for piece in _pieces(part, grammar):
            checks.append(threads.submit(_all_regular, piece, grammar))
            if len(checks) > _THREADS:
                found = checks.popleft().result()
                if found is None:
                    return None
                rows += found
        for check in checks:
            found = check.result()
            if found is None:
                return None
            rows += found
    return rows


def _pieces(part: Part, grammar: Grammar) -> Iterator[bytes]:
    """The part cut at ends of records, as far as quotes are in pairs there."""
    newline = bytes([grammar.newline])
    quote = b"" if grammar.quote is None else bytes([grammar.quote])
    left, rest = part.end - part.start, b""
    with part.source.open("rb") as opened:
        opened.seek(part.start)
        while left > 0:
            block = opened.read(min(left, _CHECKED))
            left -= len(block)
            text = rest + block
            if left <= 0:
                yield text if text.endswith(newline) else text + newline
                return
            cut = text.rfind(newline) + 1
            odd = bool(quote) and text.count(quote, 0, cut) % 2 == 1
            while odd and cut > 0:
                before = text.rfind(newline, 0, cut - 1) + 1
                odd = text.count(quote, before, cut) % 2 == 0
                cut = before
            # Quotes that are nowhere in pairs make no regular text, however it is cut.
            yield text[: cut or len(text)]
            rest = text[cut or len(text) :]


def _all_regular(text: bytes, grammar: Grammar) -> int | None:
    stretch = regular_prefix(text, grammar)
    if stretch.size < len(text) or not text:
        return None
    _require_utf8(text)
    return stretch.rows


def _require_utf8(text: bytes) -> None:
    if not text.isascii():
        text.decode()


def is_direct(dialect: Dialect) -> bool:
    """Whether a quick reader can read the file as it is."""
    delimiter = dialect.delimiter or ""
    return len(delimiter.encode()) == 1 and not dialect.escape


def begins_alike(part: Part) -> bool:
    """Whether a quick reader counts the lines before the part as we do."""
    with part.source.open("rb") as opened:
        before = opened.read(part.start)
    return before.count(b"\n") == part.line and (part.line > 0 or part.start == 0)


def scan(part: Part, grammar: Grammar) -> pl.LazyFrame:
    """The rows of a regular part that ends with its file, in columns named by number from 0."""
    return pl.scan_csv(
        part.source,
        has_header=False,
        skip_lines=part.line,
        schema={str(index): pl.String for index in range(grammar.width)},
        separator=chr(grammar.delimiter),
        quote_char=None if grammar.quote is None else chr(grammar.quote),
        eol_char=chr(grammar.newline),
        empty_string_is_null=False,
        glob=False,
    )


class TolerantReader:
    """Reads a part of a file once, into a spool."""

    def __init__(
        self,
        part: Part,
        dialect: Dialect,
        grammar: Grammar | None,
        fitter: RowFitter,
        log: RepairLog,
    ) -> None:
        self._part = part
        self._dialect = dialect
        self._grammar = grammar
        self._fitter = fitter
        self._log = log
        self._splitter = splitter_of(dialect, fitter.width, fitter.is_row)
        self._rows: list[list[str]] = []
        self._buffer = b""
        self._offset = 0
        self._line = part.line

    def read_into(self, spool: Spool) -> None:
        """Append every row of the part. Raises UnicodeError."""
        window, patience = _WINDOW, _FEW_RECORDS
        with self._part.source.open("rb") as opened:
            opened.seek(self._part.start)
            left = self._part.end - self._part.start
            while True:
                left = self._fill(opened, left)
                if self._offset >= len(self._buffer):
                    break
                if self._quickly(spool, window):
                    window, patience = min(window * 4, _READ), _FEW_RECORDS
                else:
                    window = _WINDOW
                    self._slowly(patience)
                    patience = min(patience * 2, _SLOW_RECORDS)
                if len(self._rows) >= _BATCH:
                    self._flush(spool)
        self._flush(spool)

    def _fill(self, opened: BinaryIO, left: int) -> int:
        """Have enough of the text ahead to understand any record that begins here."""
        while left > 0 and not self._ample():
            block = opened.read(min(_READ, left))
            left -= len(block)
            self._buffer = self._buffer[self._offset :] + block
            self._offset = 0
            if not block:
                break
        return left

    def _ample(self) -> bool:
        ahead = len(self._buffer) - self._offset
        return ahead >= _AHEAD and self._buffer.find(b"\n", self._offset) >= 0

    def _quickly(self, spool: Spool, window: int) -> bool:
        """Read the regular stretch that comes next, unless it is too short to be worth it."""
        grammar = self._grammar
        if grammar is None:
            return False
        text = self._buffer[self._offset : self._offset + window]
        plain = self._plain(text, grammar)
        if plain is None:
            return False
        stretch = regular_prefix(plain, grammar)
        _require_utf8(plain[: stretch.size])
        if stretch.size < min(_WORTH_IT, len(plain)) or stretch.rows == 0:
            return False
        self._flush(spool)
        spool.add(self._columns(plain[: stretch.size], grammar))
        self._advance(plain, stretch)
        return True

    def _plain(self, text: bytes, grammar: Grammar) -> bytes | None:
        """The text with its delimiter and escapes as the grammar has them, if that can be."""
        delimiter = (self._dialect.delimiter or "").encode()
        if self._dialect.escape and b"\\" in text:
            if b"\\\\" in text:
                return None
            quote = self._dialect.quote.encode()
            text = text.replace(b"\\" + quote, quote * 2)
        if delimiter != bytes([grammar.delimiter]):
            if _STAND_IN in text:
                return None
            text = text.replace(delimiter, _STAND_IN) if delimiter else text
        return text

    def _columns(self, plain: bytes, grammar: Grammar) -> list[pa.Array]:
        frame = pl.read_csv(
            plain,
            has_header=False,
            schema={str(index): pl.String for index in range(grammar.width)},
            separator=chr(grammar.delimiter),
            quote_char=None if grammar.quote is None else chr(grammar.quote),
            eol_char=chr(grammar.newline),
            empty_string_is_null=False,
        )
        delimiter = self._dialect.delimiter
        if delimiter and len(delimiter.encode()) > 1 and (grammar.quote or 0) in plain:
            frame = frame.with_columns(
                pl.all().str.replace_all(_STAND_IN.decode(), delimiter, literal=True)
            )
        oldest = pl.CompatLevel.oldest()
        return [column.to_arrow(compat_level=oldest) for column in frame.get_columns()]

    def _advance(self, plain: bytes, stretch: Stretch) -> None:
        size = stretch.size
        delimiter = (self._dialect.delimiter or "").encode()
        if len(delimiter) > 1:
            size += plain.count(_STAND_IN, 0, stretch.size) * (len(delimiter) - 1)
        self._offset += size
        self._line += stretch.lines

    def _slowly(self, patience: int) -> None:
        """Split some records line by line."""
        taken: deque[str] = deque()
        sizes: deque[int] = deque()
        begun = self._offset
        records = self._splitter.records(self._lines(taken, sizes), self._line)
        for count, record in enumerate(records, 1):
            line = taken[0]
            for _ in range(record.lines):
                taken.popleft()
                self._offset += sizes.popleft()
            self._line = record.line + record.lines
            self._keep(record, line)
            if count >= patience or self._offset - begun > _SLOW_BYTES:
                break

    def _lines(self, taken: deque[str], sizes: deque[int]) -> Iterator[str]:
        for found in _LINE.finditer(self._buffer, self._offset):
            line = found[0].decode()
            taken.append(line)
            sizes.append(len(found[0]))
            yield line

    def _keep(self, record: Record, line: str) -> None:
        if not record.cells:
            self._log.add("blank_line", record.line)
            return
        cells, repair = self._fitter.fitted(record.cells, line)
        for kind in filter(None, (record.repair if repair != "other_delimiter" else None, repair)):
            self._log.add(kind, record.line)
        self._rows.append(cells)

    def _flush(self, spool: Spool) -> None:
        if self._rows:
            columns = zip_longest(*self._rows)
            spool.add([pa.array(column, pa.large_string()) for column in columns])
            self._rows = []
