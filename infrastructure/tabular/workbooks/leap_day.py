"""29 February 1900, which Excel counts among its days though it never was."""

import datetime as dt

import polars as pl

from domain.dataset import FileKind

_BEFORE = dt.date(1900, 2, 28)


def columns_with_the_day_before(frame: pl.DataFrame, kind: FileKind) -> tuple[str, ...]:
    """Columns that hold 28 February 1900, as which calamine gives the 29th too.

    None in ODS, whose days are written as dates.
    """
    moments = frame.select(pl.col(pl.Datetime))
    if kind == FileKind.ODS or not moments.width:
        return ()
    found = moments.select((pl.all().dt.date() == _BEFORE).any()).row(0, named=True)
    return tuple(name for name, there in found.items() if there)
