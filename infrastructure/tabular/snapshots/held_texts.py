"""Which columns hold a text: what a person may have meant who named no column."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl


def columns_holding(columns: Iterable[pl.Series], texts: Sequence[str]) -> Mapping[str, bool]:
    """The names of those text columns in which each of `texts` is a cell, whatever its case.

    True where no such cell is in another case. One column at a time is looked at.
    """
    folded = {text.lower() for text in texts}
    held = {}
    for column in columns:
        cells = column.drop_nulls().unique().cast(pl.String)
        found = set(cells.filter(cells.str.to_lowercase().is_in(list(folded))))
        if {cell.lower() for cell in found} == folded:
            held[column.name] = found <= set(texts)
    return held
