"""Numbers of a sheet that are integers, which Excel keeps as floating-point ones."""

import polars as pl

_EXACT = 2**53


def with_whole_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with integers in each column of numbers that holds only whole ones."""
    numbers = frame.select(pl.col(pl.Float64))
    if not numbers.width:
        return frame
    is_whole = (pl.all() == pl.all().floor()) & (pl.all().abs() <= _EXACT)
    whole = numbers.select(is_whole.all()).row(0, named=True)
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name in whole if whole[name])
