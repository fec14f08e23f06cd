"""Reading texts with units as numbers of one unit."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.literals import column, literal
from domain.actions.new_names import check_new_names
from domain.actions.parse_numbers import ParseNumbers
from domain.actions.text import OnText
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

_CONVERTED = """
unit_of = {beside}.str.lower()
if {cells}.notna().any() and not unit_of.isin(list(times)).any():
    raise ValueError({sentence})
{cells} = {cells} * unit_of.map(times).astype('float64') / unit_of.map(parts).astype('float64')
df = df.drop(columns={beside_name})
"""


@dataclass(frozen=True, kw_only=True)
class UnitSize:
    """How a unit is spelled, in small letters, and how much of the wanted unit one of it is."""

    spelling: str
    size: float


@dataclass(frozen=True, kw_only=True)
class ReadInUnit(OnText):
    """Read each text of the one column, such as 350 g or 4.2 kg, as a number of the `unit`.

    `sizes` says what one of each unit is in it. A text without a unit, or with one that is not
    among them, becomes missing: its number may mean anything. Where no text has one of them, the
    code raises ValueError.
    """

    kind: Literal["read_in_unit"] = "read_in_unit"
    columns: tuple[str, ...]
    unit: str
    sizes: tuple[UnitSize, ...]

    def check(self, shape: TableShape) -> None:
        super().check(shape)
        if len(self.columns) != 1:
            raise NothingNamed("Units are read of one column at a time. Name one.")
        if not self.sizes or any(each.size <= 0 for each in self.sizes):
            raise UnusableValue(f"Say how many {self.unit} one of each unit is, each above zero.")
        check_new_names((self._beside(),), shape.column_names)

    def _beside(self) -> str:
        return f"{self.columns[0]}_unit"

    def code(self) -> str:
        name = self.columns[0]
        # 350 / 1000 is 0.35, and 350 * 0.001 is a little more.
        times = {each.spelling.lower(): max(each.size, 1.0) for each in self.sizes}
        parts = {each.spelling.lower(): _inverse(min(each.size, 1.0)) for each in self.sizes}
        sentence = f"no value of {name!r} has a unit that can be converted to {self.unit}"
        converted = _CONVERTED.format(
            beside=column(self._beside()),
            beside_name=literal(self._beside()),
            cells=column(name),
            sentence=literal(sentence),
        )
        numbers = ParseNumbers(columns=self.columns, units="column").code()
        return f"{numbers}\ntimes = {times!r}\nparts = {parts!r}{converted.rstrip()}"

    def describe(self) -> str:
        return (
            f"Read each text of {names_text(self.columns)} as a number in {self.unit}, by the unit "
            "that it says; what says none becomes missing"
        )

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=ColumnType.NUMBER))


def _inverse(size: float) -> float:
    return float(f"{1 / size:.12g}")
