"""Where columns stand, and columns that stand next to the one they come from."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.actions.beside import placed_beside, shape_beside
from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.literals import column, literal, literal_list
from domain.actions.new_names import check_new_names
from domain.actions.typed_action import TypedAction
from domain.actions.wording import columns_text, name_text
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class ReorderColumns(TypedAction):
    """Move columns, in the order named, to the front or the end, or next to the column `anchor`."""

    kind: Literal["reorder_columns"] = "reorder_columns"
    columns: tuple[str, ...]
    place: Literal["first", "last", "before", "after"]
    anchor: str | None = None

    def columns_named(self) -> tuple[str, ...]:
        return self.columns if self.anchor is None else (*self.columns, self.anchor)

    def check(self, shape: TableShape) -> None:  # noqa: ARG002 - the columns fit as they are
        if not self.columns:
            raise NothingNamed("No column is named that is to be moved. Name at least one.")
        if self._beside and self.anchor is None:
            raise NothingNamed(f"Name the column {self.place} which they are to stand.")
        if not self._beside and self.anchor is not None:
            raise UnusableValue(
                f"Columns that move to the {self._end} stand next to no other. "
                "Leave the anchor out, or move them before or after it."
            )

    def code(self) -> str:
        order = {"first": "moved + others", "last": "others + moved"}.get(self.place)
        found = ""
        if order is None:
            behind = " + 1" if self.place == "after" else ""
            found = f"place = others.index({literal(self.anchor)}){behind}\n"
            order = "others[:place] + moved + others[place:]"
        return (
            f"moved = {literal_list(self.columns)}\n"
            "others = [column for column in df.columns if column not in moved]\n"
            f"{found}df = df[{order}]"
        )

    def describe(self) -> str:
        anchor = "" if self.anchor is None else name_text(self.anchor)
        where = f"{self.place} {anchor}" if self._beside else f"to the {self._end}"
        return f"Move {columns_text(self.columns)} {where}"

    def shape_after(self, shape: TableShape) -> TableShape:
        moved = tuple(shape.column(name) for name in self.columns)
        others = tuple(c for c in shape.columns if c.name not in self.columns)
        place = {"first": 0, "last": len(others)}.get(self.place)
        if place is None:
            names = [each.name for each in others]
            place = names.index(self.anchor or "") + (self.place == "after")
        return replace(shape, columns=(*others[:place], *moved, *others[place:]))

    @property
    def _beside(self) -> bool:
        return self.place in {"before", "after"}

    @property
    def _end(self) -> str:
        return "front" if self.place == "first" else "end"


@dataclass(frozen=True, kw_only=True)
class DuplicateColumn(TypedAction):
    """Copy a column; the copy stands right behind it."""

    kind: Literal["duplicate_column"] = "duplicate_column"
    column: str
    new: str

    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def columns_changed(self) -> tuple[str, ...]:
        return (self.new,)

    def check(self, shape: TableShape) -> None:
        check_new_names([self.new], shape.column_names)

    def code(self) -> str:
        return placed_beside(self.column, {self.new: column(self.column)})

    def describe(self) -> str:
        return f"Copy {columns_text([self.column])} as {name_text(self.new)}"

    def shape_after(self, shape: TableShape) -> TableShape:
        copy = replace(shape.column(self.column), name=self.new)
        return shape_beside(shape, self.column, copy)
