"""Statistics of a column of numbers, or of what is stored as numbers, such as moments."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from infrastructure.tabular.json_values import json_value
from infrastructure.tabular.profile.counting import TOP_VALUES
from infrastructure.tabular.profile.distribution import histogram, outliers
from infrastructure.tabular.profile.sorted_numbers import (
    Runs,
    moments_of,
    most_frequent,
    quantile,
    runs_of,
)

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_NARROW = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
# Numbers that stand for "unknown" where they lie apart from all others.
_PLACEHOLDERS = frozenset(
    {-1, -9, -99, -999, -9999, -99999, 99, 999, 9999, 99999, 999999, 9999999, 999999999}
)


@dataclass(frozen=True)
class Numbers:
    """Facts of a column of numbers; ``runs`` are its different finite values."""

    numeric: dict[str, Any]
    distribution: dict[str, Any]
    distinct: int
    top: list[dict[str, Any]]
    runs: Runs


def ordered_values(series: pl.Series) -> npt.NDArray[Any]:
    """Values without nulls, NaN and infinities, ascending; integers of 64 bits stay exact."""
    values = series.drop_nulls()
    if not isinstance(values.dtype, _NARROW):
        values = values.cast(pl.Float64, strict=False)
        finite = values.is_finite()
        values = values if finite.all() else values.filter(finite)
    # Columns are profiled side by side: a sort in several threads would cost more, for nothing.
    return values.sort(multithreaded=False).to_numpy()


def numbers_of(series: pl.Series) -> Numbers:
    """Statistics of finite values; NaN and infinite ones are counted apart."""
    ordered = ordered_values(series)
    runs = runs_of(ordered)
    moments = moments_of(runs)
    unusual = _unusual(series, ordered)
    quantiles = {str(q): quantile(ordered, q) for q in _QUANTILES}
    low, high = _ends(series, ordered)
    numeric = {
        "min": json_value(low),
        "max": json_value(high),
        "mean": moments.mean,
        "std": moments.std,
        "median": quantiles["0.5"],
        "quantiles": quantiles,
        "zeros": _within(ordered, 0, 0),
        "negative": int(np.searchsorted(ordered, np.array(0, ordered.dtype), "left")),
        "nan": unusual["nan"],
        "infinite": unusual["infinity"] + unusual["minus_infinity"],
    }
    distribution = {
        "skew": moments.skew,
        "kurtosis": moments.kurtosis,
        "iqr": _difference(quantiles["0.75"], quantiles["0.25"]),
        "histogram": histogram(ordered),
        "outliers": outliers(ordered),
        "placeholders": _placeholders(runs),
        "whole": _are_whole(runs.values) if len(ordered) else None,
    }
    return Numbers(
        numeric=numeric,
        distribution=distribution,
        distinct=len(runs.counts) + sum(1 for count in unusual.values() if count),
        top=[{"value": json_value(v), "count": n} for v, n in most_frequent(runs, TOP_VALUES)],
        runs=runs,
    )


def _are_whole(values: npt.NDArray[Any]) -> bool:
    # A look at some first: most numbers that are not whole show it soon.
    return np.issubdtype(values.dtype, np.integer) or all(
        bool((np.trunc(some) == some).all()) for some in (values[:1000], values)
    )


def _unusual(series: pl.Series, ordered: npt.NDArray[Any]) -> dict[str, int]:
    if not series.dtype.is_float() or len(ordered) + series.null_count() == len(series):
        return {"nan": 0, "infinity": 0, "minus_infinity": 0}
    infinite = series.filter(series.is_infinite())
    above = int((infinite > 0).sum())
    return {
        "nan": int(series.is_nan().sum()),
        "infinity": above,
        "minus_infinity": len(infinite) - above,
    }


def _ends(series: pl.Series, ordered: npt.NDArray[Any]) -> tuple[Any, Any]:
    """The least and the greatest value: integers exactly, however wide."""
    if series.dtype.is_integer():
        return series.min(), series.max()
    return (ordered[0].item(), ordered[-1].item()) if len(ordered) else (None, None)


def _within(ordered: npt.NDArray[Any], low: int, high: int) -> int:
    """How many values are from `low` to `high`; neither is below 0 for unsigned integers."""
    first = np.searchsorted(ordered, np.array(low, ordered.dtype), "left")
    return int(np.searchsorted(ordered, np.array(high, ordered.dtype), "right") - first)


def _difference(high: float | None, low: float | None) -> float | None:
    if high is None or low is None:
        return None
    difference = high - low
    return difference if np.isfinite(difference) else None


def _placeholders(runs: Runs) -> int:
    """Rows with -999, 9999 or the like as the first or last value, far away from its neighbour."""
    if len(runs.counts) < 5:
        return 0
    rows = 0
    spread = float(runs.values[-2]) - float(runs.values[1])
    for end, neighbour in ((0, 1), (-1, -2)):
        value, near = float(runs.values[end]), float(runs.values[neighbour])
        if value in _PLACEHOLDERS and runs.counts[end] > 1 and abs(value - near) > spread:
            rows += int(runs.counts[end])
    return rows
