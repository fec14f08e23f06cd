"""What is left out, and questions, are asked back where a guess would be silently wrong."""

import pytest

from application.ports.language_model import Briefing
from domain.plan import Intent, Plan
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.planner import BuiltInPlanner

HELD = {
    "IT": "department",
    "Rich": "name",
    "Ann": "name",
    "M": "gender",
    "desk": "product",
    "lamps": "product",
    "desks": "product",
}
SHAPE = TableShape(
    rows=12,
    columns=tuple(
        Column(name=name, type=ColumnType.TEXT, nulls=0, distinct=9)
        for name in ("name", "department", "gender", "product")
    )
    + tuple(
        Column(name=name, type=ColumnType.INTEGER, nulls=0, distinct=9)
        for name in ("age", "salary", "price", "quantity", "rating")
    ),
)


def planned(message: str, shape: TableShape = SHAPE) -> Plan:
    briefing = Briefing(
        message=message,
        shape=shape,
        columns_holding=lambda texts: {
            text: {HELD[text]: True} if text in HELD else {} for text in texts
        },
    )
    return BuiltInPlanner().plan(briefing).value


@pytest.mark.parametrize(
    "message",
    [
        "delete people in IT other than Rich and name is Ann",  # is Ann left out, too?
        "keep earners over 3000",  # no ages
        "average rating of lamps minus desks",  # a difference, and no exception
    ],
)
def test_what_has_two_meanings_changes_and_tells_nothing(message: str) -> None:
    plan = planned(message)
    assert (plan.intent, plan.steps) == (Intent.CLARIFY, ()), plan.summary


def test_a_letter_that_cells_hold_is_a_value_and_no_unit() -> None:
    assert planned("remove M").choices[0].message == 'drop rows where "gender" is "M"'


def test_who_is_left_out_is_asked_in_words_that_say_it() -> None:
    plan = planned("delete people in IT other than Rich and name is Ann")
    assert plan.reply == (
        "Is the second left out, too? Say: not (name is 'Rich' or name is 'Ann'), "
        "or: not (name is 'Rich') and name is 'Ann'."
    )


@pytest.mark.parametrize("message", ["how much is a desk", "how much does a desk cost"])
def test_what_one_costs_is_no_sum_of_what_was_paid(message: str) -> None:
    total = Column(name="total", type=ColumnType.INTEGER, nulls=0, distinct=9)
    plan = planned(message, TableShape(rows=12, columns=(*SHAPE.columns[:4], total)))
    assert (plan.intent, plan.steps) == (Intent.CLARIFY, ()), plan.summary


def test_a_price_is_not_summed_where_there_are_pieces() -> None:
    money = tuple(c for c in SHAPE.columns if c.name not in {"salary", "age", "rating"})
    plan = planned("how much did Ann spend", TableShape(rows=12, columns=money))
    assert plan.reply == "How much of what? Say: the sum of price * quantity, or of price."
