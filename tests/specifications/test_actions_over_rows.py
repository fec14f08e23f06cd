"""Rows by their place, and columns that are computed over several rows."""

from typing import Any

import pandas as pd
import pytest

from domain.actions import (
    Action,
    Comparison,
    ComputeOverRows,
    FilterRows,
    InvalidAction,
    SampleRows,
    SetInRows,
    TakeRows,
    Window,
    check,
)
from domain.table import Column, ColumnType, TableShape
from tests.specifications.tables import cells, done, series

FIVE = series([1, 2, 3, 4, 5], "int64")
SALES = pd.DataFrame(
    {
        "region": ["n", "s", "n", None, "s"],
        "sold": pd.array([3, None, 1, 4, 1], dtype="Int64"),
        "price": [2.0, 0.0, 6.0, 3.0, None],
    },
    index=[7, 3, 9, 1, 4],
)
SHAPE = TableShape(
    rows=5,
    columns=tuple(
        Column(name=name, type=kind, nulls=1, distinct=3)
        for name, kind in {
            "region": ColumnType.TEXT,
            "sold": ColumnType.INTEGER,
            "price": ColumnType.NUMBER,
        }.items()
    ),
)


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        (1, 2, [1, 2]),
        (1, 99, [1, 2, 3, 4, 5]),
        (4, None, [4, 5]),
        (2, 3, [2, 3]),
        (3, 3, [3]),
        (-2, None, [4, 5]),
        (-1, None, [5]),
        (-99, None, [1, 2, 3, 4, 5]),
        (-3, -2, [3, 4]),
        (-3, -1, [3, 4, 5]),
        (9, 12, []),
        (1, None, [1, 2, 3, 4, 5]),
    ],
)
def test_rows_are_taken_by_their_place_and_dropping_them_leaves_the_others(
    start: int, end: int | None, kept: list[int]
) -> None:
    assert cells(done(TakeRows(start=start, end=end), FIVE)) == kept
    left = done(TakeRows(start=start, end=end, matching="drop"), FIVE)
    assert cells(left) == [value for value in (1, 2, 3, 4, 5) if value not in kept]


@pytest.mark.parametrize(
    ("start", "end", "every", "kept"),
    [
        (1, None, 2, [1, 3, 5]),
        (2, None, 2, [2, 4]),
        (2, 4, 3, [2]),
        (9, None, 2, []),
        (1, 1, 9, [1]),
    ],
)
def test_rows_that_are_so_many_apart_are_taken(
    start: int, end: int | None, every: int, kept: list[int]
) -> None:
    assert cells(done(TakeRows(start=start, end=end, every=every), FIVE)) == kept
    left = done(TakeRows(start=start, end=end, every=every, matching="drop"), FIVE)
    assert cells(left) == [value for value in (1, 2, 3, 4, 5) if value not in kept]


@pytest.mark.parametrize(
    ("start", "end", "value", "after"),
    [
        (1, 1, 9, [9, 2, 3, 4, 5]),
        (-1, None, 9, [1, 2, 3, 4, 9]),
        (2, 4, None, [1, None, None, None, 5]),
        (5, 9, 0.5, [1, 2, 3, 4, 0.5]),
        (7, 9, 9, [1, 2, 3, 4, 5]),
    ],
)
def test_cells_are_set_in_rows_by_their_place(
    start: int, end: int | None, value: float | None, after: list[float | None]
) -> None:
    turned = FIVE.set_axis([7, 6, 3, 1, 0])
    action = SetInRows(columns=("x",), start=start, end=end, value=value)
    assert cells(done(action, turned)) == after


@pytest.mark.parametrize(
    ("sample", "many"),
    [
        (SampleRows(count=2), 2),
        (SampleRows(count=9), 5),
        (SampleRows(percent=50.0), 3),
        (SampleRows(percent=1.0), 0),
    ],
)
def test_a_sample_is_the_same_each_time_and_in_the_order_of_the_table(
    sample: SampleRows, many: int
) -> None:
    chosen = cells(done(sample, FIVE))
    assert len(chosen) == many
    assert chosen == sorted(chosen) == cells(done(sample, FIVE))


