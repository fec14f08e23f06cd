"""Which values are taken for spellings of one thing, and which spelling is kept."""

import random
import re
from typing import Any

import pandas as pd
import pytest

from domain.actions import MergeSimilar
from domain.actions.near_texts import compared, merged_by_distance
from domain.snippet_policy import violations


def merged(
    values: list[Any], method: Any, distance: int = 1
) -> tuple[list[Any], list[tuple[str, str, int]]]:
    """The cells that are left, and the decisions."""
    action = MergeSimilar(columns=("it's",), method=method, distance=distance)
    assert violations(action.code()) == ()
    df = pd.DataFrame({"it's": pd.Series(values, dtype="str")})
    scope: dict[str, Any] = {"df": df}
    exec(action.code(), scope)  # noqa: S102 - the code under test is our own
    left, result = scope["df"]["it's"], scope["result"]
    assert left.dtype == "str"
    assert list(result) == ["column", "from", "to", "rows"]
    assert set(result["column"]) <= {"it's"}
    decisions = list(zip(result["from"], result["to"], result["rows"], strict=True))
    return [None if pd.isna(value) else value for value in left], decisions


def test_the_most_frequent_spelling_wins_and_the_decisions_are_told() -> None:
    values = ["new york", "New York", None, "York, New", "New York", "NEW YORK", "Bergen"]
    left, decisions = merged(values, "fingerprint")
    assert left == ["New York", "New York", None, *["New York"] * 3, "Bergen"]
    assert decisions == [
        ("new york", "New York", 1),
        ("York, New", "New York", 1),
        ("NEW YORK", "New York", 1),
    ]


def test_of_equally_frequent_spellings_the_first_is_kept() -> None:
    assert merged(["b a", "A B", "A b"], "fingerprint")[0] == ["b a"] * 3
    assert merged(["Berlin", "Berlim"], "levenshtein")[0] == ["Berlin"] * 2


@pytest.mark.parametrize(
    ("method", "one", "other"),
    [
        ("fingerprint", "Müller GmbH", "mueller gmbh"),
        ("fingerprint", "1.5", "15"),
        ("fingerprint", "Flat 2", "Flat 3"),
        ("fingerprint", "?", "!"),
        ("fingerprint", "काम", "कम"),
        ("fingerprint", "край", "краи"),
        ("ngram", "a", "b"),
        ("ngram", "--", "??"),
        ("ngram", "II", "III"),
        ("levenshtein", "Item 1", "Item 2"),
        ("levenshtein", "UK", "US"),
        ("levenshtein", "", "a"),
        ("levenshtein", "Bergen", "Berlin"),
    ],
)
def test_what_is_not_the_same_thing_stays_apart(method: Any, one: str, other: str) -> None:
    assert merged([one, other], method) == ([one, other], [])


@pytest.mark.parametrize(
    ("method", "one", "other"),
    [
        ("fingerprint", "Łódź,  Café", "cafe lodz"),
        ("fingerprint", "Straße 5", "STRASSE 5."),
        ("ngram", "Krzysztof", "Krzy sztof"),
        ("ngram", "Acme-Corp.", "ACME CORP"),
        ("levenshtein", "Bergen", "Bergn"),
        ("levenshtein", "Bergen", "  BERGEN"),
        ("levenshtein", "uk", "UK"),
    ],
)
def test_spellings_of_the_same_thing_are_merged(method: Any, one: str, other: str) -> None:
    assert merged([one, other], method)[0] == [one, one]


def test_a_value_joins_the_nearest_spelling_and_drags_no_other_with_it() -> None:
    values = [*["Johanna"] * 3, *["Johannes"] * 2, "Johanne", "Johanness"]
    left, _ = merged(values, "levenshtein")
    assert left[5:] == ["Johanna", "Johannes"]
    far, _ = merged(["abcdefgh", "abcdefgx", "abcdefyx", "abcdezyx"], "levenshtein")
    assert far == ["abcdefgh", "abcdefgh", "abcdefyx", "abcdefyx"]


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row = row, [i]
        for j, found in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != found)))
    return row[-1]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_nothing_near_is_overlooked(most: int) -> None:
    chance = random.Random(most)  # noqa: S311 - no secret
    for _ in range(40):
        texts = list(
            dict.fromkeys(
                "".join(chance.choices("abc1 ", k=chance.randint(0, 11))) for _ in range(30)
            )
        )
        kept: dict[str, str] = {}
        expected = {}
        for text in texts:
            letters = compared(text)
            near = [(0, letters)] if letters in kept else []
            near += [
                (_distance(letters, other), other)
                for other in kept
                if min(len(letters), len(other)) > 2 * most
                and re.findall(r"\d+", letters) == re.findall(r"\d+", other)
            ]
            nearest = min(near, key=lambda one: one[0], default=(most + 1, ""))
            if nearest[0] <= most:
                expected[text] = kept[nearest[1]]
            elif letters:
                kept[letters] = text
        assert merged_by_distance(texts, most) == expected
