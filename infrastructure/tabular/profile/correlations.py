"""How far pairs of columns go together."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from polars import selectors

from infrastructure.tabular.profile.sorted_numbers import Floats

_MOST_ROWS = 1_000_000
_MOST_COLUMNS = 60
_MOST_CATEGORIES = 100
_LEAST_PAIRS = 3

Codes = npt.NDArray[np.int64]


def correlations_of(
    table: pl.LazyFrame,
    columns: Sequence[Mapping[str, Any]],
    rows: int,
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """Coefficients of pairs of columns, the strongest first, over rows where both have values.

    Of numbers ``pearson`` (linear) and ``spearman`` (of ranks, equal values sharing their mean
    rank); of categories ``cramers_v``, corrected for bias (Bergsma, J. Korean Stat. Soc. 42, 2013).
    Of a table of more than a million rows every k-th is looked at; ``rows`` says how many. Only the
    first 60 columns of each sort are compared; ``left_out`` names how many are not.
    """
    numbers = [c["name"] for c in columns if _is_number(c)]
    words = [c["name"] for c in columns if _is_category(c)]
    shown = [*numbers[:_MOST_COLUMNS], *words[:_MOST_COLUMNS]]
    step = max(1, -(-rows // _MOST_ROWS))
    frame = table.select(selectors.by_name(*shown)).gather_every(step).collect()
    pairs = [
        *_numbers(frame, numbers[:_MOST_COLUMNS], progress),
        *_categories(frame, words[:_MOST_COLUMNS]),
    ]
    return {
        "rows": frame.height,
        "pairs": sorted(pairs, key=lambda pair: -_strength(pair)),
        "left_out": len(numbers) + len(words) - len(shown),
    }


def _is_number(column: Mapping[str, Any]) -> bool:
    roles = {"identifier", "constant", "empty", "postcode", "phone"}
    return column["type"] in {"integer", "number"} and column["role"] not in roles


def _is_category(column: Mapping[str, Any]) -> bool:
    words = column["type"] in {"text", "boolean"} and column["role"] != "identifier"
    return words and 2 <= column["distinct"] <= _MOST_CATEGORIES


def _strength(pair: dict[str, Any]) -> float:
    return max(abs(float(pair.get(key) or 0.0)) for key in ("pearson", "spearman", "cramers_v"))


def _numbers(
    frame: pl.DataFrame, names: Sequence[str], progress: Callable[[int, int], None]
) -> list[dict[str, Any]]:
    values = {name: _floats(frame.get_column(name)) for name in names}
    known = {name: np.isfinite(array) for name, array in values.items()}
    # Columns without gaps are centred and ranked once, not for each pair.
    whole = {
        name: (_centred(array), _centred(ranks(array)))
        for name, array in values.items()
        if len(array) and known[name].all()
    }
    pairs: list[dict[str, Any]] = []
    for first, second in combinations(names, 2):
        progress(len(pairs), len(names) * (len(names) - 1) // 2)
        if first in whole and second in whole:
            (x, x_ranks), (y, y_ranks) = whole[first], whole[second]
            found = _cosine(x, y), _cosine(x_ranks, y_ranks)
        else:
            both = known[first] & known[second]
            x, y = values[first][both], values[second][both]
            found = pearson(x, y), pearson(ranks(x), ranks(y))
        pairs.append(
            {
                "columns": [first, second],
                "rows": len(x),
                "pearson": found[0],
                "spearman": found[1],
            }
        )
    return pairs


def _floats(series: pl.Series) -> Floats:
    return series.alias("x").cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def ranks(values: Floats) -> Floats:
    """Ranks from 1 of finite numbers; equal ones share the mean of their ranks."""
    return pl.Series(values).rank("average").to_numpy().astype(np.float64)


def pearson(x: Floats, y: Floats) -> float | None:
    """Pearson's coefficient of two columns without gaps; None where one does not vary."""
    return _cosine(_centred(x), _centred(y)) if len(x) else None


def _cosine(x: Floats, y: Floats) -> float | None:
    size = float(np.sqrt(np.dot(x, x)) * np.sqrt(np.dot(y, y)))
    if len(x) < _LEAST_PAIRS or size == 0:
        return None
    return max(-1.0, min(1.0, float(np.dot(x, y)) / size))


def _centred(values: Floats) -> Floats:
    """Distances from the mean in units of the greatest, so that no square overflows."""
    scale = float(np.abs(values).max()) or 1.0
    centred: Floats = values / scale - (values / scale).mean()
    return centred


def _categories(frame: pl.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    codes = {name: codes_of(frame.get_column(name)) for name in names}
    pairs = []
    for first, second in combinations(names, 2):
        both = (codes[first] >= 0) & (codes[second] >= 0)
        pairs.append(
            {
                "columns": [first, second],
                "rows": int(both.sum()),
                "cramers_v": cramers_v(codes[first][both], codes[second][both]),
            }
        )
    return pairs


def codes_of(series: pl.Series) -> Codes:
    """Each different value as a number from 0, in order; null as -1."""
    text = series.alias("x").cast(pl.String)
    return (text.rank("dense").cast(pl.Int64).fill_null(0) - 1).to_numpy()


def cramers_v(first: Codes, second: Codes) -> float | None:
    """Bias-corrected Cramér's V of two columns of codes; None where one does not vary.

    With n rows and r by c categories, phi2 = max(0, chi2/n - (r-1)(c-1)/(n-1)),
    r' = r - (r-1)²/(n-1), c' alike, V = sqrt(phi2 / min(r'-1, c'-1)).
    """
    n = len(first)
    if n < _LEAST_PAIRS:
        return None
    _, first = np.unique(first, return_inverse=True)
    _, second = np.unique(second, return_inverse=True)
    r, c = int(first.max()) + 1, int(second.max()) + 1
    if r < 2 or c < 2:
        return None
    seen = np.bincount(first * c + second, minlength=r * c).reshape(r, c).astype(np.float64)
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0, keepdims=True) / n
    chi2 = float(((seen - expected) ** 2 / expected).sum())
    phi2 = max(0.0, chi2 / n - (r - 1) * (c - 1) / (n - 1))
    least = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    return min(1.0, float(np.sqrt(phi2 / least))) if least > 0 else None
