"""What a snippet leaves in ``result``: a scalar, table, chart or model. Runs in the jail.

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
from pandas.api.extensions import ExtensionArray

from infrastructure.nsjail.charts import is_chart
from infrastructure.nsjail.frames import to_arrow
from infrastructure.nsjail.models import model_document


def write_answer(value: object, file: BinaryIO, most_columns: int) -> str | None:
    """Write `value` to `file`; whether it is a ``scalar``, ``table``, ``chart`` or ``model``, or no
    answer.

    Raises Refused for a table that cannot be stored.
    """
    if value is None:
        return None
    try:
        if isinstance(value, dict) and is_chart(value):
            file.write(json.dumps(_json(value), ensure_ascii=False).encode())
            return "chart"
        model = model_document(value)
        if model is not None:
            file.write(json.dumps(model, ensure_ascii=False).encode())
            return "model"
        frame = _frame(value)
        if frame is not None:
            pq.write_table(to_arrow(frame, most_columns), file, compression="zstd")
            return "table"
        scalar = _scalar(value)
        if scalar is not None:
            file.write(json.dumps(scalar, ensure_ascii=False).encode())
            return "scalar"
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        pass  # what pandas makes no table of, and JSON no value, is none
    return None


def _json(value: object) -> object:
    """`value` with what numpy and pandas put into it as JSON has it: what is missing is null."""
    if isinstance(value, dict):
        return {str(name): _json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    if isinstance(value, pd.DataFrame):
        return _json(value.to_dict("records"))
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return _json(value.tolist())
    if isinstance(value, np.generic):
        return _json(value.item())
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    raise TypeError


def _frame(value: object) -> pd.DataFrame | None:
    """A table, if `value` is one: what has rows."""
    if isinstance(value, pd.DataFrame):
        return value
    if isinstance(value, pd.Series):
        name = "value" if value.name is None else value.name
        return value.to_frame(name)
    if isinstance(value, pd.Index | np.ndarray | ExtensionArray) and value.ndim == 1:
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
