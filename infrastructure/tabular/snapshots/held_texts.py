"""Which columns hold a text: what a person may have meant who named no column."""

from collections.abc import Collection, Iterable, Mapping

import polars as pl


def columns_holding(
    columns: Iterable[pl.Series], texts: Collection[str]
) -> Mapping[str, Mapping[str, bool]]:
    """Of each of the texts the names of those text columns in which it is a cell, whatever its
    case.

    True where no such cell is in another case. One column at a time is looked at.
    """
    folded = {text: text.lower() for text in texts}
    held: dict[str, dict[str, bool]] = {text: {} for text in texts}
    for column in columns:
        cells = column.cast(pl.String)
        wanted = cells.str.to_lowercase().is_in(list(set(folded.values())))
        found: dict[str, set[str]] = {}
        # Only of these: to tell all of a million cells apart takes most of the time.
        for cell in cells.filter(wanted).unique():
            found.setdefault(cell.lower(), set()).add(cell)
        for text, lower in folded.items():
            if lower in found:
                held[text][column.name] = found[lower] == {text}
    return held
