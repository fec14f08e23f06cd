"""How many values a cast would make missing is what it makes missing."""

from typing import Literal

import pandas as pd
import polars as pl
import pytest

from domain.actions import Cast, ParseDates
from infrastructure.tabular.findings.unread_values import unread_values
from tests.specifications.tables import done

COLUMNS: dict[str, tuple[Literal["number", "boolean"], list[str], int]] = {
    "plain numbers": ("number", ["1", "-2.5", "+3", "1e5", ".5", "1,200.50"], 0),
    "signs around numbers": ("number", ["$5", " 7 % ", "€ 3", "4 zł", "-$8", "CHF 2", "US$1"], 0),
    "words": ("number", ["1", "2", "n.n.", "about 7", "12-15"], 3),
    "brackets": ("number", ["1", "(45.00)", "5-"], 2),
    "decimal commas": ("number", ["1.234,50", "2,5", "7", "1 000", "x"], 1),
    "a comma amid points": ("number", ["1.5", "1.234,50", "1.234,5", "2"], 2),
    "blanks": ("number", ["1", "", "  "], 0),
    "truth": ("boolean", ["Yes", " no", "T", "off", "1", "perhaps", "2"], 2),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_a_cast_makes_as_many_values_missing_as_was_said(case: str) -> None:
    to, cells, unread = COLUMNS[case]
    counts = pl.DataFrame({"value": cells, "rows": [1] * len(cells)})
    cast = done(Cast(columns=("c",), to=to), pd.DataFrame({"c": cells}))
    assert unread_values(counts, to) == unread
    assert cast["c"].isna().sum() == unread + sum(not cell.strip() for cell in cells)


DATES = {
    "in any order": (["31.12.2023", "02/28/24", "30-04-2024", "1 2 2024", "31.04.2024"], 1),
    "with the year in front": (
        ["2024-05-07", "2024/5/7", "20240507", "2024-13-01", "2024-05", "202405"],
        2,
    ),
    "with a time": (["2024-05-07T10:00:00Z", "7.5.2024 10:30", "5/7/2024 3:07 PM"], 0),
    "with the name of a month": (["5 May 2024", "May 5th, 2024", "Sunday, 5 June 2024"], 0),
    "no days": (["31 Feb 2024", "30.02.2024", "2023-02-29", "5 May 24"], 3),
    "words": (["2024-05-07", "unknown", "soon", "order 2024", "Q1 2024", "10:30"], 5),
    "blanks": (["2024-05-07", "", "  "], 0),
}


@pytest.mark.parametrize("case", DATES)
def test_reading_dates_makes_as_many_values_missing_as_was_said(case: str) -> None:
    cells, unread = DATES[case]
    counts = pl.DataFrame({"value": cells, "rows": [1] * len(cells)})
    dates = done(ParseDates(columns=("c",)), pd.DataFrame({"c": cells}))
    assert unread_values(counts, "datetime") == unread
    assert dates["c"].isna().sum() == unread + sum(not cell.strip() for cell in cells)
