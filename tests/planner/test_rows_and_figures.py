"""What the planner makes of rows by their place, of figures over rows, and of several figures."""

import pytest

from domain.actions import (
    Action,
    ChangeCase,
    Comparison,
    ComputeOverRows,
    DateDifference,
    Derive,
    DescribeColumns,
    DropColumns,
    FilterRows,
    MaskPersonal,
    ParseDates,
    SampleRows,
    SetInRows,
    SetWhere,
    ShowRows,
    Sort,
    SortKey,
    SplitColumn,
    TakeRows,
    TellFigure,
    TellFigures,
    TrimText,
)
from domain.plan import Intent
from tests.planner.examples import is_
from tests.planner.tables import KEYWORDS, PEOPLE
from tests.planner.test_planner import actions_of, planned

ID_7 = is_("id", "equals", 7)
BY_SALARY = Sort(keys=(SortKey(column="salary", descending=True),))


@pytest.mark.parametrize(
    ("message", "actions"),
    [
        ("keep the first 10 rows", [TakeRows(end=10)]),
        ("pls drop the last row, thx", [TakeRows(start=-1, matching="drop")]),
        ("delete rows 10 to 20", [TakeRows(start=10, end=20, matching="drop")]),
        ("remove rows 3-5", [TakeRows(start=3, end=5, matching="drop")]),
        (
            "delete rows 2 and 5",
            [TakeRows(start=n, end=n, matching="drop") for n in (5, 2)],
        ),
        ("only the last five records", [TakeRows(start=-5)]),
        ("keep every 2nd row starting from the first", [TakeRows(every=2)]),
        (
            "drop every third row, beginning with row 3",
            [TakeRows(start=3, every=3, matching="drop")],
        ),
        (
            "days from joined to 31 December 2024",
            [
                Derive(new="day", expression="'2024-12-31'"),
                ParseDates(columns=("day",)),
                DateDifference(start="joined", end="day", unit="days", new="days_to_2024-12-31"),
                DropColumns(columns=("day",)),
            ],
        ),
        ("keep a random 10 %", [SampleRows(percent=10)]),
        ("sample 100 rows", [SampleRows(count=100)]),
        ("take a random sample of 5 people", [SampleRows(count=5)]),
        ("keep 2.5% of the rows at random", [SampleRows(percent=2.5)]),
        ("in row 5 set age to 10", [SetInRows(columns=("age",), start=5, end=5, value=10)]),
        (
            "the city of the last row should be Bonn",
            [SetInRows(columns=("city",), start=-1, end=None, value="Bonn")],
        ),
        ("clear the email in rows 2 to 4", [SetInRows(columns=("email",), start=2, end=4)]),
        ("the age of id 7 should be 12", [SetWhere(columns=("age",), value=12, where=ID_7)]),
        ("for id 7, city = Bonn", [SetWhere(columns=("city",), value="Bonn", where=ID_7)]),
        ("keep the top 5 people by salary", [BY_SALARY, TakeRows(end=5)]),
        ("sort by salary descending and keep the first 3", [BY_SALARY, TakeRows(end=3)]),
        ("can I see rows 10 to 12", [ShowRows(start=10, count=3)]),
        ("show rows 2 and 3", [ShowRows(start=2, count=2)]),
        ("keep rows 3, 4 and 5", [TakeRows(start=3, end=5)]),
        ("show me the last 4 rows", [ShowRows(start=-4, count=4)]),
        (
            "add a running total of salary per city as total",
            [ComputeOverRows(window="running_total", column="salary", by=("city",), new="total")],
        ),
        (
            "change of salary to the previous row",
            [ComputeOverRows(window="difference", column="salary", new="salary_difference")],
        ),
        (
            "add a rank by age, lowest first",
            [ComputeOverRows(window="rank", column="age", new="age_rank")],
        ),
        ("number the rows", [ComputeOverRows(window="row_number", new="row_number")]),
        (
            "min, max and mean of age",
            [TellFigures(figures=("min", "max", "mean"), columns=("age",))],
        ),
        ("describe age", [DescribeColumns(columns=("age",))]),
        ("give me an overview of the data", [DescribeColumns()]),
        (
            "what share of rows has no email",
            [TellFigure(figure="rows_percent", where=is_("email", "is_missing"))],
        ),
        (
            "percent of total salary by country",
            [TellFigure(figure="sum_percent", column="salary", by=("country",))],
        ),
        (
            r"keep rows where zip matches ^A\d+$",
            [FilterRows(where=Comparison(column="zip", operator="matches", values=(r"^A\d+$",)))],
        ),
        (
            "uppercase name and trim",
            [ChangeCase(columns=("name",), case="upper"), TrimText(columns=("name",))],
        ),
        (
            "split name into first and last",
            [SplitColumn(column="name", separator=" ", new=("first", "last"))],
        ),
        ("anonymise the data", [MaskPersonal(columns=("name", "email"), method="hide")]),
    ],
)
def test_it_is_read_as_a_person_means_it(message: str, actions: list[Action]) -> None:
    assert actions_of(planned(message)) == actions


@pytest.mark.parametrize(
    "message",
    [
        "keep rows 2 and 5",
        "remove rows of 2",
        f"remove rows {', '.join(map(str, range(1, 100)))}",
        "delete the records of 2 and 3",
        "keep people between 18 and 30",
        "keep the first 3",
        "keep rows 300 to 400",
        "keep rows where city matches Paris",
        "don't drop the email column",
        "add a running total of name",
        "keep the first 2 rows per city",
        "show the difference of salary",
    ],
)
def test_what_may_mean_something_else_is_asked_back(message: str) -> None:
    plan = planned(message)
    assert (plan.intent, plan.steps) == (Intent.CLARIFY, ())


@pytest.mark.parametrize(
    ("message", "labels"),
    [
        ("rank people by salary", ["sort", "add a column"]),
        ("add a rank by salary", ["highest", "lowest"]),
        ("keep widgets with an age over 30", ["yes"]),
        ("one-hot encode", ["name", "email", "city", "country", "signup", "zip"]),
    ],
)
def test_it_asks_with_what_it_would_understand(message: str, labels: list[str]) -> None:
    assert [choice.label for choice in planned(message).choices] == labels


def test_a_column_called_like_a_place_is_that_column() -> None:
    assert planned("drop the first column", KEYWORDS).columns == ("a",)
    named = PEOPLE.with_column("first", PEOPLE.column("name").type)
    assert planned("drop the first column", named).columns == ("first",)


def test_a_column_of_truth_values_is_dropped_by_its_name_in_any_case() -> None:
    for message in ("drop Active", "drop active and sort by age", "drop ACTIVE, then drop age"):
        assert actions_of(planned(message))[0] == DropColumns(columns=("active",))
    rows = FilterRows(where=is_("active", "equals", True), matching="drop")
    assert actions_of(planned("drop Active people")) == [rows]


def test_the_types_of_the_columns_are_told() -> None:
    for message in ("what are the types of the columns?", "show me the column types"):
        assert "age (whole numbers, 7 missing)" in (planned(message).reply or "")


@pytest.mark.parametrize("message", ["keep every other row", "keep every second row"])
def test_with_which_row_every_second_one_begins_is_asked(message: str) -> None:
    plan = planned(message)
    assert plan.steps == ()
    assert [choice.label for choice in plan.choices] == ["1, 3, 5 …", "2, 4, 6 …"]
    assert actions_of(planned(plan.choices[1].message)) == [TakeRows(start=2, every=2)]
