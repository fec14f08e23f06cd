"""What of a dataframe is data: labels that tell something, columns of several levels, objects."""

import datetime as dt
import ipaddress
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from infrastructure.nsjail.frames import Refused, read_table, to_arrow

Change = Callable[[pd.DataFrame], pd.DataFrame]

INDEXES: dict[str, tuple[Change, list[str]]] = {
    "rows sorted": (lambda df: df.sort_values("b"), ["k", "a", "b"]),
    "rows taken": (lambda df: df[df["a"] > 1], ["k", "a", "b"]),
    "rows one after the other": (lambda df: pd.concat([df, df]), ["k", "a", "b"]),
    "a total below": (
        lambda df: pd.concat([df, df[["a"]].sum().to_frame("total").T]),
        ["k", "a", "b"],
    ),
    "numbers of rows as fractions": (
        lambda df: df.set_axis(df.index.astype(float)),
        ["k", "a", "b"],
    ),
    "groups": (lambda df: df.groupby("k").sum(), ["k", "a", "b"]),
    "groups of two": (lambda df: df.groupby(["k", "a"])[["b"]].sum(), ["k", "a", "b"]),
    "a name that is there": (lambda df: df.set_index("k", drop=False), ["k", "a", "b"]),
    "statistics": (lambda df: df[["a", "b"]].describe(), ["index", "a", "b"]),
    "correlations": (lambda df: df[["a", "b"]].corr(), ["index", "a", "b"]),
    "quantiles": (lambda df: df[["a"]].quantile([0.25, 0.75]), ["index", "a"]),
    "transposed": (lambda df: df[["a", "b"]].T, ["index", "0", "1", "2"]),
    "days": (lambda df: df.set_axis(pd.date_range("2024", periods=3)), ["index", "k", "a", "b"]),
    "keys": (lambda df: pd.concat({"x": df, "y": df}), ["index", "k", "a", "b"]),
    "labels, and a column of that name": (
        lambda df: df.set_axis(list("xyz")).rename(columns={"a": "index"}),
        ["index_2", "k", "index", "b"],
    ),
    "two levels of labels": (
        lambda df: df.set_axis([list("xyz"), list("uvw")]),
        ["index_2", "index", "k", "a", "b"],
    ),
    "labels of no row": (lambda df: df.set_axis(list("xyz")).head(0), ["index", "k", "a", "b"]),
    "aggregates": (
        lambda df: df.groupby("k").agg({"a": ["sum", "mean"], "b": ["max"]}),
        ["k", "a_sum", "a_mean", "b_max"],
    ),
    "aggregates, and the groups as columns": (
        lambda df: df.groupby("k").agg({"a": ["sum"], "b": ["max"]}).reset_index(),
        ["k", "a_sum", "b_max"],
    ),
    "pivoted": (
        lambda df: df.pivot_table(index="k", columns="a", values=["b"]),
        ["k", "b_1", "b_2", "b_3"],
    ),
}


