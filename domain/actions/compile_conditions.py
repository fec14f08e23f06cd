"""Conditions as pandas expressions that are plain true or false for every row."""

from typing import assert_never

from domain.actions.conditions import AllOf, AnyOf, Comparison, Condition, Not, Scalar
from domain.actions.date_parts import part_of_dates
from domain.actions.literals import column, literal, literal_list

_ORDER = {
    "equals": "==",
    "not_equals": "!=",
    "less": "<",
    "less_or_equal": "<=",
    "greater": ">",
    "greater_or_equal": ">=",
}

_TRANSFORM = {"rows": "size", "distinct": "nunique"}


def expression(condition: Condition) -> str:
    """A boolean Series over ``df``, without missing values."""
    match condition:
        case Comparison():
            return _comparison(condition)
        case Not():
            return f"~{_bracketed(condition.condition)}"
        case AllOf():
            return " & ".join(_bracketed(part) for part in condition.conditions)
        case AnyOf():
            return " | ".join(_bracketed(part) for part in condition.conditions)
        case _:
            assert_never(condition)


def on_lines(condition: Condition) -> str:
    """The condition's parts each on a line of its own, when there are several."""
    if not isinstance(condition, AllOf | AnyOf):
        return expression(condition)
    sign = "&" if isinstance(condition, AllOf) else "|"
    parts = (
        expression(part) if isinstance(part, Comparison) else f"({expression(part)})"
        for part in condition.conditions
    )
    return "(\n    " + f"\n    {sign} ".join(parts) + "\n)"


def _bracketed(condition: Condition) -> str:
    inner = expression(condition)
    return inner if isinstance(condition, Comparison) else f"({inner})"


def _comparison(comparison: Comparison) -> str:
    cells = _cells(comparison)
    values = [_folded(value) if comparison.ignore_case else value for value in comparison.values]
    match comparison.operator:
        case "is_missing":
            return f"{cells}.isna()"
        case "is_not_missing":
            return f"{cells}.notna()"
        case "between":
            low, high = values
            return f"{cells}.between({literal(low)}, {literal(high)}).fillna(False)"
        case "in" if comparison.by_day:
            return _any_day(cells, values)
        case "in":
            return f"{cells}.isin({literal_list(values)})"
        case "contains":
            return f"{cells}.str.contains({literal(values[0])}, regex=False, na=False)"
        case "starts_with":
            return f"{cells}.str.startswith({literal(values[0])}, na=False)"
        case "matches":
            return _matches(comparison)
        case "ends_with":
            return f"{cells}.str.endswith({literal(values[0])}, na=False)"
        case operator:
            missing = operator == "not_equals"
            other = literal(values[0]) if values else _own_figure(comparison)
            return f"({cells} {_ORDER[operator]} {other}).fillna({missing})"


def _own_figure(comparison: Comparison) -> str:
    cells = column(comparison.column)
    if not comparison.of_each:
        return f"{cells}.{comparison.figure}()"
    groups = f"df.groupby({literal_list(comparison.of_each)}, dropna=False)"
    return f"{groups}[{literal(comparison.column)}].transform({literal(comparison.figure)})"


def _matches(comparison: Comparison) -> str:
    # contains() warns of groups. The count of a missing text is missing, and so not above 0.
    flags = "(?i)" if comparison.ignore_case else ""
    pattern = literal(f"{flags}{comparison.values[0]}")
    return f"({column(comparison.column)}.str.count({pattern}) > 0)"


def _cells(comparison: Comparison) -> str:
    cells = column(comparison.column)
    if comparison.figure is not None and comparison.values:
        groups = f"df.groupby({literal_list(comparison.of_each)})[{literal(comparison.column)}]"
        method = _TRANSFORM.get(comparison.figure, comparison.figure)
        return f"{groups}.transform({literal(method)})"
    if comparison.part is not None:
        return part_of_dates(cells, comparison.part)
    if comparison.ignore_case:
        return f"{cells}.str.casefold()"
    return f"{cells}.dt.normalize()" if comparison.by_day else cells


def _any_day(cells: str, values: list[Scalar]) -> str:
    # isin() does not read text as dates; == does.
    return f"({' | '.join(f'({cells} == {literal(value)})' for value in values)})"


def _folded(value: Scalar) -> Scalar:
    return value.casefold() if isinstance(value, str) else value
