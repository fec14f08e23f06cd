"""Questions as actions: each computes an answer by pandas and leaves the table as it is."""

import json
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from domain.actions import (
    Action,
    AnswerOfComputed,
    Comparison,
    ComputeOverRows,
    Derive,
    DescribeColumns,
    DrawChart,
    HandleOutliers,
    Inquiry,
    InvalidAction,
    ListValues,
    Period,
    ShowRows,
    TellCorrelation,
    TellFigure,
    TellFigures,
    TellGroups,
    TellMissing,
    TellOverTime,
    TellSize,
    check,
)
from domain.actions.grouping import Aggregate
from domain.snippet_policy import violations
from domain.table import Column, ColumnType, TableShape
from infrastructure.nsjail.answers import write_answer

PEOPLE = pd.DataFrame(
    {
        "age": pd.array([34, 17, None, 45], dtype="Int64"),
        "city": ["a", "b", "a", None],
        "salary": [1.5, None, 3.0, 4.0],
        "when": pd.to_datetime(["2024-01-01", "2024-01-02", "", "2024-02-01"]),
        "by": ["x", "x", "y", "y"],
        'it\'s "odd"\n': [1, 2, 3, 4],
    }
)
ODD = 'it\'s "odd"\n'
SHAPE = TableShape(
    rows=4,
    columns=tuple(
        Column(name=name, type=kind, nulls=1, distinct=3)
        for name, kind in {
            "age": ColumnType.INTEGER,
            "city": ColumnType.TEXT,
            "salary": ColumnType.NUMBER,
            "when": ColumnType.DATETIME,
            "by": ColumnType.TEXT,
            ODD: ColumnType.INTEGER,
        }.items()
    ),
)
OVER_20 = Comparison(column="age", operator="greater", values=(20,))


def answered(action: Inquiry, table: pd.DataFrame = PEOPLE) -> Any:  # any answer
    """What the action's code leaves in result; the table stays, and the answer can be kept."""
    check(action, SHAPE)
    code = action.code()
    assert not list(violations(code)), code
    names: dict[str, Any] = {"df": table.copy(), "pd": pd, "np": np}
    exec(code, names)  # noqa: S102 - the code under test
    pd.testing.assert_frame_equal(names["df"], table)
    assert write_answer(names["result"], BytesIO(), 100)
    return names["result"]


def rows_of(frame: pd.DataFrame) -> list[list[Any]]:
    return [[None if pd.isna(cell) else cell for cell in row] for row in frame.to_numpy().tolist()]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (TellFigure(figure="rows"), 4),
        (TellFigure(figure="rows", where=OVER_20), 2),
        (TellFigure(figure="count", column="city"), 3),
        (TellFigure(figure="missing", column="age"), 1),
        (TellFigure(figure="missing_percent", column="age"), 25),
        (TellFigure(figure="rows_percent", where=OVER_20), 50),
        (TellFigure(figure="distinct", column="city"), 2),
        (TellFigure(figure="sum", column="age"), 96),
        (TellFigure(figure="mean", column="age", where=OVER_20), 39.5),
        (TellFigure(figure="median", column="salary"), 3),
        (TellFigure(figure="min", column="age"), 17),
        (TellFigure(figure="max", column="when"), pd.Timestamp("2024-02-01")),
        (TellFigure(figure="std", column=ODD), pytest.approx(1.29099, abs=1e-5)),
        (TellSize(of="columns"), 6),
        (TellSize(of="repeated_rows"), 0),
        (TellCorrelation(columns=("age", "salary")), pytest.approx(1)),
    ],
)
def test_a_figure_is_a_single_value(action: Inquiry, expected: object) -> None:
    assert answered(action) == expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (
            TellFigure(figure="mean", column="salary", by=("city",)),
            [["a", 2.25], ["b", None], [None, 4.0]],
        ),
        (TellFigure(figure="rows", by=("by",), where=OVER_20), [["x", 1], ["y", 1]]),
        (TellFigure(figure="missing", column="age", by=("by",)), [["x", 0], ["y", 1]]),
        (TellFigure(figure="missing_percent", column="age", by=("by",)), [["x", 0], ["y", 50]]),
        (TellFigure(figure="distinct", column="city", by=("by",)), [["x", 2], ["y", 1]]),
        (TellFigure(figure="sum", column="age", by=("age",), top=1), [[17, 17]]),
        (
            TellFigure(figure="sum", column="salary", by=("by",), order="largest"),
            [["y", 7.0], ["x", 1.5]],
        ),
        (
            TellFigure(figure="sum", column="salary", by=("by",), order="smallest", top=1),
            [["x", 1.5]],
        ),
        (TellFigure(figure="rows_percent", by=("by",)), [["x", 50], ["y", 50]]),
        (
            TellFigure(figure="sum_percent", column="age", by=("by",), order="smallest"),
            [["y", 46.875], ["x", 53.125]],
        ),
        (
            TellFigures(figures=("min", "max", "distinct"), columns=("age", ODD)),
            [["age", 17, 45, 3], [ODD, 1, 4, 4]],
        ),
        (
            TellFigures(figures=("mean", "sum"), columns=("age",), where=OVER_20),
            [["age", 39.5, 79]],
        ),
        (
            TellFigures(figures=("min", "max"), columns=("when",)),
            [["when", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]],
        ),
        (
            TellFigures(figures=("mean", "count"), columns=("salary",), by=("by",)),
            [["x", 1.5, 1], ["y", 3.5, 2]],
        ),
        (TellMissing(columns=("salary", "by")), [["salary", 1, 25.0]]),
        (TellCorrelation(columns=("age", "salary", ODD)), None),
        (TellCorrelation(), None),
        (ListValues(column="city"), [["a"], ["b"]]),
        (ShowRows(where=OVER_20, columns=("by",)), [["x"], ["y"]]),
        (ShowRows(by="salary", count=2, columns=("salary",)), [[4.0], [3.0]]),
        (ShowRows(by="age", smallest=True, count=1, columns=("age",)), [[17]]),
        (ShowRows(start=2, count=2, columns=(ODD,)), [[2], [3]]),
        (ShowRows(start=-2, count=9, columns=(ODD,)), [[3], [4]]),
        (
            DescribeColumns(columns=("age", "city")),
            [
                ["age", "integer", 3, 1, 3, 32, pytest.approx(14.1067, abs=1e-3), 17, 34, 45],
                ["city", "text", 3, 1, 2, None, None, None, None, None],
            ],
        ),
    ],
)
def test_several_answers_are_a_table(action: Inquiry, expected: list[list[Any]] | None) -> None:
    table = answered(action)
    assert expected is None or rows_of(table) == expected


