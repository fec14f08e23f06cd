"""Names of columns that end with numbers or signs, or are nothing else, and what is no name."""

import pytest

from domain.actions import (
    Action,
    Comparison,
    Derive,
    DropColumns,
    FilterRows,
    SetWhere,
    Sort,
    SortKey,
)
from domain.plan import Intent
from tests.planner.examples import is_
from tests.planner.tables import table
from tests.planner.test_planner import actions_of, planned

MEASURES = table(
    {
        **{f"col {number}": "i" for number in range(60)},
        "2019": "n",
        "2020": "n",
        "sales 2019": "n",
        "sales 2020": "n",
        "net-price": "n",
        "net": "n",
        "price": "n",
        "born": "d",
    }
)


@pytest.mark.parametrize(
    ("message", "rows"),
    [
        ("keep rows where col 0 > 50", is_("col 0", "greater", 50)),
        ("keep rows where col 4 is less than 12", is_("col 4", "less", 12)),
        ("keep rows where price >= 2020.0", is_("price", "greater_or_equal", 2020)),
        (
            "keep rows where born is before 2019",
            is_("born", "less", "2019-01-01", by_day=True),
        ),
    ],
)
def test_a_column_is_compared_with_the_number(message: str, rows: Comparison) -> None:
    assert actions_of(planned(message, MEASURES)) == [FilterRows(where=rows)]


@pytest.mark.parametrize(
    ("message", "computed"),
    [
        ("add a column growth = 2020 - 2019", Derive(new="growth", expression="`2020` - `2019`")),
        ("new column x = col 4 * 8", Derive(new="x", expression="`col 4` * 8")),
        ("new column x = price * 2", Derive(new="x", expression="`price` * 2")),
        ("new column x = net * price", Derive(new="x", expression="`net` * `price`")),
    ],
)
def test_a_formula_holds_the_columns_and_numbers_that_were_written(
    message: str, computed: Action
) -> None:
    assert actions_of(planned(message, MEASURES)) == [computed]


def test_columns_that_end_with_numbers_are_compared_with_each_other() -> None:
    computed, *_ = actions_of(planned("keep rows where sales 2019 > sales 2020", MEASURES))
    assert isinstance(computed, Derive)
    assert computed.expression == "`sales 2019` > `sales 2020`"


def test_columns_that_are_called_by_numbers_are_compared_and_filled_with_each_other() -> None:
    computed, *_ = actions_of(planned("keep rows where 2020 is above 2019", MEASURES))
    assert isinstance(computed, Derive)
    assert computed.expression == "`2020` > `2019`"
    (filled,) = actions_of(planned("fill missing 2020 with 2019", MEASURES))
    assert isinstance(filled, SetWhere)
    assert filled.other == "2019"


def test_it_is_asked_whether_a_number_or_the_column_of_that_name_is_meant() -> None:
    plan = planned("keep rows where price >= 2020", MEASURES)
    assert plan.intent is Intent.CLARIFY
    assert plan.reply is not None
    assert "'the column 2020'" in plan.reply
    assert actions_of(planned("keep rows where price >= the column 2020", MEASURES))


@pytest.mark.parametrize(
    "message",
    [
        "set price to 2019",
        "add a column x = 2019 - price",
        "fill missing price with 2019",
        "where price > 3 set price to 2020",
        "melt 2019 to 2020 into year and value",
    ],
)
def test_a_number_that_is_a_name_as_well_is_not_written_unasked(message: str) -> None:
    assert planned(message, MEASURES).intent is Intent.CLARIFY


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("sort by no. descending", Sort(keys=(SortKey(column="no.", descending=True),))),
        ("drop % change, # and no.", DropColumns(columns=("% change", "#", "no."))),
        ("keep rows where no. is 5", FilterRows(where=is_("no.", "equals", 5))),
    ],
)
def test_signs_around_a_name_that_is_written_out_belong_to_it(message: str, action: Action) -> None:
    signed = table({"no.": "i", "% change": "n", "#": "i", "price": "n"})
    assert actions_of(planned(message, signed)) == [action]
