"""What the compiled code of each action does to a table, on the column types that really occur."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from domain.actions import (
    Action,
    AllOf,
    AnyOf,
    Cast,
    ChangeCase,
    Comparison,
    Condition,
    DropColumns,
    DropMissing,
    Fill,
    FilterRows,
    KeepColumns,
    Not,
    ParseDates,
    RemoveDuplicates,
    RenameColumns,
    Renaming,
    ReplaceValues,
    Sort,
    SortKey,
    TrimText,
)
from tests.specifications.tables import cells, done, series


def test_rows_with_any_missing_value_are_dropped() -> None:
    df = pd.DataFrame({"a": [1, None, 3], "b": ["x", "y", None]})
    assert cells(done(DropMissing(), df), "a") == [1]
    assert cells(done(DropMissing(columns=("b",)), df), "b") == ["x", "y"]


def test_only_rows_missing_everywhere_are_dropped_with_all() -> None:
    df = pd.DataFrame({"a": [1, None, None], "b": ["x", "y", None]})
    assert len(done(DropMissing(columns=("a", "b"), how="all"), df)) == 2


@pytest.mark.parametrize(
    ("values", "dtype", "strategy", "expected", "kind"),
    [
        ([1, None, 4], "Int64", "mean", [1, 2.5, 4], "float64"),
        ([1, None, 3], "Int64", "mean", [1, 2, 3], "Int64"),
        ([1, 2], "int64", "mean", [1, 2], "int64"),
        ([1.0, None, 2.0], "float64", "median", [1, 1.5, 2], "float64"),
        ([None, None], "Int64", "median", [None, None], "Int64"),
        ([None, None], "float64", "mean", [None, None], "float64"),
        ([None, None], "str", "mode", [None, None], "str"),
        (["b", "a", None, "b"], "str", "mode", ["b", "a", "b", "b"], "str"),
        (["b", "a", None], "str", "mode", ["b", "a", "a"], "str"),
        ([True, None, True], "boolean", "mode", [True, True, True], "boolean"),
    ],
)
def test_missing_values_are_filled(
    values: list[Any], dtype: str, strategy: Any, expected: list[Any], kind: str
) -> None:
    result = done(Fill(columns=("x",), strategy=strategy), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == kind


@pytest.mark.parametrize(
    ("values", "dtype", "value", "expected"),
    [
        ([1, None], "Int64", 0, [1, 0]),
        ([1, None], "Int64", 0.5, [1, 0.5]),
        (["a", None], "str", "un'known", ["a", "un'known"]),
        ([False, None], "boolean", True, [False, True]),
        (
            ["2024-01-01", None],
            "datetime64[us]",
            "2024-05-06",
            [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-05-06")],
        ),
    ],
)
def test_missing_values_are_filled_with_a_constant(
    values: list[Any], dtype: str, value: Any, expected: list[Any]
) -> None:
    action = Fill(columns=("x",), strategy="constant", value=value)
    assert cells(done(action, series(values, dtype))) == expected


def test_columns_are_dropped_kept_in_order_and_renamed_all_at_once() -> None:
    df = pd.DataFrame({"a": [1], "b": [2], "c": [3]})
    assert list(done(DropColumns(columns=("b",)), df)) == ["a", "c"]
    assert list(done(KeepColumns(columns=("c", "a")), df)) == ["c", "a"]
    swap = RenameColumns(pairs=(Renaming(old="a", new="b"), Renaming(old="b", new="a")))
    assert done(swap, df).to_dict("records") == [{"b": 1, "a": 2, "c": 3}]


@pytest.mark.parametrize(("keep", "left"), [("first", [1, 3]), ("last", [2, 3]), ("none", [3])])
def test_duplicates_in_a_column_keep_the_first_the_last_or_none(keep: Any, left: list[int]) -> None:
    df = pd.DataFrame({"k": ["a", "a", None], "v": [1, 2, 3]})
    assert cells(done(RemoveDuplicates(columns=("k",), keep=keep), df), "v") == left


def test_text_is_trimmed_of_every_kind_of_white_space() -> None:
    df = series([" a\u00a0", None, "b\u2003 \u00a0 c\n", ""], "str")
    assert cells(done(TrimText(columns=("x",)), df)) == ["a", None, "b\u2003 \u00a0 c", ""]
    collapsed = done(TrimText(columns=("x",), collapse=True), df)
    assert cells(collapsed) == ["a", None, "b c", ""]
    assert collapsed["x"].dtype == "str"


def test_a_text_column_without_any_value_stays_one() -> None:
    df = series([None, None], "str")
    for action in (
        TrimText(columns=("x",), collapse=True),
        TrimText(columns=("x",)),
        ChangeCase(columns=("x",), case="title"),
    ):
        result = done(action, df)
        assert cells(result) == [None, None]
        assert result["x"].dtype == "str"


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("lower", "été bob"),
        ("upper", "ÉTÉ BOB"),
        ("title", "Été Bob"),
        ("sentence", "Été bob"),
    ],
)
def test_the_case_of_text_changes_and_missing_stays_missing(case: Any, expected: str) -> None:
    result = done(ChangeCase(columns=("x",), case=case), series(["ÉtÉ bOB", None], "str"))
    assert cells(result) == [expected, None]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", 1234.5),
        (" 12 ", 12.0),
        ("$1,200", 1200.0),
        ("-€3.5", -3.5),
        ("12 €", 12.0),
        ("+7", 7.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("abc", None),
        ("", None),
        ("-", None),
        (".", None),
        ("12,34,567", None),
        ("10%", 10.0),
        ("12.5 %", 12.5),
        ("US$ 5", 5.0),
        ("1,234.50 EUR", 1234.5),
        ("CHF -3", -3.0),
        ("5 kg%", None),
        ("0x10", None),
        ("1_000", None),
        ("inf", None),
        ("nan", None),
        ("1e400", None),
        ("5 kg", None),
    ],
)
def test_text_is_read_as_a_number_or_becomes_missing(text: str, number: float | None) -> None:
    result = done(Cast(columns=("x",), to="number"), series([text, "8.25", None], "str"))
    assert cells(result) == [number, 8.25, None]
    assert result["x"].dtype == "float64"


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["1.234,50", "12,30", "0,99", None], [1234.5, 12.3, 0.99, None]),
        (["1 234,5 €", "1\u00a0000 €", "-7 €"], [1234.5, 1000, -7]),
        (["12,5%", "n/a", ""], [12.5, None, None]),
        (["1,234", "1,5"], [1.234, 1.5]),
        (["1,234", "12,345"], [1234, 12345]),
        (["1.234", "2.500"], [1.234, 2.5]),
        (["1,5", "2.5"], [None, 2.5]),
        (["1,5", "1,234.50"], [None, 1234.5]),
    ],
)
def test_a_comma_is_decimal_where_every_number_of_the_column_agrees(
    values: list[Any], numbers: list[Any]
) -> None:
    result = done(Cast(columns=("x",), to="number"), series(values, "str"))
    assert cells(result) == numbers
    rounded = done(Cast(columns=("x",), to="integer"), series(values, "str"))
    assert cells(rounded) == [None if n is None else round(n) for n in numbers]


@pytest.mark.parametrize(
    ("action", "values", "dtype", "what"),
    [
        (Cast(columns=("x",), to="number"), ["a", None, ""], "str", "a number"),
        (Cast(columns=("x",), to="integer"), ["5 kg"], "str", "a number"),
        (Cast(columns=("x",), to="integer"), [1e30, None], "float64", "a number"),
        (Cast(columns=("x",), to="boolean"), ["ja", "nein"], "str", "true or false"),
        (Cast(columns=("x",), to="boolean"), [2, 3], "Int64", "true or false"),
        (ParseDates(columns=("x",)), ["10:30", "11:00"], "str", "a date"),
        (ParseDates(columns=("x",)), [1, 2], "Int64", "a date"),
    ],
)
def test_a_column_of_which_nothing_can_be_read_is_never_emptied(
    action: Action, values: list[Any], dtype: str, what: str
) -> None:
    with pytest.raises(ValueError, match=f"^no value of 'x' is {what}"):
        done(action, series(values, dtype))


def test_of_several_columns_the_one_that_cannot_be_read_is_named() -> None:
    df = pd.DataFrame({"x": ["1", None], "it's {y}": ["a", "b"]})
    with pytest.raises(ValueError, match=r"no value of \"it's \{y\}\" is a number"):
        done(Cast(columns=("x", "it's {y}"), to="number"), df)


@pytest.mark.parametrize("to", ["number", "integer", "boolean"])
def test_nothing_is_lost_with_empty_text(to: Any) -> None:
    assert cells(done(Cast(columns=("x",), to=to), series(["", "  ", None], "str"))) == [None] * 3


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        (["12", " 1,234 ", "abc", None], "str", [12, 1234, None, None]),
        (["1.4", "1.6", "2.5", "-0.5"], "str", [1, 2, 2, 0]),
        (["9007199254740993", "007", None], "str", [9007199254740993, 7, None]),
        (["99999999999999999999", "1e30", "5"], "str", [None, None, 5]),
        ([1.6, None, 1e30, float("inf")], "float64", [2, None, None, None]),
        ([1.6, None], "Float64", [2, None]),
        ([True, None], "boolean", [1, None]),
        ([5, None], "Int64", [5, None]),
        ([], "str", []),
    ],
)
def test_whole_numbers_are_rounded_never_cut(
    values: list[Any], dtype: str, expected: list[Any]
) -> None:
    result = done(Cast(columns=("x",), to="integer"), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == "Int64"


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        (["Yes", " no ", "TRUE", "f", "0", "perhaps", None], "str", [1, 0, 1, 0, 0, None, None]),
        ([1, 0, 2, None], "Int64", [True, False, None, None]),
        ([1.0, 0.0, 0.5], "float64", [True, False, None]),
        ([True, False], "bool", [True, False]),
        ([None], "str", [None]),
        ([], "str", []),
    ],
)
def test_words_and_numbers_become_booleans(
    values: list[Any], dtype: str, expected: list[Any]
) -> None:
    result = done(Cast(columns=("x",), to="boolean"), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == "boolean"


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([1, None], "Int64", ["1", None]),
        ([1.5, None], "float64", ["1.5", None]),
        ([True, None], "boolean", ["True", None]),
        (["2024-01-02", None], "datetime64[us]", ["2024-01-02", None]),
    ],
)
def test_everything_becomes_text(values: list[Any], dtype: str, expected: list[Any]) -> None:
    result = done(Cast(columns=("x",), to="text"), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == "str"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([[2**60 + 1, *range(2000)], [], None], pa.list_(pa.int64())),
        ([{"a": 2**60 + 1, "b": "ö"}, {"a": None, "b": ""}, None], None),
        ([["x", 'y"'], [], None], pa.list_(pa.string())),
    ],
    ids=["numbers", "objects", "texts"],
)
@pytest.mark.parametrize("as_objects", [False, True])
def test_lists_and_objects_become_json_with_all_that_they_hold(
    values: list[Any], kind: pa.DataType | None, as_objects: bool
) -> None:
    dtype = "object" if as_objects else pd.ArrowDtype(kind or pa.array(values).type)
    result = cells(done(Cast(columns=("x",), to="text"), series(values, dtype)))
    assert [None if cell is None else json.loads(cell) for cell in result] == values


def dates(values: list[str | None], *, day_first: bool | None = None) -> list[str | None]:
    result = done(ParseDates(columns=("x",), day_first=day_first), series(values, "str"))
    assert result["x"].dtype.kind == "M"
    return [None if value is None else value.isoformat()[:16] for value in cells(result)]


def test_mixed_formats_are_read_and_what_is_no_date_becomes_missing() -> None:
    read = dates(["2024-03-04", "Jan 5, 2024", "6 Feb 2024 10:30", "20240708", "n/a", "", None])
    assert read == [
        "2024-03-04T00:00",
        "2024-01-05T00:00",
        "2024-02-06T10:30",
        "2024-07-08T00:00",
        None,
        None,
        None,
    ]


def test_the_column_itself_tells_whether_days_come_first() -> None:
    assert dates(["03/04/2024", "25/12/2024"]) == ["2024-04-03T00:00", "2024-12-25T00:00"]
    assert dates(["03/04/2024", "12/25/2024"]) == ["2024-03-04T00:00", "2024-12-25T00:00"]
    assert dates(["03.04.2024"]) == ["2024-04-03T00:00"]
    assert dates(["03/04/2024"]) == ["2024-03-04T00:00"]
    assert dates(["03/04/2024"], day_first=True) == ["2024-04-03T00:00"]


def test_a_date_that_only_one_order_allows_is_read_in_that_order() -> None:
    assert dates(["04/13/2024", "1/2/2024"], day_first=True) == [
        "2024-04-13T00:00",
        "2024-02-01T00:00",
    ]


def test_years_of_two_digits_do_not_depend_on_the_day_on_which_the_code_runs() -> None:
    assert dates(["25/12/68", "25-12-69 10:30"]) == ["2068-12-25T00:00", "1969-12-25T10:30"]


def test_dates_with_the_year_in_front_are_never_turned_round() -> None:
    read = dates(["2024-03-04", "2024/03/04", "20240304", "25/12/2024"], day_first=True)
    assert read[:3] == ["2024-03-04T00:00"] * 3


def test_nothing_is_read_as_of_the_day_on_which_the_code_runs() -> None:
    values: list[str | None] = ["now", "today", "10:30", "12", "May 12", "Monday", "10:30 2024"]
    assert dates([*values, "2024-03-04"]) == [None] * len(values) + ["2024-03-04T00:00"]


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (
            ["2024-01-01T10:00+02:00", None, "2024-07-01 00:30:00+02:00"],
            ["2024-01-01T10:00:00+02:00", None, "2024-07-01T00:30:00+02:00"],
        ),
        (["2024-01-01T10:00Z"], ["2024-01-01T10:00:00+00:00"]),
        (
            ["2024-01-01T10:00+02:00", "2024-01-01T10:00-05:00"],
            ["2024-01-01T08:00:00+00:00", "2024-01-01T15:00:00+00:00"],
        ),
        (
            ["2024-01-01T10:00+02:00", "2024-01-01T10:00"],
            ["2024-01-01T08:00:00+00:00", "2024-01-01T10:00:00+00:00"],
        ),
        (
            ["2024-01-01T10+02:00", "20240101T100000z", "Jan 1 2024 10:00 PM  -5", "2024 foo"],
            [
                "2024-01-01T08:00:00+00:00",
                "2024-01-01T10:00:00+00:00",
                "2024-01-02T03:00:00+00:00",
                None,
            ],
        ),
        (["2024-01-01T10:00", "25-12-2024"], ["2024-01-01T10:00:00", "2024-12-25T00:00:00"]),
    ],
)
def test_times_keep_the_offset_that_all_have_and_differing_ones_become_utc(
    values: list[Any], read: list[Any]
) -> None:
    result = cells(done(ParseDates(columns=("x",)), series(values, "str")))
    assert [None if value is None else value.isoformat() for value in result] == read


@pytest.mark.parametrize("zone", [None, "UTC", "UTC+02:00", "Europe/Berlin"])
def test_a_column_of_dates_stays_as_it_is_when_read_again(zone: str | None) -> None:
    df = series(["2024-03-04 10:30", None], "datetime64[us]")
    df["x"] = df["x"].dt.tz_localize(zone)
    result = done(ParseDates(columns=("x",), day_first=True), df)
    pd.testing.assert_frame_equal(result, df)


@pytest.mark.parametrize(
    ("values", "dtype", "old", "new", "expected", "kind"),
    [
        (["N/A", "b", None], "str", "N/A", None, [None, "b", None], "str"),
        (["USA", "b", None], "str", "USA", "United States", ["United States", "b", None], "str"),
        ([0, 1, None], "Int64", 0, None, [None, 1, None], "Int64"),
        ([0, 1], "int64", 0, None, [None, 1], "Int64"),
        ([0.0, 1.5], "float64", 0, None, [None, 1.5], "float64"),
        ([1, None], "Int64", 1, 2, [2, None], "Int64"),
        ([1, None], "Int64", 1, 2.0, [2, None], "Int64"),
        ([1, None], "Int64", 1, 2.5, [2.5, None], "float64"),
        ([True, False], "bool", True, None, [None, False], "boolean"),
        ([True, None], "boolean", True, False, [False, None], "boolean"),
    ],
)
def test_whole_cells_are_replaced(
    values: list[Any], dtype: str, old: Any, new: Any, expected: list[Any], kind: str
) -> None:
    result = done(ReplaceValues(columns=("x",), old=old, new=new), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == kind


def test_numbers_are_compared_with_the_figure_of_their_group() -> None:
    groups = ["a", "a", "a", "b", None, None, "c"]
    numbers = pd.Series([1, 2, 9, 5, 1, 3, None], dtype="Int64")
    df = pd.DataFrame({"x": numbers, "group": groups})
    above = is_("greater", figure="mean", of_each=("group",))
    assert cells(done(FilterRows(where=above), df)) == [9, 3]
    at_most = is_("less_or_equal", figure="median", of_each=("group",))
    assert cells(done(FilterRows(where=at_most), df)) == [1, 2, 5, 1]
    assert FilterRows(where=above).columns_named() == ("x", "group")
    assert "greater than its mean for its group" in FilterRows(where=above).describe()


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        (Comparison(column="c", figure="rows", operator="greater", values=(1,)), [0, 1, 4]),
        (Comparison(column="s", figure="distinct", operator="equals", values=(1,)), [2]),
        (Comparison(column="n", figure="sum", operator="between", values=(7, 9)), [0, 1, 4]),
        (Comparison(column="n", figure="mean", operator="less", values=(2.5,)), []),
    ],
)
def test_rows_are_chosen_by_a_figure_of_their_group(where: Comparison, rows: list[int]) -> None:
    df = pd.DataFrame(
        {
            "c": ["a", "a", "b", None, "a"],
            "s": ["x", "y", "x", "x", "x"],
            "n": pd.Series([1, 2, None, 4, 5], dtype="Int64"),
            "row": range(5),
        }
    )
    filtered = FilterRows(where=replace(where, of_each=("c",)))
    assert done(filtered, df)["row"].tolist() == rows
    assert "for its c" in filtered.describe()


def test_dates_are_compared_by_a_part() -> None:
    df = series(["2024-01-06", "2024-03-04", None, "2023-03-05"], "datetime64[us]")
    df["row"] = range(4)
    weekends = FilterRows(where=is_("in", 6, 7, part="weekday"))
    assert done(weekends, df)["row"].tolist() == [0, 3]
    assert "the weekday (1 is Monday) of x is one of 6, 7" in weekends.describe()
    assert done(FilterRows(where=is_("not_equals", 3, part="month")), df)["row"].tolist() == [0, 2]


def is_(operator: Any, *values: Any, **options: Any) -> Comparison:
    return Comparison(column="x", operator=operator, values=values, **options)


@pytest.mark.parametrize(
    ("values", "dtype", "where", "matching_rows"),
    [
        ([1, 2, None], "Int64", is_("equals", 1), [0]),
        ([1, 2, None], "Int64", is_("not_equals", 1), [1, 2]),
        ([1.0, 2.0, None], "float64", is_("not_equals", 1), [1, 2]),
        (["a", "b", None], "str", is_("not_equals", "a"), [1, 2]),
        ([1, 2, None], "Int64", is_("less", 1.5), [0]),
        ([1, 2, None], "Int64", Not(condition=is_("less", 1.5)), [1, 2]),
        ([1, 2, 3, None], "Int64", is_("between", 2, 3), [1, 2]),
        ([1, 2, 9, None], "Int64", is_("greater", figure="mean"), [2]),
        ([1.0, 2.0, 9.0, None], "float64", is_("less_or_equal", figure="median"), [0, 1]),
        ([None, None], "Int64", is_("greater", figure="mean"), []),
        (["a", "b", None], "str", is_("in", "a", "c"), [0]),
        (["a", "b", None], "str", Not(condition=is_("in", "a", "c")), [1, 2]),
        (["a.c", "abc", None], "str", is_("contains", "."), [0]),
        (["ABC", "xyz", None], "str", is_("contains", "b", ignore_case=True), [0]),
        (["ABC", "xyz", None], "str", is_("equals", "abc", ignore_case=True), [0]),
        (["abc", "cba", None], "str", is_("starts_with", "a"), [0]),
        (["abc", "cba", None], "str", is_("ends_with", "a"), [1]),
        (["a", None], "str", is_("is_missing"), [1]),
        (["a", None], "str", is_("is_not_missing"), [0]),
        ([True, None, False], "boolean", is_("equals", True), [0]),
        (
            ["2024-01-01", "2024-01-02 13:00", None],
            "datetime64[us]",
            is_("less_or_equal", "2024-01-02", by_day=True),
            [0, 1],
        ),
        (
            ["2024-01-01", "2024-01-02 13:00", None],
            "datetime64[us]",
            is_("greater", "2024-01-02 12:00"),
            [1],
        ),
        (
            ["2024-01-01", "2024-01-02 13:00", None],
            "datetime64[us]",
            is_("in", "2024-01-02", "2024-01-05", by_day=True),
            [1],
        ),
        (
            [-1, 5, None],
            "Int64",
            AnyOf(conditions=(is_("less", 0), is_("is_missing"))),
            [0, 2],
        ),
        (
            [1, 5, 9, None],
            "Int64",
            AllOf(
                conditions=(
                    is_("greater", 0),
                    Not(condition=AnyOf(conditions=(is_("equals", 5), is_("equals", 9)))),
                )
            ),
            [0],
        ),
    ],
)
def test_rows_are_kept_or_dropped_by_a_condition(
    values: list[Any], dtype: str, where: Condition, matching_rows: list[int]
) -> None:
    df = series(values, dtype)
    kept = done(FilterRows(where=where), df)
    dropped = done(FilterRows(where=where, matching="drop"), df)
    assert cells(kept, "other") == matching_rows
    assert sorted([*cells(kept, "other"), *cells(dropped, "other")]) == list(range(len(values)))


def test_rows_are_sorted_by_several_keys_with_missing_last() -> None:
    df = pd.DataFrame({"a": pd.Series([1, None, 2, 2], dtype="Int64"), "b": ["x", "y", "b", "a"]})
    action = Sort(keys=(SortKey(column="a", descending=True), SortKey(column="b")))
    result = done(action, df)
    assert cells(result, "b") == ["a", "b", "x", "y"]
