"""What a snippet leaves in ``result``: a scalar, a table or a chart. Runs in the jail.

Anything else is no answer; the name is a common one on the way to ``df``.
"""

import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from infrastructure.nsjail.frames import to_arrow


def write_answer(value: object, file: BinaryIO, most_columns: int) -> str | None:
    """Write `value` to `file`; whether it is a ``scalar``, ``table`` or ``chart``, or no answer.

    Raises Refused for a table that cannot be stored.
    """
    if value is None:
        return None
    if isinstance(value, dict) and is_chart(value):
        return _write_json(value, file, "chart")
    frame = _frame(value)
    if frame is not None:
        pq.write_table(to_arrow(frame, most_columns), file, compression="zstd")
        return "table"
    scalar = _scalar(value)
    return None if scalar is None else _write_json(scalar, file, "scalar")


def is_chart(value: dict[Any, Any]) -> bool:
    """Whether it is a Vega-Lite specification: it says so, or how its marks are composed."""
    schema = value.get("$schema")
    if isinstance(schema, str):
        return "vega-lite" in schema
    views = ("layer", "hconcat", "vconcat", "concat", "spec")
    return "mark" in value or any(isinstance(value.get(view), list | dict) for view in views)


def _write_json(value: dict[str, Any], file: BinaryIO, kind: str) -> str | None:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
        file.write(text.encode())
    except (TypeError, ValueError, RecursionError):
        return None
    return kind


def _plain(value: object) -> object:
    """What numpy and pandas put into a dict, as JSON has it."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return value.tolist()
    if isinstance(value, pd.DataFrame):
        return value.to_dict("records")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    if value is pd.NA or value is pd.NaT:
        return None
    raise TypeError


def _frame(value: object) -> pd.DataFrame | None:
    """A table, if `value` is one: what has rows. The labels of a Series are data."""
    if isinstance(value, pd.DataFrame):
        return _with_labels(value)
    if isinstance(value, pd.Series):
        name = "value" if value.name is None else value.name
        return _with_labels(value.to_frame(name))
    if isinstance(value, pd.Index | np.ndarray) and value.ndim == 1:
        return pd.DataFrame({"value": value})
    if isinstance(value, list | tuple | set | frozenset) and value:
        if all(isinstance(each, dict) for each in value):
            return pd.DataFrame(list(value))
        return pd.DataFrame({"value": pd.Series(list(value))})
    if isinstance(value, dict) and value:
        if all(_scalar(each) is not None for each in value.values()):
            return pd.DataFrame({"name": list(map(str, value)), "value": list(value.values())})
        return pd.DataFrame(value) if _columns_of_one_length(value) else None
    return None


def _columns_of_one_length(value: dict[Any, Any]) -> bool:
    lists = (list, tuple, pd.Series, pd.Index, np.ndarray)
    lengths = {len(each) if isinstance(each, lists) else None for each in value.values()}
    return len(lengths) == 1 and None not in lengths


def _with_labels(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the labels of its rows as columns, unless they only count them."""
    if isinstance(frame.columns, pd.MultiIndex):
        frame = frame.copy(deep=False)
        frame.columns = pd.Index([" ".join(map(str, each)).strip() for each in frame.columns])
    counted = frame.index.nlevels == 1 and frame.index.name is None and _counts(frame.index)
    if counted:
        return frame.reset_index(drop=True)
    frame = frame.copy(deep=False)
    frame.index = frame.index.set_names(
        [
            name if name is not None and name not in frame.columns else _free(frame, level)
            for level, name in enumerate(frame.index.names)
        ]
    )
    return frame.reset_index()


def _counts(labels: pd.Index) -> bool:
    return pd.api.types.is_integer_dtype(labels.dtype)


def _free(frame: pd.DataFrame, level: int) -> str:
    """A name for labels that the frame has none for."""
    name = "label" if level == 0 else f"label {level + 1}"
    while name in frame.columns:
        name += " "
    return name


def _scalar(value: object) -> dict[str, Any] | None:
    """`value` with its type, as JSON can hold it: beyond 2**53, and for decimals, as text."""
    if isinstance(value, np.generic):
        value = pd.Timestamp(value) if isinstance(value, np.datetime64) else value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return {"type": "missing", "value": None}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, int):
        return {"type": "integer", "value": value if abs(value) <= 2**53 else str(value)}
    if isinstance(value, float):
        if math.isnan(value):
            return {"type": "missing", "value": None}
        return {"type": "number", "value": value if math.isfinite(value) else str(value)}
    if isinstance(value, str):
        return {"type": "text", "value": value}
    if isinstance(value, Decimal):
        return {"type": "decimal", "value": str(value)}
    if isinstance(value, datetime):
        return {"type": "moment", "value": value.isoformat()}
    if isinstance(value, date | time | pd.Period | pd.Interval):
        return {"type": type(value).__name__.lower(), "value": str(value)}
    if isinstance(value, timedelta):
        return {"type": "duration", "value": pd.Timedelta(value).isoformat()}
    return None
