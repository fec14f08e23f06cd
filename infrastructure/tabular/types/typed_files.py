"""Text to a typed Parquet file in one pass over it, where its first rows are like the rest."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from domain.dataset import Interpretation
from infrastructure.tabular.types.column_decisions import ColumnDecision
from infrastructure.tabular.types.column_types import Decisions, decisions
from infrastructure.tabular.types.type_decisions import decide_columns, sampled_columns, settle

# Of more columns the counts of one batch of rows would take more memory than the rows.
_MOST_COLUMNS = 500
# Fewer, and asking for the counts takes longer than counting.
_CELLS_AT_ONCE, _LEAST_ROWS = 2_000_000, 1000


def write_typed(text: pl.LazyFrame, given: Interpretation, target: Path) -> Decisions:
    """Write the columns of `text`, all strings, with their types to the new file `target`.

    The types are those of `decide`. They are presumed from the first rows, and counted while they
    are written; where a value does not fit, the file is written again with what all values say.
    """
    columns = sampled_columns(text, given)
    if len(columns) > _MOST_COLUMNS:
        decide_columns(text, columns)
    else:
        presumed = [column.reading for column in columns]
        fitted = _write_and_count(text, columns, target)
        settle(text, columns)
        if fitted and [column.reading for column in columns] == presumed:
            return decisions(columns, given)
    decided = decisions(columns, given)
    sink(decided.typed(text), target)
    return decided


def sink(table: pl.LazyFrame, target: Path) -> None:
    """Write the rows in their order to the file `target`."""
    table.sink_parquet(target, compression="zstd", compression_level=1, maintain_order=True)


def _write_and_count(text: pl.LazyFrame, columns: list[ColumnDecision], target: Path) -> bool:
    """Write the presumed types, and count all cells; whether each of them fitted."""
    typed = [column.typed().alias(column.name) for column in columns]
    counts = [count for column in columns for count in column.counts()]
    rows_at_once = max(_LEAST_ROWS, _CELLS_AT_ONCE // max(1, len(columns)))
    batches = text.collect_batches(chunk_size=rows_at_once, engine="streaming")
    found = Counter[str]()
    fitted = True

    def converted(*_: object) -> Iterator[pl.DataFrame]:
        nonlocal fitted
        for rows in batches:
            counted = rows.select(counts).row(0, named=True)
            found.update(counted)
            fitted = fitted and not any(
                column.counted_in(counted).unexplained for column in columns
            )
            if fitted:
                yield rows.select(typed)

    schema = text.select(typed).collect_schema()
    sink(register_io_source(converted, schema=schema), target)
    for column in columns:
        column.counted = column.counted_in(found)
    return fitted
