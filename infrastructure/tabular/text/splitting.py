"""Lines of delimited text to cells, by RFC 4180 where a file keeps to it and tolerantly elsewhere.

Differences to the RFC, each seen in real files: spaces around a quoted cell; quotes inside a
quoted cell that were not doubled; quotes inside an unquoted cell; quotes escaped by a backslash, as
a delimiter outside quotes may be then; a quote that is never closed, which is then an ordinary
character; bars and lines that draw a frame around the cells. Where a line can be understood
in several ways, the one that gives the table's number of cells is taken.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from infrastructure.tabular.text.fixed_widths import cut_at, places_of

_LONGEST_CELL = 2 * 1024 * 1024
_MOST_LINES, _FEW_LINES = 100_000, 30
_LINES_IN_VAIN = 1_000_000
_MOST_PIECES = 300
RUN_OF_SPACES = " +"
# A bar with any spaces around it, in a table that is drawn, and what such a bar looks like.
DRAWN = {" *| *": "|", " *\u2502 *": "\u2502\u2506\u2503\u2551"}
_SPACES = re.compile(" +")
_RULE = re.compile(
    r"(?=.*(?:-{3}|={3}|[\u2500-\u257f]{3}))[-+|:=\s\u2500-\u257f]+|[|+][-+|:]*-[-+|:]*[|+]"
)


def is_rule(line: str) -> bool:
    """Whether a line only draws the frame of a table, as ``+----+----+`` does."""
    return _RULE.fullmatch(line.strip()) is not None


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, the physical line, from 0, on which it begins, and its lines.

    `repair` is the stable word for what was wrong with its quotes, if anything; an empty line has
    no cells, nor has one that only draws a frame.
    """

    line: int
    cells: list[str]
    lines: int = 1
    repair: str | None = None


