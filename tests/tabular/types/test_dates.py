"""Dates and moments by the evidence of their column, and what only looks like one."""

import datetime as dt

import polars as pl
import pytest

from domain.dataset import Interpretation
from domain.table import ColumnType
from tests.tabular.types.columns import read

D = dt.datetime
NAIVE, ZONED = pl.Datetime("us"), pl.Datetime("us", "UTC")
JAN_31 = D(2024, 1, 31)
FEB_1 = D(2024, 2, 1)
NOON = JAN_31.replace(hour=12)

DATES: dict[str, tuple[list[str], list[dt.datetime], str]] = {
    "ISO": (["2024-01-31", "2024-02-01"], [JAN_31, FEB_1], "%Y-%m-%d"),
    "ISO without zeros": (["2024-1-31", "2024-2-1"], [JAN_31, FEB_1], "%Y-%-m-%-d"),
    "ISO, some with zeros": (["2024-01-31", "2024-2-1"], [JAN_31, FEB_1], "%Y-%m-%d"),
    "slashes, the year first": (["2024/01/31"], [JAN_31], "%Y/%m/%d"),
    "points, the year first": (["2024.01.31"], [JAN_31], "%Y.%m.%d"),
    "the day first": (["31/01/2024", "01/02/2024"], [JAN_31, FEB_1], "%d/%m/%Y"),
    "the month first": (["01/31/2024", "02/01/2024"], [JAN_31, FEB_1], "%m/%d/%Y"),
    "the day first, far down": (
        ["01/02/2024"] * 5000 + ["31/01/2024"],
        [FEB_1] * 5000 + [JAN_31],
        "%d/%m/%Y",
    ),
    "the month first, far down": (
        ["02/01/2024"] * 5000 + ["01/31/2024"],
        [FEB_1] * 5000 + [JAN_31],
        "%m/%d/%Y",
    ),
    "the same either way": (["02/02/2024"], [FEB_1.replace(day=2)], "%d/%m/%Y"),
    "points": (["31.01.2024", "01.02.2024"], [JAN_31, FEB_1], "%d.%m.%Y"),
    "points without zeros": (["31.1.2024", "1.2.2024"], [JAN_31, FEB_1], "%-d.%-m.%Y"),
    "dashes": (["31-01-2024", "01-02-2024"], [JAN_31, FEB_1], "%d-%m-%Y"),
    "names of months": (["31-Jan-2024", "01-Feb-2024"], [JAN_31, FEB_1], "%d-%B-%Y"),
    "full names of months": (["January 31, 2024"], [JAN_31], "%B %d, %Y"),
    "German months": (["31. Januar 2024", "1. Februar 2024"], [JAN_31, FEB_1], "%d. %B %Y"),
    "French months": (["31 janvier 2024", "1 F\u00c9VRIER 2024"], [JAN_31, FEB_1], "%d %B %Y"),
    "Spanish months": (["31 enero 2024", "1 feb 2024"], [JAN_31, FEB_1], "%d %B %Y"),
    "minutes": (["2024-01-31 12:00"], [NOON], "%Y-%m-%d %H:%M"),
    "seconds": (["2024-01-31T12:00:00"], [NOON], "%Y-%m-%dT%H:%M:%S"),
    "fractions": (
        ["2024-01-31 12:00:00.5", "2024-01-31 12:00:00"],
        [NOON.replace(microsecond=500_000), NOON],
        "%Y-%m-%d %H:%M:%S.%f",
    ),
    "fractions as logs have them": (
        ["2024-01-31 12:00:00,250"],
        [NOON.replace(microsecond=250_000)],
        "%Y-%m-%d %H:%M:%S,%f",
    ),
    "nanoseconds that are zeros": (
        ["2024-01-31T12:00:00.500000000"],
        [NOON.replace(microsecond=500_000)],
        "%Y-%m-%dT%H:%M:%S.%f",
    ),
    "halves of the day": (
        ["1/31/2024 12:00 PM", "2/1/2024 12:00 AM"],
        [NOON, FEB_1],
        "%-m/%-d/%Y %I:%M %p",
    ),
    "the ends of the calendar": (
        ["0001-01-01", "9999-12-31"],
        [D(1, 1, 1), D(9999, 12, 31)],
        "%Y-%m-%d",
    ),
    "leap days": (
        ["2024-02-29", "2000-02-29"],
        [FEB_1.replace(day=29), D(2000, 2, 29)],
        "%Y-%m-%d",
    ),
}


@pytest.mark.parametrize("case", DATES)
def test_dates_are_read_by_their_columns_evidence(case: str) -> None:
    cells, expected, format_ = DATES[case]
    found = read(cells)
    assert (found.dtype, found.values, found.column.format) == (NAIVE, expected, format_)
    assert found.doubts == ()


