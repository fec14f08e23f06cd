"""Cells that are named by what stands in them, and numbers that are changed by a share."""

import pytest

from domain.actions import Action, Derive, MapValues, SetWhere, ValuePair
from domain.plan import Intent
from tests.planner.examples import is_
from tests.planner.test_found_values import PARIS, PARIS_OR_ROME, ROME, planned
from tests.planner.test_planner import actions_of


def renamed(*pairs: tuple[str, str]) -> Action:
    changed = tuple(ValuePair(old=old, new=new) for old, new in pairs)
    return MapValues(columns=("city",), pairs=changed)


def salary(expression: str) -> Action:
    return Derive(new="salary", expression=expression)


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("set Paris salary to 5", SetWhere(columns=("salary",), value=5, where=PARIS)),
        ("Rome's age should be 30", SetWhere(columns=("age",), value=30, where=ROME)),
        ("age of Rome is now 30", SetWhere(columns=("age",), value=30, where=ROME)),
        ("paris and rome should be south", renamed(("paris", "south"), ("rome", "south"))),
        (
            "put Paris stuff and Rome under one group called south",
            renamed(("Paris", "south"), ("Rome", "south")),
        ),
        ("Paris is Rome", renamed(("Paris", "Rome"))),
        ("Paris is Paris Centre", renamed(("Paris", "Paris Centre"))),
        ("Paris is now Lutetia", renamed(("Paris", "Lutetia"))),
        ("Paris, Rome -> P, R", renamed(("Paris", "P"), ("Rome", "R"))),
        ("Paris Rome to P R", renamed(("Paris", "P"), ("Rome", "R"))),
        (
            "Paris and Rome are country FR",
            SetWhere(columns=("country",), value="FR", where=PARIS_OR_ROME),
        ),
        ("take 10% off the salary", salary("`salary` * 0.9")),
        ("knock 5 off salary", salary("`salary` - 5")),
        (
            "halve salary where city is Paris",
            salary("`salary` / 2 if (`city` == 'Paris') else `salary`"),
        ),
        (
            "raise the salary of Paris to 9",
            salary("(9 if `salary` < 9 else `salary`) if (`city` == 'Paris') else `salary`"),
        ),
        (
            "take 5 off the salary of Paris if age is 30",
            salary("`salary` - 5 if ((`city` == 'Paris') and (`age` == 30)) else `salary`"),
        ),
        (
            "put Paris and Rome under one country called FR",
            SetWhere(columns=("country",), value="FR", where=PARIS_OR_ROME),
        ),
        (
            "merge Paris and Rome into one city called south",
            renamed(("Paris", "south"), ("Rome", "south")),
        ),
    ],
)
def test_a_wish_for_some_cells_becomes_its_action(message: str, action: Action) -> None:
    plan = planned(message)
    assert (plan.reply, actions_of(plan)) == (None, [action])


@pytest.mark.parametrize(
    ("message", "labels"),
    [
        ("Paris is IT", ["country becomes IT", "city becomes IT"]),
        ("move Paris and Rome to IT", ["country becomes IT", "city becomes IT"]),
        ("Paris is abroad", ["yes"]),
        ("Paris is Pretty", ["yes"]),
        ("Paris should be abroad", ["yes"]),
        ("Paris and Rome should be removed", ["rows", "cells"]),
        (
            "fix New York",
            ["merge those that are one letter apart", "merge those that are 2 letters apart"],
        ),
        ("raise salary to 50", ["those below 50", "every cell"]),
    ],
)
def test_what_can_mean_two_things_is_asked_with_choices_that_work(
    message: str, labels: list[str]
) -> None:
    plan = planned(message)
    assert plan.intent is Intent.CLARIFY
    assert [choice.label for choice in plan.choices] == labels
    assert all(actions_of(planned(choice.message)) for choice in plan.choices)


def test_a_value_that_nothing_is_known_of_is_asked_for_and_no_text_is_looked_for() -> None:
    plan = planned("set Rug salary to 5")
    assert plan.choices[0].label == "name"
    rug = SetWhere(columns=("salary",), value=5, where=is_("name", "equals", "Rug"))
    assert actions_of(planned(plan.choices[0].message)) == [rug]


def test_values_that_are_the_same_are_mapped_to_no_word_of_the_sentence() -> None:
    assert planned("Paris and Rome are the same").intent is Intent.CLARIFY


def test_map_says_what_becomes_of_values_and_names_no_column() -> None:
    (action,) = actions_of(planned("map Paris=1, Rome=2"))
    assert isinstance(action, MapValues)
    assert {pair.old: pair.new for pair in action.pairs}["Rome"] == 2
