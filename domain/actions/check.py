"""Whether an action fits a table, by its schema alone."""

import difflib
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
            raise UnknownColumn(name, nearest_names(name, shape.column_names))
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


def nearest_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the names, the most alike first, whatever their case."""
    by_folded: dict[str, str] = {}
    for candidate in names:
        by_folded.setdefault(candidate.casefold(), candidate)
    nearest = difflib.get_close_matches(name.casefold()[:100], by_folded, n=3, cutoff=0.5)
    return tuple(by_folded[folded] for folded in nearest)
