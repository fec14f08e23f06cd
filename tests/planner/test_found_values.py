"""A value that is said without its column is looked up in the table."""

from collections.abc import Collection, Mapping

import pytest

from application.ports.language_model import Briefing
from domain.actions import Action, MapValues, SetWhere, ShowRows, TellFigure, ValuePair
from domain.plan import Intent, Plan
from infrastructure.llm.planner import BuiltInPlanner
from tests.planner.examples import both, either, is_, keep, out
from tests.planner.tables import PEOPLE

# In small letters; True where each cell is in the case in which the test has it.
HELD: Mapping[str, Mapping[str, bool]] = {
    "paris": {"city": True},
    "rome": {"city": True},
    "new york": {"city": True},
    "oslo": {"city": False},
    "it": {"country": True},
    "fr": {"country": True},
    "ann": {"name": True, "email": True},
    # Words of sentences, which stand in cells too.
    **{
        word: {"name": True}
        for word in ("all", "second", "two", "random", "top", "may", "monday", "the", "large")
    },
}


def holding(texts: Collection[str]) -> Mapping[str, Mapping[str, bool]]:
    return {text: HELD.get(text.lower(), {}) for text in texts}


def planned(message: str, *, looking: bool = True) -> Plan:
    briefing = Briefing(message=message, shape=PEOPLE, columns_holding=holding if looking else None)
    return BuiltInPlanner().plan(briefing).value


PARIS = is_("city", "equals", "Paris")
PARIS_ROME = MapValues(
    columns=("city",),
    pairs=(ValuePair(old="Paris", new="London"), ValuePair(old="Rome", new="London")),
)
ROME = is_("city", "equals", "Rome")
OSLO = is_("city", "in", "Oslo", ignore_case=True)
ITALY = is_("country", "equals", "IT")
NOT_ITALY = is_("country", "not_equals", "IT")
PARIS_OR_ROME = is_("city", "in", "Paris", "Rome")


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("remove people from Paris", out(PARIS)),
        ("only customers from Paris or Rome", keep(is_("city", "in", "Paris", "Rome"))),
        ("drop the Paris and Rome people", out(is_("city", "in", "Paris", "Rome"))),
        ("keep rows that are not Paris", keep(is_("city", "not_equals", "Paris"))),
        ("only IT people", keep(ITALY)),
        ("only people from New York", keep(is_("city", "equals", "New York"))),
        ("only Paris IT people", keep(both(PARIS, ITALY))),
        ("drop Paris people with age over 30", out(both(PARIS, is_("age", "greater", 30)))),
        ("keep rows where age > 3 or Paris", keep(either(is_("age", "greater", 3), PARIS))),
        ("how many people are from Paris?", TellFigure(figure="rows", where=PARIS)),
        ("Paris and Rome should be London", PARIS_ROME),
        ("Oslo -> Paris", SetWhere(columns=("city",), value="Paris", where=OSLO)),
        ("set country of Rome to IT", SetWhere(columns=("country",), value="IT", where=ROME)),
        ("only active people in Paris", keep(both(is_("active", "equals", True), PARIS))),
        ("how many people live in Paris", TellFigure(figure="rows", where=PARIS)),
        ("who earns the most in Paris?", ShowRows(where=PARIS, by="salary", count=1)),
        ("top 3 people in Paris by age", ShowRows(where=PARIS, by="age", count=3)),
        ("how much do we pay to Paris", TellFigure(figure="sum", column="salary", where=PARIS)),
        ("when did Paris join", ShowRows(where=PARIS, columns=("joined",))),
        ("show people in Paris but not in IT", ShowRows(where=both(PARIS, NOT_ITALY))),
        (
            "average age for Paris vs Rome",
            TellFigure(figure="mean", column="age", by=("city",), where=PARIS_OR_ROME),
        ),
        ("average salary in IT", TellFigure(figure="mean", column="salary", where=ITALY)),
    ],
)
def test_the_only_column_that_holds_it_is_meant(message: str, action: Action) -> None:
    plan = planned(message)
    assert [each for step in plan.steps for each in step.actions] == [action], plan.reply


def test_a_cell_in_another_case_is_meant_too_and_the_plan_has_what_was_said() -> None:
    plan = planned("delete OSLO customers")
    assert plan.steps[0].description == "Drop rows where city is 'OSLO', ignoring case"


def test_rows_or_cells_are_chosen_of_a_cell_in_another_case_too() -> None:
    plan = planned("remove OSLO")
    assert [choice.message for choice in plan.choices] == [
        'drop rows where "city" is "OSLO" ignoring case',
        'blank out "city" where "city" is "OSLO" ignoring case',
    ]


def test_what_a_not_is_of_is_asked_in_words_that_say_it() -> None:
    plan = planned("keep people that are not Paris or IT")
    either, first = (
        "not (city is 'Paris' or country is 'IT')",
        "not (city is 'Paris') or country is 'IT'",
    )
    assert plan.reply == (f"Is the not of both, or of the first alone? Say: {either}, or: {first}.")
    for condition in (either, first):
        assert planned(f"keep rows where {condition}").intent is Intent.TRANSFORM


def test_of_several_columns_the_person_chooses() -> None:
    plan = planned("drop people from Ann")
    assert plan.intent is Intent.CLARIFY
    assert [choice.label for choice in plan.choices] == ["name", "email"]


@pytest.mark.parametrize(("name", "looking"), [("Paris", False), ("Berlin", True)])
def test_where_nothing_is_found_all_columns_are_offered(name: str, looking: bool) -> None:
    plan = planned(f"drop people from {name}", looking=looking)
    assert plan.reply == f"In which column is {name!r}?"
    assert [choice.label for choice in plan.choices] == [
        *("name", "email", "city", "country", "signup", "zip")
    ]


@pytest.mark.parametrize(
    "message",
    [
        "remove Paris",  # the rows, or only the cells?
        "only all of it",  # a word of the sentence
        "remove Paris from FR",
        "keep Paris and FR",  # both, or either?
        "drop people from Rome, then frobnicate",
        "only people from Paris or Atlantis",
        "drop the second row",  # a place, and no name
        "drop two rows",
        "drop rows at random",
        "keep the top ones",
        "Paris should be 30",  # the name, or something else of it?
        "drop people from May",  # it has dates: those of May?
        "DROP THE SECOND ROW",
        "drop the large signups",  # cells of a column, and no word for rows
        "keep people that are not Paris or IT",  # neither, or one of them?
        "drop people not in Paris IT",
        "drop Paris people who are over 60 or have no salary",  # of Paris only, or all of those?
        "keep Paris people with age over 60 or Rome",
        # What they hold after the first step nobody knows.
        "uppercase city, then drop people from Paris",
        "rename city to town and country to city, then drop Paris people",
    ],
)
def test_what_is_not_clear_by_that_is_asked_about(message: str) -> None:
    plan = planned(message)
    assert (plan.intent, plan.steps) == (Intent.CLARIFY, ()), plan.summary


def test_what_is_understood_anyway_is_not_looked_up() -> None:
    asked: list[Collection[str]] = []

    def look_up(texts: Collection[str]) -> Mapping[str, Mapping[str, bool]]:
        asked.append(texts)
        return {}

    briefing = Briefing(
        message="drop rows where city is Paris", shape=PEOPLE, columns_holding=look_up
    )
    assert BuiltInPlanner().plan(briefing).value.intent is Intent.TRANSFORM
    assert asked == []


def test_what_is_shown_without_a_value_stays_in_the_table() -> None:
    shown = ShowRows(where=is_("city", "not_equals", "Paris"))
    assert planned("show all but the Paris ones").steps[0].actions == (shown,)
