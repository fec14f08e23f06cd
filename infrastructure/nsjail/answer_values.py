"""The values in an answer, as JSON has them and in words. Runs in the jail."""

import json
import math
import re
from collections.abc import Collection, Set
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeGuard

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from infrastructure.nsjail.frames import TEXT_SAYS_ALL, in_order, labelled

# Where something is in memory says nothing of it, and is another place the next time.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_SAID_BY_TEXT = (*TEXT_SAYS_ALL, complex, Enum, ExtensionDtype, np.dtype)


def scalar_of(value: object) -> dict[str, Any] | None:
    """`value` with its type, as JSON can hold it: beyond 2**53, and for decimals, as text."""
    if isinstance(value, np.datetime64 | np.timedelta64):
        value = pd.Timestamp(value) if isinstance(value, np.datetime64) else pd.Timedelta(value)
    if isinstance(value, np.generic | np.ndarray) and value.ndim == 0:
        value = float(value) if isinstance(value, np.floating) else value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return {"type": "missing", "value": None}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, int):
        return {"type": "integer", "value": value if abs(value) <= 2**53 else str(value)}
    if isinstance(value, float | Decimal) and math.isnan(value):
        return {"type": "missing", "value": None}
    if isinstance(value, float):
        return {"type": "number", "value": value if math.isfinite(value) else str(value)}
    if isinstance(value, str):
        return {"type": "text", "value": value}
    if isinstance(value, bytes | bytearray):
        return {"type": "text", "value": value.decode(errors="backslashreplace")}
    if isinstance(value, Decimal):
        return {"type": "decimal", "value": str(value)}
    if isinstance(value, datetime):
        return {"type": "moment", "value": value.isoformat()}
    if isinstance(value, date | time | pd.Period | pd.Interval):
        return {"type": type(value).__name__.lower(), "value": str(value)}
    if isinstance(value, timedelta):
        return {"type": "duration", "value": pd.Timedelta(value).isoformat()}
    if isinstance(value, _SAID_BY_TEXT):
        return {"type": "text", "value": str(value)}
    return None


def json_of(value: object) -> object:
    """`value` as JSON has it: what is missing is null, and of what JSON does not know, its text."""
    if isinstance(value, dict):
        return {str(name): json_of(inner) for name, inner in value.items()}
    if isinstance(value, pd.Series):
        frame = labelled(frame_of(value))
        return json_of(frame if frame.shape[1] > 1 else value.tolist())
    if isinstance(value, pd.DataFrame):
        return json_of(labelled(value).to_dict("records"))
    if isinstance(value, np.ndarray | pd.Index | ExtensionArray):
        return json_of(value.tolist())
    if is_collection(value):
        return [json_of(inner) for inner in listed(value)]
    if isinstance(value, int):
        return value
    scalar = scalar_of(value)
    if scalar is None:
        return _ADDRESS.sub("", str(value))
    infinite = scalar["type"] == "number" and isinstance(scalar["value"], str)
    return None if infinite else scalar["value"]


def words_for(cell: object) -> str | None:
    """A cell as text: a scalar as JSON has it, without quotes, and all else as JSON."""
    scalar = scalar_of(cell)
    plain = json_of(cell) if scalar is None else scalar["value"]
    if plain is None:
        return None
    return encodable(plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False))


def encodable(text: str) -> str:
    """`text` without halves of surrogate pairs, which no file can hold."""
    return text.encode(errors="replace").decode()


def frame_of(series: pd.Series) -> pd.DataFrame:
    """A table of one column, which has a name."""
    return series.to_frame("value" if series.name is None else series.name)


def is_collection(value: object) -> TypeGuard[Collection[Any]]:
    """Whether it holds others, as many as it says; text holds none."""
    return isinstance(value, Collection) and not isinstance(value, str | bytes | bytearray)


def listed(members: Collection[Any]) -> list[Any]:
    """Those of a set in an order that does not depend on hashes, if they have one."""
    if isinstance(members, Set):
        with suppress(TypeError):
            return in_order(members)
    return list(members)
