"""What is read out of dates, on clocks with and without a time zone."""

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actions import (
    Action,
    DateDifference,
    DateParts,
    FormatDates,
    InvalidAction,
    UnknownColumn,
    check,
)
from domain.table import Column, ColumnType, TableShape
from tests.specifications.tables import cells, done, series

WRITTEN = ["2024-12-30 23:59:58.5", None, "2021-01-03"]


@pytest.mark.parametrize(
    ("unit", "zone"), [("us", None), ("s", None), ("ns", None), ("us", "Europe/Berlin")]
)
@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("year", [2024, None, 2021]),
        ("quarter", [4, None, 1]),
        ("month", [12, None, 1]),
        ("month_name", ["December", None, "January"]),
        ("week", [1, None, 53]),
        ("day", [30, None, 3]),
        ("day_of_year", [365, None, 3]),
        ("weekday", [1, None, 7]),
        ("weekday_name", ["Monday", None, "Sunday"]),
        ("hour", [23, None, 0]),
        ("minute", [59, None, 0]),
        ("second", [58, None, 0]),
        ("date", [pd.Timestamp("2024-12-30"), None, pd.Timestamp("2021-01-03")]),
    ],
)
def test_a_part_of_a_date_is_what_the_clock_of_the_column_shows(
    part: Any, expected: list[Any], unit: Any, zone: str | None
) -> None:
    for values, parts in ((WRITTEN, expected), ([None], [None]), ([], [])):
        df = series(values, "datetime64[us]")
        df["x"] = df["x"].dt.as_unit(unit).dt.tz_localize(zone)
        result = done(DateParts(column="x", parts=(part,)), df)
        assert cells(result, f"x_{part}") == parts
        kind = {"date": "datetime64", "month_name": "str", "weekday_name": "str"}.get(part, "Int64")
        assert str(result[f"x_{part}"].dtype).startswith(kind)
        pd.testing.assert_frame_equal(result[["x", "other"]], df)


def test_the_day_has_no_zone_for_in_some_there_is_no_midnight() -> None:
    df = series(["2018-11-04 12:00"], "datetime64[us]")
    df["x"] = df["x"].dt.tz_localize("America/Sao_Paulo")
    result = done(DateParts(column="x", parts=("date",), new=("day",)), df)
    assert cells(result, "day") == [pd.Timestamp("2018-11-04")]


def test_several_parts_come_in_their_order_under_their_own_names() -> None:
    df = series(WRITTEN, "datetime64[us]")
    action = DateParts(column="x", parts=("year", "month"), new=("y", "it's {m}"))
    assert list(done(action, df)) == ["x", "other", "y", "it's {m}"]


@pytest.mark.parametrize("name", ["it's", 'x"""', "{dates}", "a\nb", "\\", "df", "start"])
def test_any_name_stays_a_name(name: str) -> None:
    df = pd.DataFrame({name: pd.Series(WRITTEN, dtype="datetime64[us]")})
    df["end"] = df[name] + pd.Timedelta(days=1)
    assert cells(done(DateParts(column=name, parts=("year",)), df), f"{name}_year")[0] == 2024
    took = done(DateDifference(start=name, end="end", new=f"{name} took"), df)
    assert cells(took, f"{name} took") == [1, None, 1]
    assert cells(done(FormatDates(columns=(name, "end"), format="%Y"), df), name)[0] == "2024"


def between(start: list[Any], end: list[Any], unit: Any, **zones: str | None) -> list[Any]:
    df = pd.DataFrame(
        {
            "a": pd.Series(start, dtype="datetime64[us]").dt.tz_localize(zones.get("a")),
            "b": pd.Series(end, dtype="datetime64[us]").dt.tz_localize(zones.get("b")),
        }
    )
    return cells(done(DateDifference(start="a", end="b", unit=unit, new="took"), df), "took")


