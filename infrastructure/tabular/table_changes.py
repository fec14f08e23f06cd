"""What became of a table's cells, and samples; implements the port ``TableChanges``."""

from collections.abc import Collection, Iterator
from pathlib import Path
from shutil import copyfile

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from application.ports.row_origins import RowOrigins
from application.ports.table_changes import CellChanges
from domain.table import TableShape
from infrastructure.tabular.shapes import column_of

# Of a sample's rows at most this part is chosen for what is missing in them.
_FOR_MISSING = 0.2
# Odd, so that equal cells in two columns do not cancel out.
_FACTOR = 0x9E3779B97F4A7C15


class ParquetChanges:
    """Reads a column at a time, so that two tables need no more memory than two columns."""

    def shape(self, table: Path) -> TableShape:
        """See the port."""
        with pq.ParquetFile(table) as parquet:
            columns = tuple(column_of(series) for _, series in _columns(parquet))
            return TableShape(rows=parquet.metadata.num_rows, columns=columns)

    def sample(self, table: Path, destination: Path, *, rows: int) -> None:
        """See the port."""
        with pq.ParquetFile(table) as parquet:
            if parquet.metadata.num_rows <= rows:
                copyfile(table, destination)
                return
            chosen = pa.array(_chosen(parquet, rows))
            names = parquet.schema_arrow.names
            taken = [parquet.read(columns=[name]).column(name).take(chosen) for name in names]
            kept = pa.Table.from_arrays(taken, schema=parquet.schema_arrow)
            pq.write_table(kept, destination, compression="zstd")

    def cells(
        self, before: Path, after: Path, columns: Collection[str], origins: RowOrigins | None
    ) -> CellChanges:
        """See the port."""
        with pq.ParquetFile(before) as first, pq.ParquetFile(after) as second:
            pairs = ((n, *_alike(_series(first, n), _series(second, n))) for n in columns)
            if origins is not None and origins.numbers is not None:
                with pq.ParquetFile(origins.numbers) as carried:
                    return _by_number(pairs, _series(carried, "row"))
            if origins is not None or first.metadata.num_rows == second.metadata.num_rows:
                by_place = {name: int((a != b).sum()) for name, a, b in pairs}
                if origins is not None or not any(by_place.values()):
                    return CellChanges(cells=by_place)
                pairs = ((n, *_alike(_series(first, n), _series(second, n))) for n in columns)
            return _by_content(pairs)


_Pairs = Iterator[tuple[str, pl.Series, pl.Series]]


def _chosen(parquet: pq.ParquetFile, most: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The numbers of a sample's rows, ascending."""
    rows = parquet.metadata.num_rows
    missing = [
        pc.indices_nonzero(column.is_null()).to_numpy()
        for name in parquet.schema_arrow.names
        if (column := parquet.read(columns=[name]).column(name)).null_count
    ]
    each = int(most * _FOR_MISSING) // max(1, len(missing))
    chosen = [_spread(found, each) for found in missing]
    spread = _spread(np.arange(rows, dtype=np.int64), most - sum(map(len, chosen)))
    return np.unique(np.concatenate([*chosen, spread])).astype(np.int64)


def _spread(
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]], most: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """At most so many of the numbers, the first and the last among them."""
    if len(numbers) <= most:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, most).astype(np.int64)]


def _columns(parquet: pq.ParquetFile) -> Iterator[tuple[str, pl.Series]]:
    for name in parquet.schema_arrow.names:
        yield name, _series(parquet, name)


def _series(parquet: pq.ParquetFile, name: str) -> pl.Series:
    return pl.Series(
        name, pl.from_arrow(parquet.read(columns=[name], use_threads=False).column(name))
    )


def _alike(before: pl.Series, after: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Hashes of the cells of two columns: the same for cells that say the same."""
    first, second = _comparable(before), _comparable(after)
    if first.dtype != second.dtype:
        numbers = first.dtype.is_numeric() and second.dtype.is_numeric()
        first, second = (
            _number_as_text(each) if numbers else _as_text(each) for each in (first, second)
        )
    return first.hash(), second.hash()


def _comparable(series: pl.Series) -> pl.Series:
    """Without what only says how a cell is stored."""
    match series.dtype:
        case pl.Categorical() | pl.Enum():
            return series.cast(pl.String)
        case pl.Date():
            return series.cast(pl.Datetime("us"))
        case pl.Datetime():
            return series.dt.cast_time_unit("us")
        case kind if kind.is_integer() and kind not in {pl.UInt64, pl.Int128}:
            return series.cast(pl.Int64)
        case kind if kind.is_float():
            # -0.0 is 0.0.
            return series.cast(pl.Float64).fill_nan(None) + 0.0
    return series


def _as_text(series: pl.Series) -> pl.Series:
    if series.dtype.is_nested():
        return series.hash().cast(pl.String)
    return series.cast(pl.String, strict=False)


def _number_as_text(series: pl.Series) -> pl.Series:
    """Alike in every type: 14.0 as 14, and 1.50 as 1.5."""
    texts = series.cast(pl.String)
    if series.dtype.is_float():
        whole = series.cast(pl.Int64, strict=False)
        is_whole = (whole.cast(pl.Float64) == series).fill_null(value=False)
        return whole.cast(pl.String).zip_with(is_whole, texts)
    if series.dtype.is_decimal():
        return texts.str.replace(r"(\.\d*?)0+$", "${1}").str.strip_suffix(".")
    return texts


def _by_number(pairs: _Pairs, number: pl.Series) -> CellChanges:
    came = number.is_not_null()
    rows = number.drop_nulls()
    cells = {
        name: int((before.gather(rows) != after.filter(came)).sum())
        for name, before, after in pairs
    }
    return CellChanges(cells=cells)


def _by_content(pairs: _Pairs) -> CellChanges:
    """Cells that the column before has not as often, and rows that the columns before have not."""
    cells: dict[str, int] = {}
    rows: tuple[pl.Series, pl.Series] | None = None
    for name, *columns in pairs:
        before, after = columns
        cells[name] = _not_among(before, after)
        if rows is None:
            rows = before, after
        else:
            rows = rows[0] * _FACTOR + before, rows[1] * _FACTOR + after
    if rows is None or any(cells.values()):
        return CellChanges(cells=cells)
    return CellChanges(cells=cells, shifted_rows=_not_among(*rows))


def _not_among(before: pl.Series, after: pl.Series) -> int:
    """How many of `after` there are more than `before` has of the same."""
    counts = [
        pl.DataFrame([series.alias("cell")])
        .group_by("cell")
        .agg(pl.len().cast(pl.Int64).alias(as_))
        for series, as_ in ((before, "before"), (after, "after"))
    ]
    more = counts[1].join(counts[0], on="cell", how="left", nulls_equal=True)
    surplus = (more["after"] - more["before"].fill_null(0)).clip(0)
    return int(surplus.sum())
