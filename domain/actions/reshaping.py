"""Columns made into rows and rows into columns."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from domain.actions.errors import NothingNamed, UnusableName, UnusableValue, WrongType
from domain.actions.literals import column as cells_of
from domain.actions.literals import literal, literal_list
from domain.actions.typed_action import RowEffect, TypedAction
from domain.actions.value_checks import NUMERIC
from domain.actions.wording import name_text, names_text
from domain.table import Column, ColumnType, TableShape

_MOST_NEW_COLUMNS = 500


@dataclass(frozen=True, kw_only=True)
class Melt(TypedAction):
    """Make a row of each cell in `columns`: its column's name and its value in two new columns.

    The columns of `keep` are repeated beside them, all others are dropped. Without `columns`,
    every column that is not kept is melted. The rows come column by column.
    """

    kind: Literal["melt"] = "melt"
    keep: tuple[str, ...]
    columns: tuple[str, ...] = ()
    name_column: str = "variable"
    value_column: str = "value"

    rows: ClassVar = RowEffect.REMADE
    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return (*self.keep, *self.columns)

    def columns_changed(self) -> tuple[str, ...]:
        return (self.name_column, self.value_column)

    def check(self, shape: TableShape) -> None:
        melted = self._melted(shape)
        if not melted:
            raise NothingNamed("No column is left to be made into rows.")
        _common_type(melted)
        names = [*self.keep, self.name_column, self.value_column]
        if len(set(names)) < len(names) or not all(name.strip() for name in names):
            raise UnusableName(
                f"{self.name_column!r} and {self.value_column!r} are no names for the two new "
                "columns. Give them names that no kept column has."
            )

    def code(self) -> str:
        columns = f"value_vars={literal_list(self.columns)}, " if self.columns else ""
        names = literal_list([*self.keep, self.name_column, self.value_column])
        return (
            # melt() itself refuses a new name that a column has which goes.
            f"df = df.melt(id_vars={literal_list(self.keep)}, {columns}var_name=0, value_name=1)\n"
            f"df = df.set_axis({names}, axis='columns')\n"
            f"{cells_of(self.name_column)} = {cells_of(self.name_column)}.astype('str')"
        )

    def describe(self) -> str:
        what = names_text(self.columns) if self.columns else "every other column"
        beside = f", beside {names_text(self.keep)}" if self.keep else ""
        into = f"{name_text(self.name_column)} and {name_text(self.value_column)}"
        return f"Make {what} into rows of {into}{beside}"

    def shape_after(self, shape: TableShape) -> TableShape:
        melted = self._melted(shape)
        rows = shape.rows * len(melted)
        new = (
            Column(name=self.name_column, type=ColumnType.TEXT, nulls=0, distinct=len(melted)),
            Column(
                name=self.value_column,
                type=_common_type(melted),
                nulls=sum(column.nulls for column in melted),
                distinct=rows,
            ),
        )
        kept = tuple(shape.column(name) for name in self.keep)
        return replace(shape, rows=rows, columns=(*kept, *new))

    def _melted(self, shape: TableShape) -> list[Column]:
        chosen = self.columns or [name for name in shape.column_names if name not in self.keep]
        return [shape.column(name) for name in chosen]


@dataclass(frozen=True, kw_only=True)
class Transpose(TypedAction):
    """Make rows of the columns and columns of the rows.

    The values of `names_from` name the new columns; without it they are called row_1, row_2 and so
    on. The first column, `name_column`, holds the old columns' names.
    """

    kind: Literal["transpose"] = "transpose"
    names_from: str | None = None
    name_column: str = "column"

    rows: ClassVar = RowEffect.REMADE
    columns_from_cells: ClassVar = True
    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return () if self.names_from is None else (self.names_from,)

    def check(self, shape: TableShape) -> None:
        if shape.rows > _MOST_NEW_COLUMNS:
            raise UnusableValue(
                f"The table has {shape.rows} rows, and would get as many columns. "
                f"Keep {_MOST_NEW_COLUMNS} rows at the most first."
            )
        if not self.name_column.strip():
            raise UnusableName("The column of old names has no name. Give it at least a letter.")
        if self.names_from is not None:
            names = shape.column(self.names_from)
            if names.nulls or names.distinct < shape.rows:
                raise UnusableValue(
                    f"The values of {names.name!r} cannot name columns: some are missing or the "
                    "same. Choose a column whose values all differ."
                )
        _common_type([c for c in shape.columns if c.name != self.names_from])

    def code(self) -> str:
        if self.names_from is None:
            turned = "wide = df.T\nwide.columns = [f'row_{i + 1}' for i in range(len(df))]\n"
        else:
            turned = (
                f"wide = df.set_index({literal(self.names_from)}).T\n"
                "wide.columns = [str(x) for x in wide.columns]\n"
            )
        name = literal(self.name_column)
        return (
            f"{turned}df = wide.infer_objects().rename_axis({name}).reset_index()\n"
            f"df[{name}] = df[{name}].astype('str')"
        )

    def describe(self) -> str:
        named = f", named by {name_text(self.names_from)}" if self.names_from is not None else ""
        return f"Turn rows into columns{named}, and columns into rows"


@dataclass(frozen=True, kw_only=True)
class ExplodeColumn(TypedAction):
    """Make a row of each part of the column's cells: ``a, b`` becomes a row of a and one of b.

    Text is parted at `separator`, and white space around parts goes. Without `separator` the cells
    hold lists. The other columns are repeated; a missing cell stays a row.
    """

    kind: Literal["explode_column"] = "explode_column"
    column: str
    separator: str | None = ","

    rows: ClassVar = RowEffect.REMADE

    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def columns_changed(self) -> tuple[str, ...]:
        return (self.column,)

    def check(self, shape: TableShape) -> None:
        column = shape.column(self.column)
        if self.separator is None and column.type is not ColumnType.OTHER:
            raise WrongType(column.name, column.type, "and no lists", "Say what separates parts.")
        if self.separator is not None and column.type is not ColumnType.TEXT:
            raise WrongType(column.name, column.type, "and only text has parts", "")
        if self.separator == "":
            raise UnusableValue("Nothing separates nothing. Say what stands between the parts.")

    def code(self) -> str:
        cells = cells_of(self.column)
        exploded = f"df = df.explode({literal(self.column)}, ignore_index=True)\n"
        if self.separator is None:
            return f"{exploded}{cells} = {cells}.infer_objects()"
        parts = f"{cells}.str.split({literal(self.separator)}, regex=False)"
        return f"{cells} = {parts}\n{exploded}{cells} = {cells}.astype('str').str.strip()"

    def describe(self) -> str:
        at = "" if self.separator is None else f", parted at {self.separator!r}"
        return f"Make a row of each part of {name_text(self.column)}{at}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape


def _common_type(columns: Iterable[Column]) -> ColumnType:
    """The type that can hold the values of all. Raises WrongType where none can."""
    found: ColumnType | None = None
    for column in columns:
        if found in {None, column.type}:
            found = column.type
        elif found in NUMERIC and column.type in NUMERIC:
            found = ColumnType.NUMBER
        else:
            raise WrongType(
                column.name,
                column.type,
                "and would come into one column with values of another kind",
                "Leave it out, or cast the columns to text first.",
            )
    return found or ColumnType.OTHER
