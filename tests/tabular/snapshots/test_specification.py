"""Our table digest and another implementation of its specification agree, on any column."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infrastructure.tabular.snapshots.digests import (
    content_digest,
    digest_of_file,
    digest_of_table,
    table_digest,
)
from tests.tabular.snapshots import specification

text = st.text(st.characters(codec="utf-8"), max_size=6)
whole = st.integers(-(2**63), 2**63 - 1)
KINDS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "null": (pa.null(), st.none()),
    "bool": (pa.bool_(), st.booleans()),
    "int8": (pa.int8(), st.integers(-128, 127)),
    "int16": (pa.int16(), st.integers(-(2**15), 2**15 - 1)),
    "int32": (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
    "int64": (pa.int64(), whole),
    "uint8": (pa.uint8(), st.integers(0, 255)),
    "uint64": (pa.uint64(), st.integers(0, 2**64 - 1)),
    "float32": (pa.float32(), st.floats(width=32)),
    "float64": (pa.float64(), st.floats()),
    "text": (pa.large_string(), text),
    "binary": (pa.binary(), st.binary(max_size=6)),
    "timestamp[us]": (pa.timestamp("us"), whole),
    "timestamp[ns, Europe/Berlin]": (pa.timestamp("ns", "Europe/Berlin"), whole),
    "date32[day]": (pa.date32(), st.integers(-(2**31), 2**31 - 1)),
    "time64[us]": (pa.time64("us"), st.integers(0, 86_399_999_999)),
    "duration[ms]": (pa.duration("ms"), whole),
    "decimal128(12, 3)": (
        pa.decimal128(12, 3),
        st.decimals(-999_999_999, 999_999_999, places=3),
    ),
    "list<text>": (pa.list_(pa.string()), st.lists(st.none() | text, max_size=3)),
    "list<list<int64>>": (
        pa.large_list(pa.list_(pa.int64())),
        st.lists(st.none() | st.lists(st.none() | whole, max_size=2), max_size=3),
    ),
    "struct<a: int64, b: text>": (
        pa.struct([("a", pa.int64()), ("b", pa.string())]),
        st.fixed_dictionaries({"a": st.none() | whole, "b": st.none() | text}),
    ),
}


@st.composite
def columns(draw: st.DrawFn, rows: int | None = None) -> tuple[str, list[Any], pa.ChunkedArray]:
    """A type's name, values, and the same as Arrow holds them: in chunks that are slices."""
    name = draw(st.sampled_from(list(KINDS)))
    kind, values = KINDS[name]
    count = draw(st.integers(0, 40)) if rows is None else rows
    cells = draw(st.lists(st.none() | values, min_size=count, max_size=count))
    cuts = sorted({0, count, *draw(st.lists(st.integers(0, count), max_size=3))})
    before = draw(st.integers(0, 9))
    chunks = [
        _array(cells[:before] + cells[start:end], kind).slice(len(cells[:before]))
        for start, end in itertools.pairwise(cuts)
    ]
    return name, cells, pa.chunked_array(chunks, kind)


def _array(cells: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_temporal(kind):
        wide = pa.int32() if kind.bit_width == 32 else pa.int64()
        return pa.array(cells, wide).cast(kind)
    return pa.array(cells, kind)


@given(columns())
@settings(max_examples=200, deadline=None)
def test_a_column_has_the_content_digest_that_is_specified(
    column: tuple[str, list[Any], pa.ChunkedArray],
) -> None:
    name, cells, stored = column
    assert content_digest(stored) == specification.content(name, cells).hex()


@given(st.data(), st.integers(0, 6), st.lists(text, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_table_has_the_digest_that_is_specified(
    data: st.DataObject, rows: int, names: list[str]
) -> None:
    drawn = [(name, *data.draw(columns(rows))) for name in names]
    table = pa.table([stored for *_, stored in drawn], names=[name for name, *_ in drawn])
    expected = specification.table_digest(
        rows if drawn else 0, [(name, kind, cells) for name, kind, cells, _ in drawn]
    )
    assert digest_of_table(table) == expected


def test_a_table_of_more_rows_than_are_hashed_at_once_has_it_too() -> None:
    rows = 140_001
    numbers = [None if row % 7 == 3 else row * 0.5 for row in range(rows)]
    truths = [None if row % 11 == 5 else row % 3 == 0 for row in range(rows)]
    words = [None if row % 5 == 1 else f"w{row}" for row in range(rows)]
    table = pa.table({"n": numbers, "t": truths, "w": words})
    ragged = pa.concat_tables([table.slice(0, 3), table.slice(3, 99_999), table.slice(100_002)])
    assert digest_of_table(ragged) == specification.table_digest(
        rows, [("n", "float64", numbers), ("t", "bool", truths), ("w", "text", words)]
    )


def test_a_columns_content_digest_does_not_know_its_name() -> None:
    content = content_digest(pa.array([1, None, 3]))
    assert digest_of_table(pa.table({"a": [1, None, 3]})) == table_digest(3, [("a", content)])
    assert digest_of_table(pa.table({"b": [1, None, 3]})) == table_digest(3, [("b", content)])


def test_the_first_version_can_still_be_verified() -> None:
    table = pa.table({"n": [7, None, -1], "wé": ["ab", "c", None]})
    with TemporaryDirectory() as directory:
        path = Path(directory) / "table.parquet"
        pq.write_table(table, path)
        # Recorded by the release that wrote td1.
        assert digest_of_file(path, "td1") == (
            "td1:d41e4974ebc6f8e19e2d92453866e6fbac5ca20880e14593ab6298c63fdbb5bb"
        )
        assert digest_of_file(path, "td2") == digest_of_table(table)
        with pytest.raises(ValueError, match="td3"):
            digest_of_file(path, "td3")