class Splitter:
    """Splits by one delimiter; with None, each line is one cell.

    `width` is how many cells a record of the table has, where that is known, and `is_row` says
    whether cells look like a row of it.
    """

    def __init__(
        self,
        delimiter: str | None,
        *,
        quote: str = '"',
        escape: str = "",
        width: int | None = None,
        is_row: Callable[[list[str]], bool] | None = None,
    ) -> None:
        self._delimiter = delimiter
        self._quote = quote
        self._escape = escape
        self._width = width
        self._is_row = is_row
        self._runs = delimiter == RUN_OF_SPACES
        self._bars = DRAWN.get(delimiter or "")
        self._places = places_of(delimiter)
        self._escaped_delimiter = escape + delimiter if escape and delimiter else None
        self._between = re.escape(delimiter or "") if not self._runs else " +"
        self._in_vain = 0
        self._is_plain = bool(quote) and delimiter is not None and len(delimiter) == 1
        self._spaced = " " + quote
        if quote:
            self._compile(re.escape(quote), re.escape(escape) if escape else "")

    def _compile(self, quote: str, escape: str) -> None:
        end = rf"[ ]*(?:{self._between}|$)" if self._delimiter else r"[ ]*$"
        escaped = rf"{escape}.|" if escape else ""
        plain = rf"[^{quote}{escape}]+|{escape}" if escape else rf"[^{quote}]+"
        # Possessive, so that text full of quotes cannot backtrack for ever.
        inner = rf"(?:{escaped}{plain}|{quote}{quote})"
        self._strict = re.compile(rf"[ ]*{quote}((?:{inner})*+){quote}(?={end})", re.DOTALL)
        self._open = re.compile(rf"[ ]*{quote}(?:{inner})*+", re.DOTALL)
        self._escaped = re.compile(rf"{escaped}{quote}{quote}", re.DOTALL)
        self._tolerant = re.compile(
            rf"[ ]*{quote}((?:{inner}|{quote}(?!{end}))*+){quote}(?={end})", re.DOTALL
        )

    def records(self, lines: Iterable[str], first_line: int = 0) -> Iterator[Record]:
        """The records of physical lines with their line ends, empty lines among them."""
        pending: deque[str] = deque()
        source = iter(lines)
        number = first_line
        while (line := pending.popleft() if pending else next(source, None)) is not None:
            text = line.rstrip("\r\n")
            if not text.strip(" \f" if self._delimiter == "\t" else " \t\f"):
                record = Record(number, [])
            elif (self._bars or self._runs or self._places) and is_rule(text):
                record = Record(number, [], repair="frame")
            elif self._places:
                record = Record(number, cut_at(text, self._places))
            elif self._bars:
                record = Record(number, _between_bars(text, self._bars))
            elif not self._quote or self._quote not in text:
                record = Record(number, self._split(text))
            else:
                record = self._quoted(number, line, pending, source)
            yield record
            number += record.lines

    def _quoted(
        self,
        number: int,
        line: str,
        pending: deque[str],
        source: Iterator[str],
    ) -> Record:
        text = line.rstrip("\r\n")
        quick = self._quickly(text)
        if quick is not None:
            return Record(number, quick, repair=self._of_parted_quotes(text, quick))
        cells, end, stray = self._scan(text, self._strict)
        if end == len(text):
            repair = self._of_parted_quotes(text, cells) if stray else None
            return Record(number, cells, repair=repair)
        single = self._by_width(text)
        if self._open.fullmatch(text, end):
            spanning = self._over_several_lines(number, line, pending, source, single is not None)
            if spanning is not None:
                return spanning
        if single is not None:
            return Record(number, single, repair="unescaped_quote")
        cells, end, _ = self._scan(text, self._tolerant)
        if end == len(text):
            return Record(number, cells, repair="unescaped_quote")
        return Record(number, self._split(text), repair="unclosed_quote")

    def _of_parted_quotes(self, text: str, cells: list[str]) -> str | None:
        """The word for a quote amid a cell that another cell ends with, as ``Ann"1 Road, 2"``.

        Its delimiter may be missing, so that what stands in quotes was divided. Where quotes are
        doubled they are escaped, as in ``"2"" pipe","10""\"``.
        """
        if self._quote * 2 in text:
            return None
        odd = [cell for cell in cells if cell.count(self._quote) % 2]
        opened = any(not cell.rstrip().endswith(self._quote) for cell in odd[:-1])
        return "unescaped_quote" if opened and odd[-1].rstrip().endswith(self._quote) else None

    def _quickly(self, text: str) -> list[str] | None:
        """The cells of a line by the csv module, None where that may understand it otherwise."""
        if not self._is_plain or self._spaced in text:
            return None
        if self._escape and self._escape in text:
            if self._escape * 2 in text or (self._escaped_delimiter or "\n") in text:
                return None
            text = text.replace(self._escape + self._quote, self._quote * 2)
        try:
            return next(
                csv.reader(
                    (text,), delimiter=self._delimiter or "", quotechar=self._quote, strict=True
                )
            )
        except csv.Error:
            return None

    def _over_several_lines(
        self,
        number: int,
        line: str,
        pending: deque[str],
        source: Iterator[str],
        doubted: bool,
    ) -> Record | None:
        """The record with line breaks inside quotes, or None when no quote closes it.

        Lines that were read ahead in vain are left in `pending`. When the first line alone could be
        a record too (`doubted`), none of the others may be one: else a stray quote would swallow
        them.
        """
        parts, size, looked = [line], len(line), 0
        cells: list[str] = []
        end = 0
        most = _MOST_LINES if self._in_vain < _LINES_IN_VAIN else _FEW_LINES
        while size < _LONGEST_CELL and looked < most:
            if looked == len(pending):
                following = next(source, None)
                if following is None:
                    break
                pending.append(following)
            following = pending[looked]
            looked += 1
            parts.append(following)
            size += len(following)
            if doubted and self._is_whole(following):
                break
            if not self._may_close(following):
                continue
            text = "".join(parts).rstrip("\r\n")
            # What stands before the quoted cell that goes on has been understood already.
            more, end, _ = self._scan(text, self._strict, end)
            cells += more
            if end < len(text) and self._open.fullmatch(text, end):
                continue
            strict = end == len(text)
            if not strict and any(map(self._stands_alone, parts[1:])):
                break
            found = cells if strict else self._by_width(text)
            if found is None or (doubted and not (strict and len(found) == self._width)):
                break
            for _ in range(looked):
                pending.popleft()
            return Record(number, found, looked + 1, None if strict else "unescaped_quote")
        self._in_vain += looked
        return None

    def _is_whole(self, line: str) -> bool:
        """Whether a line looks like a row of the table, with every quote in its place."""
        return self._is_row is not None and self._stands_alone(line)

    def _stands_alone(self, line: str) -> bool:
        """Whether a line has the table's cells, as they look elsewhere as far as that is known."""
        text = line.rstrip("\r\n")
        cells, end, stray = self._scan(text, self._strict)
        if end < len(text) or len(cells) != self._width or stray or len(cells) < 2:
            return False
        return self._is_row is None or self._is_row(cells)

    def _may_close(self, line: str) -> bool:
        """Whether a line that begins inside a quoted cell holds more than escaped quotes."""
        return self._quote in self._escaped.sub("", line)

    def _scan(
        self, text: str, quoted: re.Pattern[str], position: int = 0
    ) -> tuple[list[str], int, bool]:
        """The cells from a position on to the end, or to a quoted cell that does not close.

        And whether there are quotes in cells that are not quoted.
        """
        cells: list[str] = []
        stray = False
        while True:
            if text[position : position + 64].lstrip(" ")[:1] == self._quote:
                match = quoted.match(text, position)
                if match is None:
                    return cells, position, stray
                cells.append(self._unescaped(match[1]))
                position = match.end()
                if not self._runs:
                    while text[position : position + 1] == " " and not text.startswith(
                        self._delimiter or "\n", position
                    ):
                        position += 1
            else:
                end = self._next_delimiter(text, position)
                cells.append(self._plain(text[position:end]))
                stray = stray or self._quote in cells[-1]
                position = end
            if position >= len(text):
                return cells, len(text), stray
            position += self._delimiter_length(text, position)

    def _next_delimiter(self, text: str, position: int) -> int:
        if not self._delimiter:
            return len(text)
        begin = position
        while True:
            end = text.find(" " if self._runs else self._delimiter, begin)
            if end < 0 or not self._escapes(text[position:end]):
                return len(text) if end < 0 else end
            begin = end + len(self._delimiter)

    def _escapes(self, before: str) -> bool:
        """Whether what stands before a delimiter takes its meaning from it."""
        if self._escaped_delimiter is None or not before.endswith(self._escape):
            return False
        return (len(before) - len(before.rstrip(self._escape))) % 2 == 1

    def _plain(self, cell: str) -> str:
        """A cell without quotes as it is meant."""
        if self._escaped_delimiter is None:
            return cell
        return cell.replace(self._escaped_delimiter, self._delimiter or "")

    def _delimiter_length(self, text: str, position: int) -> int:
        if not self._runs:
            return len(self._delimiter or "")
        spaces = _SPACES.match(text, position)
        return spaces.end() - position if spaces else 0

    def _by_width(self, text: str) -> list[str] | None:
        """The cells that a line of `width` cells has at the least offence against the rules."""
        if self._width is None or not self._delimiter:
            return None
        pieces = self._divided(text)
        if not self._width <= len(pieces) <= _MOST_PIECES:
            return None
        return _cheapest(self, pieces, self._width)

    def cost_of(self, cell: str) -> int | None:
        """How far a cell as it is written offends against the rules; None when it cannot be one."""
        text = cell.strip(" ")
        if self._escaped_delimiter is not None:
            cell = cell.replace(self._escaped_delimiter, "")
        if self._quote not in text:
            return 0 if (self.joint or "\n") not in cell else None
        opens = text.startswith(self._quote)
        if opens and len(text) > 1 and text.endswith(self._quote):
            if self._strict.fullmatch(text):
                return 0
            return 3
        if (self.joint or "\n") in cell:
            return None
        return 4 if opens else 1

    def edges(self, piece: str) -> tuple[bool, bool]:
        """Whether a cell of several pieces, which is quoted, may begin and may end with this one.

        Empty pieces stand for spaces before or after it, if these divide the line.
        """
        empty = "" if self.joint == " " else self._quote
        first, last = piece.lstrip(" ")[:1], piece.rstrip(" ")[-1:]
        return first in {self._quote, empty}, last in {self._quote, empty}

    def value_of(self, cell: str) -> str:
        """What a cell as it is written holds."""
        text = cell.strip(" ")
        if len(text) > 1 and text.startswith(self._quote) and text.endswith(self._quote):
            return self._unescaped(text[1:-1])
        return self._plain(cell)

    @property
    def joint(self) -> str:
        """What stands between two pieces of a line."""
        return " " if self._runs else self._delimiter or ""

    def _unescaped(self, content: str) -> str:
        if self._escape and self._escape != self._quote:
            content = content.replace(self._escape + self._quote, self._quote)
        return content.replace(self._quote * 2, self._quote)

    def _split(self, text: str) -> list[str]:
        """The cells of a line whose quotes, if any, are ordinary characters."""
        cells = self._divided(text)
        if self._escaped_delimiter is None or self._escaped_delimiter not in text:
            return cells
        # A row that has all of its cells without escapes, and not with them, has none.
        every = text.split(self._delimiter)
        if len(cells) != self._width == len(every):
            return every
        return [self._plain(cell) for cell in cells]

    def _divided(self, text: str) -> list[str]:
        if not self._delimiter:
            return [text]
        if self._runs:
            return re.split(" +", text.strip(" "))
        if self._escaped_delimiter is None or self._escaped_delimiter not in text:
            return text.split(self._delimiter)
        pieces, position = [], 0
        while position <= len(text):
            end = self._next_delimiter(text, position)
            pieces.append(text[position:end])
            position = end + len(self._delimiter)
            if position == len(text):
                pieces.append("")
                break
        return pieces


