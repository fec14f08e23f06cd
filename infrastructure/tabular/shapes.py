"""What a column is to the domain: its logical type, nulls and distinct values."""

import polars as pl

from domain.table import Column, ColumnType


def column_of(series: pl.Series) -> Column:
    """Name, logical type, nulls and distinct values (nulls do not count) of a column."""
    nulls = series.null_count()
    return Column(
        name=series.name,
        type=logical_type(series.dtype),
        nulls=nulls,
        distinct=series.n_unique() - (1 if nulls else 0),
    )


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
