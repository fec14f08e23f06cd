"""What the planner makes of parts of texts, of cells that are set, and of columns over rows."""

import pytest

from domain.actions import (
    Action,
    Aggregate,
    Cast,
    ComputeOverRows,
    Derive,
    ExtractText,
    Fill,
    GroupBy,
    MergeColumns,
    PadText,
    RenameColumns,
    Renaming,
    ReorderColumns,
    ReplaceText,
    SetWhere,
    SplitColumn,
    TellFigure,
    TrimText,
    Window,
)
from domain.plan import Intent
from tests.planner.examples import case, either, is_, rename
from tests.planner.tables import PENGUINS, PEOPLE
from tests.planner.test_planner import actions_of, planned


def replaced(old: str, *names: str) -> Action:
    return ReplaceText(columns=names, old=old, new="", regex=True)


def over_rows(
    window: Window,
    new: str,
    column: str | None = None,
    *,
    by: tuple[str, ...] = (),
    descending: bool = False,
) -> Action:
    return ComputeOverRows(window=window, column=column, new=new, by=by, descending=descending)


@pytest.mark.parametrize(
    ("message", "actions"),
    [
        ("remove brackets from zip", [replaced(r"[\(\)]", "zip")]),
        ("take dashes, slashes and brackets out of zip", [replaced(r"[\-/\(\)]", "zip")]),
        ("cut the L- off the front of zip", [replaced(r"^L\-", "zip")]),
        ("strip kg from the end of zip", [replaced("kg$", "zip")]),
        ("strip leading spaces from name", [replaced(r"^\s+", "name")]),
        ("remove trailing dots from zip", [replaced(r"(?:\.)+$", "zip")]),
        ("remove leading zeros from zip", [replaced("^0+(?=.)", "zip")]),
        ("zip: leave just the digits", [replaced("[^0-9]", "zip")]),
        (
            "make zip at least 6 long with zeros in front",
            [PadText(columns=("zip",), width=6, side="left", fill="0")],
        ),
        ("put PC- before every zip", [Derive(new="zip", expression="'PC-' + `zip`")]),
        ("put ! at the end of each name", [Derive(new="name", expression="`name` + '!'")]),
        (
            "break email up into user and host at the @",
            [SplitColumn(column="email", separator="@", new=("user", "host"), keep=False)],
        ),
        (
            "glue city and country together with a dash between, call it place",
            [MergeColumns(columns=("city", "country"), separator="-", new="place", keep=True)],
        ),
        (
            "make one column place out of city and country separated by / and remove both",
            [MergeColumns(columns=("city", "country"), separator="/", new="place", keep=False)],
        ),
        (
            "what comes after the @ in email goes to a column host",
            [ExtractText(column="email", pattern="@(.*)$", new=("host",))],
        ),
        (
            "the last 2 characters of zip into area",
            [ExtractText(column="zip", pattern="(.{2})$", new=("area",))],
        ),
        (
            "extract with the regex [0-9]+ from zip into area",
            [ExtractText(column="zip", pattern="[0-9]+", new=("area",))],
        ),
        (
            "name -> title case and trimmed",
            [TrimText(columns=("name",)), case("title", "name")],
        ),
        ("copy down the city into the blank cells", [Fill(columns=("city",), strategy="forward")]),
        (
            "put 0 where age or salary is empty",
            [
                SetWhere(columns=(name,), value=0, where=is_(name, "is_missing"))
                for name in ("age", "salary")
            ],
        ),
        (
            "age can't be over 120, blank those out",
            [SetWhere(columns=("age",), where=is_("age", "greater", 120))],
        ),
        (
            "convert age to text and fill its gaps with none",
            [
                Cast(columns=("age",), to="text"),
                Fill(columns=("age",), strategy="constant", value="none"),
            ],
        ),
        (
            "convert zip to number and then tell me the total",
            [Cast(columns=("zip",), to="number"), TellFigure(figure="sum", column="zip")],
        ),
        (
            "trim name, then lowercase the column",
            [TrimText(columns=("name",)), case("lower", "name")],
        ),
        (
            "pull the number after # out of name into ticket",
            [ExtractText(column="name", pattern=r"\#\s*([0-9]+)", new=("ticket",))],
        ),
        (
            "fill city with the value from the row above",
            [Fill(columns=("city",), strategy="forward")],
        ),
        ("missing age -> median of age", [Fill(columns=("age",), strategy="median")]),
        (
            "empty zips should say unknown",
            [
                SetWhere(
                    columns=("zip",),
                    value="unknown",
                    where=either(is_("zip", "is_missing"), is_("zip", "equals", "")),
                )
            ],
        ),
        ("number the rows from 1 in a column nr", [over_rows("row_number", "nr")]),
        ("rename: age=years, city=town", [rename(age="years", city="town")]),
        (
            "i want the columns in this order: city, age, the rest as it is",
            [ReorderColumns(columns=("city", "age"), place="first")],
        ),
        (
            "new column pct: salary as percent of total salary",
            [over_rows("percent_of_total", "pct", "salary")],
        ),
        (
            "rank salary within each city from high to low",
            [over_rows("rank", "salary_rank", "salary", by=("city",), descending=True)],
        ),
        (
            "rank the rows by age, cheapest = 1, in a column place",
            [over_rows("rank", "place", "age")],
        ),
        (
            "add rate = age divided by salary in percent",
            [Derive(new="rate", expression="(`age` / `salary`) * 100")],
        ),
        (
            "collapse the table to one row per city with salary summed up and age averaged",
            [
                GroupBy(
                    by=("city",),
                    aggregates=(
                        Aggregate(function="sum", column="salary"),
                        Aggregate(function="mean", column="age"),
                    ),
                )
            ],
        ),
        (
            "share of each city in salary, in percent",
            [TellFigure(figure="sum_percent", column="salary", by=("city",))],
        ),
        ("when was the last joined", [TellFigure(figure="max", column="joined")]),
    ],
)
def test_a_clumsy_command_becomes_its_actions(message: str, actions: list[Action]) -> None:
    plan = planned(message, PEOPLE)
    assert (plan.reply, actions_of(plan)) == (None, actions)