def _between_bars(line: str, bars: str) -> list[str]:
    """The cells of a line between bars, of which those at its ends make empty cells."""
    cells = re.split(rf"(?<!\\)[{bars}]", line)
    return [cell.strip().replace("\\|", "|") for cell in cells]


def _cheapest(splitter: Splitter, pieces: list[str], width: int) -> list[str] | None:
    """The division of neighbouring pieces into `width` cells of the least cost in all.

    best[n] is, for the pieces up to the current one, the cost of n cells and the cells.
    """
    count = len(pieces)
    slack = count - width
    edges = [splitter.edges(piece) for piece in pieces]
    best: list[dict[int, tuple[int, int]]] = [{0: (0, -1)}]
    for end in range(1, count + 1):
        here: dict[int, tuple[int, int]] = {}
        for start in range(max(0, end - slack - 1), end):
            if start < end - 1 and not (edges[start][0] and edges[end - 1][1]):
                continue
            cost = splitter.cost_of(splitter.joint.join(pieces[start:end]))
            if cost is None:
                continue
            for cells, (before, _) in best[start].items():
                number, total = cells + 1, before + cost
                # Fewer cells up to here would have taken more pieces than there are too many.
                if end - slack <= number <= width and total < here.get(number, (total + 1, 0))[0]:
                    here[number] = (total, start)
        best.append(here)
    if width not in best[count]:
        return None
    found: list[str] = []
    end = count
    for number in range(width, 0, -1):
        start = best[end][number][1]
        found.append(splitter.value_of(splitter.joint.join(pieces[start:end])))
        end = start
    return found[::-1]
