"""Wishes for changes in words of a person's own: a sum described, parts, bounds, days, codes."""

import pytest

from domain.actions import (
    Action,
    DateDifference,
    DateParts,
    Derive,
    DropColumns,
    DuplicateColumn,
    ExtractText,
    Fill,
    FlagRows,
    FormatDates,
    LabelEncode,
    MapValues,
    Melt,
    OneHot,
    PadText,
    ReplaceText,
    Scale,
    ValuePair,
)
from domain.plan import Intent
from tests.planner.examples import is_
from tests.planner.tables import table
from tests.planner.test_planner import actions_of, planned

PUPILS = table(
    {
        "name": "t",
        "town": "t",
        "art": "i",
        "math": "i",
        "fee": "n",
        "born": "d",
        "hire_date": "d",
        "seen_at": "d",
        "note": "t?",
        "sku": "t",
    }
)
NO_MATH = is_("math", "is_missing")
BANDS = "'low' if (`fee` < 40000) else 'mid' if ((`fee` >= 40000) and (`fee` <= 60000)) else 'high'"


def derived(new: str, expression: str) -> list[Action]:
    return [Derive(new=new, expression=expression)]


@pytest.mark.parametrize(
    ("message", "actions"),
    [
        (
            "can you please add a column with the total of each pupil, art times fee",
            derived("total", "`art` * `fee`"),
        ),
        ("add total (art plus math)", derived("total", "`art` + `math`")),
        ("combine art and math to a total", derived("total", "`art` + `math`")),
        (
            "add 5 points to everybody's math but not over 100",
            derived("math", "100 if `math` + 5 > 100 else `math` + 5"),
        ),
        ("average of art and math as new column grade", derived("grade", "((`art` + `math`) / 2)")),
        ("show monthly fee in a new column (fee / 12)", derived("monthly fee", "`fee` / 12")),
        ("flag the rows where math is missing", [FlagRows(new="flag", where=NO_MATH)]),
        (
            "turn sku into words: a=left, b=right",
            [
                MapValues(
                    columns=("sku",),
                    pairs=(ValuePair(old="a", new="left"), ValuePair(old="b", new="right")),
                )
            ],
        ),
        ("math empty means 0", [Fill(columns=("math",), strategy="constant", value=0)]),
        (
            "split note at the ; into yes/no columns",
            [OneHot(columns=("note",), separator=";")],
        ),
        (
            "note: make a column vip with yes or no",
            derived("vip", "'yes' if contains(`note`, 'vip') else 'no'"),
        ),
        (
            "make a code out of sku (the part before the -)",
            [ExtractText(column="sku", pattern="^(.*?)\\-", new=("code",))],
        ),
        ("log transform math", derived("math", "log(`math`)")),
        ("standardise math (z-score)", [Scale(columns=("math",), method="standard")]),
        ("note only digits", [ReplaceText(columns=("note",), old="[^0-9]", new="", regex=True)]),
        (
            "sku must have 8 digits with leading zeroes",
            [PadText(columns=("sku",), width=8, side="left", fill="0")],
        ),
        ("delete the note column, nobody reads it", [DropColumns(columns=("note",))]),
        (
            "i need a month column from seen_at",
            [DateParts(column="seen_at", parts=("month",), new=("month",))],
        ),
        (
            "split seen_at into date and time",
            [
                DateParts(column="seen_at", parts=("date",), new=("date",)),
                DuplicateColumn(column="seen_at", new="time"),
                FormatDates(columns=("time",), format="%H:%M:%S"),
            ],
        ),
        (
            "give each town a number",
            [
                DuplicateColumn(column="town", new="town_number"),
                LabelEncode(columns=("town_number",)),
            ],
        ),
        (
            "how old was everybody when hired? add that as a column",
            [DateDifference(start="born", end="hire_date", unit="years", new="age_at_hire_date")],
        ),
        (
            "wide to long: art, math into subject and score",
            [
                Melt(
                    keep=("name", "town", "fee", "born", "hire_date", "seen_at", "note", "sku"),
                    columns=("art", "math"),
                    name_column="subject",
                    value_column="score",
                )
            ],
        ),
    ],
)
def test_a_wish_in_own_words_becomes_its_actions(message: str, actions: list[Action]) -> None:
    plan = planned(message, PUPILS)
    assert (plan.reply, actions_of(plan)) == (None, actions)


def test_the_last_band_may_be_said_by_above_alone_and_thousands_by_k() -> None:
    first, *_ = actions_of(planned("add fee bands: below 40k low, 40-60k mid, above high", PUPILS))
    assert first == Derive(new="fee_group", expression=BANDS)


@pytest.mark.parametrize(
    "message",
    [
        "add years of service as of 2024-06-30",
        "tenure in years as of 2024-06-30",
        "years since hire_date, today is 2024-06-30",
    ],
)
def test_the_time_up_to_a_day_counts_from_when_it_began(message: str) -> None:
    actions = actions_of(planned(message, PUPILS))
    (counted,) = (action for action in actions if isinstance(action, DateDifference))
    assert (counted.start, counted.unit) == ("hire_date", "years")


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("town and area should be two columns", 6),
        ("sku -> series, number", 6),
        ("make one row for each note", 5),
        ("who has math at least 80 should get pass, the rest fail", 1),
        ("fix the capital letters in name", 4),
    ],
)
def test_what_is_left_open_is_asked_with_choices_that_work(message: str, count: int) -> None:
    plan = planned(message, PUPILS)
    assert (plan.intent, len(plan.choices)) == (Intent.CLARIFY, count)
    assert all(actions_of(planned(choice.message, PUPILS)) for choice in plan.choices)


def test_the_day_up_to_which_it_counts_is_asked_for_where_none_is_said() -> None:
    plan = planned("years since hire_date", PUPILS)
    assert plan.intent is Intent.CLARIFY
    assert "until 2025-01-01" in (plan.reply or "")
