"""A table whose columns have types already, as files that know types give it."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from domain.dataset import Interpretation
from domain.parse_report import ColumnReading, Doubt, Finding, Repair
from domain.table import ColumnType
from infrastructure.tabular.column_types import decide
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


def typed_table(
    frame: pl.DataFrame,
    interpretation: Interpretation,
    *,
    words: Mapping[str, Collection[str]] | None = None,
    findings: tuple[Finding, ...] = (),
    repairs: tuple[Repair, ...] = (),
    doubts: tuple[Doubt, ...] = (),
) -> TypedTable:
    """The frame as a table; columns that were given another type are read anew from their text.

    `words` are those that were taken for missing values, by column.
    """
    wanted = [
        column.name
        for column in frame.get_columns()
        if interpretation.types.get(column.name, logical_type(column.dtype))
        != logical_type(column.dtype)
    ]
    text = frame.select(_as_text(frame[name]) for name in wanted).lazy()
    decided = decide(text, interpretation)
    frame = frame.with_columns(decided.typed(text).collect().get_columns())
    anew = {reading.name: reading for reading in decided.columns}
    readings = tuple(
        anew.get(column.name)
        or ColumnReading(
            name=column.name,
            type=logical_type(column.dtype),
            values=len(column) - column.null_count(),
            missing=column.null_count(),
            missing_words=tuple((words or {}).get(column.name, ())),
        )
        for column in frame.get_columns()
    )
    return TypedTable(
        table=frame.lazy(),
        rows=frame.height,
        columns=readings,
        findings=findings,
        repairs=repairs,
        doubts=(*doubts, *decided.doubts),
    )


def _as_text(column: pl.Series) -> pl.Series:
    """What a person would write for each value."""
    if isinstance(column.dtype, pl.Datetime):
        days = (column.dt.time() == dt.time()).all()
        return column.dt.strftime("%Y-%m-%d" if days else "%Y-%m-%d %H:%M:%S%.f")
    return column.cast(pl.String)


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
