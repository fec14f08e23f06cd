"""What a snippet leaves in ``result``: a scalar, table, chart or model. Runs in the jail.

Anything else is no answer; the name is a common one on the way to ``df``.
"""

import json
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from pandas.api.extensions import ExtensionArray

from infrastructure.nsjail.answer_values import (
    encodable,
    frame_of,
    is_collection,
    json_of,
    listed,
    scalar_of,
    words_for,
)
from infrastructure.nsjail.charts import is_chart
from infrastructure.nsjail.frames import Refused, free_name, to_arrow
from infrastructure.nsjail.models import model_document

# They take some seconds.
_MOST_IN_WORDS = 1_000_000


def write_answer(value: object, file: BinaryIO, most_columns: int) -> dict[str, Any]:
    """Write `value` to `file`, and tell of it: as ``answer`` whether it is a ``scalar``, ``table``,
    ``chart`` or ``model``, and as ``in_words`` whether a column of a table became text, as its
    values have no common type. Nothing, if it is no answer.

    Raises Refused for a table that cannot be stored.
    """
    if value is None:
        return {}
    try:
        if isinstance(value, dict) and is_chart(value):
            file.write(_document(json_of(value)))
            return {"answer": "chart"}
        model = model_document(value)
        if model is not None:
            file.write(_document(model))
            return {"answer": "model"}
        frame = _frame(value)
        if frame is not None:
            worded = 0

            def in_words(column: pd.Series) -> pd.Series:
                nonlocal worded
                worded += len(column)
                if worded > _MOST_IN_WORDS:
                    raise Refused("too_many_words")
                return pd.Series([words_for(cell) for cell in column], dtype="object")

            table = to_arrow(frame, most_columns, in_words)
            pq.write_table(table, file, compression="zstd")
            return {"answer": "table", "in_words": worded > 0}
        scalar = scalar_of(value)
        if scalar is not None:
            file.write(_document(scalar))
            return {"answer": "scalar"}
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        pass  # what pandas makes no table of, and JSON no value, is none
    return {}


def _document(value: object) -> bytes:
    return encodable(json.dumps(value, ensure_ascii=False)).encode()


def _frame(value: object) -> pd.DataFrame | None:
    """A table, if `value` is one: what has rows."""
    if isinstance(value, pd.DataFrame):
        return value
    if isinstance(value, pd.Series):
        return frame_of(value)
    if isinstance(value, pd.MultiIndex):
        return value.to_frame(index=False)
    if isinstance(value, np.ndarray) and (value.ndim == 2 or value.dtype.names):
        return pd.DataFrame(value)
    if isinstance(value, pd.Index | np.ndarray | ExtensionArray):
        return pd.DataFrame({"value": value}) if value.ndim == 1 else None
    if isinstance(value, dict):
        return _of_dict(value)
    return _of_rows(listed(value)) if is_collection(value) else None


def _of_dict(value: dict[Any, Any]) -> pd.DataFrame:
    """A row for each, unless they are lists of one length, which are columns."""
    values = list(value.values())
    if _are_dicts_alike(values):
        return _of_dicts(value)
    if _are_of_one_length(values):
        return _of_python(value)
    return _of_python({"name": list(value), "value": _in_one_column(values)})


def _of_dicts(value: dict[Any, Any]) -> pd.DataFrame:
    """They are rows, or columns if what is in them is numbered, or the table longer than wide."""
    outer = pd.Index(list(value), tupleize_cols=False)
    frame = pd.DataFrame(list(value.values()), index=outer, dtype="object")
    longer = len(frame.columns) > len(outer) and not _are_numbers_of_rows(outer)
    if longer or _are_numbers_of_rows(frame.columns):
        frame = frame.T
    if not _are_numbers_of_rows(frame.index):
        frame.insert(0, free_name(frame, "name"), frame.index)
    return _of_python(frame.reset_index(drop=True))


def _of_rows(rows: list[Any]) -> pd.DataFrame:
    """A table of records, of tuples of one length, or of a single column."""
    if _are_dicts_alike(rows):
        return _of_python(rows)
    if all(isinstance(row, list | tuple) for row in rows) and len({len(row) for row in rows}) == 1:
        return _of_python(rows)
    return _of_python({"value": _in_one_column(rows)})


def _of_python(rows: pd.DataFrame | list[Any] | dict[Any, Any]) -> pd.DataFrame:
    """A table of Python's own values."""
    frame: pd.DataFrame = pd.DataFrame(rows, dtype="object").apply(_inferred)
    return frame


def _inferred(column: pd.Series) -> pd.Series:
    """As pandas has such values, but whole numbers with a gap stay whole."""
    inferred = column.infer_objects()
    return column if inferred.dtype.kind == "f" else inferred


def _are_of_one_length(values: list[Any]) -> bool:
    lists = (list, tuple, range, pd.Series, pd.Index, np.ndarray, ExtensionArray)
    lengths = {len(each) if isinstance(each, lists) else None for each in values}
    return len(lengths) == 1 and None not in lengths


def _are_dicts_alike(values: list[Any]) -> bool:
    """Whether they are dicts of which a table would be no more than three quarters empty."""
    if not all(isinstance(each, dict) for each in values):
        return False
    names = set().union(*values)
    return 0 < len(values) * len(names) <= 4 * sum(map(len, values))


def _in_one_column(values: list[Any]) -> list[Any]:
    """With dicts in words: Arrow would have each of them hold the names of all."""
    return [words_for(each) if isinstance(each, dict) else each for each in values]


def _are_numbers_of_rows(labels: pd.Index) -> bool:
    return labels.equals(pd.RangeIndex(len(labels)))
