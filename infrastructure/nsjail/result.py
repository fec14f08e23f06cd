"""Deciding whether the bytes that a jail left are a table that we accept."""

import io
import os
import threading
from collections.abc import Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from infrastructure.nsjail.limits import JailLimits
from infrastructure.tabular.plain_types import plain_type, require_range

_ROWS_PER_GROUP: Final = 1 << 20  # what the runner's writer does
_LONGEST_FOOTER_STRING: Final = 100 << 20
_LONGEST_FOOTER_LIST: Final = 200_000
_ROWS_FOR_THREADS: Final = 50_000
_ROWS: Final = pa.schema({"row": pa.int64()})


class NotATable(Exception):
    """The bytes are no table that the runner could have written."""


class TableTooLarge(Exception):
    """The file, or what it decodes to, is larger than allowed."""


def carried_rows(descriptor: int, limits: JailLimits, before: int, after: int) -> pa.Table | None:
    """Which of `before` rows each of `after` rows is, if the open file says so as agreed."""
    try:
        check_result(descriptor, limits)
        with _reopened(descriptor) as file:
            parquet = _open(file)
            if parquet.schema_arrow != _ROWS or parquet.metadata.num_rows != after:
                return None
            table = parquet.read(use_threads=False)
    except (NotATable, TableTooLarge):
        return None
    numbers = table.column("row").drop_null().to_numpy()
    if not len(numbers):
        return table
    if numbers.min() < 0 or numbers.max() >= before:
        return None
    is_named = np.zeros(before, bool)
    is_named[numbers] = True
    return table if np.count_nonzero(is_named) == len(numbers) else None


class _Budget:
    """Bytes that the table may still decode to."""

    def __init__(self, left: int) -> None:
        self._left = left
        self._lock = threading.Lock()

    def spend(self, amount: int) -> None:
        with self._lock:
            self._left -= amount
            if self._left < 0:
                raise TableTooLarge


def check_result(
    descriptor: int, limits: JailLimits, given: pq.FileMetaData | None = None
) -> tuple[int, int]:
    """How many rows and columns the Parquet table in the open file has.

    Raises NotATable or TableTooLarge unless it is acceptable.

    With `given`, a column of nulls may stand for that table's of its name. A jail that says so of
    another column lies, but says no more than it could have written. What is in such a column is
    never read, neither here nor by anybody else.

    Every other page is decoded once, by each thread one column of one row group at a time and text
    by dictionary, so that a small file that unfolds to a huge table is found out without unfolding
    it.
    """
    size = os.fstat(descriptor).st_size
    if size > limits.result_bytes:
        raise TableTooLarge
    if size == 0:
        raise NotATable
    try:
        return _check(descriptor, limits, given)
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise NotATable from error


def _described(descriptor: int) -> tuple[pa.Schema, pq.FileMetaData]:
    """What the file says of itself."""
    with _reopened(descriptor) as file:
        try:
            parquet = _open(file)
            return parquet.schema_arrow, parquet.metadata
        except Exception as error:  # types of other libraries may have readers that raise anything
            raise NotATable from error


def _check(descriptor: int, limits: JailLimits, given: pq.FileMetaData | None) -> tuple[int, int]:
    schema, metadata = _described(descriptor)
    if len(schema) > limits.columns:
        raise TableTooLarge
    names = schema.names
    if len(set(names)) != len(names) or any("\0" in name for name in names):
        raise NotATable
    left_out = frozenset[str]()
    if given is not None and given.num_rows == metadata.num_rows:
        left_out = frozenset(given.schema.to_arrow_schema().names)
    if not all(_acceptable(each, left_out) for each in schema):
        raise NotATable
    rows, groups = metadata.num_rows, metadata.num_row_groups
    if (rows and not names) or groups > rows // _ROWS_PER_GROUP + 1:
        raise NotATable
    for group in range(groups):
        _check_claims(metadata.row_group(group), limits.table_bytes)
    written = [field.name for field in schema if not pa.types.is_null(field.type)]
    parts = [(group, name) for group in range(groups) for name in written]
    text = [field.name for field in schema if _is_text(field.type)]
    budget = _Budget(limits.table_bytes)
    threads = min(len(parts), os.cpu_count() or 1) if rows > _ROWS_FOR_THREADS else 1
    if threads <= 1:
        _check_parts(descriptor, parts, text, budget)
        return rows, len(names)
    with ThreadPoolExecutor(threads) as pool:
        checks = [
            pool.submit(_check_parts, descriptor, parts[place::threads], text, budget)
            for place in range(threads)
        ]
    for check in checks:
        check.result()
    return rows, len(names)


def _check_parts(
    descriptor: int, parts: Sequence[tuple[int, str]], text: Sequence[str], budget: _Budget
) -> None:
    """Check these columns of row groups."""
    with _reopened(descriptor) as file:
        parquet = _open(file, read_dictionary=text)
        for group, name in parts:
            _check_column(parquet, group, name, budget)


def _reopened(descriptor: int) -> io.FileIO:
    """The open file once more, with a position of its own."""
    return io.FileIO(f"/proc/self/fd/{descriptor}")


def _open(file: io.FileIO, read_dictionary: Sequence[str] = ()) -> pq.ParquetFile:
    return pq.ParquetFile(
        file,
        read_dictionary=list(read_dictionary),
        memory_map=False,
        pre_buffer=False,
        thrift_string_size_limit=_LONGEST_FOOTER_STRING,
        thrift_container_size_limit=_LONGEST_FOOTER_LIST,
    )


def _check_claims(group: pq.RowGroupMetaData, bytes_left: int) -> None:
    """Refuse what even the file's own description makes too large to decode."""
    if not 0 <= group.num_rows <= _ROWS_PER_GROUP:
        raise NotATable
    for place in range(group.num_columns):
        column = group.column(place)
        if max(column.total_uncompressed_size, column.num_values) > bytes_left:
            raise TableTooLarge


def _check_column(parquet: pq.ParquetFile, group: int, name: str, budget: _Budget) -> None:
    # By its name: a member "b" of a column "a" comes along with a column "a.b".
    column = parquet.read_row_group(group, columns=[name], use_threads=False).column(name)
    if len(column) != parquet.metadata.row_group(group).num_rows:
        raise NotATable
    column.validate(full=True)
    for chunk in column.chunks:
        budget.spend(_dense_bytes(chunk))
        require_range(chunk)


def _dense_bytes(chunk: pa.Array) -> int:
    """Bytes that `chunk` takes once its dictionary, if any, is unfolded."""
    if not pa.types.is_dictionary(chunk.type) or not _is_text(chunk.type.value_type):
        return max(int(chunk.nbytes), len(chunk))  # a byte for what Arrow has in bits or not at all
    lengths = pc.binary_length(chunk.dictionary).cast(pa.int64())
    return int(pc.sum(lengths.take(chunk.indices)).as_py() or 0) + 8 * len(chunk)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _acceptable(field: pa.Field, left_out: Set[str]) -> bool:
    """Whether it is of a type that a snapshot may hold, as the runner leaves no other but nulls,
    for what is left out.
    """
    kind = field.type
    if isinstance(kind, pa.BaseExtensionType):
        return False
    if pa.types.is_null(kind):
        return field.name in left_out
    try:
        return bool(pa.types.is_string(kind) or plain_type(kind) == kind)
    except pa.ArrowInvalid:
        return False
