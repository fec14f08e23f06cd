"""A table whose columns have types already, as files that know types give it."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

from domain.dataset import Interpretation
from domain.parse_report import ColumnReading, Doubt, Finding, Repair
from domain.table import ColumnType
from infrastructure.tabular.shapes import logical_type
from infrastructure.tabular.types.column_types import decide
from infrastructure.tabular.types.numeric_dates import iso_readings

_Look = Callable[[pl.Expr], pl.Expr]
_LIKE_A_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, kw_only=True)
class TypedTable:
    """A table with plain types, and what is to be said of how it was read.

    The table may lie in the scratch directory that its reader was given, as a Parquet file or what
    one is made of: it is to be written before that goes.
    """

    table: Path | pl.LazyFrame | pa.Table
    rows: int
    columns: tuple[ColumnReading, ...]
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def typed_table(
    table: pl.LazyFrame,
    rows: int,
    interpretation: Interpretation,
    *,
    words: Mapping[str, Collection[str]] | None = None,
    findings: tuple[Finding, ...] = (),
    repairs: tuple[Repair, ...] = (),
    doubts: tuple[Doubt, ...] = (),
) -> TypedTable:
    """The table of `rows` rows; columns that were given another type are read from their text.

    `words` are those that were taken for missing values, by column.
    """
    types = {name: logical_type(dtype) for name, dtype in table.collect_schema().items()}
    wanted = [
        name for name, type_ in types.items() if interpretation.types.get(name, type_) != type_
    ]
    anew: dict[str, ColumnReading] = {}
    if wanted:
        frame = table.collect()
        text = frame.select(_as_text(frame[name]) for name in wanted).lazy()
        decided = decide(text, interpretation)
        table = frame.with_columns(decided.typed(text).collect().get_columns()).lazy()
        anew = {reading.name: reading for reading in decided.columns}
        doubts = (*doubts, *decided.doubts)
    missing = table.select(pl.all().null_count()).collect(engine="streaming").row(0)
    readings = tuple(
        anew.get(name)
        or ColumnReading(
            name=name,
            type=type_,
            values=rows - nulls,
            missing=nulls,
            missing_words=tuple((words or {}).get(name, ())),
        )
        for (name, type_), nulls in zip(types.items(), missing, strict=True)
    )
    return TypedTable(
        table=table,
        rows=rows,
        columns=readings,
        findings=findings,
        repairs=repairs,
        doubts=doubts,
    )


def with_moments(table: pl.LazyFrame) -> pl.LazyFrame:
    """Columns of text as datetimes where all of it is ISO dates, or moments, of one shape."""
    names = [name for name, dtype in table.collect_schema().items() if dtype == pl.String]
    firsts = table.select(pl.col(names).drop_nulls().first()).collect(engine="streaming")
    likely = [name for name in names if _LIKE_A_DATE.match(firsts[name].item() or "")]
    # A column of moments is of one shape: the first value tells which one to look for.
    shapes = {name: shape for name in likely if (shape := _shape_of(firsts.select(name)))}
    if not shapes:
        return table
    whole = table.select(fits(pl.col(name)).all() for name, (fits, _) in shapes.items())
    agreed = whole.collect(engine="streaming")
    return table.with_columns(
        convert(pl.col(name)).alias(name)
        for name, (_, convert) in shapes.items()
        if agreed[name].item()
    )


def _shape_of(first: pl.DataFrame) -> tuple[_Look, _Look] | None:
    """How values like the first are told, and how they are converted; None when it is no date."""
    for reading in iso_readings():
        fits, convert = reading.fits, reading.convert
        if fits and convert and first.select(fits(pl.all())).item():
            return fits, convert
    return None


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
