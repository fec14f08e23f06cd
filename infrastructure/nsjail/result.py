"""Deciding whether the bytes that a jail left are a table that we accept."""

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from infrastructure.nsjail.limits import JailLimits
from infrastructure.tabular.plain_types import plain_type, require_range

_ROWS_PER_GROUP: Final = 1 << 20  # what the runner's writer does
_LONGEST_FOOTER_STRING: Final = 100 << 20
_LONGEST_FOOTER_LIST: Final = 200_000
_ROWS: Final = pa.schema({"row": pa.int64()})


class NotATable(Exception):
    """The bytes are no table that the runner could have written."""


class TableTooLarge(Exception):
    """The file, or what it decodes to, is larger than allowed."""


def carried_rows(descriptor: int, limits: JailLimits, before: int, after: int) -> pa.Table | None:
    """Which of `before` rows each of `after` rows is, if the open file says so as agreed."""
    try:
        check_result(descriptor, limits)
        with io.FileIO(descriptor, closefd=False) as file:
            file.seek(0)
            table = pq.read_table(file, use_threads=False)
    except (NotATable, TableTooLarge):
        return None
    if table.schema != _ROWS or table.num_rows != after:
        return None
    numbers = table.column("row").drop_null()
    extremes = pc.min_max(numbers)
    within = not len(numbers) or (extremes["min"].as_py() >= 0 and extremes["max"].as_py() < before)
    return table if within and pc.count_distinct(numbers).as_py() == len(numbers) else None


@dataclass
class _Budget:
    """Bytes that the table may still decode to."""

    left: int

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise TableTooLarge


def check_result(descriptor: int, limits: JailLimits) -> None:
    """Raise NotATable or TableTooLarge unless the open file holds an acceptable Parquet table.

    Every page is decoded once, one column of one row group at a time and text by dictionary, so
    that a small file that unfolds to a huge table is found out without unfolding it.
    """
    size = os.fstat(descriptor).st_size
    if size > limits.result_bytes:
        raise TableTooLarge
    if size == 0:
        raise NotATable
    with io.FileIO(descriptor, closefd=False) as file:
        try:
            _check(file, limits)
        except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
            raise NotATable from error


def _check(file: io.FileIO, limits: JailLimits) -> None:
    schema = _open(file).schema_arrow
    if len(schema) > limits.columns:
        raise TableTooLarge
    names = schema.names
    if len(set(names)) != len(names) or any("\0" in name for name in names):
        raise NotATable
    if not all(_acceptable(kind) for kind in schema.types):
        raise NotATable
    text = [field.name for field in schema if _is_text(field.type)]
    parquet = _open(file, read_dictionary=text)
    rows = parquet.metadata.num_rows
    if (rows and not names) or parquet.num_row_groups > rows // _ROWS_PER_GROUP + 1:
        raise NotATable
    budget = _Budget(limits.table_bytes)
    for group in range(parquet.num_row_groups):
        _check_claims(parquet.metadata.row_group(group), budget.left)
        for name in names:
            _check_column(parquet, group, name, budget)


def _open(file: io.FileIO, read_dictionary: Sequence[str] = ()) -> pq.ParquetFile:
    file.seek(0)
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
    column = parquet.read_row_group(group, columns=[name], use_threads=False).column(0)
    if len(column) != parquet.metadata.row_group(group).num_rows:
        raise NotATable
    column.validate(full=True)
    for chunk in column.chunks:
        budget.spend(_dense_bytes(chunk))
        require_range(chunk)


def _dense_bytes(chunk: pa.Array) -> int:
    """Bytes that `chunk` takes once its dictionary, if any, is unfolded."""
    if not pa.types.is_dictionary(chunk.type) or not _is_text(chunk.type.value_type):
        return int(chunk.nbytes)
    lengths = pc.binary_length(chunk.dictionary).cast(pa.int64())
    return int(pc.sum(lengths.take(chunk.indices)).as_py() or 0) + 8 * len(chunk)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _acceptable(kind: pa.DataType) -> bool:
    """Whether it is a type that a snapshot may hold, as the runner leaves no other."""
    if isinstance(kind, pa.BaseExtensionType):
        return False
    try:
        return bool(pa.types.is_string(kind) or plain_type(kind) == kind)
    except pa.ArrowInvalid:
        return False
