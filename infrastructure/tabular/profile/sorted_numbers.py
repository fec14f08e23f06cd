"""Numbers in ascending order: one sort answers most questions about a column of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_CACHED = 32_768

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Runs:
    """The different values of a sorted array, and how often each occurs."""

    values: npt.NDArray[Any]
    counts: npt.NDArray[np.int64]


def runs_of(ordered: npt.NDArray[Any]) -> Runs:
    """Different values of an ascending array; -0.0 is 0.0."""
    if not len(ordered):
        return Runs(ordered, np.zeros(0, np.int64))
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    starts = np.flatnonzero(is_first)
    if len(starts) == len(ordered):
        return Runs(ordered, np.ones(len(ordered), np.int64))
    counts = np.empty(len(starts), np.int64)
    np.subtract(starts[1:], starts[:-1], out=counts[:-1])
    counts[-1] = len(ordered) - starts[-1]
    return Runs(ordered[starts], counts)


def most_frequent(runs: Runs, limit: int) -> list[tuple[Any, int]]:
    """The `limit` most frequent values with their counts; the smaller value first among equals."""
    counts = runs.counts
    if not len(counts):
        return []
    chosen = frequent_runs(runs, limit)
    ranked = chosen[np.lexsort((chosen, -counts[chosen]))]
    return [(runs.values[i].item(), int(counts[i])) for i in ranked]


def quantile(ordered: npt.NDArray[Any], share: float) -> float | None:
    """The quantile with linear interpolation (type 7 of Hyndman and Fan 1996, numpy's default)."""
    if not len(ordered):
        return None
    place = share * (len(ordered) - 1)
    below = int(place)
    low = float(ordered[below])
    part = place - below
    if part == 0:
        return low
    high = float(ordered[below + 1])
    # In this form nothing overflows, and equal neighbours give exactly themselves.
    return low if low == high else low * (1 - part) + high * part


def frequent_runs(runs: Runs, limit: int) -> npt.NDArray[np.int64]:
    """Places of the `limit` most frequent values: of equally frequent ones the first."""
    counts = runs.counts
    if len(counts) <= limit:
        return np.arange(len(counts))
    # Selection by comparison is slow where most counts are equal; so count the counts.
    how_many = np.bincount(counts)[::-1].cumsum()
    cut = int(counts.max() - np.searchsorted(how_many, limit, "left"))
    above = np.flatnonzero(counts > cut)
    return np.concatenate([above, np.flatnonzero(counts == cut)[: limit - len(above)]])


@dataclass(frozen=True)
class Moments:
    """Mean, and of the sample (n - 1): standard deviation, skewness G1 and excess kurtosis G2.

    G1 and G2 are the bias-adjusted Fisher-Pearson coefficients (Joanes and Gill 1998), as pandas
    gives them. What has no meaning, such as the skewness of equal values, is None.
    """

    mean: float | None
    std: float | None
    skew: float | None
    kurtosis: float | None


def moments_of(runs: Runs) -> Moments:
    """Moments of finite numbers, in two passes, scaled so that no power overflows."""
    n = int(runs.counts.sum())
    if n == 0:
        return Moments(None, None, None, None)
    values: Floats = runs.values.astype(np.float64, copy=False)
    weights = runs.counts.astype(np.float64) if len(values) < n else None
    mean = _mean(values, weights, n)
    scale = max(mean - float(values[0]), float(values[-1]) - mean)
    if n == 1:
        return Moments(mean, None, None, None)
    if scale == 0 or not np.isfinite(scale):
        return Moments(mean, 0.0 if scale == 0 else None, None, None)
    second, third, fourth = _powers(values, weights, mean, scale).tolist()
    std = scale * float(np.sqrt(second / (n - 1)))
    return Moments(mean, std, _skew(n, second, third), _kurtosis(n, second, fourth))


def _powers(values: Floats, weights: Floats | None, mean: float, scale: float) -> Floats:
    """Sums of the second, third and fourth power of the distances, in parts that caches hold."""
    sums = np.zeros(3)
    for start in range(0, len(values), _CACHED):
        part = slice(start, start + _CACHED)
        some = None if weights is None else weights[part]
        spread = (values[part] - mean) / scale
        power = spread
        for place in range(3):
            power = power * spread
            sums[place] += _sum(power, some)
    return sums


def _sum(values: Floats, weights: Floats | None) -> float:
    """The sum of values that each occur so often; numpy adds in pairs, which rounds little."""
    return float((values if weights is None else values * weights).sum())


def _mean(values: Floats, weights: Floats | None, n: int) -> float:
    with np.errstate(over="ignore"):
        mean = _sum(values, weights) / n
    if not np.isfinite(mean):
        scale = float(np.abs(values).max())
        mean = _sum(values / scale, weights) / n * scale
    # No mean is beyond the values, whatever the rounding.
    return min(max(mean, float(values[0])), float(values[-1]))


def _skew(n: int, second: float, third: float) -> float | None:
    variance = second / n
    if n < 3 or variance == 0:
        return None
    biased = third / n / variance**1.5
    return float(biased * np.sqrt(n * (n - 1)) / (n - 2))


def _kurtosis(n: int, second: float, fourth: float) -> float | None:
    if n < 4 or second == 0:
        return None
    biased = fourth * n / second**2
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * biased - 3 * (n - 1))