def test_signs_in_the_names_of_columns_are_replaced_there_and_not_in_a_column_called_name() -> None:
    message = "replace spaces in the column names with underscores"
    assert planned(message, PEOPLE).intent is Intent.CLARIFY
    pairs = [
        ("Body Mass (g)", "Body_Mass_(g)"),
        ("Culmen Length (mm)", "Culmen_Length_(mm)"),
        ("Culmen Depth (mm)", "Culmen_Depth_(mm)"),
    ]
    assert actions_of(planned(message, PENGUINS)) == [
        RenameColumns(pairs=tuple(Renaming(old=old, new=new) for old, new in pairs))
    ]


@pytest.mark.parametrize(
    "message",
    [
        "age -> missing",
        "put 0 where age is empty and salary is empty",
        "put unknown where city or age is missing",
        "age must not be above 100, drop those",
        "new column pct: salary as percent of total age",
        "add the total",
        "convert salary to dollars",
        "remove rows that appear more than once",
        "drop the column names",
        "make one column out of city and country separated by -",
        "show name in capitals",
        "put 0 where age is over 3 or salary is over 5",
        "add zeros in front of zip",
        "remove digits from the end of zip",
        "keep rows where name has digits in it",
        "convert zip to number without the decimals",
        "there are spaces in front of name, remove them",
        "pivot: city down, country across, salary in the cells",
        "empty cities should be removed",
        "keep rows where name contains a or b but not c",
        "keep rows where name starts with A but not Al",
        "missing city -> drop",
        "missing city -> country",
        "missing cities must be replaced",
        "age over 60 is fine, but age under 18 is not, drop those rows",
        "city Paris has country FR, set it to US",
        "keep Paris (city)",
    ],
)
def test_what_a_clumsy_command_leaves_open_is_asked(message: str) -> None:
    plan = planned(message, PEOPLE)
    assert (plan.intent, plan.steps) == (Intent.CLARIFY, ())
