"""What grouping, pivoting, melting, transposing and exploding make of a table."""

from typing import Any

import pandas as pd
import pytest

from domain.actions import (
    Action,
    Aggregate,
    ExplodeColumn,
    GroupBy,
    InvalidAction,
    Melt,
    Pivot,
    Transpose,
    check,
)
from domain.snippet_policy import violations
from domain.table import Column, ColumnType, TableShape

SALES = pd.DataFrame(
    {
        "city": pd.Series(["Paris", "Oslo", None, "Paris", "Oslo"], dtype="str"),
        "year": pd.Series([2023, 2023, 2024, 2024, None], dtype="Int64"),
        "amount": pd.Series([10, 20, 30, None, 50], dtype="Int64"),
        "rate": [0.5, None, 1.5, 2.0, 2.5],
        "tags": pd.Series(["a, b", "b", None, "", "c,c"], dtype="str"),
    }
)
_TYPES = {"Int64": ColumnType.INTEGER, "float64": ColumnType.NUMBER, "str": ColumnType.TEXT}


def shape_of(df: pd.DataFrame) -> TableShape:
    columns = tuple(
        Column(
            name=str(name),
            type=_TYPES[str(df[name].dtype)],
            nulls=int(df[name].isna().sum()),
            distinct=df[name].nunique(),
        )
        for name in df
    )
    return TableShape(rows=len(df), columns=columns)


def done(action: Action, df: pd.DataFrame = SALES) -> list[dict[str, Any]]:
    """The rows after the action, None for what is missing."""
    check(action, shape_of(df))
    assert violations(action.code()) == ()
    assert "\n" not in action.describe()
    scope: dict[str, Any] = {"df": df.copy()}
    exec(action.code(), scope)  # noqa: S102 - the code under test is our own
    result = scope["df"]
    assert result.index.is_unique
    result = result.reset_index(drop=True)
    after = action.shape_after(shape_of(df))
    assert after is None or list(result) == list(after.column_names)
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in result.to_dict("records")
    ]


def test_groups_are_sorted_and_missing_keys_are_a_group_of_their_own() -> None:
    figures = (
        Aggregate(function="rows"),
        Aggregate(function="sum", column="amount", new="total"),
        Aggregate(function="mean", column="rate"),
        Aggregate(function="distinct", column="year"),
    )
    assert done(GroupBy(by=("city",), aggregates=figures)) == [
        {"city": "Oslo", "rows": 2, "total": 70, "rate_mean": 2.5, "year_distinct": 1},
        {"city": "Paris", "rows": 2, "total": 10, "rate_mean": 1.25, "year_distinct": 2},
        {"city": None, "rows": 1, "total": 30, "rate_mean": 1.5, "year_distinct": 1},
    ]


def test_several_figures_of_several_keys() -> None:
    figures = tuple(Aggregate(function=f, column="amount") for f in ("min", "max", "count"))
    rows = done(GroupBy(by=("city", "year"), aggregates=figures))
    assert {"city": "Oslo", "year": 2023} | dict.fromkeys(("amount_min", "amount_max"), 20) | {
        "amount_count": 1
    } == rows[0]
    assert len(rows) == 5


def test_a_pivot_shows_a_figure_for_each_pair() -> None:
    action = Pivot(rows_by=("city",), column="year", values="amount", function="sum")
    assert done(action) == [
        {"city": "Oslo", "2023": 20, "2024": None, "missing": 50},
        {"city": "Paris", "2023": 10, "2024": 0, "missing": None},
        {"city": None, "2023": None, "2024": 30, "missing": None},
    ]


def test_a_pivot_without_values_counts_rows() -> None:
    rows = done(Pivot(rows_by=("city",), column="year"))
    assert rows[1] == {"city": "Paris", "2023": 1, "2024": 1, "missing": 0}


def test_melting_makes_a_row_of_each_cell() -> None:
    rows = done(Melt(keep=("city",), columns=("amount", "rate"), name_column="what"))
    assert len(rows) == 10
    assert rows[0] == {"city": "Paris", "what": "amount", "value": 10}
    assert rows[6] == {"city": "Oslo", "what": "rate", "value": None}


def test_every_other_column_is_melted_when_none_is_named() -> None:
    rows = done(Melt(keep=("city", "tags", "rate"), value_column="n"))
    assert {row["variable"] for row in rows} == {"year", "amount"}


