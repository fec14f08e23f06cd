"""Numbers of more digits than a spreadsheet keeps, and larger ones than a number can be."""

import polars as pl

_MOST_KEPT = 1e15
_AS_DIGITS = 1e21


def long_numbers(frame: pl.DataFrame) -> tuple[str, ...]:
    """Columns of whole numbers, some of more than 15 digits: ids whose last digits may be lost.

    Beyond 21 digits numbers are measures, not ids.
    """
    numbers = frame.select(pl.col(pl.Int64, pl.Float64))
    if not numbers.width:
        return ()
    largest = numbers.select(pl.all().abs().max()).row(0)
    likely = [
        name
        for name, most in zip(numbers.columns, largest, strict=True)
        if most is not None and _MOST_KEPT <= most < _AS_DIGITS
    ]
    return tuple(
        name for name in likely if numbers[name].dtype == pl.Int64 or (numbers[name] % 1 == 0).all()
    )


def infinite_numbers(frame: pl.DataFrame) -> tuple[str, ...]:
    """Columns with numbers beyond the largest one, which no spreadsheet program writes."""
    numbers = frame.select(pl.col(pl.Float64))
    return tuple(name for name in numbers.columns if numbers[name].is_infinite().any())
