"""The values in a JSON text, one after the other, without holding all of a long text."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from infrastructure.tabular.documents.json_buffer import BLOCK, SPACE, JsonBuffer, too_deep
from infrastructure.tabular.text.encodings import codec_of
from infrastructure.tabular.text.header_rows import unique_names

# A list of more rows is not held, but gone through in the text.
_HELD_ROWS = 1000


class Digits(str):
    """A number as it is written: one with a fraction or an exponent, or too long for Python."""

    __slots__ = ()


class JsonText:
    """A file of JSON.

    `repeated` are the names that occurred twice in one object, and `holds_nan` whether a number was
    NaN, so far; `passed` is how many characters of the text lie before the item that was given
    last.
    """

    def __init__(self, source: Path, encoding: str) -> None:
        self.repeated: dict[str, None] = {}
        self.holds_nan = False
        self.passed = 0
        self._source, self._encoding = source, encoding
        hooks: dict[str, Any] = {
            "object_pairs_hook": self.object_of,
            "parse_constant": self._constant,
            "parse_float": Digits,
        }
        self._decoders = (
            json.JSONDecoder(**hooks),
            json.JSONDecoder(**hooks, parse_int=_integer),
        )

    def is_list(self) -> bool:
        """Whether the text opens a list that is the whole of it, as far as the first line tells."""
        with self._opened() as text:
            start = text.read(BLOCK).lstrip(SPACE)
            return start[:1] == "[" and not self._is_a_line(start)

    def items(self) -> Iterator[Any]:
        """The items of the list that the text is. Raises UnreadableTable."""
        with self._opened() as text:
            reading = JsonBuffer(text, self._decoders)
            for item in reading.items():
                self.passed = reading.place
                yield item
            reading.require_end()

    def items_from(self, place: int) -> Iterator[Any]:
        """The items of the list that opens at a place in the text."""
        with self._opened() as text:
            reading = JsonBuffer(text, self._decoders)
            reading.go_to(place)
            for item in reading.items():
                self.passed = reading.place
                yield item

    def values(self) -> Iterator[Any]:
        """The values that stand one after the other, as one per line. Raises UnreadableTable."""
        with self._opened() as text:
            reading = JsonBuffer(text, self._decoders)
            while reading.next_character():
                value = reading.value()
                self.passed = reading.place
                yield value

    def outline(self) -> tuple[Any, bool]:
        """The first value of the text, with long lists in it as `Rows`, and whether it is the last.

        Raises UnreadableTable.
        """
        with self._opened() as text:
            reading = JsonBuffer(text, self._decoders)
            value = _Outline(self, reading).value()
            return value, not reading.next_character()

    def object_of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object of these members; those of one name get names of their own."""
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        names = [name for name, _ in pairs]
        self.repeated.update({name: None for name, n in Counter(names).items() if n > 1})
        unique = unique_names(names, len(pairs))
        return dict(zip(unique, (value for _, value in pairs), strict=True))

    def _constant(self, word: str) -> float | None:
        if word != "NaN":
            return float(word)
        self.holds_nan = True
        return None

    def _is_a_line(self, start: str) -> bool:
        line, ended, rest = start.partition("\n")
        if not ended or not rest.strip(SPACE):
            return False
        try:
            self._decoders[-1].decode(line)
        except (ValueError, RecursionError):
            return False
        return True

    def _opened(self) -> TextIO:
        return self._source.open(encoding=codec_of(self._encoding), newline="")


class Rows:
    """A long list of objects, or of lists, that stays in the text: it can be gone through anew."""

    def __init__(self, text: JsonText, place: int, size: int) -> None:
        self._text, self._place, self._size = text, place, size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return self._text.items_from(self._place)


class _Outline:
    """A value in which long lists are `Rows`, as far as they are members of objects."""

    def __init__(self, text: JsonText, reading: JsonBuffer) -> None:
        self._text, self._reading = text, reading

    def value(self) -> Any:  # noqa: ANN401 it is any JSON
        """What stands next. Raises UnreadableTable."""
        opening = self._reading.next_character()
        if opening not in {"{", "["}:
            return self._reading.value()
        value = self._reading.held_value()
        if value is not None:
            return value
        try:
            return self._members() if opening == "{" else self._list()
        except RecursionError:
            raise too_deep() from None

    def _members(self) -> dict[str, Any]:
        pairs = []
        for _ in self._reading.parts("{", "}"):
            name = self._reading.name()
            self._reading.skip(":")
            pairs.append((name, self.value()))
        return self._text.object_of(pairs)

    def _list(self) -> list[Any] | Rows:
        place = self._reading.place
        held: list[Any] = []
        kinds: set[type] = set()
        size = 0
        for item in self._reading.items():
            size += 1
            kinds.add(type(item))
            if size <= _HELD_ROWS or kinds not in ({dict}, {list}):
                held.append(item)
        if size == len(held):
            return held
        rows = Rows(self._text, place, size)
        return rows if kinds in ({dict}, {list}) else list(rows)


def _integer(digits: str) -> int | Digits:
    try:
        return int(digits)
    except ValueError:
        return Digits(digits)
