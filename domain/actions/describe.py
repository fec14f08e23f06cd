"""An action, or a condition, in one plain line for people and models."""

from collections.abc import Sequence
from typing import assert_never

from domain.actions.conditions import AllOf, AnyOf, Comparison, Condition, Not, Scalar
from domain.actions.vocabulary import (
    Action,
    Cast,
    ChangeCase,
    DropColumns,
    DropMissing,
    Fill,
    FilterRows,
    KeepColumns,
    ParseDates,
    RemoveDuplicates,
    RenameColumns,
    ReplaceValues,
    Sort,
    TrimText,
)

_SHOWN_NAMES = 8
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
}
_CASE = {
    "lower": "lower case",
    "upper": "upper case",
    "title": "title case",
    "sentence": "sentence case",
}


def describe(action: Action) -> str:
    """What the action does, as one line such as ``Fill missing values of age with the median``."""
    match action:
        case DropMissing():
            return f"Drop rows with a missing value in {_any_or_all(action)}"
        case Fill():
            constant = action.strategy == "constant"
            value = _value(action.value) if constant else f"the {action.strategy}"
            return f"Fill missing values of {_names(action.columns)} with {value}"
        case DropColumns():
            return f"Drop {_columns(action.columns)}"
        case KeepColumns():
            order = ", in this order" if len(action.columns) > 1 else ""
            return f"Keep only {_columns(action.columns)}{order}"
        case RenameColumns():
            pairs = (f"{_name(pair.old)} to {_name(pair.new)}" for pair in action.pairs)
            return f"Rename {', '.join(pairs)}"
        case RemoveDuplicates():
            return _remove_duplicates(action)
        case TrimText():
            inner = ", and collapse it inside" if action.collapse else ""
            return f"Trim white space around {_names(action.columns)}{inner}"
        case ChangeCase():
            return f"Change {_names(action.columns)} to {_CASE[action.case]}"
        case Cast():
            return _cast(action)
        case ParseDates():
            return _parse_dates(action)
        case ReplaceValues():
            return f"Replace {_value(action.old)} with {_value(action.new)} in " + _names(
                action.columns
            )
        case FilterRows():
            verb = "Keep only" if action.matching == "keep" else "Drop"
            return f"{verb} rows where {describe_condition(action.where)}"
        case Sort():
            keys = (_name(k.column) + (" descending" if k.descending else "") for k in action.keys)
            return f"Sort rows by {', then '.join(keys)}"
        case _:
            assert_never(action)


def describe_condition(condition: Condition) -> str:
    """The condition in words, with brackets where parts are nested."""
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


def _comparison(comparison: Comparison) -> str:
    name = _name(comparison.column)
    values = [_value(value) for value in comparison.values]
    case = ", ignoring case" if comparison.ignore_case else ""
    match comparison.operator:
        case "is_missing":
            return f"{name} is missing"
        case "is_not_missing":
            return f"{name} is not missing"
        case "between":
            return f"{name} is between {values[0]} and {values[1]}"
        case "in":
            return f"{name} is one of {', '.join(values)}{case}"
        case operator:
            return f"{name} {_OPERATOR[operator]} {values[0]}{case}"


def _any_or_all(action: DropMissing) -> str:
    if len(action.columns) == 1:
        return _names(action.columns)
    return f"{action.how} of {_names(action.columns) or 'the columns'}"


def _remove_duplicates(action: RemoveDuplicates) -> str:
    same = f" with the same {_names(action.columns)}" if action.columns else ""
    kept = "none of them" if action.keep == "none" else f"the {action.keep} of them"
    return f"Remove duplicate rows{same}, keeping {kept}"


def _cast(action: Cast) -> str:
    names = _names(action.columns)
    match action.to:
        case "integer":
            return f"Convert {names} to whole numbers, rounding; what is no number becomes missing"
        case "number":
            return f"Convert {names} to numbers; what is no number becomes missing"
        case "boolean":
            return f"Convert {names} to true/false; any other word becomes missing"
        case "text":
            return f"Convert {names} to text"


def _parse_dates(action: ParseDates) -> str:
    order = {True: ", day first", False: ", month first", None: ""}[action.day_first]
    names = _names(action.columns)
    return f"Read {names} as dates{order}; what is no date becomes missing"


def _columns(names: Sequence[str]) -> str:
    return f"the column{'s' if len(names) > 1 else ''} {_names(names)}"


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(_name(name) for name in names[:_SHOWN_NAMES])
    more = len(names) - _SHOWN_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def _name(name: str) -> str:
    # A name that could break the line, or hide its own ends, is shown as a literal.
    return name if name.isprintable() and name == name.strip() and name else repr(name)


def _value(value: Scalar) -> str:
    return "missing" if value is None else repr(value)
