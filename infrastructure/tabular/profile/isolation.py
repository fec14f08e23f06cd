"""Rows that stand apart in several numeric columns at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from polars import selectors

_MOST_ROWS = 100_000
_MOST_COLUMNS = 100
_SHOWN = 20
_TREES = 100
# The score from which Liu, Ting and Zhou call a point an anomaly (ICDM 2008).
_ANOMALOUS = 0.6


def isolated_rows(
    table: pl.LazyFrame, columns: Sequence[Mapping[str, Any]], rows: int
) -> dict[str, Any]:
    """Rows that an isolation forest finds easy to separate, by their number from 0.

    Gaps are filled with the column's median. Of a table of more than 100,000 rows every k-th is
    looked at. ``score`` is from 0 to 1; above 0.6 a row counts as ``found``; the 20 highest are
    listed. It is the same at every run.
    """
    names = [c["name"] for c in columns if _counts(c)][:_MOST_COLUMNS]
    if not names or rows < 2:
        return {"method": "isolation_forest", "columns": [], "rows": 0, "found": 0, "highest": []}
    # It takes a second to import, which nobody else should wait for.
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415

    step = max(1, -(-rows // _MOST_ROWS))
    frame = table.select(selectors.by_name(*names)).gather_every(step).collect()
    values = np.column_stack([_filled(series) for series in frame.get_columns()])
    forest = IsolationForest(n_estimators=_TREES, random_state=0).fit(values)
    scores = -forest.score_samples(values)
    highest = np.argsort(-scores, kind="stable")[:_SHOWN]
    return {
        "method": "isolation_forest",
        "columns": names,
        "rows": frame.height,
        "found": int((scores > _ANOMALOUS).sum()),
        "highest": [{"row": int(i) * step, "score": float(scores[i])} for i in highest],
    }


def _counts(column: Mapping[str, Any]) -> bool:
    numeric = column["type"] in {"integer", "number"}
    return numeric and column["role"] not in {"identifier", "constant", "empty"}


def _filled(series: pl.Series) -> "np.ndarray[Any, np.dtype[np.float64]]":
    values = series.alias("x").cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    known = values[np.isfinite(values)]
    middle = float(np.median(known)) if len(known) else 0.0
    # The forest computes in 32 bits.
    limit = float(np.finfo(np.float32).max) / 2
    return np.clip(np.where(np.isfinite(values), values, middle), -limit, limit)
