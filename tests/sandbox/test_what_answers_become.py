"""What Python and pandas hold becomes a table or a scalar, whatever kinds of values are in it."""

import datetime as dt
import json
from collections import Counter, deque
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from infrastructure.nsjail.answers import write_answer
from infrastructure.nsjail.frames import Refused

DAY, NOON = dt.date(2024, 3, 1), pd.Timestamp("2024-03-01 12:00")
FAR = pd.Series([2**62]).astype("datetime64[us]")
FRAME = pd.DataFrame({"city": ["Oslo", "Bergen"], "n": pd.array([1, None], dtype="Int64")})
INDEXED = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"])
COLOR = Enum("COLOR", "RED")

IN_WORDS: dict[str, tuple[Any, dict[str, list[Any]]]] = {
    "figures by name": (
        {"rows": 10, "name": "x", "mean": 3.0, "none": None, "nan": np.nan, "nat": pd.NaT},
        {
            "name": ["rows", "name", "mean", "none", "nan", "nat"],
            "value": ["10", "x", "3.0", None, None, None],
        },
    ),
    "moments": (
        ["x", DAY, NOON, NOON.tz_localize("UTC"), np.datetime64("2024-03-01"), dt.time(12)],
        {
            "value": [
                "x",
                "2024-03-01",
                "2024-03-01T12:00:00",
                "2024-03-01T12:00:00+00:00",
                "2024-03-01T00:00:00",
                "12:00:00",
            ]
        },
    ),
    "numbers": (
        [2**70, 2**53 + 1, Decimal("1.10"), 1e22, np.float64(3), np.int8(1), float("inf"), 1j, "x"],
        {
            "value": [
                "1180591620717411303424",
                "9007199254740993",
                "1.10",
                "1e+22",
                "3.0",
                "1",
                "inf",
                "1j",
                "x",
            ]
        },
    ),
    "what no float holds beside fractions": (
        [2**53 + 1, 2.5],
        {"value": ["9007199254740993", "2.5"]},
    ),
    "other values": (
        [True, b"ab\xff", Fraction(1, 3), pd.Period("2024-01"), pd.Timedelta("1h"), COLOR.RED],
        {"value": ["true", "ab\\xff", "1/3", "2024-01", "P0DT1H0M0S", "COLOR.RED"]},
    ),
    "types": (FRAME.dtypes, {"index": ["city", "n"], "value": ["str", "Int64"]}),
    "a row": (FRAME.iloc[0], {"index": ["city", "n"], "0": ["Oslo", "1"]}),
    "a total of days": (
        pd.DataFrame({"day": [NOON, NOON]}).agg(["max", "count"]),
        {"index": ["max", "count"], "day": ["2024-03-01T12:00:00", "2"]},
    ),
    "levels of labels": (
        pd.Series([1, "a"], index=INDEXED),
        {"x": ["a", "b"], "y": [1, 2], "value": ["1", "a"]},
    ),
    "what is nested": (
        {"a": [1, None], "s": {3, 10}, "t": (1, "x"), "d": {"day": DAY}, "f": FRAME, "n": 3},
        {
            "name": ["a", "s", "t", "d", "f", "n"],
            "value": [
                "[1, null]",
                "[3, 10]",
                '[1, "x"]',
                '{"day": "2024-03-01"}',
                '[{"city": "Oslo", "n": 1}, {"city": "Bergen", "n": null}]',
                "3",
            ],
        },
    ),
    "labels that are nested": (
        {"counts": FRAME["city"].value_counts(), "rows": 2},
        {
            "name": ["counts", "rows"],
            "value": ['[{"city": "Oslo", "count": 1}, {"city": "Bergen", "count": 1}]', "2"],
        },
    ),
    "rows of different lengths and kinds": ([[1, 2], {3}, "x"], {"value": ["[1, 2]", "[3]", "x"]}),
    "what has no text of its own": (
        [object(), len],
        {"value": ["<object object>", "<built-in function len>"]},
    ),
    "marks that are no chart": (
        {"mark": 85, "student": "Ann"},
        {"name": ["mark", "student"], "value": ["85", "Ann"]},
    ),
    "moments beyond the calendar": (FAR, {"value": ["148108-07-06T14:00:27.387904"]}),
    "half of a character": (["\ud800", 1], {"value": ["?", "1"]}),
    "a day and a moment": ([DAY, NOON], {"value": ["2024-03-01", "2024-03-01T12:00:00"]}),
}

