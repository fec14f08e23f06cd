"""A value that is said without its column is looked up in the table."""

from collections.abc import Mapping, Sequence

import pytest

from application.ports.language_model import Briefing
from domain.plan import Intent, Plan
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.planner import BuiltInPlanner

ORDERS = TableShape(
    rows=4,
    columns=tuple(
        Column(name=name, type=ColumnType.TEXT, nulls=0, distinct=3)
        for name in ("state", "start", "goal")
    ),
)


def planned(message: str, held: Mapping[str, bool] | None) -> Plan:
    """The plan where whatever is looked up is held so."""

    def look_up(_: Sequence[str]) -> Mapping[str, bool]:
        assert held is not None
        return held

    briefing = Briefing(
        message=message, shape=ORDERS, columns_holding=None if held is None else look_up
    )
    return BuiltInPlanner().plan(briefing).value


def test_the_only_column_that_holds_it_is_meant() -> None:
    plan = planned("delete cancelled orders", {"state": True})
    assert [step.actions[0].code() for step in plan.steps] == [
        "matches = (df['state'] == 'cancelled').fillna(False)\ndf = df[~matches]"
    ]


def test_a_cell_in_another_case_is_meant_too_and_the_plan_has_what_was_said() -> None:
    plan = planned("delete CANCELLED orders", {"state": False})
    assert plan.steps[0].description == "Drop rows where state is 'CANCELLED', ignoring case"


def test_of_several_columns_the_person_chooses() -> None:
    plan = planned("drop flights from Rome", {"start": True, "goal": True})
    assert plan.intent is Intent.CLARIFY
    assert [choice.label for choice in plan.choices] == ["start", "goal"]


@pytest.mark.parametrize("held", [None, {}])
def test_where_nothing_is_found_all_columns_are_offered(held: Mapping[str, bool] | None) -> None:
    plan = planned("drop flights from Rome", held)
    assert plan.reply == "In which column is 'Rome'?"
    assert [choice.label for choice in plan.choices] == ["state", "start", "goal"]


def test_a_value_that_is_nowhere_clear_is_asked_about_once() -> None:
    plan = planned("drop flights from Rome, then frobnicate", {"start": True})
    assert plan.intent is Intent.CLARIFY
