"""Conditions that are joined by and, or by or: what they cannot both mean."""

from domain.actions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    comparisons_in,
    describe_condition,
)
from domain.plan import Choice
from infrastructure.llm.planner.phrases.comparing import is_above
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

_BEFORE = frozenset(
    {
        *("with", "that", "which", "who", "whose", "have", "has", "having", "where", "are", "is"),
        *("from", "in", "of", "at"),
    }
)
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


def join(found: list[Condition], joints: set[str]) -> Condition:
    """The conditions as one."""
    if len(found) == 1:
        return found[0]
    return (AnyOf if joints == {"or"} else AllOf)(conditions=tuple(found))


def ask_both_or_one(reader: Reader, one: Condition, other: Condition, start: int) -> Question:
    """The question at "people over 25 and women", of which the first begins at `start`."""
    first, second = describe_condition(one), describe_condition(other)
    end = reader.position
    while start > reader.start and reader.tokens[start - 1].word in _BEFORE:
        start -= 1
    before, after = reader.text_around(start, end)
    said = [f"({each})" if " and " in each else each for each in (first, second)]
    rows = "" if _ends_in_rows(reader, start) else "rows "
    return Question(
        f"Do you mean rows where {first} and {second}, or one of them? Say which.",
        tuple(
            Choice(label=label, message=f"{before}{rows}where {said[0]} {joint} {said[1]}{after}")
            for label, joint in (("both", "and"), ("one of them", "or"))
        ),
    )


def _ends_in_rows(reader: Reader, place: int) -> bool:
    """Whether a word for rows stands before the place."""
    end, reader.position = reader.position, place - 1
    found = place > reader.start and reader.take_rows() is not None
    reader.position = end
    return found


def exclude_each_other(one: Condition, other: Condition) -> bool:
    """Whether no value is below the one bound and above the other, or is two: "is a and is b"."""
    if not (isinstance(one, Comparison) and isinstance(other, Comparison)):
        return False
    if not compare_the_same(one, other):
        return False
    if one.operator == other.operator == "equals":
        return one.values != other.values
    if one.operator == other.operator == "between":
        return any(
            is_above(above.values[0], below.values[1])
            for above, below in ((one, other), (other, one))
        )
    below, above = (one, other) if one.operator in _BELOW else (other, one)
    if below.operator not in _BELOW or above.operator not in _ABOVE:
        return False
    if not (above.values and below.values):
        return not (above.values or below.values)
    return is_above(above.values[0], below.values[0])


def compare_the_same(one: Comparison, other: Comparison) -> bool:
    """Whether both are about the cells of one column, or the same part or figure of them."""
    return all(
        getattr(one, what) == getattr(other, what)
        for what in ("column", "part", "figure", "of_each")
    )


def subject_of(condition: Condition | None) -> str | None:
    if isinstance(condition, Comparison):
        return condition.column
    if condition is None:
        return None
    columns = {comparison.column for comparison in comparisons_in(condition)}
    return columns.pop() if len(columns) == 1 else None
