"""Actions on whole rows: which stay, and in which order."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from domain.actions.check_conditions import check_condition
from domain.actions.compile_conditions import on_lines
from domain.actions.conditions import Condition, columns_asked
from domain.actions.describe_conditions import describe_condition
from domain.actions.errors import UnusableValue
from domain.actions.literals import literal, literal_list
from domain.actions.typed_action import RowEffect, TypedAction
from domain.actions.wording import name_text, names_text
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class DropMissing(TypedAction):
    """Drop the rows with a missing value in any (or all) of the columns; none means every one.

    With `at_least`, keep instead the rows with so many values in the columns, and drop the others.
    """

    kind: Literal["drop_missing"] = "drop_missing"
    columns: tuple[str, ...] = ()
    how: Literal["any", "all"] = "any"
    at_least: int | None = None

    rows: ClassVar = RowEffect.FEWER
    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def check(self, shape: TableShape) -> None:
        looked_at = len(self.columns or shape.columns)
        if self.at_least is None:
            return
        if self.how == "all":
            raise UnusableValue("All missing, or at least so many values: say one of the two.")
        if not 1 <= self.at_least <= looked_at:
            raise UnusableValue(
                f"No choice is left with {self.at_least} of {looked_at} values. "
                f"Ask for 1 to {looked_at}."
            )

    def code(self) -> str:
        subset = f"subset={literal_list(self.columns)}, " if self.columns else ""
        which = f"how={literal(self.how)}" if self.at_least is None else f"thresh={self.at_least}"
        return f"df = df.dropna({subset}{which})"

    def describe(self) -> str:
        some = names_text(self.columns)
        if self.at_least is not None:
            few = f"with fewer than {self.at_least} values"
            fewer = "without any value" if self.at_least == 1 else few
            return f"Drop rows {fewer} in {some or 'the columns'}"
        if len(self.columns) != 1:
            some = f"{self.how} of {some or 'the columns'}"
        return f"Drop rows with a missing value in {some}"


@dataclass(frozen=True, kw_only=True)
class RemoveDuplicates(TypedAction):
    """Of rows that agree in the columns (none means every one) keep the first, the last or none."""

    kind: Literal["remove_duplicates"] = "remove_duplicates"
    columns: tuple[str, ...] = ()
    keep: Literal["first", "last", "none"] = "first"

    rows: ClassVar = RowEffect.FEWER
    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def code(self) -> str:
        subset = f"subset={literal_list(self.columns)}, " if self.columns else ""
        keep = "False" if self.keep == "none" else literal(self.keep)
        return f"df = df.drop_duplicates({subset}keep={keep})"

    def describe(self) -> str:
        same = f" with the same {names_text(self.columns)}" if self.columns else ""
        kept = "none of them" if self.keep == "none" else f"the {self.keep} of them"
        return f"Remove duplicate rows{same}, keeping {kept}"


@dataclass(frozen=True, kw_only=True)
class FilterRows(TypedAction):
    """Keep, or drop, the rows where the condition is true."""

    kind: Literal["filter_rows"] = "filter_rows"
    where: Condition
    matching: Literal["keep", "drop"] = "keep"

    rows: ClassVar = RowEffect.FEWER
    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return columns_asked(self.where)

    def check(self, shape: TableShape) -> None:
        check_condition(self.where, shape)

    def code(self) -> str:
        matches = "matches" if self.matching == "keep" else "~matches"
        return f"matches = {on_lines(self.where)}\ndf = df[{matches}]"

    def describe(self) -> str:
        verb = "Keep only" if self.matching == "keep" else "Drop"
        return f"{verb} rows where {describe_condition(self.where)}"


@dataclass(frozen=True, kw_only=True)
class SortKey:
    """A column to sort by."""

    column: str
    descending: bool = False


@dataclass(frozen=True, kw_only=True)
class Sort(TypedAction):
    """Sort the rows by the first key, then the next; equal rows keep their order, missing last."""

    kind: Literal["sort"] = "sort"
    keys: tuple[SortKey, ...]

    rows: ClassVar = RowEffect.REORDERED

    def columns_named(self) -> tuple[str, ...]:
        return tuple(key.column for key in self.keys)

    def code(self) -> str:
        by = literal_list(self.columns_named())
        ascending = [not key.descending for key in self.keys]
        order = f"ascending={ascending}, kind='stable'"
        return f"df = df.sort_values({by}, {order})"

    def describe(self) -> str:
        keys = (name_text(k.column) + (" descending" if k.descending else "") for k in self.keys)
        return f"Sort rows by {', then '.join(keys)}"
