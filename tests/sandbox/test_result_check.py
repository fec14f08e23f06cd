"""Bytes that a jail left are a table only if they can be read back whole and within bounds."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.result import NotATable, TableTooLarge, check_result

Check = Callable[[], None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "result.parquet"


@pytest.fixture
def check(file: Path, limits: JailLimits) -> Check:
    def run() -> None:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            check_result(descriptor, limits)
        finally:
            os.close(descriptor)

    return run


def test_a_table_is_accepted(file: Path, check: Check) -> None:
    pq.write_table(pa.table({"a": [1, None], "b": ["x", None], "c": [[1], []]}), file)
    check()


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" * 100, b"x" * 100_000, bytes(1000)])
def test_bytes_that_are_no_table_are_refused(content: bytes, file: Path, check: Check) -> None:
    file.write_bytes(content)
    with pytest.raises(NotATable):
        check()


def test_a_table_with_any_damage_is_refused_or_still_a_table(file: Path, check: Check) -> None:
    """No damage may end in another exception, a crash or a hang."""
    pq.write_table(pa.table({"a": list(range(500)), "b": [f"v{n}" for n in range(500)]}), file)
    whole = file.read_bytes()
    refused = 0
    generator = np.random.default_rng(0)
    for _ in range(400):
        damaged = bytearray(whole)
        for place in generator.integers(0, len(whole), size=3):
            damaged[place] ^= int(generator.integers(1, 256))
        file.write_bytes(damaged)
        try:
            check()
        except (NotATable, TableTooLarge):
            refused += 1
    assert refused > 50


def test_a_small_file_that_unfolds_to_a_huge_table_is_refused(file: Path, check: Check) -> None:
    one_long_text = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(1_000_000, "int32")), pa.array(["x" * 10_000])
    )
    pq.write_table(pa.table({"a": one_long_text}), file, compression="zstd")
    assert file.stat().st_size < 100_000
    with pytest.raises(TableTooLarge):
        check()


def test_many_equal_rows_are_counted_as_what_they_decode_to(file: Path, check: Check) -> None:
    pq.write_table(pa.table({"a": np.zeros(30_000_000, "int64")}), file)
    assert file.stat().st_size < 1_000_000
    with pytest.raises(TableTooLarge):
        check()


NO_TEXT = pa.Array.from_buffers(
    pa.string(),
    1,
    [None, pa.py_buffer(np.array([0, 2], "int32")), pa.py_buffer(b"\xff\xfe")],
)


@pytest.mark.parametrize(
    "table",
    [pa.table({"a": NO_TEXT}), pa.table({"a": [{"b": 1}], "a.b": NO_TEXT})],
    ids=["alone", "behind a member of its name"],
)
def test_text_that_is_not_utf8_is_refused(table: pa.Table, file: Path, check: Check) -> None:
    pq.write_table(table, file)
    with pytest.raises(NotATable):
        check()


REFUSED_SCHEMAS = {
    "two columns of one name": pa.table([[1], [2]], names=["a", "a"]),
    "a name with a null byte": pa.table({"a\0b": [1]}),
    "an extension type": pa.table(
        {"a": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"x" * 16], pa.binary(16)))}
    ),
    "a time zone that does not exist": pa.table(
        {"a": pa.array([0], pa.timestamp("us", "No/Where"))}
    ),
    "a zone that no calendar knows": pa.table({"a": pa.array([0], pa.timestamp("us", "+05:30"))}),
    "such a zone inside a list": pa.table(
        {"a": pa.array([[0]], pa.list_(pa.timestamp("us", "+05:30")))}
    ),
    "a moment after the year 9999": pa.table({"a": pa.array([2**62], pa.timestamp("us"))}),
    "such a moment inside a struct": pa.table(
        {"a": pa.array([{"b": 2**62}], pa.struct([("b", pa.timestamp("us"))]))}
    ),
    "a duration that Python cannot hold": pa.table({"a": pa.array([2**62], pa.duration("s"))}),
    "a view of lists": pa.table({"a": pa.array([[1]], pa.list_view(pa.int64()))}),
    "a decimal of 50 digits": pa.table({"a": pa.array([None], pa.decimal256(50, 2))}),
    "a map": pa.table({"a": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64()))}),
}


@pytest.mark.parametrize("name", REFUSED_SCHEMAS)
def test_a_table_that_the_runner_would_not_write_is_refused(
    name: str, file: Path, check: Check
) -> None:
    pq.write_table(REFUSED_SCHEMAS[name], file)
    with pytest.raises(NotATable):
        check()


@pytest.mark.parametrize("notes", [b"{}", b"[]", b"[" * 100_000, b"\xff", b'{"freq": []}'])
def test_a_type_whose_own_reader_fails_is_refused(notes: bytes, file: Path, check: Check) -> None:
    """The types that pandas registers read notes of theirs, and raise what they like."""
    register_extension_type_of_pandas()
    field = pa.field(
        "a",
        pa.int64(),
        metadata={
            b"ARROW:extension:name": b"pandas.period",
            b"ARROW:extension:metadata": notes,
        },
    )
    pq.write_table(pa.table([pa.array([1])], schema=pa.schema([field])), file)
    with pytest.raises(NotATable):
        check()


def register_extension_type_of_pandas() -> None:
    pa.array(pd.period_range("2020", periods=1, freq="D"))


def test_a_small_file_of_too_many_rows_is_refused(file: Path) -> None:
    """Arrow has eight truths in a byte, but what they are handed on to has not."""
    truths = pa.table({"a": np.zeros(1 << 20, "bool")})
    with pq.ParquetWriter(file, truths.schema) as writer:
        for _ in range(12):
            writer.write_table(truths)
    with open(file, "rb") as opened, pytest.raises(TableTooLarge):
        check_result(opened.fileno(), JailLimits(table_bytes=10 << 20))


def test_a_file_of_a_million_empty_row_groups_is_refused(file: Path, check: Check) -> None:
    schema = pa.schema([("a", pa.int64())])
    with pq.ParquetWriter(file, schema) as writer:
        for _ in range(2_000):
            writer.write_table(pa.table({"a": [1]}, schema=schema))
    with pytest.raises(NotATable):
        check()
