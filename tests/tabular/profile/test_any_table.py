"""Whatever a table holds, its profile is there, is strict JSON, and counts what is there."""

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from application.disclosure.table_brief import table_brief
from application.ports.tables import ProfileExtras
from infrastructure.tabular.profile import column_profile, profile_of
from interfaces.cli.profile_page import profile_page
from interfaces.cli.profile_table import profile_summary

# No outliers: a forest for each of many tables takes long, and has tests of its own.
EVERYTHING = ProfileExtras(correlations=True, dependencies=True)

text = st.text(st.characters(codec="utf-8"), max_size=12)
looks_like_something = st.sampled_from(
    [
        *["N/A", "NA", "12,5", "1.234.567", "2024-01-05", "05/01/24", "a@b.org", "+49 30 123456"],
        *["DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111", "10.0.0.1", "::1", "yes", " x "],
        *["€ 5", "[1]", '{"a": 1}', "Ann Lee", "12 Main Street", "\x00", "Ã¼", "١٢٣", "²", ""],
        *["https://x.y", "00123", "1e5", "-", "\u200b", "D-10115", "\U0001d7d9", "I\u0307"],
    ]
)
KINDS: dict[pl.DataType, st.SearchStrategy[Any]] = {
    pl.Int8(): st.integers(-128, 127),
    pl.Int64(): st.integers(-(2**63), 2**63 - 1),
    pl.UInt64(): st.integers(0, 2**64 - 1),
    pl.Int128(): st.integers(-(2**127), 2**127 - 1),
    pl.Float32(): st.floats(width=32),
    pl.Float64(): st.floats(),
    pl.Decimal(38, 3): st.decimals(-(10**20), 10**20, places=3),
    pl.Boolean(): st.booleans(),
    pl.String(): text | looks_like_something,
    pl.Binary(): st.binary(max_size=5),
    pl.Date(): st.dates(),
    pl.Datetime("us"): st.datetimes(),
    pl.Datetime("ns"): st.datetimes(dt.datetime(1678, 1, 1), dt.datetime(2262, 1, 1)),  # noqa: DTZ001 local
    pl.Datetime("ms", "Europe/Berlin"): st.datetimes(timezones=st.just(dt.UTC)),
    pl.Time(): st.times(),
    pl.Duration("us"): st.timedeltas(dt.timedelta(-9999), dt.timedelta(9999)),
    pl.List(pl.Int64()): st.lists(st.integers(0, 3), max_size=3),
    pl.Struct({"a": pl.String()}): st.fixed_dictionaries({"a": text}),
    pl.Null(): st.none(),
}  # fmt: skip


def render(shown: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    rows = draw(st.integers(0, 12))
    names = draw(st.lists(text | st.sampled_from(["*", "^a.*$"]), max_size=4, unique=True))
    columns = []
    for name in names:
        kind, values = draw(st.sampled_from(list(KINDS.items())))
        cells = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        columns.append(pl.Series("any", cells, kind, strict=False).alias(name))
    return pl.DataFrame(columns)


@given(tables())
@settings(max_examples=150, deadline=None)
def test_every_table_has_a_profile_in_strict_json_that_counts_what_is_there(
    table: pl.DataFrame,
) -> None:
    profile = json.loads(json.dumps(profile_of(table), allow_nan=False))

    assert (profile["rows"], profile["column_count"]) == (table.height, table.width)
    assert profile["duplicate_rows"] == (table.height - table.n_unique() if table.width else 0)
    for column, series in zip(profile["columns"], table.get_columns(), strict=True):
        assert column["name"] == series.name
        assert column["nulls"] == series.null_count()
        assert column["distinct"] == series.alias("x").drop_nulls().n_unique()
        assert sum(top["count"] for top in column["top_values"]) <= len(series)


@given(tables(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_profile_can_be_shown_in_every_form(table: pl.DataFrame, values: bool) -> None:
    profile = profile_of(table, EVERYTHING)

    assert table_brief(profile, 500, values=values).startswith("Table: ")
    assert profile_page(profile, "any").endswith("</html>\n")
    assert "distinct" in render(profile_summary(profile))


@given(tables())
@settings(max_examples=60, deadline=None)
def test_a_columns_profile_depends_on_nothing_but_its_values(table: pl.DataFrame) -> None:
    for series in table.get_columns():
        chunked = pl.concat([series.head(3), series.slice(3)]).alias("another name")
        assert column_profile(chunked) == column_profile(series)
        assert "name" not in column_profile(series)


@pytest.mark.parametrize(
    "series",
    [
        pl.Series([2**62, -(2**62)]).cast(pl.Datetime("ms")),
        pl.Series([None, 2**63 - 512]).cast(pl.Datetime("us")),
        pl.Series([-(2**63), 2 - 2**63]).cast(pl.Datetime("ns")),
        pl.Series([2**62, 2**61, 0]).cast(pl.Datetime("us", "Europe/Berlin")),
        pl.Series([3_000_000, -800_000], dtype=pl.Int32).cast(pl.Date),
        pl.Series([1e308, -1e308, 1.7e308, 5e-324, 0.0]),
        pl.Series([float("inf"), float("-inf"), float("nan")]),
        pl.Series([5e-324, 1e-323, 2e-323]),
        pl.Series([2**64 - 1, 0, 2**63], dtype=pl.UInt64),
        pl.Series([2**127 - 1, -(2**127)], dtype=pl.Int128),
        pl.Series([Decimal("1e33"), Decimal("-1.5")], dtype=pl.Decimal(38, 3)),
        pl.Series(["x" * 3_000_000, "@" * 1_000_000, "1" * 100_000]),
        pl.Series(["a", "b", "a"], dtype=pl.Categorical),
        pl.Series(["a", "b", None], dtype=pl.Enum(["a", "b"])),
        pl.Series([object(), "x", None], dtype=pl.Object),
        pl.Series([[{"a": [1]}], None]),
        pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int8, 2)),
        pl.Series([], dtype=pl.String),
    ],
    ids=lambda series: str(series.dtype),
)
def test_unusual_values_and_types_are_profiled_too(series: pl.Series) -> None:
    profile = json.loads(json.dumps(column_profile(series), allow_nan=False))

    assert profile["nulls"] == series.null_count()
    assert profile["rows"] == len(series)


def test_a_table_of_ten_thousand_columns_is_profiled() -> None:
    table = pl.DataFrame({f"c{index}": [index, index + 1, None] for index in range(10_000)})

    profile = profile_of(table)

    assert profile["column_count"] == 10_000
    assert profile["columns"][7_000]["numeric"]["max"] == 7_001


def test_moments_outside_of_pythons_years_are_told_in_iso_form() -> None:
    far = column_profile(pl.Series([3_000_000], dtype=pl.Int32).cast(pl.Date))

    assert far["datetime"]["max"] == "10183-09-21"
