"""The cells of a table whose columns are in one Parquet file or in several."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from polars import selectors


class Cells:
    """Each of `parts` is a file and the columns that are in it; all are of the same rows."""

    def __init__(self, parts: Sequence[tuple[Path, Sequence[str]]]) -> None:
        self._parts = [(file, names) for file, names in parts if names]

    def series(self, name: str) -> pl.Series:
        """A column."""
        (file,) = (file for file, names in self._parts if name in names)
        with pq.ParquetFile(file) as parquet:
            read = parquet.read(columns=[name], use_threads=False)
            return pl.Series(name, pl.from_arrow(read.column(name)))

    def frame(self) -> pl.DataFrame:
        """All of them, read at once: of a small table the quicker way."""
        series: list[pl.Series] = []
        for file, names in self._parts:
            with pq.ParquetFile(file) as parquet:
                read = parquet.read(columns=list(names), use_threads=False)
            series += pl.DataFrame(read.select(names)).get_columns()
        return pl.DataFrame(series)

    def lazy_frame(self) -> pl.LazyFrame:
        """All of them; of what is not asked for, nothing is read."""
        frames = [
            pl.scan_parquet(file).select(selectors.by_name(*names)) for file, names in self._parts
        ]
        return pl.concat(frames, how="horizontal") if frames else pl.LazyFrame()
