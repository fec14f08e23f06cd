"""How many different values a column has, and which are frequent."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from infrastructure.tabular.profile.sorted_numbers import frequent_runs, runs_of

EXACT, HASHED, ESTIMATED = "exact", "hashed", "hyperloglog"
TOP_VALUES = 10
_FEW = 50_000
_VAST = 2**26


@dataclass(frozen=True)
class Counted:
    """The values of a column without nulls.

    ``method`` says how ``distinct`` was found: ``exact``; ``hashed``, over 64-bit hashes, which
    for a million different values is one too few in one of 37 million columns; or
    ``hyperloglog``, an estimate within about one percent. ``top`` has the most frequent values with
    their exact counts (of a vast column, those that are frequent in a sample). ``values`` are the
    different values, each for ``weights`` rows; or all values, where ``weights`` is None, if there
    are too many different ones.
    """

    distinct: int
    method: str
    values: pl.Series
    weights: pl.Series | None
    top: list[tuple[Any, int]]


def counted(values: pl.Series) -> Counted:
    """Count values that are not null, of a type that can be hashed and sorted."""
    values = values.alias("value")
    if len(values) <= _FEW:
        return _by_value(values)
    if len(values) <= _VAST:
        return _by_hash(values)
    distinct = _estimate(values)
    if distinct <= _FEW:
        return _by_value(values)
    likely = [value for value, _ in counted(values.gather_every(len(values) // _FEW)).top]
    frequent = counted(values.filter(values.is_in(likely)))
    return Counted(distinct, ESTIMATED, values, None, frequent.top)


def _by_value(values: pl.Series) -> Counted:
    counts = values.value_counts(name="rows").sort("rows", "value", descending=[True, False])
    top = list(counts.head(TOP_VALUES).iter_rows())
    return Counted(counts.height, EXACT, counts["value"], counts["rows"], top)


def _estimate(values: pl.Series) -> int:
    """How many different values there are, by HyperLogLog."""
    return int(values.to_frame().select(pl.col("value").approx_n_unique()).item())


def _by_hash(values: pl.Series) -> Counted:
    hashes = values.hash()
    runs = runs_of(hashes.sort(multithreaded=False).to_numpy())
    distinct = len(runs.counts)
    if distinct <= _FEW:
        return _by_value(values)
    if distinct == len(values):
        top = [(value, 1) for value in values.head(TOP_VALUES)]
        return Counted(distinct, EXACT, values, None, top)
    chosen = pl.Series(runs.values[frequent_runs(runs, TOP_VALUES)])
    frequent = counted(values.filter(hashes.is_in(chosen.implode())))
    return Counted(distinct, HASHED, values, None, frequent.top)
