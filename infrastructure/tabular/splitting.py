"""Lines of delimited text to cells, by RFC 4180 where a file keeps to it and tolerantly elsewhere.

Differences to the RFC, each seen in real files: spaces before an opening quote; quotes inside a
quoted cell that were not doubled (a quote closes a cell only before a delimiter or a line end);
quotes inside an unquoted cell; a quote that is never closed, which is then an ordinary character.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LONGEST_CELL = 4 * 1024 * 1024
_UNCLOSED_ALLOWED = 100


@dataclass(frozen=True)
class Record:
    """The cells of one record and the physical line, from 0, on which it begins."""

    line: int
    cells: list[str]


class Splitter:
    """Splits by one delimiter; with None, each line is one cell."""

    def __init__(self, delimiter: str | None, *, backslash: bool = False) -> None:
        self._delimiter = delimiter
        self._backslash = backslash
        end = rf"[ ]*(?:{re.escape(delimiter)}|$)" if delimiter else r"[ ]*$"
        escape = r"\\.|" if backslash else ""
        plain = r'[^"\\]+|\\' if backslash else r'[^"]+'
        # Possessive, so that text full of quotes cannot backtrack for ever.
        inner = rf'(?:{escape}{plain}|"")'
        self._strict = re.compile(rf'[ ]*"((?:{inner})*+)"(?={end})', re.DOTALL)
        self._open = re.compile(rf'[ ]*"(?:{inner})*+', re.DOTALL)
        self._escaped = re.compile(r'\\.|""' if backslash else '""')
        self._tolerant = re.compile(rf'[ ]*"((?:{inner}|"(?!{end}))*+)"(?={end})', re.DOTALL)

    def records(self, lines: Iterable[str], first_line: int = 0) -> Iterator[Record]:
        """The records of physical lines, empty lines left out."""
        pending: deque[str] = deque()
        source = iter(lines)
        number, unclosed = first_line, 0
        while (line := pending.popleft() if pending else next(source, None)) is not None:
            text = line.rstrip("\r\n")
            taken = 1
            if '"' not in text:
                cells = text.split(self._delimiter) if self._delimiter else [text]
            else:
                found = self._cells(text, self._tolerant)
                if found is None and unclosed < _UNCLOSED_ALLOWED:
                    found, taken = self._over_several_lines(line, pending, source)
                    unclosed += found is None
                cells = self._literal(text) if found is None else found
                taken = 1 if found is None else taken
            if not self._is_blank(text):
                yield Record(number, cells)
            number += taken

    def _is_blank(self, text: str) -> bool:
        return not text.strip(" " if self._delimiter == "\t" else " \t")

    def _over_several_lines(
        self, line: str, pending: deque[str], source: Iterator[str]
    ) -> tuple[list[str] | None, int]:
        """The cells of a record with line breaks inside quotes, and how many lines it takes.

        Lines that were read ahead in vain are left in `pending`.
        """
        parts, size, looked = [line], len(line), 0
        while size < _LONGEST_CELL:
            if looked == len(pending):
                following = next(source, None)
                if following is None:
                    break
                pending.append(following)
            following = pending[looked]
            looked += 1
            parts.append(following)
            size += len(following)
            if not self._may_close(following):
                continue
            text = "".join(parts).rstrip("\r\n")
            cells, end = self._scan(text, self._strict)
            if end == len(text):
                for _ in range(looked):
                    pending.popleft()
                return cells, looked + 1
            if self._open.fullmatch(text, end) is None:
                break
        return None, 1

    def _may_close(self, line: str) -> bool:
        """Whether a line that begins inside a quoted cell holds more than escaped quotes."""
        return '"' in self._escaped.sub("", line)

    def _cells(self, text: str, quoted: re.Pattern[str]) -> list[str] | None:
        """The cells of one logical line, or None when a quote is still open at its end."""
        cells, end = self._scan(text, quoted)
        return cells if end == len(text) else None

    def _scan(self, text: str, quoted: re.Pattern[str]) -> tuple[list[str], int]:
        """The cells of a line up to its end, or up to a quoted cell that does not close."""
        cells: list[str] = []
        position = 0
        while True:
            if text[position : position + 64].lstrip(" ")[:1] == '"':
                match = quoted.match(text, position)
                if match is None:
                    return cells, position
                cells.append(self._unescaped(match[1]))
                position = match.end()
                while text[position : position + 1] == " ":
                    position += 1
            else:
                end = self._next_delimiter(text, position)
                cells.append(text[position:end])
                position = end
            if position >= len(text):
                return cells, position
            position += len(self._delimiter or "")

    def _next_delimiter(self, text: str, position: int) -> int:
        end = text.find(self._delimiter, position) if self._delimiter else -1
        return len(text) if end < 0 else end

    def _unescaped(self, content: str) -> str:
        if self._backslash:
            content = content.replace('\\"', '"')
        return content.replace('""', '"')

    def _literal(self, text: str) -> list[str]:
        return text.split(self._delimiter) if self._delimiter else [text]
