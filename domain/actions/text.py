"""Actions that change text cell by cell."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from domain.actions.literals import for_each
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import demand
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

_CASE = {
    "lower": "lower case",
    "upper": "upper case",
    "title": "title case",
    "sentence": "sentence case",
}


class OnText(OnColumns):
    """An action that changes text, and is refused for columns of another type."""

    def check(self, shape: TableShape) -> None:
        columns = (shape.column(name) for name in self.columns)
        demand(columns, {ColumnType.TEXT}, "and only text can be changed so", "")


@dataclass(frozen=True, kw_only=True)
class TrimText(OnText):
    """Remove white space around text; `collapse` also makes every inner run of it one space."""

    kind: Literal["trim_text"] = "trim_text"
    columns: tuple[str, ...]
    collapse: bool = False

    def code(self) -> str:
        return for_each(self.columns, partial(_trim, self))

    def describe(self) -> str:
        inner = ", and collapse it inside" if self.collapse else ""
        return f"Trim white space around {names_text(self.columns)}{inner}"


def _trim(action: TrimText, cells: str) -> str:
    if not action.collapse:
        return f"{cells} = {cells}.str.strip()"
    # str.replace() knows only ASCII white space; split() knows all of it.
    one_spaced = "lambda text: ' '.join(text.split()), na_action='ignore'"
    return f"{cells} = {cells}.map({one_spaced}).astype('str')"


@dataclass(frozen=True, kw_only=True)
class ChangeCase(OnText):
    """Change the case of text: ``title`` Capitalises Every Word, ``sentence`` only the first."""

    kind: Literal["change_case"] = "change_case"
    columns: tuple[str, ...]
    case: Literal["lower", "upper", "title", "sentence"]

    def code(self) -> str:
        method = "capitalize" if self.case == "sentence" else self.case
        return for_each(self.columns, lambda cells: f"{cells} = {cells}.str.{method}()")

    def describe(self) -> str:
        return f"Change {names_text(self.columns)} to {_CASE[self.case]}"
