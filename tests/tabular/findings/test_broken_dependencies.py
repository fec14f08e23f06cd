"""What nearly determines another column, and where it does not."""

import polars as pl
import pytest

from infrastructure.tabular.findings import broken_dependencies as module
from infrastructure.tabular.findings.broken_dependencies import Candidate, broken_dependencies


def columns(**values: list[str | None]) -> list[Candidate]:
    series = [pl.Series(name, cells, dtype=pl.String) for name, cells in values.items()]
    return [Candidate(series=each, distinct=each.n_unique()) for each in series]


def places(rows: int) -> tuple[list[str | None], list[str | None]]:
    """Twelve postcodes in four cities."""
    return (
        [str(10_000 + i % 12) for i in range(rows)],
        ["ABCD"[(i % 12) // 3] for i in range(rows)],
    )


def test_the_rows_that_break_a_dependency_are_counted_and_shown() -> None:
    zips, cities = places(240)
    cities[5], cities[17] = "Z", "Z"
    (found,) = broken_dependencies(columns(zip=zips, city=cities))
    assert (found.first, found.second, found.rows, found.about) == ("zip", "city", 2, False)
    assert found.examples == [{"value": "10005", "usual": "B", "other": "Z"}]


def test_what_holds_in_every_row_or_in_too_few_is_not_broken() -> None:
    zips, cities = places(240)
    assert broken_dependencies(columns(zip=zips, city=cities)) == []
    cities[:24] = ["Z"] * 24
    assert broken_dependencies(columns(zip=zips, city=cities)) == []


def test_a_missing_cell_breaks_nothing() -> None:
    zips, cities = places(240)
    cities[5], zips[9] = None, None
    assert broken_dependencies(columns(zip=zips, city=cities)) == []


def test_where_values_hardly_come_again_nobody_can_tell() -> None:
    ids: list[str | None] = [str(i // 2) for i in range(240)]
    cities: list[str | None] = ["AB"[i // 2 % 2] for i in range(240)]
    cities[3] = "B" if cities[3] == "A" else "A"
    assert broken_dependencies(columns(id=ids, city=cities)) == []


def test_a_column_of_nearly_one_value_is_determined_by_nothing() -> None:
    zips, _ = places(240)
    country: list[str | None] = ["DE"] * 240
    country[7] = "AT"
    assert broken_dependencies(columns(zip=zips, country=country)) == []


@pytest.mark.parametrize("postcodes", [12, 600])
def test_of_a_long_table_some_rows_tell(monkeypatch: pytest.MonkeyPatch, postcodes: int) -> None:
    monkeypatch.setattr(module, "_ROWS", 1500)
    rows = 6000
    zips: list[str | None] = [str(10_000 + i % postcodes) for i in range(rows)]
    cities: list[str | None] = ["ABCD"[(i % postcodes) % 4] for i in range(rows)]
    for i in range(0, rows, 101):
        cities[i] = "Z"
    (found,) = broken_dependencies(columns(zip=zips, city=cities))
    assert found.about
    assert 20 <= found.rows <= 180