def test_missing_values_are_told_by_column_the_most_first() -> None:
    table = answered(TellMissing(), PEOPLE.assign(city=pd.Series([None, None, "a", None])))
    assert rows_of(table)[0] == ["city", 3, 75.0]
    assert list(table["column"]) == ["city", "age", "salary", "when"]


def test_a_summary_tells_of_every_column_what_its_type_has() -> None:
    table = answered(DescribeColumns(), PEOPLE.assign(age=pd.array([None] * 4, dtype="Int64")))
    assert list(table["type"]) == ["integer", "text", "number", "date", "text", "integer"]
    assert list(table["earliest"].dropna()) == ["2024-01-01 00:00:00"]
    assert rows_of(answered(DescribeColumns(columns=("by",)))) == [["by", "text", 4, 0, 2]]


def test_a_summary_counts_different_lists() -> None:
    table = PEOPLE.assign(by=pd.Series([["x"], ["x", "y"], ["x"], None], dtype="object"))
    summary = answered(DescribeColumns(), table).set_index("column").loc["by"]
    assert summary[["type", "values", "missing", "different"]].tolist() == ["text", 3, 1, 2]


def test_of_a_column_without_values_there_are_no_figures() -> None:
    empty = PEOPLE.assign(age=pd.array([None] * 4, dtype="Int64"))
    action = TellFigures(figures=("min", "mean", "count"), columns=("age", ODD))
    assert rows_of(answered(action, empty)) == [["age", None, None, 0], [ODD, 1, 2.5, 4]]


def test_a_group_keeps_its_name_beside_the_figure() -> None:
    names: dict[str, Any] = {"df": pd.DataFrame({"rows": ["x", "x", "y"]})}
    exec(TellFigure(figure="rows", by=("rows",)).code(), names)  # noqa: S102 - as above
    assert list(names["result"].columns) == ["rows", "rows_"]


