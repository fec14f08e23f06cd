"""What a column is for, by its values and its name."""

import random
from collections.abc import Sequence

import polars as pl
import pytest

from infrastructure.tabular.profile import column_profile, profile_of

RANDOM = random.Random(3)  # noqa: S311 - no secret
NAMES = ["Anna Lee", "Bob Stone", "Carla Rossi", "Dmitri Orlow", "Eva Klein", "Felix Braun"] * 2
MIXED_CASE = ["Maria Gómez", "JOHN SMITH", "Hans-Peter Öz", "Nguyen Van An", "Olga O'Hara"]

BY_VALUES: dict[str, Sequence[object]] = {
    "email": ["ann@example.org", "bob.stone+x@mail.example.co.uk", "c@d.io"],
    "url": ["https://example.org/a?b=c", "http://x.y", "www.example.com/page"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "{123E4567-E89B-12D3-A456-426614174001}"],
    "ip_address": ["10.0.0.1", "192.168.1.0/24", "2001:db8::1", "::1"],
    "iban": [
        "DE89 3704 0044 0532 0130 00",
        "GB82WEST12345698765432",
        "FR1420041010050500013M02606",
    ],
    "card_number": ["4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009"],
    "social_security_number": ["123-45-6789", "078-05-1120"],
    "phone": ["+49 30 1234567", "(212) 555-0187", "030/1234567", "0171 2345678", "+14155552671"],
    "datetime": ["05/01/2024", "2024-01-06", "7 Mar 2023", "March 7, 2023", "01.02.99 10:30"],
    "time": ["10:30", "9:05:11", "11:15 PM"],
    "money": ["€ 12.50", "$1,234.00", "7,99 EUR", "1.000 zł"],
    "percent": ["12 %", "3.5%", "-4%"],
    "number": ["1,234.5", "12,5", "1 000", "-3", "(45)", "1e5", "17"],
    "currency": ["EUR", "USD", "CHF", "GBP"],
    "country_code": ["DE", "FR", "NA", "US"],
    "postcode": ["SW1A 1AA", "K1A 0B1", "1017 AB", "90210-1234"],
    "address": ["12 Main Street", "Hauptstr. 5", "3 rue de Rivoli", "Berliner Allee 17"],
    "json": ['{"a": 1}', "[1, 2]", '{"b": {"c": "d"}}'],
    "boolean": ["yes", "no", "yes", "no"],
    "name": [*NAMES, *MIXED_CASE, "Gary Lu", "Noah X"],
    "free_text": [f"The parcel number {n} came {n + 2} days late" for n in range(9)],
    "category": ["red", "blue"] * 20,
    "identifier": [f"AB-{n:05d}" for n in range(100)],
    "constant": ["same", "same"],
    "empty": [],
}


@pytest.mark.parametrize("role", BY_VALUES)
def test_texts_tell_what_they_are_for(role: str) -> None:
    assert column_profile(pl.Series(BY_VALUES[role], dtype=pl.String))["role"] == role


@pytest.mark.parametrize(
    "role", sorted(BY_VALUES.keys() - {"constant", "empty", "boolean", "identifier"})
)
def test_some_bad_values_and_blanks_do_not_hide_the_role(role: str) -> None:
    good = [*BY_VALUES[role]] * 5
    values = [f" {value} " for value in good]
    values += ["N/A", "", "  ", "-"] + ["§§"] * (len(values) // 12)

    found = column_profile(pl.Series(values))

    assert found["role"] == role
    if found["unlike_role"] is not None:
        assert found["unlike_role"] == len(good) // 12


@pytest.mark.parametrize(
    ("values", "role"),
    [
        ([0, 1, 0, 1], "boolean"),
        (list(range(100, 200)), "identifier"),
        ([1, 2, 3, 4, 5] * 20, "category"),
        ([1999, 2004, 2024, 1950], "year"),
        ([17, 99_999, 17, 3_000_000, -4], "number"),
        ([7, 7, 7], "constant"),
    ],
)
def test_integers_tell_what_they_are_for(values: list[int], role: str) -> None:
    assert column_profile(pl.Series(values))["role"] == role


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("customer_id", [5, 5, 9000, 17, 12], "identifier"),
        ("customerId", [5, 5, 9000, 17, 12], "identifier"),
        ("PLZ", ["01067", "10115", "10115", "80331"], "postcode"),
        ("zip code", [90210, 10001, 60601, 10001], "postcode"),
        ("Latitude", [52.5, -13.1, 48.0], "latitude"),
        ("lat", [520.5, -13.1, 48.0], "number"),
        ("lng", [-170.5, 13.1, 48.0], "longitude"),
        ("mobile", ["5551234", "5559876", "5550000"], "phone"),
        ("first_name", ["Xq", "Zw", "Yv", "Xq"], "name"),
        ("number of rooms", [2, 3, 3, 700], "number"),
        ("width", [2, 3, 3, 700], "number"),
        ("year", [1956, 1957, 1958, 1959], "year"),
        ("Jahr", [1565, 1570, 1820], "year"),
        ("years", [1956, 1957, 1958, 1959], "identifier"),
        ("year_of_study", [1, 2, 2, 3, 4, 9], "number"),
    ],
)
def test_a_name_tells_more_where_values_allow_it(
    name: str, values: list[object], role: str
) -> None:
    column = profile_of(pl.DataFrame({name: values}))["columns"][0]

    assert column["role"] == role