MOMENTS: dict[str, tuple[list[str], int, str, tuple[str, ...]]] = {
    "Z": (["2024-01-31T12:00:00Z"], 12, "%Y-%m-%dT%H:%M:%S%z", ()),
    "UTC": (["2024-01-31 12:00:00 UTC"], 12, "%Y-%m-%d %H:%M:%S%z", ()),
    "+00:00": (["2024-01-31 12:00+00:00"], 12, "%Y-%m-%d %H:%M%z", ()),
    "one offset": (["2024-01-31T12:00:00+02:00"] * 2, 10, "%Y-%m-%dT%H:%M:%S+02:00", ()),
    "one offset without a colon": (["2024-01-31T12:00-0530"], 17, "%Y-%m-%dT%H:%M-0530", ()),
    "several offsets": (
        ["2024-01-31T12:00:00+02:00", "2024-01-31T12:00:00Z"],
        10,
        "%Y-%m-%dT%H:%M:%S%z",
        ("several_time_zones",),
    ),
}


@pytest.mark.parametrize("case", MOMENTS)
def test_moments_with_a_zone_are_in_utc(case: str) -> None:
    cells, hour, format_, doubts = MOMENTS[case]
    found = read(cells)
    assert (found.dtype, found.values[0].hour, found.column.format) == (ZONED, hour, format_)
    assert found.doubts == doubts


def test_years_of_two_digits_are_completed_and_said() -> None:
    found = read(["31.12.69", "01.02.24", "05.06.68"])
    assert [value.year for value in found.values] == [1969, 2024, 2068]
    assert found.doubts == ("two_digit_year",)


def test_dates_in_several_certain_formats_are_dates() -> None:
    found = read(["2024-01-31", "01.02.2024", "31.01.2024", "31 Jan 2024", "2024-01-31 12:00"])
    assert found.values == [JAN_31, FEB_1, JAN_31, JAN_31, NOON]
    assert found.column.format == "%Y-%m-%d | %d.%m.%Y | %d %B %Y | %Y-%m-%d %H:%M"
    assert found.doubts == ("several_date_formats",)


TEXTS: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "day or month": (["01/02/2024", "03/04/2024"], ("day_or_month",)),
    "day or month, two digits": (["01/02/24"], ("day_or_month",)),
    "year or day": (["24-01-31", "23-02-28"], ("year_or_day",)),
    "an impossible day": (["31.02.2024", "01.02.2024"], ("impossible_date",)),
    "an impossible leap day": (["1900-02-29"], ("impossible_date",)),
    "an impossible day far down": (["2024-01-31"] * 5000 + ["2024-02-30"], ("impossible_date",)),
    "month and day in turn": (["31/01/2024", "01/31/2024"], ("impossible_date",)),
    "an hour 24": (["2024-01-31 24:00:00"], ("impossible_date",)),
    "a second 60": (["2024-01-31 23:59:60"], ("impossible_date",)),
    "nanoseconds": (["2024-01-31T12:00:00.123456789"], ("impossible_date",)),
    "ISO and what is not certain": (["2024-01-31", "01/02/2024"], ("several_date_formats",)),
    "with a zone and without": (
        ["2024-01-31T12:00:00", "2024-01-31T12:00:00Z"],
        ("several_date_formats",),
    ),
    "a zone beyond the calendar": (["9999-12-31T23:00:00-05:00"], ("impossible_date",)),
    "the year 0": (["0000-01-01"], ("impossible_date",)),
    "a year of five digits": (["12024-01-31"], ()),
    "months": (["2024-01", "2024-02"], ()),
    "quarters": (["2024-Q1"], ()),
    "weeks": (["2024-W05"], ()),
    "months of two languages": (["31 Januar 2024", "31 janvier 2024"], ()),
    "a month nobody knows": (["31 Foo 2024"], ()),
    "times alone": (["10:30:00"], ()),
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_is_not_certainly_a_date_stays_text(case: str) -> None:
    cells, doubts = TEXTS[case]
    found = read(cells)
    assert (found.column.type, found.values) == (ColumnType.TEXT, cells)
    assert found.doubts == doubts


def test_points_mean_the_day_first_but_it_is_said() -> None:
    found = read(["01.02.2024"])
    assert (found.values, found.doubts) == ([FEB_1], ("day_or_month",))


@pytest.mark.parametrize("day_first", [True, False])
def test_the_given_order_decides_where_no_value_does(day_first: bool) -> None:
    found = read(["01/02/2024"], Interpretation(day_first=day_first))
    assert found.values == [FEB_1 if day_first else D(2024, 1, 2)]
    assert found.doubts == ()


def test_a_given_order_that_a_value_refutes_leaves_text() -> None:
    found = read(["01/31/2024"], Interpretation(day_first=True))
    assert (found.column.type, found.doubts) == (ColumnType.TEXT, ("impossible_date",))
