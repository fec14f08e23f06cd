"""Whose a column is, several slips of the keyboard, sizes of files, and what is one of several."""

import pytest

from domain.actions import (
    Action,
    ChangeCase,
    Comparison,
    Derive,
    DropColumns,
    Fill,
    FilterRows,
    RemoveDuplicates,
    Sort,
    SortKey,
)
from domain.plan import Intent
from tests.planner.examples import is_
from tests.planner.tables import table
from tests.planner.test_planner import actions_of, planned

ORDERS = table(
    {
        "order_id": "i",
        "customer": "t",
        "email": "t",
        "status": "t",
        "price": "n?",
        "quantity": "i",
        "manager": "t",
    }
)


@pytest.mark.parametrize(
    ("message", "actions"),
    [
        ("lowercase the customer's email", [ChangeCase(columns=("email",), case="lower")]),
        ("drop the customers\u2019 email", [DropColumns(columns=("email",))]),
        ("uppercase the customer's name", [ChangeCase(columns=("customer",), case="upper")]),
        ("fil mising pirce wiht teh meidan", [Fill(columns=("price",), strategy="median")]),
        ("dorp teh emial adn teh staus", [DropColumns(columns=("email", "status"))]),
        ("keap rwos wher staus is paid", [FilterRows(where=is_("status", "equals", "paid"))]),
        (
            "remvoe duplcate rows and srot by pirce",
            [RemoveDuplicates(), Sort(keys=(SortKey(column="price"),))],
        ),
    ],
)
def test_owners_and_slips_are_read_over(message: str, actions: list[Action]) -> None:
    assert actions_of(planned(message, ORDERS)) == actions


@pytest.mark.parametrize(
    ("message", "choices"),
    [
        ("drop orders over 1003", ["price", "quantity", "order_id"]),
        # Of one row, and not of all: no column is to be called "Ann's price".
        ("set Ann's price to 5", ["customer", "email", "status", "manager"]),
        ("replace yes/no in status with true/false", ["each of them", "the text"]),
        ("halve the manager's price", []),
    ],
)
def test_what_may_be_of_several_is_asked(message: str, choices: list[str]) -> None:
    plan = planned(message, ORDERS)
    assert (plan.intent, plan.steps) == (Intent.CLARIFY, ())
    assert [choice.label for choice in plan.choices] == choices


def test_a_value_with_a_slash_is_one_value() -> None:
    (action,) = actions_of(planned("replace A/B with B/A in status", ORDERS))
    assert action.describe() == "Replace 'A/B' with 'B/A' in status"


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ("keep files over 5 MB", is_("bytes", "greater", 5_000_000)),
        ("keep rows where bytes >= 1.5 kb", is_("bytes", "greater_or_equal", 1500)),
        ("keep rows where bytes < 2 MiB", is_("bytes", "less", 2 * 1024**2)),
    ],
)
def test_sizes_of_files_are_in_bytes(message: str, where: Comparison) -> None:
    files = table({"path": "t", "bytes": "i", "pages": "i"})
    assert actions_of(planned(message, files)) == [FilterRows(where=where)]


NUMBERS = table(
    {"mean_temp": "n?", "medical_cost": "n?", "discount": "n", "scale": "n", "price": "n"}
    | {"station": "t"}
)


@pytest.mark.parametrize(
    ("message", "expression"),
    [
        ("increase discount by 5%", "`discount` * 1.05"),
        ("raise price by 5 if scale is lower than 3", "`price` + 5 if (`scale` < 3) else `price`"),
        ("subtract 5 from scale", "`scale` - 5"),
        ("lower the price by 5%", "`price` * 0.95"),
    ],
)
def test_the_word_of_a_column_or_a_condition_turns_no_rise_into_a_fall(
    message: str, expression: str
) -> None:
    (action,) = actions_of(planned(message, NUMBERS))
    assert isinstance(action, Derive)
    assert action.expression == expression


@pytest.mark.parametrize(
    ("message", "fill"),
    [
        (
            "fill mean_temp with the median per station",
            Fill(columns=("mean_temp",), strategy="median", by=("station",)),
        ),
        (
            "medical_cost is missing - use the mode",
            Fill(columns=("medical_cost",), strategy="mode"),
        ),
    ],
)
def test_the_word_of_a_column_is_not_what_it_is_filled_with(message: str, fill: Fill) -> None:
    assert actions_of(planned(message, NUMBERS)) == [fill]


def test_a_column_that_should_be_empty_is_no_value() -> None:
    assert planned("discount should be empty", NUMBERS).intent is Intent.CLARIFY
