"""The names of columns that a snippet made, beside what may explain them."""

from dataclasses import dataclass

from domain.actions import Action
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class NewNames:
    """Names that the table had not `before`, the code that made them, and its typed actions.

    `cells_shown`: who wrote the code had seen cells, so its words may be some.
    """

    names: tuple[str, ...]
    before: TableShape
    code: str
    actions: tuple[Action, ...] = ()
    cells_shown: bool = False
