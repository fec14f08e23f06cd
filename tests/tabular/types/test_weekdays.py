"""Dates after the name of their day of the week: read only where the name is the day's own."""

import datetime as dt

import pytest

from domain.table import ColumnType
from tests.tabular.types.columns import read

_DAYS = [dt.datetime(2024, 1, 1), dt.datetime(2024, 2, 20)]  # noqa: DTZ001 - as written


@pytest.mark.parametrize(
    "cells",
    [
        ["Mon, 01 Jan 2024", "Tue, 20 Feb 2024"],
        ["Monday, January 1, 2024", "Tuesday, February 20, 2024"],
        ["Mon 2024-01-01", "Tue 2024-02-20"],
        ["Mon 1/1/2024", "Tue 2/20/2024"],
        ["Mo, 01.01.2024", "Di, 20.02.2024"],
        ["Montag, 1. Januar 2024", "Dienstag, 20. Februar 2024"],
        ["lun. 1 janvier 2024", "mar. 20 février 2024"],
    ],
)
def test_a_date_after_its_weekday_is_that_date(cells: list[str]) -> None:
    assert read(cells).values == _DAYS


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        (["Tue 02/01/2024", "Wed 03/01/2024"], "2024-01-02"),
        (["Thu 02/01/2024", "Fri 03/01/2024"], "2024-02-01"),
        (["Di, 02.01.2024", "Mi, 03.01.2024"], "2024-01-02"),
        (["Do, 02.01.2024", "Fr, 03.01.2024"], "2024-02-01"),
    ],
)
def test_weekdays_tell_whether_the_day_or_the_month_comes_first(cells: list[str], day: str) -> None:
    found = read(cells)
    assert found.values[0].date().isoformat() == day
    assert found.doubts == ()


def test_a_weekday_of_both_dates_leaves_it_open_which_is_meant() -> None:
    cells = ["Thu 05/09/2024", "Thu 09/05/2024"]  # 5 September and 9 May are both of that day
    found = read(cells)
    assert (found.values, found.doubts) == (cells, ("day_or_month",))


def test_moments_of_mails_and_of_the_web_are_kept_in_utc() -> None:
    mails = read(["Mon, 01 Jan 2024 23:30:00 -0500", "Tue, 20 Feb 2024 10:00:00 -0500"])
    assert [moment.isoformat() for moment in mails.values] == [
        "2024-01-02T04:30:00+00:00",
        "2024-02-20T15:00:00+00:00",
    ]
    web = read(["Mon, 01 Jan 2024 23:30:00 GMT", None])
    assert web.values[0].isoformat() == "2024-01-01T23:30:00+00:00"


@pytest.mark.parametrize(
    "cells",
    [
        ["Mon, 01 Jan 2024", "Mon, 20 Feb 2024"],
        ["Mon, 01 Jan 2024 23:30:00 -0500", "Wed, 20 Feb 2024 10:00:00 -0500"],
        ["Mon 2024-01-01", "Tue 2024-02-30"],
        ["Mon Jan  1 10:00:00 2024", "Tue Feb 20 10:00:00 2024"],
    ],
)
def test_a_weekday_of_another_date_is_not_thrown_away(cells: list[str]) -> None:
    found = read(cells)
    assert found.values == cells
    assert found.doubts == ("impossible_date",)


def test_one_weekday_too_late_for_its_date_leaves_a_long_column_as_text() -> None:
    day = dt.date(2020, 1, 1)
    cells = [(day + dt.timedelta(n)).strftime("%a, %d %b %Y") for n in range(3000)]
    assert read(cells).column.type is ColumnType.DATETIME
    assert read([*cells, "Tue, 01 Jan 2024"]).values[-1] == "Tue, 01 Jan 2024"


@pytest.mark.parametrize("cells", [["Sun 5", "Sat 7"], ["mar 12", "jeu 1"], ["Do 1", "So 2"]])
def test_words_before_numbers_are_no_dates(cells: list[str]) -> None:
    found = read(cells)
    assert found.values == cells
    assert found.doubts == ()


def test_the_french_tuesday_does_not_hide_march() -> None:
    values = read(["Mar 5, 2024", "Mar 6, 2024"]).values
    assert [value.isoformat() for value in values] == ["2024-03-05T00:00:00", "2024-03-06T00:00:00"]


@pytest.mark.parametrize(
    "cell",
    [
        "2024-01-05 24:00:00",
        "2016-12-31T23:59:60Z",
        "2024-01-05 10:00 CET",
        "2024-01-05 10:00 America/New_York",
        "2024-01-05T10:00+01:00[Europe/Berlin]",
        "2024-01-05T10:00:00.123456789",
        "9999-12-31T23:59:59-05:00",
    ],
)
def test_a_moment_that_cannot_be_kept_stays_text_with_a_doubt(cell: str) -> None:
    found = read([cell, cell])
    assert found.values == [cell, cell]
    assert found.doubts == ("impossible_date",)
