"""What is wrong with a table, in sentences that hold no cell of it."""

import datetime as dt
import json
from typing import Any

import polars as pl
import pytest

from infrastructure.tabular.profile import profile_of


def problems_of(**columns: object) -> dict[str, dict[str, Any]]:
    table = pl.DataFrame(columns, strict=False)
    return {each["kind"]: each for each in profile_of(table)["quality"]["problems"]}


WORDS = ["red", "blue", "green", "red", "blue"] * 4
CASES: dict[str, tuple[list[Any], int]] = {
    "missing": ([None, *range(0, 95, 5)], 1),
    "missing_words": ([*WORDS, "N/A", "unknown"], 2),
    "blank": ([*WORDS, "  ", ""], 2),
    "padded": ([*WORDS, " red", "red ", "blue"], 2),
    "variants": ([*WORDS, "Red", "GREEN", "red"], 2),
    "empty": ([None, None, None], 3),
    "constant": (["x", "x", "x"], 3),
    "text_of_number": (["1,5", "2,25", "1.000,75", "none of it", *["7,5"] * 9], 13),
    "text_of_datetime": (["5 Mar 2024", "6 Mar 2024", "7 Mar 2024"], 3),
    "date_formats": (["2024-01-05"] * 3 + ["05.01.2024"], 1),
    "numbers_among_words": (["12", "13", "14", "many", "few", "11", "some"], 4),
    "unlike_the_others": ([*[f"a{n}@b.org" for n in range(20)], "no mail"], 1),
    "repeated_identifier": ([f"AB-{n:04}" for n in range(200)] + ["AB-0007"], 1),
    "garbled": (["MÃ¼ller", "Schröder", "Weiß"], 1),
    "control_characters": (["a\u200bb", "cd", "ef"], 1),
    "not_finite": ([1.5, float("nan"), float("inf"), 2.0], 2),
    "placeholders": ([*range(20), -999, -999, -999], 3),
    "outliers": ([*[n / 7 for n in range(50)], 1e6], 1),
    "dates_as_numbers": ([1_700_000_000, 1_600_000_000, 1_700_000_001], 3),
    "unlikely_dates": ([dt.date(1024, 1, 5), dt.date(2024, 1, 5), dt.date(2023, 1, 5)], 1),
    "gaps_in_time": ([dt.date(2024, 1, day) for day in range(1, 30) if day not in {9, 10}], 1),
}


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_of_problem_is_found_with_the_rows_it_concerns(kind: str) -> None:
    values, rows = CASES[kind]

    found = problems_of(a=values)

    assert kind in found, found.keys()
    assert (found[kind]["column"], found[kind]["rows"]) == ("a", rows)
    assert found[kind]["message"].endswith(".")
    assert found[kind]["mend"].endswith(".")


@pytest.mark.parametrize(
    ("dates", "none"),
    [
        (["2024-01-31", "2024-2-29", "2024-10-10", "2024-12-01 10:00"], "2024-02-30"),
        (["2024/01/31", "2024/04/30", "2024/11/09", "2024/12/31"], "2024/04/31"),
        (["31.01.2024", "9.2.24", "30.04.2024", "10.10.2024"], "32.01.2024"),
    ],
)
def test_a_day_that_never_is_is_no_date(dates: list[str], none: str) -> None:
    assert "but" not in problems_of(a=dates * 6)["text_of_datetime"]["message"]
    assert "but 1 row is not" in problems_of(a=[*dates * 6, none])["text_of_datetime"]["message"]


def test_dates_that_stand_for_none_are_placeholders() -> None:
    dates = [dt.date(2024, 1, day) for day in range(1, 20)] + [dt.date(9999, 12, 31)] * 2

    assert problems_of(a=dates)["placeholders"]["rows"] == 2


def test_a_table_of_days_long_ago_has_no_unlikely_dates() -> None:
    assert "unlikely_dates" not in problems_of(a=[dt.date(1854, n, 1) for n in range(4, 10)])


@pytest.mark.parametrize("free", [{5, 6}, {4, 5}, {6}])
def test_days_of_the_week_that_are_always_free_are_no_gaps(free: set[int]) -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(n) for n in range(60)]
    worked = [day for day in days if day.weekday() not in free]

    assert "gaps_in_time" not in problems_of(a=worked)
    assert problems_of(a=[*worked[:20], *worked[21:]])["gaps_in_time"]["rows"] == 1


def test_repeated_rows_are_a_problem_of_the_table() -> None:
    found = problems_of(a=[1, 1, 2], b=["x", "x", "y"])

    assert (found["duplicate_rows"]["column"], found["duplicate_rows"]["rows"]) == (None, 1)


def test_a_clean_table_has_no_problem() -> None:
    days = [dt.datetime(2024, 1, 1) + dt.timedelta(days=n) for n in range(60)]  # noqa: DTZ001 local

    assert problems_of(id=range(60), n=[n * 1.5 for n in range(60)], w=WORDS * 3, d=days) == {}


def test_what_concerns_more_rows_comes_first() -> None:
    table = pl.DataFrame({"a": ["x ", *["y"] * 99], "b": ["x "] * 60 + ["y"] * 40})

    padded = [p for p in profile_of(table)["quality"]["problems"] if p["kind"] == "padded"]

    assert [each["column"] for each in padded] == ["b", "a"]


def test_no_sentence_holds_a_cell() -> None:
    secret = "Xyzzy-Geheim"
    for values, _ in CASES.values():
        cells = [*[v for v in values if isinstance(v, str)], secret, f" {secret}", secret.upper()]
        table = pl.DataFrame({"a": cells})
        said = json.dumps(profile_of(table)["quality"], ensure_ascii=False)
        assert secret.lower() not in said.lower()


def test_only_the_worst_fifty_are_told_and_the_others_counted() -> None:
    table = pl.DataFrame({f"c{n}": ["x ", "y", "z"] for n in range(70)})

    quality = profile_of(table)["quality"]

    assert len(quality["problems"]) == 50
    assert quality["more_problems"] == 20
