"""What columns say together: correlations, dependencies, rows that stand apart."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from application.ports.tables import ProfileExtras
from infrastructure.tabular.profile import profile_of
from infrastructure.tabular.profile.correlations import codes_of, cramers_v
from infrastructure.tabular.profile.dependencies import violations_of

ALL = ProfileExtras(correlations=True, dependencies=True, outliers=True)


def test_correlations_are_those_of_pandas_over_rows_where_both_have_values() -> None:
    random = np.random.default_rng(7)
    x = random.normal(size=200)
    frame = pd.DataFrame({"x": x, "y": x**3 + random.normal(size=200), "z": random.random(200)})
    frame.loc[::7, "y"] = np.nan

    found = profile_of(pl.from_pandas(frame), ProfileExtras(correlations=True))["correlations"]

    assert found["pairs"][0]["columns"] == ["x", "y"]
    for pair in found["pairs"]:
        first, second = pair["columns"]
        both = frame[[first, second]].dropna()
        assert pair["rows"] == len(both)
        assert pair["pearson"] == pytest.approx(both.corr().iloc[0, 1])
        assert pair["spearman"] == pytest.approx(both.corr(method="spearman").iloc[0, 1])


def test_cramers_v_is_corrected_for_bias() -> None:
    # chi2 of [[10, 20], [30, 40]] is 100/126; by hand: phi2 = max(0, 0.00793651 - 1/99) = 0.
    first = pl.Series(["a"] * 30 + ["b"] * 70)
    second = pl.Series(["x"] * 10 + ["y"] * 20 + ["x"] * 30 + ["y"] * 40)
    assert cramers_v(codes_of(first), codes_of(second)) == 0

    # chi2 of [[40, 10], [10, 40]] is 36: phi2 = 0.36 - 1/99, r' - 1 = c' - 1 = 1 - 1/99.
    first = pl.Series(["a"] * 50 + ["b"] * 50)
    second = pl.Series(["x"] * 40 + ["y"] * 10 + ["x"] * 10 + ["y"] * 40)
    expected = ((0.36 - 1 / 99) / (1 - 1 / 99)) ** 0.5
    assert cramers_v(codes_of(first), codes_of(second)) == pytest.approx(expected)


def test_columns_that_say_the_same_have_a_coefficient_of_one() -> None:
    words = pl.Series(["a", "b", "c"] * 30)
    table = pl.DataFrame({"n": range(90), "m": [n * -2.0 for n in range(90)], "w": words})
    table = table.with_columns(v=pl.col("w").str.to_uppercase())

    pairs = profile_of(table, ProfileExtras(correlations=True))["correlations"]["pairs"]

    found = {tuple(pair["columns"]): pair for pair in pairs}
    assert found["w", "v"]["cramers_v"] == pytest.approx(1.0)


def test_a_dependency_is_found_with_the_rows_that_break_it() -> None:
    towns = ["Berlin", "Paris", "Rome", "Ulm"] * 100
    countries = ["DE", "FR", "IT", "DE"] * 100
    countries[5] = "DE"
    table = pl.DataFrame({"town": towns, "country": countries, "n": list(range(200)) * 2})

    found = profile_of(table, ProfileExtras(dependencies=True))["dependencies"]["found"]

    assert {"from": "town", "to": "country", "violations": 1} in found
    assert not any(each["from"] == "country" for each in found)


def test_violations_are_the_fewest_rows_to_leave_out() -> None:
    first, second = np.array([0, 0, 0, 1, 1]), np.array([2, 2, 3, 1, 0])

    assert violations_of(first, second) == 2


def test_a_row_apart_in_several_columns_at_once_is_found_at_every_run() -> None:
    random = np.random.default_rng(1)
    table = pl.DataFrame(
        {"x": random.normal(size=500).tolist(), "y": random.normal(size=500).tolist()}
    )
    far = pl.DataFrame({"x": [9.0], "y": [-9.0]})
    table = pl.concat([table.head(123), far, table.slice(123)])

    found = profile_of(table, ProfileExtras(outliers=True))["outliers"]

    assert found["highest"][0]["row"] == 123
    assert found["found"] >= 1
    assert found == profile_of(table, ProfileExtras(outliers=True))["outliers"]


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame(),
        pl.DataFrame({"a": []}),
        pl.DataFrame({"a": [1], "b": ["x"]}),
        pl.DataFrame({"^a.*$": [1.0, None, float("inf")], "*": [None, None, None]}),
        pl.DataFrame({"a": [1e308, -1e308, 1.5, 2], "b": [1, 2, 3, 2**62], "c": ["x", "y"] * 2}),
        pl.DataFrame({"a": [[1], [2], [1]], "b": [{"c": 1}, None, {"c": 1}], "d": [1, 1, 2]}),
    ],
    ids=range(6),
)
def test_no_table_is_too_odd_for_what_is_asked(table: pl.DataFrame) -> None:
    profile = profile_of(table, ALL)

    assert {"correlations", "dependencies", "outliers"} <= profile.keys()


def test_how_far_it_is_is_told_while_it_works() -> None:
    told: list[tuple[str, int, int]] = []
    table = pl.DataFrame({f"c{n}": [n, n + 1, n * n] for n in range(5)})

    profile_of(table, ALL, lambda *each: told.append(each))

    assert ("Looking at each column", 5, 5) in told
    assert len({what for what, _, _ in told}) == 5
    assert all(0 <= done <= total for _, done, total in told)
