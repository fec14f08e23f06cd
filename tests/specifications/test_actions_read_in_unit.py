"""Texts with units become numbers of one unit."""

import pytest

from domain.actions import InvalidAction, ReadInUnit, UnitSize, check
from tests.specifications.tables import cells, done, series
from tests.specifications.test_actions_over_rows import SHAPE

SIZES = (UnitSize(spelling="g", size=0.001), UnitSize(spelling="KG", size=1.0))
IN_KG = ReadInUnit(columns=("x",), unit="kg", sizes=SIZES)


def test_each_text_is_read_by_its_own_unit_and_one_without_becomes_missing() -> None:
    df = done(IN_KG, series(["350 g", "4.2kg", "1 KG", None, "12", "3 miles", "?"], "str"))
    assert cells(df) == [0.35, 4.2, 1.0, None, None, None, None]
    assert "x_unit" not in df.columns


@pytest.mark.parametrize("texts", [["12", "15"], ["3 miles"]])
def test_texts_that_say_no_such_unit_are_left_as_they_are(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="has a unit that can be converted to kg"):
        done(IN_KG, series(texts, "str"))


def test_missing_texts_alone_become_missing_numbers() -> None:
    assert cells(done(IN_KG, series([None, None], "str"))) == [None, None]


@pytest.mark.parametrize(
    "action",
    [
        ReadInUnit(columns=("sold",), unit="kg", sizes=SIZES),
        ReadInUnit(columns=("region", "region"), unit="kg", sizes=SIZES),
        ReadInUnit(columns=("region",), unit="kg", sizes=()),
        ReadInUnit(columns=("region",), unit="kg", sizes=(UnitSize(spelling="g", size=0.0),)),
    ],
)
def test_units_are_read_of_one_column_of_text(action: ReadInUnit) -> None:
    with pytest.raises(InvalidAction):
        check(action, SHAPE)
