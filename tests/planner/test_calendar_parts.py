"""Times of which the year is not said are parts of dates, or the year is asked."""

from dataclasses import replace
from typing import Any

import pytest

from application.ports.language_model import Briefing
from domain.actions import AllOf, Comparison, Condition, FilterRows, Not, ShowRows, TellFigure
from domain.plan import Intent
from domain.table import Column, ColumnType
from infrastructure.llm.planner import BuiltInPlanner
from tests.planner.talks import Talk
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
        ("show orders between November and February", part("month", 11, 12, 1, 2)),
        ("show orders between Friday and Monday", part("weekday", 5, 6, 7, 1)),
        ("show orders between Q1 and Q3", part("quarter", 1, 2, 3)),
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


def test_a_period_is_put_in_the_place_of_another_that_it_excludes() -> None:
    talk = Talk(SHAPE)
    talk.say("how many orders in 2023")
    talk.say("and in 2024?")
    year = Comparison(
        column="Order Date",
        operator="between",
        values=("2024-01-01", "2024-12-31"),
        by_day=True,
    )
    assert talk.actions == [TellFigure(figure="rows", where=year)]


def test_another_part_of_the_same_dates_is_said_as_well() -> None:
    talk = Talk(SHAPE)
    talk.say("how many orders in March")
    talk.say("and on weekends?")
    both = AllOf(conditions=(part("month", 3), part("weekday", 6, 7)))
    assert talk.actions == [TellFigure(figure="rows", where=both)]


def test_a_season_that_a_column_holds_is_no_part_of_dates() -> None:
    briefing = Briefing(
        message="how many are from spring",
        shape=SHAPE,
        columns_holding=lambda texts: {t: {"City": True} for t in texts if t == "spring"},
    )
    (step,) = BuiltInPlanner().plan(briefing).value.steps
    where = Comparison(column="City", operator="equals", values=("spring",))
    assert step.actions == (TellFigure(figure="rows", where=where),)


def test_what_sales_are_is_asked_where_they_may_be_a_sum() -> None:
    plan = planned("what percentage of our sales has no city", SHAPE)
    assert plan.intent is Intent.CLARIFY
    assert "share of the rows" in (plan.reply or "")
