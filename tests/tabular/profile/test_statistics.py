"""Figures of a profile against pandas, numpy and values worked out by hand."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infrastructure.tabular.profile import column_profile, profile_of
from infrastructure.tabular.profile.counting import counted

Numbers = Sequence[float | int | None]
measured = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
lists = st.lists(st.none() | measured, min_size=1, max_size=40) | st.lists(
    st.integers(-1000, 1000), min_size=1, max_size=40
)


@given(lists)
@settings(max_examples=80, deadline=None)
def test_moments_and_quantiles_are_those_of_pandas(values: Numbers) -> None:
    profile = column_profile(pl.Series(values, dtype=pl.Float64))
    expected = pd.Series(np.array([v for v in values if v is not None], np.float64))
    found, spread = profile["numeric"], profile["distribution"]

    if expected.empty:
        assert (found["mean"], found["std"], found["median"]) == (None, None, None)
        return
    assert found["mean"] == pytest.approx(expected.mean(), abs=1e-6)
    if len(expected) > 1:
        assert found["std"] == pytest.approx(expected.std(), abs=1e-6)
    for share, quantile in found["quantiles"].items():
        assert quantile == pytest.approx(expected.quantile(float(share)), abs=1e-6)
    varied = expected.nunique() > 1 and expected.std() > 1e-3
    if varied and len(expected) >= 3:
        assert spread["skew"] == pytest.approx(expected.skew(), rel=1e-6, abs=1e-6)
    if varied and len(expected) >= 4:
        assert spread["kurtosis"] == pytest.approx(expected.kurt(), rel=1e-6, abs=1e-6)


@given(lists)
@settings(max_examples=80, deadline=None)
def test_every_finite_value_is_in_one_bin_of_the_histogram(values: Numbers) -> None:
    known = [value for value in values if value is not None]
    integers = all(isinstance(value, int) for value in known)
    profile = column_profile(pl.Series(values, dtype=pl.Int64 if integers else pl.Float64))
    histogram = profile["distribution"]["histogram"]

    if not known:
        assert histogram is None
        return
    assert histogram is not None
    edges, counts = histogram["edges"], histogram["counts"]
    assert sum(counts) == len(known)
    assert edges[0] <= min(known) <= max(known) <= edges[-1]
    if len(counts) > 1:
        assert counts == np.histogram(known, bins=edges)[0].tolist()


def test_moments_of_a_known_sample() -> None:
    profile = column_profile(pl.Series([2, 4, 4, 4, 5, 5, 7, 9]))

    assert profile["numeric"]["mean"] == 5
    assert profile["numeric"]["std"] == pytest.approx((32 / 7) ** 0.5)
    assert profile["distribution"]["skew"] == pytest.approx(0.8184875533567997)
    assert profile["distribution"]["kurtosis"] == pytest.approx(0.940625)
    assert profile["distribution"]["histogram"] == {
        "edges": [2.0, 4.0, 6.0, 8.0, 10.0],
        "counts": [1, 5, 1, 1],
    }


@pytest.mark.parametrize("values", [[1e308, 1.5e308, 1.2e308, 1e307], [1e-300, 2e-300, 4e-300, 0]])
def test_moments_neither_overflow_nor_vanish(values: list[float]) -> None:
    scale = max(values)
    found = column_profile(pl.Series(values, dtype=pl.Float64))
    small = column_profile(pl.Series([value / scale for value in values], dtype=pl.Float64))

    for key in ("mean", "std"):
        assert found["numeric"][key] == pytest.approx(small["numeric"][key] * scale, rel=1e-9)
    for key in ("skew", "kurtosis"):
        assert found["distribution"][key] == pytest.approx(small["distribution"][key], rel=1e-6)


def test_outliers_lie_beyond_one_and_a_half_interquartile_ranges() -> None:
    values = [*range(1, 12), 100, -50, -51]

    found = column_profile(pl.Series(values))["distribution"]["outliers"]

    low, high = np.quantile(values, [0.25, 0.75])
    assert found["low"] == pytest.approx(low - 1.5 * (high - low))
    assert found["high"] == pytest.approx(high + 1.5 * (high - low))
    assert (found["below"], found["above"]) == (2, 1)


def test_zero_negative_nan_and_infinite_numbers_are_counted_apart() -> None:
    inf, nan = float("inf"), float("nan")
    profile = column_profile(pl.Series([0.0, -0.0, -1.5, inf, -inf, inf, nan, nan, None, 2.0]))

    numeric = profile["numeric"]
    assert {key: numeric[key] for key in ("zeros", "negative", "nan", "infinite")} == {
        "zeros": 2,
        "negative": 1,
        "nan": 2,
        "infinite": 3,
    }
    assert (numeric["min"], numeric["max"], profile["distinct"]) == (-1.5, 2.0, 6)


def test_integers_too_large_for_a_float_stay_exact() -> None:
    profile = column_profile(pl.Series([2**63 - 1, 2**63 - 2, 2**53 + 1, -(2**63)]))

    assert profile["numeric"]["max"] == 2**63 - 1
    assert profile["numeric"]["min"] == -(2**63)
    assert profile["distinct"] == 4
    assert profile["top_values"][0] == {"value": -(2**63), "count": 1}


def test_the_most_frequent_values_come_first_and_equals_by_size() -> None:
    numbers = column_profile(pl.Series([5, 3, 3, 9, 9, 1]))
    words = column_profile(pl.Series(["b", "a", "c", "c", None]))

    assert [(t["value"], t["count"]) for t in numbers["top_values"]] == [
        (3, 2),
        (9, 2),
        (1, 1),
        (5, 1),
    ]
    assert [(t["value"], t["count"]) for t in words["top_values"]] == [("c", 2), ("a", 1), ("b", 1)]


def test_many_different_texts_are_counted_by_their_hashes_and_said_so() -> None:
    texts = pl.Series([f"text {n}" for n in range(60_000)] + ["text 7"] * 5 + ["text 9"] * 2)

    found = column_profile(texts)

    assert (found["distinct"], found["distinct_method"]) == (60_000, "hashed")
    assert found["top_values"][:2] == [
        {"value": "text 7", "count": 6},
        {"value": "text 9", "count": 3},
    ]


def test_texts_that_are_all_different_are_counted_exactly() -> None:
    found = counted(pl.Series([f"text {n}" for n in range(60_000)]))

    assert (found.distinct, found.method, found.weights) == (60_000, "exact", None)


def test_a_vast_column_is_estimated_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infrastructure.tabular.profile.counting._VAST", 100_000)
    texts = pl.Series([f"text {n}" for n in range(150_000)] + ["often"] * 50_000)

    found = column_profile(texts)

    assert found["distinct_method"] == "hyperloglog"
    assert found["distinct"] == pytest.approx(150_001, rel=0.03)
    assert found["top_values"][0] == {"value": "often", "count": 50_000}


def test_lengths_are_those_of_all_values() -> None:
    words = ["a"] * 10 + ["bb"] * 5 + ["ccccc", "ÄÖÜ", None]

    found = column_profile(pl.Series(words))

    assert (found["text"]["min_length"], found["text"]["max_length"]) == (1, 5)
    assert found["text"]["mean_length"] == pytest.approx((10 + 10 + 5 + 3) / 17)
    assert found["lengths"] == {"0.05": 1, "0.25": 1, "0.5": 1, "0.75": 2, "0.95": 3}


def test_gaps_are_steps_longer_than_the_usual_one() -> None:
    days = [dt.datetime(2024, 1, 1) + dt.timedelta(days=n) for n in range(30) if n not in {7, 8}]  # noqa: DTZ001 local

    found = column_profile(pl.Series(days))["calendar"]

    assert (found["days"], found["step_seconds"], found["gaps"]) == (29, 86_400, 1)
    assert found["longest_gaps"] == [{"from": "2024-01-07T00:00:00", "to": "2024-01-10T00:00:00"}]
    assert found["whole_days"] is True


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_dates_and_moments_in_any_unit_are_the_same_calendar(unit: str) -> None:
    days = pl.Series([dt.date(1899, 12, 30), dt.date(2024, 1, 1), dt.date(2150, 5, 5)])

    of_dates = column_profile(days)["calendar"]
    of_moments = column_profile(days.cast(pl.Datetime(unit)))["calendar"]  # type: ignore[arg-type]  # one of its units

    assert of_dates["days"] == of_moments["days"] == 91_437
    for found in (of_dates, of_moments):
        assert (found["before_1900"], found["from_2100"], found["placeholders"]) == (1, 1, 1)


rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.none() | st.sampled_from([0.0, -0.0, float("nan"), 1.0])),
    max_size=12,
)


@given(rows)
@settings(max_examples=100, deadline=None)
def test_repeated_rows_are_those_that_polars_counts(cells: list[tuple[str, float | None]]) -> None:
    table = pl.DataFrame(cells, schema={"a": pl.String, "b": pl.Float64}, orient="row")

    assert profile_of(table)["duplicate_rows"] == table.height - table.n_unique()


@pytest.mark.parametrize("repeats", [2, 5])
def test_very_many_repeated_rows_are_counted_too(repeats: int) -> None:
    table = pl.DataFrame({"a": range(60_000), "b": [n % 7 for n in range(60_000)]})

    assert profile_of(pl.concat([table] * repeats))["duplicate_rows"] == 60_000 * (repeats - 1)


def test_rows_that_differ_only_in_the_last_of_many_columns_are_not_repeated() -> None:
    rows = 3_000
    same = {f"c{n}": [n] * rows for n in range(20)}
    table = pl.DataFrame({**same, "x": [n // 2 for n in range(rows)], "y": [0, 1] * (rows // 2)})

    assert profile_of(table)["duplicate_rows"] == 0
    assert profile_of(table.drop("y"))["duplicate_rows"] == rows // 2