@pytest.mark.parametrize("name", INDEXES)
def test_labels_and_levels_become_columns_and_numbers_of_rows_do_not(name: str) -> None:
    change, columns = INDEXES[name]
    frame = change(pd.DataFrame({"k": ["x", "y", "x"], "a": [1, 2, 3], "b": [0.5, 1.5, 2.5]}))
    before = frame.copy()
    table = to_arrow(frame, 10)
    assert table.column_names == columns
    assert table.num_rows == len(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_levels_that_join_to_one_name_are_refused() -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a_b", ""), ("a", "b")]))
    with pytest.raises(Refused) as refused:
        to_arrow(frame, 10)
    assert (refused.value.kind, refused.value.names) == ("duplicate_columns", ("a_b",))


OBJECTS: dict[str, tuple[list[Any], list[Any]]] = {
    "sets": ([{"b", "a"}, None, set()], [["a", "b"], None, []]),
    "sets of numbers": ([{10, 9}, frozenset({2})], [[9, 10], [2]]),
    "identifiers": ([uuid.UUID(int=1), None], ["00000000-0000-0000-0000-000000000001", None]),
    "addresses": ([ipaddress.ip_address("::1")], ["::1"]),
    "periods": ([pd.Period("2024-01"), pd.NaT], ["2024-01", None]),
    "intervals": ([pd.Interval(0, 1), np.nan], ["(0, 1]", None]),
    "numbers beyond 64 bits": ([2**64, None, -1], [Decimal(2**64), None, Decimal(-1)]),
    "the largest of 64 bits": ([2**63 - 1, -(2**63)], [2**63 - 1, -(2**63)]),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_objects_that_have_a_plain_form_are_kept_in_it(name: str) -> None:
    cells, stored = OBJECTS[name]
    table = to_arrow(pd.DataFrame({"c": pd.Series(cells, dtype=object)}), 10)
    assert table["c"].to_pylist() == stored


@pytest.mark.parametrize("cell", [Decimal("Infinity"), np.datetime64("2024-01-01"), object(), 1j])
def test_objects_without_a_plain_form_are_refused_by_their_column(cell: object) -> None:
    frame = pd.DataFrame({"c": pd.Series([cell, None], dtype=object)})
    with pytest.raises(Refused) as refused:
        to_arrow(frame, 10)
    assert refused.value.names == ("c",)


def test_moments_with_and_without_a_time_zone_are_not_taken_for_one_kind() -> None:
    moment = pd.Timestamp("2024-01-01 12:00")
    cells = [moment, moment.tz_localize("Europe/Oslo")]
    for mixed in (cells, cells[::-1]):
        with pytest.raises(Refused) as refused:
            to_arrow(pd.DataFrame({"c": pd.Series(mixed, dtype=object)}), 10)
        assert (refused.value.kind, refused.value.names) == ("mixed_column", ("c",))
    zones = pd.Series([cells[1], moment.tz_localize("UTC"), None], dtype=object)
    kept = to_arrow(pd.DataFrame({"c": zones}), 10)["c"].to_pylist()
    assert kept == [cells[1], zones[1], None]


@pytest.mark.parametrize(
    "cells",
    [
        [dt.date(2024, 1, 1), pd.Timestamp("2024-01-01 12:00")],
        [dt.timedelta(1), 5],
        [np.True_, 5],
        [b"x", "x"],
    ],
)
def test_values_that_arrow_would_take_for_others_are_refused(cells: list[Any]) -> None:
    with pytest.raises(Refused) as refused:
        to_arrow(pd.DataFrame({"c": pd.Series([*cells, None], dtype=object)}), 10)
    assert (refused.value.kind, refused.value.names) == ("mixed_column", ("c",))


@pytest.mark.parametrize("nulls", [0, 1], ids=["complete", "with a gap"])
@pytest.mark.parametrize(
    "cells",
    [
        pa.array([1, 2]),
        pa.array([1, 2], pa.uint8()),
        pa.array([0.5, 1.5]),
        pa.array([0.5, 1.5], pa.float32()),
        pa.array([True, False]),
        pa.array(["x", "y"], pa.large_string()),
        pa.array(["x", "y"]).dictionary_encode(),
        pa.array([1, 2], pa.timestamp("us")),
        pa.array([1, 2], pa.timestamp("us", "Europe/Berlin")),
        pa.array([1, 2], pa.duration("ms")),
        pa.array([1, 2], pa.date32()),
        pa.array([Decimal(1), Decimal(2)]),
    ],
    ids=lambda cells: str(cells.type),
)
def test_every_column_can_be_written_into(cells: pa.Array, nulls: int) -> None:
    file = pa.BufferOutputStream()
    column = pa.chunked_array([cells, pa.nulls(nulls, cells.type)])
    pq.write_table(pa.table({"a": column}), file)

    frame = read_table(pa.BufferReader(file.getvalue()))
    frame.loc[frame.index == 0, "a"] = frame["a"].iloc[1]
    assert frame["a"].iloc[0] == frame["a"].iloc[1]
