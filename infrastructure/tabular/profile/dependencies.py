"""Which columns are determined by another one: the value there is known from the value here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
from polars import selectors

from infrastructure.tabular.profile.correlations import Codes
from infrastructure.tabular.profile.sorted_numbers import runs_of

_MOST_COLUMNS = 60
_MOST_CELLS = 30_000_000
_NEARLY = 0.99


def dependencies_of(
    table: pl.LazyFrame,
    columns: Sequence[Mapping[str, Any]],
    rows: int,
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """Functional dependencies of one column on another, those that hold in every row first.

    ``violations`` is the least number of rows to leave out for it to hold (the error g3 of Kivinen
    and Mannila, TCS 149, 1995); those of at most one percent of the rows are listed. A null is a
    value like others. Columns that are unique, constant or empty tell nothing and are left out, as
    are all but the first 60 others.
    """
    telling = [c["name"] for c in columns if 1 < c["distinct"] < rows * 0.9]
    names = telling[:_MOST_COLUMNS]
    step = max(1, -(-rows * len(names) // _MOST_CELLS))
    frame = table.select(selectors.by_name(*names)).gather_every(step).collect()
    codes = {name: _codes(frame.get_column(name)) for name in names}
    found = []
    for index, first in enumerate(names):
        progress(index, len(names))
        for second in names:
            # What has more different values than the other can be told by it only with errors.
            if first == second or codes[second].max() > codes[first].max() * 1.01 + 1:
                continue
            violations = violations_of(codes[first], codes[second])
            if violations <= (1 - _NEARLY) * frame.height and _tells(codes, first, second):
                found.append({"from": first, "to": second, "violations": violations})
    return {
        "rows": frame.height,
        "found": sorted(found, key=lambda each: int(each["violations"])),
        "left_out": len(telling) - len(names),
    }


def _codes(series: pl.Series) -> Codes:
    """Different values, null among them, as numbers from 0."""
    values = series.alias("x")
    if not (values.dtype.is_numeric() or values.dtype.is_temporal()):
        values = values.hash()
    return values.rank("dense").cast(pl.Int64).fill_null(0).to_numpy()


def violations_of(first: Codes, second: Codes) -> int:
    """Rows to leave out so that each code of `first` has one code of `second`."""
    if not len(first):
        return 0
    width = int(second.max()) + 1
    pairs = runs_of(pl.Series(first * width + second).sort().to_numpy())
    most = (
        pl.DataFrame({"first": pairs.values // width, "rows": pairs.counts})
        .group_by("first")
        .agg(pl.col("rows").max())
    )
    return len(first) - int(most["rows"].sum())


def _tells(codes: dict[str, Codes], first: str, second: str) -> bool:
    """Whether knowing `first` is better than always guessing the most frequent `second`."""
    counts = runs_of(pl.Series(codes[second]).sort().to_numpy()).counts
    return int(counts.max()) < 0.99 * len(codes[first])
