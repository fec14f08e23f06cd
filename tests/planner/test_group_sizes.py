"""Groups are chosen by how many rows they have, and by figures of them."""

from dataclasses import replace

import pytest

from domain.actions import (
    Action,
    Comparison,
    ComputeOverRows,
    FilterRows,
    ShowRows,
    TellFigure,
)
from domain.plan import Intent
from domain.table import Column, ColumnType, TableShape
from tests.planner.test_left_out_and_asked import planned

SHAPE = TableShape(
    rows=14,
    columns=(
        Column(name="Order ID", type=ColumnType.INTEGER, nulls=0, distinct=14),
        Column(name="Order Date", type=ColumnType.DATETIME, nulls=0, distinct=12),
        Column(name="Customer", type=ColumnType.TEXT, nulls=0, distinct=6),
        Column(name="Product", type=ColumnType.TEXT, nulls=0, distinct=5),
        Column(name="City", type=ColumnType.TEXT, nulls=1, distinct=4),
        Column(name="Total", type=ColumnType.NUMBER, nulls=0, distinct=9),
    ),
)


def rows_of(name: str, operator: str, number: int) -> Comparison:
    return figure("rows", name, operator, number, of=name)


def figure(word: str, name: str, operator: str, number: int, *, of: str) -> Comparison:
    values: dict[str, object] = {"operator": operator, "values": (number,), "figure": word}
    return Comparison(column=of, of_each=(name,), **values)  # type: ignore[arg-type]


OFTEN = rows_of("Customer", "greater", 3)


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("keep customers with more than 3 orders", FilterRows(where=OFTEN)),
        (
            "remove products ordered only once",
            FilterRows(where=rows_of("Product", "equals", 1), matching="drop"),
        ),
        (
            "keep only cities that appear at least twice",
            FilterRows(where=rows_of("City", "greater_or_equal", 2)),
        ),
        (
            "keep rows whose city appears 3 times or more",
            FilterRows(where=rows_of("City", "greater_or_equal", 3)),
        ),
        (
            "Which customers ordered more than 3 times?",
            TellFigure(figure="rows", by=("Customer",), where=OFTEN, order="largest"),
        ),
        (
            "how many customers bought more than 3 times",
            TellFigure(figure="distinct", column="Customer", where=OFTEN),
        ),
        (
            "drop cities with only one product",
            FilterRows(
                where=figure("distinct", "City", "equals", 1, of="Product"), matching="drop"
            ),
        ),
        (
            "keep customers with an average total above 100",
            FilterRows(where=figure("mean", "Customer", "greater", 100, of="Total")),
        ),
    ],
)
def test_groups_are_chosen_by_their_size_and_their_figures(message: str, action: Action) -> None:
    plan = planned(message, SHAPE)
    assert plan.steps, plan.reply
    assert plan.steps[0].actions == (action,)


PRICED = replace(
    SHAPE,
    columns=(
        Column(name="Unit Price", type=ColumnType.NUMBER, nulls=0, distinct=7),
        *SHAPE.columns,
    ),
)


def test_an_order_costs_its_total_and_not_the_price_of_a_piece() -> None:
    (order,) = planned("show the most expensive order", PRICED).steps
    assert order.actions == (ShowRows(by="Total", count=1),)


@pytest.mark.parametrize(
    "message",
    ["keep all orders except the latest per customer", "drop the latest order per customer"],
)
def test_the_latest_of_each_goes(message: str) -> None:
    (step,) = planned(message, SHAPE).steps
    ranked, dropped, _ = step.actions
    assert isinstance(ranked, ComputeOverRows)
    assert (ranked.by, ranked.column, ranked.descending) == (("Customer",), "Order Date", True)
    assert isinstance(dropped, FilterRows)
    assert dropped.matching == "drop"


@pytest.mark.parametrize(
    "message",
    [
        "remove customers that should appear only once",
        # Some of the rows of a customer, and not all.
        "keep customers who cancelled at least 3 times",
        "which customers bought hammers more than once",
        "keep customers who did not order more than 3 times and cities that appear",
    ],
)
def test_a_wish_and_a_denial_are_no_group_sizes(message: str) -> None:
    assert planned(message, SHAPE).intent is Intent.CLARIFY
