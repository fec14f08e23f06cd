"""Which columns an action names."""

from domain.actions.conditions import Comparison, Condition, Not
from domain.actions.vocabulary import Action, FilterRows, RenameColumns, Sort


def columns_of(action: Action) -> tuple[str, ...]:
    """The existing columns that the action names, each once, in order; none may mean every one."""
    match action:
        case FilterRows():
            return tuple(dict.fromkeys(c.column for c in comparisons_in(action.where)))
        case Sort():
            return tuple(dict.fromkeys(key.column for key in action.keys))
        case RenameColumns():
            return tuple(dict.fromkeys(pair.old for pair in action.pairs))
        case _:
            return tuple(dict.fromkeys(action.columns))


def comparisons_in(condition: Condition) -> tuple[Comparison, ...]:
    """Every comparison in the condition, from left to right."""
    match condition:
        case Comparison():
            return (condition,)
        case Not():
            return comparisons_in(condition.condition)
        case _:
            return tuple(c for part in condition.conditions for c in comparisons_in(part))
