"""Actions that change parts of texts: characters in them, and their length."""

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from domain.actions.errors import UnusableValue
from domain.actions.latin import code_of
from domain.actions.literals import for_each, literal
from domain.actions.patterns import check_pattern
from domain.actions.text import OnText
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import demand
from domain.actions.wording import names_text, value_text
from domain.table import ColumnType, TableShape

_WIDEST = 1_000


@dataclass(frozen=True, kw_only=True)
class ReplaceText(OnText):
    r"""Replace every occurrence of `old` inside text by `new`, which may be empty.

    With `regex`, `old` is a Python regular expression and `new` may hold its groups: \1, \g<name>.
    """

    kind: Literal["replace_text"] = "replace_text"
    columns: tuple[str, ...]
    old: str
    new: str
    regex: bool = False
    ignore_case: bool = False

    def check(self, shape: TableShape) -> None:
        super().check(shape)
        if not self.old:
            raise UnusableValue("Nothing is said of what to replace. Give at least a character.")
        if self.regex:
            check_pattern(self.old, self.new)

    def code(self) -> str:
        if not self.regex and not self.ignore_case:
            found, new = literal(self.old), literal(self.new)
            return for_each(
                self.columns, lambda cells: f"{cells} = {cells}.str.replace({found}, {new})"
            )
        pattern = literal(self.old if self.regex else re.escape(self.old))
        new = literal(self.new if self.regex else self.new.replace("\\", r"\\"))
        flags = ", re.IGNORECASE" if self.ignore_case else ""
        return f"import re\n\nfound = re.compile({pattern}{flags})\n" + for_each(
            self.columns, lambda cells: f"{cells} = {cells}.str.replace(found, {new}, regex=True)"
        )

    def describe(self) -> str:
        what = "what matches " if self.regex else ""
        case = " in any case" if self.ignore_case else ""
        old, new = value_text(self.old), value_text(self.new)
        replaced = f"{what}{old}{case} with {new}" if self.new else f"{what}{old}{case}"
        verb = "Replace" if self.new else "Remove"
        return f"{verb} {replaced} inside {names_text(self.columns)}"


@dataclass(frozen=True, kw_only=True)
class RemoveAccents(OnText):
    """Write Latin letters without accents: é as e, Ł as L, ß as ss. Other scripts stay."""

    kind: Literal["remove_accents"] = "remove_accents"
    columns: tuple[str, ...]

    def code(self) -> str:
        return code_of() + for_each(self.columns, _without_accents)

    def describe(self) -> str:
        return f"Remove accents in {names_text(self.columns)}"


def _without_accents(cells: str) -> str:
    return f"{cells} = {cells}.map(without_accents, na_action='ignore').astype('str')"


@dataclass(frozen=True, kw_only=True)
class PadText(OnColumns):
    """Make text at least `width` characters long with `fill` on one side; whole numbers too."""

    kind: Literal["pad_text"] = "pad_text"
    columns: tuple[str, ...]
    width: int
    side: Literal["left", "right"] = "left"
    fill: str = "0"

    def check(self, shape: TableShape) -> None:
        columns = (shape.column(name) for name in self.columns)
        needs = "and only text and whole numbers can be padded"
        demand(columns, {ColumnType.TEXT, ColumnType.INTEGER}, needs, "Cast it to text first.")
        if not 1 <= self.width <= _WIDEST:
            raise UnusableValue(f"The width must be 1 to {_WIDEST:,} characters, not {self.width}.")
        if len(self.fill) != 1:
            raise UnusableValue(f"One character is needed to pad with, not {self.fill!r}.")

    def code(self) -> str:
        return for_each(self.columns, partial(_pad, self))

    def describe(self) -> str:
        side = f"on the {self.side} with {value_text(self.fill)}"
        return f"Pad {names_text(self.columns)} {side} to {self.width} characters"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=ColumnType.TEXT))


def _pad(action: PadText, cells: str) -> str:
    padded = f"pad({action.width}, side={literal(action.side)}, fillchar={literal(action.fill)})"
    if action.side == "left" and action.fill == "0":
        padded = f"zfill({action.width})"  # which knows where a sign belongs
    return f"{cells} = {cells}.astype('str').str.{padded}"