def test_figures_of_several_columns_are_told_for_the_same_groups() -> None:
    ages, rows = Aggregate(function="max", column="age"), Aggregate(function="rows")
    told = answered(TellGroups(by=("by",), aggregates=(ages, rows)))
    assert (list(told.columns), rows_of(told)) == (
        ["by", "age_max", "rows"],
        [["x", 34, 2], ["y", 45, 2]],
    )
    older = TellGroups(by=("by",), aggregates=(ages, rows), where=OVER_20)
    assert rows_of(answered(older)) == [["x", 34, 1], ["y", 45, 1]]
    for refused in (TellGroups(by=(), aggregates=(rows,)), TellGroups(by=("by",), aggregates=())):
        with pytest.raises(InvalidAction, match="column to group by"):
            check(refused, SHAPE)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("day", [["2024-01-01", 34], ["2024-01-02", 17], ["2024-02-01", 45], [None, 0]]),
        ("week", [["2024-W01", 51], ["2024-W05", 45], [None, 0]]),
        ("month", [["2024-01", 51], ["2024-02", 45], [None, 0]]),
        ("quarter", [["2024-Q1", 96], [None, 0]]),
        ("year", [[2024, 96], [None, 0]]),
    ],
)
def test_figures_are_told_for_each_period_of_a_date(
    period: Period, expected: list[list[Any]]
) -> None:
    ages = Aggregate(column="age", function="sum")
    assert (
        rows_of(answered(TellOverTime(dates="when", period=period, aggregates=(ages,)))) == expected
    )


def test_figures_over_time_are_told_for_groups_and_of_some_rows() -> None:
    rows = Aggregate(function="rows", new="month")
    action = TellOverTime(
        dates="when", period="month", aggregates=(rows,), by=("by",), where=OVER_20
    )
    told = answered(action)
    assert list(told.columns) == ["month_", "by", "month"]
    assert rows_of(told) == [["2024-01", "x", 1], ["2024-02", "y", 1]]
    assert action.asked() == (
        "the number of rows where age is greater than 20 for each month of when and by"
    )
    for refused in (
        TellOverTime(dates="city", period="month", aggregates=(rows,)),
        TellOverTime(dates="when", period="month", aggregates=()),
    ):
        with pytest.raises(InvalidAction):
            check(refused, SHAPE)


def test_a_figure_is_told_of_what_no_column_holds() -> None:
    product = Derive(new="pay", expression="`age` * `salary`")
    total = AnswerOfComputed(computed=product, question=TellFigure(figure="sum", column="pay"))
    assert answered(total) == 34 * 1.5 + 45 * 4.0
    assert (total.asked(), total.columns_named()) == ("the sum of pay", ("age", "salary"))
    groups = TellFigure(figure="max", column="pay", by=("by",), where=OVER_20)
    assert rows_of(answered(AnswerOfComputed(computed=product, question=groups))) == [
        ["x", 51.0],
        ["y", 180.0],
    ]


def test_outliers_are_counted_and_shown_and_left_out_without_a_flag_in_the_table() -> None:
    pay = pd.DataFrame({**PEOPLE.iloc[[0] * 6], "salary": [1, 2, 2, 3, 3, 99]})
    flagged = HandleOutliers(columns=("salary",), treatment="flag")
    far = Comparison(column="salary_outlier", operator="equals", values=(True,))
    counted = AnswerOfComputed(computed=flagged, question=TellFigure(figure="rows", where=far))
    assert answered(counted, pay) == 1
    assert "(flag outliers in salary: beyond 1.5" in counted.asked()
    assert counted.columns_named() == ("salary",)
    shown = answered(AnswerOfComputed(computed=flagged, question=ShowRows(where=far)), pay)
    assert (list(shown.columns), list(shown["salary"])) == (list(PEOPLE.columns), [99])
    rest = HandleOutliers(columns=("salary",), treatment="drop")
    mean = TellFigure(figure="mean", column="salary")
    assert answered(AnswerOfComputed(computed=rest, question=mean), pay) == pytest.approx(2.2)


def test_the_first_rows_of_each_group_are_shown_as_they_are() -> None:
    pay = pd.DataFrame({**PEOPLE.iloc[[0] * 4], "by": ["x", "x", "y", "x"], "salary": [1, 3, 2, 2]})
    places = ComputeOverRows(
        window="rank", column="salary", by=("by",), descending=True, new="place"
    )
    first = Comparison(column="place", operator="less_or_equal", values=(2,))
    shown = answered(AnswerOfComputed(computed=places, question=ShowRows(where=first)), pay)
    assert (list(shown.columns), list(shown["salary"])) == (list(PEOPLE.columns), [3, 2, 2])


@pytest.mark.parametrize(
    ("computed", "column", "why"),
    [
        (Derive(new="age", expression="`salary` * 2"), "age", "already a column 'age'"),
        (Derive(new="pay", expression="`city` * `salary`"), "pay", "text"),
        (Derive(new="pay", expression="`wage` * 2"), "pay", "'wage'"),
        (Derive(new="pay", expression="`salary` * 2"), "paid", "'paid'"),
    ],
)
def test_what_cannot_be_computed_is_refused(computed: Derive, column: str, why: str) -> None:
    question = TellFigure(figure="sum", column=column)
    with pytest.raises(InvalidAction, match=why):
        check(AnswerOfComputed(computed=computed, question=question), SHAPE)


