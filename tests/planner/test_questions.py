"""What the built-in planner makes of questions: actions that answer, or a question back."""

import pytest

from domain.actions import (
    Action,
    Aggregate,
    AnswerOfComputed,
    Derive,
    DescribeColumns,
    DrawChart,
    Fill,
    FilterRows,
    HandleOutliers,
    ListValues,
    ShowRows,
    TellCorrelation,
    TellFigure,
    TellMissing,
    TellOverTime,
    TellSize,
)
from domain.plan import Intent
from tests.planner.examples import both, is_, missing
from tests.planner.tables import PEOPLE
from tests.planner.talks import Talk

NO_EMAIL = is_("email", "is_missing")
PARIS = is_("city", "equals", "Paris")
SALARIES = Aggregate(function="sum", column="salary")
HEADS = Aggregate(function="rows")
OVER_30 = is_("age", "greater", 30)


def talked(*messages: str) -> Talk:
    talk = Talk(PEOPLE)
    for message in messages:
        talk.say(message)
    return talk


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("how many rows are there?", TellFigure(figure="rows")),
        ("How many rows?", TellFigure(figure="rows")),
        ("how many records does the table have", TellFigure(figure="rows")),
        ("what is the number of rows", TellFigure(figure="rows")),
        ("how many rows have age over 30?", TellFigure(figure="rows", where=OVER_30)),
        ("count the people where city is Paris", TellFigure(figure="rows", where=PARIS)),
        (
            "how many people have no email?",
            TellFigure(figure="rows", where=NO_EMAIL),
        ),
        ("how many people are there per country?", TellFigure(figure="rows", by=("country",))),
        ("how many orders did each country make", TellFigure(figure="rows", by=("country",))),
        (
            "how many people were there in March 2024?",
            TellFigure(
                figure="rows",
                where=is_("joined", "between", "2024-03-01", "2024-03-31", by_day=True),
            ),
        ),
        ("how many columns are there?", TellSize(of="columns")),
        ("are there any duplicate rows?", TellSize(of="repeated_rows")),
        ("how many missing in age", TellFigure(figure="missing", column="age")),
        ("how many ages are missing?", TellFigure(figure="missing", column="age")),
        (
            "what percentage of email is missing?",
            TellFigure(figure="missing_percent", column="email"),
        ),
        ("which columns have missing values", TellMissing()),
        ("how many missing values are there in each column?", TellMissing()),
        ("how many distinct cities are there?", TellFigure(figure="distinct", column="city")),
        ("what are the distinct countries?", ListValues(column="country")),
        ("which cities are there?", ListValues(column="city")),
        (
            "how often does each city occur",
            TellFigure(figure="rows", by=("city",), order="largest"),
        ),
        (
            "total salary per month",
            TellOverTime(dates="joined", period="month", aggregates=(SALARIES,)),
        ),
        (
            "how many people joined per year and country?",
            TellOverTime(dates="joined", period="year", aggregates=(HEADS,), by=("country",)),
        ),
        (
            "monthly sum of salary by city",
            TellOverTime(dates="joined", period="month", aggregates=(SALARIES,), by=("city",)),
        ),
        (
            "people per quarter of joined",
            TellOverTime(dates="joined", period="quarter", aggregates=(HEADS,)),
        ),
        ("what is the average salary?", TellFigure(figure="mean", column="salary")),
        ("median salary?", TellFigure(figure="median", column="salary")),
        ("sum of salary", TellFigure(figure="sum", column="salary")),
        ("what is the earliest joined date?", TellFigure(figure="min", column="joined")),
        ("what is the standard deviation of age", TellFigure(figure="std", column="age")),
        (
            "what is the average salary by city",
            TellFigure(figure="mean", column="salary", by=("city",)),
        ),
        (
            "average salary for each country where city is Paris",
            TellFigure(figure="mean", column="salary", by=("country",), where=PARIS),
        ),
        (
            "top 5 cities by mean salary",
            TellFigure(figure="mean", column="salary", by=("city",), order="largest", top=5),
        ),
        (
            "which city has the lowest average salary",
            TellFigure(figure="mean", column="salary", by=("city",), order="smallest", top=1),
        ),
        (
            "which city has the most rows",
            TellFigure(figure="rows", by=("city",), order="largest", top=1),
        ),
        ("the 3 highest salaries", ShowRows(by="salary", count=3)),
        ("who has the lowest salary", ShowRows(by="salary", smallest=True, count=1)),
        ("show rows where age > 30", ShowRows(where=OVER_30)),
        ("show me the first 10 rows", ShowRows(count=10)),
        ("show me name and age", ShowRows(columns=("name", "age"))),
        ("is age correlated with salary?", TellCorrelation(columns=("age", "salary"))),
        ("how do age and salary correlate?", TellCorrelation(columns=("age", "salary"))),
        ("show me the correlation matrix", TellCorrelation()),
        ("plot age", DrawChart(chart="histogram", x="age")),
        ("plot city", DrawChart(chart="bar", x="city", figure="rows")),
        ("histogram of salary", DrawChart(chart="histogram", x="salary")),
        ("plot salary against age", DrawChart(chart="scatter", x="age", y="salary")),
        ("scatter plot of age and salary", DrawChart(chart="scatter", x="age", y="salary")),
        ("plot salary over joined", DrawChart(chart="line", x="joined", y="salary")),
        (
            "bar chart of the total salary by city",
            DrawChart(chart="bar", x="city", y="salary", figure="sum"),
        ),
    ],
)
def test_a_question_becomes_an_action_that_answers(message: str, action: Action) -> None:
    talk = talked(message)
    assert talk.actions == [action], talk.reply
    assert talk.number == 0


