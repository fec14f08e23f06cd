"""Taking parts out of texts into columns of their own."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from domain.actions.beside import placed_beside, shape_beside
from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.known_parts import KNOWN_PARTS, KnownPart
from domain.actions.literals import column, literal, literal_list
from domain.actions.new_names import check_new_names
from domain.actions.patterns import check_pattern
from domain.actions.typed_action import TypedAction
from domain.actions.value_checks import demand
from domain.actions.wording import columns_text, name_text, value_text
from domain.table import ColumnType, TableShape

_CAST_FIRST = "Cast it to text first."
_LEADING_FLAGS = re.compile(r"(?:\(\?[aimsux]+\))*")


@dataclass(frozen=True, kw_only=True)
class ExtractText(TypedAction):
    """Take the first part of each text that is `what`, or matches `pattern`, into new columns.

    They stand right behind the column, or in its place where `new` is its own name. A pattern (a
    Python regular expression) fills a column with each of its groups, whose names serve where
    `new` is empty; without groups, one column with all that it matches. A number is 1234.5 for
    1,234.5 or 1.234,5; digits and letters are all that there are, joined. Where a text has no such
    part, it is missing; where no text has, the code raises ValueError.
    """

    kind: Literal["extract_text"] = "extract_text"
    column: str
    what: KnownPart | None = None
    pattern: str | None = None
    new: tuple[str, ...] = ()

    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def columns_changed(self) -> tuple[str, ...]:
        if self.new:
            return self.new
        if self.what is not None:
            return (f"{self.column}_{self.what}",)
        try:
            return tuple(re.compile(self.pattern or "").groupindex)
        except re.error:  # as check() says
            return ()

    def check(self, shape: TableShape) -> None:
        text = {ColumnType.TEXT}
        demand([shape.column(self.column)], text, "of which no parts can be taken", _CAST_FIRST)
        if (self.what is None) == (self.pattern is None):
            raise UnusableValue("Say what to extract: either a known part of text, or a pattern.")
        parts = 1 if self.pattern is None else check_pattern(_with_group(self.pattern)).groups
        names = self.columns_changed()
        if not names:
            raise NothingNamed("Name the new column, or the groups of the pattern: (?P<name>…).")
        if len(names) != parts:
            raise UnusableValue(
                f"{parts} new columns would be filled, but {len(names)} are named. "
                "Name one for each group of the pattern; (?:…) is a group that fills none."
            )
        check_new_names(names, {*shape.column_names} - {self.column})

    def code(self) -> str:
        names, cells = self.columns_changed(), column(self.column)
        if self.what is not None:
            part = KNOWN_PARTS[self.what]
            reading, wanted = part.code.replace("COLUMN", cells), f"text with {part.words} in it"
            found, nothing = {names[0]: "found"}, "found.isna().all()"
        else:
            pattern = literal(_with_group(self.pattern or ""))
            named = f"set_axis({literal_list(names)}, axis='columns')"
            reading = f"found = {cells}.str.extract({pattern}).{named}"
            wanted = "text that matches the pattern"
            found = {name: f"found[{literal(name)}]" for name in names}
            nothing = "found.isna().all(axis=None)"
        return (
            f"{reading}\n"
            f"if ({cells}.str.strip() > '').any() and {nothing}:\n"
            f"    raise ValueError({literal(f'no value of {self.column!r} is {wanted}')})\n"
            f"{placed_beside(self.column, found)}"
        )

    def describe(self) -> str:
        part = f"what matches {value_text(self.pattern)}"
        if self.what is not None:
            part = KNOWN_PARTS[self.what].words
        new = columns_text(self.columns_changed())
        return f"Extract {part} from {name_text(self.column)} into {new}"

    def shape_after(self, shape: TableShape) -> TableShape:
        left = ColumnType.TEXT if self.what is None else KNOWN_PARTS[self.what].type
        like = replace(shape.column(self.column), type=left)
        new = (replace(like, name=name) for name in self.columns_changed())
        return shape_beside(shape, self.column, *new)


def _with_group(pattern: str) -> str:
    """The pattern with all of it as one group where it has none, behind flags for all of it."""
    if check_pattern(pattern).groups:
        return pattern
    flags = _LEADING_FLAGS.match(pattern)
    start = flags.end() if flags else 0
    return f"{pattern[:start]}({pattern[start:]})"
