"""A table whose columns have types already, as files that know types give it."""

from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from domain.parse_report import ColumnReading, Doubt, Finding, Repair
from domain.table import ColumnType
from infrastructure.tabular.shapes import logical_type


@dataclass(frozen=True, kw_only=True)
class TypedTable:
    """A table with plain types, and what is to be said of how it was read.

    The table may lie in the scratch directory that its reader was given: it is to be written
    before that goes.
    """

    table: pl.LazyFrame | pa.Table
    rows: int
    columns: tuple[ColumnReading, ...]
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def reading_of(
    name: str, kind: pa.DataType, *, rows: int, missing: int, words: tuple[str, ...] = ()
) -> ColumnReading:
    """What is said of a column of Arrow's type `kind`."""
    return ColumnReading(
        name=name,
        type=column_type(kind),
        values=rows - missing,
        missing=missing,
        missing_words=words,
    )


def column_type(kind: pa.DataType) -> ColumnType:
    """The logical type of what Arrow calls `kind`."""
    if pa.types.is_dictionary(kind):
        return column_type(kind.value_type)
    try:
        empty = pl.Series(pa.array([], kind))
    except (pl.exceptions.PolarsError, pa.ArrowException, NotImplementedError):
        return ColumnType.OTHER
    return logical_type(empty.dtype)
