"""Conditions on rows: comparisons of one column, joined by and, or and not.

Every condition is true or false for every row. A comparison with a missing value is false, so the
negations (``not_equals``, ``Not``) are true there: they are exact complements.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
"""A value as a person writes it; None is a missing value, dates are ISO 8601 text."""

Operator: TypeAlias = Literal[
    "equals",
    "not_equals",
    "less",
    "less_or_equal",
    "greater",
    "greater_or_equal",
    "between",
    "in",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "is_missing",
    "is_not_missing",
]

OwnFigure: TypeAlias = Literal["mean", "median", "sum", "min", "max", "distinct", "rows"]

ComparedPart: TypeAlias = Literal["year", "quarter", "month", "week", "day", "weekday", "hour"]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One column against `values`: two for ``between`` (both included), any number for ``in``,
    none for ``is_missing`` and ``is_not_missing``, one for the others.

    ``matches`` looks for a Python regular expression anywhere in the text; ^ and $ are its ends.
    `ignore_case` is for text. `by_day` compares dates without their time of day.

    With a `figure` numbers are compared with that of the column itself, over all rows of the table:
    those above its mean. Then there are no values. With `of_each` it is the figure of the rows that
    have the same cells in those columns: salaries above the mean of their department. With values
    as well, the figure of the group is compared with them: departments with a mean salary above
    5000, customers with more than 3 rows (the figure rows, of_each and column the customer).
    A row that lacks a cell there is in no such group.

    With a `part` that part of the dates is compared with whole numbers: the month with 3 for March,
    the weekday with 1 to 7 from Monday, the day of the month with 1 to 31.
    """

    kind: Literal["comparison"] = "comparison"
    column: str
    operator: Operator
    values: tuple[Scalar, ...] = ()
    ignore_case: bool = False
    by_day: bool = False
    figure: OwnFigure | None = None
    of_each: tuple[str, ...] = ()
    part: ComparedPart | None = None


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """True where every one of at least two conditions is."""

    kind: Literal["all_of"] = "all_of"
    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """True where at least one of two or more conditions is."""

    kind: Literal["any_of"] = "any_of"
    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, kw_only=True)
class Not:
    """True where the condition is false."""

    kind: Literal["not"] = "not"
    condition: "Condition"


Condition: TypeAlias = Comparison | AllOf | AnyOf | Not


def comparisons_in(condition: Condition) -> tuple[Comparison, ...]:
    """Every comparison in the condition, from left to right, however deep it is nested."""
    found: list[Comparison] = []
    left = [condition]
    while left:
        part = left.pop()
        if isinstance(part, Comparison):
            found.append(part)
        else:
            left += reversed(parts_of(part))
    return tuple(found)


def columns_asked(condition: Condition | None) -> tuple[str, ...]:
    """The columns that the condition looks into, each once; none without a condition."""
    compared = () if condition is None else comparisons_in(condition)
    return tuple(dict.fromkeys(name for each in compared for name in (each.column, *each.of_each)))


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that this one joins or negates."""
    match condition:
        case Comparison():
            return ()
        case Not():
            return (condition.condition,)
        case AllOf() | AnyOf():
            return condition.conditions
