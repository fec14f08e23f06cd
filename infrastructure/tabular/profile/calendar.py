"""When the moments of a column are: range, usual step, gaps, moments that stand for nothing."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from infrastructure.tabular.profile.moments_in_time import moment_text, ticks_per_second
from infrastructure.tabular.profile.sorted_numbers import Runs

_DAY = 86_400
# Up to here floating point holds every whole number.
_EXACT = 2**53
_SHOWN_GAPS = 5
# Rows at one of these that are earliest or latest in a column stand for "unknown" or "for ever".
_PLACEHOLDERS = tuple(
    int(np.datetime64(day, "D").astype(int))
    for day in (
        "1753-01-01",
        "1899-12-30",
        "1899-12-31",
        "1900-01-01",
        "1970-01-01",
        "2099-12-31",
        "2999-12-31",
        "9999-12-31",
    )
)
_ALONE = 2 * 366
# The day of the week, from Monday as 0, of the first day of 1970.
_THURSDAY = 3
_EARLY = int(np.datetime64("1900-01-01", "D").astype(int))
_LATE = int(np.datetime64("2100-01-01", "D").astype(int))


def calendar_of(runs: Runs, dtype: pl.DataType) -> dict[str, Any]:
    """Facts of a column's moments; `runs` are its physical integers.

    ``step_seconds`` is the most frequent distance between neighbouring different moments and
    ``gaps`` counts those half as long again, where more than half of all are that step; else both
    are None. In daily ones, a day of the week on which there never is a moment is no gap.
    ``placeholders`` counts rows at a day such as 1900-01-01 or 9999-12-31 that is the first or the
    last of the column, by more than two years.
    """
    ticks = runs.values.astype(np.int64)
    day = round(_DAY * ticks_per_second(dtype))
    days = ticks // day
    step, gaps = _regularity(ticks)
    if gaps is not None and step == day:
        gaps = gaps[~_within_weekends(days, gaps)]
    per_second = ticks_per_second(dtype)
    return {
        "days": (int(days[-1]) - int(days[0])) if len(days) else None,
        "whole_days": bool((days * day == ticks).all()) if len(ticks) else None,
        "step_seconds": None if step is None else step / per_second,
        "gaps": None if gaps is None else len(gaps),
        "longest_gaps": [
            {
                "from": moment_text(int(ticks[i]), dtype),
                "to": moment_text(int(ticks[i + 1]), dtype),
            }
            for i in _longest(ticks, gaps)
        ],
        "before_1900": int(runs.counts[days < _EARLY].sum()),
        "from_2100": int(runs.counts[days >= _LATE].sum()),
        "placeholders": _placeholders(days, runs.counts),
    }


def _regularity(ticks: npt.NDArray[np.int64]) -> tuple[int | None, npt.NDArray[np.int64] | None]:
    """The usual distance and the places of longer ones, or nothing where there is none."""
    if len(ticks) < 4:
        return None, None
    # Distances of unsigned integers cannot overflow, however far the moments are apart.
    steps = ticks[1:].view(np.uint64) - ticks[:-1].view(np.uint64)
    step = _middle(steps)
    if np.count_nonzero(steps == step) * 2 <= len(steps):
        return None, None
    return int(step), np.flatnonzero(steps > step + step // 2)


def _within_weekends(
    days: npt.NDArray[np.int64], gaps: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Which gaps hold no day of the week that there is elsewhere."""
    kept = np.bincount((days + _THURSDAY) % 7, minlength=7) > 0
    dates = days.view("datetime64[D]")
    between: npt.NDArray[np.int64] = np.busday_count(
        dates[gaps], dates[gaps + 1], weekmask=kept.tolist()
    )
    within: npt.NDArray[np.bool_] = between == 1
    return within


def _middle(steps: npt.NDArray[np.uint64]) -> np.uint64:
    """What more than half of the steps are, if any is so frequent: it must be in their middle."""
    likely = pl.Series(steps).median()
    if isinstance(likely, float) and likely < _EXACT:
        return np.uint64(likely)
    middle = len(steps) // 2
    found: np.uint64 = np.partition(steps, middle)[middle]
    return found


def _longest(ticks: npt.NDArray[np.int64], gaps: npt.NDArray[np.int64] | None) -> list[int]:
    if gaps is None:
        return []
    sizes = ticks[gaps + 1].view(np.uint64) - ticks[gaps].view(np.uint64)
    order = np.argsort(-sizes.astype(np.float64), kind="stable")[:_SHOWN_GAPS]
    return [int(place) for place in gaps[order]]


def _placeholders(days: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> int:
    if len(days) < 2:
        return 0
    rows = 0
    for end in {int(days[0]), int(days[-1])} & set(_PLACEHOLDERS):
        others = days[days != end]
        if len(others) and int(np.abs(others - end).min()) > _ALONE:
            rows += int(counts[days == end].sum())
    return rows
