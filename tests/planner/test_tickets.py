"""What people say to a table of tickets, told by the summary of what is planned."""

from dataclasses import replace

import pytest

from application.ports.language_model import Briefing
from domain.plan import Intent
from infrastructure.llm.planner import BuiltInPlanner
from tests.planner.tables import table
from tests.planner.test_planner import planned

TICKETS = table(
    {
        "Ticket ID": "t",
        "Opened On": "d",
        "Closed On": "d?",
        "Agent": "t",
        "Priority": "t",
        "Cost": "n",
        "Notes": "t?",
        "Customer Email": "t?",
    }
)


@pytest.mark.parametrize(
    ("message", "summary"),
    [
        ("make cost a real number", "Convert Cost to numbers; what is no number becomes missing"),
        ("round cost to whole dollars", "Round Cost to numbers without digits behind the point"),
        (
            "combine agent and priority into one column separated by a dash",
            "Merge Agent, Priority to Agent_Priority, separated by '-', keeping them",
        ),
        (
            "merge agent and priority with a space and drop the originals",
            "Merge Agent, Priority to Agent_Priority, separated by ' '",
        ),
        (
            "split the email into user and domain",
            "Split Customer Email at '@' into the columns user, domain",
        ),
        (
            "make a new column called year from opened on",
            "Add year: the year of Opened On",
        ),
        (
            "add a column with the days between opened on and closed on",
            "Add days_from_Opened On_to_Closed On: the days from Opened On to Closed On",
        ),
        ("drop the notes column, it's mostly empty", "Drop the column Notes"),
        ("set priority to low where agent is Ben", "Set Priority to 'low' where Agent is 'Ben'"),
        ("what's in notes?", "Tell the different values of Notes"),
        ("is there anything missing?", "Tell the missing values of each column"),
        (
            "replace spam with nothing in notes",
            "Replace 'spam' with missing in Notes; Remove 'spam' inside Notes",
        ),
        (
            "truncate notes to 20 characters",
            "Remove what matches '(?s)(?<=^.{20}).+$' inside Notes",
        ),
        (
            "the first two characters of ticket id are useless, strip them",
            "Remove what matches '(?s)^.{0,2}' inside Ticket ID",
        ),
        (
            "drop the last letter of each ticket id",
            "Remove what matches '(?s).{0,1}$' inside Ticket ID",
        ),
        (
            "show me a bar chart of tickets by agent",
            "Tell the bar chart of the number of rows for each Agent, only the 30 largest",
        ),
        (
            "plot the number of tickets per agent",
            "Tell the bar chart of the number of rows for each Agent, only the 30 largest",
        ),
        *(
            (
                f"remove duplicate tickets{told}",
                "Remove duplicate rows with the same Opened On, Closed On, Agent, Priority, Cost, "
                "Notes, Customer Email, keeping the first of them",
            )
            for told in (" ignoring the ticket id", " (ignore ticket id)")
        ),
        (
            "drop rows where the month of closed on is february or march",
            "Drop rows where the month of Closed On is one of 2, 3",
        ),
        (
            "split notes at the first space",
            "Split Notes at white space into the columns Notes_1, Notes_2",
        ),
        (
            "unify the agent names",
            "Merge values of Agent that differ in case, accents, punctuation or the order of words "
            "into the most frequent of them",
        ),
        (
            "keep tickets with printer in the notes",
            "Keep only rows where Notes matches '\\\\bprinters?\\\\b', ignoring case",
        ),
        ("drop tickets with 'spam' in the notes", "Drop rows where Notes contains 'spam'"),
        (
            "leave out tickets with 'spam' in the notes",
            "Drop rows where Notes contains 'spam'",
        ),
        (
            "keep tickets with paid in the notes",  # and not those that are unpaid
            "Keep only rows where Notes matches '\\\\bpaids?\\\\b', ignoring case",
        ),
        *(
            (
                f"{filtering} tickets where the year of closed on is 2024",
                f"{verb} rows where the year of Closed On is 2024",
            )
            for filtering, verb in (
                ("filter", "Keep only"),
                ("leave only", "Keep only"),
                ("filter out", "Drop"),
                ("leave out", "Drop"),
            )
        ),
        ("the notes are useless, drop them", "Drop the column Notes"),
        ("drop rows where agent is Nad", "Drop rows where Agent is 'Nad'"),
        ("add a column joined as cost * 2", "Compute joined as `Cost` * 2"),
        ("are there any duplicate tickets?", "Tell the number of rows that repeat an earlier one"),
        (
            "drop tickets with the same agent and cost",
            "Remove duplicate rows with the same Agent, Cost, keeping the first of them",
        ),
    ],
)
def test_it_is_done(message: str, summary: str) -> None:
    assert planned(message, TICKETS).summary == summary


@pytest.mark.parametrize(
    "message",
    [
        "remove the first two digits of ticket id",
        "split notes into user and domain",
        "split notes into separate columns",
        "drop tickets with errors in the notes",
        "set cost to low where agent is Ben",
        "drop tickets with commas in the notes",
        "drop tickets with punctuation in the notes",
        "remove leading letters from ticket id",
        "strip trailing symbols from notes",
        "round cost to whole cents",
        "round cost to whole percents",
        "unify the customer email",
        "standardise ticket id",
        "is there a duplicate agent?",
        "are there duplicate emails?",
        "remove duplicates ignoring everything",
    ],
)
def test_it_is_asked(message: str) -> None:
    assert planned(message, TICKETS).intent is Intent.CLARIFY


def test_words_that_are_exchanged_are_so_at_once() -> None:
    asked = planned("replace yes/no with no/yes in notes", TICKETS)
    chosen = planned(asked.choices[0].message, TICKETS)
    assert chosen.summary == "Map 'yes' to 'no', 'no' to 'yes' in Notes"


def test_a_word_for_rows_that_is_a_column_of_figures_is_asked() -> None:
    cities = table({"City": "t", "Sales": "n"})
    cities = replace(
        cities, columns=(*cities.columns[:1], replace(cities.columns[1], distinct=100))
    )
    for said in ("bar chart of sales by city", "bar chart with sales for each city"):
        assert [choice.label for choice in planned(said, cities).choices] == ["mean", "sum"]


def test_a_month_of_no_year_is_asked_and_may_be_of_every_year() -> None:
    asked = planned("keep march only", TICKETS)
    assert [choice.label for choice in asked.choices] == [
        "of every year, by Opened On",
        "of every year, by Closed On",
    ]
    chosen = planned(asked.choices[1].message, TICKETS)
    assert chosen.summary == "Keep only rows where the month of Closed On is 3"


def test_a_column_may_be_called_as_a_month_is() -> None:
    months = table({"Day": "d", "Jan": "n", "Mar": "n"})
    assert planned("drop mar", months).summary == "Drop the column Mar"
    assert planned("keep only jan and mar", months).summary.startswith("Keep only the columns Jan")


def test_values_that_are_the_same_are_asked_which_of_them_stays() -> None:
    held = {text: {"Agent": True} for text in ("Ben", "Benjamin")}
    briefing = Briefing(
        message="Ben and Benjamin are the same person",
        shape=TICKETS,
        can_undo=False,
        can_redo=False,
        columns_holding=lambda texts: {text: held[text] for text in texts if text in held},
    )
    asked = BuiltInPlanner().plan(briefing).value
    assert [choice.label for choice in asked.choices] == ["Ben", "Benjamin"]
    assert planned(asked.choices[0].message, TICKETS).summary == (
        "Replace 'Benjamin' with 'Ben' in Agent"
    )
