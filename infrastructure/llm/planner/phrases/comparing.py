"""Comparisons of a column with written values, or a question where the column's type forbids it."""

import re
from dataclasses import replace

from domain.actions import AnyOf, Comparison, Condition, Not, Operator, Scalar
from domain.table import Column, ColumnType
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.phrases.written_dates import as_date, as_days
from infrastructure.llm.planner.reading.condition_words import COMPARED, TEXTUAL
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind

_MEASURED = re.compile(r"[0-9][0-9.,]{0,20} ?[a-zA-Z\u00b0%]{1,12}")


def compared(
    column: Column, operator: Operator, written: Written, *, ignore_case: bool
) -> Condition:
    """The column compared with one value. Raises Question where they do not suit each other."""
    if operator in COMPARED:
        _refuse_unordered(column, written)
    days = as_days(written.text) if column.type is ColumnType.DATETIME else None
    if days is not None:
        return _compared_with_days(column.name, operator, *days)
    textual = operator in TEXTUAL
    value = written.text if textual else typed(written, column)
    return Comparison(
        column=column.name,
        operator=operator,
        values=(value,),
        ignore_case=ignore_case,
        by_day=not textual and _by_day(column.type, (value,)),
    )


def between(column: Column, low: Written, high: Written) -> Comparison:
    """The column between two values, both included. Raises Question as `compared` does."""
    _refuse_unordered(column, low)
    _refuse_unordered(column, high)
    if column.type is ColumnType.DATETIME:
        low = _end_of_days(low, 0)
        high = _end_of_days(high, 1)
    first, last = values = (typed(low, column), typed(high, column))
    if is_above(first, last):
        raise Question(f"Nothing is from {low.text} to {high.text}. Which of them comes first?")
    by_day = _by_day(column.type, values)
    return Comparison(column=column.name, operator="between", values=values, by_day=by_day)


def outside(column: Column, low: Written, high: Written) -> Condition:
    """The column below the one value or above the other: a missing one is neither."""
    inside = between(column, low, high)
    bounds: tuple[tuple[Operator, Scalar], ...] = tuple(
        zip(("less", "greater"), inside.values, strict=True)
    )
    return AnyOf(
        conditions=tuple(
            Comparison(column=column.name, operator=operator, values=(bound,), by_day=inside.by_day)
            for operator, bound in bounds
        )
    )


def _end_of_days(written: Written, which: int) -> Written:
    """The first or the last day of a year or a month; of a day itself."""
    days = as_days(written.text)
    return written if days is None else Written(days[which], written.kind)


def one_of(column: Column, written: list[Written], *, ignore_case: bool) -> Condition:
    """The column equal to any of the values. Raises Question as `compared` does."""
    if len(written) == 1:
        return compared(column, "equals", written[0], ignore_case=ignore_case)
    if column.type is ColumnType.DATETIME and any(as_days(one.text) for one in written):
        days = (compared(column, "equals", one, ignore_case=ignore_case) for one in written)
        return AnyOf(conditions=tuple(days))
    return Comparison(
        column=column.name,
        operator="in",
        values=tuple(typed(one, column) for one in written),
        ignore_case=ignore_case,
        by_day=column.type is ColumnType.DATETIME,
    )


def _refuse_unordered(column: Column, written: Written) -> None:
    """Text that holds numbers or dates is not in their order."""
    if column.type is not ColumnType.TEXT:
        return
    if written.kind is Kind.NUMBER:
        raise Question(
            f"{column.name!r} holds text, so it cannot be compared with {written.text}. "
            f"Say first: convert {column.name} to number."
        )
    if written.kind is Kind.WORD and _MEASURED.fullmatch(written.text):
        raise Question(
            f"{column.name!r} holds text, so it cannot be compared with {written.text}. "
            f"Say first: parse {column.name} as numbers. If its cells have several units, put "
            "them into one before that."
        )
    if as_date(written.text):
        raise Question(
            f"{column.name!r} holds text, which has no order in time. "
            f"Say first: convert {column.name} to dates."
        )
    if written.kind is not Kind.QUOTED:
        # "before february" is seldom about the alphabet.
        raise Question(
            f"{column.name!r} holds text. If its place in the alphabet is what counts, put the "
            f"value in quotes: '{written.text}'. Else name another column."
        )


def _compared_with_days(name: str, operator: Operator, first: str, last: str) -> Condition:
    """A year, or a month, is all of its days: after 2024 is after its last."""
    if operator in {"equals", "not_equals"}:
        within = Comparison(column=name, operator="between", values=(first, last), by_day=True)
        return within if operator == "equals" else Not(condition=within)
    day = last if operator in {"greater", "less_or_equal"} else first
    return Comparison(column=name, operator=operator, values=(day,), by_day=True)


def missing_or_empty(column: Column, phrase: str) -> Condition:
    """Missing; for text, "empty" and "blank" are also a text without a character."""
    missing = Comparison(column=column.name, operator="is_missing")
    if column.type is not ColumnType.TEXT or not {"empty", "blank", "blanks"} & {*phrase.split()}:
        return missing
    empty = Comparison(column=column.name, operator="equals", values=("",))
    return AnyOf(conditions=(missing, empty))


def negation(condition: Condition) -> Condition:
    """The shortest way to say that it is not so."""
    opposite: dict[Operator, Operator] = {
        "equals": "not_equals",
        "is_missing": "is_not_missing",
        "is_not_missing": "is_missing",
    }
    if isinstance(condition, Comparison) and condition.operator in opposite:
        return replace(condition, operator=opposite[condition.operator])
    return Not(condition=condition)


def is_above(one: Scalar, other: Scalar) -> bool:
    """Whether both are of a kind that has an order, and the one comes after the other."""
    if isinstance(one, str) and isinstance(other, str):
        return one > other
    return isinstance(one, int | float) and isinstance(other, int | float) and one > other


def _by_day(column_type: ColumnType, values: tuple[object, ...]) -> bool:
    if column_type is not ColumnType.DATETIME:
        return False
    return all(isinstance(value, str) and len(value) == len("2024-03-04") for value in values)
