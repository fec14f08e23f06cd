"""What is left to see of personal data."""

import hashlib
from typing import Any

import pytest

from domain.actions import MaskPersonal
from tests.specifications.tables import cells, done, series


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail ann.lee+x@mail.example.com.", "mail a***@mail.example.com."),
        ("ann@a.org,bob@b.org", "a***@a.org,b***@b.org"),
        ("jürgen@müller.de", "j***@müller.de"),
        ("+47 22 33 44 55", "+** ** ** ** 55"),
        ("call (555) 123-4567 now", "call (***) ***-**67 now"),
        ("0049 (0)30/1234567", "**** (*)**/*****67"),
        ("5551234567", "********67"),
        ("4111 1111 1111 1111", "**** **** **** 1111"),
        ("card 4111111111111111.", "card ************1111."),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("DE89 3704 0044 0532 0130 00", "DE** **** **** **** ***0 00"),
        ("pay to GB29NWBK60161331926819", "pay to GB****************6819"),
        ("Nr12 this then that", "Nr12 this then that"),
        ("on 2024-03-01 or 01.03.2024", "on 2024-03-01 or 01.03.2024"),
        ("at 31.95376472, -89.23450472", "at 31.95376472, -89.23450472"),
        ("555.1234 or +49.301234567", "***.**34 or +**.*******67"),
        ("12 pieces at 1,234,567.89", "12 pieces at 1,234,567.89"),
        ("a@b at home", "a@b at home"),
        ("", ""),
    ],
)
def test_personal_parts_of_a_text_are_masked(text: str, masked: str) -> None:
    df = series([text, "x@y.org", None], "str")
    result = done(MaskPersonal(columns=("x",), method="partial"), df)
    assert cells(result) == [masked, "x***@y.org", None]
    assert result["x"].dtype == "str"


def test_a_column_in_which_nothing_is_found_to_mask_is_not_taken_for_masked() -> None:
    with pytest.raises(ValueError, match=r"^no value of 'x' is an e-mail address, or a phone"):
        done(MaskPersonal(columns=("x",), method="partial"), series(["Ann Lee", None], "str"))


VALUES = [
    (["Ann\nLee", "", None], "str"),
    ([1, 2, None], "Int64"),
    ([1, 2, 3], "int64"),
    ([0.5, 1, None], "float64"),
    ([True, False, None], "boolean"),
    (["2024-01-02", "2024-01-03 10:00", None], "datetime64[us, Europe/Oslo]"),
    ([[1], [2], None], "object"),
]


@pytest.mark.parametrize(("values", "dtype"), VALUES)
def test_whole_values_are_hidden(values: list[Any], dtype: str) -> None:
    result = done(MaskPersonal(columns=("x",), method="hide"), series(values, dtype))
    assert cells(result) == [None if value is None else "***" for value in values]
    assert result["x"].dtype == "str"


@pytest.mark.parametrize(("values", "dtype"), VALUES)
def test_pseudonyms_are_equal_where_the_values_are(values: list[Any], dtype: str) -> None:
    df = series([values[0], *values], dtype)
    result = done(MaskPersonal(columns=("x",), method="hash"), df)
    first, again, other, last = cells(result)
    assert first == again != other
    assert len(first) == 16
    assert (last is None) == (values[-1] is None)
    assert result["x"].dtype == "str"


def test_a_pseudonym_can_be_made_elsewhere() -> None:
    result = done(MaskPersonal(columns=("x",), method="hash"), series(["é"], "str"))
    assert cells(result) == [hashlib.sha256("é".encode()).hexdigest()[:16]]
