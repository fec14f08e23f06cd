"""The values in a JSON text, one after the other, without holding all of a long text."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from application.ports.tables import UnreadableTable
from infrastructure.tabular.text.encodings import codec_of
from infrastructure.tabular.text.header_rows import unique_names

_BLOCK = 1024 * 1024
# An error this far before the end of what was read is not for want of the rest.
_MARGIN = 4096
_SPACE = " \t\n\r"
_SPACES = re.compile(r"[ \t\n\r]+")


class Digits(str):
    """A number with a fraction or an exponent, as it is written."""

    __slots__ = ()


class JsonText:
    """A file of JSON. `repeated` are the names that occurred twice in one object, so far."""

    def __init__(self, source: Path, encoding: str) -> None:
        self.repeated: dict[str, None] = {}
        self._source, self._encoding = source, encoding
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=_constant, parse_float=Digits
        )

    def is_list(self) -> bool:
        """Whether the text opens a list that is the whole of it, as far as the first line tells."""
        with self._opened() as text:
            start = text.read(_BLOCK).lstrip(_SPACE)
            return start[:1] == "[" and not self._is_a_line(start)

    def items(self) -> Iterator[Any]:
        """The items of the list that the text is. Raises UnreadableTable."""
        with self._opened() as text:
            reading = _Buffer(text, self._decoder)
            reading.skip("[")
            if reading.next_character() == "]":
                reading.skip("]")
            else:
                while True:
                    yield reading.value()
                    if reading.next_character() != ",":
                        break
                    reading.skip(",")
                reading.skip("]")
            reading.require_end()

    def values(self) -> Iterator[Any]:
        """The values that stand one after the other, as one per line. Raises UnreadableTable."""
        with self._opened() as text:
            reading = _Buffer(text, self._decoder)
            while reading.next_character():
                yield reading.value()

    def _is_a_line(self, start: str) -> bool:
        line, ended, rest = start.partition("\n")
        if not ended or not rest.strip(_SPACE):
            return False
        try:
            self._decoder.decode(line)
        except (ValueError, RecursionError):
            return False
        return True

    def _opened(self) -> TextIO:
        return self._source.open(encoding=codec_of(self._encoding), newline="")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        names = [name for name, _ in pairs]
        self.repeated.update({name: None for name in found if names.count(name) > 1})
        unique = unique_names(names, len(pairs))
        return dict(zip(unique, (value for _, value in pairs), strict=True))


class _Buffer:
    """A stretch of the text that is being read, and where in it."""

    def __init__(self, text: TextIO, decoder: json.JSONDecoder) -> None:
        self._text, self._decoder = text, decoder
        self._held, self._at = "", 0
        self._lines, self._column = 0, 0  # of what was let go

    def next_character(self) -> str:
        """The next one that is no white space, or an empty text at the end."""
        while True:
            space = _SPACES.match(self._held, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def skip(self, character: str) -> None:
        found = self.next_character()
        if found != character:
            raise self._malformed(self._at, f"Expecting {character!r}")
        self._at += 1

    def value(self) -> Any:  # noqa: ANN401 it is any JSON
        self.next_character()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                unfinished = error.msg.startswith("Unterminated string")
                if not unfinished and error.pos < len(self._held) - _MARGIN:
                    raise self._malformed(error.pos, error.msg) from None
                if not self._more():
                    raise self._malformed(error.pos, error.msg) from None
            except RecursionError:
                raise not_a_table("is nested too deeply") from None
            except ValueError:
                raise not_a_table("holds a number of too many digits") from None
            else:
                # A number at the end of what was read may go on.
                if end < len(self._held) or not isinstance(value, int | str) or not self._more():
                    self._at = end
                    return value

    def require_end(self) -> None:
        if self.next_character():
            raise self._malformed(self._at, "Extra data")

    def _more(self) -> bool:
        """Read on, by as much as is held, so that a long value is not tried again too often."""
        block = self._text.read(max(_BLOCK, len(self._held) - self._at))
        if not block:
            return False
        let_go = self._held[: self._at]
        last = let_go.rfind("\n")
        self._lines += let_go.count("\n")
        self._column = self._column + len(let_go) if last < 0 else len(let_go) - last - 1
        self._held, self._at = self._held[self._at :] + block, 0
        return True

    def _malformed(self, place: int, what: str) -> UnreadableTable:
        before = self._held[:place]
        last = before.rfind("\n")
        column = self._column + place if last < 0 else place - last - 1
        return UnreadableTable(
            "malformed",
            f"The JSON is malformed at line {self._lines + before.count(chr(10)) + 1}, "
            f"column {column + 1}: {what.rstrip(':')}. Correct it there and upload it again.",
        )


def not_a_table(what: str) -> UnreadableTable:
    """The error for JSON that is no table: it `what`."""
    return UnreadableTable(
        "not_a_table",
        f"The JSON is not a table: it {what}. "
        "Datatrail reads a list of objects, an object of columns, and one object per line.",
    )


def _constant(word: str) -> float | None:
    return None if word == "NaN" else float(word)
