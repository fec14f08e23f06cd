"""Times of which the year is not said are parts of dates, or the year is asked."""

from dataclasses import replace
from typing import Any

import pytest

from domain.actions import AllOf, Comparison, Condition, FilterRows, Not, ShowRows, TellFigure
from domain.plan import Intent
from domain.table import Column, ColumnType
from tests.planner.test_group_sizes import SHAPE
from tests.planner.test_left_out_and_asked import planned


def part(name: Any, *numbers: int, operator: Any = None) -> Comparison:
    return Comparison(
        column="Order Date",
        operator=operator or ("equals" if len(numbers) == 1 else "in"),
        values=numbers,
        part=name,
    )


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ("show orders in Q2", part("quarter", 2)),
        ("show orders on weekends", part("weekday", 6, 7)),
        ("show orders placed on Mondays or Fridays", part("weekday", 1, 5)),
        ("show orders from Monday to Wednesday", part("weekday", 1, 2, 3)),
        ("show orders sold between March and May", part("month", 3, 4, 5)),
        ("show orders in winter", part("month", 12, 1, 2)),
        (
            "show orders in the first week of May",
            AllOf(conditions=(part("month", 5), part("day", 1, 7, operator="between"))),
        ),
    ],
)
def test_what_is_shown_is_of_any_year(message: str, where: Condition) -> None:
    plan = planned(message, SHAPE)
    assert plan.steps, plan.reply
    (shown,) = plan.steps[0].actions
    assert isinstance(shown, ShowRows)
    assert shown.where == where


def test_seasons_of_a_year_are_days() -> None:
    (step,) = planned("how many orders before summer 2023", SHAPE).steps
    before = Comparison(column="Order Date", operator="less", values=("2023-06-01",), by_day=True)
    assert step.actions == (TellFigure(figure="rows", where=before),)


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ("keep orders from March to April", part("month", 3, 4)),
        ("keep rows where order date is in Q2", part("quarter", 2)),
    ],
)
def test_the_year_is_asked_before_rows_go(message: str, where: Condition) -> None:
    asked = planned(message, SHAPE)
    assert asked.intent is Intent.CLARIFY
    (every,) = asked.choices
    (step,) = planned(every.message, SHAPE).steps
    assert step.actions == (FilterRows(where=where),)


def test_days_of_the_week_need_no_year() -> None:
    (step,) = planned("delete everything not on weekends", SHAPE).steps
    weekends = Not(condition=part("weekday", 6, 7))
    assert step.actions == (FilterRows(where=weekends, matching="drop"),)


def test_words_behind_a_noun_are_no_code_of_it() -> None:
    code = Column(name="sample_id", type=ColumnType.TEXT, nulls=0, distinct=14)
    asked = planned("exclude samples collected before summer 2022", replace(SHAPE, columns=(code,)))
    assert asked.intent is Intent.CLARIFY
