"""Whether an action fits a table, by its schema alone."""

import difflib
from collections.abc import Iterable
from typing import assert_never

from domain.actions.conditions import AllOf, AnyOf, Comparison, Condition, Not
from domain.actions.errors import (
    NamedTwice,
    NoColumnLeft,
    NothingNamed,
    UnknownColumn,
    UnusableName,
    UnusableValue,
    WrongType,
)
from domain.actions.touched_columns import columns_of
from domain.actions.value_checks import NUMERIC, check_value
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
from domain.table import Column, ColumnType, TableShape

_DEEPEST_NESTING = 20
_VALUES_NEEDED = {"between": 2, "is_missing": 0, "is_not_missing": 0}
_TEXT_OPERATORS = frozenset({"contains", "starts_with", "ends_with"})
_EQUALITY = frozenset({"equals", "not_equals"})
_ORDER_OPERATORS = frozenset({"less", "less_or_equal", "greater", "greater_or_equal", "between"})


def check(action: Action, shape: TableShape) -> None:
    """Raise InvalidAction, saying what would work, unless the action can be done to the table."""
    _check_nesting(action)
    known = {column.name: column for column in shape.columns}
    for name in columns_of(action):
        if name not in known:
            raise UnknownColumn(name, nearest_names(name, known))
    _check_named_once(action)
    columns = [known[name] for name in columns_of(action)]
    match action:
        case DropMissing() | RemoveDuplicates() | Sort() | KeepColumns():
            pass
        case DropColumns():
            if len(columns) == len(known):
                raise NoColumnLeft
        case Fill():
            _check_fill(action, columns)
        case RenameColumns():
            _check_new_names(action, known)
        case TrimText() | ChangeCase():
            _demand(columns, {ColumnType.TEXT}, "and only text can be changed so", "")
        case Cast():
            _check_cast(action, columns)
        case ParseDates():
            _demand(
                columns,
                {ColumnType.TEXT, ColumnType.INTEGER, ColumnType.DATETIME, ColumnType.OTHER},
                "which are no dates",
                "",
            )
        case ReplaceValues():
            for column in columns:
                check_value(action.old, column)
                if action.new is not None:
                    check_value(action.new, column)
        case FilterRows():
            _check_condition(action.where, known)
        case _:
            assert_never(action)


def nearest_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the names, the most alike first, whatever their case."""
    by_folded: dict[str, str] = {}
    for candidate in names:
        by_folded.setdefault(candidate.casefold(), candidate)
    nearest = difflib.get_close_matches(name.casefold()[:100], by_folded, n=3, cutoff=0.5)
    return tuple(by_folded[folded] for folded in nearest)


def _check_named_once(action: Action) -> None:
    match action:
        case FilterRows():
            return
        case Sort():
            names = tuple(key.column for key in action.keys)
        case RenameColumns():
            names = tuple(pair.old for pair in action.pairs)
        case _:
            names = action.columns
    if not names and not isinstance(action, DropMissing | RemoveDuplicates):
        raise NothingNamed("No column is named. Name at least one.")
    named: set[str] = set()
    for name in names:
        if name in named:
            raise NamedTwice(name)
        named.add(name)


def _check_fill(action: Fill, columns: list[Column]) -> None:
    if action.strategy in ("mean", "median"):
        remedy = "Cast it to number first, or use the mode or a fixed value."
        _demand(columns, NUMERIC, f"which have no {action.strategy}", remedy)
    if action.strategy == "constant":
        if action.value is None:
            raise UnusableValue("Missing values cannot be filled with nothing. Give a value.")
        for column in columns:
            check_value(action.value, column)


def _check_new_names(action: RenameColumns, known: dict[str, Column]) -> None:
    renamed = {pair.old for pair in action.pairs}
    taken = {name for name in known if name not in renamed}
    for pair in action.pairs:
        if not pair.new.strip():
            raise UnusableName(f"The new name of {pair.old!r} is empty. Give it at least a letter.")
        if pair.new in taken:
            raise UnusableName(f"There is already a column {pair.new!r}. Choose another name.")
        taken.add(pair.new)


def _check_cast(action: Cast, columns: list[Column]) -> None:
    if action.to == "text":
        return
    readable = {*NUMERIC, ColumnType.TEXT, ColumnType.BOOLEAN}
    _demand(columns, readable, f"which cannot be read as {action.to}", "Cast it to text first.")


def _demand(columns: list[Column], types: Iterable[ColumnType], needs: str, remedy: str) -> None:
    for column in columns:
        if column.type not in types:
            raise WrongType(column.name, column.type, needs, remedy)


def _check_nesting(action: Action) -> None:
    """Nesting is measured level by level, for columns_of() and the like recurse."""
    level: list[Condition] = [action.where] if isinstance(action, FilterRows) else []
    for _ in range(_DEEPEST_NESTING):
        level = [part for condition in level for part in _parts(condition)]
        if not level:
            return
    raise NothingNamed(f"The condition is nested more than {_DEEPEST_NESTING} deep. Simplify it.")


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, AllOf | AnyOf):
        return condition.conditions
    return (condition.condition,) if isinstance(condition, Not) else ()


def _check_condition(condition: Condition, known: dict[str, Column]) -> None:
    if isinstance(condition, Comparison):
        _check_comparison(condition, known[condition.column])
        return
    if isinstance(condition, AllOf | AnyOf) and len(condition.conditions) < 2:
        raise NothingNamed("An and/or needs at least two conditions.")
    for part in _parts(condition):
        _check_condition(part, known)


def _check_comparison(comparison: Comparison, column: Column) -> None:
    operator = comparison.operator
    given = len(comparison.values)
    if given != _VALUES_NEEDED.get(operator, 1) and not (operator == "in" and given):
        raise NothingNamed(f"The condition on {column.name!r} has {given} values, not as it needs.")
    if operator in _TEXT_OPERATORS or comparison.ignore_case:
        _demand([column], {ColumnType.TEXT}, "and this looks into text", "Cast it to text first.")
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
