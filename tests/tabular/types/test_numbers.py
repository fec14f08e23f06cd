"""Numbers as programs and people write them, and what only looks like a number."""

from collections.abc import Sequence

import polars as pl
import pytest

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.types.column_types import decide
from tests.tabular.types.columns import read

INTEGERS: dict[str, tuple[list[str], list[int]]] = {
    "integers": (["1", "-20", "0"], [1, -20, 0]),
    "the largest": (["9223372036854775807", "-9223372036854775808"], [2**63 - 1, -(2**63)]),
    "padded integers": (["  7", "8 ", "\u00a09"], [7, 8, 9]),
    "compact dates": (["20240131", "20240201"], [20240131, 20240201]),
    "years": (["1999", "2024"], [1999, 2024]),
    "thousands by commas": (["1,234", "1,234,567", "5"], [1234, 1234567, 5]),
    "thousands by points": (["1.234.567", "5"], [1234567, 5]),
    "thousands by no-break spaces": (["1\u00a0234", "12\u00a0345\u00a0678"], [1234, 12345678]),
    "thousands by narrow spaces": (["1\u202f234", "12"], [1234, 12]),
    "thousands by spaces, in numbers of several lengths": (["1 234", "12 345"], [1234, 12345]),
    "thousands by apostrophes": (["1'234", "12'345'678"], [1234, 12345678]),
    "lakh and crore": (["12,34,567", "1,234"], [1234567, 1234]),
    "negative in brackets": (["(1,234,567)", "5"], [-1234567, 5]),
    "a minus behind": (["500-", "7"], [-500, 7]),
    "a minus of typesetters": (["\u22125", "7"], [-5, 7]),
    "negative thousands": (["-1,234,567", "5"], [-1234567, 5]),
}


@pytest.mark.parametrize("case", INTEGERS)
def test_whole_numbers_are_integers(case: str) -> None:
    cells, expected = INTEGERS[case]
    found = read(cells)
    assert (found.column.type, found.values) == (ColumnType.INTEGER, expected)
    assert found.doubts == ()


