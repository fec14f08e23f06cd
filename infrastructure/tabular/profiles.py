"""Statistics of a table, one column at a time. They hold values of cells: never log or record them.

A profile is ``{"rows", "column_count", "duplicate_rows", "columns": [...]}``; each column has
``name, type, nulls, distinct`` and one member named for its type: ``numeric``, ``text``,
``datetime`` or ``boolean``. Statistics of a column without values are None.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from domain.table import ColumnType
from infrastructure.tabular.json_values import json_value
from infrastructure.tabular.shapes import column_of, duplicate_rows

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_TOP_VALUES = 10
_SHOWN_CHARACTERS = 200


def profile_of(frame: pl.DataFrame) -> Mapping[str, Any]:
    """The profile of a table, ready for JSON."""
    return {
        "rows": frame.height,
        "column_count": frame.width,
        "duplicate_rows": duplicate_rows(frame),
        "columns": [_column(series) for series in frame.get_columns()],
    }


def _column(series: pl.Series) -> dict[str, Any]:
    column = column_of(series)
    counts: dict[str, Any] = {
        "name": column.name,
        "type": column.type.value,
        "nulls": column.nulls,
        "distinct": column.distinct,
    }
    match column.type:
        case ColumnType.INTEGER | ColumnType.NUMBER:
            counts["numeric"] = _numeric(series)
        case ColumnType.TEXT:
            counts["text"] = _text(series.cast(pl.String))
        case ColumnType.DATETIME:
            counts["datetime"] = {"min": json_value(series.min()), "max": json_value(series.max())}
        case ColumnType.BOOLEAN:
            counts["boolean"] = {
                "true": int(series.sum() or 0),
                "false": int((~series).sum() or 0),
            }
        case ColumnType.OTHER:
            pass
    return counts


def _numeric(series: pl.Series) -> dict[str, Any]:
    """Over finite values; NaN and infinite ones are counted apart."""
    floats = series.cast(pl.Float64)
    finite = floats.filter(floats.is_finite())
    exact = series if series.dtype.is_integer() else finite
    quantiles = {str(q): json_value(finite.quantile(q, "linear")) for q in _QUANTILES}
    return {
        "min": json_value(exact.min()),
        "max": json_value(exact.max()),
        "mean": json_value(finite.mean()),
        "std": json_value(finite.std()),
        "median": quantiles["0.5"],
        "quantiles": quantiles,
        "zeros": int((finite == 0).sum()),
        "negative": int((finite < 0).sum()),
        "nan": int(floats.is_nan().sum()),
        "infinite": int(floats.is_infinite().sum()),
    }


def _text(series: pl.Series) -> dict[str, Any]:
    lengths = series.str.len_chars()
    stripped = series.str.strip_chars()
    top = series.drop_nulls().value_counts(sort=True, name="count").head(4 * _TOP_VALUES)
    ranked = sorted(top.iter_rows(), key=lambda row: (-row[1], row[0]))[:_TOP_VALUES]
    return {
        "min_length": json_value(lengths.min()),
        "max_length": json_value(lengths.max()),
        "mean_length": json_value(lengths.mean()),
        "blank": int((stripped == "").sum()),
        "padded": int(((stripped != series) & (stripped != "")).sum()),
        "top_values": [
            {"value": value[:_SHOWN_CHARACTERS], "count": count} for value, count in ranked
        ],
    }