TYPED: dict[str, tuple[Any, dict[str, list[Any]]]] = {
    "whole numbers with a gap": ([1, None, 3], {"value": [1, None, 3]}),
    "records": ([{"a": 1}, {"b": 2.5}], {"a": [1, None], "b": [None, 2.5]}),
    "tuples": (Counter("aab").most_common(), {"0": ["a", "b"], "1": [2, 1]}),
    "two dimensions": (np.array([[1, 2], [3, 4]]), {"0": [1, 3], "1": [2, 4]}),
    "numbers by number": ({2020: 5, 2021: None}, {"name": [2020, 2021], "value": [5, None]}),
    "records by name": (
        {"Oslo": {"name": "x", "n": 1}, "Bergen": {"name": "y", "n": 2}},
        {"name_2": ["Oslo", "Bergen"], "name": ["x", "y"], "n": [1, 2]},
    ),
    "columns of rows": (FRAME.to_dict(), {"city": ["Oslo", "Bergen"], "n": [1, None]}),
    "rows by number": (FRAME.to_dict("index"), {"city": ["Oslo", "Bergen"], "n": [1, None]}),
    "rows by year": ({"n": {2020: 5, 2021: 7}}, {"name": [2020, 2021], "n": [5, 7]}),
    "lists of different lengths": (
        {"a": [1, 2], "b": [1]},
        {"name": ["a", "b"], "value": [[1, 2], [1]]},
    ),
    "dicts that have little in common": (
        {name: {name: 1} for name in "abcde"},
        {"name": list("abcde"), "value": [f'{{"{name}": 1}}' for name in "abcde"]},
    ),
    "columns that a chart has": ({"layer": ["a"], "spec": [1]}, {"layer": ["a"], "spec": [1]}),
    "an index": (INDEXED, {"x": ["a", "b"], "y": [1, 2]}),
    "a queue": (deque([1, 2]), {"value": [1, 2]}),
    "keys": ({"a": 1}.keys(), {"value": ["a"]}),
    "a set": ({"b", "a"}, {"value": ["a", "b"]}),
    "nanoseconds": (
        [pd.Timestamp("2024-03-01 00:00:00.000000001"), None],
        {"value": [pd.Timestamp("2024-03-01 00:00:00.000000001"), None]},
    ),
    "nothing in a list": ([], {"value": []}),
    "nothing by name": ({}, {"name": [], "value": []}),
    "no value": ([None, pd.NA], {"value": [None, None]}),
    "no row": (FRAME.head(0), {"city": [], "n": []}),
    "no column": (pd.DataFrame(), {}),
}

SCALARS: list[tuple[Any, str, Any]] = [
    (b"ab", "text", "ab"),
    (1j, "text", "1j"),
    (Fraction(1, 3), "text", "1/3"),
    (np.dtype("int64"), "text", "int64"),
    (np.array(5), "integer", 5),
    (np.longdouble(1.5), "number", 1.5),
    (np.timedelta64(5, "ns"), "duration", "P0DT0H0M0.000000005S"),
    (Decimal("NaN"), "missing", None),
    ("\ud800", "text", "?"),
]


def left(value: object) -> tuple[dict[str, Any], bytes]:
    file = BytesIO()
    return write_answer(value, file, 100), file.getvalue()


@pytest.mark.parametrize("name", IN_WORDS)
def test_values_without_a_common_type_are_told_as_text(name: str) -> None:
    value, table = IN_WORDS[name]
    said, file = left(value)
    assert pq.read_table(BytesIO(file)).to_pydict() == table
    assert said == {"answer": "table", "in_words": True}


@pytest.mark.parametrize("name", TYPED)
def test_values_of_one_type_keep_it(name: str) -> None:
    value, table = TYPED[name]
    said, file = left(value)
    assert pq.read_table(BytesIO(file)).to_pydict() == table
    assert said == {"answer": "table", "in_words": False}


@pytest.mark.parametrize(("value", "kind", "told"), SCALARS, ids=repr)
def test_a_value_that_text_says_is_a_scalar(value: object, kind: str, told: object) -> None:
    said, file = left(value)
    assert said == {"answer": "scalar"}
    assert json.loads(file) == {"type": kind, "value": told}


def test_too_many_values_are_not_told_one_by_one() -> None:
    with pytest.raises(Refused, match="too_many_words"):
        left(["x", 1] * 600_000)


def test_a_chart_holds_labels_and_values_of_any_kind() -> None:
    ranges = FRAME.assign(range=pd.cut(pd.Series([1, 2]), 1)).to_dict("records")
    chart = {"mark": "bar", "data": {"values": ranges}, "more": FRAME["city"].value_counts()}
    said, file = left(chart)
    assert said == {"answer": "chart"}
    assert json.loads(file) == {
        "mark": "bar",
        "data": {
            "values": [
                {"city": "Oslo", "n": 1, "range": "(0.999, 2.0]"},
                {"city": "Bergen", "n": None, "range": "(0.999, 2.0]"},
            ]
        },
        "more": [{"city": "Oslo", "count": 1}, {"city": "Bergen", "count": 1}],
    }
