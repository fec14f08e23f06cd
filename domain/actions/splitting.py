"""Splitting a column of text into several."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.actions.errors import UnusableName, UnusableValue
from domain.actions.literals import column, literal, literal_list
from domain.actions.new_names import check_new_names
from domain.actions.patterns import check_pattern
from domain.actions.typed_action import TypedAction
from domain.actions.value_checks import demand
from domain.actions.wording import columns_text, name_text, value_text
from domain.table import ColumnType, TableShape

_MOST_PARTS = 50


@dataclass(frozen=True, kw_only=True)
class SplitColumn(TypedAction):
    """Split text at a separator into columns that stand in its place, or with `keep` behind it.

    White space around the parts goes; one space as the separator is any run of white space. With
    `regex` the separator is a Python regular expression. Of more parts than names the last column
    keeps the rest; of fewer, the last ones are missing. Without names there are as many columns
    as parts, name_1, name_2 and so on. Where nothing can be split, the code raises ValueError.
    """

    kind: Literal["split_column"] = "split_column"
    column: str
    separator: str
    new: tuple[str, ...] = ()
    keep: bool = False
    regex: bool = False

    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def columns_changed(self) -> tuple[str, ...]:
        return self.new

    def check(self, shape: TableShape) -> None:
        text = {ColumnType.TEXT}
        demand([shape.column(self.column)], text, "which cannot be split", "Cast it to text first.")
        if not self.separator:
            raise UnusableValue("The separator is empty. Give at least one character.")
        if self.regex and check_pattern(self.separator).groups:
            raise UnusableValue("The separator has groups. Write them as (?:…).")
        if len(self.new) == 1:
            raise UnusableName("One new column is no split. Name at least two, or none.")
        names = self.new or tuple(f"{self.column}_{i}" for i in range(1, _MOST_PARTS + 1))
        check_new_names(names, {*shape.column_names} - (set() if self.keep else {self.column}))

    def code(self) -> str:
        cells, source = column(self.column), literal(self.column)
        behind = " + 1" if self.keep else ""
        return (
            f"{self._parts(cells)}\n"
            f"place = df.columns.get_loc({source}){behind}\n"
            + ("" if self.keep else f"df = df.drop(columns={source})\n")
            + "for name in reversed(parts.columns):\n"
            "    df.insert(place, name, parts[name].astype('str').str.strip())"
        )

    def _parts(self, cells: str) -> str:
        nothing = literal(f"no value of {self.column!r} is text with the separator in it")
        if self.new:
            names = f"set_axis({literal_list(self.new)}, axis='columns')"
            return (
                f"{self._split(cells)}\n"
                f"if parts.shape[1] < 2 and ({cells}.str.strip() > '').any():\n"
                f"    raise ValueError({nothing})\n"
                f"parts = parts.reindex(columns=range({len(self.new)})).{names}"
            )
        many = f"would be split into more than {_MOST_PARTS} columns; name those that you want"
        return (
            f"{self._split(cells)}\n"
            f"if parts.shape[1] < 2:\n"
            f"    raise ValueError({nothing})\n"
            f"if parts.shape[1] > {_MOST_PARTS}:\n"
            f"    raise ValueError({literal(f'{self.column!r} {many}')})\n"
            f"parts.columns = [{literal(f'{self.column}_')} + str(n + 1) for n in parts.columns]"
        )

    def _split(self, cells: str) -> str:
        arguments = [f"n={len(self.new) - 1}"] if self.new else []
        if self.regex:
            separator = f"re.compile({literal(self.separator)})"
            arguments.insert(0, separator)
        elif self.separator != " ":
            arguments = [literal(self.separator), *arguments, "regex=False"]
        split = f"parts = {cells}.str.split({', '.join([*arguments, 'expand=True'])})"
        return f"import re\n\n{split}" if self.regex else split

    def describe(self) -> str:
        at = "white space" if self.separator == " " else value_text(self.separator)
        at = f"what matches {value_text(self.separator)}" if self.regex else at
        into = f"into {columns_text(self.new)}" if self.new else "into as many columns as parts"
        kept = f", keeping {name_text(self.column)}" if self.keep else ""
        return f"Split {name_text(self.column)} at {at} {into}{kept}"

    def shape_after(self, shape: TableShape) -> TableShape | None:
        if not self.new:
            return None
        source = shape.column(self.column)
        new = tuple(replace(source, name=name, type=ColumnType.TEXT) for name in self.new)
        place = shape.column_names.index(self.column)
        kept = (source,) if self.keep else ()
        return replace(
            shape, columns=(*shape.columns[:place], *kept, *new, *shape.columns[place + 1 :])
        )
