"""Numbers brought to one scale, or rounded."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from domain.actions.errors import UnusableValue
from domain.actions.literals import for_each
from domain.actions.type_code import PANDAS
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import NUMERIC, demand
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

NUMBERS_NEEDED = "and this needs numbers"
CAST_FIRST = "Cast it to number first."
_MIDDLE_AND_SPREAD = {
    "standard": "finite.mean(), finite.std(ddof=0)",
    "min_max": "finite.min(), finite.max() - finite.min()",
    "robust": "finite.median(), finite.quantile(0.75) - finite.quantile(0.25)",
}
_SCALES = {
    "standard": "to mean 0 and standard deviation 1",
    "min_max": "to the range 0 to 1",
    "robust": "to median 0 and interquartile range 1",
}
_MOST_DIGITS = 15


class OnNumbers(OnColumns):
    """An action that changes numbers, and is refused for columns of another type."""

    def check(self, shape: TableShape) -> None:
        columns = (shape.column(name) for name in self.columns)
        demand(columns, NUMERIC, NUMBERS_NEEDED, CAST_FIRST)


@dataclass(frozen=True, kw_only=True)
class Scale(OnNumbers):
    """Scale columns: standard to mean 0 and (population) standard deviation 1, min_max to 0 to 1,
    robust to median 0 and interquartile range 1.

    Where there is no such spread, as in a column of one number, the numbers are only moved: one
    that is everywhere the same becomes 0. Infinite numbers stay so, and do not count.
    """

    kind: Literal["scale"] = "scale"
    columns: tuple[str, ...]
    method: Literal["standard", "min_max", "robust"]

    def code(self) -> str:
        return for_each(self.columns, self._scale)

    def _scale(self, cells: str) -> str:
        alike = (
            "if finite.nunique() == 1:  # of equal fractions, the mean can be off by rounding\n"
            "    middle, spread = finite.min(), 0\n"
        )
        return (
            f"numbers = {cells}.astype('float64')\n"
            "finite = numbers[numbers.abs() < float('inf')]\n"
            f"middle, spread = {_MIDDLE_AND_SPREAD[self.method]}\n"
            f"{alike if self.method == 'standard' else ''}"
            f"{cells} = (numbers - middle) / (spread or 1)"
        )

    def describe(self) -> str:
        return f"Scale {names_text(self.columns)} {_SCALES[self.method]}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=ColumnType.NUMBER))


@dataclass(frozen=True, kw_only=True)
class RoundNumbers(OnNumbers):
    """Round numbers to so many digits behind the point; -2 rounds to hundreds.

    Halves are rounded to the even digit, and the type stays: 2.5 becomes 2.0.
    """

    kind: Literal["round_numbers"] = "round_numbers"
    columns: tuple[str, ...]
    digits: int = 0

    def check(self, shape: TableShape) -> None:
        super().check(shape)
        if abs(self.digits) > _MOST_DIGITS:
            raise UnusableValue(
                f"{self.digits} digits are more than a number has. "
                f"Round to {-_MOST_DIGITS} to {_MOST_DIGITS}."
            )

    def code(self) -> str:
        if self.digits >= 0:
            return for_each(self.columns, lambda cells: f"{cells} = {cells}.round({self.digits})")
        return PANDAS + for_each(self.columns, partial(_to_steps, self.digits))

    def describe(self) -> str:
        names = names_text(self.columns)
        if self.digits < 0:
            return f"Round {names} to the nearest {10**-self.digits}"
        behind = "without" if self.digits == 0 else f"with {self.digits}"
        digits = "digit" if self.digits == 1 else "digits"
        return f"Round {names} to numbers {behind} {digits} behind the point"


def _to_steps(digits: int, cells: str) -> str:
    step = 10**-digits
    return (
        f"if pd.api.types.is_integer_dtype({cells}):\n"
        "    # In whole numbers throughout: as fractions, long ones would lose digits.\n"
        f"    whole = {cells}.astype('Int64')\n"
        f"    steps, rest = whole // {step}, whole % {step}\n"
        f"    up = (rest > {step // 2}) | ((rest == {step // 2}) & (steps % 2 == 1))\n"
        f"    {cells} = (steps + up.astype('Int64')) * {step}\n"
        "else:\n"
        f"    {cells} = {cells}.round({digits})"
    )
