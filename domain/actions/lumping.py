"""Lumping values that are rare into one."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.literals import for_each, literal
from domain.actions.text import OnText
from domain.actions.wording import names_text, value_text
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class LumpRare(OnText):
    """Give the values of each column that are rare the one value `other`.

    Rare are those in `fewer_than` rows, or in less than `percent` of the rows that have a value, or
    those that are not among the `keep` most frequent, of which all that are as frequent as the last
    stay. Say one of the three. Missing values stay missing.
    """

    kind: Literal["lump_rare"] = "lump_rare"
    columns: tuple[str, ...]
    fewer_than: int | None = None
    percent: float | None = None
    keep: int | None = None
    other: str = "Other"

    def check(self, shape: TableShape) -> None:
        if not self.columns:
            raise NothingNamed("Rare values of which column? Name at least one.")
        super().check(shape)
        given = [each for each in (self.fewer_than, self.percent, self.keep) if each is not None]
        if len(given) != 1 or given[0] <= 0 or (self.percent or 1) >= 100:
            raise UnusableValue(
                "Which values are rare? Say one of: in fewer than so many rows, in less than so "
                "many percent of them, or all but so many of the most frequent."
            )

    def code(self) -> str:
        return for_each(self.columns, partial(_lumped, self._too_few(), self.other))

    def describe(self) -> str:
        return (
            f"Put values of {names_text(self.columns)} {self._rare()} into {value_text(self.other)}"
        )

    def _rare(self) -> str:
        if self.keep is not None:
            return (
                f"but the {self.keep} most frequent" if self.keep > 1 else "but the most frequent"
            )
        if self.percent is not None:
            return f"that stand in less than {self.percent:g} % of the rows with a value"
        return f"that stand in fewer than {self.fewer_than} rows"

    def _too_few(self) -> str:
        """Code for whether the `rows` of a value are too few to leave it as it is."""
        if self.keep is not None:
            return f"rows < rows.nlargest({self.keep}).min()"
        if self.percent is not None:
            # Divided last: 7 of 100 rows are 7.0 %, and 7 / 100 * 100 is a little more.
            return f"100 * rows / rows.sum() < {self.percent!r}"
        return f"rows < {self.fewer_than!r}"


def _lumped(too_few: str, other: str, cells: str) -> str:
    return (
        f"{cells} = {cells}.astype('str')\n"
        f"rows = {cells}.value_counts()\n"
        f"rare = rows.index[{too_few}]\n"
        f"{cells} = {cells}.mask({cells}.isin(rare), {literal(other)})"
    )
