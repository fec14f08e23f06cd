"""Parquet and Arrow files: every value comes through, with types that a snapshot can have."""

import datetime as dt
import io
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption
import pytest

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions
from domain.table import ColumnType
from infrastructure.tabular.documents import arrow_batches, arrow_files
from infrastructure.tabular.documents.arrow_files import inspect_arrow, read_arrow
from infrastructure.tabular.file_kinds import identify
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.typed_tables import TypedTable


def _read(directory: Path, content: bytes) -> TypedTable:
    source, scratch = directory / "upload", directory / "scratch"
    source.write_bytes(content)
    scratch.mkdir()
    options = inspect_arrow(source, identify(source, "upload"), GivenOptions())
    return read_arrow(source, options, scratch)


def parquet(table: pa.Table, **options: Any) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content, **options)
    return content.getvalue()


def ipc_file(table: pa.Table) -> bytes:
    content = io.BytesIO()
    with pa.ipc.new_file(content, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return content.getvalue()


def ipc_stream(table: pa.Table) -> bytes:
    content = io.BytesIO()
    with pa.ipc.new_stream(content, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return content.getvalue()


def feather_file(table: pa.Table) -> bytes:
    content = io.BytesIO()
    feather.write_feather(table, content)
    return content.getvalue()


WRITERS = {"parquet": parquet, "file": ipc_file, "stream": ipc_stream, "feather": feather_file}
TABLE = pa.table(
    {
        "n": pa.array([1, None, 3], pa.int32()),
        "t": pa.array(["00123", "", None]),
        "x": [1.5, float("nan"), None],
        "day": pa.array([dt.date(2021, 3, 4), None, None]),
        "label": pa.array(["a", "b", "a"]).dictionary_encode(),
        "list": [[1, 2], None, []],
    }
)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_of_columns_is_read_with_plain_types(tmp_path: Path, kind: str) -> None:
    read = _read(tmp_path, WRITERS[kind](TABLE))
    assert read.rows == 3
    assert isinstance(read.table, pa.Table)
    assert read.table.to_pydict() == {
        "n": [1, None, 3],
        "t": ["00123", "", None],
        "x": [1.5, None, None],
        "day": [dt.datetime(2021, 3, 4), None, None],  # noqa: DTZ001 it has no zone
        "label": ["a", "b", "a"],
        "list": [[1, 2], None, []],
    }
    assert read.table.schema.types[:5] == [
        *(pa.int64(), pa.large_string(), pa.float64(), pa.timestamp("us"), pa.large_string()),
    ]
    assert [(c.name, c.type, c.values, c.missing) for c in read.columns] == [
        ("n", ColumnType.INTEGER, 2, 1),
        ("t", ColumnType.TEXT, 2, 1),
        ("x", ColumnType.NUMBER, 1, 2),
        ("day", ColumnType.DATETIME, 1, 2),
        ("label", ColumnType.TEXT, 3, 0),
        ("list", ColumnType.OTHER, 2, 1),
    ]
    words = {column.name: column.missing_words for column in read.columns}
    assert {name: found for name, found in words.items() if found} == {"x": ("NaN",)}


LATE: dict[str, tuple[pa.Array, pa.DataType]] = {
    "an integer beyond 63 bits": (pa.array([1, 2, 3, 2**64 - 1], pa.uint64()), pa.uint64()),
    "a decimal that no float holds": (
        pa.array([Decimal("0.50"), None, None, Decimal("12345678901234567.89")]),
        pa.decimal128(19, 2),
    ),
    "a decimal of 256 bits": (
        pa.array([Decimal(1), Decimal(2), None, Decimal(10**40)], pa.decimal256(50, 1)),
        pa.large_string(),
    ),
    "nanoseconds": (pa.array([1000, 2000, None, 1], pa.timestamp("ns")), pa.timestamp("ns")),
}


@pytest.mark.parametrize("case", LATE)
@pytest.mark.parametrize("kind", ["parquet", "file"])
def test_a_late_value_decides_for_all_of_its_column(tmp_path: Path, case: str, kind: str) -> None:
    column, plain = LATE[case]
    table = pa.table({"a": column, "b": range(4)})
    content = parquet(table, row_group_size=1) if kind == "parquet" else ipc_file(table)
    read = _read(tmp_path, content).table
    assert isinstance(read, pa.Table)
    assert read.schema.field("a").type == plain
    assert read["a"].cast(pa.large_string()).to_pylist() == [
        value.as_py() and value.cast(pa.large_string()).as_py() for value in column
    ]


_CENTS = [Decimal(cents).scaleb(-2) for cents in range(-20_000, 20_000)]


@pytest.mark.parametrize("kind", [pa.decimal128(9, 2), pa.decimal256(40, 2), pa.decimal64(9, 2)])
def test_a_decimal_becomes_the_number_that_is_written_alike(
    tmp_path: Path, kind: pa.DataType
) -> None:
    read = _read(tmp_path, parquet(pa.table({"a": pa.array(_CENTS, kind)})))
    assert isinstance(read.table, pa.Table)
    assert read.table["a"].to_pylist() == [float(cents) for cents in _CENTS]


@pytest.mark.parametrize("kind", [pl.Categorical(), pl.Enum(["b", "a"])], ids=str)
def test_categories_of_polars_are_read_as_their_text(tmp_path: Path, kind: pl.DataType) -> None:
    content = io.BytesIO()
    labels = pl.Series("a", ["a", None, "b", "a"], kind)
    pl.DataFrame([labels]).write_ipc(content)
    read = _read(tmp_path, content.getvalue()).table
    assert isinstance(read, pa.Table)
    assert read["a"].to_pylist() == ["a", None, "b", "a"]


_UUID = UUID("8d5e957f-0000-4000-8000-1f58ca3e1c1d")
ODD: dict[str, tuple[pa.Array, list[Any]]] = {
    "runs": (pa.RunEndEncodedArray.from_arrays([2, 3], ["x", None]), ["x", "x", None]),
    "labels that repeat": (
        pa.DictionaryArray.from_arrays([0, 1, 2], pa.array(["x", "x", None])),
        ["x", "x", None],
    ),
    "decimals of hundreds": (pa.array([Decimal("1.2E+3")], pa.decimal128(5, -2)), [1200.0]),
    "lists of no length": (pa.array([[], None], pa.list_(pa.int64(), 0)), [[], None]),
    "UUIDs": (pa.array([_UUID.bytes, None], pa.uuid()), [str(_UUID), None]),
    "labels in lists": (
        pa.ListArray.from_arrays([0, 2, 2], pa.array(["x", "y"]).dictionary_encode()),
        [["x", "y"], []],
    ),
    "truths in bytes": (
        pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8())),
        [True, False, None],
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_types_that_a_snapshot_lacks_give_their_values(tmp_path: Path, case: str) -> None:
    array, expected = ODD[case]
    source, snapshot = tmp_path / "upload", tmp_path / "table.parquet"
    source.write_bytes(ipc_stream(pa.table({"a": array})))
    tables = FileTables()
    tables.read(source, tables.inspect(source, "a.arrow"), snapshot)
    assert pl.read_parquet(snapshot)["a"].to_list() == expected


@pytest.mark.parametrize(
    "array",
    [
        pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
        pa.array([{}], pa.struct([])),
        pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]),
        pa.array([2**40], pa.timestamp("s")),
        # As Polars writes categories in lists.
        pa.ListArray.from_arrays(
            [0, 1], pa.DictionaryArray.from_arrays([0], pa.array(["x"], pa.string_view()))
        ),
    ],
    ids=str,
)
def test_a_column_that_no_snapshot_can_hold_is_named_and_refused(
    tmp_path: Path, array: pa.Array
) -> None:
    with pytest.raises(UnreadableTable, match="The column 'odd' of the file holds") as refused:
        _read(tmp_path, ipc_file(pa.table({"n": [1], "odd": array})))
    assert refused.value.reason == "unsupported_values"