NUMBERS: dict[str, tuple[list[str], Sequence[float | None], str | None]] = {
    "points": (["1.5", "2", "-.5", "3."], [1.5, 2.0, -0.5, 3.0], None),
    "points and thousands": (["1,234.50", "3.10"], [1234.5, 3.1], "1,234.5"),
    "commas": (["1,5", "2,25", "-3"], [1.5, 2.25, -3.0], "1234,5"),
    "commas and points": (["1.234,5", "3,1"], [1234.5, 3.1], "1.234,5"),
    "commas and spaces": (["1 234,5", "12,25"], [1234.5, 12.25], "1 234,5"),
    "commas and narrow spaces": (["1\u202f234,5", "1,0"], [1234.5, 1.0], "1\u202f234,5"),
    "points and apostrophes": (["1'234.5", "12.25"], [1234.5, 12.25], "1'234.5"),
    "lakh with points": (["12,34,567.25", "1,234.5"], [1234567.25, 1234.5], "1,234.5"),
    "a comma before three digits after a zero": (["0,125", "1,234"], [0.125, 1.234], "1234,5"),
    "a comma after four digits": (["1234,567", "1,234"], [1234.567, 1.234], "1234,5"),
    "brackets": (["(1,234.50)", "12.00"], [-1234.5, 12.0], "(1,234.5)"),
    "a minus behind": (["5.25-", "3.5"], [-5.25, 3.5], "1234.5-"),
    "signs of changes": (["+1.5", "-2.5", "0"], [1.5, -2.5, 0.0], "+1234.5"),
    "powers of ten": (["1.5e3", "2E-4", "7"], [1500.0, 2e-4, 7.0], None),
    "powers of ten with a comma": (["1,5E+03", "2,25E-01"], [1500.0, 0.225], "1234,5"),
    "a zero below zero": (["-0", "1"], [-0.0, 1.0], None),
    "infinities": (["1.5", "-inf", "Infinity"], [1.5, float("-inf"), float("inf")], None),
    "as Python writes them": (["0.30000000000000004", "1e-05"], [0.30000000000000004, 1e-5], None),
    "as C prints all of them": (
        ["8.3945900000000009", "-0.10000000000000001", "NA", "9.1"],
        [8.39459, -0.1, None, 9.1],
        None,
    ),
    "large and shortest": (["9007199254740.992", "0.1"], [9007199254740.992, 0.1], None),
    "small, all digits": (["2.2250738585072014e-308"], [2.2250738585072014e-308], None),
    "integers and numbers": (["1"] * 3000 + ["0.5"], [1.0] * 3000 + [0.5], None),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers_are_read_as_they_are_written(case: str) -> None:
    cells, expected, format_ = NUMBERS[case]
    found = read(cells)
    assert found.column.type == ColumnType.NUMBER
    assert list(map(repr, found.values)) == list(map(repr, expected))
    assert (found.column.format, found.column.unit) == (format_, None)
    assert found.doubts == ()


UNITS: dict[str, tuple[list[str], list[float], str, str]] = {
    "percent": (["12 %", "5.5%", "-3 %"], [12.0, 5.5, -3.0], "%", "1234.5 %"),
    "percent with commas": (["12,5 %", "0 %"], [12.5, 0.0], "%", "1234,5 %"),
    "euro before": (["\u20ac5", "\u20ac6.50"], [5.0, 6.5], "\u20ac", "\u20ac1234.5"),
    "euro behind": (
        ["1.234,50 \u20ac", "-3,00 \u20ac"],
        [1234.5, -3.0],
        "\u20ac",
        "1.234,5 \u20ac",
    ),
    "dollars": (["$1,234.50", "-$5.00", "$-6.00"], [1234.5, -5.0, -6.0], "$", "$1,234.5"),
    "dollars in brackets": (["($5.00)", "$6.00"], [-5.0, 6.0], "$", "($1234.5)"),
    "lira after": (["1.234,50 TL", "7,25 TL"], [1234.5, 7.25], "TL", "1.234,5 TL"),
    **{
        f"{unit} after": (
            [f"1.234,50 {unit}", f"7,25 {unit}"],
            [1234.5, 7.25],
            unit,
            f"1.234,5 {unit}",
        )
        for unit in (
            "kn",
            "FCFA",
            "đ",
            "\u0440\u0443\u0431",
            "\u0433\u0440\u043d",
            "\u0433\u0440\u043d.",
            "円",
            "元",
            "원",
        )
    },
    "a code before": (["EUR 5", "EUR 6.25"], [5.0, 6.25], "EUR", "EUR1234.5"),
    "a code behind": (["5 USD", "6 USD"], [5.0, 6.0], "USD", "1234.5 USD"),
    "pounds": (["\u00a35", "\u00a36"], [5.0, 6.0], "\u00a3", "\u00a31234.5"),
}


@pytest.mark.parametrize("case", UNITS)
def test_a_unit_that_every_value_has_is_taken_off_and_kept(case: str) -> None:
    cells, expected, unit, format_ = UNITS[case]
    found = read(cells)
    assert (found.column.type, found.values) == (ColumnType.NUMBER, expected)
    assert (found.column.unit, found.column.format) == (unit, format_)
    assert found.doubts == ()


TEXTS: dict[str, list[str]] = {
    "leading zeros": ["007", "12"],
    "leading zeros far down": ["1"] * 5000 + ["01"],
    "a leading zero before a fraction": ["00.5", "1.5"],
    "telephone numbers": ["+15551234", "+15559876"],
    "telephone numbers in groups": ["+1 555 0100", "+49 170 1234"],
    "integers beyond 64 bits": ["9223372036854775808", "1"],
    "card numbers": ["4111111111111111111111", "1"],
    "more digits than a number has": ["0.1234567890123456789", "1.5"],
    "digits that come back as others": ["0.10000000000000001234", "1.5"],
    "digits of no number that is printed": ["8.3945900000000003", "1.5"],
    "large integers beside fractions": ["9007199254740993", "0.5"],
    "long numbers of things beside fractions": ["12345678901234568", "0.5"],
    "numbers too large": ["1.5", "1e999"],
    "numbers too small": ["1.5", "1e-999"],
    "versions": ["1.2.3", "1.10.0"],
    "addresses": ["192.168.0.1", "10.0.0.1"],
    "addresses that look like thousands": ["192.168.100.101", "192.168.100.102"],
    "two units": ["\u20ac5", "$6"],
    "a unit and none": ["5 %", "6"],
    "a unit nobody knows": ["5 kg", "6 kg"],
    "late words": ["1"] * 5000 + ["x"],
    "a comma and a point in turn": ["1,5", "1.5"],
    "groups of two and three": ["1,23,4", "1,234"],
    "underscores": ["1_000", "2_000"],
    "hexadecimal": ["0x10", "0x11"],
    "other digits": ["\u0663", "\u0664"],
    "times": ["10:30", "11:45"],
    "durations": ["1h 30m", "2h"],
    "fractions": ["1/2", "3/4"],
    "ranges": ["1-2", "3-4"],
    "list numbers": ["(1)", "(2)"],
    "a minus before and behind": ["-5-", "7"],
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_a_number_would_lose_stays_text(case: str) -> None:
    found = read(TEXTS[case])
    assert (found.column.type, found.values) == (ColumnType.TEXT, TEXTS[case])


def test_versions_are_no_numbers_where_the_name_says_so() -> None:
    text = pl.DataFrame({"app_version": ["1.9", "1.10"], "conversion": ["1.9", "1.10"]}).lazy()
    typed = decide(text, Interpretation()).typed(text).collect()
    assert typed.to_dict(as_series=False) == {
        "app_version": ["1.9", "1.10"],
        "conversion": [1.9, 1.1],
    }


@pytest.mark.parametrize("far_down", [0, 5000], ids=["near", "far down"])
def test_few_words_among_numbers_are_counted(far_down: int) -> None:
    cells = ["1"] * far_down + ["1", "2.5", "-3", "4", "5", "6", "7", "8", "9", "10", "NA", "x1"]
    text = pl.DataFrame({"v": cells}).lazy()
    decisions = decide(text, Interpretation())
    assert decisions.columns[0].type == ColumnType.TEXT
    (doubt,) = decisions.doubts
    assert (doubt.kind, doubt.names) == ("mostly_numbers", ("v",))
    assert f"all but 1 of {far_down + 11} values" in doubt.message


def test_codes_with_leading_zeros_are_no_near_numbers() -> None:
    assert read([str(number) for number in range(1000, 1100)] + ["0123"]).doubts == ()


UNSURE: dict[str, tuple[list[str], ColumnType, list[object], str]] = {
    "a comma before three digits everywhere": (
        ["1,234", "5,678"],
        ColumnType.TEXT,
        ["1,234", "5,678"],
        "decimal_or_thousands",
    ),
    "a comma before three digits, and small numbers": (
        ["1,234", "950", "12,000"],
        ColumnType.INTEGER,
        [1234, 950, 12000],
        "decimal_or_thousands",
    ),
    "a point before three digits everywhere": (
        ["1.234", "5.678"],
        ColumnType.NUMBER,
        [1.234, 5.678],
        "decimal_or_thousands",
    ),
    "a point before three digits that end in zeros": (
        ["1.234", "950", "12.000"],
        ColumnType.INTEGER,
        [1234, 950, 12000],
        "decimal_or_thousands",
    ),
    "spaces in numbers of one length": (
        ["1 234", "5 678"],
        ColumnType.TEXT,
        ["1 234", "5 678"],
        "number_or_code",
    ),
    "telephone numbers with points": (
        ["555.123.456", "555.987.654"],
        ColumnType.TEXT,
        ["555.123.456", "555.987.654"],
        "number_or_code",
    ),
    "grades": (["1-", "2", "2-"], ColumnType.TEXT, ["1-", "2", "2-"], "number_or_code"),
    "part numbers": (["12E4", "13E5"], ColumnType.TEXT, ["12E4", "13E5"], "number_or_code"),
    "versions": (
        ["1.1", "1.9", "1.10"],
        ColumnType.NUMBER,
        [1.1, 1.9, 1.1],
        "number_or_version",
    ),
}


@pytest.mark.parametrize("cells", [["1.10", "1.90", "2.00"], ["1.0", "1", "2"], ["0.5", "10.5"]])
def test_fractions_that_are_different_numbers_are_not_doubted(cells: list[str]) -> None:
    found = read(cells)
    assert (found.column.type, found.doubts) == (ColumnType.NUMBER, ())


@pytest.mark.parametrize(
    "cells", [["51.12345", "51.123450"], ["0.0", "0.00", "1.5"], ["-1.5", "-1.50"]]
)
def test_measures_that_are_written_in_two_ways_are_no_versions(cells: list[str]) -> None:
    found = read(cells)
    assert (found.column.type, found.doubts) == (ColumnType.NUMBER, ())


@pytest.mark.parametrize("case", UNSURE)
def test_what_could_be_otherwise_is_said(case: str) -> None:
    cells, kind, values, doubt = UNSURE[case]
    found = read(cells)
    assert (found.column.type, found.values, found.doubts) == (kind, values, (doubt,))
