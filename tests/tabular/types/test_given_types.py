"""What a person says of a column is obeyed, or its values are left as they are."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.types.column_types import decide
from tests.tabular.types.columns import read

JAN_31 = dt.datetime(2024, 1, 31)  # noqa: DTZ001 the table's datetimes have no zone

OBEYED: dict[str, tuple[ColumnType, list[str], list[Any]]] = {
    "leading zeros as integers": (ColumnType.INTEGER, ["007", "NA"], [7, None]),
    "integers that were floats": (ColumnType.INTEGER, ["5.0", ""], [5, None]),
    "a comma between thousands": (ColumnType.INTEGER, ["1,234"], [1234]),
    "integers as numbers": (ColumnType.NUMBER, ["5", "6"], [5.0, 6.0]),
    "leading zeros as numbers": (ColumnType.NUMBER, ["007", "+1.50"], [7.0, 1.5]),
    "ones and zeros as truth": (ColumnType.BOOLEAN, ["1", "0"], [True, False]),
    "one word as truth": (ColumnType.BOOLEAN, ["no", "no"], [False, False]),
    "compact dates": (ColumnType.DATETIME, ["20240131"], [JAN_31]),
    "numbers as text": (ColumnType.TEXT, ["5", "6"], ["5", "6"]),
    "dates as text": (ColumnType.TEXT, ["2024-01-31"], ["2024-01-31"]),
    "nothing as integers": (ColumnType.INTEGER, ["", "NA"], [None, None]),
}


@pytest.mark.parametrize("case", OBEYED)
def test_a_given_type_is_obeyed(case: str) -> None:
    kind, cells, values = OBEYED[case]
    found = read(cells, Interpretation(types={"v": kind}))
    assert (found.column.type, found.values, found.doubts) == (kind, values, ())


NOT_HELD: dict[str, tuple[ColumnType, list[str], str]] = {
    "a word": (ColumnType.INTEGER, ["1"] * 3000 + ["x"], "given_type"),
    "a fraction": (ColumnType.INTEGER, ["1", "1.5"], "given_type"),
    "too large": (ColumnType.INTEGER, ["9223372036854775808"], "given_type"),
    "too exact": (ColumnType.NUMBER, ["9007199254740993"], "given_type"),
    "a word for truth": (ColumnType.BOOLEAN, ["yes", "perhaps"], "given_type"),
    "no date": (ColumnType.DATETIME, ["31.02.2024"], "given_type"),
    "a comma that may be either": (ColumnType.NUMBER, ["1,234"], "decimal_or_thousands"),
    "a day that may be a month": (ColumnType.DATETIME, ["01/02/2024"], "day_or_month"),
}


@pytest.mark.parametrize("case", NOT_HELD)
def test_what_a_given_type_cannot_hold_is_left_as_text_and_said(case: str) -> None:
    kind, cells, doubt = NOT_HELD[case]
    found = read(cells, Interpretation(types={"v": kind}))
    assert (found.column.type, found.values) == (ColumnType.TEXT, cells)
    assert found.doubts == (doubt,)


def test_a_given_decimal_sign_decides() -> None:
    comma, point = Interpretation(decimal=","), Interpretation(decimal=".")
    assert read(["1,234", "5,678"], comma).values == [1.234, 5.678]
    assert read(["1,234", "5,678"], point).values == [1234, 5678]
    assert read(["1.234", "5.678"], comma).values == [1234, 5678]
    assert read(["1.234", "5.678"], point).values == [1.234, 5.678]
    assert read(["1.5"], comma).values == ["1.5"]


def test_a_type_for_a_column_that_is_not_there_is_said() -> None:
    found = read(["1"], Interpretation(types={"w": ColumnType.TEXT}))
    assert (found.values, found.doubts) == ([1], ("unknown_column",))


def test_columns_that_tell_nothing_follow_the_others() -> None:
    text = pl.DataFrame(
        {
            "price": ["1,5", "2,25"],
            "weight": ["1,234", "5,678"],
            "begin": ["01/02/2024", "03/04/2024"],
            "end": ["31/01/2024", "01/05/2024"],
        }
    ).lazy()
    decisions = decide(text, Interpretation())
    typed = decisions.typed(text).collect()
    assert typed["weight"].to_list() == [1.234, 5.678]
    assert [moment.month for moment in typed["begin"]] == [2, 4]
    assert [(doubt.kind, doubt.names) for doubt in decisions.doubts] == [
        ("decimal_or_thousands", ("weight",)),
        ("day_or_month", ("begin",)),
    ]


def test_columns_that_tell_nothing_stay_so_where_the_others_disagree() -> None:
    text = pl.DataFrame(
        {"a": ["1,5", "2,25"], "b": ["1.5", "2.25"], "c": ["1,234", "5,678"]}
    ).lazy()
    assert decide(text, Interpretation()).typed(text).collect()["c"].to_list() == ["1,234", "5,678"]