def test_an_early_part_decides_nothing_for_later_ones(tmp_path: Path) -> None:
    column = pa.array([2**64 - 1, 1, 2, 3], pa.uint64())
    read = _read(tmp_path, parquet(pa.table({"a": column}), row_group_size=1)).table
    assert isinstance(read, pa.Table)
    assert read["a"].to_pylist() == [2**64 - 1, 1, 2, 3]


def test_repeated_and_missing_names_are_made_unique_and_it_is_said(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], ["a", "a", ""])
    read = _read(tmp_path, ipc_file(table))
    assert [column.name for column in read.columns] == ["a", "a_2", "column_3"]
    assert [repair.kind for repair in read.repairs] == ["missing_name", "repeated_name"]


@pytest.mark.parametrize("writer", [parquet, ipc_stream])
def test_that_months_of_pandas_are_read_as_what_stores_them_is_said(
    tmp_path: Path, writer: Callable[[pa.Table], bytes]
) -> None:
    months = pd.DataFrame({"n": [1], "month": pd.period_range("2024-01", periods=1, freq="M")})
    read = _read(tmp_path, writer(pa.Table.from_pandas(months)))
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("stored_values", ("month",))]


def test_that_spans_of_months_in_parquet_are_read_as_their_bytes_is_said(tmp_path: Path) -> None:
    path = tmp_path / "spans.parquet"
    duckdb.sql(f"COPY (SELECT INTERVAL 1 MONTH AS span) TO '{path}' (FORMAT parquet)")
    read = _read(tmp_path, path.read_bytes())
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("stored_values", ("span",))]


