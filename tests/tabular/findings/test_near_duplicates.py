"""Rare values that are nearly a frequent one are found, and what is only alike is left."""

import pytest

from infrastructure.tabular.findings.near_duplicates import are_apart, near_duplicates


@pytest.mark.parametrize(
    "misspelt", ["Hambrg", "Hamburgg", "Hamvurg", "Hambugr", "amburg", "hambur g"]
)
def test_a_keystroke_too_few_too_many_wrong_or_swapped_is_found(misspelt: str) -> None:
    (found,) = near_duplicates({"Hamburg": 40, misspelt: 2, "Berlin": 30})
    assert (found.value, found.usual, found.rows, found.usual_rows) == (misspelt, "Hamburg", 2, 40)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("north", "south", "more than a keystroke apart"),
        ("male", "mule", "short"),
        ("Room 11", "Room 12", "told apart by a digit"),
        ("Hamburg", "HAMBURG ", "the same but for case and spaces"),
        ("Hamburg", "Hmabrug", "two pairs swapped"),
    ],
)
def test_values_that_are_only_alike_are_left(one: str, other: str, why: str) -> None:
    assert near_duplicates({one: 40, other: 2}) == [], why


def test_two_values_that_are_both_frequent_are_two_values() -> None:
    assert near_duplicates({"Austria": 40, "Austria ": 9, "Austrie": 13}) == []
    assert near_duplicates({"Marina": 40, "Karina": 11}) == []


def test_spellings_of_one_value_count_together() -> None:
    (found,) = near_duplicates({"Berlin": 3, "BERLIN": 5, "Berln": 2})
    assert (found.value, found.usual, found.usual_rows) == ("Berln", "BERLIN", 8)


def test_nothing_is_found_among_nothing() -> None:
    assert near_duplicates({}) == []


@pytest.mark.parametrize(
    ("others", "apart"),
    [
        ({}, True),
        ({"Cologne": 20}, True),
        ({"Marina": 20, "Karina": 15}, False),
        ({"male": 20, "mule": 20}, False),
        ({"BERLIN": 3}, False),
    ],
)
def test_misspelt_values_are_apart_if_nothing_else_is_as_near(
    others: dict[str, int], *, apart: bool
) -> None:
    counts = {"Berlin": 40, "Berln": 2, **others}
    assert are_apart(near_duplicates(counts), counts) is apart
