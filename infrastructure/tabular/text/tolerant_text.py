"""Delimited text of any irregularity into a spool, in bounded memory.

Regular stretches are left to a quick reader; what lies between them is split line by line.
"""

import re
from collections import deque
from collections.abc import Iterator
from itertools import zip_longest
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from infrastructure.tabular.text.dialect_candidates import Dialect
from infrastructure.tabular.text.grammar import Grammar
from infrastructure.tabular.text.layouts import splitter_of
from infrastructure.tabular.text.plain_lines import plain_lines
from infrastructure.tabular.text.regular_files import STAND_IN, Part, require_utf8
from infrastructure.tabular.text.regular_text import Stretch, regular_prefix
from infrastructure.tabular.text.row_repairs import RepairLog, RowFitter
from infrastructure.tabular.text.splitting import Record
from infrastructure.tabular.text.spool import Spool

_READ = 8 * 1024 * 1024
_AHEAD = 4 * 1024 * 1024
_WINDOW, _LINES = 64 * 1024, 2 * 1024 * 1024
_WORTH_IT = 8 * 1024
_FEW_RECORDS = 8
_SLOW_BYTES = 1024 * 1024
_SLOW_RECORDS = 4096
_BATCH = 20_000
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class TolerantReader:
    """Reads a part of a file once, into a spool.

    `comments` is what the lines begin with that are comments unless they are rows, empty when none
    are.
    """

    def __init__(
        self,
        part: Part,
        dialect: Dialect,
        grammar: Grammar | None,
        fitter: RowFitter,
        log: RepairLog,
        comments: str = "",
    ) -> None:
        self._part = part
        self._comments = comments
        self._dialect = dialect
        self._grammar = grammar
        self._fitter = fitter
        self._log = log
        self._splitter = splitter_of(dialect, fitter.width, fitter.is_row)
        self._rows: list[list[str]] = []
        self._after_blank = False
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
                elif self._by_lines(spool):
                    window, patience = _WINDOW, _FEW_RECORDS
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
        require_utf8(plain[: stretch.size])
        if stretch.size < min(_WORTH_IT, len(plain)) or stretch.rows == 0:
            return False
        self._flush(spool)
        spool.add([_as_arrow(column) for column in self._frame(plain[: stretch.size], grammar)])
        self._advance(plain, stretch)
        self._after_blank = False
        return True

    def _plain(self, text: bytes, grammar: Grammar) -> bytes | None:
        """The text with its delimiter and escapes as the grammar has them, if that can be."""
        delimiter = (self._dialect.delimiter or "").encode()
        if self._dialect.escape and b"\\" in text:
            if b"\\\\" in text or b"\\" + delimiter in text:
                return None
            quote = self._dialect.quote.encode()
            text = text.replace(b"\\" + quote, quote * 2)
        if delimiter != bytes([grammar.delimiter]):
            if STAND_IN in text:
                return None
            text = text.replace(delimiter, STAND_IN) if delimiter else text
        return text

    def _frame(self, plain: bytes, grammar: Grammar) -> pl.DataFrame:
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
                pl.all().str.replace_all(STAND_IN.decode(), delimiter, literal=True)
            )
        return frame

    def _by_lines(self, spool: Spool) -> bool:
        """Read the lines before the next quote, those that are as usual by a quick reader."""
        grammar = self._grammar
        if grammar is None or self._dialect.delimiter != chr(grammar.delimiter):
            return False
        text = self._buffer[self._offset : self._offset + _LINES]
        lines = plain_lines(text, grammar, self._dialect.escape)
        if lines is None or lines.size < _WORTH_IT:
            return False
        require_utf8(text[: lines.size])
        self._flush(spool)
        others: list[int] = []
        begun = self._line
        lines.regular[0] &= not self._after_blank
        for number in np.flatnonzero(~lines.regular).tolist():
            if number > 0 and lines.regular[number - 1]:
                self._after_blank = False
            line = text[lines.starts[number] : lines.starts[number + 1]].decode()
            self._keep(next(self._splitter.records((line,), begun + number)), line)
            others += [number] * (len(self._rows) - len(others))
        regular = np.flatnonzero(lines.regular)
        usual = b"".join(text[start:end] for start, end in _runs(lines.starts, lines.regular))
        frames = [self._frame(usual, grammar)] if usual else []
        if self._rows:
            frames.append(_as_frame(self._rows))
            self._rows = []
        if frames:
            order = np.argsort(np.concatenate((regular, others)), kind="stable")
            spool.add([_as_arrow(column) for column in pl.concat(frames, how="diagonal")[order]])
        self._offset += lines.size
        self._line = begun + len(lines.regular)
        if lines.regular[-1]:
            self._after_blank = False
        return True

    def _advance(self, plain: bytes, stretch: Stretch) -> None:
        size = stretch.size
        delimiter = (self._dialect.delimiter or "").encode()
        if len(delimiter) > 1:
            size += plain.count(STAND_IN, 0, stretch.size) * (len(delimiter) - 1)
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
            self._log.add(record.repair or "blank_line", record.line)
            self._after_blank = record.repair is None
            return
        if self._after_blank and self._fitter.names_others(record.cells):
            self._log.other_names.append(record.line)
        self._after_blank = False
        if len(record.cells) != self._fitter.width and self._is_comment(line):
            self._log.add("comment", record.line)
            return
        cells, repair = self._fitter.fitted(record.cells, line)
        for kind in filter(None, (record.repair if repair != "other_delimiter" else None, repair)):
            self._log.add(kind, record.line)
        self._rows.append(cells)

    def _is_comment(self, line: str) -> bool:
        """Whether a line begins as the comments above the table do."""
        return bool(self._comments) and line.lstrip().startswith(self._comments)

    def _flush(self, spool: Spool) -> None:
        if self._rows:
            spool.add([_as_arrow(column) for column in _as_frame(self._rows)])
            self._rows = []


def _as_frame(rows: list[list[str]]) -> pl.DataFrame:
    columns = enumerate(zip_longest(*rows))
    return pl.DataFrame([pl.Series(str(index), column, pl.String) for index, column in columns])


def _runs(starts: NDArray[np.intp], chosen: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where neighbouring lines that are chosen begin and end together."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
    ends = starts[edges].tolist()
    yield from zip(ends[::2], ends[1::2], strict=True)


def _as_arrow(column: pl.Series) -> pa.Array:
    """The text; what makes Arrow of Python's lists by itself imports pandas for it."""
    return column.to_arrow(compat_level=pl.CompatLevel.oldest())
