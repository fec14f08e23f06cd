"""Leaving out of a table the columns that are as they were. Runs in the jail."""

import pyarrow as pa
import pyarrow.parquet as pq


def without_unchanged(left: pa.Table, given: pa.NativeFile) -> pa.Table:
    """`left`, where a column of nulls stands for each that the Parquet file `given` has cell for
    cell, under its name. No table that we keep has a column of Arrow's type null.

    Cells are read again from the file: a snippet can write into those that it was handed.
    """
    before = pq.ParquetFile(given, pre_buffer=False)
    if before.metadata.num_rows != left.num_rows:
        return left
    types = {field.name: field.type for field in before.schema_arrow}
    for place, (name, column) in enumerate(zip(left.column_names, left.columns, strict=True)):
        comparable = types.get(name) == column.type and _is_plain(column.type)
        if comparable and _are_cells_of(before, name, column):
            left = left.set_column(place, name, pa.nulls(left.num_rows))
    return left


def _is_plain(kind: pa.DataType) -> bool:
    """Whether cells are all that there is to compare, and no fractions are inside of others."""
    return not pa.types.is_nested(kind) and not pa.types.is_dictionary(kind)


def _are_cells_of(before: pq.ParquetFile, name: str, column: pa.ChunkedArray) -> bool:
    start = 0
    for group in range(before.num_row_groups):
        table = before.read_row_group(group, columns=[name], use_threads=False)
        cells = table.column(name)
        same: bool = _as_bits(cells).equals(_as_bits(column.slice(start, len(cells))))
        if not same:
            return False
        start += len(cells)
    return True


def _as_bits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Fractions as whole numbers: -0.0 equals 0.0 and NaN equals nothing, but not their bits."""
    if not pa.types.is_floating(column.type):
        return column
    bits = {16: pa.int16(), 32: pa.int32(), 64: pa.int64()}[column.type.bit_width]
    return pa.chunked_array([chunk.view(bits) for chunk in column.chunks], bits)