@pytest.mark.parametrize(
    ("action", "mark", "points"),
    [
        (DrawChart(chart="histogram", x="age"), "bar", 20),
        (DrawChart(chart="bar", x="city", figure="rows"), "bar", 2),
        (DrawChart(chart="bar", x="by", y="salary", figure="sum"), "bar", 2),
        (DrawChart(chart="line", x="when", y="salary"), "line", 2),
        (DrawChart(chart="scatter", x="age", y=ODD), "point", 3),
    ],
)
def test_a_chart_holds_its_data(action: DrawChart, mark: str, points: int) -> None:
    chart = answered(action)
    assert (chart["mark"], len(chart["data"]["values"])) == (mark, points)
    assert chart["encoding"]["x"]["title"] == action.x
    file = BytesIO()
    assert write_answer(chart, file, 100) == {"answer": "chart"}
    json.loads(file.getvalue())


def test_a_line_over_dates_knows_that_they_are_dates() -> None:
    over = {x: answered(DrawChart(chart="line", x=x, y="salary")) for x in ("when", "age")}
    assert [each["encoding"]["x"]["type"] for each in over.values()] == ["temporal", "quantitative"]


def test_nothing_can_be_counted_in_an_empty_table_without_an_answer() -> None:
    empty = PEOPLE.head(0)
    assert answered(TellFigure(figure="rows"), empty) == 0
    assert rows_of(answered(TellMissing(), empty)) == []
    assert len(answered(DrawChart(chart="histogram", x="age"), empty)["data"]["values"]) == 20


def test_infinite_numbers_are_in_no_range_of_a_histogram() -> None:
    table = PEOPLE.assign(salary=[1.5, float("inf"), 3.0, float("-inf")])
    points = answered(DrawChart(chart="histogram", x="salary"), table)["data"]["values"]
    assert (points[0]["x"], points[-1]["to"], sum(point["y"] for point in points)) == (1.5, 3, 2)


def test_durations_are_no_columns_of_numbers_to_correlate() -> None:
    table = PEOPLE.assign(stay=pd.to_timedelta([1, 2, 3, 4], unit="D"))
    assert list(answered(TellCorrelation(), table)["column"]) == ["age", "salary", ODD]


@pytest.mark.parametrize(
    "action",
    [
        TellFigure(figure="mean", column="city"),
        TellFigure(figure="mean"),
        TellFigure(figure="rows", top=3),
        TellFigure(figure="rows", by=("city",), top=0),
        TellFigure(figure="rows", by=("nobody",)),
        TellCorrelation(columns=("age",)),
        TellCorrelation(columns=("age", "city")),
        ShowRows(count=0),
        ShowRows(count=10**9),
        ShowRows(start=0),
        TellFigure(figure="rows_percent"),
        TellFigure(figure="rows_percent", by=("city",), where=OVER_20),
        TellFigure(figure="sum_percent", column="age"),
        TellFigures(figures=(), columns=("age",)),
        TellFigures(figures=("mean",), columns=("city",)),
        TellFigures(figures=("min",), columns=("age", "when")),
        TellFigures(figures=("mean",), columns=("age", "salary"), by=("city",)),
        DrawChart(chart="histogram", x="city"),
        DrawChart(chart="line", x="city", y="age"),
        DrawChart(chart="scatter", x="age", y="city"),
        DrawChart(chart="scatter", x="age", figure="rows"),
        DrawChart(chart="bar", x="city"),
        DrawChart(chart="bar", x="city", y="by"),
    ],
)
def test_what_cannot_be_answered_is_refused(action: Action) -> None:
    with pytest.raises(InvalidAction):
        check(action, SHAPE)


def test_which_rows_a_question_was_about_is_known() -> None:
    missing = Comparison(column="age", operator="is_missing")
    assert TellFigure(figure="missing", column="age").rows_meant() == missing
    assert TellFigure(figure="rows", where=OVER_20).rows_meant() == OVER_20
    assert ShowRows(where=OVER_20).rows_meant() == OVER_20
    assert TellFigure(figure="mean", column="age").rows_meant() is None


def test_a_question_is_told_in_words() -> None:
    action = TellFigure(
        figure="mean", column="salary", by=("city",), where=OVER_20, order="largest", top=3
    )
    assert action.describe() == (
        "Tell the mean of salary where age is greater than 20 for each city, only the 3 largest"
    )
