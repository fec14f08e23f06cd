"""Whether another question to a model may be paid for. Asked before each is sent."""

from dataclasses import dataclass, field
from datetime import timedelta

from application.ports.clock import Clock
from application.ports.expenses import Expenses
from domain.session.state import Session
from domain.spending import Budget

OWNERS_DAY = timedelta(days=1)


class BudgetUsedUp(Exception):
    """A budget is used up; the message says which, what was used, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """What may be spent on a turn, on a session, and by an owner within any 24 hours.

    Who owns several sessions is their subject. A question that was begun is not broken off: what
    one takes at the most comes on top.
    """

    turn: Budget = field(default_factory=Budget)
    session: Budget = field(default_factory=Budget)
    owner: Budget = field(default_factory=Budget)


class Bookkeeper:
    """Compares what was spent with the budgets."""

    def __init__(self, budgets: Budgets, expenses: Expenses, clock: Clock) -> None:
        self._budgets = budgets
        self._expenses = expenses
        self._clock = clock

    def require_left(self, session: Session) -> None:
        """Raise BudgetUsedUp unless the turn in hand may ask a model. Raises LogUnavailable."""
        budgets = self._budgets
        used = budgets.turn.reached(session.turns[0].spent)
        if used is not None:
            raise BudgetUsedUp(
                f"This turn has used {used}. The table is unchanged. Ask for less in one message, "
                "or in words that are easier to follow."
            )
        used = budgets.session.reached(session.spent)
        if used is not None:
            raise BudgetUsedUp(
                f"This session has used {used}. The table is unchanged. Go on in a new session "
                "with an export of the table, or ask the operator for a larger budget."
            )
        if budgets.owner == Budget() or session.subject_id is None:
            return
        since = self._clock.now() - OWNERS_DAY
        used = budgets.owner.reached(self._expenses.spent_since(session.subject_id, since))
        if used is not None:
            raise BudgetUsedUp(
                f"Your sessions have used {used} within 24 hours. The table is unchanged. Try "
                "again later, or ask the operator for a larger budget."
            )
