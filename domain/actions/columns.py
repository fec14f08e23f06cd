"""Actions on whole columns: which there are, in which order, and what they are called."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.actions.errors import NoColumnLeft
from domain.actions.literals import literal, literal_list
from domain.actions.new_names import check_new_names
from domain.actions.typed_action import TypedAction
from domain.actions.wording import columns_text, name_text
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class DropColumns(TypedAction):
    """Drop columns."""

    kind: Literal["drop_columns"] = "drop_columns"
    columns: tuple[str, ...]

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def check(self, shape: TableShape) -> None:
        if len(self.columns) == len(shape.columns):
            raise NoColumnLeft

    def code(self) -> str:
        return f"df = df.drop(columns={literal_list(self.columns)})"

    def describe(self) -> str:
        return f"Drop {columns_text(self.columns)}"

    def shape_after(self, shape: TableShape) -> TableShape:
        dropped = set(self.columns)
        return replace(shape, columns=tuple(c for c in shape.columns if c.name not in dropped))


@dataclass(frozen=True, kw_only=True)
class KeepColumns(TypedAction):
    """Keep only these columns, in this order."""

    kind: Literal["keep_columns"] = "keep_columns"
    columns: tuple[str, ...]

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def code(self) -> str:
        return f"df = df[{literal_list(self.columns)}]"

    def describe(self) -> str:
        order = ", in this order" if len(self.columns) > 1 else ""
        return f"Keep only {columns_text(self.columns)}{order}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return replace(shape, columns=tuple(shape.column(name) for name in self.columns))


@dataclass(frozen=True, kw_only=True)
class Renaming:
    """One column's old and new name."""

    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class RenameColumns(TypedAction):
    """Rename columns, all at once: two may swap their names."""

    kind: Literal["rename_columns"] = "rename_columns"
    pairs: tuple[Renaming, ...]

    def columns_named(self) -> tuple[str, ...]:
        return tuple(pair.old for pair in self.pairs)

    def columns_changed(self) -> tuple[str, ...]:
        return tuple(pair.new for pair in self.pairs)

    def check(self, shape: TableShape) -> None:
        renamed = set(self.columns_named())
        taken = {name for name in shape.column_names if name not in renamed}
        check_new_names(self.columns_changed(), taken)

    def code(self) -> str:
        names = ", ".join(f"{literal(p.old)}: {literal(p.new)}" for p in self.pairs)
        return f"df = df.rename(columns={{{names}}})"

    def describe(self) -> str:
        pairs = (f"{name_text(pair.old)} to {name_text(pair.new)}" for pair in self.pairs)
        return f"Rename {', '.join(pairs)}"

    def shape_after(self, shape: TableShape) -> TableShape:
        new = {pair.old: pair.new for pair in self.pairs}
        renamed = (replace(c, name=new.get(c.name, c.name)) for c in shape.columns)
        return replace(shape, columns=tuple(renamed))
