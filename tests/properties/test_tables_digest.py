"""The table digest: the same for the same content however stored, another for any change."""

import datetime as dt
import hashlib
import struct
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infrastructure.tabular.snapshots.digests import digest_of_file, digest_of_table

MOMENT = dt.datetime(2021, 3, 4, 5, 6, 7, 8)  # noqa: DTZ001 tables hold local times too
ZONED = MOMENT.replace(tzinfo=dt.UTC)
NEW_YORK = pa.timestamp("us", "America/New_York")
COLUMNS: dict[str, tuple[pa.DataType, list[Any]]] = {
    "text": (pa.large_string(), ["", "x", None, "é\x00", "x"]),
    "integers": (pa.int64(), [0, -1, None, 2**63 - 1, 0]),
    "small integers": (pa.int8(), [0, -1, None, 127, 0]),
    "numbers": (pa.float64(), [0.0, -0.0, None, float("nan"), float("inf")]),
    "truths": (pa.bool_(), [True, False, None, True, True]),
    "moments": (pa.timestamp("us"), [MOMENT, None, MOMENT, MOMENT, None]),
    "zoned": (pa.timestamp("us", "UTC"), [ZONED, None, ZONED, ZONED, None]),
    "days": (pa.date32(), [MOMENT.date(), None, None, None, None]),
    "decimals": (pa.decimal128(9, 2), [Decimal("1.50"), None, Decimal("-1.00"), None, None]),
    "lists": (pa.list_(pa.string()), [["a", None], [], None, ["b"], ["b"]]),
    "structs": (
        pa.struct([("a", pa.int64()), ("b", pa.string())]),
        [{"a": 1, "b": None}, None, {"a": None, "b": "x"}, None, None],
    ),
    "bytes": (pa.binary(), [b"\x00", None, b"", b"ab", b""]),
    "nothing": (pa.null(), [None] * 5),
}
TABLE = pa.table({name: pa.array(values, kind) for name, (kind, values) in COLUMNS.items()})
DIGEST = digest_of_table(TABLE)

cells = st.one_of(
    st.lists(st.none() | st.text(), max_size=40).map(lambda v: pa.array(v, pa.large_string())),
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=40).map(
        lambda v: pa.array(v, pa.int64())
    ),
    st.lists(st.none() | st.floats(), max_size=40).map(lambda v: pa.array(v, pa.float64())),
    st.lists(st.none() | st.booleans(), max_size=40).map(lambda v: pa.array(v, pa.bool_())),
    st.lists(st.none() | st.lists(st.none() | st.text(max_size=3), max_size=3), max_size=20).map(
        lambda v: pa.array(v, pa.large_list(pa.large_string()))
    ),
)


def _stored(table: pa.Table, **options: Any) -> str:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "table.parquet"
        pq.write_table(table, path, **options)
        return digest_of_file(path)


def test_the_written_specification_gives_the_digest() -> None:
    def sha(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def text(word: str) -> bytes:
        return struct.pack("<Q", len(word.encode())) + word.encode()

    rows = struct.pack("<Q", 3)
    numbers = text("int64") + rows + sha(b"\x05") + sha(struct.pack("<3q", 7, 0, -1))
    words = (
        text("text") + rows + sha(b"\x03")
        + sha(struct.pack("<4q", 0, 2, 3, 3)) + sha(b"abc")
    )  # fmt: skip
    heading = b"datatrail table digest 2\n" + struct.pack("<QQ", 3, 2)
    expected = "td2:" + sha(heading + text("n") + sha(numbers) + text("wé") + sha(words)).hex()
    assert digest_of_table(pa.table({"n": [7, None, -1], "wé": ["ab", "c", None]})) == expected


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "zstd"},
        {"compression": "none"},
        {"compression": "snappy", "use_dictionary": False},
        {"row_group_size": 2},
        {"version": "1.0"},
        {"data_page_version": "2.0", "data_page_size": 16},
        {"store_schema": False},
    ],
    ids=str,
)
def test_the_digest_ignores_how_a_file_is_written(options: dict[str, Any]) -> None:
    # Without Arrow's own schema, a column of nothing and lists' large offsets are not told.
    table = TABLE.drop_columns(["nothing"])
    assert _stored(table, **options) == digest_of_table(table)


@pytest.mark.parametrize("compression", ["zstd", "lz4", "uncompressed"])
def test_the_digest_ignores_who_wrote_the_file(tmp_path: Path, compression: Any) -> None:
    # Polars knows no half of these types as such; it writes those that it reads unchanged.
    same = ["text", "integers", "small integers", "numbers", "truths", "moments", "zoned", "days"]
    table = TABLE.select([*same, "decimals", "lists", "structs", "bytes"])
    frame = pl.DataFrame(pl.from_arrow(table))
    for rows in (1, 2, 5):
        path = tmp_path / f"{rows}.parquet"
        frame.write_parquet(path, compression=compression, row_group_size=rows)
        assert digest_of_file(path) == digest_of_table(table)


