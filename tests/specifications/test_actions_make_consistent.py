"""Columns that agree with their key, by what is most frequent for each of its values."""

from typing import Any

import pandas as pd
import pytest

from domain.actions import InvalidAction, MakeConsistent, check
from domain.table import Column, ColumnType, TableShape
from tests.specifications.tables import cells, done

DAY = pd.Timestamp("2024-01-01")
NEXT = pd.Timestamp("2024-01-02")
OSLO, BERGEN = (day.tz_localize("Europe/Oslo") for day in (DAY, NEXT))
BY_KEY = MakeConsistent(columns=("x",), by=("key",))


def table(values: list[Any], dtype: Any, keys: list[Any] | None = None) -> pd.DataFrame:
    """A table of a column x and its key, with labels in no order."""
    key = pd.Series(keys or ["a"] * len(values))
    df = pd.DataFrame({"x": pd.Series(values, dtype=dtype), "key": key})
    return df.set_axis(list(range(len(values)))[::-1])


@pytest.mark.parametrize(
    ("dtype", "kind", "usual", "other"),
    [
        ("str", "O", "Oslo", "oslo"),
        ("category", "O", "Oslo", "oslo"),
        ("int64", "i", 2**62 + 1, 2**62),
        ("Int64", "i", 2**62 + 1, 2**62),
        ("uint64", "u", 2**64 - 1, 2**64 - 2),
        ("float64", "f", 0.5, float("inf")),
        ("bool", "b", True, False),
        ("boolean", "b", False, True),
        ("datetime64[us]", "M", DAY, NEXT),
        ("datetime64[us, Europe/Oslo]", "M", OSLO, BERGEN),
    ],
)
def test_the_most_frequent_value_of_a_key_replaces_the_others(
    dtype: Any, kind: str, usual: Any, other: Any
) -> None:
    df = table([other, usual, usual, other], dtype, ["a", "a", "a", None])
    result = done(BY_KEY, df)
    assert cells(result) == [usual, usual, usual, other]
    assert result["x"].dtype.kind == kind


def test_each_key_has_its_own_value_and_a_tie_is_left_as_it_is() -> None:
    df = table(list("xxyyyzpqr"), "str", [1, 1, 1, 2, 2, 2, 3, 3, None])
    assert cells(done(BY_KEY, df)) == list("xxxyyypqr")


def test_missing_values_stay_unless_they_are_to_be_filled() -> None:
    df = table(["x", None, "x", None], "str", ["a", "a", "a", "b"])
    assert cells(done(BY_KEY, df)) == ["x", None, "x", None]
    filling = MakeConsistent(columns=("x",), by=("key",), fill=True)
    assert cells(done(filling, df)) == ["x", "x", "x", None]
    mostly_missing = table([None, None, None, "x"], "str")
    assert cells(done(filling, mostly_missing)) == ["x"] * 4


def test_columns_are_made_consistent_each_by_itself_and_by_several_keys_together() -> None:
    df = pd.DataFrame(
        {
            "x": ["a", "a", "b", "b"],
            "y": [1, 2, 2, 2],
            "first": ["k", "k", "k", "m"],
            "second": [DAY, DAY, DAY, NEXT],
        }
    )
    result = done(MakeConsistent(columns=("x", "y"), by=("first", "second")), df)
    assert (cells(result, "x"), cells(result, "y")) == (["a", "a", "a", "b"], [2, 2, 2, 2])
    assert list(result["first"]) == ["k", "k", "k", "m"]


@pytest.mark.parametrize("dtype", ["str", "float64", "Int64", "boolean", "datetime64[us]"])
def test_a_column_without_any_value_or_row_stays_as_it_is(dtype: str) -> None:
    for df in (table([None, None], dtype), table([None, None], dtype).iloc[:0]):
        result = done(MakeConsistent(columns=("x",), by=("key",), fill=True), df)
        assert cells(result) == [None] * len(df)
        assert result["x"].dtype == dtype


def test_it_is_told_in_one_line() -> None:
    said = MakeConsistent(columns=("city",), by=("zip", "land")).describe()
    assert said == "Make city consistent within each zip, land, by the most frequent value"
    assert "filled" in MakeConsistent(columns=("city",), by=("zip",), fill=True).describe()


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (MakeConsistent(columns=(), by=("text",)), "at least one"),
        (MakeConsistent(columns=("text",), by=()), "within what"),
        (MakeConsistent(columns=("text",), by=("text",)), "named twice"),
        (MakeConsistent(columns=("text",), by=("texts",)), "'text'"),
        (MakeConsistent(columns=("text",), by=("other",)), "Cast it to text first"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would_work(
    action: MakeConsistent, hint: str
) -> None:
    kinds = (Column(name=kind.value, type=kind, nulls=0, distinct=3) for kind in ColumnType)
    with pytest.raises(InvalidAction) as refusal:
        check(action, TableShape(rows=3, columns=tuple(kinds)))
    assert hint in str(refusal.value)
