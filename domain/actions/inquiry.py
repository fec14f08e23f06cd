"""What every action is that answers a question: it computes ``result`` and leaves ``df`` alone."""

from abc import abstractmethod
from typing import ClassVar

from domain.actions.compile_conditions import on_lines
from domain.actions.conditions import Condition
from domain.actions.describe_conditions import describe_condition
from domain.actions.typed_action import TypedAction


class Inquiry(TypedAction):
    """An action that answers. `where`, of those that have it, chooses the rows it is about."""

    needs_columns: ClassVar = False

    @abstractmethod
    def asked(self) -> str:
        """What is told, such as ``the mean of age``: the subject of a sentence."""

    def describe(self) -> str:
        return f"Tell {self.asked()}"

    def rows_meant(self) -> Condition | None:
        """The rows that "those" are after it; None where it is about all."""
        return None


def chosen_rows(where: Condition | None) -> tuple[str, str]:
    """The code that chooses the rows, on lines of its own, and the expression for them."""
    if where is None:
        return "", "df"
    return f"matches = {on_lines(where)}\n", "df[matches]"


def of_rows(where: Condition | None) -> str:
    """Behind what is told: which rows it is about."""
    return "" if where is None else f" where {describe_condition(where)}"