@pytest.mark.parametrize(
    "wrong",
    [
        ["DE89 3704 0044 0532 0130 01", "GB82WEST12345698765433"],
        ["4111 1111 1111 1112", "5500-0000-0000-0005"],
        ["300.1.1.1", "10.0.0.256"],
    ],
)
def test_what_only_looks_like_it_but_fails_its_check_is_something_else(wrong: list[str]) -> None:
    assert column_profile(pl.Series(wrong))["role"] in {"text", "identifier", "phone"}


@pytest.mark.parametrize(
    "codes",
    [
        ["00123", "00456", "00789"],
        ["2024-000123", "2024-000124", "2024-000456"],
        ["978-3-16-148410-0", "0-306-40615-2", "979-8-60-264110-5"],
    ],
)
def test_codes_with_leading_zeros_are_neither_numbers_nor_telephones(codes: list[str]) -> None:
    assert column_profile(pl.Series(codes))["role"] not in {"number", "phone", "datetime"}


def test_words_for_missing_values_are_counted_but_namibia_is_a_country() -> None:
    words = column_profile(pl.Series(["red", "N/A", "n/a ", "null", "blue", "-", None]))
    codes = column_profile(pl.Series(["DE", "NA", "FR", "NA", "US", "n/a"]))

    assert words["missing_words"]["count"] == 4
    assert codes["missing_words"]["count"] == 1


def test_personal_data_is_flagged_also_within_longer_texts() -> None:
    table = pl.DataFrame(
        {
            "mail": ["a@b.org", "c@d.org", "e@f.org"],
            "note": [
                "call +49 171 2345678 at noon",
                "mail to x@y.org please",
                "nothing here at all",
            ],
            "dob": pl.Series(["1980-01-01", "1990-05-05", "2001-07-07"]).str.to_datetime(),
            "amount": [1.5, 2.5, 9.25],
        }
    )

    found = {
        column["name"]: {each["kind"] for each in column["personal"]}
        for column in profile_of(table)["columns"]
    }

    assert found == {
        "mail": {"email"},
        "note": {"phone", "email"},
        "dob": {"birth_date"},
        "amount": set(),
    }


def test_card_numbers_and_moments_that_are_stored_as_numbers_are_recognised() -> None:
    cards = column_profile(pl.Series([4111111111111111, 5500000000000004, 340000000000009]))
    seconds = column_profile(pl.Series([1_700_000_000, 1_650_000_000, 1_700_000_000]))
    days = column_profile(pl.Series([20240105, 20231231, 20240105]))

    assert cards["kinds"][0]["kind"] == "card_number"
    assert seconds["kinds"] == [{"kind": "epoch_seconds", "share": 1.0}]
    assert days["kinds"][0]["kind"] == "datetime"


@pytest.mark.parametrize(
    ("values", "pattern", "share"),
    [
        (["AB-1234"] * 3 + ["ab-1234"], "AA-9999", 0.75),
        (["Zoë", "Ann", "Éva"], "Aaa", 1.0),
        (["東京", "大阪"], "xx", 1.0),
        ([f"{'x' * n}@{'y' * n}" for n in range(2, 30)], "a+@a+", 1.0),
        (["€ 5", "€ 7"], "€ 9", 1.0),
    ],
)
def test_patterns_tell_the_shape_of_values(values: list[str], pattern: str, share: float) -> None:
    found = column_profile(pl.Series(values))["patterns"][0]

    assert found == {"pattern": pattern, "share": pytest.approx(share)}


def test_dates_in_several_ways_are_told_with_their_shares() -> None:
    values = ["2024-01-05"] * 6 + ["05.01.2024"] * 3 + ["1/5/24"]

    found = column_profile(pl.Series(values))

    assert [(f["format"], round(f["share"], 9)) for f in found["date_formats"]] == [
        ("YYYY-MM-DD", 0.6),
        ("DD.MM.YYYY", 0.3),
        ("DD/MM/YYYY or MM/DD/YYYY", 0.1),
    ]


def test_late_values_that_are_none_are_counted_in_every_row() -> None:
    values = [f"{RANDOM.random() * 1000:.6f}" for _ in range(120_000)]
    values[119_000:119_003] = ["broken", "see note", "N/A"]

    found = column_profile(pl.Series(values))

    assert (found["role"], found["examined"] <= 10_000) == ("number", True)
    assert (found["unlike_role"], found["missing_words"]["count"]) == (2, 1)
