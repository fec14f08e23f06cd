"""Counting over the different texts says the same as looking at each row."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infrastructure.tabular.profile import column_profile, counting
from infrastructure.tabular.profile import glance as glance_module
from infrastructure.tabular.profile.counting import Counted, counted
from infrastructure.tabular.profile.glance import glance
from infrastructure.tabular.profile.missing_words import missing_words_of
from infrastructure.tabular.profile.texts import texts_of, unlike
from infrastructure.tabular.profile.variants import variants_of
from infrastructure.tabular.profile.vocabularies import MISSING_WORDS

_PIECES = st.sampled_from(
    ("NA", "n/a", "-", " ", "\t", "\u00a0", "\u2003", "\x00", "", "x", "é", "日", "12", "a@b.org")
) | st.sampled_from(("K.A.", "\u212a.a.", "\x85", "None", "DE", "\u2013", "😀", "B-12", "b 12"))
_TEXTS = st.lists(_PIECES, max_size=3).map("".join) | st.text(max_size=6)
_COLUMNS = st.lists(_TEXTS, min_size=1, max_size=30).flatmap(
    lambda some: st.lists(st.sampled_from(some), min_size=1, max_size=80)
)


@settings(deadline=None)
@given(_COLUMNS)
def test_different_texts_with_their_weights_tell_what_all_rows_tell(values: list[str]) -> None:
    texts = pl.Series("value", values, dtype=pl.String)
    weighted = counted(texts)
    assert weighted.weights is not None
    direct = Counted(weighted.distinct, weighted.method, texts, None, weighted.top)
    by_weight, by_row = texts_of(weighted), texts_of(direct)
    assert by_weight.text == by_row.text
    for fact in ("missing_words", "lengths", "garbled", "control_characters"):
        assert by_weight.facts[fact] == by_row.facts[fact], fact
    for fact in ("kinds", "patterns", "within"):
        assert by_weight.facts[fact] == by_row.facts[fact], fact
    # A kind without a check of its own: then its pattern alone decides, either way.
    assert unlike(weighted, by_weight, "number") == unlike(direct, by_row, "number")


@settings(deadline=None)
@given(_COLUMNS)
def test_a_glance_at_bytes_overlooks_nothing(values: list[str]) -> None:
    texts = pl.Series(values, dtype=pl.String)
    found = glance(texts, None)
    lengths = Counter(map(len, values))
    assert dict(zip(found.lengths.tolist(), found.rows.tolist(), strict=True)) == lengths
    bare = texts.str.strip_chars()
    padded = Counter(texts.filter((bare != texts) | (bare == "")).to_list())
    assert not padded - Counter(found.edged["value"].to_list())
    words = texts.filter(bare.str.to_lowercase().is_in(sorted(MISSING_WORDS)))
    short = Counter(word for word in words if len(word.encode()) <= 20)
    assert not short - Counter(found.wordy["value"].to_list())


@settings(deadline=None)
@given(st.lists(st.text("aB._- 1", max_size=5), max_size=40))
def test_variants_of_few_texts_are_those_of_many(values: list[str]) -> None:
    found = counted(pl.Series(values, dtype=pl.String))
    # A value that is not of ASCII has them looked for in the way that any text can be.
    others = pl.concat([found.values, pl.Series(["ü"])])
    assert found.weights is not None
    weights = pl.concat([found.weights, pl.Series([1], dtype=found.weights.dtype)])
    assert variants_of(found.values, found.weights) == variants_of(others, weights)


def test_a_column_of_many_texts_is_profiled_like_one_of_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces = [f"{n} pieces" for n in range(120) for _ in range(n + 1)]
    texts = pl.Series([*pieces, *[" NA", "", "-", "x "] * 3])
    few = column_profile(texts)
    monkeypatch.setattr(counting, "_FEW", 100)
    many = column_profile(texts)
    for fact in ("distinct", "text", "missing_words", "lengths", "kinds", "role", "words"):
        assert many[fact] == few[fact], fact


def test_missing_words_are_found_whatever_their_case_and_blanks() -> None:
    values = pl.Series(["NA", " nA ", "\u00a0N/A", "\u212a.A.", "n/a\u2003", "nap", "-5"])
    words = missing_words_of(glance(values, None).wordy, values)
    assert words.count == 5


def test_long_texts_are_looked_at_in_several_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pl.Series([f"{n} " + "long " * (n % 7) for n in range(5000)] + ["NA", " "])
    whole = glance(texts, None)
    monkeypatch.setattr(glance_module, "_BYTES", 1)
    parts = glance(texts, None)
    assert parts.rows.tolist() == whole.rows.tolist()
    assert parts.edged.equals(whole.edged)
    assert parts.wordy.equals(whole.wordy)
