"""Columns and conditions as `Derive` takes them: every column in backticks."""

from datetime import date, timedelta

from domain.actions import AllOf, AnyOf, Comparison, Condition, Not
from infrastructure.llm.planner.reading.question import Question

_COMPARED = {
    "equals": "==",
    "not_equals": "!=",
    "less": "<",
    "less_or_equal": "<=",
    "greater": ">",
    "greater_or_equal": ">=",
}


def backticked(name: str) -> str:
    """A column's name as an expression holds it. Raises Question for one that has a backtick."""
    if "`" in name:
        raise Question(f"The column {name!r} has a backtick in its name. Rename it first.")
    return f"`{name}`"


def as_expression(condition: Condition) -> str:
    """A condition as an expression. Raises Question for what no expression says."""
    match condition:
        case AllOf(conditions=parts):
            return "(" + " and ".join(map(as_expression, parts)) + ")"
        case AnyOf(conditions=parts):
            return "(" + " or ".join(map(as_expression, parts)) + ")"
        case Not(condition=inner):
            return f"not {as_expression(inner)}"
        case Comparison():
            return _comparison(condition)
    raise Question("I cannot compute that condition as a column.")


def _comparison(compared: Comparison) -> str:
    name, values = backticked(compared.column), [repr(value) for value in compared.values]
    if compared.figure is not None:
        raise Question(
            f"In a formula I cannot compare {compared.column!r} with its {compared.figure}. Ask "
            f"first: what is the {compared.figure} of {compared.column}? Then write the number."
        )
    if compared.by_day:
        return _days_compared(name, compared)
    match compared.operator:
        case "is_missing":
            return f"is_missing({name})"
        case "is_not_missing":
            return f"not is_missing({name})"
        case "between":
            return f"({name} >= {values[0]} and {name} <= {values[1]})"
        case "equals" | "in" if compared.ignore_case:
            lowered = [repr(str(value).lower()) for value in compared.values]
            return "(" + " or ".join(f"lower({name}) == {value}" for value in lowered) + ")"
        case "in":
            return "(" + " or ".join(f"{name} == {value}" for value in values) + ")"
        case "contains":
            return f"contains({name}, {values[0]})"
        case "starts_with" | "ends_with":
            return f"{compared.operator.replace('_', '')}({name}, {values[0]})"
        case operator if operator in _COMPARED and not compared.ignore_case:
            return f"({name} {_COMPARED[operator]} {values[0]})"
    raise Question("I cannot compute that condition as a column.")


def _days_compared(name: str, compared: Comparison) -> str:
    """A day ends where the next begins."""
    first, last = str(compared.values[0]), str(compared.values[-1])
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    match compared.operator:
        case "equals" | "between":
            return f"({name} >= {first!r} and {name} < {after!r})"
        case "not_equals":
            return f"not ({name} >= {first!r} and {name} < {after!r})"
        case "greater":
            return f"({name} >= {after!r})"
        case "less_or_equal":
            return f"({name} < {after!r})"
        case "less":
            return f"({name} < {first!r})"
        case "greater_or_equal":
            return f"({name} >= {first!r})"
    raise Question("I cannot compute that condition as a column.")
