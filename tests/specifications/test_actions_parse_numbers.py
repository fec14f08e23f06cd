"""Which number a text holds, and which texts hold none."""

from typing import Any

import pytest

from domain.actions import InvalidAction, ParseNumbers, check
from domain.table import Column, ColumnType, TableShape
from tests.specifications.tables import cells, done, series


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("12 kg", 12, "kg"),
        ("7.5kg", 7.5, "kg"),
        (" 80 m2 ", 80, "m2"),
        ("80 m²", 80, "m²"),
        ("5 kg.", 5, "kg"),
        ("5 (pieces)", 5, "pieces"),
        ("5-star", 5, "star"),
        ("15%", 15, "%"),
        ("12.5 %", 12.5, "%"),
        ("$1,200.50", 1200.5, "$"),
        ("-€3.5", -3.5, "€"),
        ("€-3.5", -3.5, "€"),
        ("CHF -3", -3, "CHF"),
        ("USD100", 100, "USD"),
        ("1,234.50 EUR", 1234.5, "EUR"),
        ("5,- €", 5, "€"),
        ("Rs. 12,34,567", 1234567, "Rs"),
        ("approx. 5", 5, "approx"),
        ("1'234.5", 1234.5, None),
        ("1\u2019234.5", 1234.5, None),
        ("1 234.5 kr", 1234.5, "kr"),
        ("1\u00a0234\u202f567", 1234567, None),
        ("(1,234.50)", -1234.5, None),
        ("$(5)", -5, "$"),
        ("5-", -5, None),
        ("5- €", -5, "€"),
        ("+7", 7, None),
        ("- 5", -5, None),
        ("\u22125 °C", -5, "°C"),
        (".5", 0.5, None),
        ("1e3", 1000, None),
        ("2.5E-2 g", 0.025, "g"),
        ("1.2M", 1_200_000, None),
        ("350K", 350_000, None),
        ("4.35k views", 4350, "views"),
        ("€1.5bn", 1_500_000_000, "€"),
        ("5 million USD", 5_000_000, "USD"),
        ("300 K", 300, "K"),
        ("5Mbps", 5, "Mbps"),
        ("5 m", 5, "m"),
        ("12-15 kg", None, None),
        ("3:45", None, None),
        ("1/2", None, None),
        ("A-12", None, None),
        ("A12", None, None),
        ("km2", None, None),
        ("0x10", None, None),
        ("1_000", None, None),
        ("1e400", None, None),
        ("1.2.3", None, None),
        ("1,23", None, None),
        ("030-1234", None, None),
        ("nan", None, None),
        ("inf", None, None),
        ("n/a", None, None),
        ("-", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_the_one_number_in_a_text_is_read_and_its_unit_beside(
    text: str | None, number: float | None, unit: str | None
) -> None:
    df = series([text, "8.25"], "str")
    result = done(ParseNumbers(columns=("x",), units="column"), df)
    assert cells(result) == [number, 8.25]
    assert cells(result, "x_unit") == [unit, None]
    assert result["x"].dtype == "float64"
    assert result["x_unit"].dtype == "str"
    assert cells(done(ParseNumbers(columns=("x",)), df)) == [number, 8.25]


@pytest.mark.parametrize(
    ("values", "decimal", "numbers"),
    [
        (["1.234,50 €", "12,30 €", "0,99 €"], None, [1234.5, 12.3, 0.99]),
        (["1 234,5", "7 kg"], None, [1234.5, 7]),
        (["1.234", "2.500 kg"], None, [1.234, 2.5]),
        (["1.234", "2.500 kg"], ",", [1234, 2500]),
        (["1,234", "12,345"], None, [1234, 12345]),
        (["1,234", "12,345"], ",", [1.234, 12.345]),
        (["1,5", "2.5"], None, [None, 2.5]),
        (["1,5", "2.5"], ".", [None, 2.5]),
        (["1,5", "2.5"], ",", [1.5, None]),
        ([",5", "1"], ",", [0.5, 1]),
    ],
)
def test_the_sign_of_the_fraction_is_the_columns_own_unless_it_is_given(
    values: list[Any], decimal: Any, numbers: list[Any]
) -> None:
    result = done(ParseNumbers(columns=("x",), decimal=decimal), series(values, "str"))
    assert cells(result) == numbers


@pytest.mark.parametrize("dtype", ["str", "category"])
def test_nothing_is_lost_with_empty_text_and_no_column_is_ever_emptied(dtype: str) -> None:
    for values in (["", " ", None], [None], []):
        result = done(ParseNumbers(columns=("x",), units="column"), series(values, dtype))
        assert cells(result) == [None] * len(values)
        assert result["x"].dtype == "float64"
    with pytest.raises(ValueError, match=r"^no value of 'x' is a number"):
        done(ParseNumbers(columns=("x",)), series(["abc", "12-15"], dtype))


def test_each_column_is_read_by_itself_under_any_name() -> None:
    df = series(["1,5 kg", "2,5 kg"], "str")
    df["it's {BESIDE}"] = ["$1.5", None]
    action = ParseNumbers(columns=("x", "it's {BESIDE}"), units="column")
    result = done(action, df)
    assert list(result) == ["x", "other", "it's {BESIDE}", "x_unit", "it's {BESIDE}_unit"]
    assert cells(result, "it's {BESIDE}_unit") == ["$", None]
    assert cells(result) == [1.5, 2.5]
    alone = done(ParseNumbers(columns=("it's {BESIDE}",), units="column"), df)
    assert cells(alone, "it's {BESIDE}") == [1.5, None]


def test_long_texts_are_read_in_no_time() -> None:
    texts = ["1 " * 2_000, "1." * 2_000 + "x", "a. " * 2_000, "9" * 200, "(" * 2_000, "1"]
    assert cells(done(ParseNumbers(columns=("x",)), series(texts, "str")))[-1] == 1


SHAPE = TableShape(
    rows=9,
    columns=(
        Column(name="age", type=ColumnType.INTEGER, nulls=2, distinct=5),
        Column(name="price", type=ColumnType.TEXT, nulls=2, distinct=3),
        Column(name="weight", type=ColumnType.TEXT, nulls=2, distinct=3),
        Column(name="weight_unit", type=ColumnType.TEXT, nulls=2, distinct=3),
    ),
)


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (ParseNumbers(columns=("age",)), "only text"),
        (ParseNumbers(columns=("weight",), units="column"), "already a column 'weight_unit'"),
        (ParseNumbers(columns=()), "Name at least one"),
    ],
)
def test_what_needs_no_reading_is_refused(action: ParseNumbers, hint: str) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, SHAPE)
    assert hint in str(refusal.value)


def test_the_shape_afterwards_has_numbers_and_the_units() -> None:
    shape = ParseNumbers(columns=("price",), units="column").shape_after(SHAPE)
    assert shape.column("price").type is ColumnType.NUMBER
    assert shape.columns[-1].name == "price_unit"
    assert ParseNumbers(columns=("weight",)).shape_after(SHAPE).column_names == SHAPE.column_names


def test_a_description_tells_what_is_read_and_what_becomes_missing() -> None:
    action = ParseNumbers(columns=("price",), decimal=",", units="column")
    assert action.describe() == (
        "Read the number in each text of price, with a decimal comma, and its unit into a column "
        "beside; where there is none, it becomes missing"
    )
