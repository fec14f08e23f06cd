"""Values that are rare become one."""

import pandas as pd
import pytest

from domain.actions import InvalidAction, LumpRare, check
from tests.specifications.tables import cells, done, series
from tests.specifications.test_actions_over_rows import SHAPE

VALUES = ["a", "a", "a", "b", "b", None, "c", "c", "d"]


@pytest.mark.parametrize("dtype", ["str", "category", "object"])
@pytest.mark.parametrize(
    ("action", "kept"),
    [
        (LumpRare(columns=("x",), fewer_than=2), {"a", "b", "c"}),
        (LumpRare(columns=("x",), fewer_than=4), set[str]()),
        (LumpRare(columns=("x",), percent=26.0), {"a"}),
        (LumpRare(columns=("x",), percent=25.0), {"a", "b", "c"}),
        (LumpRare(columns=("x",), keep=1), {"a"}),
        (LumpRare(columns=("x",), keep=2), {"a", "b", "c"}),
        (LumpRare(columns=("x",), keep=9), {"a", "b", "c", "d"}),
    ],
)
def test_rare_values_become_other_and_missing_ones_stay_missing(
    action: LumpRare, kept: set[str], dtype: str
) -> None:
    expected = [each if each is None or each in kept else "Other" for each in VALUES]
    assert cells(done(action, series(VALUES, dtype))) == expected


@pytest.mark.parametrize(("rows", "of", "percent"), [(7, 100, 7.0), (14, 25, 56.0)])
def test_a_value_in_exactly_so_many_percent_of_the_rows_is_not_rare(
    rows: int, of: int, percent: float
) -> None:
    df = series(["a"] * rows + ["b"] * (of - rows), "str")
    lumped = cells(done(LumpRare(columns=("x",), percent=percent), df))
    assert lumped.count("a") == rows


def test_of_no_values_none_is_rare() -> None:
    none = pd.DataFrame({"x": pd.Series([None, None], dtype="str")})
    assert cells(done(LumpRare(columns=("x",), keep=1), none)) == [None, None]


@pytest.mark.parametrize(
    "action",
    [
        LumpRare(columns=("region",)),
        LumpRare(columns=("region",), fewer_than=3, keep=2),
        LumpRare(columns=("region",), fewer_than=0),
        LumpRare(columns=("region",), percent=100.0),
        LumpRare(columns=(), keep=2),
        LumpRare(columns=("sold",), keep=2),
    ],
)
def test_what_is_rare_is_said_in_one_way_and_of_texts(action: LumpRare) -> None:
    with pytest.raises(InvalidAction):
        check(action, SHAPE)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (
            LumpRare(columns=("city",), fewer_than=3),
            "Put values of city that stand in fewer than 3 rows into 'Other'",
        ),
        (
            LumpRare(columns=("city",), keep=5, other="rest"),
            "Put values of city but the 5 most frequent into 'rest'",
        ),
        (
            LumpRare(columns=("city",), percent=2.5),
            "Put values of city that stand in less than 2.5 % of the rows with a value into "
            "'Other'",
        ),
    ],
)
def test_it_is_told_which_values_are_rare(action: LumpRare, said: str) -> None:
    assert action.describe() == said