@pytest.mark.parametrize(
    ("messages", "action"),
    [
        (
            ("what is the average salary?", "and the median?"),
            TellFigure(figure="median", column="salary"),
        ),
        (("what is the average salary?", "and of age?"), TellFigure(figure="mean", column="age")),
        (
            ("average salary by city", "what about age?"),
            TellFigure(figure="mean", column="age", by=("city",)),
        ),
        (
            ("how many rows have age over 30", "drop them"),
            FilterRows(where=OVER_30, matching="drop"),
        ),
        (
            ("how many missing in age", "remove those"),
            FilterRows(where=is_("age", "is_missing"), matching="drop"),
        ),
        (("show rows where city is Paris", "keep only those rows"), FilterRows(where=PARIS)),
        (
            ("show rows where city is Paris", "drop the bad rows"),
            FilterRows(where=PARIS, matching="drop"),
        ),
        (
            ("top 3 cities by salary", "the mean"),
            TellFigure(figure="mean", column="salary", by=("city",), order="largest", top=3),
        ),
        (("average age", "by city"), TellFigure(figure="mean", column="age", by=("city",))),
        (
            ("average age by city", "and where city is Paris?"),
            TellFigure(figure="mean", column="age", by=("city",), where=PARIS),
        ),
        (
            ("show rows where age is over 30", "and where city is Paris?"),
            ShowRows(where=both(OVER_30, PARIS)),
        ),
        (
            ("show rows where city is Paris", "only where age is over 30"),
            FilterRows(where=OVER_30),
        ),
        (
            ("sum of age times salary", "and by city?"),
            AnswerOfComputed(
                computed=Derive(new="age * salary", expression="`age` * `salary`"),
                question=TellFigure(figure="sum", column="age * salary", by=("city",)),
            ),
        ),
        (
            ("show the outliers in age", "drop those"),
            HandleOutliers(columns=("age",), treatment="drop"),
        ),
        (
            ("average age by city", "plot it"),
            DrawChart(chart="bar", x="city", y="age", figure="mean"),
        ),
        (
            ("show rows where city is Paris", "how many are there?"),
            TellFigure(figure="rows", where=PARIS),
        ),
        (
            ("how many missing in age", "fill it with the median"),
            Fill(columns=("age",), strategy="median"),
        ),
        (
            ("how many cities are there", "the first"),
            TellFigure(figure="distinct", column="city"),
        ),
    ],
)
def test_a_question_is_followed_up(messages: tuple[str, ...], action: Action) -> None:
    talk = talked(*messages)
    assert talk.actions == [action], talk.reply


def test_a_change_and_a_question_may_come_in_one_message() -> None:
    talk = talked("drop rows with missing age and how many rows are left?")
    assert talk.actions == [missing("age"), TellFigure(figure="rows")]
    assert talk.number == 1


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("how many cities are there?", "different values"),
        ("how many unicorns are there?", "rows of the table"),
        ("top 5 cities by salary", "sum"),
        ("plot salary by city", "mean"),
        ("sum of city", "text"),
        ("is age correlated with city", "text"),
        ("what is the average height?", "column"),
        ("plot a 3d globe", "column"),
        ("how many", "column"),
    ],
)
def test_an_unclear_question_is_asked_back(message: str, word: str) -> None:
    talk = talked(message)
    assert talk.plan.intent is Intent.CLARIFY
    assert word in talk.reply


@pytest.mark.parametrize(
    "message",
    [
        "list the columns",
        "what columns are there?",
        "what columns does it have",
        "which fields do we have",
        "what are the names of the columns",
        "schema",
        "what is in this table?",
        "what's in the file",
        "can you tell me what is in here?",
        "what does this data contain",
        "what have I uploaded",
        "what kind of data is this",
        "what is this table about?",
        "tell me about this dataset",
        "explain the data",
        "how big is the table",
    ],
)
def test_the_size_and_the_columns_are_told(message: str) -> None:
    talk = talked(message)
    assert talk.plan.intent is Intent.ANSWER
    assert "100 rows and 11 columns" in talk.reply
    assert "age (whole numbers, 7 missing)" in talk.reply


@pytest.mark.parametrize("message", ["show me an overview", "describe the data", "profile it"])
def test_an_overview_describes_every_column(message: str) -> None:
    assert talked(message).actions == [DescribeColumns()]


@pytest.mark.parametrize(
    ("message", "count"),
    [("show me the data", 20), ("show the table", 20), ("show me some rows", 5), ("preview", 5)],
)
def test_the_table_is_shown_by_its_first_rows(message: str, count: int) -> None:
    assert talked(message).actions == [ShowRows(count=count)]


def test_what_it_means_after_a_table_of_figures_is_not_guessed() -> None:
    assert talked("average age by city", "sort it").plan.intent is Intent.CLARIFY


def test_the_code_of_the_last_question_is_shown() -> None:
    talk = talked("what is the average salary?", "show me the code")
    assert "df['salary'].mean()" in talk.reply


def test_a_question_is_answered_by_a_sentence_with_room_for_its_value() -> None:
    talk = talked("what is the average salary?")
    assert talk.reply == "The mean of salary is [see result]. The table is unchanged."
