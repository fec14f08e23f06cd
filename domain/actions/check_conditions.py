"""Whether a condition fits a table, by its schema alone."""

from domain.actions.conditions import AllOf, AnyOf, Comparison, Condition, parts_of
from domain.actions.errors import NothingNamed, UnusableValue, WrongType
from domain.actions.patterns import check_pattern
from domain.actions.value_checks import NUMERIC, check_value, demand
from domain.table import Column, ColumnType, TableShape

_DEEPEST_NESTING = 20
_VALUES_NEEDED = {"between": 2, "is_missing": 0, "is_not_missing": 0}
_TEXT_OPERATORS = frozenset({"contains", "starts_with", "ends_with", "matches"})
_EQUALITY = frozenset({"equals", "not_equals"})
_BY_FIGURE = frozenset({"less", "less_or_equal", "greater", "greater_or_equal"})
# What a cell can be above or below; the others are compared with values.
_OWN = frozenset({"mean", "median"})
_ORDER_OPERATORS = _BY_FIGURE | {"between"}


def check_condition(condition: Condition, shape: TableShape) -> None:
    """Raise InvalidAction, saying what would work, unless it can be asked of the table's rows."""
    _check_nesting(condition)
    _check(condition, {column.name: column for column in shape.columns})


def _check_nesting(condition: Condition) -> None:
    """Nesting is measured level by level, for the code of a condition is made by recursion."""
    level: list[Condition] = [condition]
    for _ in range(_DEEPEST_NESTING):
        level = [part for each in level for part in parts_of(each)]
        if not level:
            return
    raise NothingNamed(f"The condition is nested more than {_DEEPEST_NESTING} deep. Simplify it.")


def _check(condition: Condition, known: dict[str, Column]) -> None:
    if isinstance(condition, Comparison):
        _check_comparison(condition, known[condition.column])
        return
    if isinstance(condition, AllOf | AnyOf) and len(condition.conditions) < 2:
        raise NothingNamed("An and/or needs at least two conditions.")
    for part in parts_of(condition):
        _check(part, known)


def _check_comparison(comparison: Comparison, column: Column) -> None:
    operator = comparison.operator
    given = len(comparison.values)
    if comparison.part is not None:
        _check_part(comparison, column)
        return
    if comparison.figure is not None and comparison.values and comparison.of_each:
        _check_group_figure(comparison, column)
        return
    if comparison.figure is not None:
        _check_figure(comparison, column)
        return
    if comparison.of_each:
        raise NothingNamed(
            f"Which figure of each {comparison.of_each[0]!r}? Give the mean, median, sum, min, "
            "max, distinct or rows."
        )
    if given != _VALUES_NEEDED.get(operator, 1) and not (operator == "in" and given):
        raise NothingNamed(f"The condition on {column.name!r} has {given} values, not as it needs.")
    if operator in _TEXT_OPERATORS or comparison.ignore_case:
        demand([column], {ColumnType.TEXT}, "and this looks into text", "Cast it to text first.")
    if operator in _ORDER_OPERATORS and column.type is ColumnType.BOOLEAN:
        raise WrongType(column.name, column.type, "which have no order", "Use is true or is false.")
    if comparison.by_day and column.type is not ColumnType.DATETIME:
        raise WrongType(column.name, column.type, "which are no dates", "Parse dates in it first.")
    if operator == "in" and column.type is ColumnType.DATETIME and not comparison.by_day:
        raise UnusableValue(f"Dates in {column.name!r} are compared with a list only by day.")
    # A column without any value, as in a table of nothing but names, equals nothing of any type.
    valueless = column.type is ColumnType.OTHER and column.distinct == 0
    for value in comparison.values:
        if value is None:
            raise UnusableValue("Nothing equals a missing value. Use is missing or is not missing.")
        if not (valueless and operator in _EQUALITY):
            check_value(value, column)
        if operator == "matches":
            check_pattern(str(value))


def _check_part(comparison: Comparison, column: Column) -> None:
    """Raise InvalidAction unless a part of dates is compared with whole numbers."""
    if column.type is not ColumnType.DATETIME:
        raise WrongType(column.name, column.type, "which are no dates", "Parse dates in it first.")
    if comparison.figure is not None or comparison.of_each:
        raise UnusableValue(f"A part of {column.name!r} is compared with values alone.")
    _check_whole(comparison, f"The {comparison.part} of {column.name!r}")


def _check_group_figure(comparison: Comparison, column: Column) -> None:
    figure = comparison.figure or ""
    if figure not in {"rows", "distinct"}:
        demand([column], NUMERIC, f"which have no {figure}", "Cast it to number first.")
    if figure != "rows" and column.name in comparison.of_each:
        raise UnusableValue(f"Among equal cells of {column.name!r} there is no other.")
    _check_whole(comparison, f"The {figure} of each {comparison.of_each[0]!r}", fractions=True)


def _check_whole(comparison: Comparison, what: str, *, fractions: bool = False) -> None:
    """Raise InvalidAction unless what is compared is compared with numbers."""
    allowed = (int, float) if fractions else (int,)
    numbers = all(
        isinstance(value, allowed) and not isinstance(value, bool) for value in comparison.values
    )
    needed = _VALUES_NEEDED.get(comparison.operator, 1)
    given = len(comparison.values)
    enough = given == needed or (comparison.operator == "in" and given > 0)
    compares = comparison.operator in _ORDER_OPERATORS | _EQUALITY | {"in"}
    if not (numbers and enough and compares) or comparison.ignore_case or comparison.by_day:
        kind = "numbers" if fractions else "whole numbers"
        raise UnusableValue(f"{what} is compared with {kind}, as equals, less, between or in.")


def _check_figure(comparison: Comparison, column: Column) -> None:
    demand([column], NUMERIC, f"which have no {comparison.figure}", "Cast it to number first.")
    if column.name in comparison.of_each:
        raise UnusableValue(f"Among equal cells of {column.name!r} none is above or below another.")
    plain = not (comparison.ignore_case or comparison.by_day)
    own = comparison.figure in _OWN
    if comparison.operator not in _BY_FIGURE or comparison.values or not plain or not own:
        raise UnusableValue(
            f"With the {comparison.figure} {column.name!r} is compared as less, less_or_equal, "
            "greater or greater_or_equal, without values: that is for the mean and median, or with "
            "values for the figures of groups."
        )
