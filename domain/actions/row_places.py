"""Actions on rows by their place: the first, the last, those from one to another."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

from domain.actions.conditions import Scalar
from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.literals import for_each
from domain.actions.set_where import set_where_matched, with_value
from domain.actions.type_code import PANDAS
from domain.actions.typed_action import OnColumns, RowEffect, TypedAction
from domain.actions.value_checks import check_value
from domain.actions.wording import names_text, value_text
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class TakeRows(TypedAction):
    """Keep, or drop, the rows from the place `start` to the place `end`, both included.

    The first row has the place 1; from the end, the last has -1. Without `end`, all rows to the
    last. So 1 to 100 are the first hundred rows, and from -3 on are the last three. Places that
    the table has not are left out. Of these rows, `every` takes those that are so many apart, the
    one at `start` first.
    """

    kind: Literal["take_rows"] = "take_rows"
    start: int = 1
    end: int | None = None
    matching: Literal["keep", "drop"] = "keep"
    every: int = 1

    rows: ClassVar = RowEffect.FEWER
    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return ()

    def check(self, shape: TableShape) -> None:  # noqa: ARG002 - any table has rows
        check_places(self.start, self.end)
        if self.every < 1 or (self.every > 1 and self.start < 0):
            raise UnusableValue("Count every second or third row, or the like, from the first row.")

    def code(self) -> str:
        first, behind = slice_bounds(self.start, self.end)
        if self.every > 1:
            kept = "" if self.matching == "keep" else "not "
            return (
                f"taken = range(len(df))[{first}:{behind}:{self.every}]\n"
                f"df = df.iloc[[place for place in range(len(df)) if place {kept}in taken]]"
            )
        if self.matching == "keep":
            return f"df = df.iloc[{first}:{behind}]"
        if not first:
            return f"df = df.iloc[{behind}:]" if behind else "df = df.iloc[:0]"
        if not behind:
            return f"df = df.iloc[:{first}]"
        return f"{PANDAS}df = pd.concat([df.iloc[:{first}], df.iloc[{behind}:]])"

    def describe(self) -> str:
        verb = "Keep only" if self.matching == "keep" else "Drop"
        if self.every == 1:
            return f"{verb} {places_text(self.start, self.end)}"
        until = f" to {self.end}" if self.end is not None else " on"
        return f"{verb} one row in {self.every}, from row {self.start}{until}"


@dataclass(frozen=True, kw_only=True)
class SetInRows(OnColumns):
    """Set the cells of the columns in the rows from `start` to `end` to `value` (None: missing).

    Places are counted as by `TakeRows`, and so are those that the table has not. The other rows
    keep what they have.
    """

    kind: Literal["set_in_rows"] = "set_in_rows"
    columns: tuple[str, ...]
    start: int
    end: int | None
    value: Scalar = None

    def check(self, shape: TableShape) -> None:
        if not self.columns:
            raise NothingNamed("No column to set is named. Name at least one.")
        check_places(self.start, self.end)
        for name in self.columns:
            if self.value is not None:
                check_value(self.value, shape.column(name))

    def code(self) -> str:
        first, behind = slice_bounds(self.start, self.end)
        matches = (
            "import numpy as np\n\nmatches = np.zeros(len(df), dtype='bool')\n"
            f"matches[{first}:{behind}] = True\n"
        )
        return matches + for_each(self.columns, partial(set_where_matched, self.value))

    def describe(self) -> str:
        places = places_text(self.start, self.end)
        return f"Set {names_text(self.columns)} to {value_text(self.value)} in {places}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return with_value(shape, self.columns, self.value)


def check_places(start: int, end: int | None) -> None:
    """Raise UnusableValue unless rows may stand there."""
    if start == 0 or end == 0:
        raise UnusableValue("The first row has the place 1, and the last has -1.")
    if end is not None and (start < 0) is not (end < 0):
        raise UnusableValue("Count both places from the first row, or both from the last.")
    if end is not None and end < start:
        raise UnusableValue(f"Row {end} comes before row {start}. Turn them round.")


def slice_bounds(start: int, end: int | None) -> tuple[str, str]:
    """The bounds of a slice, as Python counts them; nothing for the table's own ends."""
    first = start if start < 0 else start - 1
    behind = end or 0
    return str(first or ""), str((behind + 1 if behind < 0 else behind) or "")


def places_text(start: int, end: int | None) -> str:
    """The rows from one place to another in words: ``the first 3 rows``."""
    one = end == start or (start == -1 and end is None)
    if one:
        return {1: "the first row", -1: "the last row"}.get(start, _row(start))
    if start == 1 and end is not None:
        return f"the first {end} rows"
    if start < 0 and end in {None, -1}:
        return f"the last {-start} rows"
    if end is None:
        return f"the rows from {start} on"
    if start < 0:
        return f"rows {-start} to {-end} from the end"
    return f"rows {start} to {end}"


def _row(place: int) -> str:
    return f"row {place}" if place > 0 else f"row {-place} from the end"
