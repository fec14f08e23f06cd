"""Conditions that are joined by and, or by or: what they cannot both mean."""

from domain.actions import (
    Comparison,
    Condition,
    Not,
    comparisons_in,
    describe_condition,
)
from infrastructure.llm.planner.phrases.comparing import is_above
from infrastructure.llm.planner.reading.question import Question

_BELOW = frozenset({"less", "less_or_equal"})
_ABOVE = frozenset({"greater", "greater_or_equal"})


def refuse_half_negated(before: Condition, part: Condition, joint: str) -> None:
    """Raise Question at "not over 30 or under 10", "not missing or 0": if the not is of the first
    alone, the second adds nothing to it."""
    if joint[0] in "o|":
        _refuse_half_missing(before, part)
    first = before.condition if isinstance(before, Not) and joint[0] in "o|" else None
    if not (isinstance(first, Comparison) and isinstance(part, Comparison)):
        return
    opposite = {first.operator in _BELOW, part.operator in _BELOW} == {True, False}
    bounds = {first.operator, part.operator} <= _BELOW | _ABOVE
    if bounds and opposite and first.column == part.column:
        over, under = describe_condition(first), describe_condition(part)
        raise Question(
            "Is the not of both, or of the first alone? "
            f"Say: not ({over} or {under}), or: not ({over})."
        )


def _refuse_half_missing(before: Condition, part: Condition) -> None:
    gaps = {"is_missing", "is_not_missing"}
    if not isinstance(part, Comparison) or part.operator in gaps:
        return
    denied = comparisons_in(before) if isinstance(before, Not) else ()
    present = any(each.operator == "is_missing" for each in denied) or (
        isinstance(before, Comparison) and before.operator == "is_not_missing"
    )
    if present and subject_of(before) == part.column:
        raise Question(
            "Is the not of both, or of the first alone? Say: not "
            f"({part.column} is missing or {describe_condition(part)}), or: {part.column} is known."
        )


def exclude_each_other(one: Condition, other: Condition) -> bool:
    """Whether no value is below the one bound and above the other, or is two: "is a and is b"."""
    if not (isinstance(one, Comparison) and isinstance(other, Comparison)):
        return False
    if one.operator == other.operator == "equals" and one.column == other.column:
        return one.values != other.values
    below, above = (one, other) if one.operator in _BELOW else (other, one)
    if below.operator not in _BELOW or above.operator not in _ABOVE or one.column != other.column:
        return False
    if above.figure is not None or below.figure is not None:
        return above.figure == below.figure
    return is_above(above.values[0], below.values[0])


def subject_of(condition: Condition | None) -> str | None:
    if isinstance(condition, Comparison):
        return condition.column
    if condition is None:
        return None
    columns = {comparison.column for comparison in comparisons_in(condition)}
    return columns.pop() if len(columns) == 1 else None
