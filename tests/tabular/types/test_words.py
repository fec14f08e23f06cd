"""Truth values in words, and words that stand for missing values."""

from typing import Any

import pytest

from domain.dataset import Interpretation
from domain.table import ColumnType
from tests.tabular.types.columns import read

PAIRS = ["true/false", "Yes/No", "JA/NEIN", "oui/non", "Si/No", "y/n", "T/F", "WAHR/FALSCH"]


@pytest.mark.parametrize("pair", PAIRS)
def test_one_pair_in_one_spelling_is_boolean(pair: str) -> None:
    true, false = pair.split("/")
    found = read([true, false, "", f" {true}"])
    assert (found.column.type, found.values) == (ColumnType.BOOLEAN, [True, False, None, True])
    assert (found.column.format, found.doubts) == (pair, ())


@pytest.mark.parametrize(
    "cells",
    [["no", "no"], ["Yes"], ["yes", "NO"], ["true", "no"], ["y", "n", "x"], ["true", "FALSE"]],
    ids=[
        "/".join(cells)
        for cells in (["no"], ["Yes"], ["yes", "NO"], ["true", "no"], ["ynx"], ["tF"])
    ],
)
def test_other_words_are_text(cells: list[str]) -> None:
    found = read(cells)
    assert (found.column.type, found.values) == (ColumnType.TEXT, cells)


def test_true_alone_is_a_truth_value() -> None:
    assert read(["TRUE", "TRUE"]).values == [True, True]


def test_ones_and_zeros_are_numbers() -> None:
    assert read(["1", "0"]).column.type == ColumnType.INTEGER


def test_a_late_second_word_makes_a_pair() -> None:
    found = read(["no"] * 5000 + ["yes"])
    assert (found.column.type, found.values[-1]) == (ColumnType.BOOLEAN, True)


MISSING: dict[str, tuple[list[str], list[Any], tuple[str, ...], tuple[str, ...]]] = {
    "words beside numbers": (
        ["1", "NA", "null", "None", " n/a ", ""],
        [1, None, None, None, None, None],
        ("NA", "n/a", "null", "None"),
        (),
    ),
    "signs beside numbers": (["1.5", "-", "?"], [1.5, None, None], ("-", "?"), ("missing_sign",)),
    "words in a column left as text": (
        ["1,234", "NaT"],
        ["1,234", "NaT"],
        (),
        ("decimal_or_thousands",),
    ),
    "words beside truth": (["yes", "NA", "no"], [True, None, False], ("NA",), ()),
    "words among words": (
        ["x", "NA", "N/A", "NULL"],
        ["x", None, None, None],
        ("NA", "N/A", "NULL"),
        (),
    ),
    "names that are words": (["None", "Null", "Na", "-"], ["None", "Null", "Na", "-"], (), ()),
    "Namibia": (["DE", "NA", "FR", ""], ["DE", "NA", "FR", None], (), ()),
    "Namibia with a country not known": (["DE", "NA", "n/a"], ["DE", "NA", None], ("n/a",), ()),
    "Min Nan": (["deu", "nan", "fra"], ["deu", "nan", "fra"], (), ()),
    "nothing but words": (["NA", "", "NULL"], [None, None, None], ("NA", "NULL"), ()),
    "nothing but signs": (["-", "-", "NA"], ["-", "-", None], ("NA",), ()),
    "nothing at all": (["", ""], [None, None], (), ()),
    "padded words among words": (["x", " NA "], ["x", None], ("NA",), ()),
    "white space among words": ([" x", "  "], [" x", "  "], (), ()),
    "white space among numbers": (["1", "  "], [1, None], (), ()),
    "a late word": (["1"] * 5000 + ["NA"], [1] * 5000 + [None], ("NA",), ()),
    "a late word among words": (["xy z"] * 5000 + ["NA"], ["xy z"] * 5000 + [None], ("NA",), ()),
    "late codes": (["DE"] * 5000 + ["NA"], ["DE"] * 5000 + ["NA"], (), ()),
    "a late value": (["-"] * 5000 + ["7"], [None] * 5000 + [7], ("-",), ("missing_sign",)),
}


@pytest.mark.parametrize("case", MISSING)
def test_words_are_missing_only_where_they_cannot_be_values(case: str) -> None:
    cells, values, words, doubts = MISSING[case]
    found = read(cells)
    assert found.values == values
    assert found.column.missing_words == words
    assert found.column.missing == values.count(None)
    assert found.column.values == len(values) - values.count(None)
    assert found.doubts == doubts


def test_given_words_replace_the_usual_ones() -> None:
    found = read(["x", "NA", "none of it", ""], Interpretation(missing=("none of it",)))
    assert found.values == ["x", "NA", None, None]
    assert found.column.missing_words == ("none of it",)


def test_a_given_word_is_missing_even_where_it_could_be_a_value() -> None:
    found = read(["12", "-999", "7"], Interpretation(missing=("-999",)))
    assert (found.values, found.column.missing_words) == ([12, None, 7], ("-999",))


def test_no_words_given_means_that_only_empty_cells_are_missing() -> None:
    assert read(["1", "NA", ""], Interpretation(missing=())).values == ["1", "NA", None]
    assert read(["x", "NA", ""], Interpretation(missing=())).values == ["x", "NA", None]


def test_words_padded_in_a_thousand_ways_are_all_known() -> None:
    padded = [" " * (i % 60) + "NA" + " " * (i // 60) for i in range(1500)]
    cells = [*["some text", "other, text"] * 2000, *padded, "  NULL "]
    assert read(cells).values.count(None) == len(padded) + 1