def test_another_seed_chooses_other_rows() -> None:
    many = series([*range(1000)], "int64")
    first, second = (cells(done(SampleRows(count=5, seed=seed), many)) for seed in (0, 1))
    assert first != second


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (SampleRows(count=1), "Keep 1 row chosen by chance (seed 0)"),
        (SampleRows(percent=2.5, seed=7), "Keep 2.5 % of the rows chosen by chance (seed 7)"),
        (SetInRows(columns=("sold",), start=5, end=5, value=1), "Set sold to 1 in row 5"),
        (
            SetInRows(columns=("sold",), start=-2, end=None),
            "Set sold to missing in the last 2 rows",
        ),
        (TakeRows(end=100), "Keep only the first 100 rows"),
        (TakeRows(start=-1, matching="drop"), "Drop the last row"),
        (TakeRows(start=10, end=20, matching="drop"), "Drop rows 10 to 20"),
        (TakeRows(start=3, end=3, matching="drop"), "Drop row 3"),
        (TakeRows(start=-5), "Keep only the last 5 rows"),
        (TakeRows(start=5), "Keep only the rows from 5 on"),
        (TakeRows(start=2, every=3), "Keep only one row in 3, from row 2 on"),
        (
            TakeRows(end=9, every=2, matching="drop"),
            "Drop one row in 2, from row 1 to 9",
        ),
        (
            ComputeOverRows(window="rank", column="sold", by=("region",), descending=True, new="r"),
            "Add r: the rank by sold for each region, the largest first",
        ),
        (ComputeOverRows(window="row_number", new="n"), "Add n: the number of the row"),
        (
            ComputeOverRows(window="rolling_mean", column="sold", size=3, new="m"),
            "Add m: the mean of sold over the row and the 2 before it",
        ),
        (
            ComputeOverRows(window="previous", column="sold", new="p"),
            "Add p: what the row before it has in sold",
        ),
        (
            ComputeOverRows(window="next", column="sold", size=2, new="p"),
            "Add p: what the row 2 rows after it has in sold",
        ),
        (
            ComputeOverRows(window="count", by=("region",), new="n"),
            "Add n: the number of rows for each region",
        ),
    ],
)
def test_what_is_done_to_rows_is_told_in_words(action: Action, said: str) -> None:
    assert action.describe() == said


@pytest.mark.parametrize(
    ("window", "column", "by", "expected"),
    [
        ("running_total", "sold", (), [3, None, 4, 8, 9]),
        ("running_total", "sold", ("region",), [3, None, 4, 4, 1]),
        ("running_max", "sold", (), [3, None, 3, 4, 4]),
        ("running_min", "price", (), [2, 0, 0, 0, None]),
        ("difference", "price", (), [None, -2, 6, -3, None]),
        ("difference", "price", ("region",), [None, None, 4, None, None]),
        ("percent_change", "price", (), [None, -100, None, -50, None]),
        ("percent_of_total", "sold", (), [100 / 3, None, 100 / 9, 400 / 9, 100 / 9]),
        ("percent_of_total", "sold", ("region",), [75, None, 25, 100, 100]),
        ("rank", "sold", (), [3, None, 1, 4, 1]),
        ("row_number", None, (), [1, 2, 3, 4, 5]),
        ("row_number", None, ("region",), [1, 1, 2, 1, 2]),
        ("percentile", "sold", (), [75, None, 50, 100, 50]),
        ("previous", "sold", (), [None, 3, None, 1, 4]),
        ("next", "sold", ("region",), [1, 1, None, None, None]),
        ("mean", "price", (), [2.75] * 5),
        ("median", "sold", ("region",), [2, 1, 2, 4, 1]),
        ("total", "sold", ("region",), [4, 1, 4, 4, 1]),
        ("largest", "price", ("region",), [6, 0, 6, 3, 0]),
        ("smallest", "price", (), [0] * 5),
        ("count", None, ("region",), [2, 2, 2, 1, 2]),
    ],
)
def test_a_value_is_seen_among_those_of_other_rows(
    window: Window, column: str | None, by: tuple[str, ...], expected: list[float | None]
) -> None:
    action = ComputeOverRows(window=window, column=column, by=by, new="new")
    check(action, SHAPE)
    found = cells(done(action, SALES), "new")
    assert found == [None if value is None else pytest.approx(value) for value in expected]


