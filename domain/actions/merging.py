"""Merging several columns into one of text."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.actions.errors import UnusableValue
from domain.actions.literals import literal, literal_list
from domain.actions.new_names import check_new_names
from domain.actions.typed_action import TypedAction
from domain.actions.wording import name_text, names_text, value_text
from domain.table import Column, ColumnType, TableShape


@dataclass(frozen=True, kw_only=True)
class MergeColumns(TypedAction):
    """Join the cells of columns, in the order named, to one column of text.

    It stands in the place of the first of them in the table, or with `keep` behind the last.
    Missing cells are left out together with a separator; a row that has no other stays missing.
    """

    kind: Literal["merge_columns"] = "merge_columns"
    columns: tuple[str, ...]
    separator: str
    new: str
    keep: bool = False

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def columns_changed(self) -> tuple[str, ...]:
        return (self.new,)

    def check(self, shape: TableShape) -> None:
        if len(self.columns) < 2:
            raise UnusableValue("One column is already one. Name at least two to merge.")
        gone = set() if self.keep else set(self.columns)
        check_new_names([self.new], {*shape.column_names} - gone)

    def code(self) -> str:
        names = literal_list(self.columns)
        joined = f"{literal(self.separator)}.join(text for text in row if isinstance(text, str))"
        place = "max() + 1" if self.keep else "min()"
        return (
            "import pandas as pd\n\n"
            f"texts = df[{names}].astype('str')\n"
            f"joined = [{joined} for row in texts.to_numpy()]\n"
            "joined = pd.Series(joined, index=df.index, dtype='str')\n"
            f"place = df.columns.get_indexer({names}).{place}\n"
            + ("" if self.keep else f"df = df.drop(columns={names})\n")
            + f"df.insert(place, {literal(self.new)}, joined.where(texts.notna().any(axis=1)))"
        )

    def describe(self) -> str:
        joined = f"{names_text(self.columns)} to {name_text(self.new)}"
        kept = ", keeping them" if self.keep else ""
        return f"Merge {joined}, separated by {value_text(self.separator)}{kept}"

    def shape_after(self, shape: TableShape) -> TableShape:
        merged = [shape.column_names.index(name) for name in self.columns]
        new = Column(
            name=self.new,
            type=ColumnType.TEXT,
            nulls=min(shape.columns[place].nulls for place in merged),
            distinct=max(shape.columns[place].distinct for place in merged),
        )
        place = max(merged) + 1 if self.keep else min(merged)
        before, behind = shape.columns[:place], shape.columns[place:]
        if not self.keep:
            behind = tuple(each for each in behind if each.name not in self.columns)
        return replace(shape, columns=(*before, new, *behind))