def test_melted_columns_may_be_called_like_the_new_ones() -> None:
    df = pd.DataFrame({"id": ["a"], "value": [1.5], "variable": [2.5]})
    assert done(Melt(keep=("id",)), df) == [
        {"id": "a", "variable": "value", "value": 1.5},
        {"id": "a", "variable": "variable", "value": 2.5},
    ]


def test_transposing_turns_columns_into_rows() -> None:
    names = pd.Series(["Ann", "Bo"], dtype="str")
    df = pd.DataFrame({"who": names, "x": [1.5, 2.5], "y": [3.0, 4.0]})
    assert done(Transpose(names_from="who"), df) == [
        {"column": "x", "Ann": 1.5, "Bo": 2.5},
        {"column": "y", "Ann": 3.0, "Bo": 4.0},
    ]
    assert done(Transpose(), df[["x", "y"]])[1] == {"column": "y", "row_1": 3.0, "row_2": 4.0}


def test_each_part_of_a_cell_gets_a_row() -> None:
    rows = done(ExplodeColumn(column="tags"))
    assert [row["tags"] for row in rows] == ["a", "b", "b", None, "", "c", "c"]
    assert [row["city"] for row in rows][:3] == ["Paris", "Paris", "Oslo"]


def test_cells_that_hold_lists_get_a_row_for_each_element() -> None:
    scope: dict[str, Any] = {"df": pd.DataFrame({"x": [[1, 2], [3], None]})}
    exec(ExplodeColumn(column="x", separator=None).code(), scope)  # noqa: S102 - our own code
    assert list(scope["df"]["x"].dropna()) == [1, 2, 3]
    assert len(scope["df"]) == 4


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (GroupBy(by=(), aggregates=(Aggregate(function="rows"),)), "group by"),
        (GroupBy(by=("city",), aggregates=()), "figure"),
        (GroupBy(by=("city",), aggregates=(Aggregate(function="mean", column="tags"),)), "number"),
        (GroupBy(by=("city",), aggregates=(Aggregate(function="mean"),)), "Of which column"),
        (GroupBy(by=("city",), aggregates=(Aggregate(function="rows", new="city"),)), "'city'"),
        (GroupBy(by=("city",), aggregates=(Aggregate(function="rows", new=" "),)), "letter"),
        (GroupBy(by=("town",), aggregates=(Aggregate(function="rows"),)), "no column 'town'"),
        (Pivot(rows_by=(), column="year"), "rows of the new table"),
        (Pivot(rows_by=("city",), column="city"), "twice"),
        (Pivot(rows_by=("city",), column="year", values="tags"), "number"),
        (Melt(keep=("city",), columns=("amount", "tags")), "another kind"),
        (Melt(keep=("city", "year", "amount", "rate", "tags")), "No column is left"),
        (Melt(keep=("amount",), columns=("rate",), value_column="amount"), "names"),
        (Transpose(names_from="city"), "missing or the same"),
        (Transpose(), "another kind"),
        (ExplodeColumn(column="amount"), "only text"),
        (ExplodeColumn(column="tags", separator=None), "no lists"),
        (ExplodeColumn(column="tags", separator=""), "stands between"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_would_work(action: Action, hint: str) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, shape_of(SALES))
    assert hint in str(refusal.value)


def test_a_pivot_of_too_many_columns_is_refused_before_it_is_tried() -> None:
    many = Column(name="id", type=ColumnType.INTEGER, nulls=0, distinct=501)
    key = Column(name="key", type=ColumnType.TEXT, nulls=0, distinct=2)
    with pytest.raises(InvalidAction, match="501 different values"):
        check(Pivot(rows_by=("key",), column="id"), TableShape(rows=600, columns=(key, many)))


@pytest.mark.parametrize("name", ["a'] = 1 #", 'x"""', "{x}", "\\", "a\nb", "df", "é\u202e", "%s"])
def test_any_name_is_taken_as_it_is(name: str) -> None:
    df = SALES.rename(columns={"city": name})
    figures = (Aggregate(function="count", column=name, new=name + name),)
    assert done(GroupBy(by=(name,), aggregates=figures), df)[0] == {name: "Oslo", name + name: 2}
    assert done(Pivot(rows_by=("year",), column=name), df)[0]["Oslo"] == 1
    melt = Melt(keep=("year", "tags"), columns=("rate",), name_column=name, value_column="v")
    assert done(melt, df)[0][name] == "rate"
    assert len(done(ExplodeColumn(column=name, separator=name), df)) == 5
