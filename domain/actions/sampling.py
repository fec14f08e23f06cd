"""Rows chosen by chance."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from domain.actions.errors import UnusableValue
from domain.actions.type_code import PANDAS
from domain.actions.typed_action import RowEffect, TypedAction
from domain.table import TableShape

_MOST_SEEDS = 2**32


@dataclass(frozen=True, kw_only=True)
class SampleRows(TypedAction):
    """Keep so many rows, or `percent` of them, chosen by chance and in the order that they have.

    The same `seed` chooses the same rows of the same table.
    """

    kind: Literal["sample_rows"] = "sample_rows"
    count: int | None = None
    percent: float | None = None
    seed: int = 0

    rows: ClassVar = RowEffect.FEWER
    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return ()

    def check(self, shape: TableShape) -> None:  # noqa: ARG002 - any table has rows
        if (self.count is None) is (self.percent is None):
            raise UnusableValue("A number of rows, or a percentage: say one of the two.")
        if self.count is not None and self.count < 1:
            raise UnusableValue("A sample has at least one row.")
        if self.percent is not None and not 0 < self.percent < 100:
            raise UnusableValue("A sample is more than 0 % of the rows, and less than 100 %.")
        if not 0 <= self.seed < _MOST_SEEDS:
            raise UnusableValue("A seed is a whole number from 0 to 4294967295.")

    def code(self) -> str:
        many = f"min({self.count}, len(df))"
        if self.percent is not None:
            many = f"int(len(df) * {self.percent!r} / 100 + 0.5)"
        return (
            f"{PANDAS}places = pd.Series(range(len(df))).sample({many}, random_state={self.seed})\n"
            "df = df.iloc[sorted(places)]"
        )

    def describe(self) -> str:
        some = f"{self.percent:g} % of the rows" if self.percent is not None else ""
        if self.count is not None:
            some = "1 row" if self.count == 1 else f"{self.count} rows"
        return f"Keep {some} chosen by chance (seed {self.seed})"