def test_integers_of_more_than_64_bits_are_spoken_of(tmp_path: Path) -> None:
    content = io.BytesIO()
    pl.DataFrame({"n": pl.Series([2**100], dtype=pl.Int128)}).write_parquet(content)
    with pytest.raises(UnreadableTable, match="more than 64 bits") as refused:
        _read(tmp_path, content.getvalue())
    assert refused.value.reason == "unsupported_values"


@pytest.mark.parametrize("kind", ["parquet", "ipc_file"])
def test_texts_that_are_no_utf8_are_read_and_counted(tmp_path: Path, kind: str) -> None:
    held = pa.array([b"caf\xe9", "café".encode(), None, b"\x81"])
    table = pa.table({"n": [1, 2, 3, 4], "text": held.view(pa.string())})
    read = _read(tmp_path, {"parquet": parquet, "ipc_file": ipc_file}[kind](table))
    assert isinstance(read.table, pa.Table)
    assert read.table["text"].to_pylist() == ["café", "café", None, "\ufffd"]
    assert [(repair.kind, repair.rows) for repair in read.repairs] == [("mixed_encoding", 2)]


_NO_UTF8 = pa.array([b"caf\xe9 au lait, please", b"tea", None]).view(pa.string())
_ONE_EACH = pa.array([0, 1, 2, 3], pa.int32())
NESTED: dict[str, tuple[pa.Array, Any]] = {
    "struct": (pa.StructArray.from_arrays([_NO_UTF8], ["x"]), {"x": "café au lait, please"}),
    "list": (pa.ListArray.from_arrays(_ONE_EACH, _NO_UTF8), ["café au lait, please"]),
    "view": (
        _NO_UTF8.view(pa.binary()).cast(pa.binary_view()).view(pa.string_view()),
        "café au lait, please",
    ),
    "labels": (
        pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), _NO_UTF8[:2]),
        "café au lait, please",
    ),
    "bytes beside": (
        pa.StructArray.from_arrays([_NO_UTF8, _NO_UTF8.view(pa.binary())], ["x", "y"]),
        {"x": "café au lait, please", "y": b"caf\xe9 au lait, please"},
    ),
}


@pytest.mark.parametrize("case", NESTED)
def test_texts_in_other_values_that_are_no_utf8_are_read_and_counted(
    tmp_path: Path, case: str
) -> None:
    column, first = NESTED[case]
    read = _read(tmp_path, ipc_file(pa.table({"n": [1, 2, 3], "text": column})))
    assert isinstance(read.table, pa.Table)
    assert read.table["text"].to_pylist()[0] == first
    assert [(repair.kind, repair.rows) for repair in read.repairs] == [("mixed_encoding", 1)]


def test_an_encrypted_column_is_told_from_damage(tmp_path: Path) -> None:
    keys = encryption.create_encryption_properties(footer_key=bytes(16), plaintext_footer=True)
    content = parquet(pa.table({"n": [1]}), encryption_properties=keys)
    with pytest.raises(UnreadableTable, match="without encryption") as refused:
        _read(tmp_path, content)
    assert refused.value.reason == "encrypted"


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    read = _read(tmp_path, parquet(TABLE.slice(0, 0)))
    assert (read.rows, len(read.columns)) == (0, 6)


def test_many_rows_come_in_their_order(tmp_path: Path) -> None:
    count = 200_000
    frame = pl.DataFrame({"n": range(count)})
    content = io.BytesIO()
    frame.write_parquet(content, row_group_size=30_000)
    read = _read(tmp_path, content.getvalue()).table
    assert isinstance(read, pa.Table)
    assert read["n"].to_pylist() == list(range(count))


def _with_offsets_that_point_nowhere() -> bytes:
    offsets = pa.array([0, 3, 6], pa.int32()).buffers()[1]
    bad = pa.array([0, 3, 2**30], pa.int32()).buffers()[1]
    content = ipc_file(pa.table({"a": ["abc", "def"]}))
    assert content.count(offsets.to_pybytes()) == 1
    return content.replace(offsets.to_pybytes(), bad.to_pybytes())