def test_days_are_whole_numbers_unless_there_is_a_fraction() -> None:
    whole = between(["2024-01-01", "2024-12-30", None], ["2024-01-04", "2024-12-29", None], "days")
    assert whole == [3, -1, None]
    assert all(isinstance(days, int | None) for days in map(as_python, whole))
    assert between(["2024-01-01", "2024-01-01"], ["2024-01-02 12:00", "2024-01-03"], "days") == [
        1.5,
        2,
    ]
    assert between(["0001-01-01"], ["9999-12-31"], "days") == [3652058]
    assert between([None], [None], "weeks") == [None]
    assert between([], [], "weeks") == []
    assert between(["2024-01-01"], ["2024-01-15"], "weeks") == [2]
    assert between(["2024-01-01"], ["2024-01-01 00:01:30"], "minutes") == [1.5]


def as_python(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def test_a_day_on_which_the_clocks_change_is_one_day_of_twenty_three_hours() -> None:
    zones = {"a": "Europe/Berlin", "b": "Europe/Berlin"}
    start, end = ["2024-03-31 00:00"], ["2024-04-01 00:00"]
    assert between(start, end, "days", **zones) == [1]
    assert between(start, end, "hours", **zones) == [23]
    assert between(start, end, "hours") == [24]


def test_dates_of_two_zones_are_compared_on_the_clock_of_the_first() -> None:
    zones = {"a": "UTC", "b": "Asia/Tokyo"}
    assert between(["2024-01-01 00:00"], ["2024-01-01 09:00"], "hours", **zones) == [0]
    assert between(["2024-01-01 00:00"], ["2024-01-02 09:00"], "days", **zones) == [1]
    assert between(["2024-01-01"], ["2024-01-02"], "days", a="UTC", b=None) == [1]
    assert between(["2024-01-01"], ["2024-01-02"], "hours", a=None, b="Asia/Tokyo") == [24]


@pytest.mark.parametrize(
    ("start", "end", "months", "years"),
    [
        ("2024-01-31", "2024-02-29", 0, 0),
        ("2024-01-31", "2024-03-31", 2, 0),
        ("2024-01-15", "2024-02-14", 0, 0),
        ("2024-01-15", "2024-02-15", 1, 0),
        ("2024-01-15 12:00", "2024-02-15 11:59:59.999999", 0, 0),
        ("2000-02-29", "2023-02-28", 275, 22),
        ("2000-02-29", "2023-03-01", 276, 23),
        ("2024-02-15", "2024-01-15", -1, 0),
        ("2024-02-14", "2024-01-15", 0, 0),
        ("2024-01-01", "2022-12-31", -12, -1),
        ("0001-01-01", "9999-12-31", 119987, 9998),
        ("2024-01-01", None, None, None),
        (None, "2024-01-01", None, None),
    ],
)
def test_months_and_years_count_when_their_day_is_reached(
    start: str | None, end: str | None, months: int | None, years: int | None
) -> None:
    assert between([start], [end], "months") == [months]
    assert between([start], [end], "years") == [years]


moments = st.datetimes(datetime(1583, 1, 1), datetime(2400, 1, 1)) | st.datetimes(  # noqa: DTZ001 - clocks without a zone
    datetime(2024, 1, 27),  # noqa: DTZ001 - the same
    datetime(2024, 4, 2),  # noqa: DTZ001 - the same
)


@given(moments, moments)
@settings(max_examples=40, deadline=None)
def test_so_many_months_later_the_second_date_is_reached_and_one_more_is_too_many(
    one: datetime, other: datetime
) -> None:
    start, end = min(one, other), max(one, other)
    (months,) = between([start], [end], "months")
    assert between([end], [start], "months") == [-months]
    assert between([start], [end], "years") == [months // 12]
    assert _later(start, months) <= end < _later(start, months + 1)


def _later(start: datetime, months: int) -> datetime:
    """That day so many months later; where the month has no such day, the first of the next."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    first = start.replace(year=year, month=month + 1, day=1)
    there = first + timedelta(days=start.day - 1)
    return there if there.month == first.month else (first + timedelta(days=31)).replace(day=1)


def test_dates_are_written_as_the_format_says() -> None:
    dtype = "datetime64[us]"
    df = series(WRITTEN, dtype)
    result = done(FormatDates(columns=("x",), format="%d.%m.%Y {it's}"), df)
    assert cells(result) == ["30.12.2024 {it's}", None, "03.01.2021 {it's}"]
    assert result["x"].dtype == "str"
    assert done(FormatDates(columns=("x",), format="%B"), series([], dtype))["x"].dtype == "str"
    early = done(FormatDates(columns=("x",), format="%Y-%m-%d"), series(["0099-01-02"], dtype))
    assert cells(early) == ["0099-01-02"]


SHAPE = TableShape(
    rows=9,
    columns=(
        Column(name="city", type=ColumnType.TEXT, nulls=2, distinct=3),
        Column(name="seen", type=ColumnType.DATETIME, nulls=2, distinct=5),
        Column(name="left", type=ColumnType.DATETIME, nulls=2, distinct=5),
    ),
)


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (DateParts(column="city", parts=("year",)), "Parse dates in it first"),
        (DateParts(column="sen", parts=("year",)), "no column 'sen'"),
        (DateParts(column="seen", parts=()), "such as year"),
        (DateParts(column="seen", parts=("year",), new=("a", "b")), "2 new names for 1 parts"),
        (DateParts(column="seen", parts=("year",), new=("left",)), "already a column 'left'"),
        (DateParts(column="seen", parts=("year", "year")), "already a column 'seen_year'"),
        (DateDifference(start="seen", end="city", new="d"), "Parse dates in it first"),
        (DateDifference(start="seen", end="seen", new="d"), "named twice"),
        (DateDifference(start="seen", end="left", new="city"), "already a column 'city'"),
        (DateDifference(start="seen", end="left", new=" "), "is empty"),
        (FormatDates(columns=("city",), format="%Y"), "Parse dates in it first"),
        (FormatDates(columns=("seen",), format="DD/MM/YYYY"), "like %d.%m.%Y"),
        (FormatDates(columns=("seen",), format="100%%"), "like %d.%m.%Y"),
        (FormatDates(columns=("seen",), format="%Y %Q"), "'%Q' in the format"),
        (FormatDates(columns=("seen",), format="%Y %"), "'%' in the format"),
        (FormatDates(columns=("seen",), format="%Y\n"), "like %d.%m.%Y"),
        (FormatDates(columns=(), format="%Y"), "Name at least one"),
    ],
)
def test_what_cannot_be_read_out_of_dates_is_refused_with_what_would_work(
    action: Action, hint: str
) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, SHAPE)
    assert hint in str(refusal.value)


def test_the_nearest_name_is_told_for_a_date_that_is_not_there() -> None:
    with pytest.raises(UnknownColumn) as refusal:
        check(DateDifference(start="Seen", end="left", new="d"), SHAPE)
    assert refusal.value.nearest[0] == "seen"


def test_the_shape_afterwards_has_the_new_columns_last() -> None:
    parts = DateParts(column="seen", parts=("year", "month_name", "date")).shape_after(SHAPE)
    assert [(c.name, c.type) for c in parts.columns[3:]] == [
        ("seen_year", ColumnType.INTEGER),
        ("seen_month_name", ColumnType.TEXT),
        ("seen_date", ColumnType.DATETIME),
    ]
    age = DateDifference(start="seen", end="left", unit="years", new="age").shape_after(SHAPE)
    assert age.columns[3].type is ColumnType.INTEGER
    written = FormatDates(columns=("seen",), format="%Y").shape_after(SHAPE)
    assert written.column("seen").type is ColumnType.TEXT


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (
            DateParts(column="seen", parts=("year", "week")),
            "Add seen_year, seen_week: the year, the ISO week of seen",
        ),
        (
            DateDifference(start="a", end="b", unit="months", new="took"),
            "Add took: the whole months from a to b",
        ),
        (FormatDates(columns=("a",), format="%d.%m.%Y"), "of a as text like %d.%m.%Y"),
    ],
)
def test_a_description_tells_what_is_read_out_of_dates(action: Action, line: str) -> None:
    assert action.describe().endswith(line)
