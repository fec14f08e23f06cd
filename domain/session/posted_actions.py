"""The steps of typed actions that a client posts in the place of words."""

from collections.abc import Sequence

from domain.actions import Action, InvalidAction, check_in_turn
from domain.plan import Step
from domain.session.errors import ActionUnfit
from domain.table import TableShape


def steps_of(actions: Sequence[Action], meets: TableShape | None) -> tuple[Step, ...]:
    """A step for each action, the first of which meets a table of that shape.

    Nothing is checked of actions whose table is not known, be it that `meets` is None or that only
    cells tell what one before them leaves. Raises ActionUnfit.
    """
    shapes_met(actions, meets)
    return tuple(Step(description=each.describe(), actions=(each,)) for each in actions)


def shapes_met(
    actions: Sequence[Action], meets: TableShape | None
) -> tuple[TableShape | None, ...]:
    """The shape that each action meets, and the one that the last of them leaves.

    From the first on that only cells tell, they are None. Raises ActionUnfit.
    """
    shapes = [meets]
    for number, action in enumerate(actions, 1):
        try:
            meets = None if meets is None else check_in_turn((action,), meets)
        except InvalidAction as why:
            raise ActionUnfit(number, why) from None
        shapes.append(meets)
    return tuple(shapes)