DAMAGED: dict[str, bytes] = {
    "an Arrow file cut off": ipc_file(TABLE)[:-30],
    "an Arrow stream cut off": ipc_stream(TABLE)[:700],
    "Arrow with offsets that point nowhere": _with_offsets_that_point_nowhere(),
    "Arrow with a name that is no text": ipc_file(pa.table({"name": [1]})).replace(
        b"name", b"n\xffme"
    ),
    "Arrow with a nested name that is no text": ipc_file(pa.table({"a": [{"name": 1}]})).replace(
        b"name", b"n\xffme"
    ),
    "Parquet with wrong data": parquet(TABLE)[:4] + bytes(40) + parquet(TABLE)[44:],
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_refused(tmp_path: Path, case: str) -> None:
    with pytest.raises(UnreadableTable) as refused:
        _read(tmp_path, DAMAGED[case])
    assert refused.value.reason == "malformed"
    assert str(tmp_path) not in str(refused.value)


def test_a_file_without_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable) as refused:
        _read(tmp_path, ipc_file(pa.table({})))
    assert refused.value.reason == "empty"


def test_the_kind_of_a_file_of_columns_is_told_by_its_content(tmp_path: Path) -> None:
    kinds = {}
    for name, writer in WRITERS.items():
        (tmp_path / name).write_bytes(writer(TABLE))
        kinds[name] = identify(tmp_path / name, "table.csv")
    assert kinds == {
        "parquet": FileKind.PARQUET,
        "file": FileKind.ARROW,
        "stream": FileKind.ARROW,
        "feather": FileKind.ARROW,
    }


def test_a_small_file_of_endless_rows_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    source, scratch = tmp_path / "upload", tmp_path / "scratch"
    pq.write_table(pa.table({"a": ["x" * 100] * 100_000}), source)
    scratch.mkdir()
    options = inspect_arrow(source, FileKind.PARQUET, GivenOptions())
    assert source.stat().st_size < 10_000
    with pytest.raises(UnreadableTable, match="more than 1,000,000 bytes") as refused:
        read_arrow(source, options, scratch, limit=1_000_000)
    assert refused.value.reason == "too_large"
    assert not list(scratch.iterdir())


def test_a_column_that_is_packed_beyond_measure_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow_batches, "_LARGEST_PIECE", 2**20)
    cells = pa.table({"a": ["x" * 2**10] * 4096})
    content = parquet(cells, use_dictionary=False, compression="zstd", data_page_size=2**30)
    with pytest.raises(UnreadableTable, match="row groups of fewer rows") as refused:
        _read(tmp_path, content)
    assert refused.value.reason == "too_large"


def test_values_that_open_beyond_measure_stop_a_process_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow_files, "_MEMORY_BYTES", 2**29)
    zeros = pa.Array.from_buffers(pa.int8(), 10**8, [None, pa.py_buffer(bytes(10**8))])
    packed = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(packed, pa.schema([("a", pa.int8())]), options=options) as writer:
        writer.write_batch(pa.record_batch([zeros], names=["a"]))
    assert len(packed.getvalue()) < 10_000
    with pytest.raises(UnreadableTable, match="more memory at once") as refused:
        _read(tmp_path, packed.getvalue())
    assert refused.value.reason == "too_large"


def test_a_file_that_ends_its_reader_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow_files, "_MODULE", "this.module.is.missing")
    with pytest.raises(UnreadableTable, match="its reader stopped"):
        _read(tmp_path, parquet(pa.table({"a": [1]})))


def test_what_cannot_be_written_is_no_fault_of_the_file(tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(parquet(pa.table({"a": [1]})))
    options = inspect_arrow(source, FileKind.PARQUET, GivenOptions())
    with pytest.raises(FileNotFoundError):
        read_arrow(source, options, tmp_path / "gone")


_READ_AMID_CTRL_C = """
import os, signal, sys, threading, time
from pathlib import Path
from domain.dataset import FileKind, ParseOptions
from infrastructure.tabular.reading import read_file

signal.signal(signal.SIGINT, lambda *_: None)

def press():
    while True:
        os.killpg(0, signal.SIGINT)
        time.sleep(0.05)

threading.Thread(target=press, daemon=True).start()
source = Path(sys.argv[1])
options = ParseOptions(kind=FileKind.PARQUET)
assert read_file(source, options, source.with_suffix(".read"), source.name).rows == 3
"""


def test_a_worker_that_ends_at_ctrl_c_still_reads_the_file_in_hand(tmp_path: Path) -> None:
    source = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [1, 2, 3]}), source)
    subprocess.run(
        [sys.executable, "-c", _READ_AMID_CTRL_C, str(source)], check=True, start_new_session=True
    )
