"""Stand-ins: what columns are called to a language model that is not told their names.

What it writes with a stand-in means the column, and is put right before anything is done with it.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from domain.stand_ins_in_code import replaced_in_strings, without_stand_ins

PREFIX = "column_"
_CUT = "…"
_EXPRESSIONS = frozenset({"expression"})
_IN_BACKTICKS = re.compile(r"`[^`]*`")


class StandIns:
    """Stand-ins by the names that are not told. Nobody else has the name of a stand-in."""

    def __init__(
        self, by_name: Mapping[str, str] = MappingProxyType({}), prefix: str = PREFIX
    ) -> None:
        self._by_name = dict(by_name)
        self._names = {stand_in: name for name, stand_in in by_name.items()}
        self._written = sorted(
            ((form, name) for name in by_name for form in _forms(name)),
            key=lambda pair: (-len(pair[0]), pair[0]),
        )
        self._beginnings = sorted(form for form, _ in self._written)
        self._longest = max(map(len, self._beginnings), default=0)
        self._stand_ins = re.compile(rf"(?<![^\W_]){prefix}[0-9]+(?![^\W_])", re.IGNORECASE)

    def __contains__(self, stand_in: object) -> bool:
        return stand_in in self._names

    def told(self, name: str) -> str:
        """What a model is told for the name of a column."""
        return self._by_name.get(name, name)

    def hidden(self, text: str) -> str:
        """The text with stand-ins in the place of names."""
        if text in self._by_name or not self._by_name:
            return self.told(text)
        return self._replaced(self._without_cut_names(text))

    def hidden_in_code(self, code: str) -> str:
        """The code with stand-ins in the place of names, which stand in its strings."""
        return replaced_in_strings(code, self.hidden) if self._by_name else code

    def hidden_in(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        """A JSON value with stand-ins in the place of names in its texts."""
        return _mapped(value, self.hidden) if self._by_name else value

    def meant(self, text: str) -> str:
        """The text with names in the place of stand-ins, also where such are a part of a name."""
        return self._stand_ins.sub(self._name, text) if self._names else text

    def meant_in(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        """A JSON value that a model wrote with names in the place of stand-ins."""
        return _mapped(value, self.meant, self._meant_in_expression) if self._names else value

    def meant_in_code(self, code: str) -> str:
        """Code that a model wrote with names in the place of stand-ins.

        Raises MisplacedStandIn.
        """
        if not self._stand_ins.search(code):
            return code
        return without_stand_ins(code, self._holds_one, self.meant)

    def _holds_one(self, text: str) -> bool:
        return any(each.lower() in self._names for each in self._stand_ins.findall(text))

    def _name(self, found: re.Match[str]) -> str:
        return self._names.get(found[0].lower(), found[0])

    def _meant_in_expression(self, text: str) -> str:
        parts, end = [], 0
        for quoted in _IN_BACKTICKS.finditer(text):
            parts += [self._in_backticks(text[end : quoted.start()]), self.meant(quoted[0])]
            end = quoted.end()
        return "".join([*parts, self._in_backticks(text[end:])])

    def _in_backticks(self, text: str) -> str:
        """Names need no backticks only if they are plain words."""
        return self._stand_ins.sub(
            lambda found: f"`{self._name(found)}`" if found[0].lower() in self._names else found[0],
            text,
        )

    def _replaced(self, text: str) -> str:
        found = [(form, name) for form, name in self._written if form in text]
        if not found:
            return text
        return re.sub(
            "|".join(f"({_bounded(form)})" for form, _ in found),
            lambda match: self._by_name[found[(match.lastindex or 1) - 1][1]],
            text,
        )

    def _without_cut_names(self, text: str) -> str:
        """The text without what is left of a name that was cut off to make it short."""
        *cut, last = text.split(_CUT)
        return _CUT.join([*(part[: self._begins_at(part)] for part in cut), last])

    def _begins_at(self, text: str) -> int:
        """Where the beginning of a name stands at the text's end; its length if none does."""
        for start in range(max(0, len(text) - self._longest), len(text)):
            if start and text[start - 1].isalnum() and text[start].isalnum():
                continue
            begun = text[start:]
            place = bisect_left(self._beginnings, begun)
            if self._beginnings[place : place + 1] and self._beginnings[place].startswith(begun):
                return start
        return len(text)


def _forms(name: str) -> set[str]:
    """How texts of ours write the name, also where it begins a sentence."""
    forms = {name, " ".join(name.split()), repr(name)[1:-1], json.dumps(name)[1:-1]}
    return {
        written for form in forms if form.strip() for written in (form, form[0].upper() + form[1:])
    }


def _bounded(form: str) -> str:
    """A pattern for the form where it is no part of a word; of mere signs, in quotes only."""
    if form.isascii() and not any(map(str.isalnum, form)):
        return rf"(?<=['\"`]){re.escape(form)}(?=['\"`])"
    before = r"(?<![^\W_])" if form[0].isalnum() else ""
    after = r"(?![^\W_])" if form[-1].isalnum() else ""
    return f"{before}{re.escape(form)}{after}"


def _mapped(
    value: Any,  # noqa: ANN401 - any JSON value
    change: Callable[[str], str],
    change_expression: Callable[[str], str] | None = None,
) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case str():
            return change(value)
        case Mapping():
            return {
                key: (change_expression or change)(part)
                if key in _EXPRESSIONS and isinstance(part, str)
                else _mapped(part, change, change_expression)
                for key, part in value.items()
            }
        case list() | tuple():
            return [_mapped(part, change, change_expression) for part in value]
        case _:
            return value
