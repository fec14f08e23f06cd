"""What the planner makes of rows nearby, of figures of a group in each row, and of rare values."""

import pytest

from domain.actions import Action, ComputeOverRows, LumpRare, Sort, SortKey
from domain.plan import Intent
from tests.planner.tables import table
from tests.planner.test_planner import actions_of, planned
from tests.planner.test_texts_and_cells import over_rows

BY_JOINED = Sort(keys=(SortKey(column="joined"),))


@pytest.mark.parametrize(
    ("message", "actions"),
    [
        (
            "add a 3-row moving average of age per city",
            [
                ComputeOverRows(
                    window="rolling_mean",
                    column="age",
                    by=("city",),
                    size=3,
                    new="age_rolling_mean_3",
                )
            ],
        ),
        (
            "rolling sum of age over the last 5 rows in order of joined",
            [
                BY_JOINED,
                ComputeOverRows(
                    window="rolling_sum", column="age", size=5, new="age_rolling_sum_5"
                ),
            ],
        ),
        (
            "running total of age by city, oldest first",
            [BY_JOINED, over_rows("running_total", "age_running_total", "age", by=("city",))],
        ),
        (
            "add the previous salary of the same city",
            [over_rows("previous", "salary_previous", "salary", by=("city",))],
        ),
        (
            "lag name by 2 as earlier",
            [ComputeOverRows(window="previous", column="name", size=2, new="earlier")],
        ),
        (
            "add the average salary per city as a column",
            [over_rows("mean", "salary_mean_per_city", "salary", by=("city",))],
        ),
        (
            "for each country add the number of people",
            [over_rows("count", "rows_per_country", by=("country",))],
        ),
        (
            "add each person's share of the city's total salary in percent",
            [over_rows("percent_of_total", "salary_percent_of_city", "salary", by=("city",))],
        ),
        ("add a percentile of salary", [over_rows("percentile", "salary_percentile", "salary")]),
        (
            "put cities with fewer than 3 people into Other",
            [LumpRare(columns=("city",), fewer_than=3)],
        ),
        (
            'countries that appear only once or twice -> "misc"',
            [LumpRare(columns=("country",), fewer_than=3, other="misc")],
        ),
        (
            "countries with less than 5% of the rows should be Other",
            [LumpRare(columns=("country",), percent=5)],
        ),
        (
            "keep the top 5 cities and call the rest Other",
            [LumpRare(columns=("city",), keep=5)],
        ),
    ],
)
def test_a_wish_about_other_rows_becomes_its_actions(message: str, actions: list[Action]) -> None:
    plan = planned(message)
    assert (plan.reply, actions_of(plan)) == (None, actions)


@pytest.mark.parametrize(
    ("message", "chosen"),
    [
        (
            "add a moving average of age",
            ["rolling_mean age 3", "rolling_mean age 7", "rolling_mean age 12"],
        ),
        ("7 day rolling max of age", ["joined, rolling_max age 7", "rolling_max age 7"]),
        ("group rare cities into Other", ["< 2 rows", "< 5 rows", "< 5 %", "but 5"]),
    ],
)
def test_what_is_left_open_is_asked_for_and_each_choice_works(
    message: str, chosen: list[str]
) -> None:
    plan = planned(message)
    assert plan.intent is Intent.CLARIFY
    found = [actions_of(planned(choice.message)) for choice in plan.choices]
    assert [", ".join(map(told, actions)) for actions in found] == chosen


def told(action: Action) -> str:
    match action:
        case ComputeOverRows():
            return f"{action.window} {action.column} {action.size}"
        case LumpRare(fewer_than=int()):
            return f"< {action.fewer_than} rows"
        case LumpRare(percent=float() | int()):
            return f"< {action.percent:g} %"
        case LumpRare():
            return f"but {action.keep}"
        case Sort():
            return action.keys[0].column
    raise AssertionError(action)


@pytest.mark.parametrize("noun", ["customers", "students"])
def test_how_many_have_a_value_is_not_how_many_values_there_are(noun: str) -> None:
    visits = table({noun[:-1]: "text", "city": "text"})
    plan = planned(f"add the number of {noun} per city", visits)
    assert plan.intent is Intent.CLARIFY
    assert actions_of(planned(plan.choices[0].message, visits)) == [
        ComputeOverRows(window="count", by=("city",), new="rows_per_city")
    ]
