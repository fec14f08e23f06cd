"""Whether an action fits a table, by its schema alone."""

from collections.abc import Iterable

from domain.actions.errors import NamedTwice, NothingNamed, UnknownColumn
from domain.actions.typed_action import TypedAction
from domain.table import TableShape


def check(action: TypedAction, shape: TableShape) -> None:
    """Raise InvalidAction, saying what would work, unless the action can be done to the table."""
    known = set(shape.column_names)
    named: set[str] = set()
    for name in action.columns_named():
        if name not in known:
            raise UnknownColumn(name, shape.column_names)
        if name in named:
            raise NamedTwice(name)
        named.add(name)
    if not named and action.needs_columns:
        raise NothingNamed("No column is named. Name at least one.")
    action.check(shape)


def check_in_turn(actions: Iterable[TypedAction], shape: TableShape) -> TableShape | None:
    """The shape that the actions leave, each of which meets what those before it left.

    None where only the cells tell it; what comes behind such an action is not checked.
    Raises InvalidAction.
    """
    left: TableShape | None = shape
    for action in actions:
        if left is None:
            break
        check(action, left)
        left = action.shape_after(left)
    return left
