"""A condition in one plain line for people and models."""

from typing import assert_never

from domain.actions.conditions import AllOf, AnyOf, Comparison, Condition, Not
from domain.actions.date_parts import part_text
from domain.actions.wording import name_text, names_text, value_text

_OPERATOR = {
    "equals": "is",
    "not_equals": "is not",
    "less": "is less than",
    "less_or_equal": "is at most",
    "greater": "is greater than",
    "greater_or_equal": "is at least",
    "contains": "contains",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "matches": "matches",
}


def describe_condition(condition: Condition) -> str:
    """The condition in words, with brackets where parts are nested; also if it fits no table."""
    match condition:
        case Comparison():
            return _comparison(condition)
        case Not():
            return f"not ({describe_condition(condition.condition)})"
        case AllOf():
            return " and ".join(_part(part) for part in condition.conditions)
        case AnyOf():
            return " or ".join(_part(part) for part in condition.conditions)
        case _:
            assert_never(condition)


def _part(condition: Condition) -> str:
    words = describe_condition(condition)
    return f"({words})" if isinstance(condition, AllOf | AnyOf) else words


_FIGURES = {
    "rows": "the number of rows",
    "distinct": "the number of different values of",
    "min": "the minimum of",
    "max": "the maximum of",
}


def _compared(comparison: Comparison) -> str:
    """The cells that are compared, or what of them is."""
    name, figure = name_text(comparison.column), comparison.figure
    if figure is not None and comparison.values:
        of = _FIGURES.get(figure, f"the {figure} of") + ("" if figure == "rows" else f" {name}")
        return f"{of} for its {names_text(comparison.of_each)}"
    return name if comparison.part is None else f"{part_text(comparison.part)} of {name}"


def _comparison(comparison: Comparison) -> str:
    name = _compared(comparison)
    values = [value_text(value) for value in comparison.values]
    if comparison.figure is not None and not values:
        each = f" for its {names_text(comparison.of_each)}" if comparison.of_each else ""
        values.append(f"its {comparison.figure}{each}")
    case = ", ignoring case" if comparison.ignore_case else ""
    match comparison.operator:
        case "is_missing":
            return f"{name} is missing"
        case "is_not_missing":
            return f"{name} is not missing"
        case "between":
            return f"{name} is between {' and '.join(values)}"
        case "in":
            return f"{name} is one of {', '.join(values)}{case}"
        case operator:
            return f"{name} {_OPERATOR[operator]} {' and '.join(values)}{case}"
