"""How numbers are spread: histogram and outliers, from values in ascending order."""

from typing import Any

import numpy as np
import numpy.typing as npt

from infrastructure.tabular.profile.sorted_numbers import quantile

_MOST_BINS = 30
_WHISKER = 1.5


def histogram(ordered: npt.NDArray[Any]) -> dict[str, list[float] | list[int]] | None:
    """``{"edges", "counts"}`` of bins of equal width; the last holds its upper edge, too.

    As many bins as Sturges' or Freedman and Diaconis' rule asks for, whichever is more, at most
    30. Bins of integers are whole numbers wide, up to the integer after the last.
    """
    if not len(ordered):
        return None
    low, high = float(ordered[0]), float(ordered[-1])
    bins = _bins(ordered, low, high)
    if np.issubdtype(ordered.dtype, np.integer):
        width = max(1, -(-(int(ordered[-1]) - int(ordered[0]) + 1) // bins))
        count = -(-(int(ordered[-1]) - int(ordered[0]) + 1) // width)
        edges = np.array([float(int(ordered[0]) + i * width) for i in range(count + 1)])
    else:
        part = np.linspace(0, 1, bins + 1)
        edges = low * (1 - part) + high * part
    edges = np.unique(edges)
    if len(edges) < 2:
        return {"edges": [low, high], "counts": [len(ordered)]}
    inner = np.searchsorted(ordered, edges[1:-1].astype(ordered.dtype), "left")
    counts = np.diff(inner, prepend=0, append=len(ordered))
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def _bins(ordered: npt.NDArray[Any], low: float, high: float) -> int:
    sturges = int(np.ceil(np.log2(len(ordered)))) + 1
    upper, lower = quantile(ordered, 0.75) or 0.0, quantile(ordered, 0.25) or 0.0
    spread = upper / 2 - lower / 2
    if not spread > 0:
        return min(sturges, _MOST_BINS)
    width = 4 * spread / len(ordered) ** (1 / 3)
    wanted = (high / 2 - low / 2) / width * 2 if width > 0 else _MOST_BINS
    return max(1, min(_MOST_BINS, max(sturges, int(min(wanted, _MOST_BINS)))))


def outliers(ordered: npt.NDArray[Any]) -> dict[str, Any] | None:
    """Values beyond Tukey's fences: 1.5 interquartile ranges under and over the quartiles.

    None where half of the values are one: then there is no range to measure by.
    """
    lower, upper = quantile(ordered, 0.25), quantile(ordered, 0.75)
    if lower is None or upper is None or not upper > lower:
        return None
    reach = _WHISKER * (upper - lower)
    low, high = lower - reach, upper + reach
    if not np.isfinite(low) or not np.isfinite(high):
        return None
    below = int(np.searchsorted(ordered, low, "left"))
    above = len(ordered) - int(np.searchsorted(ordered, high, "right"))
    return {"method": "tukey", "low": low, "high": high, "below": below, "above": above}