def test_the_digest_ignores_how_arrow_holds_the_values() -> None:
    text = TABLE.column("text")
    for kind in (pa.string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())):
        assert digest_of_table(pa.table({"a": text.cast(kind)})) == digest_of_table(
            pa.table({"a": text})
        )


def test_the_digest_ignores_what_lies_under_a_null() -> None:
    validity = pa.py_buffer(b"\x01")
    hidden = pa.Array.from_buffers(
        pa.int64(), 2, [validity, pa.py_buffer(struct.pack("<2q", 5, 9))]
    )
    assert hidden.to_pylist() == [5, None]
    shown = pa.array([5, None], pa.int64())
    assert digest_of_table(pa.table({"a": hidden})) == digest_of_table(pa.table({"a": shown}))


def test_the_digest_knows_one_nan_but_two_zeros() -> None:
    odd = pa.Array.from_buffers(
        pa.float64(), 1, [None, pa.py_buffer(struct.pack("<Q", 0xFFF8_0000_0000_0001))]
    )
    nan = pa.array([float("nan")])
    assert digest_of_table(pa.table({"a": odd})) == digest_of_table(pa.table({"a": nan}))
    assert digest_of_table(pa.table({"a": [0.0]})) != digest_of_table(pa.table({"a": [-0.0]}))


@given(st.data(), cells)
@settings(max_examples=80, deadline=None)
def test_the_digest_ignores_chunks_and_slices(data: st.DataObject, values: pa.Array) -> None:
    cut = data.draw(st.integers(0, len(values)))
    first = data.draw(st.integers(0, cut))
    padded = pa.concat_arrays([values.slice(0, cut), values])
    chunks = [values.slice(0, first), values.slice(first, cut - first), padded.slice(2 * cut)]
    assert digest_of_table(
        pa.table({"a": pa.chunked_array(chunks, values.type)})
    ) == digest_of_table(pa.table({"a": values}))


@given(cells, cells)
@settings(max_examples=80, deadline=None)
def test_two_columns_have_one_digest_only_when_they_are_equal(
    left: pa.Array, right: pa.Array
) -> None:
    same = left.type == right.type and list(map(repr, left.to_pylist())) == list(
        map(repr, right.to_pylist())
    )
    digests = {digest_of_table(pa.table({"a": values})) for values in (left, right)}
    assert (len(digests) == 1) == same


@pytest.mark.parametrize("name", COLUMNS)
def test_the_digest_notices_a_change_in_a_column_of_any_type(name: str) -> None:
    kind, values = COLUMNS[name]
    index = TABLE.schema.get_field_index(name)

    def with_values(changed: list[Any], as_kind: pa.DataType = kind) -> str:
        return digest_of_table(TABLE.set_column(index, name, pa.array(changed, as_kind)))

    assert with_values(values) == DIGEST
    for position in range(len(values)):
        other = list(values)
        other[position] = next((v for v in values if repr(v) != repr(values[position])), None)
        if repr(other) != repr(values):
            assert with_values(other) != DIGEST
    if name != "nothing":
        assert with_values([None] * 5) != DIGEST
        assert with_values([None] * 5, pa.null()) != DIGEST


def test_the_digest_notices_names_order_and_types() -> None:
    changed = [
        TABLE.rename_columns(["Text", *TABLE.column_names[1:]]),
        TABLE.select([*TABLE.column_names[1:], TABLE.column_names[0]]),
        TABLE.drop_columns(["nothing"]),
        TABLE.slice(1),
        TABLE.take([1, 0, 2, 3, 4]),
        TABLE.set_column(2, "small integers", TABLE.column(2).cast(pa.int16())),
        TABLE.set_column(5, "moments", TABLE.column(5).cast(pa.timestamp("ns"))),
        TABLE.set_column(6, "zoned", TABLE.column(6).cast(NEW_YORK)),
        TABLE.set_column(6, "zoned", TABLE.column(6).cast(pa.timestamp("us"))),
    ]
    digests = {digest_of_table(table) for table in changed}
    assert len(digests) == len(changed)
    assert DIGEST not in digests


def test_tables_without_rows_or_columns_have_digests_of_their_own() -> None:
    tables = [pa.table({}), pa.table({"a": pa.array([], pa.int64())}), TABLE.slice(0, 0)]
    assert len({digest_of_table(table) for table in tables}) == len(tables)


@pytest.mark.parametrize("names", [["a.b", "a"], ["", "a"], ["a", "a\nb"]])
def test_a_file_with_odd_names_has_the_digest_of_its_table(names: list[str]) -> None:
    table = pa.table([pa.array([1]), pa.array(["x"])], names=names)
    assert _stored(table) == digest_of_table(table)
