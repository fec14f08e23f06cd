"""Making a column agree with the key that determines it."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from domain.actions.errors import NothingNamed
from domain.actions.literals import column, for_each, nullable
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import demand
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape


@dataclass(frozen=True, kw_only=True)
class MakeConsistent(OnColumns):
    """Give rows that agree in `by` the same value in each of the columns: the most frequent one.

    As a zip code has one city. Where two values are equally frequent, nobody knows which is right,
    and the group stays as it is, as do rows without a value in `by`. Missing values stay missing
    unless `fill` says otherwise.
    """

    kind: Literal["make_consistent"] = "make_consistent"
    columns: tuple[str, ...]
    by: tuple[str, ...]
    fill: bool = False

    def columns_named(self) -> tuple[str, ...]:
        return (*self.columns, *self.by)

    def check(self, shape: TableShape) -> None:
        if not self.columns:
            raise NothingNamed("No column to make consistent is named. Name at least one.")
        if not self.by:
            raise NothingNamed("Consistent within what? Name a column that determines the others.")
        compared = (shape.column(name) for name in self.columns_named())
        known = frozenset({*ColumnType} - {ColumnType.OTHER})
        demand(compared, known, "which cannot be compared", "Cast it to text first.")

    def code(self) -> str:
        groups = f"groups = [{', '.join(column(name) for name in self.by)}]\n"
        return groups + for_each(self.columns, partial(_most_frequent, self.fill))

    def describe(self) -> str:
        filled = "; missing values are filled, too" if self.fill else ""
        return (
            f"Make {names_text(self.columns)} consistent within each {names_text(self.by)}, "
            f"by the most frequent value{filled}"
        )


def _most_frequent(fill: bool, cells: str) -> str:
    others = "usual.notna()" if fill else f"usual.notna() & {cells}.notna()"
    return (
        f"{nullable(cells)}"
        f"often = {cells}.groupby([*groups, {cells}]).transform('size')\n"
        f"most = {cells}.where(often == often.groupby(groups).transform('max')).groupby(groups)\n"
        "usual = most.transform('first').where(most.transform('nunique') == 1)\n"
        f"{cells} = {cells}.mask({others}, usual)"
    )
