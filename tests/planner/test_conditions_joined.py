"""Conditions that are joined, negated twice or said of several columns mean what people mean."""

import pytest

from application.ports.language_model import Briefing
from domain.actions import AllOf, AnyOf, Comparison, Condition, FilterRows, Not, ShowRows
from domain.plan import Intent, Plan
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.planner import BuiltInPlanner

HELD = {
    "IT": "Department",
    "HR": "Department",
    "f": "Gender",
    "London": "Office",
    "Berlin": "Office",
}
SHAPE = TableShape(
    rows=12,
    columns=(
        *(
            Column(name=name, type=ColumnType.TEXT, nulls=2, distinct=5)
            for name in ("Name", "Gender", "Department", "Office", "Phone", "Email")
        ),
        Column(name="Age", type=ColumnType.INTEGER, nulls=0, distinct=9),
        Column(name="Salary", type=ColumnType.INTEGER, nulls=1, distinct=9),
        Column(name="Active", type=ColumnType.BOOLEAN, nulls=0, distinct=2),
        Column(name="Subscribed", type=ColumnType.BOOLEAN, nulls=0, distinct=2),
    ),
)


def planned(message: str) -> Plan:
    briefing = Briefing(
        message=message,
        shape=SHAPE,
        columns_holding=lambda texts: {
            text: {HELD[text]: True} if text in HELD else {} for text in texts
        },
    )
    return BuiltInPlanner().plan(briefing).value


def is_(column: str, *values: str | int | bool) -> Comparison:
    return Comparison(column=column, operator="equals" if len(values) == 1 else "in", values=values)


def missing(column: str) -> Comparison:
    return Comparison(column=column, operator="is_missing")


OVER_25 = Comparison(column="Age", operator="greater", values=(25,))
WOMEN, IN_IT = is_("Gender", "f"), is_("Department", "IT")
ACTIVE, SUBSCRIBED = is_("Active", True), is_("Subscribed", True)


def every(*conditions: Condition) -> Condition:
    return AllOf(conditions=conditions)


def some(*conditions: Condition) -> Condition:
    return AnyOf(conditions=conditions)


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ("show active women", every(ACTIVE, WOMEN)),
        ("show people over 25 and in IT", every(OVER_25, IN_IT)),
        ("show subscribers in IT", every(SUBSCRIBED, IN_IT)),
        (
            "show people not in London neither Berlin",
            Not(condition=is_("Office", "London", "Berlin")),
        ),
        (
            "show people neither in London nor in Berlin",
            Not(condition=is_("Office", "London", "Berlin")),
        ),
        (
            "show people who have neither an email nor a phone number",
            every(missing("Email"), missing("Phone")),
        ),
        (
            "show rows that don't lack an email",
            Comparison(column="Email", operator="is_not_missing"),
        ),
        (
            "show rows where any of age and salary is missing",
            some(missing("Age"), missing("Salary")),
        ),
        (
            "show rows where any of these columns is missing: age, salary",
            some(missing("Age"), missing("Salary")),
        ),
    ],
)
def test_what_is_shown(message: str, where: Condition) -> None:
    plan = planned(message)
    assert plan.steps, plan.reply
    (shown,) = plan.steps[0].actions
    assert isinstance(shown, ShowRows)
    assert shown.where == where


@pytest.mark.parametrize(
    ("message", "where"),
    [
        (
            "drop people without a phone number, unless they are in IT",
            every(missing("Phone"), Not(condition=IN_IT)),
        ),
        ("drop subscribers", SUBSCRIBED),
    ],
)
def test_what_is_dropped(message: str, where: Condition) -> None:
    plan = planned(message)
    assert plan.steps, plan.reply
    assert plan.steps[0].actions == (FilterRows(where=where, matching="drop"),)


@pytest.mark.parametrize(
    ("message", "one"),
    [
        ("show people over 25 and women", OVER_25),
        ("show people who are in IT and women", IN_IT),
    ],
)
def test_who_is_named_behind_an_and_may_be_some_of_them_or_more(
    message: str, one: Condition
) -> None:
    asked = planned(message)
    assert asked.intent is Intent.CLARIFY
    found = [planned(choice.message).steps[0].actions[0] for choice in asked.choices]
    assert found == [ShowRows(where=every(one, WOMEN)), ShowRows(where=some(one, WOMEN))]


def test_the_mean_of_some_rows_is_not_that_of_all() -> None:
    asked = planned("show people with a salary above the average of IT")
    assert asked.intent is Intent.CLARIFY
    assert [choice.label for choice in asked.choices] == ["of all rows", "of each Department"]
