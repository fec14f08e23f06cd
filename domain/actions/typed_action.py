"""What every typed action can say of itself."""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar

from domain.table import TableShape


class RowEffect(StrEnum):
    """What an action does to the rows of a table."""

    KEPT = "kept"
    """The same rows in the same order."""
    REORDERED = "reordered"
    """The same rows in another order."""
    FEWER = "fewer"
    """Some of the rows, in the same order."""
    REMADE = "remade"
    """Other rows: groups, pairs, parts of what there was."""


class TypedAction(ABC):
    """One whitelisted transformation: a frozen dataclass, with its ``kind`` first.

    Its docstring is what people and models read of it. The methods take it for granted that the
    columns exist and none is named twice: `domain.actions.check` sees to that.
    """

    kind: str
    rows: ClassVar[RowEffect] = RowEffect.KEPT
    needs_columns: ClassVar[bool] = True
    """Whether it is refused when it names no column; else none means every one."""
    columns_from_cells: ClassVar[bool] = False
    """Whether only the cells tell which columns there are afterwards."""

    @abstractmethod
    def columns_named(self) -> tuple[str, ...]:
        """The existing columns that it names, in order."""

    def columns_changed(self) -> tuple[str, ...]:
        """The columns whose cells or names it changes or adds, by the names they have then.

        Those that only the cells can name are left out.
        """
        return ()

    def check(self, shape: TableShape) -> None:  # noqa: B027 - most fit whatever the columns are
        """Raise InvalidAction, saying what would work, unless it can be done to the table."""

    @abstractmethod
    def code(self) -> str:
        """The pandas 3 code that does it to ``df``.

        It rebinds ``df`` or assigns whole columns, since chained and in-place changes have no
        effect under Copy-on-Write. Columns that it does not name are left as they are, and where
        rows go or move the index is counted anew. Names and values enter it as literals only.
        """

    @abstractmethod
    def describe(self) -> str:
        """What it does in one line, such as ``Fill missing values of age with the median``."""

    def shape_after(self, shape: TableShape) -> TableShape | None:
        """The names and types that the columns will have; counts that only the cells tell are kept.

        None where only the cells tell the columns.
        """
        return None if self.columns_from_cells else shape


class OnColumns(TypedAction):
    """An action that changes the cells of the columns that it names."""

    columns: tuple[str, ...]

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def columns_changed(self) -> tuple[str, ...]:
        return self.columns
