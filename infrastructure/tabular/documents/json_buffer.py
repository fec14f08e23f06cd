"""A stretch of a long JSON text, read value by value."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from application.ports.tables import UnreadableTable
from infrastructure.tabular.documents.nearly_json import advice_on

BLOCK = 1024 * 1024
# An error this far before the end of what was read is not for want of the rest.
_MARGIN = 4096
SPACE = " \t\n\r"
_SPACES = re.compile(r"[ \t\n\r]+")
_HALF = re.compile("[\ud800-\udfff]")


class JsonBuffer:
    """A stretch of the text that is being read, and where in it.

    The second of the decoders is one for numbers that the first cannot hold.
    """

    def __init__(self, text: TextIO, decoders: Sequence[json.JSONDecoder]) -> None:
        self._text, self._decoders = text, list(decoders)
        self._held, self._at = "", 0
        self._passed, self._lines, self._column = 0, 0, 0  # of what was let go

    @property
    def place(self) -> int:
        """How many characters of the text lie before what is read next."""
        return self._passed + self._at

    def go_to(self, place: int) -> None:
        """Leave out what lies before a place."""
        while self._passed + len(self._held) <= place:
            self._at = len(self._held)
            if not self._more():
                break
        self._at = place - self._passed

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
        """Pass the character, which is to stand next. Raises UnreadableTable."""
        found = self.next_character()
        if found != character:
            raise self._malformed(self._at, f"Expecting {character!r}")
        self._at += 1

    def parts(self, opening: str, closing: str) -> Iterator[None]:
        """Stops before each of the parts that are between commas, for it to be read."""
        self.skip(opening)
        if self.next_character() != closing:
            yield
            while self.next_character() == ",":
                self.skip(",")
                yield
        self.skip(closing)

    def items(self) -> Iterator[Any]:
        """The items of the list that stands next."""
        for _ in self.parts("[", "]"):
            yield self.value()

    def name(self) -> str:
        """The name of a member."""
        if self.next_character() != '"':
            raise self._malformed(self._at, "Expecting property name enclosed in double quotes")
        return str(self.value())

    def held_value(self) -> Any:  # noqa: ANN401 it is any JSON
        """The object or list that stands next, if all of it was read yet, else None."""
        try:
            value, end = self._decoders[0].raw_decode(self._held, self._at)
        except (ValueError, RecursionError):
            return None
        self._at = end
        return value

    def value(self) -> Any:  # noqa: ANN401 it is any JSON
        """What stands next. Raises UnreadableTable."""
        self.next_character()
        while True:
            try:
                value, end = self._decoders[0].raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                unfinished = error.msg.startswith("Unterminated string")
                if not unfinished and error.pos < len(self._held) - _MARGIN:
                    raise self._malformed(error.pos, error.msg) from None
                if not self._more():
                    raise self._malformed(error.pos, error.msg) from None
            except RecursionError:
                raise too_deep() from None
            except ValueError:
                if len(self._decoders) == 1:
                    raise
                del self._decoders[0]
            else:
                # A number at the end of what was read may go on.
                if end < len(self._held) or not isinstance(value, int | str) or not self._more():
                    self._at = end
                    return value

    def require_end(self) -> None:
        """Raise UnreadableTable when anything but white space follows."""
        if self.next_character():
            raise self._malformed(self._at, "Extra data")

    def _more(self) -> bool:
        """Read on, by as much as is held, so that a long value is not tried again too often."""
        block = self._text.read(max(BLOCK, len(self._held) - self._at))
        if not block:
            return False
        let_go = self._held[: self._at]
        last = let_go.rfind("\n")
        self._lines += let_go.count("\n")
        self._column = self._column + len(let_go) if last < 0 else len(let_go) - last - 1
        self._passed += self._at
        self._held, self._at = self._held[self._at :] + block, 0
        return True

    def _malformed(self, place: int, what: str) -> UnreadableTable:
        before = self._held[:place]
        last = before.rfind("\n")
        column = self._column + place if last < 0 else place - last - 1
        return UnreadableTable(
            "malformed",
            f"The JSON is malformed at line {self._lines + before.count(chr(10)) + 1}, "
            f"column {column + 1}: {what.removesuffix(' at').rstrip(':')}. "
            + advice_on(self._held, place),
        )


def not_a_table(what: str) -> UnreadableTable:
    """The error for JSON that is no table: it `what`."""
    return UnreadableTable(
        "not_a_table",
        f"The JSON is not a table: it {what}. "
        "Datatrail reads a list of objects, an object of columns, and one object per line.",
    )


def too_deep() -> UnreadableTable:
    """The error for values within values within values, beyond what can be followed."""
    return not_a_table("is nested too deeply")


def whole_characters(text: str) -> str:
    """The text, with U+FFFD for each half of a character, as an escape like \\ud83d alone gives."""
    return _HALF.sub("\ufffd", text)
