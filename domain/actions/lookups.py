"""Questions that rows or values of the table answer."""

from dataclasses import dataclass
from typing import Literal

from domain.actions.check_conditions import check_condition
from domain.actions.conditions import Condition, columns_asked
from domain.actions.errors import UnusableValue
from domain.actions.inquiry import Inquiry, chosen_rows, of_rows
from domain.actions.literals import column, literal, literal_list
from domain.actions.row_places import places_text
from domain.actions.value_checks import ORDERED, demand
from domain.actions.wording import name_text, names_text
from domain.table import TableShape

_MOST_ROWS = 1000


@dataclass(frozen=True, kw_only=True)
class ListValues(Inquiry):
    """Answer with the different values of a column as they first come, but no missing one."""

    kind: Literal["list_values"] = "list_values"
    column: str

    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def code(self) -> str:
        values = f"{column(self.column)}.dropna().drop_duplicates()"
        return f"result = {values}.to_frame().reset_index(drop=True)"

    def asked(self) -> str:
        return f"the different values of {name_text(self.column)}"


@dataclass(frozen=True, kw_only=True)
class ShowRows(Inquiry):
    """Answer with rows: at most `count`, those where the condition is true.

    They come in the table's order, or with `by` the largest of that column first, or with
    `smallest` the smallest. They begin with the row at the place `start`, from 1 on; -5 is the
    fifth from the end. No columns means every one.
    """

    kind: Literal["show_rows"] = "show_rows"
    where: Condition | None = None
    columns: tuple[str, ...] = ()
    by: str | None = None
    smallest: bool = False
    start: int = 1
    count: int = 20

    def columns_named(self) -> tuple[str, ...]:
        key = () if self.by is None else (self.by,)
        return tuple(dict.fromkeys((*self.columns, *key, *columns_asked(self.where))))

    def check(self, shape: TableShape) -> None:
        if not 0 < self.count <= _MOST_ROWS:
            raise UnusableValue(f"Between 1 and {_MOST_ROWS} rows can be shown.")
        if self.start == 0:
            raise UnusableValue("The first row has the place 1, and the last has -1.")
        if self.where is not None:
            check_condition(self.where, shape)
        if self.by is not None:
            demand([shape.column(self.by)], ORDERED, "which have no order", "")

    def code(self) -> str:
        chosen, rows = chosen_rows(self.where)
        if self.by is not None:
            order = f"ascending={self.smallest}, kind='stable'"
            rows = f"{rows}.sort_values({literal(self.by)}, {order})"
        if self.start != 1:
            rows = f"{rows}.iloc[{self.start if self.start < 0 else self.start - 1}:]"
        shown = f"[{literal_list(self.columns)}]" if self.columns else ""
        return f"{chosen}result = {rows}.head({self.count}){shown}.reset_index(drop=True)"

    def asked(self) -> str:
        of = f" of {names_text(self.columns)}" if self.columns else ""
        size = "smallest" if self.smallest else "largest"
        order = f" with the {size} {name_text(self.by)}" if self.by is not None else ""
        rows = "one row" if self.count == 1 else f"at most {self.count} rows"
        if self.start > 1:
            rows = places_text(self.start, self.start + self.count - 1)
        elif self.start < 0:
            rows = places_text(self.start, min(self.start + self.count - 1, -1))
        return f"{rows}{of}{of_rows(self.where)}{order}"

    def rows_meant(self) -> Condition | None:
        return self.where
