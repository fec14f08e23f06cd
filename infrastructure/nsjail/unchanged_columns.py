"""Leaving out of a table the columns that are as they were. Runs in the jail."""

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.parquet as pq

_CELLS_AT_ONCE = 262_144


def without_unchanged(left: pa.Table, given: pa.NativeFile) -> pa.Table:
    """`left`, where a column of nulls stands for each that the Parquet file `given` has cell for
    cell, under its name. No table that we keep has a column of Arrow's type null.

    Cells are read again from the file: a snippet can write into those that it was handed.
    """
    before = pq.ParquetFile(given, pre_buffer=False)
    if before.metadata.num_rows != left.num_rows:
        return left
    types = {field.name: field.type for field in before.schema_arrow}
    comparable = {
        field.name: left.column(place)
        for place, field in enumerate(left.schema)
        if types.get(field.name) == field.type and _is_plain(field.type)
    }
    same = _same_cells(before, comparable)
    columns = [
        pa.field(field.name, pa.null()) if field.name in same else field for field in left.schema
    ]
    schema = pa.schema(columns, left.schema.metadata)
    missing = pa.nulls(left.num_rows)
    return pa.Table.from_arrays(
        [
            missing if name in same else column
            for name, column in zip(left.column_names, left.columns, strict=True)
        ],
        schema=schema,
    )


def _is_plain(kind: pa.DataType) -> bool:
    """Whether cells are all that there is to compare, and no fractions are inside of others."""
    return not pa.types.is_nested(kind) and not pa.types.is_dictionary(kind)


def _same_cells(before: pq.ParquetFile, columns: Mapping[str, pa.ChunkedArray]) -> Collection[str]:
    """Which of the columns are cell for cell those of the file."""
    same, start = dict(columns), 0
    for group in range(before.num_row_groups):
        rows = before.metadata.row_group(group).num_rows
        # Each reading goes through all columns of the file, so that many are read by one.
        at_once = max(1, _CELLS_AT_ONCE // max(1, rows))
        names = list(same)
        for some in (names[place : place + at_once] for place in range(0, len(names), at_once)):
            table = before.read_row_group(group, columns=some, use_threads=False)
            for name in some:
                cells = _as_bits(same[name].slice(start, rows))
                if not _as_bits(table.column(name)).equals(cells):
                    del same[name]
        start += rows
    return same.keys()


def _as_bits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Fractions as whole numbers: -0.0 equals 0.0 and NaN equals nothing, but not their bits."""
    if not pa.types.is_floating(column.type):
        return column
    bits = {16: pa.int16(), 32: pa.int32(), 64: pa.int64()}[column.type.bit_width]
    return pa.chunked_array([chunk.view(bits) for chunk in column.chunks], bits)
