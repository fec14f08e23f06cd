"""The shape of a snapshot: logical types, nulls, distinct values, repeated rows."""

import polars as pl

from domain.table import Column, ColumnType, TableShape


def shape_of(frame: pl.DataFrame) -> TableShape:
    """The schema and counts of a table."""
    return TableShape(
        rows=frame.height,
        columns=tuple(column_of(series) for series in frame.get_columns()),
        duplicate_rows=duplicate_rows(frame),
    )


def column_of(series: pl.Series) -> Column:
    """Name, logical type, nulls and distinct values (nulls do not count) of a column."""
    nulls = series.null_count()
    return Column(
        name=series.name,
        type=logical_type(series.dtype),
        nulls=nulls,
        distinct=series.n_unique() - (1 if nulls else 0),
    )


def duplicate_rows(frame: pl.DataFrame) -> int:
    """How many rows repeat an earlier one, as pandas' ``duplicated`` counts them."""
    return 0 if frame.width == 0 else frame.height - frame.n_unique()


def logical_type(dtype: pl.DataType) -> ColumnType:
    """What a column is to the domain."""
    if dtype.is_integer():
        return ColumnType.INTEGER
    if dtype.is_float() or dtype.is_decimal():
        return ColumnType.NUMBER
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Null):
        return ColumnType.TEXT
    if isinstance(dtype, pl.Boolean):
        return ColumnType.BOOLEAN
    if isinstance(dtype, pl.Datetime | pl.Date):
        return ColumnType.DATETIME
    return ColumnType.OTHER