@pytest.mark.parametrize(
    ("window", "by", "expected"),
    [
        ("rolling_mean", (), [None, 1, 3, 4.5, None]),
        ("rolling_sum", ("region",), [None, None, 8, None, None]),
        ("rolling_median", (), [None, 1, 3, 4.5, None]),
        ("rolling_min", (), [None, 0, 0, 3, None]),
        ("rolling_max", (), [None, 2, 6, 6, None]),
    ],
)
def test_a_figure_rolls_over_so_many_rows_and_is_missing_where_not_all_have_a_value(
    window: Window, by: tuple[str, ...], expected: list[float | None]
) -> None:
    action = ComputeOverRows(window=window, column="price", by=by, size=2, new="new")
    check(action, SHAPE)
    assert cells(done(action, SALES), "new") == expected


@pytest.mark.parametrize("window", ["previous", "next"])
@pytest.mark.parametrize(
    ("values", "dtype", "left"),
    [([1, 2], "int64", "Int64"), ([True, False], "bool", "boolean"), (["a", "b"], "str", "str")],
)
def test_what_a_row_nearby_has_keeps_its_type(
    window: Window, values: list[Any], dtype: str, left: str
) -> None:
    df = done(ComputeOverRows(window=window, column="x", new="new"), series(values, dtype))
    assert df["new"].dtype == left
    expected = [None, values[0]] if window == "previous" else [values[1], None]
    assert cells(df, "new") == expected


def test_the_largest_may_be_the_first_in_rank() -> None:
    action = ComputeOverRows(window="rank", column="price", descending=True, new="rank")
    assert cells(done(action, SALES), "rank") == [3, 4, 1, 2, None]


def test_of_nothing_there_is_no_share() -> None:
    action = ComputeOverRows(window="percent_of_total", column="x", new="share")
    assert cells(done(action, series([0, 0], "int64")), "share") == [None, None]


@pytest.mark.parametrize(
    "action",
    [
        TakeRows(start=0),
        SetInRows(columns=("sold",), start=0, end=1, value=1),
        SetInRows(columns=("sold",), start=1, end=1, value="many"),
        SetInRows(columns=(), start=1, end=1, value=1),
        SampleRows(),
        SampleRows(count=1, percent=1.0),
        SampleRows(count=0),
        SampleRows(percent=100.0),
        SampleRows(count=1, seed=-1),
        TakeRows(end=0),
        TakeRows(start=5, end=3),
        TakeRows(start=2, end=-2),
        TakeRows(start=-2, every=2),
        TakeRows(every=0),
        ComputeOverRows(window="running_total", column="region", new="x"),
        ComputeOverRows(window="rank", column="region", new="x"),
        ComputeOverRows(window="rank", new="x"),
        ComputeOverRows(window="rank", column="sold", new="price"),
        ComputeOverRows(window="running_total", column="nobody", new="x"),
        ComputeOverRows(window="rolling_mean", column="sold", new="x"),
        ComputeOverRows(window="rolling_mean", column="sold", size=1, new="x"),
        ComputeOverRows(window="previous", column="sold", size=0, new="x"),
        ComputeOverRows(window="count", new="x"),
        ComputeOverRows(window="mean", column="region", new="x"),
    ],
)
def test_what_cannot_be_done_to_rows_is_refused(action: Action) -> None:
    with pytest.raises(InvalidAction):
        check(action, SHAPE)


@pytest.mark.parametrize(
    ("pattern", "ignore_case", "kept"),
    [
        (r"^A\d+$", False, ["A1"]),
        (r"^a\d+$", True, ["A1"]),
        (r"(1)", False, ["A1", "x1y"]),
        (r"A(?=1)", False, ["A1"]),
        (r"'\"\n", False, []),
    ],
)
def test_rows_are_kept_by_a_regular_expression(
    pattern: str, ignore_case: bool, kept: list[Any]
) -> None:
    where = Comparison(column="x", operator="matches", values=(pattern,), ignore_case=ignore_case)
    texts = series(["A1", "b", None, "x1y", ""], "str")
    assert cells(done(FilterRows(where=where), texts)) == kept
    assert len(done(FilterRows(where=where, matching="drop"), texts)) == 5 - len(kept)


@pytest.mark.parametrize(("column", "pattern"), [("region", "("), ("sold", "1"), ("region", 1)])
def test_only_a_regular_expression_can_match_and_only_text(column: str, pattern: str) -> None:
    where = Comparison(column=column, operator="matches", values=(pattern,))
    with pytest.raises(InvalidAction):
        check(FilterRows(where=where), SHAPE)
